"""Who is meant by a row of a file? Exact keys link, everything else waits, and says why.
docs/algorithms/identity.md"""

from yingzao.engines.identity.resolving import memory_key, resolve
from yingzao.engines.identity.values import (
    Candidate,
    Ignored,
    Known,
    Linked,
    Proposal,
    Reason,
    Seen,
    Unmatched,
    Verdict,
)
from yingzao.engines.identity.words import fold, phones_in, plain, short_place, split_name

__all__ = [
    "Candidate",
    "Ignored",
    "Known",
    "Linked",
    "Proposal",
    "Reason",
    "Seen",
    "Unmatched",
    "Verdict",
    "fold",
    "memory_key",
    "phones_in",
    "plain",
    "resolve",
    "short_place",
    "split_name",
]
