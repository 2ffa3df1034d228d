"""Which learners can be compared at all: a question of rank, not of who shares a criterion with whom.

Take effects of judges and criteria, a and d, that nobody can tell from learners: a[j] + d[c] is the same number t[n]
on every mark of learner n, whatever n. Shifting both facets does that always (nullity 2). Any further such effect
says that learners with different t can be lifted against each other without touching a mark: they are in different
subsets. Where t is the same for all, only judges and criteria are confounded, and learners can be compared.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

LARGEST = 600  # judges and criteria, beyond which eigenvalues are not asked for
NOUGHT = 1e-8


@dataclass(frozen=True, slots=True)
class Examined:
    """`subset` numbers each learner's subset, the largest 0. `strength` is the smallest eigenvalue above nullity over
    the mean one (1: as if everybody judged everything); None when the design is too large to ask."""

    subset: NDArray[np.int64]
    n_subsets: int
    nullity: int
    strength: float | None


def examine(
    learner: NDArray[Any],
    judge: NDArray[Any],
    criterion: NDArray[Any],
    *,
    n_learners: int,
    n_judges: int,
    n_criteria: int,
) -> Examined:
    """The subsets of a design given as one row a mark. Every index up to its number is on some row."""
    from scipy import sparse
    from scipy.sparse.csgraph import connected_components

    rows = len(learner)
    ones = np.ones(rows)
    of_judge = sparse.csr_matrix((ones, (learner, judge)), shape=(n_learners, n_judges))
    sheets = of_judge.nnz
    full = rows == sheets * n_criteria
    if full or n_judges + n_criteria > LARGEST:
        joined = sparse.coo_matrix(of_judge)
        graph = sparse.coo_matrix(
            (joined.data, (joined.row, n_learners + joined.col)), shape=(n_learners + n_judges,) * 2
        )
        count, label = connected_components(graph, directed=False)
        subset, nullity = label[:n_learners], int(count) + 1
        strength = None
        if n_judges + n_criteria <= LARGEST:
            values = np.linalg.eigvalsh(_projected(of_judge, None))
            strength = _strength(values, int(count))
        return _numbered(subset, nullity, strength)
    of_criterion = sparse.csr_matrix((ones, (learner, criterion)), shape=(n_learners, n_criteria))
    both = sparse.hstack([of_judge, of_criterion]).tocsr()
    pairs = sparse.csr_matrix((ones, (judge, criterion)), shape=(n_judges, n_criteria)).toarray()
    values, vectors = np.linalg.eigh(_projected(both, pairs))
    null = values <= NOUGHT * max(float(values.max()), 1.0)
    nullity = int(null.sum())
    strength = _strength(values, nullity)
    if nullity <= 2:
        return _numbered(np.zeros(n_learners, dtype=np.int64), nullity, strength)
    first = np.r_[0, np.flatnonzero(np.diff(np.sort(learner))) + 1]
    at = np.argsort(learner, kind="stable")[first]
    lifted = vectors[judge[at]][:, null] + vectors[n_judges + criterion[at]][:, null]
    subset = np.unique(np.round(lifted, 6) + 0.0, axis=0, return_inverse=True)[1].ravel()
    return _numbered(subset, nullity, strength)


def _projected(counts: Any, pairs: NDArray[np.float64] | None) -> NDArray[np.float64]:
    """Zᵀ(I − P)Z of judges (and criteria), learners projected out."""
    per_learner = np.maximum(np.asarray(counts.sum(axis=1)).ravel(), 1.0)
    if pairs is not None:
        per_learner = per_learner / 2  # each mark stands once for its judge and once for its criterion
    scaled = counts.multiply(1.0 / per_learner[:, None]).tocsr()
    cross: NDArray[np.float64] = (counts.T @ scaled).toarray()
    total = np.diag(np.asarray(counts.sum(axis=0)).ravel())
    if pairs is not None:
        judges = len(pairs)
        total[:judges, judges:] = pairs
        total[judges:, :judges] = pairs.T
    return total - cross


def _strength(values: NDArray[Any], nullity: int) -> float | None:
    rest = np.sort(values)[nullity:]
    if not len(rest):
        return None
    mean = float(rest.mean())
    return float(rest[0]) / mean if mean > 0 else 0.0


def _numbered(subset: NDArray[Any], nullity: int, strength: float | None) -> Examined:
    """Subsets numbered by size, equal ones by their first learner."""
    labels, inverse, counts = np.unique(subset, return_inverse=True, return_counts=True)
    first = np.full(len(labels), len(subset))
    np.minimum.at(first, inverse, np.arange(len(subset)))
    place = np.empty(len(labels), dtype=np.int64)
    place[np.lexsort((first, -counts))] = np.arange(len(labels))
    return Examined(place[inverse], len(labels), nullity, strength if len(labels) == 1 else 0.0)
