"""What an organisation's public pages look like: colours that can be read, a logo for everybody, words."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.people import GrantFactory, OrganisationFactory, PersonFactory
from tests.factories.stories import jpeg
from yingzao.core.errors import Refused
from yingzao.core.models import AuditLine, StoredFile
from yingzao.people import actions, queries, settling

COLOURS = st.from_regex(r"\A#[0-9a-f]{6}\Z")


@pytest.mark.parametrize(
    ("typed", "colour"),
    [
        ("#0B6E6E", "#0b6e6e"),
        ("0b6e6e", "#0b6e6e"),
        (" #0BE ", "#00bbee"),
        ("teal", None),
        ("#12345", None),
        ("#12345g", None),
    ],
)
def test_colours_as_they_are_typed(typed, colour):
    assert settling.normal_colour(typed) == colour


def test_contrast_is_that_of_the_guidelines():
    assert settling.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert settling.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@given(COLOURS)
def test_what_is_kept_can_be_read_wherever_it_stands(colour):
    if settling.weakest(colour) >= settling.ENOUGH:
        made = settling.colours_of(colour)
        for surface in (*settling.LIGHT, made.wash, made.on_accent):
            assert settling.contrast(made.accent, surface) >= 4.5
        for words in ("#20282c", "#5c666f", "#8a4f18"):  # ink, soft and clay stand on the wash as well
            assert settling.contrast(words, made.wash) >= 4.5
        assert settling.contrast(made.on_accent, made.deep) >= 4.5
    night = settling.colours_of(settling.for_dark_pages(colour), dark=True)
    for surface in (*settling.DARK, night.wash, night.on_accent):
        assert settling.contrast(night.accent, surface) >= 4.5
    for words in ("#e8e6df", "#a3adb1", "#e0a56a"):
        assert settling.contrast(words, night.wash) >= 4.5


@pytest.fixture
def organisation(db):
    return OrganisationFactory(short_name="东桥街道")


@pytest.fixture
def organiser(organisation):
    return GrantFactory(organisation=organisation).person


def test_a_colour_is_kept_with_its_darker_pages_and_written_down(organisation, organiser):
    actions.set_look(organisation=organisation, by=organiser, accent="#8A1F3C")
    organisation.refresh_from_db()
    assert organisation.accent == "#8a1f3c"
    assert settling.weakest(organisation.accent_dark, dark=True) >= 4.5
    line = AuditLine.objects.get(act="people.look.changed")
    assert (line.before["accent"], line.after["accent"]) == ("", "#8a1f3c")


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"accent": "#f5c518"}, "accent", "pale"),
        ({"accent": "#8a1f3c", "accent_dark": "#330000"}, "accent_dark", "pale"),
        ({"accent": "red"}, "accent", "no_colour"),
    ],
)
def test_a_colour_that_cannot_be_read_is_refused_and_nothing_is_kept(
    organisation, organiser, given, field, code
):
    with pytest.raises(Refused) as refusal:
        actions.set_look(organisation=organisation, by=organiser, introduction="新的", **given)
    assert (refusal.value.field, refusal.value.code) == (field, code)
    organisation.refresh_from_db()
    assert (organisation.accent, organisation.introduction) == ("", "")


def test_only_organisers_of_it_decide(organisation):
    for person in (PersonFactory(), GrantFactory().person):
        with pytest.raises(Refused):
            actions.set_look(organisation=organisation, by=person, accent="#8a1f3c")


def test_the_page_says_what_is_wrong_and_loses_nothing(client, organisation, organiser):
    client.force_login(organiser)
    address = reverse("people:desk-look", args=[organisation.code])
    page = client.post(address, {"accent": "#f5c518", "introduction": "办事处简介"})
    text = page.content.decode()
    assert page.status_code == 422
    assert "颜色太浅" in text
    assert "办事处简介" in text
    assert 'value="#f5c518"' in text


def test_a_logo_is_everybodys_and_goes_when_it_is_removed(
    client, organisation, organiser, django_capture_on_commit_callbacks
):
    client.force_login(organiser)
    address = reverse("people:desk-look", args=[organisation.code])
    upload = SimpleUploadedFile("标志.jpg", jpeg(size=(600, 300)), "image/jpeg")
    assert client.post(address, {"logo": upload}).status_code == 302
    client.logout()
    stored = StoredFile.objects.get()
    picture = reverse("media:file-at", args=[stored.code, 320])
    assert client.get(picture).status_code == 200
    organisation.refresh_from_db()
    assert queries.look_of(organisation).logo == stored
    client.force_login(organiser)
    client.post(address, {"accent": "#8a1f3c"})  # another change keeps it
    organisation.refresh_from_db()
    assert organisation.logo == stored
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address, {"remove_logo": "on"})
    assert not StoredFile.objects.exists()
    assert client.get(picture).status_code == 404


def test_the_style_sheet_holds_the_colours_and_is_kept_by_its_address(client, organisation, organiser):
    address = reverse("people:look", args=[organisation.code])
    assert client.get(address).status_code == 404
    assert queries.look_of(organisation).css == ""
    actions.set_look(organisation=organisation, by=organiser, accent="#8a1f3c", accent_dark="#f0a0b8")
    response = client.get(queries.look_of(organisation).css)
    assert (response.status_code, response["Content-Type"]) == (200, "text/css")
    assert "--yz-glaze: #8a1f3c;" in response.content.decode()
    assert "--yz-glaze: #f0a0b8;" in response.content.decode()
    assert not response.cookies
    former = queries.look_of(organisation).css
    actions.set_look(organisation=organisation, by=organiser, accent="#0b6e6e")
    assert queries.look_of(organisation).css != former
