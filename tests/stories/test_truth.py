"""The truth check on a story of a programme: what stops it, who answers, and what happens when consent is taken back."""

import pytest
from django.urls import reverse

from tests.factories.activities import ActivityFactory, moment, record
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.programmes import ProgrammeFactory
from tests.factories.stories import EditorFactory, StoryFactory, add_picture, vouch
from yingzao.articles.exports import surface_of
from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.core.models import AuditLine, StoredFile
from yingzao.people.models import Consent
from yingzao.people.personal import Erasure
from yingzao.people.personal.registry import erasers
from yingzao.stories import actions
from yingzao.stories.bridge.truth import check_story, without_marks
from yingzao.stories.models import StoryVersion, TruthAnswer, UnsavedText

pytestmark = pytest.mark.django_db

TEXT = "共有2名学员参加。学员张三说收获很大。全体学员都学习了案例。"


@pytest.fixture
def told(programme, editor):
    """A story of a programme with two learners, of whom one has read the case."""
    learners = [
        EnrolmentFactory(programme=programme, organisation=programme.organisation, name=name)
        for name in ("张三", "李四")
    ]
    case = ActivityFactory(programme=programme, title="案例一", due_at=moment("2021-11-01 23:59"))
    record(learners[0], case, "confirmed", "2021-10-20 10:00")
    story = actions.write_story(
        programme=programme, by=editor, title="邻里的办法", byline="记者甲", text=TEXT
    )
    story.learner = learners[0]
    return story


def codes(story) -> list[str]:
    return [str(one.finding.code) for one in check_story(story).open]


def refused(work) -> str:
    with pytest.raises(Refused) as refusal:
        work()
    return refusal.value.code


def test_a_story_is_public_only_once_everything_is_answered(told, editor, organiser):
    assert codes(told) == ["person", "number", "all"]
    assert refused(lambda: actions.publish_story(story=told, by=organiser)) == "no_consent"
    actions.agree_to_be_named(learner=told.learner, note="微信上同意，11月10日", by=editor)
    assert codes(told) == ["number", "all"]
    assert refused(lambda: actions.publish_story(story=told, by=organiser)) == "truth_open"
    vouch(told, editor)
    assert actions.publish_story(story=told, by=organiser).state == "published"
    answer = TruthAnswer.objects.get(code="all")
    assert (answer.note, answer.by, answer.quote[:4]) == ("核对过", editor, "全体学员")
    assert AuditLine.objects.filter(act="stories.truth.answered").count() == 2


def test_all_is_counted_by_the_date_of_the_story(told, programme):
    (claim,) = [one.finding for one in check_story(told).asked if one.finding.code == "all"]
    assert (claim.data["done"], claim.data["asked"]) == (1, 2)


def test_a_warning_wants_words_and_a_number_a_tick(told, editor):
    keys = {str(one.finding.code): one.finding.key for one in check_story(told).open}
    actions.answer_finding(story=told, key=keys["number"], note="", by=editor)
    assert (
        refused(lambda: actions.answer_finding(story=told, key=keys["all"], note=" ", by=editor)) == "no_note"
    )
    actions.edit_story(
        story=told, by=editor, title="邻里的办法", byline="记者甲", text=TEXT.replace("参加", "来了")
    )
    assert (
        refused(lambda: actions.answer_finding(story=told, key=keys["number"], note="", by=editor))
        == "not_found"
    )
    told.refresh_from_db()
    assert "number" in codes(told), "another sentence is asked anew"


@pytest.mark.parametrize(
    ("source", "read"),
    [
        ("近日，**两场**参访*顺利*~~结束~~。", "近日，两场参访顺利结束。"),
        ("## 一\n\n> 引\n\n- 甲\n- 乙\n\n1. 丙", "一\n\n引\n\n甲\n乙\n\n丙"),
        ("面积 m<sup>2</sup>，见<sup>[1]</sup>，<u>重点</u>", "面积 m，见，重点"),
        ('<table><tr><td colspan="2"><p>霞石村</p></td></tr></table>', "霞石村"),
        ("[三个社区](<https://example.org/2021>)有 2\\*3", "三个社区有 2*3"),
        ("[图1]\n\n【待上传图片：640】\n\n1\\. 先听 \\<书\\>", "1. 先听 <书>"),
        ("⟦86⟧名学员", "⟦86⟧名学员"),
    ],
)
def test_the_check_reads_what_readers_read(source, read):
    assert without_marks(source).strip("\n") == read


def test_somebody_else_of_the_same_name(told, editor):
    (key,) = [one.finding.key for one in check_story(told).open if one.finding.code == "person"]
    actions.answer_finding(story=told, key=key, note="邻村的张三，不是学员", by=editor)
    assert "person" not in codes(told)


def test_consent_that_is_taken_back_masks_the_name_at_once(told, editor, organiser, client):
    actions.agree_to_be_named(learner=told.learner, note="书面同意", by=editor)
    story = actions.publish_story(story=vouch(told, editor), by=organiser)
    assert "张三说" in client.get(story.address).content.decode()
    feed = reverse("stories:feed", args=["atom"])
    before = client.get(feed)
    assert actions.take_back_naming(learner=told.learner, by=organiser) == 1
    page, after = client.get(story.address).content.decode(), client.get(feed).content.decode()
    assert "张三" not in page
    assert "张*说" in page
    assert "张三" in before.content.decode()
    assert "张三" not in after
    assert Consent.objects.get(subject_code=told.learner.code).withdrawn_at is not None


def test_a_name_goes_however_it_is_set_and_what_follows_keeps_its_look(told, editor, organiser, client):
    text = "张　三和张 三来了，**张**三说：“**很好**”。张*三*也说。"
    actions.edit_story(story=told, by=editor, title="邻里的办法", byline="文/张 三", text=text)
    told.refresh_from_db()
    assert [one.finding.code for one in check_story(told).nameless] == ["person"]
    actions.agree_to_be_named(learner=told.learner, note="书面同意", by=editor)
    story = actions.publish_story(story=vouch(told, editor), by=organiser)
    shown = client.get(story.address).content.decode()
    actions.take_back_naming(learner=told.learner, by=organiser)
    page = client.get(story.address).content.decode()
    for set_so in ("张　三", "张 三", "<strong>张</strong>三", "张<em>三</em>"):
        assert set_so in shown
        assert set_so not in page
    assert "张*和张*来了，<strong>张</strong>*说：“<strong>很好</strong>”。张<em>*</em>也说。" in page
    assert "文：文/张*" in page
    story.article.refresh_from_db()
    assert story.article.source == "张\\*和张\\*来了，**张**\\*说：“**很好**”。张*\\**也说。"
    assert surface_of(story.article.source, None).startswith("<p>张*和张*来了，<strong>张</strong>*说")


def test_the_name_goes_from_what_stands_beside_the_story_too(told, editor, organiser, client):
    actions.agree_to_be_named(learner=told.learner, note="书面同意", by=editor)
    actions.add_comment(story=told, by=editor, text="张三的话要核实")
    story = actions.publish_story(story=vouch(told, editor), by=organiser)
    actions.edit_story(
        story=story, by=organiser, title=story.title, byline="记者甲", text=TEXT, wrong="原稿把张三写成李四"
    )
    assert refused(
        lambda: actions.edit_story(
            story=story, by=organiser, title=story.title, byline="记者甲", text=TEXT, wrong="李四没有说过这话"
        )
    ) == ("no_consent"), "a correction is read by everyone"
    actions.take_back_naming(learner=told.learner, by=organiser)
    assert "张三" not in client.get(story.address).content.decode()
    assert story.comments.get().text == "张*的话要核实"


def test_the_name_goes_from_versions_and_from_what_is_not_saved(told, editor, organiser):
    actions.edit_story(
        story=told, by=editor, title="张三的话", byline="文/张三", text="张三说。", summary="张三"
    )
    for story in (told, None):
        actions.keep_unsaved(programme=told.programme, story=story, by=editor, typed={"text": "张三又说。"})
    actions.take_back_naming(learner=told.learner, by=organiser)
    kept = [*StoryVersion.objects.values_list("title", "byline", "source", "summary", "pictures")]
    kept += UnsavedText.objects.values_list("typed")
    assert "张三" not in repr(kept)
    assert repr(kept).replace("\\", "").count("张*") >= 6


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_the_post_a_story_came_as_goes_with_the_name(told, editor, organiser, encoding):
    post = "---\ntitle: 邻里\nsource: 张三供稿\n---\n\n<p>榕树下。</p>\n".encode(encoding)
    story = actions.import_story(programme=told.programme, by=editor, data=post, name="a.md")
    kept = story.article.original
    actions.take_back_naming(learner=told.learner, by=organiser)
    story.article.refresh_from_db()
    assert story.article.original is None
    assert not StoredFile.objects.filter(pk=kept.pk).exists()


def test_who_is_forgotten_is_named_nowhere(told, editor, organiser, client):
    actions.agree_to_be_named(learner=told.learner, note="张三书面同意", by=editor)
    story = actions.publish_story(story=vouch(told, editor), by=organiser)
    erasure = Erasure(
        organisation=told.organisation,
        subject_code=told.learner.code,
        person=None,
        at=clock.now(),
        whole=False,
    )
    for eraser in erasers():
        eraser(erasure)
    assert "张三" not in client.get(story.address).content.decode()
    assert not TruthAnswer.objects.filter(quote__contains="张三").exists()
    consent = Consent.objects.get(subject_code=told.learner.code)
    assert (consent.note, consent.withdrawn_at is None) == ("", False)
    assert "已注销" not in check_story(story).asked.__repr__()


def test_people_in_pictures_are_spoken_of_before_they_are_shown(programme, editor, organiser):
    story = StoryFactory(programme=programme)
    add_picture(story, is_head=True)
    assert refused(lambda: actions.publish_story(story=story, by=organiser)) == "no_consent"
    for people in ("adults", "children"):
        assert refused(
            lambda who=people: actions.say_people(story=story, number=1, people=who, note="", by=editor)
        ) == ("no_consent")
    actions.say_people(story=story, number=1, people="children", note="监护人书面同意", by=editor)
    assert actions.publish_story(story=story, by=organiser).state == "published"


def test_a_picture_that_is_taken_down_is_gone_everywhere(programme, editor, organiser, client):
    story = StoryFactory(programme=programme)
    picture = add_picture(story, placed=True)
    actions.publish_story(story=vouch(story, editor), by=organiser)
    address = reverse("media:file-at", args=[picture.file.code, 640])
    assert client.get(address).status_code == 200
    assert picture.file.code in client.get(reverse("stories:feed", args=["atom"])).content.decode()
    assert (
        refused(lambda: actions.take_down_picture(story=story, number=1, reason=" ", by=editor))
        == "no_reason"
    )
    actions.take_down_picture(story=story, number=1, reason="照片中的居民来电撤回", by=editor)
    assert client.get(address).status_code == 404
    assert picture.file.code not in client.get(reverse("stories:feed", args=["atom"])).content.decode()
    assert picture.file.code not in client.get(story.address).content.decode()
    assert not StoredFile.objects.filter(pk=picture.file.pk).exists()


def test_the_page_shows_what_was_found_and_takes_the_answers(told, programme, editor, as_person):
    client = as_person(editor)
    address = reverse("stories:desk-truth", args=[programme.code, told.code])
    page = client.get(address).content.decode()
    assert "<mark>张三</mark>" in page
    assert "“案例一”：2人中有1人完成。" in page
    keys = {str(one.finding.code): one.finding.key for one in check_story(told).open}
    wrong = client.post(
        address + "answer/",
        {"key": list(keys.values()), f"note-{keys['all']}": "x", f"ok-{keys['number']}": "on"},
    )
    assert wrong.status_code == 422
    assert 'value="x"' in wrong.content.decode()
    assert f'<a href="#note-{keys["all"]}">' in wrong.content.decode()
    assert 'aria-invalid="true"' in wrong.content.decode()
    assert not TruthAnswer.objects.exists(), "all or nothing, and what was typed stays on the page"
    sent = {"key": list(keys.values()), f"ok-{keys['number']}": "on", f"note-{keys['all']}": "李四次日补学"}
    assert client.post(address + "answer/", sent, follow=True).status_code == 200
    assert codes(told) == ["person"]
    naming = reverse("stories:desk-truth-naming", args=[programme.code, told.code, told.learner.code])
    assert client.post(naming, {f"consent-{told.learner.code}": ""}).status_code == 422
    client.post(naming, {f"consent-{told.learner.code}": "当面同意"})
    assert codes(told) == []
    assert "已同意写出姓名" in client.get(address).content.decode()
    client.post(naming, {"back": "1"})
    told.article.refresh_from_db()
    assert "张*" in told.article.text


def test_learners_of_another_programme_are_nobodys_business_here(told, programme, editor, as_person):
    other = EnrolmentFactory(name="王五")
    naming = reverse("stories:desk-truth-naming", args=[programme.code, told.code, other.code])
    assert as_person(editor).post(naming, {f"consent-{other.code}": "同意"}).status_code == 404
    stranger = EditorFactory(programme=ProgrammeFactory(organisation=other.organisation)).person
    assert (
        refused(lambda: actions.agree_to_be_named(learner=told.learner, note="同意", by=stranger))
        == "not_editor"
    )


def test_the_check_asks_as_often_for_a_long_story_as_for_a_short_one(
    told, programme, editor, django_assert_max_num_queries
):
    for n in range(6):
        add_picture(told, placed=True, alt=f"图{n}")
    with django_assert_max_num_queries(16):
        check_story(told)
