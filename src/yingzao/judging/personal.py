"""What judging keeps of a person: the marks that a judge gave, and those that a learner got, once they are released."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from yingzao.core import media
from yingzao.core.models import StoredFile
from yingzao.enrolment.personal import enrolments_of
from yingzao.judging.enums import AssignmentState
from yingzao.judging.models import Assignment, DeclaredTie, TalkLine
from yingzao.people import personal
from yingzao.people.models import Person
from yingzao.people.personal import Erasure, Kind, plain


def _given_rows(person: Person) -> Iterator[dict[str, Any]]:
    """By the entry's code: whose it is stands on no sheet."""
    rows = Assignment.objects.filter(judge__person=person).select_related("round", "entry")
    for a in rows.prefetch_related("marks__criterion"):
        yield plain(
            a, "state", "comment", "note", "submitted_at",
            round=a.round.name, entry=a.entry.code,
            marks=[{"criterion": m.criterion.title, "points": m.points} for m in a.marks.all()],
        )  # fmt: skip


def _received_rows(person: Person) -> Iterator[dict[str, Any]]:
    """Of released rounds alone. The sheets are numbered: no judge is named, and none can be told from another round."""
    rows = Assignment.objects.filter(
        entry__enrolment__person=person, round__released_at__isnull=False, state=AssignmentState.SUBMITTED
    )
    numbers: dict[int, int] = {}
    for a in (
        rows.select_related("round", "entry").prefetch_related("marks__criterion").order_by("round", "code")
    ):
        numbers[a.round_id] = numbers.get(a.round_id, 0) + 1
        yield plain(
            a, "comment",
            round=a.round.name, entry=a.entry.code, sheet=numbers[a.round_id],
            marks=[{"criterion": m.criterion.title, "points": m.points} for m in a.marks.all()],
        )  # fmt: skip


def erase(erasure: Erasure) -> None:
    """Marks stay; what was written to the learner and about them goes with the learner, and the papers with it."""
    gone = enrolments_of(erasure)
    for scan in StoredFile.objects.filter(
        pk__in=Assignment.objects.filter(entry__enrolment__in=gone).values("scan")
    ):
        media.remove(scan)
    Assignment.objects.filter(entry__enrolment__in=gone).update(comment="", note="", reason="")
    DeclaredTie.objects.filter(enrolment__in=gone).update(reason="")
    TalkLine.objects.filter(entry__enrolment__in=gone).update(text="")


personal.register(
    Kind(
        "marks_given",
        _("Marks that you gave"),
        why=_("For the selection, and so that it can be checked."),
        period="programme",
        rows=_given_rows,
    ),
    Kind(
        "marks_received",
        _("Marks that you got"),
        why=_("For the selection and the certificates. They stand here once they are released."),
        period="programme",
        rows=_received_rows,
    ),
)
personal.on_erase("judging", erase)
