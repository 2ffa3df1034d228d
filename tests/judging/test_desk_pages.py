"""Rubrics, rounds, marks and calibration on the desk: who opens what, and the way through."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.factories.judging import JudgeFactory, Judging, RubricVersionFactory
from tests.factories.people import PersonFactory
from tests.judging.test_marks_file import table, whole
from yingzao.core import clock
from yingzao.judging import actions
from yingzao.judging.enums import AssignmentState, RoundState
from yingzao.judging.models import Assignment, Calibration, Mark, Round, Rubric

pytestmark = pytest.mark.django_db


@pytest.fixture
def camp():
    return Judging(learners=2, judges=2)


@pytest.fixture
def desk(camp, client):
    client.force_login(camp.organiser)
    return client


def url(camp, name, *args):
    return reverse(f"judging:{name}", args=[camp.programme.code, *args])


def rubric_form(name="新评分表", weights=("60", "40"), levels="一\n二\n三"):
    data = {"name": name, "c-TOTAL_FORMS": "3", "c-INITIAL_FORMS": "0"}
    for index, weight in enumerate(weights):
        data |= {
            f"c-{index}-title": f"第{index}项",
            f"c-{index}-weight": weight,
            f"c-{index}-levels": levels,
        }
    return data


def test_the_whole_way_from_rubric_to_release(camp, desk):
    response = desk.post(url(camp, "desk-rubric-new"), rubric_form())
    version = Rubric.objects.get(name="新评分表").versions.get()
    assert response["Location"] == url(camp, "desk-rubric", version.rubric.code)
    assert [(str(c.weight), c.levels.count()) for c in version.criteria.all()] == [("60.00", 3), ("40.00", 3)]

    response = desk.post(
        url(camp, "desk-round-new"),
        {
            "name": "第二次评审",
            "rubric_version": version.pk,
            "judges": [j.pk for j in camp.judges],
            "judges_per_entry": "2",
            "closes_on": "2021-12-27",
            "hides_names": "on",
        },
    )
    made = Round.objects.get(name="第二次评审")
    assert response["Location"] == url(camp, "desk-round", made.code)
    assert made.closes_at == clock.end_of(clock.parse_day("2021-12-27"))

    draw = url(camp, "desk-draw", made.code)
    assert "试抽" in desk.get(draw, {"seed": "42"}).content.decode()
    assert made.assignments.count() == 0
    desk.post(draw, {"seed": "42"})
    assert made.assignments.count() == 4
    desk.post(url(camp, "desk-round-open", made.code))
    made.refresh_from_db()
    assert (made.state, made.seed) == (RoundState.OPEN, 42)

    camp.round = made
    for judge in camp.judges:
        camp.mark(judge, camp.learners[0], (3, 2))
    close = url(camp, "desk-round-close", made.code)
    assert "还缺 2 份" in desk.get(close).content.decode()
    assert desk.post(close, {"reason": ""}).status_code == 422
    assert desk.post(close, {"reason": "到期"})["Location"] == url(camp, "desk-calibration", made.code)

    desk.post(url(camp, "desk-calibration-run", made.code))
    run = Calibration.objects.get(round=made)
    html = desk.get(url(camp, "desk-calibration", made.code)).content.decode()
    assert "86.7" in html  # (60·3/3 + 40·2/3) = 86.67
    assert camp.learners[0].name in html
    exported = desk.get(url(camp, "desk-calibration-export", made.code, run.code)).json()
    assert (exported["sha256"], exported["results"]) == (run.sha256, run.results)

    desk.post(url(camp, "desk-calibration-accept", made.code, run.code), {"counts": "raw", "why": "章程如此"})
    desk.post(url(camp, "desk-round-release", made.code))
    made.refresh_from_db()
    assert made.state == RoundState.RELEASED


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"name": ""}, "必填"),
        ({"c-0-weight": "50"}, "权重合计是 90"),
        ({"c-0-levels": "只有一级"}, "2 到 10 个等级"),
        ({"c-0-weight": "很重"}, "数字"),
    ],
)
def test_a_rubric_that_is_none_is_sent_back_with_what_is_wrong(camp, desk, change, says):
    before = Rubric.objects.count()
    response = desk.post(url(camp, "desk-rubric-new"), rubric_form() | change)
    assert response.status_code == 422
    assert says in response.content.decode()
    assert Rubric.objects.count() == before


def test_editing_a_rubric_in_use_says_that_it_makes_the_next_version(camp, desk):
    version = camp.round.rubric_version
    version.frozen_at = clock.now()
    version.save()
    edit = url(camp, "desk-rubric-edit", version.rubric.code)
    assert "第 1 版 已经交给评委使用" in desk.get(edit).content.decode().replace("版已", "版 已")
    desk.post(edit, rubric_form(name="改过的"))
    assert [v.number for v in version.rubric.versions.all()] == [1, 2]
    assert version.criteria.count() == 2


def test_a_rubric_is_read_from_an_uploaded_table(camp, desk):
    data = "评分项,权重,考察什么,1分,2分\n任务切题,60,看任务,没有,有\n依据扎实,40,,没有,有\n".encode()
    response = desk.post(
        url(camp, "desk-rubric-file"), {"name": "读入的", "file": SimpleUploadedFile("评分表.csv", data)}
    )
    version = Rubric.objects.get(name="读入的").versions.get()
    assert response["Location"] == url(camp, "desk-rubric", version.rubric.code)
    assert [c.title for c in version.criteria.all()] == ["任务切题", "依据扎实"]


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02", b"%PDF-1.4", "姓名\n甲".encode()])
@pytest.mark.parametrize("name", ["desk-rubric-file", "desk-marks-file"])
def test_any_file_gets_an_answer(camp, desk, data, name):
    args = [camp.round.code] if name == "desk-marks-file" else []
    response = desk.post(url(camp, name, *args), {"name": "x", "file": SimpleUploadedFile("x.xlsx", data)})
    assert response.status_code == 422
    assert Mark.objects.count() == 0


def test_marks_from_a_table_are_shown_then_taken_in(camp, desk):
    camp.learners[0].name, camp.judges[0].name = "学员03", "评委甲"
    camp.learners[0].save()
    camp.judges[0].save()
    upload = SimpleUploadedFile("打分.csv", table(*whole()))
    response = desk.post(url(camp, "desk-marks-file", camp.round.code), {"file": upload})
    preview = response["Location"]
    assert "录入 1 份打分单" in desk.get(preview).content.decode()
    assert Mark.objects.count() == 0
    desk.post(preview)
    assert Mark.objects.count() == 2


def test_problems_of_a_table_are_listed_by_row_without_a_button_to_write(camp, desk):
    upload = SimpleUploadedFile("打分.csv", table(*whole("学员77")))
    preview = desk.post(url(camp, "desk-marks-file", camp.round.code), {"file": upload})["Location"]
    html = desk.get(preview).content.decode()
    assert "学员77" in html
    assert "录入 " not in html.split("<h1>")[1].split("录入打分")[0]
    assert desk.post(preview).status_code == 422
    assert Mark.objects.count() == 0


def test_an_entry_is_given_taken_and_reopened_by_hand(camp, desk):
    camp.open()
    extra = JudgeFactory(programme=camp.programme)
    near = JudgeFactory(programme=camp.programme, unit=camp.learners[0].community_as_given)
    camp.round.panels.get().judges.add(extra, near)
    page = url(camp, "desk-entry", camp.round.code, camp.learners[0].code)
    html = desk.get(page).content.decode()
    assert f'value="{extra.code}"' in html
    assert f'value="{near.code}"' not in html
    desk.post(url(camp, "desk-assign", camp.round.code, camp.learners[0].code), {"judge": extra.code})
    added = camp.sheet(extra, camp.learners[0])
    assert added.by_hand
    desk.post(url(camp, "desk-take-off", camp.round.code, added.code))
    assert not Assignment.objects.filter(pk=added.pk).exists()
    sheet = camp.mark(camp.judges[0], camp.learners[0], (4, 5))
    reopen = url(camp, "desk-reopen", camp.round.code, sheet.code)
    assert desk.post(reopen, {"reason": ""}).status_code == 422
    desk.post(reopen, {"reason": "点错了"})
    sheet.refresh_from_db()
    assert sheet.state == AssignmentState.SAVED


def test_the_shortlist_is_ticked(camp, desk):
    page = url(camp, "desk-shortlist", camp.round.code)
    assert camp.learners[1].name in desk.get(page).content.decode()
    desk.post(page, {"learners": [camp.learners[1].code]})
    assert list(camp.round.shortlist.all()) == [camp.learners[1]]
    desk.post(page, {"all": "1"})
    assert camp.round.shortlist.count() == 0


def test_marks_do_not_show_on_the_desk_before_the_round_is_closed(camp, desk):
    camp.open()
    camp.mark(camp.judges[0], camp.learners[0], (4, 5), comment="独特的评语")
    page = url(camp, "desk-entry", camp.round.code, camp.learners[0].code)
    first = camp.criteria[0].title
    assert "独特的评语" not in desk.get(page).content.decode()
    assert first not in desk.get(page).content.decode()
    actions.close_round(round=camp.round, by=camp.organiser, reason="到期")
    html = desk.get(page).content.decode()
    assert "独特的评语" in html
    assert first in html


def every_desk_url(camp):
    """(method, url) of every desk page of the room, on rows that exist."""
    camp.open()
    sheet = camp.mark(camp.judges[0], camp.learners[0], (4, 5))
    untouched = camp.sheet(camp.judges[1], camp.learners[0])
    source = actions.read_marks(
        round=camp.round, data=table(*whole(camp.learners[0].number)), name="x.csv", by=camp.organiser
    )
    actions.close_round(round=camp.round, by=camp.organiser, reason="x")
    run = actions.run_calibration(round=camp.round, by=camp.organiser)
    code, rubric, learner = camp.round.code, camp.round.rubric_version.rubric.code, camp.learners[0].code
    read = [
        url(camp, "desk-rubrics"),
        url(camp, "desk-rubric", rubric),
        url(camp, "desk-rounds"),
        url(camp, "desk-round", code),
        url(camp, "desk-entry", code, learner),
        url(camp, "desk-calibration", code),
        url(camp, "desk-calibration-export", code, run.code),
    ]
    write = [
        ("get", url(camp, "desk-rubric-new")),
        ("get", url(camp, "desk-rubric-file")),
        ("get", url(camp, "desk-rubric-edit", rubric)),
        ("get", url(camp, "desk-round-new")),
        ("get", url(camp, "desk-round-edit", code)),
        ("get", url(camp, "desk-shortlist", code)),
        ("get", url(camp, "desk-draw", code)),
        ("get", url(camp, "desk-round-close", code)),
        ("get", url(camp, "desk-marks-file", code)),
        ("get", url(camp, "desk-marks-preview", code, source.code)),
        ("get", url(camp, "desk-reopen", code, sheet.code)),
        ("post", url(camp, "desk-round-open", code)),
        ("post", url(camp, "desk-round-release", code)),
        ("post", url(camp, "desk-calibration-run", code)),
        ("post", url(camp, "desk-take-off", code, untouched.code)),
        ("post", url(camp, "desk-assign", code, learner)),
    ]
    return read, write


def test_every_desk_page_by_every_role(camp, client):
    read, write = every_desk_url(camp)
    other = Judging()
    people = {
        "organiser": (camp.organiser, True, True),
        "supervisor": (camp.supervisor, True, False),
        "judge": (camp.judges[0].person, False, False),
        "stranger": (PersonFactory(), False, False),
        "other organisation": (other.organiser, False, False),
    }
    state = camp.round.state
    for role, (person, reads, writes) in people.items():
        client.force_login(person)
        for address in read:
            assert client.get(address).status_code == (200 if reads else 404), (role, address)
        for method, address in write:
            if writes and method == "post":
                continue  # what organisers may do is tested by what it does
            status = getattr(client, method)(address).status_code
            assert status == (200 if writes else 404), (role, address)
    camp.round.refresh_from_db()
    assert camp.round.state in (state, RoundState.CLOSED)


def test_rows_of_another_programme_are_not_reached_through_ones_own(camp, desk):
    other = Judging(learners=1, judges=2).open()
    theirs = other.sheet(other.judges[0], other.learners[0])
    foreign = RubricVersionFactory()
    for address in (
        url(camp, "desk-round", other.round.code),
        url(camp, "desk-rubric", foreign.rubric.code),
        url(camp, "desk-entry", camp.round.code, other.learners[0].code),
        url(camp, "desk-reopen", camp.round.code, theirs.code),
    ):
        assert desk.get(address).status_code == 404, address
    assert desk.post(url(camp, "desk-take-off", camp.round.code, theirs.code)).status_code == 404
    assert Assignment.objects.filter(pk=theirs.pk).exists()


@pytest.mark.parametrize("learners", [1, 3])
def test_round_query_count(client, learners, django_assert_num_queries):
    camp = Judging(learners=learners, judges=2).open()
    client.force_login(camp.organiser)
    with django_assert_num_queries(ROUND_QUERIES):
        html = client.get(url(camp, "desk-round", camp.round.code)).content.decode()
    assert html.count("sheet-chips") == learners


@pytest.mark.parametrize("rounds", [1, 3])
def test_rounds_query_count(client, rounds, django_assert_num_queries):
    from tests.factories.judging import RoundFactory

    camp = Judging()
    RoundFactory.create_batch(rounds - 1, programme=camp.programme, rubric_version=camp.round.rubric_version)
    client.force_login(camp.organiser)
    with django_assert_num_queries(ROUNDS_QUERIES):
        assert client.get(url(camp, "desk-rounds")).content.count(b"row-line") == rounds


@pytest.mark.parametrize("rubrics", [1, 3])
def test_rubrics_query_count(client, rubrics, django_assert_num_queries):
    camp = Judging()
    RubricVersionFactory.create_batch(rubrics - 1, organisation=camp.organisation)
    client.force_login(camp.organiser)
    with django_assert_num_queries(RUBRICS_QUERIES):
        assert client.get(url(camp, "desk-rubrics")).content.count(b"row-line") == rubrics


@pytest.mark.parametrize("learners", [1, 3])
def test_calibration_query_count(client, learners, django_assert_num_queries):
    camp = Judging(learners=learners, judges=2).open()
    for learner in camp.learners:
        for judge in camp.judges:
            camp.mark(judge, learner, (4, 5))
    actions.close_round(round=camp.round, by=camp.organiser)
    actions.run_calibration(round=camp.round, by=camp.organiser)
    client.force_login(camp.organiser)
    with django_assert_num_queries(CALIBRATION_QUERIES):
        html = client.get(url(camp, "desk-calibration", camp.round.code)).content.decode()
    assert html.count('<summary class="nowrap"') == 2 * learners


ROUND_QUERIES = 19
ROUNDS_QUERIES = 10
RUBRICS_QUERIES = 12
CALIBRATION_QUERIES = 15  # with the runs that are stored
