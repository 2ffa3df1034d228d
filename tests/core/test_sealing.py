"""What is sealed opens with the secret key, for its purpose and row, and in no other way."""

import pytest
from django.db import connection

from tests.factories.people import OrganisationFactory
from yingzao.core import sealing
from yingzao.core.sealing import MARK, Unopenable, seal, unseal
from yingzao.notices.models import Robot

ADDRESS = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0123-abcd"


def test_opens_for_its_purpose_and_row_alone(settings):
    sealed = seal(b"secret", purpose="a", row="R1")
    assert unseal(sealed, purpose="a", row="R1") == b"secret"
    assert seal(b"secret", purpose="a", row="R1") != sealed
    flipped = sealed[:20] + ("A" if sealed[20] != "A" else "B") + sealed[21:]
    for text, purpose, row in (
        (sealed, "b", "R1"),
        (sealed, "a", "R2"),
        (flipped, "a", "R1"),
        ("?", "a", "R1"),
        ("", "a", "R1"),
    ):
        with pytest.raises(Unopenable):
            unseal(text, purpose=purpose, row=row)
    settings.SECRET_KEY = "another"
    with pytest.raises(Unopenable):
        unseal(sealed, purpose="a", row="R1")


@pytest.fixture
def robot(db):
    return Robot.objects.create(
        organisation=OrganisationFactory(),
        programme_code="P1",
        name="学员群",
        service="wecom",
        address=ADDRESS,
        secret="",
    )


def standing(column: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM notices_robot")
        return cursor.fetchone()[0]


def test_a_field_stands_sealed_in_the_table_and_is_itself_in_the_program(robot):
    assert Robot.objects.get().address == ADDRESS
    assert Robot.objects.values_list("address", flat=True).get() == ADDRESS
    assert standing("address").startswith(MARK)
    assert "0123-abcd" not in standing("address")
    assert (standing("secret"), Robot.objects.get().secret) == ("", "")


def test_what_the_table_has_is_given_and_written_back_as_it_stands(robot):
    field = Robot._meta.get_field("address")
    kept = Robot.objects.values_list(field.as_it_stands(), flat=True).get()
    assert kept == standing("address")
    Robot.objects.update(address=kept)
    assert standing("address") == kept
    assert Robot.objects.get().address == ADDRESS


def test_under_another_key_it_is_empty_and_a_text_of_before_is_read(robot, settings):
    settings.SECRET_KEY = "another"
    assert Robot.objects.get().address == ""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE notices_robot SET address = %s", [ADDRESS])
    found = Robot.objects.get()
    assert found.address == ADDRESS
    found.save()
    assert standing("address").startswith(sealing.MARK)
