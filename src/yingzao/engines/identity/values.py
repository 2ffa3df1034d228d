"""What goes in and what comes out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody on the roster. `phone` is 11 digits or empty; an empty field speaks neither for nor
    against."""

    id: str
    name: str
    community: str = ""
    code: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """A row of a file. `name` is the whole text as given, nickname and brackets included; the other fields
    are columns
    of their own. `also` are further names of the row, looked at one after the other while the ones before
    say nothing; one that is wholly somebody else's makes the row wait."""

    key: str
    name: str
    phone: str = ""
    email: str = ""
    community: str = ""
    host: bool = False
    code: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a candidate is one, or what speaks against. `detail` is the piece of the row (or of the roster)
    that says so.

    For: whole_name, same_community, phone, code, email, remembered, full_width, traditional, near_shape,
    similar_name,
    name_inside, given_name, phone_tail, renamed, shared_device.
    Against: homonym, other_community, unknown_place, other_phone, other_code, unexplained, other_name.
    """

    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """`score` 1–99 orders candidates of one row; it is no probability and decides nothing."""

    id: str
    score: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Linked:
    """An exact key: phone, email, code, community_name, unique_name, or remembered (a person decided so
    before)."""

    key: str
    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """Waits for a person. `reason` is the chief one: homonyms, shared_device, renamed, contradiction,
    against, similar."""

    key: str
    reason: str
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Unmatched:
    """Nobody on the roster comes near: no_name, device_name, not_on_roster."""

    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """Not a learner: host, or remembered as nobody's."""

    key: str
    reason: str


Verdict = Linked | Proposal | Unmatched | Ignored
