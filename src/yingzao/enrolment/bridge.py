"""Learners and names in files ↔ the identity engine."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from yingzao.engines import identity
from yingzao.enrolment.enums import Outcome
from yingzao.enrolment.models import Enrolment


@dataclass(frozen=True, slots=True)
class Seen:
    """A person as a file names one. `name` is the whole text as given; `key` says which rows of the file are the same one."""

    key: str
    name: str
    phone: str = ""
    email: str = ""
    community: str = ""
    host: bool = False
    number: str = ""
    also: tuple[str, ...] = ()
    shown: str = ""  # the name as it stands in the file, where that is more than `name`


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the engine says of one seen person. `candidates` are `{"enrolment", "score", "reasons": [{"code", "detail"}]}`."""

    outcome: str
    enrolment: str  # code; empty unless linked
    reason: str
    candidates: tuple[dict, ...]


def memory_of(seen: Seen) -> str:
    """Under what a decision about this name is remembered in the programme."""
    return identity.memory_key(_seen(seen))[:200]


def resolve(
    seen: Sequence[Seen],
    learners: Iterable[Enrolment],
    remembered: Mapping[str, str | None],
    *,
    places: Iterable[str] = (),
    neutral: Iterable[str] = (),
) -> list[Verdict]:
    """A verdict for each, in their order. `remembered`: memory → enrolment code, or None for "not a learner"."""
    known = [
        identity.Known(id=e.code, name=e.name, community=e.community_name, code=e.number, phone=e.phone)
        for e in learners
    ]
    found = identity.resolve([_seen(s) for s in seen], known, remembered, places=places, neutral=neutral)
    return [_verdict(verdict) for verdict in found]


def _seen(seen: Seen) -> identity.Seen:
    return identity.Seen(
        key=seen.key,
        name=seen.name,
        phone=seen.phone,
        email=seen.email,
        community=seen.community,
        host=seen.host,
        code=seen.number,
        also=seen.also,
    )


def _verdict(verdict: identity.Verdict) -> Verdict:
    if isinstance(verdict, identity.Linked):
        # kept as a candidate too, so that the person is offered again once the link is undone
        candidate = {
            "enrolment": verdict.id,
            "score": 99,
            "reasons": [{"code": verdict.reason, "detail": ""}],
        }
        return Verdict(Outcome.LINKED, verdict.id, verdict.reason, (candidate,))
    if isinstance(verdict, identity.Proposal):
        candidates = tuple(
            {
                "enrolment": c.id,
                "score": c.score,
                "reasons": [{"code": r.code, "detail": r.detail} for r in c.reasons],
            }
            for c in verdict.candidates
        )
        return Verdict(Outcome.PROPOSED, "", verdict.reason, candidates)
    if isinstance(verdict, identity.Ignored):
        return Verdict(Outcome.IGNORED, "", verdict.reason, ())
    return Verdict(Outcome.UNMATCHED, "", verdict.reason, ())
