"""A programme with everything behind it: duties with evidence, judged portfolios, and a list to be made."""

import datetime as dt
from decimal import Decimal

from tests.factories.activities import ActivityFactory, moment, record
from tests.factories.judging import Judging
from tests.factories.people import PersonFactory
from tests.factories.programmes import StageFactory
from yingzao.honours import actions
from yingzao.judging import actions as judging
from yingzao.judging.enums import Counts
from yingzao.programmes.enums import StageKind, StageState

FROZEN = moment("2021-12-28 17:30")
POSTED = moment("2021-12-30 09:00")  # a Thursday; five working days end with 2022-01-07
ENDED = moment("2022-01-08 00:00")
ISSUED = moment("2022-01-10 10:00")

# What each learner does of two cases and the task, and the points each judge gives on two criteria of five levels.
LEARNERS = (
    ("学员一", ("done", "done", "done"), ((5, 5), (5, 4))),
    ("学员二", ("done", "late", "done"), ((4, 4), (5, 4))),
    ("学员三", ("done", "done", "missed"), ((3, 3), (3, 3))),
    ("学员四", ("done", "missed", "missed"), ((5, 5), (5, 5))),
)


class Camp:
    """Four learners, two judges, a closed and calibrated round, and all later stages open.

    学员一 100.00 · 学员二 83.33 · 学员三 66.67 · 学员四 33.33 completion, the last one below the threshold of 60.
    """

    def __init__(self, learners=LEARNERS) -> None:
        self.judging = Judging(learners=len(learners), judges=2)
        self.programme, self.organisation = self.judging.programme, self.judging.organisation
        self.programme.name = "社区治理先锋营计划"
        self.programme.save()
        self.organiser, self.supervisor = self.judging.organiser, self.judging.supervisor
        for kind in (StageKind.SELECTION, StageKind.NOTICE, StageKind.CLOSING):
            StageFactory(programme=self.programme, kind=kind, state=StageState.OPEN)
        self.cases = [
            ActivityFactory(programme=self.programme, title=f"案例{n}", due_at=moment(f"2021-11-0{n} 23:59"))
            for n in (1, 2)
        ]
        self.learners = self.judging.learners
        for learner, (name, _states, _points) in zip(self.learners, learners, strict=True):
            learner.name = name
            learner.person = PersonFactory(display_name=name)
            learner.save()
        for learner, (_name, states, _points) in zip(self.learners, learners, strict=True):
            for activity, state in zip([*self.cases, self.judging.task], states, strict=True):
                if state in ("done", "late"):
                    record(
                        learner,
                        activity,
                        "confirmed",
                        "2021-10-20 10:00" if state == "done" else "2021-11-20 10:00",
                    )
        self._judge([points for _name, _states, points in learners])

    def _judge(self, points) -> None:
        self.judging.open()
        for learner, sheets in zip(self.learners, points, strict=True):
            for judge, marks in zip(self.judging.judges, sheets or (), strict=False):
                self.judging.mark(judge, learner, marks)
        judging.close_round(round=self.judging.round, by=self.organiser)
        self.judging.round.refresh_from_db()
        run = judging.run_calibration(round=self.judging.round, by=self.organiser)
        self.calibration = judging.accept_calibration(
            run=run, counts=Counts.RAW, by=self.organiser, why="按原始平均分"
        )

    def learner(self, name: str):
        return next(learner for learner in self.learners if learner.name == name)

    def draft(self, **more):
        settings = {"quota_kind": "number", "quota": Decimal(1)} | more
        return actions.create_selection(
            programme=self.programme,
            name="优秀学员",
            by=self.organiser,
            round=self.judging.round,
            **settings,
        )

    def frozen(self, **more):
        return actions.freeze_selection(selection=self.draft(**more), by=self.organiser, now=FROZEN)

    def submitted(self, **more):
        return actions.submit_to_committee(selection=self.frozen(**more), by=self.organiser, now=FROZEN)

    def approved(self, **more):
        return actions.approve_selection(
            selection=self.submitted(**more), by=self.supervisor, comment="同意", now=FROZEN
        )

    def posted(self, **more):
        return actions.post_notice(
            selection=self.approved(**more),
            title="优秀学员公示",
            by=self.organiser,
            basis="学员已同意",
            now=POSTED,
        )

    def issued(self, now: dt.datetime = ISSUED, **more):
        notice = self.posted(**more)
        return actions.issue_certificates(selection=notice.selection, by=self.organiser, now=now)

    def names(self, codes) -> list[str]:
        names = {learner.code: learner.name for learner in self.learners}
        return [names[code] for code in codes]
