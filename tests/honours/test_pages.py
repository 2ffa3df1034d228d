"""Pages of every audience: what they show, to whom, and what stays hidden."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.factories.honours import ENDED, ISSUED, POSTED, Camp
from tests.factories.people import GrantFactory, PersonFactory
from tests.factories.programmes import StaffRoleFactory
from yingzao.core import clock, media
from yingzao.core.models import AuditLine
from yingzao.enrolment.models import NameCommitment
from yingzao.honours import actions
from yingzao.honours.models import Certificate, Objection, Selection
from yingzao.programmes.enums import Role


def at(monkeypatch, moment) -> None:
    """Let the whole product believe that it is this moment."""
    monkeypatch.setattr(clock, "now", lambda: moment)


@pytest.fixture
def as_person(client):
    def sign_in(person):
        client.force_login(person)
        return client

    return sign_in


def text_of(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def url(name, *args) -> str:
    return reverse(f"honours:{name}", args=args)


# The desk


def test_the_desk_makes_freezes_and_submits_a_list(camp, as_person):
    desk, programme = as_person(camp.organiser), camp.programme.code
    given = {
        "name": "优秀学员", "round": camp.judging.round.code, "quota_kind": "number", "quota": "1", "reserve": "1",
        "least_completion": "60", "tie_1": "performance", "tie_2": "completion", "tie_3": "earlier",
    }  # fmt: skip
    response = desk.post(url("desk-selection-new", programme), given)
    selection = Selection.objects.get()
    assert response.url == url("desk-selection", programme, selection.code)
    page = text_of(desk.get(response.url))
    assert "预览" in page
    assert "97.60" in page
    desk.post(url("desk-freeze", programme, selection.code))
    desk.post(url("desk-submit", programme, selection.code))
    selection.refresh_from_db()
    assert (selection.state, selection.tie_rule) == ("submitted", ["performance", "completion", "earlier"])
    page = text_of(desk.get(response.url))
    assert "为什么是第 1 名" in page
    assert "名额线" in page


def test_a_wrong_form_is_drawn_again_with_its_error(camp, as_person):
    desk = as_person(camp.organiser)
    response = desk.post(
        url("desk-scheme", camp.programme.code),
        {
            "completion_weight": "40",
            "performance_weight": "50",
            "late_share": "0.5",
            "duty_weighting": "equal",
            "decimals": 2,
        },
    )
    assert response.status_code == 422
    assert "两项权重合计必须是 100" in text_of(response)
    assert camp.programme.schemes.count() == 0


def test_a_place_opens_down_to_the_evidence_and_the_marks(camp, as_person):
    selection = camp.frozen()
    learner = camp.learner("学员二")
    page = text_of(
        as_person(camp.supervisor).get(url("desk-place", camp.programme.code, selection.code, learner.code))
    )
    assert "总分 = 任务完成度 × 40% + 实际表现 × 60%" in page
    assert "3 项任务：2 项完成、1 项迟交（每项计 0.5）" in page
    assert "案例2" in page
    for evidence in learner.evidence.all():
        assert str(evidence.key) in page
    assert camp.judging.judges[0].name in page
    assert "84.93" in page


def test_the_pack_downloads(camp, as_person):
    selection = camp.frozen()
    response = as_person(camp.supervisor).get(url("desk-pack", camp.programme.code, selection.code))
    assert response["Content-Type"] == "application/zip"
    assert response.content.startswith(b"PK")


def test_barring_from_the_page_and_taking_it_back(camp, as_person):
    desk, draft = as_person(camp.organiser), camp.draft()
    learner = camp.learner("学员一")
    desk.post(
        url("desk-bar", camp.programme.code, draft.code), {"enrolment_code": learner.code, "reason": "代签到"}
    )
    bar = draft.bars.get()
    assert "代签到" in text_of(desk.get(url("desk-selection", camp.programme.code, draft.code)))
    desk.post(url("desk-lift-bar", camp.programme.code, draft.code, bar.code))
    bar.refresh_from_db()
    assert bar.lifted_by == camp.organiser


# The committee


def test_the_committee_approves_on_its_page(camp, as_person):
    selection = camp.submitted()
    committee = as_person(camp.supervisor)
    page = text_of(committee.get(url("committee-selection", camp.programme.code, selection.code)))
    assert "通过这份名单" in page
    committee.post(
        url("committee-decide", camp.programme.code, selection.code),
        {"decision": "approve", "comment": "同意"},
    )
    selection.refresh_from_db()
    assert (selection.state, selection.decided_by) == ("approved", camp.supervisor)


def test_who_froze_the_list_sees_why_somebody_else_decides(camp, as_person):
    StaffRoleFactory(programme=camp.programme, role=Role.SUPERVISOR, person=camp.organiser)
    selection = camp.submitted()
    person = as_person(camp.organiser)
    page = text_of(person.get(url("committee-selection", camp.programme.code, selection.code)))
    assert "须由委员会其他成员审议" in page
    assert "通过这份名单" not in page
    response = person.post(
        url("committee-decide", camp.programme.code, selection.code), {"decision": "approve"}
    )
    assert response.status_code == 422
    selection.refresh_from_db()
    assert selection.state == "submitted"


def test_the_committee_does_not_see_drafts(camp, as_person):
    draft = camp.draft()
    response = as_person(camp.supervisor).get(url("committee-selection", camp.programme.code, draft.code))
    assert response.status_code == 404


# The public


def test_the_public_notice_shows_masked_names_and_leaks_none(camp, client, monkeypatch):
    for learner, name in zip(camp.learners, ("欧阳晓明", "司徒大山", "诸葛小红", "上官文静"), strict=True):
        learner.name = name
        learner.save()
    notice = camp.posted()
    objection = actions.raise_objection(
        notice=notice, name="司徒大山", contact="13912345678", text="有疑问", now=POSTED
    )
    actions.answer_objection(
        objection=objection, outcome="rejected", reply="核对无误", by=camp.organiser, now=POSTED
    )
    at(monkeypatch, POSTED)
    page = text_of(client.get(url("public-notice", notice.code)))
    chosen = camp.learners[0]
    assert "欧***" in page
    assert chosen.community_name in page
    assert chosen.number in page
    assert "97.60" in page
    assert page.count("97.60") == 1
    for learner in camp.learners:
        assert learner.name not in page
        assert learner.phone not in page
        assert learner.code not in page
    for private in ("13912345678", "有疑问", camp.organiser.display_name, camp.judging.judges[0].name):
        assert private not in page


@pytest.mark.parametrize(
    ("who", "basis", "in_full"),
    [
        ("nobody", "学员已同意", False),
        ("learner", "学员已同意", True),
        ("learner", "", False),
        ("mentor", "学员已同意", True),
        ("mentor", "", False),
        ("judge", "学员已同意", False),
        ("host", "学员已同意", False),
        ("withdrawn", "学员已同意", False),
        ("stranger", "学员已同意", False),
    ],
)
def test_participants_read_full_names_on_a_recorded_basis(camp, client, monkeypatch, who, basis, in_full):
    notice = camp.posted()
    notice.basis = basis
    notice.save()
    at(monkeypatch, POSTED)
    chosen, reader = camp.learners[0], camp.learners[1]
    chosen.name = "欧阳晓明"
    NameCommitment.objects.update(shown={"name": "欧阳晓明", "community": "夏北社区", "number": "01"})
    persons = {
        "nobody": lambda: None,
        "learner": lambda: reader.person,
        "judge": lambda: camp.judging.judges[0].person,
        "mentor": lambda: StaffRoleFactory(programme=camp.programme, role=Role.MENTOR).person,
        "host": lambda: StaffRoleFactory(programme=camp.programme, role=Role.HOST).person,
        "withdrawn": lambda: reader.person,
        "stranger": lambda: Camp().learners[0].person,
    }
    if who == "withdrawn":
        reader.state = "withdrawn"
        reader.save()
    if person := persons[who]():
        client.force_login(person)
    response = client.get(url("public-notice", notice.code))
    page = text_of(response)
    assert ("欧阳晓明" in page) == in_full
    assert ("欧***" in page) == (not in_full)
    assert AuditLine.objects.filter(act="honours.notice.names_read").count() == in_full
    assert ("no-store" in response.headers.get("Cache-Control", "")) == in_full
    client.logout()
    assert "欧阳晓明" not in text_of(client.get(url("public-notice", notice.code)))


def test_notices_say_what_they_are_and_stand_in_pages(camp, client, monkeypatch):
    notice = camp.posted()
    at(monkeypatch, POSTED)
    camp.programme.is_public = True
    camp.programme.save()
    page = text_of(client.get(url("public-notice", notice.code)))
    assert f'<link rel="canonical" href="http://testserver{url("public-notice", notice.code)}">' in page
    assert f'<meta property="og:title" content="{notice.title}">' in page
    monkeypatch.setattr("yingzao.honours.views.public.NOTICES_A_PAGE", 1)
    notice.pk, notice.code = None, "SECOND23"
    notice.save()
    for number, code in ((1, "SECOND23"), (2, camp.programme.public_notices.earliest("pk").code)):
        listed = text_of(client.get(f"{url('public-notices')}?page={number}"))
        assert f'href="/notices/{code}/"' in listed
        assert len(re.findall(r'href="/notices/\w+/"', listed)) == 1


def test_the_public_objects_by_a_form_while_the_window_is_open(camp, client, monkeypatch):
    notice = camp.posted()
    at(monkeypatch, POSTED)
    address = url("public-notice", notice.code)
    given = {"name": "某居民", "contact": "13900000000", "text": "名单有误"}
    response = client.post(address, given)
    assert response.status_code == 302
    objection = Objection.objects.get()
    assert (objection.name, objection.contact, objection.text) == ("某居民", "13900000000", "名单有误")
    assert objection.code in text_of(client.get(address))
    assert client.post(address, {**given, "name": ""}).status_code == 422
    at(monkeypatch, ENDED)
    assert "提出异议的时间已过" in text_of(client.get(address))
    assert client.post(address, given).status_code == 422
    assert Objection.objects.count() == 1


def test_the_printed_sheet_shows_full_names_only_on_a_recorded_basis(camp, as_person):
    notice = camp.posted()
    address = url("desk-notice-sheet", camp.programme.code, notice.code)
    page = text_of(as_person(camp.organiser).get(address))
    assert "学员一" in page
    assert "（盖章）" in page
    notice.basis = ""
    notice.save()
    page = text_of(as_person(camp.organiser).get(address))
    assert "学员一" not in page
    assert "学**" in page


def test_an_objection_is_answered_on_the_desk(camp, as_person, monkeypatch):
    objection = actions.raise_objection(
        notice=camp.posted(), name="学员三", contact="13900000000", text="有误", now=POSTED
    )
    desk = as_person(camp.organiser)
    assert "学员三" in text_of(desk.get(url("desk-objections", camp.programme.code)))
    address = url("desk-objection", camp.programme.code, objection.code)
    assert "139****0000" in text_of(desk.get(address))
    desk.post(address, {"outcome": "rejected", "reply": "核对无误"})
    objection.refresh_from_db()
    assert (objection.state, objection.reply, objection.replied_by) == (
        "rejected",
        "核对无误",
        camp.organiser,
    )


# Certificates


@pytest.mark.parametrize("typed", ["{number}", " {number} ", "{code}"])
def test_a_certificate_is_found_by_number_or_code(camp, client, typed):
    certificate = camp.issued()[3]
    response = client.get(
        url("verify"), {"code": typed.format(number=certificate.number.lower(), code=certificate.code)}
    )
    assert response.url == url("verify-certificate", certificate.code)
    page = text_of(client.get(response.url))
    assert "此证书有效" in page
    assert certificate.number in page
    assert "学**" in page
    assert "学员一" not in page
    assert "全名在证书上" in page


def test_a_number_with_a_wrong_check_character_finds_nothing(camp, client):
    certificate = camp.issued()[0]
    wrong = certificate.number[:-1] + ("A" if certificate.number[-1] != "A" else "B")
    response = client.get(url("verify"), {"code": wrong})
    assert response.status_code == 422
    assert client.get(url("verify-certificate", "ABCD2345")).status_code == 404


def test_a_tampered_pdf_is_told_from_the_one_that_was_issued(camp, client):
    certificate = camp.issued()[0]
    body = media.read_bytes(certificate.pdf)
    address = url("verify-certificate", certificate.code)
    whole = client.post(address, {"file": SimpleUploadedFile("x.pdf", body, "application/pdf")})
    assert "与颁发的原文件完全一致" in text_of(whole)
    doctored = client.post(address, {"file": SimpleUploadedFile("x.pdf", body + b" ", "application/pdf")})
    assert "不是颁发的原文件" in text_of(doctored)
    assert "与颁发的原文件完全一致" not in text_of(doctored)
    assert "此证书有效" not in text_of(doctored)  # what was asked about is the file
    assert "verdict-good" not in text_of(doctored)


def test_a_revoked_certificate_says_so_and_why(camp, client):
    certificate = camp.issued()[0]
    actions.revoke_certificate(
        certificate=certificate, reason="姓名有误，另发", by=camp.organiser, now=ISSUED
    )
    page = text_of(client.get(url("verify-certificate", certificate.code)))
    assert "此证书已撤销" in page
    assert "姓名有误，另发" in page
    assert "此证书有效" not in page


def test_after_an_erasure_the_certificate_verifies_without_a_name(camp, client):
    certificate = camp.issued()[0]
    from yingzao.enrolment.models import NameCommitment

    NameCommitment.objects.filter(digest=certificate.frozen["name"]).update(salt="", shown={})
    page = text_of(client.get(url("verify-certificate", certificate.code)))
    assert "此证书有效" in page
    assert "已按本人要求删除" in page


def test_the_desk_issues_with_a_job_and_revokes(
    camp, as_person, monkeypatch, django_capture_on_commit_callbacks
):
    notice = camp.posted()
    desk = as_person(camp.organiser)
    at(monkeypatch, POSTED)
    address = url("desk-certificates", camp.programme.code)
    assert "之后才能颁发证书" in text_of(desk.get(address))
    assert desk.post(url("desk-issue", camp.programme.code, notice.selection.code)).status_code == 422
    assert Certificate.objects.count() == 0
    at(monkeypatch, ISSUED)
    assert "颁发 4 张证书" in text_of(desk.get(address))
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(url("desk-issue", camp.programme.code, notice.selection.code))
    assert Certificate.objects.count() == 4
    page = text_of(desk.get(address))
    assert "已发 4 张" in page
    run = notice.selection.issue_runs.get()
    progress = desk.get(url("desk-run", camp.programme.code, run.code))
    assert progress["HX-Refresh"] == "true"
    certificate = Certificate.objects.first()
    one = url("desk-certificate", camp.programme.code, certificate.code)
    assert desk.post(one, {"reason": ""}).status_code == 422
    desk.post(one, {"reason": "重发"})
    certificate.refresh_from_db()
    assert certificate.revoked_reason == "重发"


def test_a_learner_sees_and_opens_their_own_certificates_alone(camp, as_person):
    issued = camp.issued()
    mine, other = camp.learner("学员二"), camp.learner("学员三")
    page = text_of(as_person(mine.person).get(url("learner-certificates")))
    own = next(c for c in issued if c.enrolment_code == mine.code)
    foreign = next(c for c in issued if c.enrolment_code == other.code)
    assert own.number in page
    assert foreign.number not in page
    assert as_person(mine.person).get(reverse("media:file", args=[own.pdf.code])).status_code == 200
    assert as_person(mine.person).get(reverse("media:file", args=[foreign.pdf.code])).status_code == 404


def test_a_learner_reads_how_the_score_is_made(camp):
    from yingzao.honours.bridge.figures import composition_of

    composition = composition_of(camp.learner("学员二"), ISSUED)
    assert (str(composition.completion), composition.performance, composition.total) == ("83.33", None, None)
    assert composition.thread.steps[1].value == "—"


# Doors


def every_page(camp) -> list[str]:
    notice = camp.posted()
    programme, selection = camp.programme.code, notice.selection.code
    actions.issue_certificates(selection=notice.selection, by=camp.organiser, now=ISSUED)
    certificate = Certificate.objects.first()
    objection = Objection.objects.create(
        organisation=camp.organisation, notice=notice, name="某人", contact="1", text="x", received_at=POSTED,
        reply_by=POSTED.date(),
    )  # fmt: skip
    run = notice.selection.issue_runs.create(
        organisation=camp.organisation, asked_by=camp.organiser, asked_at=ISSUED, state="done"
    )
    return [
        url("desk-scheme", programme),
        url("desk-selections", programme),
        url("desk-selection", programme, selection),
        url("desk-pack", programme, selection),
        url("desk-place", programme, selection, camp.learners[0].code),
        url("desk-notice", programme, notice.code),
        url("desk-notice-sheet", programme, notice.code),
        url("desk-objections", programme),
        url("desk-objection", programme, objection.code),
        url("desk-certificates", programme),
        url("desk-run", programme, run.code),
        url("desk-certificate", programme, certificate.code),
    ]


RUN_ONLY = (
    "desk-selection-new",
    "desk-series",
)
POSTS = ("desk-freeze", "desk-submit", "desk-remake", "desk-bar", "desk-issue")


def test_desk_pages_open_for_organisers_and_supervisors_alone(camp, as_person):
    pages = every_page(camp)
    programme, selection = camp.programme.code, Selection.objects.first().code
    run_only = [url(name, programme) for name in RUN_ONLY] + [
        url("desk-selection-change", programme, selection)
    ]
    other_office = PersonFactory()
    GrantFactory(person=other_office)
    grant = PersonFactory()
    GrantFactory(person=grant, organisation=camp.organisation)
    for person in (camp.organiser, camp.supervisor, grant):
        assert {page: as_person(person).get(page).status_code for page in pages} == dict.fromkeys(pages, 200)
    for person in (camp.learners[0].person, camp.judging.judges[0].person, other_office, Camp().organiser):
        assert {page: as_person(person).get(page).status_code for page in pages + run_only} == dict.fromkeys(
            pages + run_only, 404
        )
    assert {page: as_person(camp.supervisor).get(page).status_code for page in run_only} == dict.fromkeys(
        run_only, 404
    )
    posts = [url(name, programme, selection) for name in POSTS]
    for person in (camp.supervisor, camp.learners[0].person, other_office):
        assert {page: as_person(person).post(page).status_code for page in posts} == dict.fromkeys(posts, 404)


def test_committee_pages_open_for_the_committee_alone(camp, as_person):
    selection = camp.submitted()
    page = url("committee-selection", camp.programme.code, selection.code)
    assert as_person(camp.supervisor).get(page).status_code == 200
    for person in (camp.organiser, camp.learners[0].person, camp.judging.judges[0].person, Camp().supervisor):
        assert as_person(person).get(page).status_code == 404
        for name in ("committee-decide", "committee-tie"):
            assert as_person(person).post(url(name, camp.programme.code, selection.code)).status_code == 404


def test_another_programmes_rows_are_not_reached_through_ones_own(camp, as_person):
    other = Camp()
    selection = other.frozen()
    desk = as_person(camp.organiser)
    assert desk.get(url("desk-selection", camp.programme.code, selection.code)).status_code == 404
    assert desk.post(url("desk-submit", camp.programme.code, selection.code)).status_code == 404


def test_nobody_signed_in_is_sent_to_sign_in(camp, client):
    response = client.get(url("desk-selections", camp.programme.code))
    assert response.status_code == 302
    assert reverse("people:sign-in") in response.url


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["学员一", "学员二", "学员三", "学员一"]),
        ("?q=学员二", ["学员二"]),
        ("?q=-0004-", ["学员一"]),
        ("?show=honour", ["学员一"]),
        ("?show=revoked", ["学员二"]),
        ("?q=没有这个人", []),
    ],
)
def test_certificates_are_looked_for(camp, as_person, query, names):
    issued = camp.issued()
    actions.revoke_certificate(certificate=issued[1], reason="信息有误", by=camp.organiser)
    page = (
        as_person(camp.organiser).get(url("desk-certificates", camp.programme.code) + query).content.decode()
    )
    assert re.findall(r"<td>(学员.) <span", page) == names


def test_a_list_that_was_replaced_gives_no_certificates_and_is_not_offered(camp, as_person, monkeypatch):
    """What somebody else issued is not said of a list that issued nothing."""
    camp.issued()
    at(monkeypatch, ISSUED)
    other = camp.approved()
    page = text_of(as_person(camp.organiser).get(url("desk-certificates", camp.programme.code)))
    assert page.count("已全部颁发") == 1
    assert "名单还没有公示" in page
    assert other.code not in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_pages_do_not_ask_more_for_more_rows(camp, as_person, count, django_assert_max_num_queries):
    for _ in range(count):
        camp.frozen()
    desk = as_person(camp.organiser)
    with django_assert_max_num_queries(QUERIES):
        page = desk.get(url("desk-selections", camp.programme.code)).content
    assert page.count(b"#award") >= count


QUERIES = 30
