"""Whom the names in files mean: linked by an exact key, or decided by a person; each decision can be undone for ever."""

from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.communities.queries import communities_of
from yingzao.core import audit, clock, locking
from yingzao.core.errors import Refused
from yingzao.enrolment import bridge, queries, rules, signals
from yingzao.enrolment.actions.sources import record_source
from yingzao.enrolment.bridge import Seen, Verdict
from yingzao.enrolment.enums import EnrolmentState, Outcome, SourceState
from yingzao.enrolment.models import Enrolment, IdentityDecision, IdentityMatch, SourceFile
from yingzao.people.models import Person
from yingzao.programmes.models import Programme


@transaction.atomic
def match_rows(*, source_file: SourceFile, seen: Sequence[Seen], by: Person | None) -> list[IdentityMatch]:
    """Find out whom a file names; one match for each key, in the order of `seen`. Keys that the file has already stay as
    they are.

    Exact keys and what the programme remembers link by themselves (`decided_by` empty), hosts are ignored, all else waits
    in the queue. Evidence is for the room that reads the file: this sends no signal.
    """
    programme = source_file.programme
    locking.take_turn(f"enrolment.identity:{programme.pk}")
    standing = {match.key: match for match in source_file.matches.all()}
    new = list({s.key: s for s in seen if s.key not in standing}.values())
    learners = queries.learners_by_code(programme)
    verdicts = _verdicts(programme, new, learners)
    made = IdentityMatch.objects.bulk_create(
        IdentityMatch(
            organisation_id=programme.organisation_id,
            programme=programme,
            source_file=source_file,
            key=one.key,
            memory=bridge.memory_of(one),
            name_as_given=(one.shown or one.name)[:200],
            outcome=verdict.outcome,
            enrolment=learners.get(verdict.enrolment),
            reason=verdict.reason,
            candidates=list(verdict.candidates),
        )
        for one, verdict in zip(new, verdicts, strict=True)
    )
    IdentityDecision.objects.bulk_create(
        _decision(match, None) for match in made if match.outcome in (Outcome.LINKED, Outcome.IGNORED)
    )
    standing |= {match.key: match for match in made}
    if new:
        counts = {outcome: sum(v.outcome == outcome for v in verdicts) for outcome in Outcome.values}
        record_source(source_file, by, "matched", after=counts)
    return [standing[key] for key in dict.fromkeys(s.key for s in seen)]


def foresee_matches(*, programme: Programme, seen: Sequence[Seen]) -> dict[str, Verdict]:
    """Key → whom `match_rows` would find now. Writes nothing."""
    found = list({s.key: s for s in seen}.values())
    verdicts = _verdicts(programme, found, queries.learners_by_code(programme))
    return {one.key: verdict for one, verdict in zip(found, verdicts, strict=True)}


def _verdicts(programme: Programme, seen: Sequence[Seen], learners: Mapping[str, Enrolment]) -> list[Verdict]:
    remembered = {
        memory: decision.enrolment.code if decision.enrolment else None
        for memory, decision in queries.remembered_decisions(programme).items()
    }
    places = communities_of(programme.organisation).values_list("name", flat=True)
    there = [learner for learner in learners.values() if learner.erased_at is None]
    return bridge.resolve(seen, there, remembered, places=places)


@transaction.atomic
def link(*, match: IdentityMatch, enrolment: Enrolment, by: Person) -> IdentityDecision:
    """Say that a name means this learner. Remembered for the programme, and for no other. Sends `match_decided`."""
    _require_open(match, by)
    if enrolment.programme_id != match.programme_id or enrolment.state == EnrolmentState.WITHDRAWN:
        raise Refused(_("This is no learner of the programme."), code="no_learner", field="enrolment")
    return _decided_by(match, by, Outcome.LINKED, enrolment)


@transaction.atomic
def link_together(*, match: IdentityMatch, enrolments: Sequence[Enrolment], by: Person) -> IdentityDecision:
    """Say that a name means all of these learners: they shared one device. One decision, undone as one; it is remembered
    for nobody. Sends `match_decided`."""
    _require_open(match, by)
    together = list(dict.fromkeys(enrolments))
    if len(together) < 2:
        raise Refused(_("Choose at least two learners."), code="too_few", field="enrolment")
    if any(e.programme_id != match.programme_id or e.state == EnrolmentState.WITHDRAWN for e in together):
        raise Refused(_("This is no learner of the programme."), code="no_learner", field="enrolment")
    return _decided_by(match, by, Outcome.LINKED, together[0], also=[e.code for e in together[1:]])


@transaction.atomic
def set_aside(*, match: IdentityMatch, by: Person) -> IdentityDecision:
    """Say that a name is not a learner's. Remembered for the programme. Sends `match_decided`."""
    _require_open(match, by)
    return _decided_by(match, by, Outcome.IGNORED, None)


@transaction.atomic
def undo_decision(*, decision: IdentityDecision, by: Person) -> IdentityMatch:
    """Take a decision back, a person's or an exact key's: the name waits again, with its candidates. Sends `match_undone`.

    Undoing twice changes nothing.
    """
    match = decision.match
    rules.require_decider(by, match.programme)
    locking.take_turn(f"enrolment.identity:{match.programme_id}")
    decision.refresh_from_db(fields=["undone_at"])
    if decision.undone_at is not None:
        return match
    decision.undone_at, decision.undone_by = clock.now(), by
    decision.save(update_fields=["undone_at", "undone_by"])
    match.outcome = Outcome.PROPOSED if match.candidates else Outcome.UNMATCHED
    match.enrolment, match.reason = None, "undone"
    match.save(update_fields=["outcome", "enrolment", "reason"])
    _record(match, decision, by, "undone")
    signals.match_undone.send(sender=IdentityMatch, match=match, decision=decision, by=by)
    return match


@transaction.atomic
def split_match(*, match: IdentityMatch, by: Person) -> list[IdentityMatch]:
    """Say that the rows under one name are not of one person: each row waits by itself from then on, with the same
    candidates. Nothing is credited. Raises Refused for a name that is decided or stands in one row only."""
    _require_open(match, by)
    rows = list(match.rows.order_by("sheet", "number"))
    if len(rows) < 2:
        raise Refused(_("This name stands in one row only."), code="one_row")
    match.memory = ""  # a name of several people says nothing of the next file
    match.save(update_fields=["memory"])
    apart = [match]
    for row in rows[1:]:
        own = IdentityMatch.objects.create(
            organisation_id=match.organisation_id,
            programme=match.programme,
            source_file=match.source_file,
            key=f"{match.key[:120]}\x1e{len(apart)}\x1e{row.sheet[:20]}\x1e{row.number}",
            memory="",
            name_as_given=match.name_as_given,
            outcome=match.outcome,
            reason=match.reason,
            candidates=match.candidates,
        )
        row.match = own
        row.save(update_fields=["match"])
        apart.append(own)
    audit.record(
        actor=by,
        act="enrolment.identity.split",
        subject=match.code,
        organisation_id=match.organisation_id,
        after={"rows": [row.number for row in rows], "matches": [m.code for m in apart]},
    )
    return apart


@transaction.atomic
def undo_source(*, source_file: SourceFile, by: Person) -> SourceFile:
    """Take a file back, whole: what it told is withdrawn by the rooms above (`source_undone`); rows and decisions stay
    readable. A roster has an undoing of its own."""
    rules.require_manager(by, source_file.programme)
    locking.take_turn(f"enrolment.source:{source_file.pk}")
    locking.take_turn(f"enrolment.identity:{source_file.programme_id}")
    source_file.refresh_from_db(fields=["state"])
    if source_file.state == SourceState.UNDONE:
        return source_file
    source_file.state, source_file.undone_at, source_file.undone_by = SourceState.UNDONE, clock.now(), by
    source_file.save(update_fields=["state", "undone_at", "undone_by"])
    record_source(source_file, by, "undone")
    signals.source_undone.send(sender=SourceFile, source_file=source_file, by=by)
    return source_file


def link_all(*, pairs: Iterable[tuple[IdentityMatch, Enrolment]], by: Person) -> int:
    """Decide many at once, all or none; how many."""
    with transaction.atomic():
        return len([link(match=match, enrolment=enrolment, by=by) for match, enrolment in pairs])


def _require_open(match: IdentityMatch, by: Person) -> None:
    rules.require_decider(by, match.programme)
    locking.take_turn(f"enrolment.identity:{match.programme_id}")
    match.refresh_from_db(fields=["outcome"])
    match.source_file.refresh_from_db(fields=["state"])
    if match.source_file.state == SourceState.UNDONE:
        raise Refused(_("The file with this name was taken back."), code="taken_back")
    if match.outcome not in queries.WAITING:
        raise Refused(_("This name has been decided already. Undo that decision first."), code="decided")


def _decided_by(
    match: IdentityMatch, by: Person, outcome: str, enrolment: Enrolment | None, also: Sequence[str] = ()
) -> IdentityDecision:
    match.outcome, match.enrolment, match.reason = outcome, enrolment, "decided"
    match.save(update_fields=["outcome", "enrolment", "reason"])
    decision = _decision(match, by, also)
    decision.save()
    _record(match, decision, by, "linked" if enrolment else "set_aside")
    signals.match_decided.send(sender=IdentityMatch, match=match, decision=decision, by=by)
    return decision


def _decision(match: IdentityMatch, by: Person | None, also: Sequence[str] = ()) -> IdentityDecision:
    return IdentityDecision(
        organisation_id=match.organisation_id,
        match=match,
        outcome=match.outcome,
        enrolment=match.enrolment,
        also=list(also),
        reason=match.reason,
        decided_by=by,
        decided_at=clock.now(),
    )


def _record(match: IdentityMatch, decision: IdentityDecision, by: Person, what: str) -> None:
    audit.record(
        actor=by,
        act=f"enrolment.identity.{what}",
        subject=match.code,
        organisation_id=match.organisation_id,
        after={
            "decision": decision.code,
            "enrolment": decision.enrolment.code if decision.enrolment else "",
            **({"also": decision.also} if decision.also else {}),
            "source": match.source_file.code,
        },
    )
