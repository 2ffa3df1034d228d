"""Leaders and needs as learners record them, through the use cases themselves."""

from uuid import uuid4

from tests.factories.communities import CommunityFactory
from tests.factories.learning import Learning
from yingzao.communities.actions import Agreed
from yingzao.communities.enums import ConsentPurpose
from yingzao.core import clock
from yingzao.practice import actions
from yingzao.practice.models import Finding

PHONE = "13800001234"


def settle(camp: Learning, name: str = "灯湖社区") -> Learning:
    """Give both learners of a programme the same community of its register."""
    camp.community = CommunityFactory(organisation=camp.programme.organisation, name=name)
    for learner in (camp.learner, camp.other):
        learner.community = camp.community
        learner.save()
    return camp


def found_leader(enrolment, *purposes: str, name: str = "阿珍", phone: str = "", **said) -> Finding:
    """`purposes` are what the leader agreed to; a telephone needs "contact" among them."""
    agreed = Agreed(purposes=purposes, on=clock.today(), note="走访时说的") if purposes else None
    return actions.record_leader(
        enrolment=enrolment,
        by=enrolment.person,
        key=said.pop("key", None) or uuid4(),
        agreed=agreed,
        name=name,
        phone=phone,
        **said,
    )


def found_need(enrolment, **said) -> Finding:
    given = {"title": "楼道没有灯", "whose": "独居老人", "source": "walk"} | said
    return actions.record_need(
        enrolment=enrolment, by=enrolment.person, key=given.pop("key", None) or uuid4(), **given
    )


EVERYTHING = tuple(ConsentPurpose.values)
