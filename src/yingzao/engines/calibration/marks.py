"""Marks in an order of their own, with gaps in the indices closed; and the rating scale they are on."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from yingzao.engines.calibration.checking import numbers, row_key
from yingzao.engines.calibration.values import Floats, Ints, Ratings

EMPTY_COUNT = 0.3  # marks that an unused category would expect; what FACETS takes for an extreme score


@dataclass(frozen=True, slots=True)
class Marks:
    """Rows sorted by learner, judge, criterion; indices without marks left out. `*_ids` lead back to the ratings."""

    learner: NDArray[np.int32]
    judge: NDArray[np.int32]
    criterion: NDArray[np.int32]
    score: Ints
    weight: Floats | None
    tops: Ints
    learner_ids: Ints
    judge_ids: Ints
    criterion_ids: Ints

    @property
    def n(self) -> int:
        return len(self.score)

    @property
    def n_learners(self) -> int:
        return len(self.learner_ids)

    @property
    def n_judges(self) -> int:
        return len(self.judge_ids)

    @property
    def n_criteria(self) -> int:
        return len(self.criterion_ids)

    def sheets(self) -> Ints:
        """The first row of each learner and judge."""
        change = (self.learner[1:] != self.learner[:-1]) | (self.judge[1:] != self.judge[:-1])
        return np.flatnonzero(np.r_[True, change]).astype(np.int64)

    def total(self, index: NDArray[Any], values: NDArray[Any], count: int) -> Floats:
        """Weighted sums of a value by an index."""
        weighted = values if self.weight is None else values * self.weight
        return np.bincount(index, weights=weighted, minlength=count).astype(np.float64)

    def count(self, index: NDArray[Any], count: int) -> Floats:
        return np.bincount(index, weights=self.weight, minlength=count).astype(np.float64)

    def only(self, rows: NDArray[np.bool_]) -> "Marks":
        """The marks of some rows, indices closed again."""
        return _closed(
            self.learner_ids[self.learner[rows]],
            self.judge_ids[self.judge[rows]],
            self.criterion_ids[self.criterion[rows]],
            self.score[rows],
            None if self.weight is None else self.weight[rows],
            dict(zip(self.criterion_ids.tolist(), self.tops.tolist(), strict=True)),
        )


def arrange(ratings: Ratings) -> tuple[Marks, Ints]:
    """The marks in their order, and for each the row it came from."""
    key = row_key(ratings)
    score = np.asarray(ratings.score).astype(np.int64)
    if ratings.weight is None:
        order = np.argsort(key)
        weight = None
    else:
        weight = numbers(ratings.weight)
        order = np.lexsort((weight, score, key))
        weight = weight[order]
    key = key[order]
    pair, criterion = np.divmod(key, ratings.n_criteria)
    learner, judge = np.divmod(pair, ratings.n_judges)
    tops = dict(enumerate(np.asarray(ratings.max_score).astype(np.int64).tolist()))
    return _closed(learner, judge, criterion, score[order], weight, tops), order.astype(np.int64)


def _closed(
    learner: Ints, judge: Ints, criterion: Ints, score: Ints, weight: Floats | None, tops: dict[int, int]
) -> Marks:
    learners, learner_of = _close(learner)
    judges, judge_of = _close(judge)
    criteria, criterion_of = _close(criterion)
    return Marks(
        learner=learner_of,
        judge=judge_of,
        criterion=criterion_of,
        score=score,
        weight=weight,
        tops=np.array([tops[c] for c in criteria.tolist()], dtype=np.int64),
        learner_ids=learners,
        judge_ids=judges,
        criterion_ids=criteria,
    )


def _close(index: Ints) -> tuple[Ints, NDArray[np.int32]]:
    present = np.flatnonzero(np.bincount(index))
    place = np.zeros(int(present[-1]) + 1, dtype=np.int32)
    place[present] = np.arange(len(present), dtype=np.int32)
    return present.astype(np.int64), place[index]


@dataclass(frozen=True, slots=True)
class Scale:
    """Which criteria share thresholds, and which categories each such group uses.

    A category that nobody used has probability 0: the likelihood is highest there, and no step into it can be told.
    `values[c]` are the used categories of criterion c, padded with 0 where `present[c]` is False.
    """

    group: Ints
    used: tuple[Ints, ...]
    tops: Ints
    values: Floats
    present: NDArray[np.bool_]

    @property
    def width(self) -> int:
        return int(self.values.shape[1])

    @property
    def free(self) -> tuple[int, ...]:
        """Free thresholds of each group: the first and the last cumulated one are 0."""
        return tuple(max(len(used) - 2, 0) for used in self.used)

    def column(self) -> Ints:
        """For each group and score, its place among the used categories (-1: unused)."""
        table = np.full((len(self.used), int(self.tops.max()) + 1), -1, dtype=np.int64)
        for g, used in enumerate(self.used):
            table[g, used] = np.arange(len(used))
        return table

    def cumulated(self, free: Floats) -> Floats:
        """Cumulated thresholds S of each criterion (criteria × width) from the free ones."""
        result = np.zeros(self.values.shape)
        at = 0
        for g, count in enumerate(self.free):
            result[self.group == g, 1 : 1 + count] = free[at : at + count]
            at += count
        return result


def scale_of(marks: Marks, kind: str) -> Scale:
    """`rsm`: criteria of equal maxima share thresholds; `pcm`: each criterion has its own."""
    tops = marks.tops
    if kind == "pcm":
        group = np.arange(marks.n_criteria)
    else:
        group = np.unique(tops, return_inverse=True)[1].astype(np.int64)
    width = int(tops.max()) + 1
    counts = np.bincount(
        group[marks.criterion] * width + marks.score, minlength=(int(group.max()) + 1) * width
    )
    used = tuple(np.flatnonzero(row).astype(np.int64) for row in counts.reshape(-1, width))
    most = max(map(len, used))
    values = np.zeros((marks.n_criteria, most))
    present = np.zeros((marks.n_criteria, most), dtype=np.bool_)
    for c in range(marks.n_criteria):
        of = used[int(group[c])]
        values[c, : len(of)] = of
        present[c, : len(of)] = True
    return Scale(group=group.astype(np.int64), used=used, tops=tops, values=values, present=present)


def softened(lowest: NDArray[np.bool_], highest: NDArray[np.bool_]) -> Floats:
    """What is added to totals at an end of their range, which have no finite estimate: 0.3 inwards.

    The others take up what it comes to, so that it sums to 0: a sum would push the level of all severities against
    that of all criteria, which no marks hold. Nothing for one element alone, which is held.
    """
    inwards = EMPTY_COUNT * (lowest.astype(np.float64) - highest)
    n = len(inwards)
    if n < 2:
        return np.zeros(n)
    balanced: Floats = (inwards - inwards.mean()) * (n / (n - 1))
    return balanced


def unused_categories(marks: Marks) -> list[tuple[int, int]]:
    """(criterion, category) that nobody gave, below the criterion's maximum."""
    width = int(marks.tops.max()) + 1
    counts = np.bincount(marks.criterion * width + marks.score, minlength=marks.n_criteria * width)
    table = counts.reshape(marks.n_criteria, width)
    return [
        (c, k) for c in range(marks.n_criteria) for k in range(int(marks.tops[c]) + 1) if table[c, k] == 0
    ]


def category_logs(scale: Scale, base: Floats, cumulated: Floats, ability: Floats) -> Floats:
    """Logs of category weights, U·η − (b·U + S): width × criteria × … for abilities (…) shared by all criteria."""
    tail = (1,) * ability.ndim
    values = scale.values.T.reshape(scale.width, -1, *tail)
    offset = (base[:, None] * scale.values + cumulated).T.reshape(scale.width, -1, *tail)
    logs: Floats = ability * values - offset
    if not scale.present.all():
        logs = np.where(scale.present.T.reshape(scale.width, -1, *tail), logs, -np.inf)
    return logs


def thresholds(scale: Scale, cumulated: Floats, counts: Floats) -> tuple[Floats, ...]:
    """Thresholds of each criterion within itself (length: its maximum), summing to 0 over the used range.

    No step into an unused category can be told. It is put log(n ÷ 0.3) logits off (n: marks on the criterion), where
    a learner at the neighbouring step would give the empty category some 0.3 marks of all: outward beyond the used
    range, apart within it.
    """
    reach = np.log(np.maximum(counts, 1.0) / EMPTY_COUNT)
    result = []
    for c in range(len(scale.group)):
        used = scale.used[int(scale.group[c])]
        steps = np.zeros(int(scale.tops[c]))
        for m in range(1, len(used)):
            low, high = int(used[m - 1]), int(used[m])
            rise = (cumulated[c, m] - cumulated[c, m - 1]) / (high - low)
            steps[low:high] = rise
            if high - low > 1:
                steps[low] += reach[c]
                steps[high - 1] -= reach[c]
        low, high = int(used[0]), int(used[-1])
        steps[:low] = (steps[low] if high > low else 0.0) - reach[c]
        steps[high:] = (steps[high - 1] if high > low else 0.0) + reach[c]
        result.append(steps)
    return tuple(result)
