"""The marginal likelihood of a many-facet Rasch model: learners integrated out on a grid.

With x, α, b, S as in docs/algorithms/calibration.md and θ = σz + π, the log-likelihood of a learner at a node is
x₊·θ − Σ log Z − (what does not depend on θ). So only totals and the cells that a learner stands in are needed: one
sparse product a step, with a column for each judge (of a panel) and pattern of criteria.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from yingzao.engines.calibration.marks import Marks, Scale, category_logs, softened
from yingzao.engines.calibration.values import Floats, Ints

REACH = 6.0  # of the grid, in prior standard deviations
CHUNK = 300_000  # learner × node values held at a time
LEAST_CHUNKS = 12
WIDTH = 8.0  # posterior standard deviations beyond which nodes are left out
SPILT = 1e-10  # posterior weight at the edge of what was left in, above which all nodes are taken
THREADS_FROM = 2000  # learners
SMALL_PRODUCT = 2000  # columns, up to which a product of ours starts no threads of BLAS beside our own
MOST_PATTERNS = 24


@dataclass(frozen=True, slots=True)
class Point:
    """One value of all parameters."""

    alpha: Floats
    pi: Floats
    base: Floats
    free: Floats
    sigma: float

    def vector(self) -> Floats:
        return np.concatenate([self.alpha, self.pi, self.base, self.free, [self.sigma]])


class Marginal:
    """The data, arranged once; `evaluate` gives log-likelihood, gradient and the expected counts at a point."""

    def __init__(self, marks: Marks, scale: Scale, panels: Ints | None = None) -> None:
        from scipy import sparse

        self.marks, self.scale = marks, scale
        self.n_judges, self.n_criteria = marks.n_judges, marks.n_criteria
        self.n_panels = 0 if panels is None else int(panels.max()) + 1
        self.rater: NDArray[np.integer] = marks.judge
        present = np.arange(marks.n_judges)
        if panels is not None:
            rater = panels[marks.learner] * marks.n_judges + marks.judge
            present, self.rater = np.unique(rater, return_inverse=True)
        self.rater_panel, self.rater_judge = np.divmod(present, marks.n_judges)
        self.n_raters = len(present)
        self._sheets(sparse)
        weight = np.ones(marks.n) if marks.weight is None else marks.weight
        column = scale.column()[scale.group[marks.criterion], marks.score]
        self.n_marks = float(weight.sum())
        self.totals = marks.total(marks.learner, marks.score, marks.n_learners)[self.order]
        self.by_rater = np.bincount(self.rater, weights=weight * marks.score, minlength=self.n_raters)
        self.by_criterion = marks.total(marks.criterion, marks.score, marks.n_criteria)
        self.by_category = np.bincount(
            marks.criterion.astype(np.int64) * scale.width + column,
            weights=weight,
            minlength=marks.n_criteria * scale.width,
        ).reshape(marks.n_criteria, scale.width)
        self._soften()
        self.n_free = sum(scale.free)
        self.size = self.n_judges + self.n_panels + self.n_criteria + self.n_free + 1
        self.small = self.n_criteria + self.n_free + 1

    def _sheets(self, sparse: object) -> None:
        """Rows of one learner and rater as one column each, by the pattern of criteria they cover."""
        marks = self.marks
        n = marks.n
        patterns, sheet_pattern, sheet_row, data = None, None, None, None
        if marks.weight is None and marks.n_criteria <= 60:
            first = marks.sheets()
            mask = np.add.reduceat(np.left_shift(np.int64(1), marks.criterion.astype(np.int64)), first)
            if (mask == mask[0]).all():
                kinds, kind_of = mask[:1], np.zeros(len(mask), dtype=np.int64)
            else:
                kinds, kind_of = np.unique(mask, return_inverse=True)
            if len(kinds) <= MOST_PATTERNS:
                patterns = ((kinds[:, None] >> np.arange(marks.n_criteria)) & 1).astype(np.float64)
                sheet_pattern, sheet_row, data = kind_of, first, np.ones(len(first))
        if patterns is None or sheet_pattern is None or sheet_row is None or data is None:
            patterns = np.eye(marks.n_criteria)
            sheet_pattern, sheet_row = marks.criterion.astype(np.int64), np.arange(n)
            data = np.ones(n) if marks.weight is None else marks.weight
        self.patterns: Floats = patterns
        columns = self.rater[sheet_row].astype(np.int64) * len(patterns) + sheet_pattern
        present = np.flatnonzero(np.bincount(columns))
        close = np.zeros(int(present[-1]) + 1, dtype=np.int32)
        close[present] = np.arange(len(present))
        self.sheet_column = close[columns]
        self.column_rater, self.column_pattern = np.divmod(present, len(patterns))
        self.sheet_learner = marks.learner[sheet_row]
        self.sheet_weight: Floats = data
        self.n_columns = len(present)
        highest = self.scale.values.max(axis=1)[marks.criterion]
        share = marks.total(marks.learner, marks.score, marks.n_learners)
        share /= np.maximum(marks.total(marks.learner, highest, marks.n_learners), 1.0)
        self.order = np.lexsort((np.arange(marks.n_learners), share))  # neighbours have neighbouring measures
        self.place = np.empty_like(self.order)
        self.place[self.order] = np.arange(marks.n_learners)
        self.csr = sparse.csr_matrix(  # type: ignore[attr-defined]
            (data, (self.place[self.sheet_learner], self.sheet_column)),
            shape=(marks.n_learners, self.n_columns),
        )
        self.csr.sort_indices()
        self._cut: dict[tuple[int, int], object] = {}

    def _soften(self) -> None:
        """A judge (or criterion) whose marks are all at an end has no finite estimate: `softened` totals."""
        lowest = self.scale.values.min(axis=1, where=self.scale.present, initial=np.inf)
        highest = self.scale.values.max(axis=1, where=self.scale.present, initial=-np.inf)
        marks, c = self.marks, self.marks.criterion
        of_judge = marks.total(marks.judge, marks.score, self.n_judges)
        least, most = (marks.total(marks.judge, end[c], self.n_judges) for end in (lowest, highest))
        self.constant_judges = (of_judge <= least) | (of_judge >= most)
        self.soft_judges = softened(of_judge <= least, of_judge >= most)
        counts = marks.count(c, self.n_criteria)
        several = np.flatnonzero(lowest < highest)
        ends = self.by_criterion <= lowest * counts, self.by_criterion >= highest * counts
        self.by_criterion[several] += softened(ends[0][several], ends[1][several])

    # Where a parameter stands in a vector

    @property
    def judges(self) -> slice:
        return slice(0, self.n_judges)

    @property
    def panels(self) -> slice:
        return slice(self.n_judges, self.n_judges + self.n_panels)

    @property
    def rest(self) -> slice:
        return slice(self.n_judges + self.n_panels, self.size)

    def point(self, vector: Floats) -> Point:
        j, g, c = self.n_judges, self.n_panels, self.n_criteria
        return Point(
            alpha=vector[:j],
            pi=vector[j : j + g],
            base=vector[j + g : j + g + c],
            free=vector[j + g + c : -1],
            sigma=float(vector[-1]),
        )

    def start(self) -> Floats:
        """Thresholds from the counts of categories, everything else at 0, σ = 1."""
        free, base = [], np.zeros(self.n_criteria)
        for g, used in enumerate(self.scale.used):
            of = self.scale.group == g
            counts = np.maximum(self.by_category[of].sum(axis=0)[: len(used)], 0.5)
            cumulated = np.log(counts[0]) - np.log(counts)
            if len(used) > 1:
                slope = cumulated[-1] / (used[-1] - used[0])
                base[of] = slope
                free.append((cumulated - slope * (used - used[0]))[1:-1])
        zeros = np.zeros(self.n_judges + self.n_panels)
        return np.concatenate([zeros, base, *free, [1.0]])

    def grid(self, spacing: float) -> Floats:
        half = int(np.ceil(REACH / spacing))
        return np.linspace(-REACH, REACH, 2 * half + 1)

    def tables(self, at: Point, grid: Floats) -> tuple[Floats, Floats, Floats]:
        """log Z, expected score and category probabilities for criterion × rater × node (categories before)."""
        shift = at.alpha[self.rater_judge]
        if self.n_panels:
            shift = shift - at.pi[self.rater_panel]
        ability = at.sigma * grid[None, :] - shift[:, None]
        cumulated = self.scale.cumulated(at.free)
        logs = category_logs(self.scale, at.base, cumulated, ability)
        most = logs.max(axis=0)
        logs -= most
        np.exp(logs, out=logs)
        sums = logs.sum(axis=0)
        log_z = most + np.log(sums)
        logs /= sums
        expected = np.einsum("mcrq,cm->crq", logs, self.scale.values)
        return log_z, expected, logs

    def to_columns(self, table: Floats) -> Floats:
        """Criterion × rater × node summed over the criteria of each column's pattern."""
        if len(self.patterns) == 1 and self.n_columns == self.n_raters:
            kept: Floats = table[self.patterns[0] > 0].sum(axis=0)
            return kept
        by_pattern = np.tensordot(self.patterns, table, axes=(1, 0))
        columns: Floats = by_pattern[self.column_pattern, self.column_rater]
        return columns

    def from_columns(self, table: Floats) -> Floats:
        """Columns × node spread back over the criteria of their patterns: criterion × rater × node."""
        by_pattern = np.zeros((len(self.patterns), self.n_raters, table.shape[1]))
        by_pattern[self.column_pattern, self.column_rater] = table
        spread: Floats = np.tensordot(self.patterns.T, by_pattern, axes=(1, 0))
        return spread

    def constant(self, at: Point) -> float:
        """What of the log-likelihood does not depend on θ."""
        shift = at.alpha[self.rater_judge]
        if self.n_panels:
            shift = shift - at.pi[self.rater_panel]
        cumulated = self.scale.cumulated(at.free)
        return -float(
            shift @ self.by_rater
            + at.alpha @ self.soft_judges
            + at.base @ self.by_criterion
            + (cumulated * self.by_category).sum()
        )

    def chunks(self) -> list[tuple[int, int]]:
        n = self.marks.n_learners
        size = max(min(CHUNK // 64, -(-n // LEAST_CHUNKS)), min(n, 250))
        return [(a, min(a + size, n)) for a in range(0, n, size)]

    def rows(self, chunk: tuple[int, int]) -> Any:
        """The sparse rows of some learners, cut once."""
        if chunk not in self._cut:
            self._cut[chunk] = self.csr[chunk[0] : chunk[1]]
        return self._cut[chunk]

    def windows(self, grid: Floats, near: "Evaluation | None") -> list[tuple[int, int]]:
        """For each chunk, the nodes that its learners' posteriors reach, by an evaluation nearby."""
        if near is None:
            return [(0, len(grid))] * len(self.chunks())
        low, high = near.mean_sorted - WIDTH * near.sd_sorted, near.mean_sorted + WIDTH * near.sd_sorted
        found = []
        for a, b in self.chunks():
            first = int(np.searchsorted(grid, low[a:b].min() - 0.2)) - 1
            last = int(np.searchsorted(grid, high[a:b].max() + 0.2)) + 1
            found.append((max(first, 0), min(last, len(grid))))
        return found

    def over_chunks(self, work: Callable[[Any], Any], windows: list[tuple[int, int]]) -> Iterable[Any]:
        """Some work on every chunk and its window; results in the order of the chunks, whoever is done first."""
        tasks = list(zip(self.chunks(), windows, strict=True))
        if self.marks.n_learners < THREADS_FROM:
            return map(work, tasks)
        for chunk, _window in tasks:
            self.rows(chunk)
        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(work, tasks))

    def posterior(
        self, log_z: Floats, at: Point, grid: Floats, chunk: tuple[int, int], power: float = 1.0
    ) -> tuple[Floats, Floats]:
        """Posterior weights of some learners on the grid, and the logs of their marginal likelihoods."""
        logs: Floats = self.rows(chunk) @ log_z
        np.subtract(self.totals[chunk[0] : chunk[1], None] * (at.sigma * grid), logs, out=logs)
        if power != 1.0:
            logs *= power
        logs += -0.5 * grid**2
        most = logs.max(axis=1, keepdims=True)
        logs -= most
        np.exp(logs, out=logs)
        sums = logs.sum(axis=1, keepdims=True)
        logs /= sums
        return logs, (most + np.log(sums))[:, 0]

    def evaluate(self, vector: Floats, grid: Floats, near: "Evaluation | None" = None) -> "Evaluation":
        """One E-step: log-likelihood, gradient, expected counts, posterior moments.

        With an evaluation nearby each chunk of learners is integrated only over the nodes that matter to it.
        """
        at = self.point(vector)
        log_z, expected, probability = self.tables(at, grid)
        columns = self.to_columns(log_z)
        n = self.marks.n_learners
        counts = np.zeros((self.n_columns, len(grid)))
        mean, second = np.empty(n), np.empty(n)
        logs = 0.0

        def integrate(task: tuple[tuple[int, int], tuple[int, int]]) -> Any:
            chunk, (first, last) = task
            nodes = grid[first:last]
            weights, log_marginal = self.posterior(
                np.ascontiguousarray(columns[:, first:last]), at, nodes, chunk
            )
            if (first > 0 and weights[:, 0].max() > SPILT) or (
                last < len(grid) and weights[:, -1].max() > SPILT
            ):
                first, last, nodes = 0, len(grid), grid
                weights, log_marginal = self.posterior(columns, at, grid, chunk)
            a, b = chunk
            mean[a:b] = np.einsum("nq,q->n", weights, nodes)
            second[a:b] = np.einsum("nq,q->n", weights, nodes**2)
            return first, last, float(log_marginal.sum()), self.rows(chunk).T @ weights

        for first, last, log, part in self.over_chunks(integrate, self.windows(grid, near)):
            logs += log
            counts[:, first:last] += part
        norm = n * float(np.log(np.exp(-0.5 * grid**2).sum()))
        spread = self.from_columns(counts)
        return Evaluation(
            vector=vector,
            grid=grid,
            loglik=logs - norm + self.constant(at),
            gradient=self._gradient(spread, expected, probability, grid, mean),
            mean_sorted=mean,
            sd_sorted=np.sqrt(np.maximum(second - mean**2, 1e-300)),
            counts=spread,
            expected=expected,
            probability=probability,
        )

    def _gradient(
        self, counts: Floats, expected: Floats, probability: Floats, grid: Floats, mean: Floats
    ) -> Floats:
        of = counts * expected
        by_rater = of.sum(axis=(0, 2)) - self.by_rater
        alpha = np.bincount(self.rater_judge, weights=by_rater, minlength=self.n_judges) - self.soft_judges
        pi = (
            -np.bincount(self.rater_panel, weights=by_rater, minlength=self.n_panels)
            if self.n_panels
            else np.zeros(0)
        )
        base = of.sum(axis=(1, 2)) - self.by_criterion
        by_category = np.einsum("crq,mcrq->cm", counts, probability) - self.by_category
        free = [
            by_category[self.scale.group == g, 1 : 1 + count].sum(axis=0)
            for g, count in enumerate(self.scale.free)
        ]
        sigma = float(self.totals @ mean - (of.sum(axis=(0, 1)) @ grid))
        return np.concatenate([alpha, pi, base, *free, [sigma]])

    # Information

    def complete_information(self, e: "Evaluation") -> Floats:
        """What the information would be if every learner's node were known."""
        grid, counts, expected, probability = e.grid, e.counts, e.expected, e.probability
        values = self.scale.values
        variance = np.einsum("mcrq,cm->crq", probability, values**2) - expected**2
        nv = counts * variance
        by_rater_criterion = nv.sum(axis=2)  # c × r
        h = np.zeros((self.size, self.size))
        j, g = self.n_judges, self.n_panels
        at_base, at_free, at_sigma = j + g, j + g + self.n_criteria, self.size - 1
        to_judge = np.zeros((self.n_raters, j))
        to_judge[np.arange(self.n_raters), self.rater_judge] = 1.0
        h[:j, :j] = np.diag(by_rater_criterion.sum(axis=0) @ to_judge)
        h[:j, at_base:at_free] = (by_rater_criterion @ to_judge).T
        h[at_base:at_free, at_base:at_free] = np.diag(by_rater_criterion.sum(axis=1))
        nvz = nv @ grid
        h[:j, at_sigma] = -(nvz.sum(axis=0) @ to_judge)
        h[at_base:at_free, at_sigma] = -nvz.sum(axis=1)
        h[at_sigma, at_sigma] = float(nv.sum(axis=(0, 1)) @ grid**2)
        covariance = counts * probability * (values.T[:, :, None, None] - expected)
        by_free: list[Floats] = []  # raters × free
        at = at_free
        for group, count in enumerate(self.scale.free):
            if not count:
                continue
            of = np.flatnonzero(self.scale.group == group)
            part = covariance[1 : 1 + count, of]
            here = slice(at, at + count)
            per_rater = part.sum(axis=(1, 3)).T
            by_free.append(per_rater)
            h[:j, here] = to_judge.T @ per_rater
            h[at_base + of, here] = part.sum(axis=(2, 3)).T
            h[here, at_sigma] = -(part.sum(axis=(1, 2)) @ grid)
            p = probability[1 : 1 + count, of].reshape(count, -1)
            weighted = p * counts[of].ravel()
            h[here, here] = np.diag(weighted.sum(axis=1)) - weighted @ p.T
            at += count
        if g:
            to_panel = np.zeros((self.n_raters, g))
            to_panel[np.arange(self.n_raters), self.rater_panel] = 1.0
            total = by_rater_criterion.sum(axis=0)
            h[:j, j:at_base] = -(to_judge.T * total) @ to_panel
            h[j:at_base, j:at_base] = np.diag(total @ to_panel)
            h[j:at_base, at_base:at_free] = -(by_rater_criterion @ to_panel).T
            h[j:at_base, at_sigma] = nvz.sum(axis=0) @ to_panel
            if by_free:
                h[j:at_base, at_free:at_sigma] = -(to_panel.T @ np.concatenate(by_free, axis=1))
        upper = np.triu(h)
        return upper + np.triu(h, 1).T

    def missing_information(self, e: "Evaluation") -> Floats:
        """Louis (1982): the sum over learners of the posterior covariance of their complete-data scores."""
        at = self.point(e.vector)
        log_z = self.tables(at, e.grid)[0]
        tables = np.stack(
            [self.to_columns(log_z), *self._small_tables(e.expected, e.probability)], axis=1
        )  # columns × (log Z, criteria, free thresholds) × node
        rater_side = self.to_columns(e.expected)
        judge_of = self.rater_judge[self.column_rater]
        panel_of = self.rater_panel[self.column_rater]
        j, g = self.n_judges, self.n_panels
        front = j + g
        pairs = np.zeros(front * front)
        across = np.zeros((front, self.small))
        back = np.zeros((self.small, self.small))

        def gather(task: tuple[tuple[int, int], tuple[int, int]]) -> Any:
            chunk, (first, last) = task
            pairs = np.zeros(front * front)
            across = np.zeros((front, self.small))
            nodes = e.grid[first:last]
            here = np.ascontiguousarray(tables[:, :, first:last])
            width = last - first
            sparse_rows = self.rows(chunk)
            sums = (sparse_rows @ here.reshape(self.n_columns, -1)).reshape(-1, self.small, width)
            totals = self.totals[chunk[0] : chunk[1], None]
            logs = totals * (at.sigma * nodes) - sums[:, 0] - 0.5 * nodes**2
            logs -= logs.max(axis=1, keepdims=True)
            np.exp(logs, out=logs)
            logs /= logs.sum(axis=1, keepdims=True)
            sums[:, 0] = nodes * (totals - sums[:, 1 : 1 + self.n_criteria].sum(axis=1))
            root = np.sqrt(logs)
            sums -= sums @ logs[:, :, None]
            sums *= root[:, None, :]
            back = np.zeros((self.small, self.small))
            step = max(SMALL_PRODUCT // width, 1)
            for a in range(0, len(sums), step):
                flat = sums[a : a + step].transpose(1, 0, 2).reshape(self.small, -1)
                back += flat @ flat.T
            sides_table = np.ascontiguousarray(rater_side[:, first:last])
            starts = sparse_rows.indptr
            lengths = np.diff(starts)
            for length in np.unique(lengths):
                rows = np.flatnonzero(lengths == length)
                cells = starts[rows][:, None] + np.arange(length)
                column, weight = sparse_rows.indices[cells], sparse_rows.data[cells]
                sides = sides_table[column]
                if not (weight == 1.0).all():
                    sides *= weight[..., None]
                post = logs if len(rows) == len(logs) else logs[rows]
                rest = sums if len(rows) == len(logs) else sums[rows]
                sides -= sides @ post[:, :, None]
                sides *= np.sqrt(post)[:, None, :]
                place = judge_of[column]
                if g:
                    sides = np.concatenate([sides, -sides.sum(axis=1, keepdims=True)], axis=1)
                    place = np.concatenate([place, j + panel_of[column[:, :1]]], axis=1)
                key = place[:, :, None] * front + place[:, None, :]
                gram = sides @ sides.transpose(0, 2, 1)
                pairs += np.bincount(key.ravel(), weights=gram.ravel(), minlength=len(pairs))
                cross = sides @ rest.transpose(0, 2, 1)
                for f in range(self.small):
                    across[:, f] += np.bincount(
                        place.ravel(), weights=cross[:, :, f].ravel(), minlength=front
                    )
            return pairs, across, back

        for some_pairs, some_across, some_back in self.over_chunks(gather, self.windows(e.grid, e)):
            pairs += some_pairs
            across += some_across
            back += some_back
        turn = np.r_[1 : self.small, 0]  # σ stands last in a vector and first here
        h = np.zeros((self.size, self.size))
        h[:front, :front] = pairs.reshape(front, front)
        h[:front, front:] = across[:, turn]
        h[front:, :front] = across[:, turn].T
        h[front:, front:] = back[np.ix_(turn, turn)]
        return h

    def _small_tables(self, expected: Floats, probability: Floats) -> list[Floats]:
        """For each criterion and free threshold, its score as columns × node."""
        on = self.patterns[self.column_pattern]  # columns × criteria
        tables = [on[:, c, None] * expected[c][self.column_rater] for c in range(self.n_criteria)]
        for group, count in enumerate(self.scale.free):
            of = np.flatnonzero(self.scale.group == group)
            for m in range(1, 1 + count):
                table = np.zeros_like(tables[0])
                for c in of:
                    table += on[:, c, None] * probability[m, c][self.column_rater]
                tables.append(table)
        return tables


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All that one E-step gives; `mean_sorted`, `sd_sorted` are of z, in the order that the model keeps learners in."""

    vector: Floats
    grid: Floats
    loglik: float
    gradient: Floats
    mean_sorted: Floats
    sd_sorted: Floats
    counts: Floats
    expected: Floats
    probability: NDArray[np.float64]
