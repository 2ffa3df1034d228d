"""The programme that benchmarks work in: an office, its organiser, and an edition in its learning stage, in an empty instance."""

from __future__ import annotations

import datetime as dt
from typing import Any


def learning_programme() -> tuple[Any, Any, Any]:
    """(organisation, organiser, programme), after `django.setup()`; the tables are made first."""
    from yingzao.core.clock import now
    from yingzao.people import actions as people
    from yingzao.programmes import actions as programmes
    from yingzao.project import database

    database.bring_up_to_date()
    office = people.create_organisation(by=None, name="示例街道办事处")
    organiser = people.create_account(by=None, display_name="组织者", phone="13800138000", check=False)
    people.grant(by=None, person=organiser, organisation=office)
    today = now().date()
    programme = programmes.create_programme(
        organisation=office,
        by=organiser,
        name="社区治理先锋营计划",
        edition="2026",
        starts_on=today - dt.timedelta(days=30),
        ends_on=today + dt.timedelta(days=60),
    )
    stage = programmes.add_stage(
        programme=programme, by=organiser, kind="learning", name="学习", opens_on=today, closes_on=today
    )
    programmes.open_stage(stage=stage, by=organiser)
    return office, organiser, programme
