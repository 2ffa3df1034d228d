"""Issuing freezes words and bytes; nothing that comes later changes them."""

import datetime as dt
import hashlib

import pytest

from tests.factories.honours import ISSUED, Camp
from yingzao.core import jobs, media
from yingzao.core.errors import Refused
from yingzao.core.fonts import missing_characters
from yingzao.honours import actions
from yingzao.honours.bridge.typesetting import FONT, Look, chinese_day, set_certificate
from yingzao.honours.bridge.wording import sample_words
from yingzao.honours.models import Certificate, IssueRun
from yingzao.honours.queries import rows
from yingzao.honours.rules.layout import standard
from yingzao.honours.rules.snapshot import sha256_of
from yingzao.honours.tasks import issue_certificates
from yingzao.notices.models import Message


@pytest.fixture
def issued(camp) -> list[Certificate]:
    return camp.issued()


def test_completion_for_who_reached_the_threshold_and_honour_for_the_chosen(camp, issued):
    assert [(c.kind, *camp.names([c.enrolment_code])) for c in issued] == [
        ("completion", "学员一"),
        ("completion", "学员二"),
        ("completion", "学员三"),
        ("honour", "学员一"),
    ]
    assert [c.number[:-2] for c in issued] == [
        "XFY-2021-01-0001",
        "XFY-2021-01-0002",
        "XFY-2021-01-0003",
        "XFY-2021-01-0004",
    ]


def test_issued_bytes_are_kept_and_hashed(issued):
    for certificate in issued:
        body = media.read_bytes(certificate.pdf)
        assert body.startswith(b"%PDF-")
        assert hashlib.sha256(body).hexdigest() == certificate.pdf_sha256
        assert certificate.sha256 == sha256_of(certificate.frozen)
        assert certificate.issued_at == ISSUED
        assert b"/CreationDate(D:20220110" in body


def test_a_certificates_frozen_words_hold_no_name(camp, issued):
    assert not any(learner.name in str(c.frozen) for c in issued for learner in camp.learners)
    assert "于2021年9月至2022年1月参加" in issued[0].frozen["body"]


def test_issuing_again_issues_nothing_twice(camp, issued):
    assert actions.issue_certificates(selection=issued[0].selection, by=camp.organiser, now=ISSUED) == []
    assert Certificate.objects.count() == 4


def test_a_rename_after_issue_changes_nothing(camp, issued):
    before = [(c.frozen, c.sha256, c.pdf_sha256, media.read_bytes(c.pdf)) for c in issued]
    for learner in camp.learners:
        learner.name = "改名后"
        learner.save()
    camp.programme.name = "另一个名字"
    camp.programme.save()
    again = list(Certificate.objects.order_by("number"))
    assert [(c.frozen, c.sha256, c.pdf_sha256, media.read_bytes(c.pdf)) for c in again] == before
    assert [shown.name for shown in rows.with_names(again)] == ["学员一", "学员二", "学员三", "学员一"]


def test_a_name_that_the_font_cannot_draw_stops_before_the_first(camp):
    notice = camp.posted()
    learner = camp.learner("学员三")
    learner.name = "学员\U0001f389"
    learner.save()
    with pytest.raises(Refused) as refusal:
        actions.issue_certificates(selection=notice.selection, by=camp.organiser, now=ISSUED)
    assert refusal.value.code == "missing_glyph"
    assert "\U0001f389" in refusal.value.sentence
    assert "U+1F389" in refusal.value.sentence
    assert Certificate.objects.count() == 0


@pytest.mark.parametrize("name", ["欧阳喆", "㴓昇", "张 三·买买提", "龘靐", "王䶮"])
def test_rare_characters_of_names_can_be_drawn(name):
    assert missing_characters(name, FONT) == []


def test_the_same_words_give_the_same_bytes(camp):
    words = sample_words(camp.programme, "usual", "https://example.cn/")
    look = Look(standard("completion"))
    assert set_certificate(words, look) == set_certificate(words, look)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2022-01-10", "二〇二二年一月十日"),
        ("2021-12-31", "二〇二一年十二月三十一日"),
        ("2026-11-21", "二〇二六年十一月二十一日"),
    ],
)
def test_dates_are_written_as_on_paper(text, written):
    assert chinese_day(dt.date.fromisoformat(text)) == written


def test_a_revoked_certificate_stays_with_its_reason(camp, issued):
    revoked = actions.revoke_certificate(
        certificate=issued[3], reason="代签到", by=camp.organiser, now=ISSUED
    )
    assert (revoked.revoked_reason, revoked.revoked_at) == ("代签到", ISSUED)
    with pytest.raises(Refused) as refusal:
        actions.revoke_certificate(certificate=revoked, reason="再次", by=camp.organiser)
    assert refusal.value.code == "revoked"
    assert actions.issue_certificates(selection=revoked.selection, by=camp.organiser, now=ISSUED) == []


def test_a_revoked_certificate_is_issued_anew_only_by_an_act_of_its_own(camp, issued):
    with pytest.raises(Refused) as refusal:
        actions.reissue_certificate(certificate=issued[3], by=camp.organiser, now=ISSUED)
    assert refusal.value.code == "not_revoked"
    actions.revoke_certificate(certificate=issued[3], reason="名字写错", by=camp.organiser, now=ISSUED)
    learner = camp.learner("学员一")
    learner.name = "学员壹"
    learner.save()
    issued[3].refresh_from_db()
    made = actions.reissue_certificate(certificate=issued[3], by=camp.organiser, now=ISSUED)
    assert (made.kind, made.number[:-2]) == ("honour", "XFY-2021-01-0005")
    assert [shown.name for shown in rows.with_names([issued[3], made])] == ["学员一", "学员壹"]
    with pytest.raises(Refused) as refusal:
        actions.reissue_certificate(certificate=issued[3], by=camp.organiser, now=ISSUED)
    assert refusal.value.code == "reissued"


@pytest.mark.parametrize("person", ["supervisor", "learner", "judge"])
def test_only_an_organiser_issues_and_revokes(camp, issued, person):
    people = {
        "supervisor": camp.supervisor,
        "learner": camp.learners[0].person,
        "judge": camp.judging.judges[0].person,
    }
    for act in (
        lambda by: actions.revoke_certificate(certificate=issued[0], reason="不对", by=by),
        lambda by: actions.issue_certificates(selection=issued[0].selection, by=by, now=ISSUED),
        lambda by: actions.start_issuing(selection=issued[0].selection, by=by, site="http://x/", now=ISSUED),
    ):
        with pytest.raises(Refused) as refusal:
            act(people[person])
        assert refusal.value.code == "not_organiser"


def test_the_job_issues_and_counts(camp, django_capture_on_commit_callbacks):
    notice = camp.posted()
    with django_capture_on_commit_callbacks(execute=True):
        run = actions.start_issuing(
            selection=notice.selection, by=camp.organiser, site="https://example.cn/", now=ISSUED
        )
    run.refresh_from_db()
    assert (run.state, run.made, run.total, run.problem) == ("done", 4, 4, "")
    assert [c.issued_at for c in Certificate.objects.all()] == [ISSUED] * 4


def test_what_stops_the_job_is_written_to_the_run(camp, monkeypatch):
    notice = camp.posted()
    monkeypatch.setattr(jobs, "enqueue", lambda *args, **more: None)
    run = actions.start_issuing(selection=notice.selection, by=camp.organiser, site="http://x/", now=ISSUED)
    learner = camp.learner("学员二")
    learner.name = "\U0001f389"
    learner.save()
    issue_certificates.call(run.code, "http://x/")
    run.refresh_from_db()
    assert run.state == "stopped"
    assert "U+1F389" in run.problem
    assert Certificate.objects.count() == 0


def test_a_series_used_by_another_programme_is_refused_and_the_next_term_suggested(camp, issued):
    other = Camp()
    assert actions.suggested_series(other.programme).term == 2
    with pytest.raises(Refused) as refusal:
        actions.set_series(programme=other.programme, prefix="xfy", year=2021, term=1, by=other.organiser)
    assert refusal.value.code == "series_taken"
    with pytest.raises(Refused) as refusal:
        actions.set_series(programme=camp.programme, prefix="ABC", year=2021, term=1, by=camp.organiser)
    assert refusal.value.code == "series_used"


def test_runs_are_counted_by_selection(camp):
    assert IssueRun.objects.count() == 0
    assert rows.newest_run(camp.frozen()) is None


def test_a_holder_with_an_account_is_told_once_unless_it_is_long_past(camp, monkeypatch):
    selection = camp.posted().selection
    monkeypatch.setattr("yingzao.core.clock.now", lambda: ISSUED)
    made = actions.issue_certificates(selection=selection, by=camp.organiser, now=ISSUED)
    actions.issue_certificates(selection=selection, by=camp.organiser, now=ISSUED)
    told = sorted(Message.objects.filter(kind="certificate").values_list("person", "key"))
    holders = dict(camp.programme.enrolments.exclude(person=None).values_list("code", "person"))
    assert told == sorted(
        (holders[c.enrolment_code], f"honours.certificate:{c.number}")
        for c in made
        if c.enrolment_code in holders
    )
    assert told


def test_nobody_is_told_of_what_was_issued_long_ago(camp, issued):
    assert not Message.objects.filter(kind="certificate").exists()
