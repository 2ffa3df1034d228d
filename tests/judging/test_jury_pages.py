"""A judge's pages: what works, what is refused, and what never shows."""

import io
import re

import pypdf
import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from tests.factories.judging import Judging, attach, hand_in
from tests.factories.people import PersonFactory
from yingzao.activities.models import Version
from yingzao.core.media.keeping import keep
from yingzao.core.models import StoredFile
from yingzao.judging import actions
from yingzao.judging.enums import AssignmentState, RoundState
from yingzao.judging.models import Mark

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4 a report"


@pytest.fixture
def camp():
    return Judging(learners=2, judges=2).open()


@pytest.fixture
def mine(camp, client):
    """The first judge's sheet on the first learner, and a client signed in as that judge."""
    client.force_login(camp.judges[0].person)
    return camp.sheet(camp.judges[0], camp.learners[0])


def with_file(camp, name="学员照片.pdf", media_type="application/pdf"):
    version = Version.objects.get(entry__enrolment=camp.learners[0], entry__activity=camp.task)
    file = attach(version, name=name, media_type=media_type, sha256="ab" * 32)
    keep(file.file.path, PDF)
    return file


def page(client, name, *args):
    return client.get(reverse(f"judging:{name}", args=args))


def test_the_queue_leads_to_the_first_unfinished_sheet(camp, mine, client):
    camp.mark(camp.judges[0], camp.learners[1], (4,), submit=False)
    begun = camp.sheet(camp.judges[0], camp.learners[1])
    html = page(client, "jury-queue").content.decode()
    primary = re.search(r'<a class="btn btn-primary[^"]*" href="([^"]+)"', html)
    assert primary.group(1) == reverse("judging:jury-sheet", args=[begun.code])


def test_a_choice_is_saved_and_answered_with_the_words_of_the_level(camp, mine, client):
    first, _second = camp.criteria
    response = client.post(
        reverse("judging:jury-save", args=[mine.code]),
        {f"points-{first.code}": "4"},
        headers={"HX-Request": "true"},
    )
    html = response.content.decode()
    assert response.status_code == 200
    assert first.levels.get(points=4).text in html
    assert 'hx-swap-oob="true"' in html
    assert "还差 1 项，评完提交" in html
    assert list(Mark.objects.values_list("assignment", "criterion", "points")) == [(mine.pk, first.pk, 4)]


def test_without_scripts_saving_leads_back_to_the_sheet(camp, mine, client):
    response = client.post(
        reverse("judging:jury-save", args=[mine.code]), {f"points-{camp.criteria[0].code}": "4"}
    )
    assert (response.status_code, response["Location"]) == (
        302,
        reverse("judging:jury-sheet", args=[mine.code]),
    )


def test_the_comment_alone_is_saved_and_leaves_marks_alone(camp, mine, client):
    client.post(
        reverse("judging:jury-save", args=[mine.code]),
        {"comment": "可以再问问年轻租户"},
        headers={"HX-Request": "true"},
    )
    mine.refresh_from_db()
    assert (mine.comment, mine.marks.count()) == ("可以再问问年轻租户", 0)


@pytest.mark.parametrize("value", ["6", "0", "-1", "四", "4.5", "999999999999"])
def test_a_level_that_does_not_exist_is_refused_with_422(camp, mine, client, value):
    response = client.post(
        reverse("judging:jury-save", args=[mine.code]),
        {f"points-{camp.criteria[0].code}": value},
        headers={"HX-Request": "true"},
    )
    assert response.status_code == 422
    assert Mark.objects.count() == 0


def test_submitting_keeps_what_the_form_holds_and_leads_to_the_queue(camp, mine, client):
    response = client.post(
        reverse("judging:jury-submit", args=[mine.code]),
        {f"points-{c.code}": "5" for c in camp.criteria} | {"comment": "很扎实"},
    )
    mine.refresh_from_db()
    assert (response.status_code, response["Location"]) == (302, reverse("judging:jury-queue"))
    assert (mine.state, mine.comment) == (AssignmentState.SUBMITTED, "很扎实")


def test_submitting_too_early_says_which_criterion_is_missing(camp, mine, client):
    first, second = camp.criteria
    response = client.post(reverse("judging:jury-submit", args=[mine.code]), {f"points-{first.code}": "5"})
    html = response.content.decode()
    assert response.status_code == 422
    assert f'href="#points-{second.code}-1"' in html
    assert f'href="#points-{first.code}-1"' not in html
    mine.refresh_from_db()
    assert mine.state == AssignmentState.SAVED


def test_a_submitted_sheet_is_shown_without_anything_to_change(camp, mine, client):
    camp.mark(camp.judges[0], camp.learners[0], (4, 5), comment="很扎实")
    html = page(client, "jury-sheet", mine.code).content.decode()
    assert html.count('type="radio"') == html.count(" disabled") == 10
    assert "hx-post" not in html
    assert "很扎实" in html


@pytest.mark.parametrize(
    ("name", "state"), [("jury-recuse", AssignmentState.RECUSED), ("jury-unable", AssignmentState.UNABLE)]
)
def test_standing_aside_asks_why_and_takes_the_entry_away(camp, mine, client, name, state):
    url = reverse(f"judging:{name}", args=[mine.code])
    assert client.get(url).status_code == 200
    assert client.post(url, {"reason": "  "}).status_code == 422
    assert client.post(url, {"reason": "曾一起工作"}).status_code == 302
    mine.refresh_from_db()
    assert (mine.state, mine.reason) == (state, "曾一起工作")
    assert page(client, "jury-sheet", mine.code).status_code == 404
    html = page(client, "jury-queue").content.decode()
    assert mine.entry.code in html
    assert reverse("judging:jury-sheet", args=[mine.code]) not in html


def test_a_hidden_name_is_nowhere_on_a_judges_pages(camp, mine, client):
    learner = camp.learners[0]
    learner.name, learner.phone, learner.community_as_given = "欧阳独特名", "13912345678", "霞石独特社区"
    learner.save()
    version = Version.objects.get(entry__enrolment=learner, entry__activity=camp.task)
    version.text = "我是欧阳独特名，霞石独特社区的，电话 13912345678。居民说……"
    version.save()
    photo = attach(version, name="欧阳独特名.jpg", media_type="image/jpeg")
    photo.caption = "欧阳独特名在走访"
    photo.save()
    document = with_file(camp, name="欧阳独特名的报告.pdf")
    pages = [
        page(client, "jury-queue"),
        page(client, "jury-sheet", mine.code),
        page(client, "jury-recuse", mine.code),
        page(client, "jury-unable", mine.code),
        client.post(
            reverse("judging:jury-save", args=[mine.code]),
            {f"points-{camp.criteria[0].code}": "4"},
            headers={"HX-Request": "true"},
        ),
        page(client, "jury-file", mine.code, document.file.code),
    ]
    assert "居民说" in pages[1].content.decode()
    assert "在走访" in pages[1].content.decode()
    for response in pages:
        assert response.status_code == 200
        body = b"".join(response.streaming_content) if response.streaming else response.content
        told = body.decode(errors="replace") + str(response.headers)
        for secret in ("欧阳", "独特", "13912345678", "139****5678", learner.number, learner.code):
            assert secret not in told


@pytest.mark.parametrize(
    "written",
    [
        "姓名：欧 阳",
        "姓名：欧\u3000\u3000阳（签名）",
        "欧·阳",
        "电话 139 1234 5678",
        "电话 139-1234-5678",
        "来自独 特 社 区",
    ],
)
def test_a_name_set_apart_with_spaces_is_hidden_too(camp, mine, client, written):
    learner = camp.learners[0]
    learner.name, learner.phone, learner.community_as_given = "欧阳", "13912345678", "独特社区"
    learner.save()
    version = Version.objects.get(entry__enrolment=learner, entry__activity=camp.task)
    Version.objects.filter(pk=version.pk).update(text=f"{written}。欧式楼前阳光好，三位老人的原话")
    html = page(client, "jury-sheet", mine.code).content.decode()
    assert written not in html
    assert "〔…〕" in html
    assert "。欧式楼前阳光好，三位老人的原话" in html


def test_a_document_before_a_judge_does_not_say_who_wrote_it(camp, mine, client):
    document = with_file(camp, name="欧阳独特名的报告.pdf")
    writer = pypdf.PdfWriter()
    writer.add_blank_page(200, 200)
    writer.add_metadata({"/Author": "Ouyang Dute", "/Title": "Report of Ouyang Dute"})
    given = io.BytesIO()
    writer.write(given)
    assert b"Ouyang" in given.getvalue()
    default_storage.delete(document.file.path)
    keep(document.file.path, given.getvalue())
    response = page(client, "jury-file", mine.code, document.file.code)
    body = b"".join(response.streaming_content)
    assert response["Content-Type"] == "application/pdf"
    assert b"Ouyang" not in body
    assert len(pypdf.PdfReader(io.BytesIO(body)).pages) == 1
    again = client.get(response.wsgi_request.path, headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304
    camp.round.hides_names = False
    camp.round.save()
    shown = page(client, "jury-file", mine.code, document.file.code)
    assert b"Ouyang" in b"".join(shown.streaming_content)


def test_names_show_where_the_round_does_not_hide_them(client):
    camp = Judging(learners=1, judges=2, hides_names=False).open()
    client.force_login(camp.judges[0].person)
    sheet = camp.sheet(camp.judges[0], camp.learners[0])
    assert camp.learners[0].name in page(client, "jury-sheet", sheet.code).content.decode()
    assert camp.learners[0].name in page(client, "jury-queue").content.decode()


def test_nothing_of_another_judge_shows_before_or_after_submitting(camp, mine, client):
    other = camp.judges[1]
    other.name, other.unit = "独孤评委", "独孤单位"
    other.save()
    theirs = camp.mark(other, camp.learners[0], (2, 3), comment="独孤的评语")
    actions.recuse(assignment=camp.sheet(other, camp.learners[1]), reason="独孤的理由", by=other.person)
    for submit in (False, True):
        camp.mark(camp.judges[0], camp.learners[0], (5, 5), submit=submit)
        for response in (page(client, "jury-queue"), page(client, "jury-sheet", mine.code)):
            html = response.content.decode()
            assert "独孤" not in html
            assert theirs.code not in html
        html = page(client, "jury-sheet", mine.code).content.decode()
        assert re.findall(r'value="(\d)" checked', html) == ["5", "5"]
    assert "2 份" not in page(client, "jury-queue").content.decode().split("<h2>")[0]


@pytest.mark.parametrize("name", ["jury-sheet", "jury-recuse", "jury-unable"])
def test_anothers_sheet_does_not_exist(camp, mine, client, name):
    theirs = camp.sheet(camp.judges[1], camp.learners[0])
    assert page(client, name, theirs.code).status_code == 404
    for person in (camp.organiser, camp.supervisor, PersonFactory(), Judging().open().judges[0].person):
        client.force_login(person)
        assert page(client, name, mine.code).status_code == 404


@pytest.mark.parametrize("name", ["jury-save", "jury-submit", "jury-recuse", "jury-unable"])
def test_anothers_sheet_cannot_be_written(camp, mine, client, name):
    theirs = camp.sheet(camp.judges[1], camp.learners[0])
    data = {f"points-{c.code}": "1" for c in camp.criteria} | {"comment": "x", "reason": "x"}
    assert client.post(reverse(f"judging:{name}", args=[theirs.code]), data).status_code == 404
    theirs.refresh_from_db()
    assert (theirs.state, theirs.marks.count()) == (AssignmentState.ASSIGNED, 0)


def test_who_is_not_signed_in_is_asked_to(camp, mine, client):
    client.logout()
    for name, args in (("jury-queue", []), ("jury-sheet", [mine.code])):
        response = page(client, name, *args)
        assert response.status_code == 302
        assert reverse("people:sign-in") in response["Location"]


def test_a_judge_reads_exactly_the_files_of_the_version_before_them(camp, mine, client):
    document = with_file(camp)
    later = hand_in(camp.learners[0], camp.task, "新的一版", name="后来.pdf", sha256="ab" * 32)
    unseen = later.files.get().file
    other = attach(
        Version.objects.get(entry__enrolment=camp.learners[1], entry__activity=camp.task),
        name="别人.pdf",
        sha256="ab" * 32,
    ).file
    response = page(client, "jury-file", mine.code, document.file.code)
    assert b"".join(response.streaming_content) == PDF
    for hidden in (unseen, other):
        assert page(client, "jury-file", mine.code, hidden.code).status_code == 404
    client.force_login(camp.judges[1].person)
    assert page(client, "jury-file", mine.code, document.file.code).status_code == 404


def test_a_judge_who_stood_aside_reads_no_file_any_more(camp, mine, client):
    document = with_file(camp)
    actions.recuse(assignment=mine, reason="亲属", by=camp.judges[0].person)
    assert page(client, "jury-file", mine.code, document.file.code).status_code == 404
    assert StoredFile.objects.filter(pk=document.file.pk).exists()


def test_a_closed_round_is_read_but_not_changed(camp, mine, client):
    camp.mark(camp.judges[0], camp.learners[0], (4,), submit=False)
    actions.close_round(round=camp.round, by=camp.organiser, reason="到期")
    html = page(client, "jury-sheet", mine.code).content.decode()
    assert "hx-post" not in html
    response = client.post(
        reverse("judging:jury-save", args=[mine.code]),
        {f"points-{camp.criteria[1].code}": "1"},
        headers={"HX-Request": "true"},
    )
    assert response.status_code == 422
    assert Mark.objects.count() == 1


def test_a_round_in_preparation_cannot_be_opened_by_its_judge(client):
    camp = Judging()
    camp.draw()
    sheet = camp.sheet(camp.judges[0], camp.learners[0])
    assert camp.round.state == RoundState.DRAFT
    client.force_login(camp.judges[0].person)
    assert page(client, "jury-sheet", sheet.code).status_code == 404


@pytest.mark.parametrize("learners", [1, 3])
def test_queue_query_count(client, learners, django_assert_num_queries):
    camp = Judging(learners=learners, judges=2).open()
    client.force_login(camp.judges[0].person)
    with django_assert_num_queries(QUEUE_QUERIES):
        assert page(client, "jury-queue").content.count(b"row-line") == learners


@pytest.mark.parametrize("tasks", [1, 3])
def test_sheet_query_count(client, tasks, django_assert_num_queries):
    from tests.factories.judging import PracticeFactory

    camp = Judging(learners=1, judges=2)
    for _ in range(tasks - 1):
        hand_in(camp.learners[0], PracticeFactory(programme=camp.programme), name="x.pdf")
    camp.open()
    client.force_login(camp.judges[0].person)
    sheet = camp.sheet(camp.judges[0], camp.learners[0])
    with django_assert_num_queries(SHEET_QUERIES):
        html = page(client, "jury-sheet", sheet.code).content.decode()
    assert html.count('class="words"') == tasks


QUEUE_QUERIES = 12  # session, person, sheets, criteria; conflicts; navigation
SHEET_QUERIES = 23
