"""A programme in which people learn: an open stage, an organiser, a learner with an account, and somebody of elsewhere."""

from tests.factories.enrolment import EnrolmentFactory, TeamFactory
from tests.factories.people import PersonFactory
from tests.factories.programmes import StaffRoleFactory, StageFactory
from yingzao.programmes.enums import Role, StageKind, StageState


class Learning:
    """Practice is open, so everything that learners do is allowed. `mentor` looks after the team of `learner`."""

    def __init__(self, stage: str = StageKind.PRACTICE) -> None:
        self.organiser = StaffRoleFactory(role=Role.ORGANISER)
        self.programme = self.organiser.programme
        self.stage = StageFactory(programme=self.programme, kind=stage, state=StageState.OPEN)
        self.mentor = StaffRoleFactory(programme=self.programme, role=Role.MENTOR)
        self.team = TeamFactory(programme=self.programme, mentor=self.mentor)
        self.learner = EnrolmentFactory(programme=self.programme, person=PersonFactory(), team=self.team)
        self.other = EnrolmentFactory(programme=self.programme, person=PersonFactory())
        self.by = self.organiser.person

    def close(self) -> None:
        self.stage.state = StageState.CLOSED
        self.stage.save()
