"""A stored calibration with the names that its codes have today: both orders, what moved, and the common ruler."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from yingzao.enrolment.models import Enrolment
from yingzao.judging.models import Calibration, Criterion
from yingzao.judging.queries.ruler import Ruler, ruler_of
from yingzao.programmes.models import StaffRole

BAR = 120  # width of the drawing of an interval of places
MARKS_SCALE = "linear"


@dataclass(frozen=True, slots=True)
class ShownMark:
    criterion: str
    points: int
    of: int


@dataclass(frozen=True, slots=True)
class ShownSheet:
    """`lean`: how many points of 100 this judge gives more than the mean judge, over all sheets."""

    judge: str
    total: str | None
    lean: float | None
    marks: Sequence[ShownMark]


@dataclass(frozen=True, slots=True)
class Bar:
    """An interval of places on a line of `BAR` units."""

    x: float
    width: float
    at: float


@dataclass(frozen=True, slots=True)
class ShownLearner:
    """Figures of 100. `raw_rank` is None too where parts of the marks share nobody: nobody stands before another then. `rank` and what follows are adjusted, None where there is no model for them; `part` numbers
    parts that cannot be compared with each other."""

    enrolment: Enrolment | None  # None once the person was erased
    code: str
    raw: str | None
    raw_rank: int | None
    adjusted: str | None
    rank: int | None
    low: int | None
    high: int | None
    p_top: float | None
    part: int | None
    bar: Bar | None
    lean: float | None  # how many points of 100 their judges give more than the mean judge
    sheets: Sequence[ShownSheet]
    warnings: Sequence[str]  # codes

    @property
    def name(self) -> str:
        return self.enrolment.name if self.enrolment else self.code

    @property
    def moved(self) -> int:
        """Places won by the adjustment; below 0 lost."""
        return self.raw_rank - self.rank if self.raw_rank and self.rank else 0

    def is_among(self, top: int) -> bool:
        return self.rank is not None and self.rank <= top

    def was_among(self, top: int) -> bool:
        """By raw means."""
        return self.raw_rank is not None and self.raw_rank <= top


@dataclass(frozen=True, slots=True)
class ShownJudge:
    """`points`: of 100, given more than the mean judge would; below 0 is severe. `severity` on the model's own scale."""

    code: str
    name: str
    n: int
    mean: str | None
    points: float | None = None
    severity: float | None = None
    se: float | None = None
    infit: float | None = None
    outfit: float | None = None


@dataclass(frozen=True, slots=True)
class ShownCriterion:
    title: str
    difficulty: float
    se: float | None
    infit: float | None
    alpha: float | None


@dataclass(frozen=True, slots=True)
class Without:
    """Who would come into the first places, and who would leave them, without one judge."""

    judge: str
    into: Sequence[str]
    out: Sequence[str]


@dataclass(frozen=True, slots=True)
class ShownCalibration:
    learners: Sequence[ShownLearner]
    judges: Sequence[ShownJudge]
    criteria: Sequence[ShownCriterion]
    warnings: Sequence[str]  # codes about the raw means of the whole table
    notes: Sequence[Mapping[str, Any]]  # of the model, by name
    refused: Mapping[str, Any] | None  # by name
    fit: Mapping[str, Any] | None
    agreement: Mapping[str, Any] | None
    top: int
    without: Sequence[Without]
    ruler: Ruler | None

    @property
    def is_adjusted(self) -> bool:
        return self.fit is not None

    @property
    def in_marks(self) -> bool:
        """Measures are marks, not logits."""
        return self.fit is not None and self.fit["scale"] == MARKS_SCALE

    @property
    def parts(self) -> int:
        return self.fit["subsets"] if self.fit else 1


def shown_calibration(run: Calibration) -> ShownCalibration:
    """By adjusted rank, else by raw rank; those without a figure last. Three queries."""
    names = _Names(run)
    results = run.results
    adjusted = results.get("adjusted") or {"learners": [], "judges": [], "criteria": [], "warnings": []}
    shown = _learners(run, adjusted, names)
    top = run.inputs.get("options", {}).get("top", 0)
    return ShownCalibration(
        learners=shown,
        judges=_judges(results, adjusted, names),
        criteria=_criteria(adjusted, names),
        warnings=[w["code"] for w in results["warnings"] if not w["enrolment"]],
        notes=[names.note(note) for note in adjusted["warnings"]],
        refused=names.note(adjusted["refused"]) if adjusted.get("refused") else None,
        fit=adjusted.get("fit"),
        agreement=adjusted.get("agreement"),
        top=top,
        without=_without(adjusted, top, names),
        ruler=_ruler(adjusted, names),
    )


class _Names:
    """What the codes of a run are called today."""

    def __init__(self, run: Calibration) -> None:
        codes = [row["enrolment"] for row in run.results["learners"]]
        self.learners = {
            e.code: e for e in Enrolment.objects.filter(code__in=codes).select_related("community")
        }
        judges = StaffRole.objects.filter(code__in=[row["judge"] for row in run.results["judges"]])
        self.judges = dict(judges.order_by("pk").values_list("code", "name"))
        self.order = {code: place for place, code in enumerate(self.judges)}
        version = run.inputs["rubric_version"]
        self.criteria = dict(Criterion.objects.filter(version__code=version).values_list("code", "title"))

    def learner(self, code: str) -> str:
        return self.learners[code].name if code in self.learners else code

    def judge(self, code: str) -> str:
        return self.judges.get(code, code)

    def criterion(self, code: str) -> str:
        return self.criteria.get(code, code)

    def _place(self, code: str) -> tuple[int, str]:
        """Learners by number, judges as they joined, criteria as they come."""
        if code in self.learners:
            return 0, self.learners[code].number_key
        return self.order.get(code, 0), ""

    def note(self, note: Mapping[str, Any]) -> dict[str, Any]:
        """A warning or refusal of the engine by name, without the numbers of rows in a table that nobody sees."""
        told = {"code": note["code"], "data": self._named(note.get("data", {}))}
        for key in ("learner", "judge", "criterion"):
            if key in note:
                told[key] = getattr(self, key)(note[key])
        return told

    def _named(self, data: Mapping[str, Any]) -> dict[str, Any]:
        of = {"learners": self.learner, "judges": self.judge, "criteria": self.criterion}
        told = dict(data)
        for key, value in data.items():
            if key in of:
                told[key] = [of[key](code) for code in sorted(value, key=self._place)]
            elif key == "judge":
                told[key] = self.judge(value)
            elif key == "parts":
                told[key] = [self._named(part) for part in value]
        return told


def _learners(run: Calibration, adjusted: Mapping[str, Any], names: _Names) -> list[ShownLearner]:
    measured = {row["id"]: row for row in adjusted["learners"]}
    points = {row["id"]: row["points"] for row in adjusted["judges"]}
    warned: dict[str, list[str]] = defaultdict(list)
    for warning in run.results["warnings"]:
        if warning["code"] not in warned[warning["enrolment"]]:
            warned[warning["enrolment"]].append(warning["code"])
    count = len(measured)
    apart = (adjusted.get("refused") or {}).get("code") == "disconnected"
    shown = []
    for row in run.results["learners"]:
        found = measured.get(row["enrolment"], {})
        sheets = [
            _sheet(s, names, points) for s in sorted(row["sheets"], key=lambda s: _place(names, s["judge"]))
        ]
        leans = [sheet.lean for sheet in sheets if sheet.lean is not None]
        shown.append(
            ShownLearner(
                enrolment=names.learners.get(row["enrolment"]),
                code=row["enrolment"],
                raw=row["performance"],
                raw_rank=None if apart else row["rank"],
                adjusted=found.get("performance"),
                rank=found.get("rank"),
                low=found.get("rank_low"),
                high=found.get("rank_high"),
                p_top=found.get("p_top"),
                part=found.get("subset"),
                bar=_bar(found, count),
                lean=fmean(leans) if leans else None,
                sheets=sheets,
                warnings=warned[row["enrolment"]],
            )
        )
    return sorted(
        shown,
        key=lambda row: (
            row.part or 0,
            row.rank is None and bool(measured),
            row.rank or 0,
            row.raw is None,
            row.raw_rank or 0,
            row.enrolment.number_key if row.enrolment else row.code,
        ),
    )


def _place(names: _Names, judge: str) -> int:
    return names.order.get(judge, len(names.order))


def _sheet(sheet: Mapping[str, Any], names: _Names, points: Mapping[str, float | None]) -> ShownSheet:
    return ShownSheet(
        judge=names.judge(sheet["judge"]),
        total=sheet["total"],
        lean=points.get(sheet["judge"]),
        marks=[ShownMark(names.criterion(m["criterion"]), m["points"], m["of"]) for m in sheet["marks"]],
    )


def _bar(found: Mapping[str, Any], count: int) -> Bar | None:
    low, high, rank = found.get("rank_low"), found.get("rank_high"), found.get("rank")
    if not (low and high and rank) or count < 2:
        return None
    step = BAR / count
    return Bar(round((low - 1) * step, 1), round((high - low + 1) * step, 1), round((rank - 0.5) * step, 1))


def _judges(results: Mapping[str, Any], adjusted: Mapping[str, Any], names: _Names) -> list[ShownJudge]:
    found = {row["id"]: row for row in adjusted["judges"]}
    kept = ("points", "severity", "se", "infit", "outfit")
    return [
        ShownJudge(
            row["judge"],
            names.judge(row["judge"]),
            row["n"],
            row["mean"],
            **{key: found.get(row["judge"], {}).get(key) for key in kept},
        )
        for row in sorted(results["judges"], key=lambda row: _place(names, row["judge"]))
    ]


def _criteria(adjusted: Mapping[str, Any], names: _Names) -> list[ShownCriterion]:
    alpha = (adjusted.get("agreement") or {}).get("krippendorff", {})
    return [
        ShownCriterion(
            names.criterion(row["id"]),
            row["difficulty"],
            row["se"],
            row["infit"],
            alpha.get(row["id"], {}).get("interval"),
        )
        for row in adjusted["criteria"]
    ]


def _without(adjusted: Mapping[str, Any], top: int, names: _Names) -> list[Without]:
    """Judges without whom other learners would stand among the first; told in the order of the codes."""
    ids = [row["id"] for row in adjusted["learners"]]
    first = {row["id"] for row in adjusted["learners"] if row["rank"] and row["rank"] <= top}
    told = []
    for each in adjusted.get("left_out", ()):
        then = {code for code, rank in zip(ids, each["ranks"], strict=True) if rank and rank <= top}
        if then != first:
            told.append(
                Without(
                    names.judge(each["judge"]),
                    [names.learner(code) for code in sorted(then - first)],
                    [names.learner(code) for code in sorted(first - then)],
                )
            )
    return told


def _ruler(adjusted: Mapping[str, Any], names: _Names) -> Ruler | None:
    measures = [row["measure"] for row in adjusted["learners"] if row["measure"] is not None]
    if not measures:
        return None
    centre = fmean(measures) if adjusted["fit"]["scale"] == MARKS_SCALE else 0.0
    return ruler_of(
        [measure - centre for measure in measures],
        [
            (names.judge(row["id"]), row["severity"])
            for row in adjusted["judges"]
            if row["severity"] is not None
        ],
        [
            (names.criterion(row["id"]), row["difficulty"])
            for row in adjusted["criteria"]
            if row["difficulty"] is not None
        ],
    )
