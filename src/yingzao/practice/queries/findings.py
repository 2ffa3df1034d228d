"""What learners found: their own leaders and needs, those of a mentor's learners, and what counts for a task."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from yingzao.activities.enums import KindKey
from yingzao.activities.models import Activity, Evidence, Version
from yingzao.activities.queries import activities_for_enrolments
from yingzao.communities.models import Leader, Need
from yingzao.core import clock
from yingzao.core.models import StoredFile
from yingzao.enrolment.enums import EnrolmentState
from yingzao.enrolment.models import Enrolment
from yingzao.enrolment.queries import learners_mentored_by
from yingzao.people.models import Visitor
from yingzao.people.queries import is_signed_in
from yingzao.practice.models import DocumentText, Finding


def _findings() -> QuerySet[Finding]:
    return Finding.objects.select_related(
        "leader__community",
        "leader__organisation",
        "need__community",
        "need__organisation",
        "need__raised_by_leader",
        "need__merged_into",
        "activity",
        "enrolment__programme",
        "enrolment__community",
        "enrolment__team__mentor",
    )


def findings_for(enrolment: Enrolment, activity: Activity | None) -> list[Finding]:
    """What the learner found for this task, in the order in which it was recorded. One query."""
    rows = Finding.objects.filter(enrolment=enrolment, activity=activity).exclude(activity=None)
    return list(rows.select_related("leader", "need").order_by("made_at", "pk"))


def my_findings(person: Visitor) -> QuerySet[Finding]:
    """What the person found as a learner, in all programmes where the person still learns."""
    if not is_signed_in(person):
        return Finding.objects.none()
    return _findings().filter(enrolment__person=person, enrolment__state=EnrolmentState.ACTIVE)


def mentored_findings(person: Visitor) -> QuerySet[Finding]:
    """What the learners found whose team the person mentors, the newest first."""
    rows = _findings().filter(enrolment__in=learners_mentored_by(person))
    return rows.order_by("-made_at", "-pk")


@dataclass(frozen=True, slots=True)
class Found:
    """What a person found, the newest first."""

    leaders: tuple[Finding, ...]
    needs: tuple[Finding, ...]


def found_by(enrolment: Enrolment) -> Found:
    """What the learner found in this programme, and in earlier ones in the same community."""
    mine = Q(enrolment=enrolment)
    if enrolment.person_id is not None and enrolment.community_id is not None:
        here = Q(leader__community=enrolment.community_id) | Q(need__community=enrolment.community_id)
        mine |= here & Q(enrolment__person=enrolment.person_id, enrolment__state=EnrolmentState.ACTIVE)
    rows = list(_findings().filter(mine).order_by("-made_at", "-pk"))
    return Found(
        leaders=tuple(row for row in rows if row.leader_id is not None),
        needs=tuple(row for row in rows if row.need_id is not None),
    )


def open_tasks(enrolment: Enrolment) -> QuerySet[Activity]:
    """The learner's practice tasks for which a finding may count: on the plan, and not over."""
    mine = activities_for_enrolments([enrolment]).filter(kind=KindKey.PRACTICE)
    return mine.filter(Q(ends_at=None) | Q(ends_at__gte=clock.now())).order_by("position", "pk")


def own_leaders(enrolment: Enrolment) -> QuerySet[Leader]:
    """Leaders whom the learner recorded in the present community and who were not erased: who may have raised a need."""
    return Leader.objects.filter(
        finding__enrolment__person=enrolment.person_id,
        finding__enrolment__person__isnull=False,
        community=enrolment.community_id,
        erased_at=None,
    )


# What counts


def characters_of(file: StoredFile) -> int:
    """The characters of a document that was read; 0 of anything else. No query where `document_text` was selected along."""
    try:
        return file.document_text.characters
    except DocumentText.DoesNotExist:
        return 0


@dataclass(frozen=True, slots=True)
class FoundIn:
    """The leaders and needs that a version was handed in with, as they stand in the register now."""

    leaders: tuple[Leader, ...]
    needs: tuple[Need, ...]

    @property
    def is_empty(self) -> bool:
        return not self.leaders and not self.needs


def findings_in(version: Version) -> FoundIn:
    """In the order in which they were found. Two queries, none where there are none."""
    told = version.content.get("findings", {})
    leaders = list(told.get("leaders", ()))
    needs = [code for code, _source in told.get("needs", ())]
    found = {one.code: one for one in Leader.objects.filter(code__in=leaders)} if leaders else {}
    wanted = {one.code: one for one in Need.objects.filter(code__in=needs)} if needs else {}
    return FoundIn(
        tuple(found[code] for code in leaders if code in found),
        tuple(wanted[code] for code in needs if code in wanted),
    )


@dataclass(frozen=True, slots=True)
class Counted:
    """What counts for a duty: the version that stands handed in, with its leaders, needs and files."""

    version: Version
    found: FoundIn
    files: tuple[StoredFile, ...]


def counted_for(evidence: Iterable[Evidence]) -> Counted | None:
    """Of the newest hand-in that was not withdrawn; None where none names a version. At most four queries."""
    codes = [
        row.detail["version"] for row in evidence if row.withdrawn_at is None and "version" in row.detail
    ]
    if not codes:
        return None
    version = Version.objects.filter(code__in=codes).order_by("-number").first()
    if version is None:
        return None
    files = tuple(row.file for row in version.files.select_related("file").order_by("position", "pk"))
    return Counted(version, findings_in(version), files)
