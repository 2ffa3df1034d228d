"""What was brought home from the activities that a story tells of, as far as whoever writes it may see and use it."""

from __future__ import annotations

from dataclasses import dataclass, field

from yingzao.activities.models import Activity
from yingzao.core.erasing import is_erased
from yingzao.people.enums import ConsentSubject
from yingzao.people.models import Consent, Person
from yingzao.programmes.rules import may_organise
from yingzao.stories.enums import NAMED
from yingzao.stories.models import AdoptedPhoto, Story
from yingzao.stories.queries.figures import Figure, Reckoning
from yingzao.stories.queries.meaning import communities_to_tell_of
from yingzao.visits import queries as visits
from yingzao.visits.models import FieldFile, FieldNote, Stop

MOST = 60  # of a kind, the newest


@dataclass(frozen=True, slots=True)
class Quote:
    """Words from the field. `name` is empty where whoever wrote them is not to be named."""

    key: str
    words: str
    name: str
    where: str


@dataclass(frozen=True, slots=True)
class Material:
    photos: list[FieldFile] = field(default_factory=list)
    taken: frozenset[int] = frozenset()  # photos that the story has already
    figures: list[tuple[str, list[Figure]]] = field(default_factory=list)  # of what, and which
    quotes: list[Quote] = field(default_factory=list)
    notes: list[Quote] = field(default_factory=list)


def material_for(person: Person, story: Story) -> Material:
    """Photos that may be published; figures; words of learners who agreed to be named. Notes of others, without a name, are for
    organisers, who read them anyway. The number of queries grows with activities and communities alone."""
    told = list(story.activities.filter(programme=story.programme_id).order_by("position", "pk"))
    seen = communities_to_tell_of(person, story.programme.organisation)
    reckoning = Reckoning(story.programme, seen)
    figures: list[tuple[str, list[Figure]]] = [(story.programme.full_name, reckoning.offered())]
    figures += [(one.title, reckoning.offered(one)) for one in told]
    figures += [(one.name, reckoning.offered(one)) for one in seen.filter(stories=story)]
    photos = visits.photos_to_publish(told)
    taken = AdoptedPhoto.objects.filter(picture__article=story.article_id).values_list("photo_id", flat=True)
    quotes, notes = _words(told, story)
    return Material(
        photos=photos[:MOST],
        taken=frozenset(taken),
        figures=[(title, found) for title, found in figures if found],
        quotes=quotes[:MOST],
        notes=notes[:MOST] if may_organise(person, story.programme) else [],
    )


def _words(told: list[Activity], story: Story) -> tuple[list[Quote], list[Quote]]:
    """With a name, and without."""
    found = visits.current_notes(FieldNote.objects.filter(stop__part__activity__in=told)) if told else []
    agreed = set(
        Consent.objects.filter(
            organisation=story.organisation_id, subject_kind=ConsentSubject.PERSON, purpose=NAMED, withdrawn_at=None
        ).values_list("subject_code", flat=True)
    ) if found else set()  # fmt: skip
    quotes: list[Quote] = []
    notes: list[Quote] = []
    for note in reversed(found):
        learner = note.enrolment
        if not (words := (note.text or note.idea).strip()):
            continue
        if learner is not None and is_erased(learner.name):
            continue
        named = learner is not None and learner.code in agreed
        place = note.stop.part.title
        key = str(note.note)
        (quotes if named else notes).append(
            Quote(key, words, learner.name if named and learner else "", place)
        )
    return quotes, notes


def places_of(activity: Activity, person: Person) -> tuple[str, list]:
    """Where it was, in words, and the communities of its stops that the person may see."""
    stops = (
        Stop.objects.filter(part__activity=activity).select_related("community").order_by("part__position")
    )
    communities = communities_to_tell_of(person, activity.programme.organisation).filter(
        pk__in=[stop.community_id for stop in stops if stop.community_id]
    )
    place = next((stop.place for stop in stops if stop.place), "")
    return place or "、".join(one.name for one in communities), list(communities)
