"""What lies before one judge. Nothing here reads another judge's sheet."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from yingzao.activities import kind as kinds
from yingzao.activities.models import Version, VersionFile
from yingzao.core.media.sniff import EXTENSIONS
from yingzao.judging.enums import STANDING, AssignmentState, RoundState
from yingzao.judging.models import Assignment, Criterion, Round
from yingzao.judging.queries.conflicts import Conflicts
from yingzao.people.models import Visitor
from yingzao.people.queries import is_signed_in
from yingzao.programmes.enums import Role


def _asked_of(person: Visitor) -> QuerySet[Assignment]:
    """Every sheet the person was ever asked for as a judge, in rounds that were opened."""
    if not is_signed_in(person):
        return Assignment.objects.none()
    return (
        Assignment.objects.filter(judge__person=person, judge__role=Role.JUDGE, judge__ended_at=None)
        .exclude(round__state=RoundState.DRAFT)
        .exclude(version=None)
    )


def assignments_of(person: Visitor) -> QuerySet[Assignment]:
    """The sheets that the person may open: who stood aside or could not judge does not open the entry again."""
    return (
        _asked_of(person)
        .filter(state__in=STANDING)
        .select_related(
            "round__programme__organisation",
            "round__rubric_version",
            "judge",
            "entry__activity",
            "entry__enrolment__community",
            "entry__enrolment__team__mentor",
            "version",
        )
    )


def has_rounds_to_judge(person: Visitor) -> bool:
    return _asked_of(person).exists()


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line of a judge's queue. The learner is not in it: names are a matter of the sheet."""

    code: str
    entry_code: str
    title: str
    state: str
    marked: int
    criteria: int
    learner: str  # empty while the round hides names

    @property
    def shown(self) -> str:
        return {
            AssignmentState.SUBMITTED: "done",
            AssignmentState.SAVED: "part",
            AssignmentState.ASSIGNED: "todo",
        }.get(AssignmentState(self.state), "excused")

    @property
    def opens(self) -> bool:
        return self.state in STANDING


@dataclass(frozen=True, slots=True)
class Queue:
    round: Round
    rows: Sequence[QueueRow]

    @property
    def standing(self) -> int:
        return sum(row.opens for row in self.rows)

    @property
    def sheets_in(self) -> int:
        return sum(row.state == AssignmentState.SUBMITTED for row in self.rows)

    @property
    def percent(self) -> int:
        return 100 * self.sheets_in // self.standing if self.standing else 0

    @property
    def next(self) -> QueueRow | None:
        """The first unfinished sheet: one begun before one not begun."""
        begun = [row for row in self.rows if row.state == AssignmentState.SAVED]
        untouched = [row for row in self.rows if row.state == AssignmentState.ASSIGNED]
        return next(iter(begun + untouched), None)


def queue(person: Visitor) -> list[Queue]:
    """The person's sheets by round, open rounds first. Eight queries."""
    rows = (
        _asked_of(person)
        .select_related(
            "round__programme",
            "judge",
            "entry__activity",
            "entry__enrolment__community",
            "entry__enrolment__team__mentor",
        )
        .annotate(marked=Count("marks"))
        .order_by("code")  # random codes: the order says nothing about the learners
    )
    by_round: dict[int, tuple[Round, list[Assignment]]] = {}
    for row in rows:
        by_round.setdefault(row.round_id, (row.round, []))[1].append(row)
    criteria = dict(
        Round.objects.filter(pk__in=by_round)
        .annotate(criteria=Count("rubric_version__criteria"))
        .values_list("pk", "criteria")
    )
    conflicts = Conflicts({row.judge for row in rows})
    queues = [
        Queue(round, [_queue_row(row, criteria[pk]) for row in of if _may_be_seen(row, conflicts)])
        for pk, (round, of) in by_round.items()
    ]
    return sorted(queues, key=lambda q: (q.round.state != RoundState.OPEN, -q.round.pk))


def _may_be_seen(row: Assignment, conflicts: Conflicts) -> bool:
    """A conflict that came to light after the draw takes the entry away."""
    return row.state not in STANDING or conflicts.between(row.judge, row.entry.enrolment) is None


def _queue_row(row: Assignment, criteria: int) -> QueueRow:
    return QueueRow(
        code=row.code,
        entry_code=row.entry.code,
        title=row.entry.activity.title if row.entry.activity else "",
        state=row.state,
        marked=row.marked,  # type: ignore[attr-defined]
        criteria=criteria,
        learner="" if row.round.hides_names else row.entry.enrolment.name,
    )


def criteria_of(assignment: Assignment) -> list[Criterion]:
    """The criteria of the version that the round froze, with their levels."""
    return list(assignment.round.rubric_version.criteria.prefetch_related("levels"))


@dataclass(frozen=True, slots=True)
class SheetFile:
    """A file as the judge sees it. `name` is empty while the round hides names: uploads are often called by them."""

    code: str
    name: str
    caption: str
    kind: str  # PDF, DOCX …
    size: int  # bytes


@dataclass(frozen=True, slots=True)
class SheetPart:
    """One task of what was handed in: its text, photos and documents, and what its kind has beside them."""

    title: str
    text: str
    number: int
    submitted_at: dt.datetime | None
    photos: Sequence[SheetFile]
    documents: Sequence[SheetFile]
    beside: Sequence[str] = ()


def _versions_before(assignment: Assignment) -> list[Version]:
    """The submitted versions that the judged version stands for: itself, or those a portfolio lists, in its order."""
    version = assignment.version
    if version is None:
        return []
    if assignment.entry.activity_id:
        return list(Version.objects.filter(pk=version.pk).select_related("entry__activity"))
    listed = [item["version"] for item in version.content.get("versions", [])]
    found = Version.objects.filter(
        code__in=listed, entry__enrolment_id=assignment.entry.enrolment_id
    ).select_related("entry__activity")
    return sorted(found, key=lambda v: listed.index(v.code))


def files_before(assignment: Assignment) -> QuerySet[VersionFile]:
    """Exactly the files of the version that lies before the judge; a later version's files are not among them."""
    return VersionFile.objects.filter(version__in=_versions_before(assignment)).select_related("file")


def sheet_parts(assignment: Assignment) -> list[SheetPart]:
    """What was handed in, task by task. Two queries.

    While the round hides names, the learner's own name, phone and community are taken out of text and captions.
    """
    versions = _versions_before(assignment)
    files: dict[int, list[VersionFile]] = {}
    for file in VersionFile.objects.filter(version__in=versions).select_related("file"):
        files.setdefault(file.version_id, []).append(file)
    told = _telling(assignment)
    return [
        SheetPart(
            title=version.entry.activity.title if version.entry.activity else "",
            text=_without(told, version.text),
            number=version.number,
            submitted_at=version.submitted_at,
            photos=[_file(f, told) for f in files.get(version.pk, ()) if _is_photo(f)],
            documents=[_file(f, told) for f in files.get(version.pk, ()) if not _is_photo(f)],
            beside=[_without(told, line) for line in _beside(version)],
        )
        for version in versions
    ]


def _beside(version: Version) -> Sequence[str]:
    activity = version.entry.activity
    return kinds.get(activity.kind).beside(version) if activity else ()


HIDDEN = "〔…〕"
SPACED = "[ \t\u00a0\u3000·•-]{0,4}"  # what may stand between two characters of a line
Telling = Sequence[re.Pattern[str]]


def _telling(assignment: Assignment) -> Telling:
    """What would tell who the learner is, longest first; nothing where the round shows names.

    However it is spaced: names are set apart with spaces in forms, telephones with spaces or dashes.
    """
    if not assignment.round.hides_names:
        return ()
    learner = assignment.entry.enrolment
    told = {learner.name, learner.phone, learner.community_name, learner.community_as_given}
    squeezed = {"".join(text.split()) for text in told}
    return tuple(
        re.compile(SPACED.join(map(re.escape, text)), re.IGNORECASE)
        for text in sorted(squeezed, key=lambda text: (-len(text), text))
        if len(text) > 1
    )


def _without(told: Telling, text: str) -> str:
    for each in told:
        text = each.sub(HIDDEN, text)
    return text


def _is_photo(file: VersionFile) -> bool:
    return file.file.media_type.startswith("image/")


def _file(file: VersionFile, told: Telling) -> SheetFile:
    return SheetFile(
        code=file.file.code,
        name="" if told else file.file.name,
        caption=_without(told, file.caption),
        kind=EXTENSIONS.get(file.file.media_type, "").lstrip(".").upper(),
        size=file.file.size,
    )


def place_in_queue(assignment: Assignment) -> tuple[int, int]:
    """Which of the judge's sheets of the round this is, and how many there are."""
    standing = Assignment.objects.filter(
        round_id=assignment.round_id, judge_id=assignment.judge_id, state__in=STANDING
    )
    codes = list(standing.order_by("code").values_list("code", flat=True))
    return (codes.index(assignment.code) + 1 if assignment.code in codes else 0), len(codes)
