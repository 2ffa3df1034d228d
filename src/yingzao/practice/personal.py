"""What practice keeps of a learner beside what was handed in: comments, meetings, what was found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from yingzao.activities.models import Version
from yingzao.enrolment.personal import enrolments_of
from yingzao.people import personal
from yingzao.people.models import Person
from yingzao.people.personal import Erasure, Kind, plain
from yingzao.practice.models import DocumentText, FeedbackPhrase, Finding, Likeness, MeetingNote, Remark


def _remark_rows(person: Person) -> Iterator[dict[str, Any]]:
    for r in Remark.objects.filter(version__entry__enrolment__person=person).select_related("version"):
        yield plain(
            r, "quote", "text", "at", "answer", "settled_at", version=r.version.code, paragraph=r.paragraph
        )


def _meeting_rows(person: Person) -> Iterator[dict[str, Any]]:
    """What the mentor shared; the mentor's own notes are the mentor's."""
    for m in MeetingNote.objects.filter(enrolment__person=person, is_shared=True):
        yield plain(m, "on", "text", "next_steps", "changed_at")


def _finding_rows(person: Person) -> Iterator[dict[str, Any]]:
    """What was found, as records: who the resident is and how to reach them is the resident's."""
    rows = Finding.objects.filter(enrolment__person=person).select_related(
        "leader__community", "need__community"
    )
    for f in rows:
        found = f.leader or f.need
        yield plain(
            f, "made_at",
            what="leader" if f.leader else "need",
            code=found.code if found else "",
            community=found.community.name if found else "",
            title=f.need.title if f.need else "",
        )  # fmt: skip


def _phrase_rows(person: Person) -> Iterator[dict[str, Any]]:
    for phrase in FeedbackPhrase.objects.filter(owner=person):
        yield plain(phrase, "title", "text")


def erase(erasure: Erasure) -> None:
    """Words about the work go with the work; that something was found, and for which task, stays."""
    learners = enrolments_of(erasure)
    versions = Version.objects.filter(entry__enrolment__in=learners)
    Remark.objects.filter(version__in=versions).update(quote="", text="", answer="")
    Likeness.objects.filter(version__in=versions).update(passages=[])
    Likeness.objects.filter(other__in=versions).update(passages=[])
    DocumentText.objects.filter(file_id__in=versions.values("files__file_id")).update(paragraphs=[])
    MeetingNote.objects.filter(enrolment__in=learners).update(text="", next_steps="")
    if erasure.person is not None:
        FeedbackPhrase.objects.filter(owner=erasure.person, organisation=erasure.organisation).delete()


personal.register(
    Kind(
        "remarks",
        _("Comments on your work"),
        why=_("So that you can make it better."),
        period="programme",
        rows=_remark_rows,
    ),
    Kind(
        "meetings",
        _("Talks with your mentor"),
        why=_("What was agreed, and what comes next."),
        period="programme",
        rows=_meeting_rows,
    ),
    Kind(
        "findings",
        _("Leaders and needs that you found"),
        why=_(
            "They count for your tasks. The residents' names and telephones are not in your copy: they are theirs."
        ),
        period="programme",
        rows=_finding_rows,
    ),
    Kind(
        "phrases",
        _("Your phrases for answers"),
        why=_("So that you can use them again."),
        period="account",
        rows=_phrase_rows,
    ),
)
personal.on_erase("practice", erase)
