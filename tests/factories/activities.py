"""Activities, parts and evidence. Evidence enters through the ledger, as everywhere."""

import datetime as dt
import uuid

import factory
from factory.django import DjangoModelFactory

from tests.factories.programmes import ProgrammeFactory
from yingzao.activities import actions
from yingzao.activities.enums import EvidenceSource, KindKey
from yingzao.activities.models import Activity, Part
from yingzao.core.clock import SHANGHAI


def moment(text: str) -> dt.datetime:
    """`2021-10-14 19:00` in Shanghai."""
    return dt.datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)


class ActivityFactory(DjangoModelFactory):
    class Meta:
        model = Activity

    programme = factory.SubFactory(ProgrammeFactory)
    organisation = factory.SelfAttribute("programme.organisation")
    kind = KindKey.CASE
    title = factory.Sequence(lambda n: f"案例{n + 1}")
    position = factory.Sequence(lambda n: n)


class LiveFactory(ActivityFactory):
    kind = KindKey.LIVE
    title = factory.Sequence(lambda n: f"直播课{n + 1}")
    starts_at = moment("2021-10-14 19:00")
    ends_at = moment("2021-10-14 20:30")
    rule = factory.LazyFunction(lambda: {"min_share": "0.8"})


class PartFactory(DjangoModelFactory):
    class Meta:
        model = Part

    activity = factory.SubFactory(ActivityFactory)
    organisation = factory.SelfAttribute("activity.organisation")
    title = factory.Sequence(lambda n: f"第{n + 1}站")
    position = factory.Sequence(lambda n: n)


def record(enrolment, activity, fact, at: str, until: str | None = None, **more):
    """One fact, through the ledger. Returns its key."""
    key = more.pop("key", None) or uuid.uuid4()
    actions.record_evidence(
        [
            actions.NewFact(
                key=key,
                enrolment=enrolment,
                activity=activity,
                fact=fact,
                happened_at=moment(at),
                until=moment(until) if until else None,
                source=more.pop("source", EvidenceSource.STAFF),
                **more,
            )
        ],
        by=None,
    )
    return key
