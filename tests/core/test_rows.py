"""Values that go to the database straight are those that their fields would have prepared."""

import datetime as dt
import uuid
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections, models

from yingzao.communities.enums import Step
from yingzao.core import rows
from yingzao.core.sealing import SealedField
from yingzao.people.models import Person, SignIn

pytestmark = pytest.mark.django_db
SAMPLES = {
    models.CharField: ["", "文", Step.FOUND],
    models.TextField: ["", "长文\n二"],
    models.IntegerField: [0, 7, True],
    models.BooleanField: [True, False],
    models.UUIDField: [uuid.UUID(int=5)],
    models.DateTimeField: [
        dt.datetime(2021, 10, 14, 19, 2, 3, 456, tzinfo=dt.UTC),
        dt.datetime(2021, 10, 14, 19, 2, tzinfo=ZoneInfo("Asia/Shanghai")),
    ],
    models.DateField: [dt.date(2021, 10, 14)],
    models.DecimalField: [Decimal("1.5")],
    models.JSONField: [{"分": [1, None]}, []],
    models.ForeignKey: [3],
}


@pytest.mark.parametrize("model", apps.get_models(include_auto_created=True), ids=lambda m: m._meta.label)
def test_each_value_is_prepared_as_its_field_would(model):
    database = connections[DEFAULT_DB_ALIAS]
    plan = rows._plan(database.vendor, database.timezone_name == "UTC", model)
    for place, column in enumerate(plan):
        field = column.field
        if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
            assert not column.accepts  # the moment is the field's own
            continue
        for kind, samples in SAMPLES.items():
            if not isinstance(field, kind):
                continue
            for value in [*samples, *([None] if field.null else [])]:
                row = model()
                setattr(row, field.attname, value)
                expected = field.get_db_prep_save(field.pre_save(row, True), database)
                found = rows._values(row.__dict__, plan[place : place + 1], database, row)[0]
                if isinstance(field, SealedField):  # no two seals are the same
                    assert not column.accepts
                    found, expected = (field.from_db_value(each, None, None) for each in (found, expected))
                if "Jsonb" in type(found).__name__:
                    found, expected = found.obj, expected.obj
                assert (found, type(found) is bool) == (expected, type(expected) is bool), field


def test_moments_without_a_zone_are_still_refused_or_warned_of_by_their_field():
    database = connections[DEFAULT_DB_ALIAS]
    assert not isinstance(dt.datetime(2021, 1, 1), rows._Moment)  # noqa: DTZ001
    plan = rows._plan(database.vendor, True, SignIn)
    assert any(column.accepts == (rows._Moment,) for column in plan)


def test_what_is_written_is_read_back():
    at = dt.datetime(2021, 10, 14, 19, 2, 3, 456, tzinfo=ZoneInfo("Asia/Shanghai"))
    person = Person.objects.create(username="p", display_name="张伟")
    rows.insert([SignIn(person=person, typed="p", outcome="success", at=at, device="手机")])
    kept = SignIn.objects.get()
    assert (kept.person, kept.at, kept.device, kept.outcome) == (person, at, "手机", "success")
