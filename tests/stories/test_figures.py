"""Figures that a story binds to their queries: live in drafts, frozen when approved, corrected on purpose, and in every form that goes out."""

import io
import json

import docx
import pypdf
import pytest
from django.urls import reverse

from tests.factories.activities import ActivityFactory, PartFactory, moment, record
from tests.factories.communities import CommunityFactory
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.stories import vouch
from tests.stories.test_out import unpacked
from yingzao.core.errors import Refused
from yingzao.stories import actions, queries
from yingzao.stories.bridge.truth import check_story
from yingzao.stories.exports import files, parts_of
from yingzao.stories.models import BoundFigure, Story
from yingzao.stories.queries import Reckoning
from yingzao.visits.models import Stop

pytestmark = pytest.mark.django_db
NOW = moment("2021-11-15 18:00")


@pytest.fixture
def visit(programme):
    return ActivityFactory(
        programme=programme,
        kind="visit",
        title="走进溪口村",
        held_at=moment("2021-11-13 17:00"),
        state="held",
    )


@pytest.fixture
def learners(programme):
    return [
        EnrolmentFactory(programme=programme, organisation=programme.organisation, name=name)
        for name in ("张三", "李四", "王五")
    ]


@pytest.fixture
def village(programme):
    return CommunityFactory(organisation=programme.organisation, name="溪口村")


def come(learners, visit, part=None):
    for learner in learners:
        record(learner, visit, "checked_in", "2021-11-13 09:00", part=part)


def text_of(visit) -> str:
    return f"共有[数:participants.activity.{visit.code}]名学员来到村里。"


def written(programme, editor, text, **more) -> Story:
    return actions.write_story(
        programme=programme, by=editor, title="榕树下", byline="记者甲", text=text, **more
    )


def value(programme, key: str) -> int | None:
    found = Reckoning(programme, now=NOW).figure(key)
    return found.value if found else None


# The queries


def test_what_each_query_counts(programme, visit, learners, village):
    part = PartFactory(activity=visit, starts_at=moment("2021-11-13 09:00"))
    Stop.objects.create(organisation=programme.organisation, part=part, community=village)
    other = CommunityFactory(organisation=programme.organisation, name="河西社区")
    come(learners[:2], visit, part)
    come(learners[:1], visit, part)  # twice the same
    record(learners[2], visit, "excused", "2021-11-12 09:00")
    ActivityFactory(
        programme=programme, kind="live", held_at=moment("2021-12-01 20:00")
    )  # still to come at NOW
    at, here = f"activity.{visit.code}", f"community.{village.code}"
    assert {
        key: value(programme, key)
        for key in (
            "learners", f"learners.{at}", "participants", f"participants.{at}", f"participants.{here}", "sessions",
            f"sessions.{at}", "visits", f"visits.{here}", "needs", f"leaders.{here}", "reached",
            f"participants.community.{other.code}",
        )
    } == {
        "learners": 3, f"learners.{at}": 3, "participants": 2, f"participants.{at}": 2, f"participants.{here}": 2,
        "sessions": 1, f"sessions.{at}": 1, "visits": 1, f"visits.{here}": 1, "needs": 0, f"leaders.{here}": 0,
        "reached": 2, f"participants.community.{other.code}": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    "key",
    [
        "nothing",
        "visits.activity.{a}",
        "learners.community.{c}",
        "participants.activity.{theirs}",
        "needs.community.{far}",
        "needs.need.X",
    ],
)
def test_what_is_not_there_or_not_of_the_programme_cannot_be_asked(programme, visit, village, key):
    codes = {
        "a": visit.code,
        "c": village.code,
        "theirs": ActivityFactory(title="别家的").code,
        "far": CommunityFactory().code,
    }
    assert value(programme, key.format(**codes)) is None


@pytest.mark.parametrize("count", [1, 3])
def test_asking_for_more_learners_asks_no_more_often(
    programme, visit, learners, count, django_assert_num_queries
):
    come(learners[:count], visit)
    with django_assert_num_queries(9):
        Reckoning(programme, now=NOW).offered()


# From draft to public


def test_a_draft_says_what_the_records_hold_now(as_person, programme, editor, visit, learners):
    come(learners[:2], visit)
    story = written(programme, editor, text_of(visit))
    assert "共有2名学员" in parts_of(story).body
    come(learners[2:], visit)
    page = (
        as_person(editor)
        .get(reverse("stories:desk-story", args=[programme.code, story.code]))
        .content.decode()
    )
    assert '">3</a>名学员来到村里' in page
    assert "参加人数 · 走进溪口村" in page
    assert "名学员来到村里" in as_person(editor).get(story.address).content.decode()
    assert "<data" not in page
    assert story.article.source == text_of(visit)


def test_it_is_counted_and_frozen_when_the_story_is_approved(
    client, programme, editor, organiser, visit, learners
):
    come(learners[:1], visit)
    story = written(programme, editor, text_of(visit))
    come(learners[1:2], visit)
    actions.publish_story(story=vouch(story, editor), by=organiser, now=NOW)
    figure = BoundFigure.objects.get()
    assert (figure.value, figure.name, figure.frozen_at) == (2, "参加人数 · 走进溪口村", NOW)
    come(learners[2:], visit)
    page = client.get(story.address).content.decode()
    assert "共有2名学员来到村里" in page
    for words in ("<data", "[数", visit.code):
        assert words not in page
    feed = json.loads(client.get("/feeds/stories.json").content)["items"][0]
    assert "共有2名学员来到村里" in feed["content_html"]
    assert "2名学员" in feed["summary"]
    for form in ("atom", "rss"):
        assert "共有2名学员来到村里" in client.get(f"/feeds/stories.{form}").content.decode()
        assert "data value" not in client.get(f"/feeds/stories.{form}").content.decode()


def test_every_file_carries_the_frozen_number(programme, editor, organiser, visit, learners):
    come(learners[:2], visit)
    story = written(programme, editor, text_of(visit))
    actions.publish_story(story=vouch(story, editor), by=organiser, now=NOW)
    come(learners[2:], visit)
    story.refresh_from_db()
    for form in ("hexo", "markdown", "wechat"):
        (told,) = [data.decode() for name, data in unpacked(files.FORMS[form].make(story)).items()]
        assert "共有2名学员来到村里" in told
        assert "数:" not in told
        assert "<data" not in told
    words = "\n".join(p.text for p in docx.Document(io.BytesIO(files.FORMS["docx"].make(story))).paragraphs)
    assert "共有2名学员来到村里" in words
    page = pypdf.PdfReader(io.BytesIO(files.FORMS["pdf"].make(story))).pages[0].extract_text()
    assert "共有2名学员来到村里" in "".join(page.split())


def test_a_draft_goes_out_with_the_present_number(programme, editor, visit, learners):
    story = written(programme, editor, text_of(visit))
    come(learners, visit)
    (told,) = [data.decode() for data in unpacked(files.FORMS["markdown"].make(story)).values()]
    assert "共有3名学员" in told


def test_a_correction_is_offered_and_tells_readers_both_numbers(
    as_person, programme, editor, organiser, visit, learners
):
    come(learners[:2], visit)
    story = written(programme, editor, text_of(visit))
    actions.publish_story(story=vouch(story, editor), by=organiser, now=NOW)
    come(learners[2:], visit)
    client = as_person(organiser)
    desk = client.get(reverse("stories:desk-story", args=[programme.code, story.code])).content.decode()
    assert "现为3" in desk
    edit = reverse("stories:desk-edit", args=[programme.code, story.code])
    key = BoundFigure.objects.get().key
    assert "参加人数 · 走进溪口村：文中为2，现为3" in client.get(edit).content.decode()
    sent = {"title": "榕树下", "byline": "记者甲", "text": text_of(visit) + "改一处错字。"}
    client.post(edit, sent)
    assert "共有2名学员" in client.get(story.address).content.decode(), "nothing moves by itself"
    client.post(edit, sent | {"renew": [key]})
    page = client.get(story.address).content.decode()
    assert "共有3名学员" in page
    assert "“参加人数 · 走进溪口村”由2更正为3。" in page
    assert story.corrections.get().signed_by == organiser


def test_what_a_published_story_binds_anew_stands_from_then_on(programme, editor, organiser, visit, learners):
    story = written(programme, editor, "字。")
    actions.publish_story(story=vouch(story, editor), by=organiser, now=NOW)
    come(learners[:2], visit)
    actions.edit_story(story=story, by=organiser, title="榕树下", byline="", text=text_of(visit), now=NOW)
    come(learners[2:], visit)
    story.refresh_from_db()
    assert (BoundFigure.objects.get().frozen_at, "共有2名学员" in story.article.text) == (NOW, True)


def test_withdrawn_it_follows_the_records_again(programme, editor, organiser, visit, learners):
    come(learners[:2], visit)
    story = written(programme, editor, text_of(visit))
    actions.publish_story(story=vouch(story, editor), by=organiser, now=NOW)
    story = actions.withdraw_story(story=story, by=organiser, reason="核对数字")
    come(learners[2:], visit)
    assert queries.values_shown(story) == {BoundFigure.objects.get().key: "3"}
    assert "共有3名学员" in parts_of(story).body


def test_a_figure_that_leaves_the_text_is_forgotten(programme, editor, visit, learners):
    story = written(programme, editor, text_of(visit))
    actions.edit_story(story=story, by=editor, title="榕树下", byline="", text="字。")
    assert not BoundFigure.objects.exists()


def test_a_figure_that_can_no_longer_be_counted_stops_publication(
    programme, editor, organiser, visit, learners
):
    come(learners[:2], visit)
    story = vouch(written(programme, editor, text_of(visit)), editor)
    visit.is_published = False
    visit.save()
    assert "共有2名学员" in parts_of(story).body
    with pytest.raises(Refused) as refusal:
        actions.publish_story(story=story, by=organiser, now=NOW)
    assert refusal.value.code == "figure_gone"


def test_an_unknown_figure_is_refused_and_nothing_is_lost(as_person, programme, editor):
    sent = {"title": "榕树下", "byline": "", "text": "共有[数:nothing]人。"}
    page = as_person(editor).post(reverse("stories:desk-new", args=[programme.code]), sent)
    assert page.status_code == 422
    assert "共有[数:nothing]人。" in page.content.decode()
    assert "正文里的数字“nothing”不存在" in page.content.decode()


def test_an_editor_cannot_ask_of_a_community_that_is_not_theirs_to_see(programme, editor, organiser):
    hidden = CommunityFactory(organisation=programme.organisation, name="暗渠社区", is_public=False)
    text = f"发现[数:needs.community.{hidden.code}]项需求。"
    with pytest.raises(Refused) as refusal:
        written(programme, editor, text)
    assert refusal.value.code == "unknown_figure"
    story = written(programme, organiser, text)
    actions.edit_story(
        story=story, by=editor, title="榕树下", byline="", text=text + "又改了。"
    )  # it stands there already
    assert "发现0项需求" in parts_of(story).body


# The surface, and the truth check


def test_the_surface_keeps_a_bound_figure(as_person, programme, editor, visit, learners):
    come(learners[:2], visit)
    turn = reverse("stories:desk-turn", args=[programme.code])
    source = f"共有[数:participants.activity.{visit.code}]名**学员**，`[数:learners]`。\n"
    told = as_person(editor).post(turn, {"source": source}).json()
    key = f"participants.activity.{visit.code}"
    assert f'共有<data value="{key}">2</data>名' in told["html"]
    assert told["names"][key] == "参加人数 · 走进溪口村"
    back = as_person(editor).post(
        turn, {"html": f'<p>共有<data value="{key}" title="x" class="y"><b>9</b></data>名学员_。</p>'}
    )
    assert back.json()["source"] == f"共有[数:{key}]名学员\\_。\n"
    typed = as_person(editor).post(turn, {"html": f"<p>共有[数:{key}]名，见[1]</p>"}).json()
    assert typed["source"] == f"共有[数:{key}]名，见\\[1\\]\n"


@pytest.mark.parametrize("bad", ['"><img src=x onerror=alert(1)>', "a b", "participants.activity.<b>", ""])
def test_nothing_else_comes_in_as_a_figure(as_person, programme, editor, bad):
    turn = reverse("stories:desk-turn", args=[programme.code])
    html = f"<p>共<data value='{bad}'>9</data>人</p>"
    assert "数:" not in as_person(editor).post(turn, {"html": html}).json()["source"]
    told = as_person(editor).post(turn, {"source": '共<data value="learners">9</data>人'}).json()
    assert "<data" not in told["html"]


def test_the_preview_says_the_present_number(as_person, programme, editor, visit, learners):
    come(learners, visit)
    sent = {"title": "x", "text": text_of(visit)}
    page = (
        as_person(editor).post(reverse("stories:desk-preview", args=[programme.code]), sent).content.decode()
    )
    assert "共有3名学员" in page


def test_the_truth_check_asks_nobody_about_a_bound_figure(as_person, programme, editor, visit, learners):
    come(learners[:2], visit)
    story = written(programme, editor, text_of(visit) + "也就是[数:learners]（4）名专员，走访3个社区。")
    asked = {(one.finding.code.value, one.finding.quote) for one in check_story(story).open}
    assert asked == {("beside", "4"), ("number", "3个社区")}
    page = (
        as_person(editor)
        .get(reverse("stories:desk-truth", args=[programme.code, story.code]))
        .content.decode()
    )
    assert "绑定的数字是“3”。" in page
    assert "⟦" not in page
