"""What a learner found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from yingzao.activities.models import Activity, Evidence, Version
from yingzao.communities.models import Leader, Need
from yingzao.core.models import StoredFile
from yingzao.enrolment.models import Enrolment
from yingzao.practice.models import DocumentText, Finding


def findings_for(enrolment: Enrolment, activity: Activity | None) -> list[Finding]:
    """The leaders and needs that count for a task, oldest first. One query."""
    found = Finding.objects.filter(enrolment=enrolment, activity=activity).exclude(activity=None)
    return list(found.select_related("leader", "need").order_by("made_at", "pk"))


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
