"""What the chair sees and does: gaps, a third judge, who leans, talk, sheets from paper."""

from decimal import Decimal
from fractions import Fraction

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.factories.bad_files import jpeg
from tests.factories.documents import pdf
from tests.factories.judging import Judging
from tests.factories.people import PersonFactory
from tests.factories.programmes import StaffRoleFactory
from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.core.models import AuditLine, StoredFile
from yingzao.judging import actions, personal, queries, settling
from yingzao.judging.enums import AssignmentState, Counts
from yingzao.judging.models import Mark, TalkLine
from yingzao.notices.models import Message
from yingzao.people.personal import Erasure
from yingzao.programmes.enums import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def camp():
    """Four judges, two on each of three entries; the first entry's two differ by 80 points."""
    camp = Judging(learners=3, judges=4, judges_per_entry=2).open()
    for learner in camp.learners:
        sheets = list(camp.round.assignments.filter(entry__enrolment=learner).order_by("pk"))
        low, high = ((1, 1), (5, 5)) if learner == camp.learners[0] else ((4, 4), (4, 5))
        camp.mark(sheets[0].judge, learner, low)
        camp.mark(sheets[1].judge, learner, high)
    return camp


def url(camp, name, *args):
    return reverse(f"judging:{name}", args=[camp.programme.code, camp.round.code, *args])


def test_a_total_is_exact_and_only_of_whole_sheets():
    criteria = [(1, Decimal("33.33"), 3), (2, Decimal("66.67"), 7)]
    assert settling.total_of({1: 1, 2: 7}, criteria) == Fraction("33.33") / 3 + Fraction("66.67")
    assert settling.total_of({1: 1}, criteria) is None


def test_a_leaning_compares_judges_on_shared_entries_alone():
    found = settling.leanings(
        [
            ("a", "R1", Fraction(80)),
            ("a", "R2", Fraction(60)),
            ("b", "R1", Fraction(20)),
            ("c", "R3", Fraction(99)),
        ]
    )
    assert (found["R1"].lean, found["R1"].shared, found["R1"].n) == (20, 1, 2)
    assert (found["R2"].lean, found["R3"].lean, found["R3"].shared) == (-20, None, 0)
    assert found["R1"].deviation == pytest.approx(42.426, abs=1e-3)


def test_agreement_counts_pairs_of_judges():
    found = settling.agreement([("a", "R1", 3), ("a", "R2", 3), ("a", "R3", 5), ("b", "R1", 2)])
    assert (found.pairs, found.exact, found.adjacent) == (3, 1, 1)
    assert settling.agreement([]).exact_share is None


def test_the_widest_gap_comes_first_and_wants_a_third(camp):
    found = queries.spread(camp.round)
    assert [(row.enrolment, row.gap, row.wants_third) for row in found.entries] == [
        (camp.learners[0], 80, True),
        (camp.learners[1], 8, False),
        (camp.learners[2], 8, False),
    ]
    camp.round.gap = 0
    assert queries.spread(camp.round).wanting == []


def test_a_third_judge_is_one_who_is_free_and_is_asked_once(camp):
    learner = camp.learners[0]
    before = {a.judge_id for a in camp.round.assignments.filter(entry__enrolment=learner)}
    near = next(j for j in camp.judges if j.pk not in before)
    near.unit = learner.community_as_given
    near.save()
    made = actions.call_third(round=camp.round, enrolment=learner, by=camp.organiser)
    assert made.is_third
    assert made.judge_id not in before | {near.pk}
    assert made.version_id == camp.round.assignments.filter(entry__enrolment=learner).first().version_id
    assert queries.spread(camp.round).wanting == []
    with pytest.raises(Refused) as caught:
        actions.call_third(round=camp.round, enrolment=learner, by=camp.organiser)
    assert caught.value.code == "nobody-free"


def test_a_third_judge_waits_for_two_sheets():
    camp = Judging(learners=1, judges=3).open()
    with pytest.raises(Refused) as caught:
        actions.call_third(round=camp.round, enrolment=camp.learners[0], by=camp.organiser)
    assert caught.value.code == "too-early"


def test_who_judges_in_the_round_sees_no_gap_before_it_is_closed(camp, client):
    """An organiser who judges too: neither totals nor gaps of others."""
    judge = camp.judges[0]
    StaffRoleFactory(programme=camp.programme, role=Role.ORGANISER, person=judge.person)
    client.force_login(judge.person)
    for name, args in (("desk-spread", []), ("desk-talk", [camp.learners[0].code])):
        response = client.get(url(camp, name, *args))
        assert response.status_code == 422
        assert "80.0" not in response.content.decode()
    with pytest.raises(Refused) as caught:
        actions.call_third(round=camp.round, enrolment=camp.learners[0], by=judge.person)
    assert caught.value.code == "is-judge"
    actions.close_round(round=camp.round, by=camp.organiser)
    assert "80.0" in client.get(url(camp, "desk-spread")).content.decode()


def test_an_average_with_a_learner_in_is_withheld_from_who_stands_aside_from_them(camp, client):
    judge = camp.judges[0]
    StaffRoleFactory(programme=camp.programme, role=Role.ORGANISER, person=judge.person)
    judge.unit = camp.learners[1].community_as_given
    judge.save()
    actions.close_round(round=camp.round, by=camp.organiser)
    client.force_login(judge.person)
    response = client.get(url(camp, "desk-spread"))
    assert response.status_code == 422
    assert camp.learners[1].name not in response.content.decode()


def test_the_page_names_gaps_and_leaning(camp, client):
    client.force_login(camp.organiser)
    html = client.get(url(camp, "desk-spread")).content.decode()
    assert "80.0" in html
    assert html.count("加请一位评委") == 1
    client.post(url(camp, "desk-third", camp.learners[0].code))
    assert camp.round.assignments.filter(is_third=True).count() == 1
    assert "已加请评委" in client.get(url(camp, "desk-spread")).content.decode()
    client.force_login(camp.supervisor)
    assert "加请一位评委" not in client.get(url(camp, "desk-spread")).content.decode()


@pytest.mark.parametrize("learners", [1, 3])
def test_spread_query_count(client, learners, django_assert_num_queries):
    camp = Judging(learners=learners, judges=2).open()
    for learner in camp.learners:
        for judge in camp.judges:
            camp.mark(judge, learner, (4, 5))
    client.force_login(camp.organiser)
    with django_assert_num_queries(SPREAD_QUERIES):
        html = client.get(url(camp, "desk-spread")).content.decode()
    assert html.count("/talk/") == learners


def test_judges_read_the_talk_once_their_sheet_is_in_and_others_are_numbered(camp, client):
    learner = camp.learners[0]
    one, two = (a.judge for a in camp.round.assignments.filter(entry__enrolment=learner).order_by("pk"))
    one.name, two.name = "独孤评委", "上官评委"
    one.save()
    two.save()
    mine = camp.sheet(one, learner)
    page, answer = (reverse(f"judging:{n}", args=[mine.code]) for n in ("jury-sheet", "jury-talk"))
    client.force_login(one.person)
    assert client.post(answer, {"text": "先说一句"}).status_code == 422
    assert TalkLine.objects.count() == 0

    actions.say_as_chair(round=camp.round, enrolment=learner, text="两位看的依据是什么？", by=camp.organiser)
    assert {m.person for m in Message.objects.filter(kind="jury_talk")} == {one.person, two.person}
    actions.say_as_judge(assignment=camp.sheet(two, learner), text="看第三条需求", by=two.person)
    client.post(answer, {"text": "看访谈原话"})
    html = client.get(page).content.decode()
    assert "两位看的依据是什么？" in html
    assert "看第三条需求" in html
    assert "看访谈原话" in html
    assert "上官评委" not in html

    third = actions.call_third(round=camp.round, enrolment=learner, by=camp.organiser)
    client.force_login(third.judge.person)
    html = client.get(reverse("judging:jury-sheet", args=[third.code])).content.decode()
    assert "看第三条需求" not in html
    client.force_login(camp.organiser)
    html = client.get(url(camp, "desk-talk", learner.code)).content.decode()
    assert "上官评委" in html
    assert "看第三条需求" in html


def test_a_paper_sheet_counts_as_the_judges_and_names_who_entered_it(client):
    camp = Judging(learners=1, judges=2).open()
    sheet = camp.sheet(camp.judges[0], camp.learners[0])
    client.force_login(camp.organiser)
    page = url(camp, "desk-paper", sheet.code)
    given = {c.code: p for c, p in zip(camp.criteria, ("4", "5"), strict=True)}
    assert client.post(page, dict(list(given.items())[:1])).status_code == 422
    assert Mark.objects.count() == 0
    client.post(page, given | {"comment": "字迹清楚"})
    sheet.refresh_from_db()
    assert (sheet.state, sheet.entered_by, sheet.comment) == (
        AssignmentState.SUBMITTED,
        camp.organiser,
        "字迹清楚",
    )
    assert {m.marked_by for m in sheet.marks.all()} == {camp.judges[0].person}
    html = client.get(url(camp, "desk-entry", camp.learners[0].code)).content.decode()
    assert camp.judges[0].name in html
    assert f"{camp.organiser.display_name}录入" in html
    assert AuditLine.objects.get(act="judging.sheet.entered").actor == camp.organiser


@pytest.fixture
def on_paper(camp_of_two):
    """A sheet entered from paper with its scan, beside one that its judge handed in on screen."""
    camp = camp_of_two
    sheet = camp.sheet(camp.judges[0], camp.learners[0])
    actions.enter_paper(
        assignment=sheet,
        points={c.code: 4 for c in camp.criteria},
        comment="",
        by=camp.organiser,
        scan=SimpleUploadedFile("IMG_1.jpg", jpeg()),
    )
    camp.mark(camp.judges[1], camp.learners[0], (5, 5))
    sheet.refresh_from_db()
    return sheet


@pytest.fixture
def camp_of_two():
    return Judging(learners=1, judges=2).open()


def may_fetch(client, person, stored) -> bool:
    client.force_login(person)
    return client.get(reverse("media:file", args=[stored.code])).status_code == 200


def test_a_scan_lies_behind_the_sheet_for_those_who_may_read_its_marks(client, camp_of_two, on_paper):
    camp, scan = camp_of_two, on_paper.scan
    assert AuditLine.objects.get(act="judging.sheet.entered").after["scan"] == scan.sha256
    learner = camp.learners[0]
    learner.person = PersonFactory()
    learner.save()
    own_judge, other_judge = (judge.person for judge in camp.judges)
    other_judge_organises = StaffRoleFactory(
        programme=camp.programme, role=Role.ORGANISER, person=other_judge
    )
    outsider = StaffRoleFactory(role=Role.ORGANISER).person
    assert may_fetch(client, camp.organiser, scan)
    assert may_fetch(client, own_judge, scan)
    assert [may_fetch(client, p, scan) for p in (other_judge, learner.person, outsider)] == [False] * 3
    actions.close_round(round=camp.round, by=camp.organiser)
    assert may_fetch(client, other_judge_organises.person, scan)
    html = client.get(url(camp, "desk-entry", learner.code)).content.decode()
    assert reverse("media:file", args=[scan.code]) in html


def test_a_judge_who_stands_aside_reads_no_scan_of_the_round(client, camp_of_two, on_paper):
    camp = camp_of_two
    actions.declare_tie(judge=camp.judges[1], reason="亲属", by=camp.organiser, enrolment=camp.learners[0])
    StaffRoleFactory(programme=camp.programme, role=Role.SUPERVISOR, person=camp.judges[1].person)
    actions.close_round(round=camp.round, by=camp.organiser)
    assert not may_fetch(client, camp.judges[1].person, on_paper.scan)


def test_another_scan_takes_the_place_of_the_first_until_the_release(client, camp_of_two, on_paper):
    camp, first = camp_of_two, on_paper.scan
    client.force_login(camp.organiser)
    page = url(camp, "desk-scan", on_paper.code)
    refused = client.post(page, {"scan": SimpleUploadedFile("评分.docx", b"PK nothing")})
    assert (refused.status_code, "PDF" in refused.content.decode()) == (422, True)
    answer = client.post(page, {"scan": SimpleUploadedFile("评分.pdf", pdf("sheet"))})
    assert answer.status_code == 302
    on_paper.refresh_from_db()
    assert on_paper.scan.media_type == "application/pdf"
    assert not StoredFile.objects.filter(pk=first.pk).exists()
    line = AuditLine.objects.get(act="judging.sheet.scanned").after
    assert (line["scan"], line["instead_of"]) == (on_paper.scan.sha256, first.sha256)

    on_screen = camp.sheet(camp.judges[1], camp.learners[0])
    for sheet, code in ((on_screen, "not-paper"), (on_paper, "released")):
        if code == "released":
            actions.close_round(round=camp.round, by=camp.organiser)
            run = actions.run_calibration(round=camp.round, by=camp.organiser)
            actions.accept_calibration(run=run, counts=Counts.RAW, by=camp.organiser, why="两位评委")
            actions.release_round(round=camp.round, by=camp.organiser)
            sheet.refresh_from_db()
        with pytest.raises(Refused) as caught:
            actions.keep_scan(assignment=sheet, scan=SimpleUploadedFile("x.jpg", jpeg()), by=camp.organiser)
        assert caught.value.code == code
    assert on_paper.scan_id == type(on_paper).objects.get(pk=on_paper.pk).scan_id


def test_the_scan_goes_with_the_learner(camp_of_two, on_paper):
    scan = on_paper.scan
    learner = camp_of_two.learners[0]
    erasure = Erasure(learner.organisation, learner.code, learner.person, clock.now(), whole=False)
    personal.erase(erasure)
    on_paper.refresh_from_db()
    assert on_paper.scan is None
    assert not StoredFile.objects.filter(pk=scan.pk).exists()
    assert on_paper.marks.count() == 2


def test_a_sheet_begun_on_screen_is_not_entered_from_paper():
    camp = Judging(learners=1, judges=2).open()
    sheet = camp.mark(camp.judges[0], camp.learners[0], (4,), submit=False)
    given = {c.code: 1 for c in camp.criteria}
    with pytest.raises(Refused) as caught:
        actions.enter_paper(assignment=sheet, points=given, comment="", by=camp.organiser)
    assert caught.value.code == "begun"


def test_a_judge_of_the_round_enters_nobodys_paper():
    camp = Judging(learners=1, judges=2).open()
    judge = camp.judges[0]
    StaffRoleFactory(programme=camp.programme, role=Role.ORGANISER, person=judge.person)
    with pytest.raises(Refused) as caught:
        actions.enter_paper(
            assignment=camp.sheet(camp.judges[1], camp.learners[0]),
            points={c.code: 1 for c in camp.criteria},
            comment="",
            by=judge.person,
        )
    assert caught.value.code == "is-judge"
    assert Mark.objects.count() == 0


SPREAD_QUERIES = 16
