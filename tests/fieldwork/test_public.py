"""Residents answer: by a link, without a name, with no script; each page counts once."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.factories.surveys_of_residents import SIMPLE, answered, survey_of, tree
from tests.factories.world import picture
from yingzao.core import clock
from yingzao.core.models import AuditLine, StoredFile
from yingzao.fieldwork import actions
from yingzao.fieldwork.actions import knocking
from yingzao.fieldwork.models import FilledSheet, ResidentSurvey, SheetPhoto

pytestmark = pytest.mark.django_db


def at(survey) -> str:
    return reverse("fieldwork:survey", args=[survey.token])


def opened(client, survey) -> dict:
    """The hidden fields of the page."""
    page = client.get(at(survey)).content.decode()
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))


def send(client, survey, hidden=None, consent="yes", **answers):
    data = (hidden or opened(client, survey)) | {f"q-{name}": value for name, value in answers.items()}
    return client.post(at(survey), data | ({"consent": consent} if consent else {}))


def test_form_says_itself_what_is_said_where_a_required_answer_is_missing(camp, client):
    rows = [{"kind": "text", "name": "a", "label": "甲", "is_required": True, "required_message": "一定要写"}]
    survey = survey_of(camp.community, camp.by, rows)
    page = client.get(at(survey)).content.decode()
    assert 'data-required="一定要写"' in page
    answer = send(client, survey, a="")
    assert answer.status_code == 422
    assert "一定要写" in answer.context["sheet"].errors[0][2]


def test_days_are_earlier_and_later_on_the_server_too(camp, client):
    rows = [
        {"kind": "date", "name": "came", "label": "搬来"},
        {
            "kind": "date",
            "name": "left",
            "label": "搬走",
            "constraint": ". >= ${came}",
            "constraint_message": "不能早",
        },
    ]
    survey = survey_of(camp.community, camp.by, rows)
    hidden = opened(client, survey)
    assert send(client, survey, hidden, came="2026-03-08", left="2026-03-07").status_code == 422
    assert send(client, survey, hidden, came="2026-03-08", left="2026-03-08").status_code == 302


def test_answer_without_a_name_arrives(survey, client):
    answer = send(client, survey, age="young", needs=["lift", "clean"], say="谢谢")
    assert answer.status_code == 302
    sheet = FilledSheet.objects.get()
    assert sheet.answers == {"age": "young", "needs": ["clean", "lift"], "say": "谢谢"}
    assert (sheet.source, sheet.state, sheet.version, sheet.entered_by, sheet.number) == (
        "web",
        "valid",
        1,
        None,
        "",
    )
    assert "答卷已提交" in client.get(answer.headers["Location"]).content.decode()
    line = AuditLine.objects.get(act="fieldwork.sheet.sent")
    assert (line.actor, line.origin, line.subject, line.after) == (None, "", sheet.code, {})


def test_the_server_asks_further_what_depends_on_an_answer_and_keeps_the_rest(survey, client):
    page = client.get(at(survey)).content.decode()
    assert re.search(r'data-name="elder"[^>]* hidden', page)
    answer = send(client, survey, age="old", say="慢一点")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "还有 1 道题" in page
    assert "慢一点" in page
    assert 'value="old" checked' in page
    assert not re.search(r'data-name="elder"[^>]* hidden', page)
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    assert send(client, survey, hidden, age="old", say="慢一点", floor="").status_code == 422
    assert send(client, survey, hidden, age="old", say="慢一点", floor="3").status_code == 302
    assert FilledSheet.objects.get().answers == {"age": "old", "floor": "3", "say": "慢一点"}


def test_what_is_not_asked_is_not_kept(survey, client):
    send(client, survey, age="young", floor="99", needs="other", needs_other="遮阳棚")
    assert FilledSheet.objects.get().answers == {"age": "young", "needs": ["other"], "needs_other": "遮阳棚"}


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({}, "请回答这道题"),
        ({"age": "hacked"}, "不在选项里"),
        ({"age": "old", "floor": "三楼"}, "请填整数"),
        ({"age": "old", "floor": "41"}, "请填 1 到 40。"),
        ({"age": "young", "say": "长" * 4001}, "太长"),
    ],
)
def test_wrong_answer_is_named_and_loses_nothing(survey, client, answers, sentence):
    given = {"say": "写了很久的话"} | answers
    hidden = opened(client, survey) | {"seen": "age needs floor say"}
    answer = send(client, survey, hidden, **given)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert given["say"] in page
    assert not FilledSheet.objects.exists()


def test_without_consent_nothing_is_taken(survey, client):
    answer = send(client, survey, consent="", age="young")
    assert answer.status_code == 422
    assert "field-consent" in answer.content.decode()
    assert not FilledSheet.objects.exists()


def test_double_tap_and_the_way_back_are_one_answer(survey, client):
    hidden = opened(client, survey)
    first = send(client, survey, hidden, age="young")
    again = send(client, survey, hidden, age="old", floor="2")
    assert FilledSheet.objects.get().answers == {"age": "young"}
    assert first.headers["Location"].endswith("thanks")
    assert again.status_code == 422 or again.headers["Location"].endswith("known")


def test_phone_that_has_answered_is_told_so_and_changes_nothing(survey, client):
    fresh = opened(client, survey) | {"key": str(uuid4())}
    send(client, survey, age="young")
    page = client.get(at(survey)).content.decode()
    assert "已经填过" in page
    assert 'name="consent"' not in page
    answer = send(client, survey, fresh, age="young")
    assert answer.headers["Location"].endswith("again")
    assert FilledSheet.objects.count() == 1


def test_another_phone_answers_and_several_where_the_survey_says_so(survey, camp, client):
    send(client, survey, age="young")
    send(Client(), survey, age="young")
    assert FilledSheet.objects.count() == 2
    actions.edit_survey(survey=survey, by=camp.by, allows_several=True)
    send(client, survey, age="young")
    assert FilledSheet.objects.count() == 3


def test_times_and_limit_have_their_own_sentences(survey, camp, client):
    now = clock.now()
    for changes, sentence in [
        ({"opens_at": now + timedelta(hours=1)}, "开始"),
        ({"opens_at": None, "closes_at": now - timedelta(hours=1)}, "结束"),
    ]:
        ResidentSurvey.objects.filter(pk=survey.pk).update(**changes)
        assert sentence in client.get(at(survey)).content.decode()
    hidden = {"key": str(uuid4()), "version": "1", "seen": "age needs say"}
    assert send(client, survey, hidden, age="young").status_code == 409
    assert not FilledSheet.objects.exists()
    ResidentSurvey.objects.filter(pk=survey.pk).update(closes_at=None, opens_at=None, most_answers=1)
    assert send(Client(), survey, age="young").status_code == 302
    answer = send(client, survey, hidden, age="young")
    assert answer.status_code == 409
    assert "名额已满" in answer.content.decode()
    assert FilledSheet.objects.count() == 1


def test_answer_to_an_earlier_version_stays_with_it(survey, camp, client):
    hidden = opened(client, survey)
    answered(survey, age="young")
    actions.save_questions(survey=survey, questions=tree(SIMPLE[:1]), by=camp.by)
    survey.refresh_from_db()
    assert survey.version == 2
    assert send(client, survey, hidden, age="young", say="旧的").status_code == 302
    assert [(one.version, one.answers) for one in FilledSheet.objects.order_by("pk")] == [
        (1, {"age": "young"}),
        (1, {"age": "young", "say": "旧的"}),
    ]


def test_page_that_comes_back_shows_what_was_agreed_to_with_its_version(survey, camp, client):
    hidden = opened(client, survey)
    answered(survey, age="young")
    actions.edit_survey(survey=survey, by=camp.by, consent="新的说明")
    page = send(client, survey, hidden, age="").content.decode()
    assert 'name="version" value="1"' in page
    assert "新的说明" not in page
    assert "新的说明" in client.get(at(survey)).content.decode()


@pytest.mark.parametrize("version", ["0", "7", "-1", "x", "99999999999", "²"])
def test_version_that_is_none_is_the_present_one(survey, client, version):
    assert send(client, survey, opened(client, survey) | {"version": version}, age="young").status_code == 302
    assert FilledSheet.objects.get().version == 1


def test_first_answer_freezes_a_version(survey, camp):
    actions.save_questions(survey=survey, questions=tree(SIMPLE[:2]), by=camp.by)
    survey.refresh_from_db()
    assert survey.version == 1
    answered(survey, age="young")
    actions.save_questions(survey=survey, questions=tree(SIMPLE), by=camp.by)
    survey.refresh_from_db()
    assert (survey.version, survey.versions.count()) == (2, 2)
    actions.edit_survey(survey=survey, by=camp.by, consent="新的说明")
    assert survey.versions.get(number=2).consent == "新的说明"


def test_identity_numbers_are_not_kept(survey, client):
    send(client, survey, age="young", say="我的身份证 110101199003070011 在这")
    assert FilledSheet.objects.get().answers["say"] == "我的身份证 **** 在这"


def test_photo_is_written_anew_and_seen_by_who_runs_the_survey(camp, client):
    survey = survey_of(
        camp.community, camp.by, [{"kind": "image", "name": "p", "label": "拍一张", "is_required": True}]
    )
    hidden = opened(client, survey)
    assert client.post(at(survey), hidden | {"consent": "yes"}).status_code == 422
    photo = SimpleUploadedFile("a.jpg", picture((1, 2, 3)), "image/jpeg")
    assert client.post(at(survey), hidden | {"consent": "yes", "q-p": photo}).status_code == 302
    kept = SheetPhoto.objects.get()
    assert (kept.question, kept.file.subject, kept.file.uploaded_by) == ("p", kept.sheet.code, None)
    address = reverse("media:file", args=[kept.file.code])
    assert client.get(address).status_code == 404
    client.force_login(camp.learner.person)
    assert client.get(address).status_code == 404
    client.force_login(camp.by)
    assert client.get(address).status_code == 200
    wrong = SimpleUploadedFile("a.jpg", b"<script>", "image/jpeg")
    answer = Client().post(at(survey), {**hidden, "key": str(uuid4()), "consent": "yes", "q-p": wrong})
    assert answer.status_code == 422
    many = [SimpleUploadedFile(f"{n}.jpg", picture((n, 2, 3)), "image/jpeg") for n in range(4)]
    answer = Client().post(at(survey), {**hidden, "key": str(uuid4()), "consent": "yes", "q-p": many})
    assert answer.status_code == 422
    assert (FilledSheet.objects.count(), StoredFile.objects.count()) == (1, 1)


def test_no_address_stands_anywhere(survey, client):
    client.post(at(survey), {}, REMOTE_ADDR="203.0.113.77")
    send(client, survey, age="young")
    assert not AuditLine.objects.filter(act__startswith="fieldwork.sheet").exclude(origin="").exists()


def test_three_hundred_phones_behind_one_address_pass_and_a_flood_does_not(monkeypatch):
    assert all(knocking.may_knock("203.0.113.1", now=1.0) for _ in range(900))
    assert all(knocking.may_knock("203.0.113.1", now=2.0) for _ in range(knocking.MOST - 900))
    assert not knocking.may_knock("203.0.113.1", now=3.0)
    assert knocking.may_knock("203.0.113.2", now=3.0)
    assert knocking.may_knock("203.0.113.1", now=1.0 + knocking.WINDOW)


def test_flood_is_told_to_wait_and_loses_nothing(survey, client, monkeypatch):
    monkeypatch.setattr(knocking, "MOST", 0)
    answer = send(client, survey, age="young", say="写了很久")
    assert answer.status_code == 429
    assert "写了很久" in answer.content.decode()


def test_unknown_link_is_not_there(client, survey):
    assert client.get("/s/nothing/").status_code == 404
    assert client.get(at(survey).lower()).status_code == 200


def test_words_are_words(camp, client):
    survey = survey_of(
        camp.community,
        camp.by,
        [{"kind": "text", "name": "a", "label": "<script>alert(1)</script>", "hint": "<b>x"}],
    )
    page = client.get(at(survey)).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


# Figures for whoever has the link


def test_shared_figures_tell_nothing_of_a_few_and_never_own_words(survey, camp, client):
    address = reverse("fieldwork:survey-results", args=[survey.token])
    assert client.get(address).status_code == 404
    actions.edit_survey(survey=survey, by=camp.by, is_shared=True)
    for _ in range(4):
        answered(survey, age="young", say="只有我这么说", needs=["lift"])
    page = client.get(address).content.decode()
    assert "加装电梯" not in page
    answered(survey, age="old", floor="3")
    page = client.get(address).content.decode()
    assert "您的年龄" in page
    assert "只有我这么说" not in page
    assert "加装电梯" not in page  # four answers to this question
    answered(survey, age="old", floor="3", needs=["clean"])
    assert "加装电梯" in client.get(address).content.decode()
