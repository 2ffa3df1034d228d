"""Two pages or devices on one sheet: the second is told what stands, nothing of either is lost."""

import pytest
from django.urls import reverse

from tests.factories.judging import Judging
from yingzao.judging import actions
from yingzao.judging.enums import AssignmentState, Counts
from yingzao.judging.models import Mark

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def camp():
    return Judging(learners=1, judges=2).open()


@pytest.fixture
def mine(camp, client):
    client.force_login(camp.judges[0].person)
    return camp.sheet(camp.judges[0], camp.learners[0])


def save(client, sheet, headers=HTMX, **data):
    return client.post(reverse("judging:jury-save", args=[sheet.code]), data, headers=headers)


def points_of(sheet):
    return dict(sheet.marks.values_list("criterion__code", "points"))


def test_each_change_of_a_mark_is_a_version(camp, mine, client):
    code = camp.criteria[0].code
    save(client, mine, **{f"points-{code}": "3", f"seen-{code}": "0"})
    save(client, mine, **{f"points-{code}": "4", f"seen-{code}": "1"})
    save(client, mine, **{f"points-{code}": "4", f"seen-{code}": "2"})
    assert list(Mark.objects.values_list("points", "version")) == [(4, 2)]


def test_the_second_page_is_refused_with_both_values_and_nothing_is_written(camp, mine, client):
    code = camp.criteria[0].code
    save(client, mine, **{f"points-{code}": "4", f"seen-{code}": "0"})
    answer = save(client, mine, **{f"points-{code}": "2", f"seen-{code}": "0"})
    html = answer.content.decode()
    assert answer.status_code == 409
    assert points_of(mine) == {code: 4}
    assert "打了 4" in html
    assert "选的是 2" in html
    assert f'name="seen-{code}" value="1"' in html


def test_the_same_value_from_two_pages_is_no_contradiction(camp, mine, client):
    code = camp.criteria[0].code
    for _ in range(2):
        assert save(client, mine, **{f"points-{code}": "4", f"seen-{code}": "0"}).status_code == 200
    assert list(Mark.objects.values_list("points", "version")) == [(4, 1)]


@pytest.mark.parametrize("chosen", ["4", "2"])
def test_a_choice_between_the_two_settles_it(camp, mine, client, chosen):
    code = camp.criteria[0].code
    save(client, mine, **{f"points-{code}": "4", f"seen-{code}": "0"})
    save(client, mine, **{f"points-{code}": "2", f"seen-{code}": "0"})
    answer = save(client, mine, **{f"points-{code}": chosen, f"seen-{code}": "1", "choice": "mine"})
    html = answer.content.decode()
    assert answer.status_code == 200
    assert points_of(mine) == {code: int(chosen)}
    assert f'id="criterion-{code}"' in html
    assert html.count(" checked") == 1


def test_another_criterion_is_no_contradiction(camp, mine, client):
    first, second = camp.criteria
    save(client, mine, **{f"points-{first.code}": "4", f"seen-{first.code}": "0"})
    answer = save(client, mine, **{f"points-{second.code}": "2", f"seen-{second.code}": "0"})
    assert answer.status_code == 200
    assert points_of(mine) == {first.code: 4, second.code: 2}


@pytest.mark.parametrize("name", ["comment", "note"])
def test_words_written_on_two_pages_are_both_shown(camp, mine, client, name):
    save(client, mine, **{name: "手机上写的", f"seen-{name}": "0"})
    answer = save(client, mine, **{name: "电脑上写的", f"seen-{name}": "0"})
    mine.refresh_from_db()
    assert (answer.status_code, getattr(mine, name)) == (409, "手机上写的")
    assert "手机上写的" in answer.content.decode()


@pytest.mark.parametrize(
    ("choice", "kept"),
    [("mine", "电脑上写的"), ("theirs", "手机上写的"), ("both", "手机上写的\n电脑上写的")],
)
def test_words_are_settled_as_chosen(camp, mine, client, choice, kept):
    save(client, mine, comment="手机上写的", **{"seen-comment": "0"})
    save(client, mine, comment="电脑上写的", **{"seen-comment": "0"})
    answer = save(client, mine, comment="电脑上写的", choice=choice, **{"seen-comment": "1"})
    mine.refresh_from_db()
    assert (answer.status_code, mine.comment) == (200, kept)
    assert kept in answer.content.decode()


def test_the_line_ends_of_a_form_are_no_change(camp, mine, client):
    save(client, mine, comment="一\n二", **{"seen-comment": "0"})
    answer = save(client, mine, comment="一\r\n二", **{"seen-comment": "0"})
    mine.refresh_from_db()
    assert (answer.status_code, mine.comment, mine.comment_version) == (200, "一\n二", 1)


def test_choosing_upon_what_changed_again_is_refused_again(camp, mine, client):
    code = camp.criteria[0].code
    for points, seen in (("4", "0"), ("5", "1")):
        save(client, mine, **{f"points-{code}": points, f"seen-{code}": seen})
    answer = save(client, mine, **{f"points-{code}": "2", f"seen-{code}": "1", "choice": "mine"})
    assert (answer.status_code, points_of(mine)) == (409, {code: 5})


def test_submitting_from_an_old_page_keeps_all_that_it_holds_and_asks(camp, mine, client):
    first, second = camp.criteria
    save(client, mine, **{f"points-{first.code}": "4", f"seen-{first.code}": "0"})
    answer = client.post(
        reverse("judging:jury-submit", args=[mine.code]),
        {
            f"points-{first.code}": "2",
            f"seen-{first.code}": "0",
            f"points-{second.code}": "5",
            f"seen-{second.code}": "0",
            "comment": "写了很久的一段话",
            "seen-comment": "0",
        },
    )
    html = answer.content.decode()
    mine.refresh_from_db()
    assert (answer.status_code, mine.state) == (409, AssignmentState.SAVED)
    assert points_of(mine) == {first.code: 4}
    assert "写了很久的一段话" in html
    assert f'id="points-{first.code}-2" name="points-{first.code}" value="2" checked' in html
    assert f'id="points-{second.code}-5" name="points-{second.code}" value="5" checked' in html
    assert "打了 4" in html


def test_a_page_without_scripts_gets_the_whole_sheet_back(camp, mine, client):
    code = camp.criteria[0].code
    save(client, mine, **{f"points-{code}": "4", f"seen-{code}": "0"})
    answer = save(client, mine, headers={}, **{f"points-{code}": "2", f"seen-{code}": "0"})
    assert answer.status_code == 409
    assert "<!doctype html>" in answer.content.decode()


def test_a_note_is_read_by_its_judge_alone(camp, mine, client):
    save(client, mine, note="独特的私记", **{"seen-note": "0"})
    assert "独特的私记" in client.get(reverse("judging:jury-sheet", args=[mine.code])).content.decode()
    camp.mark(camp.judges[0], camp.learners[0], (4, 5))
    camp.mark(camp.judges[1], camp.learners[0], (4, 5))
    actions.close_round(round=camp.round, by=camp.organiser)
    run = actions.run_calibration(round=camp.round, by=camp.organiser)
    actions.accept_calibration(run=run, counts=Counts.RAW, by=camp.organiser, why="按原始平均分")
    args = [camp.programme.code, camp.round.code]
    client.force_login(camp.organiser)
    for address in (
        reverse("judging:desk-round", args=args),
        reverse("judging:desk-entry", args=[*args, camp.learners[0].code]),
        reverse("judging:desk-calibration", args=args),
        reverse("judging:desk-calibration-export", args=[*args, run.code]),
    ):
        assert "独特的私记" not in client.get(address).content.decode()
    from yingzao.judging import queries

    actions.release_round(round=camp.round, by=camp.organiser)
    assert "独特的私记" not in str(queries.released_marks(camp.learners[0]))
