"""Reading what was handed in: its paragraphs, the comments at them, what changed, and what it resembles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from yingzao.activities.enums import VersionState
from yingzao.activities.models import Version, VersionFile
from yingzao.core.models import StoredFile
from yingzao.people.models import Person
from yingzao.practice.models import DocumentText, Likeness, Remark, TaskPart
from yingzao.practice.queries.work import versions_readable_by
from yingzao.practice.settling.differences import Change, differences, paragraphs
from yingzao.practice.settling.parts import asked_parts


@dataclass(frozen=True, slots=True)
class Place:
    """One paragraph, with the comments at it."""

    paragraph: int
    text: str
    remarks: tuple[Remark, ...] = ()
    kind: str = "p"


@dataclass(frozen=True, slots=True)
class Section:
    """A part as it was written; `part` is empty for a task without parts."""

    part: str
    title: str
    places: tuple[Place, ...]

    @property
    def is_empty(self) -> bool:
        return not self.places


def sections_of(version: Version, remarks: Sequence[Remark] = ()) -> list[Section]:
    """The written parts of a version in the order of its task; a part that is asked for no more comes last."""
    at: dict[tuple[str, int], list[Remark]] = defaultdict(list)
    for remark in remarks:
        if remark.file_id is None:
            at[remark.part, remark.paragraph].append(remark)
    return [
        Section(
            code,
            title,
            tuple(Place(n, text, tuple(at[code, n])) for n, text in enumerate(paragraphs(written))),
        )
        for code, title, written in _texts(version)
    ]


def _texts(version: Version) -> list[tuple[str, str, str]]:
    """(part's code, its title, what was written)."""
    texts: dict[str, str] = version.content.get("parts", {})
    if not texts:
        return [("", "", version.text)]
    activity = version.entry.activity
    asked = [one for one in asked_parts(activity.rule if activity else {}) if one.is_written]
    known = {one.part for one in asked}
    told = [(one.part, one.title, texts.get(one.part, "")) for one in asked]
    return told + [(code, "", text) for code, text in texts.items() if code not in known and text.strip()]


@dataclass(frozen=True, slots=True)
class Found:
    """Where a comment stands."""

    text: str
    file: StoredFile | None = None


def place_in(version: Version, *, part: str, file: str, paragraph: int) -> Found | None:
    """The paragraph that is meant; None where there is none."""
    if file:
        kept = version.files.filter(file__code=file).select_related("file__document_text").first()
        told = document_of(kept.file) if kept else None
        if kept is None or told is None or not 0 <= paragraph < len(told.paragraphs):
            return None
        return Found(told.paragraphs[paragraph][1], kept.file)
    for section in sections_of(version):
        if section.part == part and 0 <= paragraph < len(section.places):
            return Found(section.places[paragraph].text)
    return None


def document_of(file: StoredFile) -> DocumentText | None:
    """The text of a document, where one was taken out. No query where `document_text` was selected along."""
    try:
        return file.document_text
    except DocumentText.DoesNotExist:
        return None


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file of a version, its text where it has one, and how many comments stand in it."""

    kept: VersionFile
    document: DocumentText | None
    remarks: int


def files_of(version: Version, remarks: Sequence[Remark] = ()) -> list[FileRow]:
    """One query."""
    rows = version.files.select_related("file__document_text").order_by("position", "pk")
    return [
        FileRow(row, document_of(row.file), sum(remark.file_id == row.file_id for remark in remarks))
        for row in rows
    ]


def document_places(document: DocumentText, remarks: Sequence[Remark]) -> list[Place]:
    at: dict[int, list[Remark]] = defaultdict(list)
    for remark in remarks:
        if remark.file_id == document.file_id:
            at[remark.paragraph].append(remark)
    return [Place(n, text, tuple(at[n]), kind) for n, (kind, text) in enumerate(document.paragraphs)]


def remarks_on(version: Version) -> list[Remark]:
    return list(version.remarks.select_related("by", "file").order_by("part", "file", "paragraph", "pk"))


def remarks_for_learner(versions: Sequence[Version]) -> list[Remark]:
    """The comments on versions that were answered, the newest version first; while a version waits, its comments are not told."""
    told = [v.pk for v in versions if v.state in (VersionState.RETURNED, VersionState.ACCEPTED)]
    rows = Remark.objects.filter(version__in=told).select_related("version__entry__activity", "file", "by")
    return list(rows.order_by("-version__number", "part", "file", "paragraph", "pk"))


@dataclass(frozen=True, slots=True)
class PartChanges:
    title: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class VersionChanges:
    """What a version has that the one before it had not, and the other way round."""

    before: Version
    parts: tuple[PartChanges, ...]
    files_added: tuple[str, ...]
    files_removed: tuple[str, ...]
    leaders_added: int
    leaders_removed: int
    needs_added: int
    needs_removed: int

    @property
    def is_nothing(self) -> bool:
        moved = (self.leaders_added, self.leaders_removed, self.needs_added, self.needs_removed)
        same = all(change.what == "=" for part in self.parts for change in part.changes)
        return same and not (self.files_added or self.files_removed or any(moved))


def version_before(version: Version) -> Version | None:
    """The version of the same entry that was handed in before."""
    earlier = Version.objects.filter(entry=version.entry_id, number__lt=version.number)
    return earlier.exclude(state=VersionState.DRAFT).order_by("-number").first()


def changes_since(version: Version, before: Version) -> VersionChanges:
    old = {code: written for code, _title, written in _texts(before)}
    new = _texts(version)
    parts = [PartChanges(title, differences(old.pop(code, ""), written)) for code, title, written in new] + [
        PartChanges("", differences(gone, "")) for gone in old.values() if gone.strip()
    ]
    names_before, names_after = _file_names(before), _file_names(version)
    leaders, needs = _codes(before, "leaders"), _codes(before, "needs")
    leaders_now, needs_now = _codes(version, "leaders"), _codes(version, "needs")
    return VersionChanges(
        before=before,
        parts=tuple(part for part in parts if part.changes),
        files_added=tuple(name for sha, name in names_after.items() if sha not in names_before),
        files_removed=tuple(name for sha, name in names_before.items() if sha not in names_after),
        leaders_added=len(leaders_now - leaders),
        leaders_removed=len(leaders - leaders_now),
        needs_added=len(needs_now - needs),
        needs_removed=len(needs - needs_now),
    )


def _file_names(version: Version) -> dict[str, str]:
    rows = VersionFile.objects.filter(version=version).select_related("file").order_by("position", "pk")
    return {row.file.sha256: row.file.name for row in rows}


def _codes(version: Version, what: str) -> set[str]:
    told = version.content.get("findings", {}).get(what, ())
    return {one if isinstance(one, str) else one[0] for one in told}


# Likeness


def whole_text(version: Version) -> str:
    """What was written and what stands in the documents."""
    documents = DocumentText.objects.filter(file__in=version.files.values("file")).order_by("file_id")
    pieces = [version.text, *("\n".join(text for _kind, text in one.paragraphs) for one in documents)]
    return "\n".join(pieces)


def words_of_task(version: Version) -> list[str]:
    """The task's own words: whoever repeats the question has not copied an answer."""
    activity = version.entry.activity
    if activity is None:
        return []
    task = getattr(activity, "practice_task", None)
    words = [activity.description, task.guidance if task else ""]
    for part in TaskPart.objects.filter(part__activity=activity):
        words += [part.help_text, part.example, *part.outline]
    return [text for text in words if text.strip()]


def versions_before(version: Version) -> QuerySet[Version]:
    """Hand-ins of the organisation by other people, before this one; of each entry the newest of them."""
    enrolment = version.entry.enrolment
    others = Version.objects.filter(
        organisation_id=version.organisation_id,
        entry__activity__isnull=False,
        submitted_at__lt=version.submitted_at,
    ).exclude(state=VersionState.DRAFT)
    others = others.exclude(entry__enrolment=enrolment)
    if enrolment.person_id:
        others = others.exclude(entry__enrolment__person=enrolment.person_id)
    newer = Version.objects.filter(
        entry=OuterRef("entry"), number__gt=OuterRef("number"), submitted_at__lt=version.submitted_at
    )
    return others.filter(~Exists(newer.exclude(state=VersionState.DRAFT))).order_by("pk")


@dataclass(frozen=True, slots=True)
class LikenessRow:
    """One text that is alike. `readable`: the version, where whoever asks may read it."""

    likeness: Likeness
    readable: Version | None

    @property
    def percent(self) -> int:
        return round(self.likeness.share * 100)


def likenesses_for(version: Version, person: Person) -> list[LikenessRow]:
    """What the mentor or organiser is told. Whose report it is, is told to those alone who may read it."""
    found = list(version.likenesses.select_related("other", "article").order_by("-share", "pk"))
    others = [one.other_id for one in found if one.other_id]
    readable = {
        row.pk: row
        for row in versions_readable_by(person)
        .filter(pk__in=others)
        .select_related("entry__enrolment__programme", "entry__activity")
    }
    return [LikenessRow(one, readable.get(one.other_id or 0)) for one in found]
