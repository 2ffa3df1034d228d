"""One list from the judges' marks to certificates, with an objection that is right: everything that has to hold, in order.

Quota 3; equal totals go by performance, then by earlier completion. Six learners, half completion and half performance:

    甲 98 · 丙 88 (performance 96) · 乙 88 (76, done on the 21st) · 戊 88 (76, done on the 25th) · 丁 86 · 己 80

丁 left the live course at 19:30 and came back at 19:32 as "iPhone", which nobody was told to be 丁. With that put right 丁 has 96.
"""

import hashlib
import io
import json
import re
import sqlite3
import textwrap
import urllib.request
from collections import Counter
from contextlib import closing
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.urls import reverse
from lxml import html as lxml_html

from tests.factories.activities import ActivityFactory, LiveFactory, PartFactory, moment, record
from tests.factories.honours import Camp
from tests.factories.sheets import tencent
from tests.honours.test_pack import change_csv_mark, run, unpack
from tests.instances import Clock, served, wait_for, yingzao
from yingzao.activities import actions as ledger
from yingzao.activities.models import Duty, Evidence
from yingzao.core import clock, media
from yingzao.core.errors import Refused
from yingzao.honours import actions
from yingzao.honours.bridge.typesetting import Look, set_certificate
from yingzao.honours.bridge.wording import words_for
from yingzao.honours.models import Certificate, Objection, PublicNotice, Selection
from yingzao.honours.rules.layout import standard
from yingzao.live import actions as live
from yingzao.project import backup, instance

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]

WHOLE = ("done", "done", "done")
LEARNERS = (
    ("学员甲", WHOLE, ((5, 5), (5, 4))),
    ("学员乙", WHOLE, ((4, 4), (4, 3))),
    ("学员丙", ("done", "missed", "done"), ((5, 5), (5, 4))),
    ("学员丁", WHOLE, ((5, 4), (5, 4))),
    ("学员戊", WHOLE, ((4, 3), (4, 4))),
    ("学员己", WHOLE, ((3, 3), (3, 3))),
)
LAST_CASE = {"学员乙": "2021-10-21 10:00", "学员戊": "2021-10-25 10:00"}
EVENING = [(name, "19:00", "20:30") for name, _states, _points in LEARNERS if name != "学员丁"]
EVENING += [("学员丁", "19:00", "19:30"), ("iPhone", "19:32", "20:30")]


@pytest.fixture
def camp(data_folder, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: moment("2021-12-27 09:00"))
    camp = Camp(LEARNERS)
    camp.last_case = ActivityFactory(
        programme=camp.programme, title="案例3", due_at=moment("2021-11-30 23:59")
    )
    for learner in camp.learners:
        record(learner, camp.last_case, "confirmed", LAST_CASE.get(learner.name, "2021-10-20 10:00"))
    camp.live = LiveFactory(programme=camp.programme, title="业主组织的建设与运营")
    PartFactory(
        activity=camp.live, title=camp.live.title, starts_at=camp.live.starts_at, ends_at=camp.live.ends_at
    )
    live.import_attendance(activity=camp.live, by=camp.organiser, data=tencent(*EVENING), name="会议.xlsx")
    actions.make_scheme(
        programme=camp.programme,
        by=camp.organiser,
        completion_weight=Decimal(50),
        performance_weight=Decimal(50),
    )
    ledger.resettle(camp.programme)
    return camp


class Office:
    """The organiser, the committee and the public at their pages, at an hour that the scenario sets."""

    def __init__(self, camp, client, monkeypatch) -> None:
        self.camp, self.client, self.monkeypatch = camp, client, monkeypatch

    def at(self, text: str) -> None:
        self.monkeypatch.setattr(clock, "now", lambda: moment(text))

    def enter(self, person, name: str, /, *args: str, **given):
        """Post as that person; the answer must lead on."""
        self.client.force_login(person)
        answer = self.client.post(self.address(name, *args), given)
        assert answer.status_code == 302, lxml_html.fromstring(answer.content).text_content()
        return answer["Location"]

    def desk(self, name: str, /, *args: str, **given):
        return self.enter(self.camp.organiser, f"desk-{name}", self.camp.programme.code, *args, **given)

    def committee(self, selection: Selection, **given):
        return self.enter(
            self.camp.supervisor, "committee-decide", self.camp.programme.code, selection.code, **given
        )

    def public(self, name: str, *args: str):
        self.client.logout()
        return self.client.get(self.address(name, *args)).content.decode()

    @staticmethod
    def address(name: str, *args: str) -> str:
        return reverse(f"honours:{name}", args=args)


@pytest.fixture
def office(camp, client, monkeypatch):
    return Office(camp, client, monkeypatch)


# A program of our own, which shares nothing with the shipped one: what the pack's facts and marks come to.


def worked_out(inputs: dict) -> dict[str, tuple[int, str, str]]:
    """Learner → (rank, total, state) of the pack's facts, marks and terms."""
    scheme, terms, places = inputs["scheme"], inputs["list"], inputs["scheme"]["decimals"]
    marks: dict = {}
    for learner, judge, criterion, points in inputs["calibration"]["inputs"]["marks"]:
        marks.setdefault(learner, {}).setdefault(judge, {})[criterion] = points
    weights = {c["code"]: Decimal(c["weight"]) / Decimal(c["levels"]) for c in inputs["criteria"]}
    assert sum(Decimal(c["weight"]) for c in inputs["criteria"]) == 100
    kinds = {activity["code"]: activity["kind"] for activity in inputs["activities"]}
    rows = []
    for line in inputs["learners"]:
        credit = [_credit(duty, kinds[duty["activity"]], scheme) for duty in line["duties"]]
        completion = Fraction(100) * sum(credit) / len(credit)
        sheets = [sum(weights[c] * p for c, p in sheet.items()) for sheet in marks[line["code"]].values()]
        performance = Fraction(sum(sheets)) / len(sheets)
        total = (
            completion * Fraction(scheme["completion_weight"])
            + performance * Fraction(scheme["performance_weight"])
        ) / 100
        last = max(
            fact["until"] or fact["happened_at"]
            for duty in line["duties"]
            if duty["state"] in ("done", "late")
            for fact in duty["evidence"]
        )
        assert completion >= Fraction(terms["least_completion"])
        rows.append((-_rounded(total, places), -_rounded(performance, places), last, line["code"]))
    assert terms["tie_rule"] == ["performance", "earlier"]
    assert len({row[:3] for row in rows}) == len(rows)  # the rules break every tie
    quota = int(terms["quota"])
    return {
        code: (rank, str(-total), "chosen" if rank <= quota else "left")
        for rank, (total, _performance, _last, code) in enumerate(sorted(rows), start=1)
    }


def _credit(duty: dict, kind: str, scheme: dict) -> Fraction:
    """What a duty counts by its facts; the state that the pack gives must be the one that they come to."""
    if kind == "live":
        heard = next(reason for reason in duty["reasons"] if "needed" in reason)
        state = "done" if _minutes(duty["evidence"]) >= Fraction(heard["needed"]) else "missed"
    else:
        state = "done" if duty["evidence"] else "missed"
    assert state == duty["state"].replace("pending", "missed")
    return {"done": Fraction(1), "late": Fraction(scheme["late_share"]), "missed": Fraction(0)}[state]


def _minutes(facts: list[dict]) -> int:
    """Whole minutes of the union of the stays."""
    stays = sorted((_second(fact["happened_at"]), _second(fact["until"])) for fact in facts)
    seconds, reached = 0, 0
    for start, end in stays:
        seconds += max(end - max(start, reached), 0)
        reached = max(reached, end)
    return seconds // 60


def _second(text: str) -> int:
    return int(moment("1970-01-01 00:00").fromisoformat(text).timestamp())


def _rounded(value: Fraction, places: int) -> Decimal:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def posted_figures(page: str) -> list[tuple[str, str, str]]:
    """(rank, masked name, total) of each line of a public notice."""
    table = lxml_html.fromstring(page).find(".//table/tbody")
    cells = [[cell.text_content().strip() for cell in row] for row in table]
    return [(rank, name, total) for rank, name, _community, _number, total in cells]


def check_pack(selection: Selection, page: str, camp, folder) -> dict[str, tuple[int, str, str]]:
    """Every figure of the public page is what we work out of the pack, whose hash it prints; the shipped program agrees."""
    unpacked = unpack(selection, folder)
    raw = (unpacked / "inputs.json").read_bytes()
    assert hashlib.sha256(raw).hexdigest() in page
    found = worked_out(json.loads(raw))
    masked = {learner.code: f"{learner.name[0]}**" for learner in camp.learners}
    chosen = sorted(
        (rank, masked[code], total) for code, (rank, total, state) in found.items() if state == "chosen"
    )
    assert posted_figures(page) == [(str(rank), name, total) for rank, name, total in chosen]
    code, said = run(unpacked)
    assert (code, said[:10]) == (0, "相同 / EQUAL")
    return found


def refusal(camp, selection: Selection) -> str:
    with pytest.raises(Refused) as caught:
        actions.issue_certificates(selection=selection, by=camp.organiser)
    assert not Certificate.objects.exists()
    return caught.value.code


def frozen_and_approved(office, selection: Selection) -> Selection:
    office.desk("submit", selection.code)
    office.committee(selection, decision="approve", comment="同意")
    selection.refresh_from_db()
    assert selection.state == "approved"
    return selection


def test_a_list_stands_through_an_objection_that_is_right(
    camp, office, data_folder, migrations_recorded, tmp_path
):
    programme = camp.programme.code
    ding = camp.learner("学员丁")
    assert Duty.objects.get(enrolment=ding, activity=camp.live).state == "missed"

    # Frozen, approved by somebody else, and put up on Thursday 30 December.
    office.at("2021-12-28 17:30")
    given = {
        "name": "优秀学员", "round": camp.judging.round.code, "quota_kind": "number", "quota": "3", "reserve": "0",
        "least_completion": "60", "tie_1": "performance", "tie_2": "earlier", "tie_3": "",
    }  # fmt: skip
    office.desk("selection-new", **given)
    first = Selection.objects.get()
    office.desk("freeze", first.code)
    first.refresh_from_db()
    assert refusal(camp, first) == "not_approved"
    frozen_and_approved(office, first)
    assert refusal(camp, first) == "not_posted"
    office.at("2021-12-30 09:00")
    office.desk(
        "notice-new", first.code, title="优秀学员公示", working_days="5", reply_days="5", basis="学员已同意"
    )
    notice = PublicNotice.objects.get()
    assert (str(notice.posted_on), str(notice.ends_on)) == ("2021-12-30", "2022-01-07")
    assert refusal(camp, first) == "window_open"

    page = office.public("public-notice", notice.code)
    assert posted_figures(page) == [("1", "学**", "98.00"), ("2", "学**", "88.00"), ("3", "学**", "88.00")]
    before = check_pack(first, page, camp, tmp_path / "first")
    assert camp.names(sorted(before, key=lambda code: before[code][0])) == [
        "学员甲", "学员丙", "学员乙", "学员戊", "学员丁", "学员己",
    ]  # fmt: skip

    # 丁 objects on the public page, and is right.
    office.at("2022-01-04 10:00")
    office.client.logout()
    words = "那晚掉线，19:32 用家里的 iPhone 重新进去，一直听到结束。"
    said = {"name": "学员丁", "contact": "13600001234", "text": words}
    assert office.client.post(office.address("public-notice", notice.code), said).status_code == 302
    objection = Objection.objects.get()
    assert str(objection.reply_by) == "2022-01-11"
    page = office.public("public-notice", notice.code)
    assert not any(private in page for private in ("13600001234", words, "学员丁"))
    office.at("2022-01-10 09:00")  # the window is over, the objection is open
    assert refusal(camp, first) == "objection_open"
    office.desk("objection", objection.code, outcome="accepted", reply="会议后台有 19:32–20:30 的记录，属实")
    assert refusal(camp, first) == "correction_due"

    # The correction is new evidence; what stood before stays.
    stood = list(Evidence.objects.filter(enrolment=ding, activity=camp.live).values_list("key", "until"))
    office.desk(
        "correct",
        objection.code,
        enrolment_code=ding.code,
        activity_code=camp.live.code,
        fact="attended",
        happened_at="2021-10-14T19:32",
        until="2021-10-14T20:30",
    )
    now = Evidence.objects.filter(enrolment=ding, activity=camp.live).order_by("pk")
    assert list(now.values_list("key", "until"))[:-1] == stood
    assert (now.last().source, now.last().detail) == ("objection", {"objection": objection.code})
    assert not now.exclude(withdrawn_at=None).exists()
    assert Duty.objects.get(enrolment=ding, activity=camp.live).state == "done"

    # Looked at again: that learner alone moves, and both lists stand side by side.
    compared = office.desk("recheck", objection.code, enrolment_code=ding.code)
    second = Selection.objects.exclude(pk=first.pk).get()
    assert second.snapshot["recheck"][0]["of"] == first.sha256 != second.sha256
    assert [s.places.get(enrolment_code=ding.code).rank for s in (first, second)] == [5, 2]
    side_by_side = lxml_html.fromstring(office.client.get(compared).content).text_content()
    assert re.search(r"学员丁.*?86\.00.*?96\.00", " ".join(side_by_side.split()))
    frozen_and_approved(office, second)
    assert refusal(camp, second) == "not_posted"
    office.desk(
        "notice-new", second.code, title="更正公示", working_days="5", reply_days="5", basis="学员已同意"
    )
    corrected = PublicNotice.objects.exclude(pk=notice.pk).get()
    assert str(corrected.ends_on) == "2022-01-17"
    page = office.public("public-notice", corrected.code)
    after = check_pack(second, page, camp, tmp_path / "second")
    assert (before[ding.code], after[ding.code]) == ((5, "86.00", "left"), (2, "96.00", "chosen"))
    assert camp.names(sorted(after, key=lambda code: after[code][0]))[:3] == ["学员甲", "学员丁", "学员丙"]
    old_page = office.public("public-notice", notice.code)
    assert posted_figures(old_page) == [
        ("1", "学**", "98.00"),
        ("2", "学**", "88.00"),
        ("3", "学**", "88.00"),
    ]
    assert reverse("honours:public-notice", args=[corrected.code]) in old_page
    office.at("2022-01-17 23:59")
    assert refusal(camp, second) == "window_open"

    # One mark changed in the pack is named, with the places that it can move.
    folder = tmp_path / "second" / second.code
    wu = camp.learner("学员戊").code
    judge, criterion = change_csv_mark(folder, wu, 5)
    code, told = run(folder)
    assert code == 1
    assert (
        f"mark changed in marks.csv: learner {wu} judge {judge} criterion {criterion}: frozen 3, now 5"
        in told
    )
    assert f"{wu}: 5 not_chosen -> 3 chosen" in told
    assert f"{camp.learner('学员丙').code}: 3 chosen -> 4 not_chosen" in told

    # Only now are there certificates, and of the corrected list alone.
    office.at("2022-01-18 09:00")
    with pytest.raises(Refused):
        actions.issue_certificates(selection=first, by=camp.organiser)
    office.desk("issue", second.code)
    issued = list(Certificate.objects.order_by("number"))
    honoured = [c.enrolment_code for c in issued if c.kind == "honour"]
    assert sorted(camp.names(honoured)) == ["学员丁", "学员丙", "学员甲"]
    assert len(issued) == 6 + 3
    kept = [(c.number, c.frozen, c.sha256, c.pdf_sha256, media.read_bytes(c.pdf)) for c in issued]
    certificate = next(c for c in issued if c.enrolment_code == ding.code and c.kind == "honour")
    pdf = media.read_bytes(certificate.pdf)
    assert "学员丁" in pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text().replace("\n", "")

    # A new name changes nothing that was issued, and issues nothing.
    ding.refresh_from_db()
    ding.name = "赵丁"
    ding.save()
    office.client.force_login(camp.organiser)
    office.client.post(office.address("desk-issue", programme, second.code))
    again = list(Certificate.objects.order_by("number"))
    assert [(c.number, c.frozen, c.sha256, c.pdf_sha256, media.read_bytes(c.pdf)) for c in again] == kept
    verify = office.address("verify-certificate", certificate.code)
    assert "学**" in office.public("verify-certificate", certificate.code)

    # The issued file is known; one with another name in it, or another byte, is refused.
    def compare(data: bytes) -> str:
        return office.client.post(verify, {"file": SimpleUploadedFile("c.pdf", data)}).content.decode()

    assert "与颁发的原文件完全一致" in compare(pdf)
    for doctored in (
        forged(camp, certificate),
        renamed(pdf),
        pdf + b"\n",
        pdf.replace(b"/Title", b"/Tit1e", 1),
    ):
        assert doctored != pdf
        page = compare(doctored)
        assert "不是颁发的原文件" in page
        assert "与颁发的原文件完全一致" not in page

    # Revoked with a reason that everybody reads; it is not issued again by itself.
    actions.revoke_certificate(certificate=certificate, reason="本人要求换发", by=camp.organiser)
    assert "本人要求换发" in office.public("verify-certificate", certificate.code)
    assert actions.issue_certificates(selection=second, by=camp.organiser) == []

    # Backup, restored elsewhere, then taken over by a later version that serves it for a while: nothing is issued.
    file, restored = tmp_path / "backup.zip", tmp_path / "restored"
    backup.write(file)
    assert yingzao("restore", file, data=restored).returncode == 0
    there = certificates_in(restored)
    assert [row[0] for row in there["certificates"]] == [c.number for c in issued]
    assert (there["runs"], there["series"]) == ([("done", 9)], [(9,)])
    assert Counter(act for act, _subject in there["acts"]) == {
        "honours.certificate.issued": 9,
        "honours.certificate.revoked": 1,
    }
    later = later_version(tmp_path / "later", "2022-02-07 09:00")
    with served(restored, **later) as (address, _process):
        assert "later_look" in columns_in(restored)  # the upgrade was carried out
        wait_for(lambda: went_round(restored), seconds=60)
        page = urllib.request.urlopen(f"{address}/verify/{certificate.code}/", timeout=20).read().decode()
        assert "本人要求换发" in page
        assert "学**" in page
    assert certificates_in(restored) == there
    for c in issued:
        assert hashlib.sha256((restored / "media" / c.pdf.path).read_bytes()).hexdigest() == c.pdf_sha256


def forged(camp, certificate: Certificate) -> bytes:
    """The same certificate for somebody else: typeset as ours are, under the same number and code."""
    words = words_for(
        programme=camp.programme,
        name="王五",
        community="示例社区",
        hours="",
        hour_minutes=45,
        number=certificate.number,
        code=certificate.code,
        site="http://testserver/",
        issued_on=clock.local_date(certificate.issued_at),
    )
    return set_certificate(words, Look(standard("honour")))


def renamed(pdf: bytes) -> bytes:
    """The same certificate with another holder in its metadata, as an editor would save it."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf))
    writer.add_metadata({"/Subject": "王五"})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def rows_in(folder, statement: str) -> list[tuple]:
    with closing(sqlite3.connect(folder / instance.DATABASE)) as database:
        return database.execute(statement).fetchall()


def certificates_in(folder) -> dict[str, list[tuple]]:
    """All that was ever issued, asked for or revoked, as the tables hold it."""
    kept = (
        "SELECT number, kind, enrolment_code, frozen, sha256, pdf_sha256, issued_at, revoked_at, revoked_reason "
        "FROM honours_certificate ORDER BY number"
    )
    asked = "SELECT state, made FROM honours_issuerun ORDER BY id"
    acts = "SELECT act, subject FROM core_auditline WHERE act LIKE 'honours.certificate%' ORDER BY id"
    series = "SELECT last_serial FROM honours_certificateseries"
    return {
        "certificates": rows_in(folder, kept),
        "runs": rows_in(folder, asked),
        "acts": rows_in(folder, acts),
        "series": rows_in(folder, series),
    }


def columns_in(folder) -> list[str]:
    return [row[1] for row in rows_in(folder, "PRAGMA table_info(honours_certificate)")]


def went_round(folder) -> bool:
    """Whether the worker has had its first turn at every regular job."""
    turns = [next_at for (next_at,) in rows_in(folder, "SELECT next_at FROM core_regularjob")]
    return bool(turns) and None not in turns


def later_version(folder, shown: str) -> dict[str, str]:
    """The environment of a version to come: one more migration of `honours`, which touches every certificate's table."""
    hour = Clock(folder, shown)
    last = max(name for label, name in MigrationLoader(connection).disk_migrations if label == "honours")
    (folder / "later").mkdir()
    (folder / "later" / "0999_later.py").write_text(
        textwrap.dedent(f"""
        from django.db import migrations, models


        class Migration(migrations.Migration):
            dependencies = [("honours", "{last}")]
            operations = [
                migrations.AddField("certificate", "later_look", models.CharField(default="new", max_length=9)),
                migrations.AlterField("certificate", "revoked_reason", models.CharField(blank=True, max_length=400)),
            ]
        """)
    )
    (folder / "sitecustomize.py").write_text(
        Clock.PROGRAM
        + textwrap.dedent(f"""
        import sys
        from importlib.machinery import PathFinder


        class Later:
            @staticmethod
            def find_spec(name, path, target=None):
                if name == "yingzao.honours.migrations":
                    found = PathFinder.find_spec(name, path)
                    found.submodule_search_locations.append({str(folder / "later")!r})
                    return found


        sys.meta_path.insert(0, Later)
        """)
    )
    return hour.environment
