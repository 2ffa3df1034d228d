"""Marking anew after a wrong key was corrected: an act of its own, looked at first, with a reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.activities import actions as activities
from yingzao.activities.models import Duty, Evidence
from yingzao.core import audit, clock, locking
from yingzao.core.errors import Refused
from yingzao.courses.actions.attempts import fact_of, score
from yingzao.courses.enums import AttemptState
from yingzao.courses.models import Attempt, AttemptItem, BankQuestion
from yingzao.courses.queries import bank
from yingzao.courses.rules import marking
from yingzao.people.models import Person


@dataclass(frozen=True, slots=True)
class Changed:
    """One attempt whose score changes, and the learner's duty before and after."""

    attempt: Attempt
    before: Fraction
    after: Fraction
    duty_before: str
    duty_after: str

    @property
    def changes_duty(self) -> bool:
        return self.duty_before != self.duty_after


@dataclass(frozen=True, slots=True)
class Remarked:
    """`looked_at` counts attempts that were marked with another version; `other_kind` those that cannot be marked with the
    new one, because it is another kind of question."""

    changed: tuple[Changed, ...]
    looked_at: int
    other_kind: int


def preview_remarking(*, question: BankQuestion, by: Person) -> Remarked:
    """What marking anew would change: it is done, and undone before anybody sees it."""
    with transaction.atomic():
        found = remark(question=question, reason=_("Looked at beforehand"), by=by)
        transaction.set_rollback(True)
    return found


@transaction.atomic
def remark(*, question: BankQuestion, reason: str, by: Person, now: dt.datetime | None = None) -> Remarked:
    """Mark every handed-in answer to a question with its version of now.

    The attempt still shows the version that it was given, and its points stay. Where a score changes, the old fact is
    withdrawn with the reason and a new one recorded as of the same moment. Raises Refused (`reason`).
    """
    if not reason.strip():
        raise Refused(_("Say why it is marked anew."), code="reason", field="reason")
    now = now or clock.now()
    programme = question.pool.programme
    locking.take_turn(f"evidence:{programme.code}")
    newest = bank.version_of(question)
    items = list(
        AttemptItem.objects.filter(version__question=question, attempt__state=AttemptState.HANDED_IN)
        .exclude(marked_by=newest)
        .select_related("version")
        .order_by("attempt")
    )
    same = [item for item in items if item.version.kind == newest.kind]
    attempts = _attempts(same)
    touched: dict[int, Attempt] = {}
    for item in same:
        share = marking.mark(kind=newest.kind, key=newest.key, is_partial=newest.is_partial, said=item.said)
        if Fraction(item.mark) != share:
            touched[item.attempt_id] = attempts[item.attempt_id]
        item.mark, item.marked_by = marking.exact(share), newest
    AttemptItem.objects.bulk_update(same, ["mark", "marked_by"], batch_size=200)
    changed = _write(list(touched.values()), reason=reason.strip(), by=by, now=now)
    audit.record(
        actor=by,
        act="courses.question.remarked",
        subject=question.code,
        organisation_id=question.organisation_id,
        after={"version": newest.number, "attempts": len(same), "changed": len(changed)},
    )
    return Remarked(tuple(changed), len(same), len(items) - len(same))


def _attempts(items: Sequence[AttemptItem]) -> dict[int, Attempt]:
    rows = (
        Attempt.objects.select_for_update(of=("self",))
        .filter(pk__in={item.attempt_id for item in items})
        .select_related("quiz__part__activity__programme", "enrolment__programme", "enrolment__person")
        .order_by("pk")
    )
    return {row.pk: row for row in rows}


def _write(attempts: Sequence[Attempt], *, reason: str, by: Person, now: dt.datetime) -> list[Changed]:
    """New scores and facts of these attempts, and the duties that follow."""
    by_attempt: dict[int, list[AttemptItem]] = {}
    for item in AttemptItem.objects.filter(attempt__in=attempts).select_related("version"):
        by_attempt.setdefault(item.attempt_id, []).append(item)
    before = {a.pk: Fraction(a.score) for a in attempts}
    duties_before = _duties(attempts)
    old = [a.evidence for a in attempts if a.evidence]
    standing = {
        e.key: e
        for e in Evidence.objects.filter(key__in=old, withdrawn_at=None).select_related("activity__programme")
    }
    facts = []
    for attempt in attempts:
        score(attempt, by_attempt[attempt.pk])
        attempt.remarked += 1
        if attempt.evidence in standing:
            fact = fact_of(attempt)
            facts.append(fact)
            attempt.evidence = fact.key
        audit.record(
            actor=by,
            act="courses.attempt.remarked",
            subject=attempt.code,
            organisation_id=attempt.organisation_id,
            before={"score": marking.exact(before[attempt.pk])},
            after={"score": attempt.score, "reason": reason[:200]},
        )
    Attempt.objects.bulk_update(attempts, ["score", "points", "of", "remarked", "evidence"], batch_size=200)
    activities.withdraw_evidence(list(standing.values()), by=by, reason=reason, now=now)
    activities.record_evidence(facts, by=by, now=now)
    duties_after = _duties(attempts)
    return [
        Changed(
            a,
            before[a.pk],
            Fraction(a.score),
            duties_before.get((a.enrolment_id, a.quiz.part.activity_id), ""),
            duties_after.get((a.enrolment_id, a.quiz.part.activity_id), ""),
        )
        for a in attempts
    ]


def _duties(attempts: Sequence[Attempt]) -> dict[tuple[int, int], str]:
    rows = Duty.objects.filter(
        enrolment__in={a.enrolment_id for a in attempts},
        activity__in={a.quiz.part.activity_id for a in attempts},
    ).values_list("enrolment", "activity", "state")
    return {(enrolment, activity): state for enrolment, activity, state in rows}
