"""A story before the truth check: its words, what the programme's records say, and what people answered so far."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from yingzao.activities import queries as activities
from yingzao.activities.enums import DutyState, KindKey
from yingzao.articles import queries as articles
from yingzao.articles.enums import ImageState
from yingzao.articles.exports import as_markdown
from yingzao.articles.models import ArticleImage
from yingzao.articles.readers import WANTED, figures_named, in_words
from yingzao.communities.queries import communities_of
from yingzao.core import clock
from yingzao.core.erasing import is_erased
from yingzao.people.enums import ConsentSubject, PeopleShown
from yingzao.people.models import Consent
from yingzao.programmes.models import Programme
from yingzao.stories import queries
from yingzao.stories.enums import NAMED
from yingzao.stories.models import PicturePeople, Story, TruthAnswer
from yingzao.stories.rules.truth import (
    BLOCKING,
    BOUND,
    KIND_WORDS,
    LEARNER_WORDS,
    Code,
    Finding,
    Known,
    Recorded,
    Told,
    check_text,
    is_named,
    usual_phrases,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A finding with the answer that stands for it, if there is one."""

    finding: Finding
    answer: TruthAnswer | None

    @property
    def is_open(self) -> bool:
        return self.finding.needs_answer and self.answer is None


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """A picture that readers see, with what was said of the people on it."""

    picture: ArticleImage
    said: PicturePeople | None

    @property
    def number(self) -> int:
        return self.picture.position + 1

    @property
    def hindrance(self) -> Code | None:
        """PICTURE while nobody said who can be known on it, PICTURE_CONSENT while people can be and nobody noted their consent."""
        if self.said is None:
            return Code.PICTURE
        if self.said.people != PeopleShown.NONE and not self.said.note:
            return Code.PICTURE_CONSENT
        return None


@dataclass(frozen=True, slots=True)
class TruthCheck:
    asked: list[Asked]
    pictures: list[ShownPicture]

    @property
    def open(self) -> list[Asked]:
        return [one for one in self.asked if one.is_open]

    @property
    def nameless(self) -> list[Asked]:
        """Named people whose consent is missing."""
        return [one for one in self.open if one.finding.code in BLOCKING]

    @property
    def hindered_pictures(self) -> list[ShownPicture]:
        return [one for one in self.pictures if one.hindrance]

    @property
    def left(self) -> int:
        """How many places have to be dealt with before everyone may read it."""
        return len(self.open) + len(self.hindered_pictures)


def check_story(story: Story, now: dt.datetime | None = None) -> TruthCheck:
    """The same number of queries however long the story is."""
    known = known_of(story, now or clock.now())
    answers = {answer.key: answer for answer in story.answers.select_related("by")}
    found = check_text(words_of(story), known)
    return TruthCheck([Asked(one, answers.get(one.key)) for one in found], shown_pictures(story))


def words_of(story: Story) -> str:
    """What readers read: title, summary, place, tags and text as they are written, what stands with pictures, and corrections.
    Bound figures stand between marks of their own (`BOUND`)."""
    pictures = articles.pictures_of(story.article)
    beside = [f"{picture.caption}。{picture.alt}" for picture in pictures if picture.caption or picture.alt]
    corrections = story.corrections.values_list("wrong", flat=True)
    text = as_markdown(story.article)
    if figures_named(text):
        text = in_words(text, queries.values_shown(story), BOUND)
    told = [story.article.title, story.summary, story.place, *story.tags, without_marks(text)]
    return "\n".join([*told, *beside, *corrections])


_NOTE_MARKS = re.compile(r"<(su[bp])>\s*[\d,\-\[\]\\]{1,6}\s*</\1>")
_LINES = re.compile(
    r"</?(?:p|div|li|ul|ol|tr|td|th|table|tbody|thead|h[1-6]|blockquote|br|figure|figcaption)\b[^<>]*>"
)
_TAGS = re.compile(r"</?[a-zA-Z][^<>]*>")
_PICTURES = re.compile(rf"^\s*\[图\d+\]\s*$|【{WANTED}：[^】\n]*】", re.MULTILINE)
_LINKS = re.compile(r"(?<![!\\])\[((?:[^\[\]\\]|\\.)*)\]\(<[^<>\n]*>\)")
_HEADS = re.compile(r"^[ \t]*(?:(?:#{1,6}|>|[-+*]|\d{1,3}[.)])(?:[ \t]+|$))+", re.MULTILINE)
_STRESS = re.compile(r"(?<!\\)(?:\*{1,3}|~~|`+)")
_ESCAPES = re.compile(r"\\([\\`*_\[\]<>~#+.)=-])")


def without_marks(source: str) -> str:
    """Typed text as it is read: without the signs of its form, places of pictures, and the addresses of links."""
    for pattern, instead in (
        (_LINKS, r"\1"), (_NOTE_MARKS, ""), (_LINES, "\n"), (_TAGS, ""), (_PICTURES, ""), (_HEADS, ""), (_STRESS, ""), (_ESCAPES, r"\1"),
    ):  # fmt: skip
        source = pattern.sub(instead, source)
    return source


def shown_pictures(story: Story) -> list[ShownPicture]:
    """Pictures with a copy of our own that the text shows, or that stand for the story. Two queries."""
    stored = articles.pictures_of(story.article).filter(state=ImageState.STORED).select_related("article")
    shown = [picture for picture in stored if picture.is_head or articles.is_placed(picture)]
    said = {one.picture_id: one for one in PicturePeople.objects.filter(picture__in=shown)}
    return [ShownPicture(picture, said.get(picture.pk)) for picture in shown]


def known_of(story: Story, now: dt.datetime) -> Known:
    programme = story.programme
    dated = story.article.published_at or story.published_at
    moment = min(dated, now) if dated else now
    towns: set[str] = set()
    places: set[str] = set()
    for name, town in communities_of(programme.organisation).values_list("name", "town"):
        places.add(name)
        towns.add(town)
    plan = _plan(programme, moment)
    names = {programme.name, programme.full_name, programme.organisation.name, *(told.title for told in plan)}
    return Known(
        day=clock.local_date(moment),
        starts_on=programme.starts_on,
        ends_on=programme.ends_on,
        activities=tuple(plan),
        places=frozenset((places | towns) - {""}),
        names=frozenset(names - {""}),
        people=_people_without_consent(programme),
        phrases=usual_phrases(),
        figures=tuple(_figures(programme, moment)),
    )


def _plan(programme: Programme, moment: dt.datetime) -> list[Told]:
    """The activities that learners were told of, with who had done them by `moment`."""
    planned = list(activities.activities_of(programme).prefetch_related("parts"))
    asked: Counter[int] = Counter()
    done: Counter[int] = Counter()
    for (_learner, pk), duty in activities.duties_at(programme, moment, reasons=False).items():
        asked[pk] += 1
        done[pk] += duty.state in (DutyState.DONE, DutyState.LATE)
    days: dict[int, set[dt.date]] = defaultdict(set)
    for activity in planned:
        moments = [part.starts_at for part in activity.parts.all()] or [activity.starts_at]
        days[activity.pk] = {clock.local_date(one) for one in moments if one}
    return [
        Told(a.title, a.kind, frozenset(days[a.pk]), asked[a.pk], done[a.pk])
        for a in planned
        if a.is_published
    ]


def _consents(programme: Programme) -> QuerySet[Consent]:
    """To be named in stories, that stand."""
    return Consent.objects.filter(
        organisation=programme.organisation_id,
        subject_kind=ConsentSubject.PERSON,
        purpose=NAMED,
        withdrawn_at=None,
    )


def _people_without_consent(programme: Programme) -> dict[str, str]:
    """Name → code of learners who did not agree to be named in what is published, or who took it back."""
    learners = list(programme.enrolments.values_list("name", "code"))
    agreed = set(_consents(programme).values_list("subject_code", flat=True))
    return {
        name: code for name, code in learners if len(name) >= 2 and not is_erased(name) and code not in agreed
    }


@dataclass(frozen=True, slots=True)
class NamedLearner:
    """A learner who is named in the story and agreed, and how they said so."""

    code: str
    name: str
    note: str
    given_at: dt.datetime


def named_with_consent(story: Story) -> list[NamedLearner]:
    text = words_of(story)
    agreed = {one.subject_code: one for one in _consents(story.programme)}
    learners = story.programme.enrolments.filter(code__in=agreed).values_list("code", "name")
    return [
        NamedLearner(code, name, agreed[code].note, agreed[code].given_at)
        for code, name in learners
        if len(name) >= 2 and is_named(name, text)
    ]


def _figures(programme: Programme, moment: dt.datetime) -> list[Recorded]:
    """How many learners there are, and how many of each kind had taken place."""
    learners = activities.learners_of(programme).count()
    held = activities.held_counts(programme, moment)
    return [
        Recorded(_("Learners"), LEARNER_WORDS, learners),
        *(
            Recorded(str(KindKey(kind).label), KIND_WORDS[kind], held[kind].held)
            for kind in KindKey.values
            if held[kind].planned
        ),
    ]
