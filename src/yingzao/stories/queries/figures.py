"""Named queries for figures that a story binds: docs/stories.md lists them. A key is `NAME`, `NAME.activity.CODE` or `NAME.community.CODE`."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, Q, QuerySet
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yingzao.activities import queries as activities
from yingzao.activities.enums import SESSIONS, DutyState, FactKind, KindKey
from yingzao.activities.models import Activity, Evidence
from yingzao.communities.models import Community, Leader, Need
from yingzao.core import clock
from yingzao.fieldwork.models import Interview
from yingzao.practice.models import FieldRecord, Finding
from yingzao.programmes.models import Programme
from yingzao.stories.models import BoundFigure, Story
from yingzao.visits.models import Stop

Subject = Activity | Community | None
PROGRAMME, ACTIVITY, COMMUNITY = "programme", "activity", "community"


@dataclass(frozen=True, slots=True)
class FigureQuery:
    """`about` says what is counted and from which records; `of` of what it can be asked."""

    key: str
    label: str | Promise
    about: str | Promise
    of: frozenset[str]


QUERIES = {
    one.key: one
    for one in (
        FigureQuery(
            "learners", gettext_lazy("Learners"), gettext_lazy("Active learners who are asked, from the roster."),
            frozenset({PROGRAMME, ACTIVITY}),
        ),
        FigureQuery(
            "participants", gettext_lazy("Took part"),
            gettext_lazy("Learners with at least one record of having been there or done something, each once; excuses are none."),
            frozenset({PROGRAMME, ACTIVITY, COMMUNITY}),
        ),
        FigureQuery(
            "sessions", gettext_lazy("Sessions held"),
            gettext_lazy("Live courses and visits that took place; of one activity its parts that have begun."),
            frozenset({PROGRAMME, ACTIVITY}),
        ),
        FigureQuery(
            "visits", gettext_lazy("Visits held"),
            gettext_lazy("Visits of the programme that took place; of a community the stops of such visits there."),
            frozenset({PROGRAMME, COMMUNITY}),
        ),
        FigureQuery(
            "duties", gettext_lazy("Duties done"),
            gettext_lazy("Learner by learner and activity by activity what was done, late ones among them, as the board shows it."),
            frozenset({PROGRAMME, ACTIVITY}),
        ),
        FigureQuery(
            "needs", gettext_lazy("Needs found"),
            gettext_lazy("Needs that learners recorded; of a community those of the register, merged ones once."),
            frozenset({PROGRAMME, ACTIVITY, COMMUNITY}),
        ),
        FigureQuery(
            "leaders", gettext_lazy("Leaders found"),
            gettext_lazy("Residents who carry things, as learners recorded them; of a community those of the register."),
            frozenset({PROGRAMME, ACTIVITY, COMMUNITY}),
        ),
        FigureQuery(
            "reached", gettext_lazy("People reached"),
            gettext_lazy(
                "Who took part, and residents whom learners interviewed or recorded as leaders. Who was interviewed twice"
                " counts twice; a leader found in an interview counts once."
            ),
            frozenset({PROGRAMME, ACTIVITY, COMMUNITY}),
        ),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figure:
    """A value, and the query and subject that it answers."""

    key: str
    label: str
    about: str
    subject: str  # in words; "" for the programme
    value: int

    @property
    def name(self) -> str:
        return f"{self.label} · {self.subject}" if self.subject else self.label


class Reckoning:
    """Figures of one programme at one moment. What several of them rest on is read once."""

    def __init__(
        self,
        programme: Programme,
        communities: QuerySet[Community] | None = None,
        now: dt.datetime | None = None,
    ) -> None:
        """`communities` are those that may be asked about: all of the organisation's where nobody asks."""
        self.programme = programme
        self.now = now or clock.now()
        own = Community.objects.filter(organisation=programme.organisation_id)
        self.communities = (
            own if communities is None else communities.filter(organisation=programme.organisation_id)
        )

    def figure(self, key: str) -> Figure | None:
        """None where there is no such query, or nothing of that code in the programme or its register."""
        name, _dot, rest = key.partition(".")
        scope, _dot, code = rest.partition(".")
        subject: Subject = None
        if scope == ACTIVITY:
            subject = activities.activities_of(self.programme).filter(code=code).first()
        elif scope == COMMUNITY:
            subject = self.communities.filter(code=code).first()
        if name not in QUERIES or (rest and subject is None):
            return None
        return self.of(QUERIES[name], subject)

    def figures(self, keys: Iterable[str]) -> dict[str, Figure]:
        return {key: found for key in keys if (found := self.figure(key)) is not None}

    def offered(self, subject: Subject = None) -> list[Figure]:
        """All that can be asked of the programme, or of the subject, and is not nothing."""
        found = [self.of(query, subject) for query in QUERIES.values() if _scope(subject) in query.of]
        return [one for one in found if one is not None and one.value]

    def of(self, query: FigureQuery, subject: Subject) -> Figure | None:
        if _scope(subject) not in query.of:
            return None
        value: int = getattr(self, f"_{query.key}")(subject)
        key = query.key if subject is None else f"{query.key}.{_scope(subject)}.{subject.code}"
        return Figure(key, str(query.label), str(query.about), _words(subject), value)

    # Each counts one thing of the programme, of an activity or of a community.

    def _learners(self, subject: Subject) -> int:
        if isinstance(subject, Activity):
            return activities.asked_learners(subject).count()
        return activities.learners_of(self.programme).count()

    def _participants(self, subject: Subject) -> int:
        return self._present(subject).values("enrolment").distinct().count()

    def _present(self, subject: Subject) -> QuerySet[Evidence]:
        found = activities.standing_evidence(self.programme).filter(happened_at__lte=self.now)
        found = found.exclude(fact=FactKind.EXCUSED).order_by()
        if isinstance(subject, Activity):
            return found.filter(activity=subject)
        return found.filter(part__stop__community=subject) if subject is not None else found

    def _sessions(self, subject: Subject) -> int:
        if isinstance(subject, Activity):
            if subject.held_at is None or subject.held_at > self.now:
                return 0
            begun = Q(starts_at=None) | Q(starts_at__lte=self.now)
            return subject.parts.filter(begun).count() or 1
        return sum(self._held[kind].held for kind in SESSIONS)

    def _visits(self, subject: Subject) -> int:
        if isinstance(subject, Community):
            held = Q(part__activity__programme=self.programme, part__activity__held_at__lte=self.now)
            return Stop.objects.filter(held, community=subject).count()
        return self._held[KindKey.VISIT].held

    @cached_property
    def _held(self) -> Mapping[str, activities.Held]:
        return activities.held_counts(self.programme, self.now)

    def _duties(self, subject: Subject) -> int:
        return self._done[subject.pk] if isinstance(subject, Activity) else sum(self._done.values())

    @cached_property
    def _done(self) -> Counter[int]:
        rows = activities.duties_at(self.programme, reasons=False).values()
        return Counter(row.activity_id for row in rows if row.state in (DutyState.DONE, DutyState.LATE))

    def _findings(self, subject: Subject) -> QuerySet[Finding]:
        found = Finding.objects.filter(enrolment__programme=self.programme, made_at__lte=self.now).order_by()
        return found.filter(activity=subject) if isinstance(subject, Activity) else found

    def _needs(self, subject: Subject) -> int:
        if isinstance(subject, Community):
            return Need.objects.filter(community=subject, merged_into=None).count()
        return self._findings(subject).filter(need__isnull=False).count()

    def _leaders(self, subject: Subject) -> int:
        if isinstance(subject, Community):
            return Leader.objects.filter(community=subject).count()
        return self._findings(subject).filter(leader__isnull=False).count()

    def _reached(self, subject: Subject) -> int:
        if isinstance(subject, Community):
            talks = Interview.objects.filter(community=subject).count()
            leaders = Leader.objects.filter(community=subject)
        else:
            talked = FieldRecord.objects.filter(enrolment__programme=self.programme, interview__isnull=False)
            talks = talked.filter(made_at__lte=self.now).count() if subject is None else 0
            leaders = Leader.objects.filter(finding__in=self._findings(subject).values("pk"))
        met_otherwise = leaders.annotate(
            talks=Count("origins", filter=Q(origins__interview__isnull=False))
        ).filter(talks=0)
        # of an activity no interview is known, so a leader found in one counts there
        others = leaders.count() if isinstance(subject, Activity) else met_otherwise.count()
        return self._participants(subject) + talks + others


def _scope(subject: Subject) -> str:
    return ACTIVITY if isinstance(subject, Activity) else COMMUNITY if subject is not None else PROGRAMME


def _words(subject: Subject) -> str:
    return subject.title if isinstance(subject, Activity) else subject.name if subject is not None else ""


# Of one story


def bound_to(story: Story) -> list[BoundFigure]:
    return list(story.figures.all())


@dataclass(frozen=True, slots=True)
class ShownFigure:
    """A bound figure of a story: what stands there, and what its query says now (None: it can no longer be asked)."""

    bound: BoundFigure
    now: Figure | None

    @property
    def stands(self) -> int:
        """What readers would see."""
        return self.bound.value if self.bound.frozen_at or self.now is None else self.now.value

    @property
    def is_other(self) -> bool:
        """Frozen, and its query says something else by now."""
        return bool(self.bound.frozen_at) and self.now is not None and self.now.value != self.bound.value

    @property
    def correction(self) -> str:
        """Words for readers, in the story's language."""
        with translation.override("zh-hans"):
            return _("%(name)s: %(before)d is put right to %(after)d.") % {
                "name": self.bound.name,
                "before": self.bound.value,
                "after": self.now.value if self.now else 0,
            }


def figures_of(story: Story, now: dt.datetime | None = None) -> list[ShownFigure]:
    """No query but one where the story binds none."""
    found = bound_to(story)
    if not found:
        return []
    known = Reckoning(story.programme, now=now).figures(one.key for one in found)
    return [ShownFigure(one, known.get(one.key)) for one in found]


def values_shown(story: Story) -> dict[str, str]:
    """Key → what stands in the text: frozen values, and of a draft what the queries say now."""
    return {one.bound.key: str(one.stands) for one in figures_of(story)}
