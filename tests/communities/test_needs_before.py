"""Needs from before there were steps and voices."""

import datetime as dt
from importlib import import_module
from uuid import uuid4

import pytest
from django.apps import apps

from tests.factories.communities import CommunityFactory
from tests.factories.people import PersonFactory
from yingzao.communities import queries
from yingzao.communities.models import Need
from yingzao.core import clock

pytestmark = pytest.mark.django_db
LONG_AGO = dt.date(2021, 11, 1)


@pytest.mark.parametrize(
    ("before", "note", "after", "steps", "answer"),
    [
        ("open", "", "found", [("found", "", "")], ""),
        ("taken_up", "居委会去看", "acting", [("found", "", ""), ("acting", "居委会去看", "")], ""),
        ("met", "装了灯", "answered", [("found", "", ""), ("answered", "", "装了灯")], "装了灯"),
        ("dropped", "搬走了", "closed", [("found", "", ""), ("closed", "", "搬走了")], "搬走了"),
    ],
)
def test_each_state_becomes_a_new_one_with_its_steps_a_voice_and_a_day(before, note, after, steps, answer):
    community, person = CommunityFactory(), PersonFactory()
    need = Need.objects.create(
        organisation=community.organisation,
        community=community,
        key=uuid4(),
        title="楼道没有灯",
        text="三单元",
        whose="独居老人",
        source="slip",
        state=before,
        state_note=note,
        raised_on=LONG_AGO,
        entered_by=person,
        changed_at=clock.start_of(dt.date(2021, 12, 1)),
    )
    import_module("yingzao.communities.migrations.0007_steps_and_voices").forward(apps, None)
    need.refresh_from_db()
    assert (need.state, need.answer) == (after, answer)
    assert [(s.state, s.note, s.answer) for s in need.steps.all()] == steps
    assert need.steps.first().on == LONG_AGO
    voice = queries.own_voice(need)
    assert (voice.words, voice.way, voice.on, voice.entered_by) == (
        "楼道没有灯\n三单元",
        "slip",
        LONG_AGO,
        person,
    )
    if answer:
        assert need.answered_in == need.steps.last()
        assert list(queries.voices_to_tell(community.organisation)) == [voice]
    else:
        assert need.answer_due_on > clock.today() + dt.timedelta(days=14)
