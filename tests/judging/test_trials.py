"""Trial marking before a round, and copies of rubrics."""

import pytest
from django.urls import reverse

from tests.factories.judging import Judging
from yingzao.core.errors import Refused
from yingzao.judging import actions, queries
from yingzao.judging.enums import RoundState
from yingzao.judging.models import Round, Rubric

pytestmark = pytest.mark.django_db


@pytest.fixture
def camp():
    camp = Judging(learners=3, judges=3)
    camp.main = camp.round
    return camp


def begin(camp, *learners):
    camp.round = actions.begin_trial(round=camp.main, learners=learners, by=camp.organiser)
    return camp.round


def test_all_judges_get_all_pieces_but_for_conflicts(camp):
    camp.judges[0].unit = camp.learners[0].community_as_given
    camp.judges[0].save()
    trial = begin(camp, *camp.learners[:2])
    assert (trial.state, trial.trial_of) == (RoundState.OPEN, camp.main)
    asked = {(a.entry.enrolment, a.judge) for a in queries.assignments_in(trial)}
    assert asked == {(p, j) for p in camp.learners[:2] for j in camp.judges} - {
        (camp.learners[0], camp.judges[0])
    }
    assert (
        camp.main.rubric_version.__class__.objects.get(pk=camp.main.rubric_version_id).frozen_at is not None
    )


def test_a_trial_is_no_round_to_select_from_and_makes_no_figures(camp):
    trial = begin(camp, camp.learners[0])
    assert list(queries.rounds_of(camp.programme)) == [camp.main]
    for judge in camp.judges:
        camp.mark(judge, camp.learners[0], (4, 5))
    actions.close_round(round=trial, by=camp.organiser)
    for act in (actions.run_calibration, actions.release_round):
        with pytest.raises(Refused) as caught:
            act(round=trial, by=camp.organiser)
        assert caught.value.code == "trial"
    assert queries.released_marks(camp.learners[0]) == []


@pytest.mark.parametrize("count", [0, 11])
def test_a_trial_takes_a_few_pieces(count):
    camp = Judging(learners=max(count, 1), judges=2)
    with pytest.raises(Refused) as caught:
        actions.begin_trial(round=camp.round, learners=camp.learners[:count], by=camp.organiser)
    assert caught.value.code == "how-many"
    assert Round.objects.count() == 1


def test_a_trial_comes_before_the_round_is_open(camp):
    camp.open()
    with pytest.raises(Refused) as caught:
        actions.begin_trial(round=camp.round, learners=camp.learners[:1], by=camp.organiser)
    assert caught.value.code == "not-draft"


def test_others_marks_show_once_the_own_sheet_is_in_and_not_before(camp, client):
    begin(camp, camp.learners[0])
    one, two, _three = camp.judges
    two.name = "上官评委"
    two.save()
    camp.mark(two, camp.learners[0], (2, 3))
    mine = camp.sheet(one, camp.learners[0])
    page = reverse("judging:jury-sheet", args=[mine.code])
    client.force_login(one.person)
    assert "上官评委" not in client.get(page).content.decode()
    camp.mark(one, camp.learners[0], (5, 5))
    html = client.get(page).content.decode()
    assert "上官评委" in html
    beside = queries.marks_beside(camp.sheet(one, camp.learners[0]))
    assert [(row.judge, row.points) for row in beside] == [(two, [2, 3])]
    client.post(reverse("judging:jury-talk", args=[mine.code]), {"text": "我看的是走访记录"})
    client.force_login(two.person)
    theirs = camp.sheet(two, camp.learners[0])
    assert (
        "我看的是走访记录" in client.get(reverse("judging:jury-sheet", args=[theirs.code])).content.decode()
    )


def test_in_a_round_itself_nothing_of_others_shows(camp):
    camp.open()
    for judge in camp.judges[:2]:
        for sheet in camp.round.assignments.filter(judge=judge):
            camp.mark(judge, sheet.entry.enrolment, (4, 5))
    for sheet in queries.assignments_in(camp.round):
        assert queries.marks_beside(sheet) == []


def test_the_pages_of_a_trial(camp, client):
    client.force_login(camp.organiser)
    args = [camp.programme.code, camp.main.code]
    page = reverse("judging:desk-trial", args=args)
    assert client.post(page, {}).status_code == 422
    response = client.post(page, {"learners": [camp.learners[0].code]})
    trial = Round.objects.get(trial_of=camp.main)
    assert response["Location"] == reverse("judging:desk-round", args=[camp.programme.code, trial.code])
    camp.round = trial
    camp.mark(camp.judges[0], camp.learners[0], (4, 5))
    camp.mark(camp.judges[1], camp.learners[0], (4, 3))
    html = client.get(reverse("judging:desk-round", args=args)).content.decode()
    assert "50%" in html
    assert trial.name in html
    html = client.get(response["Location"]).content.decode()
    assert "不计入" in html
    assert reverse("judging:desk-calibration", args=[camp.programme.code, trial.code]) not in html


def test_a_copied_rubric_is_its_own(camp, client):
    client.force_login(camp.organiser)
    rubric = camp.main.rubric_version.rubric
    client.post(reverse("judging:desk-rubric-copy", args=[camp.programme.code, rubric.code]))
    copy = Rubric.objects.exclude(pk=rubric.pk).get()
    version = copy.versions.get()
    assert [(c.title, c.weight, c.levels.count()) for c in version.criteria.all()] == [
        (c.title, c.weight, c.levels.count()) for c in camp.criteria
    ]
    assert (version.number, version.frozen_at, rubric.versions.count()) == (1, None, 1)
