"""Rubrics, rounds, and the learners and judges around them."""

import datetime as dt
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from tests.factories.activities import ActivityFactory
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.people import OrganisationFactory
from tests.factories.programmes import ProgrammeFactory, StaffRoleFactory, StageFactory
from yingzao.activities.actions.entries import content_hash
from yingzao.activities.enums import KindKey, VersionState
from yingzao.activities.models import Activity, Entry, Version, VersionFile
from yingzao.core.models import StoredFile
from yingzao.enrolment.models import Enrolment
from yingzao.judging.models import Assignment, Criterion, Level, Panel, Round, Rubric, RubricVersion
from yingzao.programmes.enums import Role, StageKind, StageState

HANDED_IN = dt.datetime(2021, 12, 20, 10, tzinfo=dt.UTC)


class JudgeFactory(StaffRoleFactory):
    role = Role.JUDGE
    name = factory.Sequence(lambda n: f"评委{n:02}")
    unit = "示例大学"


class LearnerFactory(EnrolmentFactory):
    """A learner of a community of their own."""

    name = factory.Sequence(lambda n: f"某学员{n}")
    community_as_given = factory.Sequence(lambda n: f"示例{n}社区")


class PracticeFactory(ActivityFactory):
    kind = KindKey.PRACTICE
    title = factory.Sequence(lambda n: f"实践任务{n + 1}")


def hand_in(learner: Enrolment, activity: Activity, text: str = "三位老人的原话", **stored) -> Version:
    """A submitted version of the learner's entry; `stored` names a file that comes with it."""
    entry, _ = Entry.objects.get_or_create(
        enrolment=learner,
        activity=activity,
        defaults={
            "organisation": learner.organisation,
            "programme": learner.programme,
            "title": activity.title,
        },
    )
    version = Version.objects.create(
        organisation=learner.organisation,
        entry=entry,
        number=entry.versions.count() + 1,
        text=text,
        state=VersionState.SUBMITTED,
        saved_at=HANDED_IN,
        submitted_at=HANDED_IN,
        sha256=content_hash(text, {}, []),
    )
    if stored:
        attach(version, **stored)
    return version


def attach(version: Version, *, name: str, media_type: str = "application/pdf", sha256: str = "0" * 64):
    stored = StoredFile.objects.create(
        organisation_id=version.organisation_id,
        sha256=sha256,
        name=name,
        media_type=media_type,
        size=3,
        room="activities",
        subject=version.code,
    )
    return VersionFile.objects.create(
        organisation_id=version.organisation_id, version=version, file=stored, position=version.files.count()
    )


class RubricVersionFactory(DjangoModelFactory):
    """Two criteria of weight 60 and 40, five levels each."""

    class Meta:
        model = RubricVersion
        skip_postgeneration_save = True

    organisation = factory.SubFactory(OrganisationFactory)
    rubric = factory.LazyAttribute(
        lambda v: Rubric.objects.create(organisation=v.organisation, name="实践成果评分表")
    )
    number = 1

    @factory.post_generation
    def criteria(self, create, extracted, **kwargs):
        for position, (title, weight) in enumerate(
            extracted or (("需求是不是从居民那里来的", 60), ("骨干愿不愿意、做不做得成", 40)), start=1
        ):
            criterion = Criterion.objects.create(
                organisation=self.organisation,
                version=self,
                title=title,
                weight=Decimal(weight),
                position=position,
            )
            for points in range(1, 6):
                Level.objects.create(
                    organisation=self.organisation,
                    criterion=criterion,
                    points=points,
                    text=f"{title}：第{points}级的样子",
                )


class RoundFactory(DjangoModelFactory):
    class Meta:
        model = Round

    programme = factory.SubFactory(ProgrammeFactory)
    organisation = factory.SelfAttribute("programme.organisation")
    name = "2021 年实践成果评审"
    rubric_version = factory.SubFactory(
        RubricVersionFactory, organisation=factory.SelfAttribute("..organisation")
    )


class Judging:
    """A programme in its judging stage: learners with a portfolio, judges with accounts, a round in preparation."""

    def __init__(
        self, *, learners: int = 2, judges: int = 2, judges_per_entry: int = 2, hides_names: bool = True
    ):
        self.programme = ProgrammeFactory()
        self.organisation = self.programme.organisation
        self.stage = StageFactory(programme=self.programme, kind=StageKind.JUDGING, state=StageState.OPEN)
        self.organiser = StaffRoleFactory(programme=self.programme, role=Role.ORGANISER).person
        self.supervisor = StaffRoleFactory(programme=self.programme, role=Role.SUPERVISOR).person
        self.task = PracticeFactory(programme=self.programme, title="发掘社区需求")
        self.learners = LearnerFactory.create_batch(learners, programme=self.programme)
        for learner in self.learners:
            hand_in(learner, self.task)
        self.judges = JudgeFactory.create_batch(judges, programme=self.programme)
        self.round = RoundFactory(
            programme=self.programme, judges_per_entry=judges_per_entry, hides_names=hides_names, seed=7
        )
        panel = Panel.objects.create(organisation=self.organisation, round=self.round)
        panel.judges.set(self.judges)

    @property
    def criteria(self) -> list[Criterion]:
        return list(self.round.rubric_version.criteria.all())

    def draw(self):
        from yingzao.judging import actions

        return actions.confirm_draw(round=self.round, seed=self.round.seed, by=self.organiser)

    def open(self):
        from yingzao.judging import actions

        self.draw()
        actions.open_round(round=self.round, by=self.organiser)
        return self

    def sheet(self, judge, learner) -> Assignment:
        return Assignment.objects.get(round=self.round, judge=judge, entry__enrolment=learner)

    def mark(self, judge, learner, points, *, submit: bool = True, comment: str = "") -> Assignment:
        from yingzao.judging import actions

        sheet = self.sheet(judge, learner)
        given = {c.code: p for c, p in zip(self.criteria, points, strict=False)}
        actions.save_marks(assignment=sheet, points=given, by=judge.person)
        if comment:
            actions.save_comment(assignment=sheet, comment=comment, by=judge.person)
        if submit:
            actions.submit_sheet(assignment=sheet, by=judge.person)
        sheet.refresh_from_db()
        return sheet


FINALISTS = {
    "A": {"R2": 90, "R3": 84},
    "B": {"R1": 94, "R2": 88},
    "C": {"R1": 92, "R3": 80},
    "D": {"R1": 90, "R2": 84},
    "E": {"R2": 82, "R3": 76},
    "F": {"R1": 86, "R3": 74},
}  # R1 gives 6 more than R2, and R3 6 less: a worked table of docs/algorithms/calibration.md


def finalists(marks=FINALISTS) -> Judging:
    """A closed round of marks out of 100: learner → judge → mark."""
    from yingzao.judging import actions

    names = sorted({judge for of in marks.values() for judge in of})
    camp = Judging(learners=len(marks), judges=len(names))
    camp.round.rubric_version.criteria.all().delete()
    Criterion.objects.create(
        organisation=camp.organisation,
        version=camp.round.rubric_version,
        title="总分",
        weight=Decimal(100),
        position=1,
        full_marks=100,
    )
    for learner, name in zip(camp.learners, sorted(marks), strict=True):
        learner.name = name
        learner.save()
    for judge, name in zip(camp.judges, names, strict=True):
        judge.name = name
        judge.save()
    judges = dict(zip(names, camp.judges, strict=True))
    for learner in camp.learners:
        for name in marks[learner.name]:
            actions.assign_by_hand(round=camp.round, enrolment=learner, judge=judges[name], by=camp.organiser)
    actions.open_round(round=camp.round, by=camp.organiser)
    for learner in camp.learners:
        for name, mark in marks[learner.name].items():
            camp.mark(judges[name], learner, (mark,))
    actions.close_round(round=camp.round, by=camp.organiser)
    camp.round.refresh_from_db()
    return camp
