"""A story that begins with an activity, and what is offered beside its text: nothing that may not be published or seen."""

from uuid import uuid4

import pytest
from django.urls import reverse

from tests.factories.activities import ActivityFactory, PartFactory, moment, record
from tests.factories.communities import CommunityFactory
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.stories import StoryFactory, jpeg
from yingzao.core import media
from yingzao.people.models import Consent
from yingzao.stories import actions, queries
from yingzao.stories.models import AdoptedPhoto, Story
from yingzao.visits import actions as visits
from yingzao.visits.models import FieldFile, FieldNote, Stop

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(programme):
    activity = ActivityFactory(
        programme=programme, kind="visit", title="走进溪口村", starts_at=moment("2021-11-13 09:00"),
        held_at=moment("2021-11-13 17:00"), state="held",
    )  # fmt: skip
    village = CommunityFactory(organisation=programme.organisation, name="溪口村")
    part = PartFactory(activity=activity, title="第一站")
    activity.stop = Stop.objects.create(
        organisation=programme.organisation, part=part, community=village, place="溪口村榕树下"
    )
    activity.village = village
    return activity


@pytest.fixture
def learner(programme):
    return EnrolmentFactory(programme=programme, organisation=programme.organisation, name="张小三")


def photo(visit, people="none", state="free", caption="村口", agreed=True):
    code_file = FieldFile.objects.create(
        organisation=visit.organisation, key=uuid4(), stop=visit.stop, kind="photo", people=people, state=state,
        caption=caption, is_agreed=agreed, size=10, at=visit.starts_at, received_at=visit.starts_at,
    )  # fmt: skip
    code_file.file = media.store(
        jpeg(), name="a.jpg", accept="image", organisation_id=visit.organisation_id, room="visits",
        subject=code_file.code, uploaded_by=None,
    )  # fmt: skip
    code_file.save()
    return code_file


def note(visit, learner, text):
    return FieldNote.objects.create(
        organisation=visit.organisation, key=uuid4(), note=uuid4(), stop=visit.stop, enrolment=learner, text=text,
        at=visit.starts_at, received_at=visit.starts_at,
    )  # fmt: skip


@pytest.fixture
def story(programme, editor, visit):
    return actions.start_from_activity(activity=visit, by=editor, now=moment("2021-11-15 10:00"))


def edit(story):
    return reverse("stories:desk-edit", args=[story.programme.code, story.code])


def test_a_draft_begins_with_what_the_plan_knows(as_person, programme, editor, visit, learner):
    record(learner, visit, "checked_in", "2021-11-13 09:00")
    address = reverse("stories:desk-from-activity", args=[programme.code, visit.code])
    client = as_person(editor)
    listed = client.get(reverse("stories:desk-from", args=[programme.code])).content.decode()
    assert address in listed
    page = client.get(address).content.decode()
    for words in ("走进溪口村", "2021年11月13日", "溪口村榕树下"):
        assert words in page
    assert not Story.objects.exists(), "looking begins nothing"
    client.post(address)
    story = Story.objects.get()
    assert (story.title, story.place, story.article.published_at) == (
        "走进溪口村",
        "溪口村榕树下",
        visit.starts_at,
    )
    assert list(story.activities.all()) == [visit]
    assert list(story.communities.all()) == [visit.village]
    assert story.article.text == "2021年11月13日，“走进溪口村”在溪口村榕树下举行，1名学员参加。"
    assert "走进溪口村" in client.get(address).content.decode()


def test_the_way_there_stands_on_the_activity_for_those_who_write(
    as_person, programme, organiser, supervisor, visit
):
    page = reverse("visits:desk-visit", args=[programme.code, visit.code])
    address = reverse("stories:desk-from-activity", args=[programme.code, visit.code])
    assert address in as_person(organiser).get(page).content.decode()
    assert address not in as_person(supervisor).get(page).content.decode()


def test_an_unpublished_activity_begins_nothing(as_person, programme, editor):
    secret = ActivityFactory(programme=programme, is_published=False)
    address = reverse("stories:desk-from-activity", args=[programme.code, secret.code])
    assert as_person(editor).post(address).status_code == 404


@pytest.mark.parametrize("activities", [1, 3])
def test_the_list_asks_as_often_for_many_activities(
    as_person, programme, editor, activities, django_assert_num_queries
):
    ActivityFactory.create_batch(activities, programme=programme)
    client = as_person(editor)
    address = reverse("stories:desk-from", args=[programme.code])
    client.get(address)
    with django_assert_num_queries(QUERIES):
        assert client.get(address).content.decode().count("row-line") == activities


QUERIES = 8


# Photos


def test_only_photos_that_may_be_published_are_offered(as_person, programme, editor, story, visit):
    nobody = photo(visit, caption="空巷")
    asked = photo(visit, people="adults", caption="阿婆")
    visits.agree(file=asked, note="本人当面同意", by=programme.organisation and editor)
    photo(visit, people="adults", caption="只有拍的人说同意")
    photo(visit, people="children", state="held", caption="孩子")
    photo(visit, state="taken_down", caption="撤下的")
    other = ActivityFactory(programme=programme, kind="visit", title="另一次")
    other.stop = Stop.objects.create(organisation=programme.organisation, part=PartFactory(activity=other))
    other.starts_at = visit.starts_at
    photo(other, caption="别的活动")
    assert {one.pk for one in queries.material_for(editor, story).photos} == {nobody.pk, asked.pk}
    page = as_person(editor).get(edit(story)).content.decode()
    for words in ("只有拍的人说同意", "孩子", "撤下的", "别的活动"):
        assert words not in page
    shown = reverse("media:file-at", args=[nobody.file.code, 320])
    assert as_person(editor).get(shown).status_code == 200


def test_an_editor_does_not_see_other_photos_of_a_visit(as_person, editor, visit):
    for one in (photo(visit, people="adults"), photo(visit, state="held")):
        assert as_person(editor).get(reverse("media:file-at", args=[one.file.code, 320])).status_code == 404


def test_a_photo_is_put_in_without_a_script_and_only_once(as_person, editor, story, visit):
    one = photo(visit, caption="村口的榕树")
    client = as_person(editor)
    sent = {"title": "走进溪口村", "byline": "", "text": "字。", "put": f"photo:{one.code}"}
    client.post(edit(story), sent)
    story.refresh_from_db()
    assert story.article.source.rstrip() == "字。\n\n[图1]"
    assert story.article.images.get().alt == "村口的榕树"
    client.post(edit(story), sent | {"text": "字。\n\n[图1]\n", "alt-1": "村口的榕树"})
    assert story.article.images.count() == 1
    assert AdoptedPhoto.objects.get().photo == one


def test_a_photo_that_may_not_be_published_is_refused(as_person, editor, story, visit):
    held = photo(visit, people="children", state="held")
    sent = {"title": "走进溪口村", "byline": "", "text": "字。", "put": f"photo:{held.code}"}
    page = as_person(editor).post(edit(story), sent)
    assert (page.status_code, story.article.images.count()) == (422, 0)


@pytest.mark.parametrize("how", ["down", "hold"])
def test_a_photo_that_is_taken_back_goes_from_the_public_story(client, programme, organiser, visit, how):
    story = StoryFactory(programme=programme, published=True)
    story.activities.add(visit)
    one = photo(visit)
    actions.adopt_photo(story=story, photo=one, by=organiser)
    picture = story.article.images.get()
    address = reverse("media:file-at", args=[picture.file.code, 640])
    assert client.get(address).status_code == 200
    before = story.changed_at
    if how == "down":
        visits.take_down(file=one, by=organiser, reason="本人要求")
    else:
        visits.hold(file=one, people="children", by=organiser)
    assert client.get(address).status_code == 404
    story.refresh_from_db()
    picture.refresh_from_db()
    assert (picture.file, story.changed_at > before) == (None, True)


# Figures, words


def test_figures_are_offered_and_put_in_without_a_script(as_person, editor, story, visit, learner):
    record(learner, visit, "checked_in", "2021-11-13 09:00")
    key = f"participants.activity.{visit.code}"
    client = as_person(editor)
    assert f'data-key="{key}"' in client.get(edit(story)).content.decode()
    client.post(edit(story), {"title": "x", "byline": "", "text": "字。", "put": f"figure:{key}"})
    story.refresh_from_db()
    assert (story.article.source, story.article.text.split()) == (f"字。\n\n[数:{key}]", ["字。", "1"])
    bad = client.post(edit(story), {"title": "x", "byline": "", "text": "字。", "put": "figure:nothing"})
    assert bad.status_code == 422


def test_words_are_named_with_consent_alone_and_notes_are_for_organisers(
    as_person, programme, editor, organiser, story, visit, learner
):
    silent = EnrolmentFactory(programme=programme, organisation=programme.organisation, name="李小四")
    quote, other = note(visit, learner, "村里的长凳是邻居修的。"), note(visit, silent, "河边的灯坏了。")
    actions.agree_to_be_named(learner=learner, note="书面同意", by=editor)
    page = as_person(editor).get(edit(story)).content.decode()
    assert "村里的长凳是邻居修的。" in page
    assert "张小三" in page
    assert "河边的灯坏了" not in page
    sent = {"title": "x", "byline": "", "text": "字。"}
    assert as_person(editor).post(edit(story), sent | {"put": f"words:{other.note}"}).status_code == 422
    as_person(editor).post(edit(story), sent | {"put": f"words:{quote.note}"})
    story.refresh_from_db()
    assert story.article.source == "字。\n\n> 村里的长凳是邻居修的。\n>\n> ——张小三\n"
    page = as_person(organiser).get(edit(story)).content.decode()
    assert "河边的灯坏了。" in page
    assert "李小四" not in page
    Consent.objects.update(withdrawn_at=moment("2021-11-14 10:00"))
    assert queries.material_for(editor, story).quotes == []


# To the cursor


def test_photos_and_words_are_told_to_the_page_for_its_cursor(as_person, editor, story, visit, learner):
    one, quote = photo(visit, caption="村口的榕树"), note(visit, learner, "长凳是<邻居>修的。")
    actions.agree_to_be_named(learner=learner, note="书面同意", by=editor)
    address = reverse("stories:desk-put", args=[story.programme.code, story.code])
    client = as_person(editor)
    told = client.post(address, {"put": f"photo:{one.code}"}).json()
    file = story.article.images.get().file
    assert told == {
        "mark": "[图1]", "html": "", "number": 1, "src": f"/files/{file.code}/640/", "alt": "村口的榕树", "caption": "",
        "credit": "",
    }  # fmt: skip
    told = client.post(address, {"put": f"words:{quote.note}"}).json()
    assert told == {
        "mark": "> 长凳是\\<邻居\\>修的。\n>\n> ——张小三",
        "html": "<blockquote><p>长凳是&lt;邻居&gt;修的。</p><p>——张小三</p></blockquote>",
    }
    story.refresh_from_db()
    assert "图1" not in story.article.source, "where it goes is the page's to say"


def test_what_is_not_offered_is_not_told_to_the_page(as_person, editor, story, visit, learner, stranger):
    held = photo(visit, people="children", state="held")
    silent = note(visit, learner, "河边的灯坏了。")
    address = reverse("stories:desk-put", args=[story.programme.code, story.code])
    for put in (f"photo:{held.code}", f"words:{silent.note}", "", "photo:"):
        answer = as_person(editor).post(address, {"put": put})
        assert answer.status_code == 422
        assert "河边" not in answer.content.decode()
    assert not story.article.images.exists()
    assert as_person(stranger).post(address, {"put": f"photo:{held.code}"}).status_code == 404
