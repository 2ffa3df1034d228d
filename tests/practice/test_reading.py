"""Comments at places, what changed between versions, what is alike; and who is told of it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.activities import ActivityFactory, moment
from tests.factories.documents import word
from tests.factories.enrolment import EnrolmentFactory, TeamFactory
from tests.factories.learning import Learning
from tests.factories.programmes import StaffRoleFactory
from yingzao.articles.models import Article
from yingzao.core.errors import Refused
from yingzao.practice import actions, queries
from yingzao.practice.models import Remark
from yingzao.practice.settling.differences import Change, Piece, differences
from yingzao.practice.settling.likeness import RUN, Known
from yingzao.programmes.enums import Role

NOW = moment("2021-11-20 18:00")
TEXT = "桂一社区有一位黄姨。\n她会缝纫，愿意牵头旧物展。\n\n邻居们都认得她。"


# What changed


def told(before, after):
    return [(change.what, [(p.what, p.text) for p in change.pieces]) for change in differences(before, after)]


def test_paragraphs_are_kept_changed_put_in_and_taken_out():
    after = "桂一社区有一位黄姨。\n她会缝纫，已经牵头旧物展。\n新写的一段话。"
    assert told(TEXT, after) == [
        ("=", [("=", "桂一社区有一位黄姨。")]),
        ("~", [("=", "她会缝纫，"), ("-", "愿意"), ("+", "已经"), ("=", "牵头旧物展。")]),
        ("+", [("+", "新写的一段话。")]),
        ("-", [("-", "邻居们都认得她。")]),
    ]


def test_the_same_text_has_no_change_whatever_its_empty_lines():
    assert all(change.what == "=" for change in differences(TEXT, TEXT.replace("\n", "\n\n  ")))


@given(st.text(alphabet="社区居民。\n ab", max_size=120), st.text(alphabet="社区居民。\n ab", max_size=120))
def test_both_texts_can_be_put_together_again_from_the_changes(before, after):
    def lines(without: str, kept: str, changes: tuple[Change, ...]) -> list[str]:
        told = ["".join(p.text for p in c.pieces if p.what != without) for c in changes if c.what != without]
        return sorted(told)

    def paragraphs(text: str) -> list[str]:
        return sorted(line.strip() for line in text.splitlines() if line.strip())

    changes = differences(before, after)
    assert lines("+", "-", changes) == paragraphs(before)
    assert lines("-", "+", changes) == paragraphs(after)
    assert [c for c in changes if c.what == "="] == [
        Change("=", (Piece("=", c.text),)) for c in changes if c.what == "="
    ]


# What is alike


def test_a_copied_passage_is_found_as_it_stands_whatever_its_punctuation():
    source = "居民骨干不是选出来的，是在一件件小事里长出来的，先有事，后有人。"
    copied = (
        "我想：居民骨干不是选出来的;是在一件件小事里长出来的,先有事,后有人!这是我的体会，写在这里给大家看看。"
    )
    alike = Known(source).compare(copied)
    assert alike.passages == ("居民骨干不是选出来的;是在一件件小事里长出来的,先有事,后有人",)
    assert 0.5 < alike.share < 0.7


def test_short_phrases_and_the_words_of_the_task_are_no_likeness():
    assert Known("社区治理先锋营").compare("我参加了社区治理先锋营，学到很多东西，也认识很多人。") is None
    words = "请写清怎么认识这位居民、谈了什么、下一次见面做什么"
    text = words + "。" + "我和黄姨在楼下认识"
    assert Known(words).compare(text) is not None
    assert Known(words).compare(text, without=[Known(words)]) is None


@given(st.text(alphabet="甲乙丙丁，。 \n", max_size=200), st.text(alphabet="甲乙丙丁，。 \n", max_size=200))
def test_every_passage_stands_in_both_texts(earlier, later):
    def plain(text: str) -> str:
        return "".join(char for char in text if char.isalnum())

    alike = Known(earlier).compare(later)
    for passage in alike.passages if alike else ():
        assert passage in later
        assert len(plain(passage)) >= RUN
        assert all(
            plain(passage)[n : n + RUN] in plain(earlier) for n in range(len(plain(passage)) - RUN + 1)
        )


# Rows


@pytest.fixture
def camp(db):
    camp = Learning()
    camp.mentor = StaffRoleFactory(programme=camp.programme, role=Role.MENTOR, name="陈导师")
    camp.learner.team = TeamFactory(programme=camp.programme, mentor=camp.mentor)
    camp.learner.save()
    return camp


@pytest.fixture
def task(camp):
    return ActivityFactory(programme=camp.programme, kind="practice", title="实践一", rule={"characters": 4})


def handed_in(camp, task, text=TEXT, *, learner=None, at=NOW, uploads=()):
    learner = learner or camp.learner
    draft = actions.save_work(
        enrolment=learner, activity=task, text=text, uploads=uploads, by=learner.person, now=at
    )
    return actions.hand_in(version=draft, by=learner.person, now=at)


def remark(camp, version, **more):
    told = {"paragraph": 1, "text": "写写她怎么开始的"} | more
    return actions.add_remark(version=version, by=camp.mentor.person, now=NOW, **told)


def test_a_comment_stands_at_its_paragraph_with_its_quotation(camp, task):
    version = handed_in(camp, task)
    made = remark(camp, version, quote="愿意牵头\n旧物展")
    assert made.quote == ""  # it does not stand there in this form
    made = remark(camp, version, quote="愿意牵头旧物展")
    [section] = queries.sections_of(version, queries.remarks_on(version))
    assert [(p.text, [r.quote for r in p.remarks]) for p in section.places] == [
        ("桂一社区有一位黄姨。", []),
        ("她会缝纫，愿意牵头旧物展。", ["", "愿意牵头旧物展"]),
        ("邻居们都认得她。", []),
    ]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"paragraph": 3}, "no-place"),
        ({"paragraph": 0, "part": "NOPART"}, "no-place"),
        ({"paragraph": 0, "file": "NOFILE"}, "no-place"),
        ({"text": " \n"}, "empty"),
    ],
)
def test_a_comment_without_place_or_words_is_refused(camp, task, more, code):
    with pytest.raises(Refused) as refused:
        remark(camp, handed_in(camp, task), **more)
    assert (refused.value.code, Remark.objects.count()) == (code, 0)


def test_a_comment_in_a_word_document(camp, task):
    upload = SimpleUploadedFile("报告.docx", word(["第一段", "第二段"]))
    version = handed_in(camp, task, uploads=[upload])
    [row] = queries.files_of(version)
    made = remark(camp, version, file=row.kept.file.code, paragraph=1, quote="第二段")
    assert (made.file, made.quote) == (row.kept.file, "第二段")
    places = queries.document_places(row.document, queries.remarks_on(version))
    assert [(p.text, len(p.remarks)) for p in places] == [("第一段", 0), ("第二段", 1)]


def test_the_learner_reads_comments_with_the_answer_and_not_before(camp, task, client):
    client.force_login(camp.learner.person)
    version = handed_in(camp, task)
    made = remark(camp, version, text="这句写得含糊")
    page = reverse("practice:learner-task", args=[task.code])
    assert "这句写得含糊" not in client.get(page).content.decode()
    address = reverse("practice:learner-remark", args=[made.code])
    assert client.post(address, {"answer": "改了", "done": "on"}).status_code == 404
    actions.answer(version=version, accept=False, review="", by=camp.mentor.person)
    version.refresh_from_db()
    assert (version.state, version.review) == ("returned", "见文中1条批注。")
    assert "这句写得含糊" in client.get(page).content.decode()
    client.post(address, {"answer": "补了她的经历", "done": "on"})
    made.refresh_from_db()
    assert (made.answer, made.settled_at is not None) == ("补了她的经历", True)


def test_the_mentor_sees_the_answers_and_what_changed(camp, task, client):
    first = handed_in(camp, task)
    made = remark(camp, first)
    actions.answer(version=first, accept=False, review="再写写", by=camp.mentor.person)
    made.refresh_from_db()
    actions.settle_remark(remark=made, answer="补了一句", done=True, by=camp.learner.person)
    second = handed_in(camp, task, TEXT.replace("愿意", "已经"))
    client.force_login(camp.mentor.person)
    page = client.get(reverse("practice:version", args=[second.code])).content.decode()
    assert [text in page for text in ("补了一句", "和第1版相比改了什么")] == [True, True]
    changes = client.get(reverse("practice:version-changes", args=[second.code])).content.decode()
    assert "<del>愿意</del><ins>已经</ins>" in changes
    assert client.get(reverse("practice:version-changes", args=[first.code])).status_code == 404


def test_an_answered_version_takes_no_comment_and_loses_none(camp, task):
    version = handed_in(camp, task)
    made = remark(camp, version)
    actions.answer(version=version, accept=True, review="", by=camp.mentor.person)
    for act in (
        lambda: remark(camp, version),
        lambda: actions.remove_remark(remark=made, by=camp.mentor.person),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "answered"


def test_another_mentor_comments_nothing_and_a_classmate_answers_nothing(camp, task):
    version = handed_in(camp, task)
    stranger = StaffRoleFactory(programme=camp.programme, role=Role.MENTOR)
    with pytest.raises(Refused) as refused:
        actions.add_remark(version=version, paragraph=0, text="我看看", by=stranger.person)
    assert refused.value.code == "not-reviewer"
    made = remark(camp, version)
    actions.answer(version=version, accept=False, review="改", by=camp.mentor.person)
    made.refresh_from_db()
    with pytest.raises(Refused) as refused:
        actions.settle_remark(remark=made, answer="", done=True, by=camp.other.person)
    assert refused.value.code == "not-learner"


COPIED = "居民骨干不是选出来的，是在一件件小事里长出来的，先有事，后有人，再有组织。"


def test_a_report_like_an_earlier_one_is_told_to_whoever_may_read_both(camp, task, client):
    earlier = handed_in(camp, task, COPIED, learner=camp.other, at=moment("2021-11-19 18:00"))
    version = handed_in(camp, task, "我的体会：" + COPIED)
    actions.look_for_likeness(version=version)
    [row] = queries.likenesses_for(version, camp.by)
    assert (row.readable, row.percent > 80) == (earlier, True)
    [row] = queries.likenesses_for(version, camp.mentor.person)  # not the mentor of the other learner
    assert row.readable is None
    client.force_login(camp.mentor.person)
    page = client.get(reverse("practice:version", args=[version.code])).content.decode()
    assert "另一位学员的报告" in page
    assert camp.other.name not in page
    client.force_login(camp.learner.person)
    assert "相同" not in client.get(reverse("practice:learner-task", args=[task.code])).content.decode()


def test_ones_own_earlier_work_later_work_and_other_organisations_are_no_likeness(camp, task):
    second = ActivityFactory(programme=camp.programme, kind="practice", title="实践二")
    handed_in(camp, second, COPIED, at=moment("2021-11-18 18:00"))
    elsewhere = Learning()
    theirs = ActivityFactory(programme=elsewhere.programme, kind="practice", title="别处")
    handed_in(elsewhere, theirs, COPIED, at=moment("2021-11-18 18:00"))
    version = handed_in(camp, task, COPIED)
    handed_in(camp, task, COPIED, learner=camp.other, at=moment("2021-11-21 18:00"))
    assert actions.look_for_likeness(version=version) == 0


def test_a_case_of_the_library_is_told(camp, task):
    Article.objects.create(
        organisation=camp.programme.organisation,
        title="先有事后有人",
        html="<p></p>",
        text=COPIED,
        created_at=moment("2021-01-01 09:00"),
    )
    version = handed_in(camp, task, COPIED)
    assert actions.look_for_likeness(version=version) == 1
    assert queries.likenesses_for(version, camp.by)[0].likeness.article.title == "先有事后有人"


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_a_version_asks_no_more_for_more_comments(
    camp, task, client, count, django_assert_num_queries
):
    version = handed_in(camp, task)
    for _ in range(count):
        remark(camp, version)
    client.force_login(camp.mentor.person)
    with django_assert_num_queries(17):
        page = client.get(reverse("practice:version", args=[version.code])).content.decode()
    assert page.count("写写她怎么开始的") == count


def test_words_and_notes_belong_to_whoever_wrote_them(camp, task, client):
    note = actions.save_note(
        enrolment=camp.learner, on=NOW.date(), text="谈了旧物展", is_shared=False, by=camp.mentor.person
    )
    client.force_login(camp.learner.person)
    assert "谈了旧物展" not in client.get(reverse("practice:learner-mentor")).content.decode()
    client.force_login(camp.by)
    page = client.get(reverse("practice:mentor-learner", args=[camp.learner.code])).content.decode()
    assert "谈了旧物展" not in page
    actions.save_note(
        enrolment=camp.learner, on=NOW.date(), text="谈了旧物展", by=camp.mentor.person, note=note
    )
    client.force_login(camp.learner.person)
    assert "谈了旧物展" in client.get(reverse("practice:learner-mentor")).content.decode()
    with pytest.raises(Refused) as refused:
        actions.save_note(enrolment=camp.learner, on=NOW.date(), text="改", by=camp.by, note=note)
    assert refused.value.code == "not-mentor"


def test_the_programmes_words_are_kept_by_organisers_and_read_by_mentors(camp, task):
    actions.save_phrase(programme=camp.programme, title="", text="写得具体", is_shared=True, by=camp.by)
    actions.save_phrase(programme=camp.programme, title="我的", text="再谈谈", by=camp.mentor.person)
    assert [p.text for p in queries.phrases_for(camp.mentor.person, camp.programme)] == ["写得具体", "再谈谈"]
    assert [p.text for p in queries.phrases_for(camp.by, camp.programme)] == ["写得具体"]
    for by, shared, code in (
        (camp.mentor.person, True, "not-organiser"),
        (camp.learner.person, False, "not-reviewer"),
    ):
        with pytest.raises(Refused) as refused:
            actions.save_phrase(programme=camp.programme, title="", text="字", is_shared=shared, by=by)
        assert refused.value.code == code


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_learners_asks_no_more_for_more(camp, task, client, count, django_assert_num_queries):
    for _ in range(count - 1):
        EnrolmentFactory(programme=camp.programme, team=camp.learner.team)
    client.force_login(camp.mentor.person)
    with django_assert_num_queries(10):
        page = client.get(reverse("practice:mentor-learners")).content.decode()
    assert page.count("/mentor/learners/") >= count
