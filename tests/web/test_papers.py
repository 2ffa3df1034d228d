"""What the office files: Word documents that say what the pages say, and nothing that they hide."""

import io
import re
import zipfile
from urllib.parse import unquote

import pytest
from django.urls import reverse
from docx import Document
from docx.shared import Mm, Pt
from lxml import html as lxml_html

from tests.factories.activities import LiveFactory, PartFactory, moment, record
from tests.factories.honours import ISSUED, Camp
from tests.factories.stories import StoryFactory
from yingzao.activities import actions as ledger
from yingzao.core.models import AuditLine
from yingzao.honours import actions
from yingzao.honours.models import PublicNotice
from yingzao.web import queries

PHONE = "13612345678"


@pytest.fixture
def camp(db, monkeypatch):
    camp = Camp()
    camp.live = LiveFactory(programme=camp.programme, title="业主组织的建设")
    for title in ("第一场", "第二场"):
        PartFactory(activity=camp.live, title=title, starts_at=camp.live.starts_at, ends_at=camp.live.ends_at)
    for learner in camp.learners[:2]:
        record(learner, camp.live, "attended", "2021-10-14 19:00", "2021-10-14 20:30")
    ledger.resettle(camp.programme)
    monkeypatch.setattr("yingzao.core.clock.now", lambda: ISSUED)
    return camp


def words(data: bytes) -> str:
    """Everything that stands in the document, in order, cells with | between."""
    lines = []
    document = Document(io.BytesIO(data))
    for part in document.iter_inner_content():
        if hasattr(part, "rows"):
            lines += ["|".join(cell.text for cell in row.cells) for row in part.rows]
        else:
            lines.append(part.text)
    return "\n".join(lines)


def got(client, camp, name, *args, by=None, query=""):
    client.force_login(by or camp.organiser)
    answer = client.get(reverse(f"web:{name}", args=[camp.programme.code, *args]) + query)
    assert answer.status_code == 200
    assert answer["Content-Type"].endswith("wordprocessingml.document")
    assert "private" in answer["Cache-Control"]
    return answer.content


def test_the_report_says_what_overview_and_board_say(camp, client):
    camp.issued()
    said = words(got(client, camp, "desk-paper-report"))
    seen, board = queries.overview(camp.programme), queries.board(camp.programme)
    client.force_login(camp.organiser)
    page = client.get(reverse("web:desk-overview", args=[camp.programme.code])).content.decode()
    tiles = " ".join(lxml_html.fromstring(page).text_content().split())
    assert (seen.learners, seen.communities) == (4, 4)
    assert "共有 4 个社区的 4 名学员参加。" in said
    for kind in seen.kinds:
        if kind.planned:
            percent = queries.as_decimal(0) if kind.share is None else kind.share
            shown = "—" if kind.share is None else f"{round(percent * 100)}%"
            assert f"{kind.label}|{kind.planned}|{kind.held}|{shown}" in said
            assert kind.share is None or shown in tiles
    assert f"落后 {board.counts['behind']} 人，有风险 {board.counts['risk']} 人" in said
    drawn = client.get(reverse("web:desk-board", args=[camp.programme.code])).content.decode()
    mean = re.search(r"平均完成 (\d+%)", said)[1]
    assert mean in drawn
    assert "业主组织的建设|直播课|2021年10月14日|2|4" in said
    assert "案例2|案例推送|—|3|4" in said
    assert "结业证书 2 张，荣誉证书 1 张；已撤销 0 张" in said  # 学员三 has 2 of 4 duties
    assert camp.programme.certificates.filter(kind="completion").count() == 2
    assert "优秀学员公示：公示 1 人，公示期2021年12月30日至2022年1月7日，共 5 个工作日；收到异议 0 条" in said
    assert "1|学**|" in said
    assert "学员一" not in said


def test_minutes_say_what_the_sheet_says(camp, client):
    selection = camp.approved(reserve=1)
    said = words(got(client, camp, "desk-paper-minutes", selection.code))
    sheet = client.get(reverse("honours:desk-minutes", args=[camp.programme.code, selection.code]))
    table = lxml_html.fromstring(sheet.content.decode()).findall(".//table")[-1]
    rows = [[cell.text_content().strip() for cell in row] for row in table.findall("tbody/tr")]
    assert len(rows) == 2
    for row in rows:
        assert "|".join(row) in said
    for item in lxml_html.fromstring(sheet.content.decode()).findall(".//ol/li")[:6]:
        text = "".join(item.text_content().split())
        assert text in "".join(said.split()) or "评委" in text
    assert selection.sha256 in said
    assert "同意" in said


@pytest.mark.parametrize("basis", ["学员已同意", ""])
def test_the_notice_has_full_names_only_on_a_basis_and_says_that_they_were_read(camp, client, basis):
    notice = camp.posted()
    PublicNotice.objects.filter(pk=notice.pk).update(basis=basis)
    said = words(got(client, camp, "desk-paper-notice", notice.code))
    assert ("学员一" in said, "学**" in said) == (bool(basis), not basis)
    assert AuditLine.objects.filter(act="honours.notice.names_read").exists() is bool(basis)
    public = client.get(reverse("honours:public-notice", args=[notice.code])).content.decode()
    (row,) = lxml_html.fromstring(public).findall(".//table/tbody/tr")
    rank, _name, community, number, total = [cell.text_content().strip() for cell in row]
    assert f"{rank}|{'学员一' if basis else '学**'}|{community}|{number}|{total}" in said
    assert f"http://testserver/notices/{notice.code}/" in said
    assert notice.frozen["selection_sha256"] in said
    assert said.rindex("2021年12月30日") > said.index(total)


def test_the_log_of_objections_masks_contacts_and_gives_the_committee_none(camp, client):
    objection = actions.raise_objection(
        notice=camp.posted(),
        name="学员二",
        contact=PHONE,
        text=f"打我电话 {PHONE}",
        now=moment("2021-12-31 09:00"),
    )
    actions.note_handling(objection=objection, step="asked", text="查了后台", by=camp.organiser, now=ISSUED)
    ours = words(got(client, camp, "desk-paper-objections"))
    theirs = words(got(client, camp, "desk-paper-objections", by=camp.supervisor))
    assert "联系方式|136****5678" in ours
    assert "联系方式" not in theirs
    for said in (ours, theirs):
        assert PHONE not in said
        assert "打我电话 136****5678" in said
        assert f"编号|{objection.code}" in said
        assert f"2022年1月10日 10:00|调查核实|{camp.organiser.display_name}|查了后台" in said


def test_without_an_objection_the_log_says_so(camp, client):
    assert "未收到异议。" in words(got(client, camp, "desk-paper-objections"))


def test_a_sign_in_sheet_has_a_page_for_each_session_and_everybody_by_number(camp, client):
    document = Document(io.BytesIO(got(client, camp, "desk-paper-sign-in", camp.live.code)))
    assert len(document.tables) == 2
    expected = [[e.number, e.name, e.community_name, "", "", ""] for e in camp.learners]
    for table in document.tables:
        assert [[cell.text for cell in row.cells] for row in table.rows][1:] == expected
    assert "第二场 · 10月14日 19:00–20:30 · 学员 4 人" in [p.text for p in document.paragraphs]
    case = camp.cases[0]
    address = reverse("web:desk-paper-sign-in", args=[camp.programme.code, case.code])
    assert client.get(address).status_code == 404  # nobody signs in to a case


def test_news_hold_what_took_place_and_was_told_between_two_days(camp, client):
    for title, at in (("十月的报道", "2021-10-31 23:59"), ("十一月的报道", "2021-11-01 00:00")):
        story = StoryFactory(programme=camp.programme, article__title=title)
        story.state, story.published_at = "published", moment(at)
        story.save()
    said = words(got(client, camp, "desk-paper-news", query="?start=2021-10-01&end=2021-10-31"))
    assert "2021年10月14日|业主组织的建设|直播课|2" in said
    assert "十月的报道" in said
    assert "十一月的报道" not in said
    empty = words(got(client, camp, "desk-paper-news", query="?start=2020-10-01&end=2020-10-31"))
    assert "这段时间没有活动，也没有报道。" in empty


def test_days_in_the_wrong_order_get_a_sentence_and_stay(camp, client):
    client.force_login(camp.organiser)
    address = reverse("web:desk-paper-news", args=[camp.programme.code])
    answer = client.get(address + "?start=2021-11-01&end=2021-10-01")
    assert answer.status_code == 422
    assert "截止日早于起始日" in answer.content.decode()
    assert 'value="2021-11-01"' in answer.content.decode()


def test_the_page_leads_to_each_paper_and_shows_no_draft(camp, client):
    notice = camp.posted()
    draft = camp.draft()
    client.force_login(camp.supervisor)
    page = client.get(reverse("web:desk-papers", args=[camp.programme.code])).content.decode()
    for name, args in (
        ("report", []),
        ("objections", []),
        ("minutes", [notice.selection.code]),
        ("notice", [notice.code]),
        ("sign-in", [camp.live.code]),
        ("news", []),
    ):
        assert reverse(f"web:desk-paper-{name}", args=[camp.programme.code, *args]) in page
    assert draft.code not in page
    address = reverse("web:desk-paper-minutes", args=[camp.programme.code, draft.code])
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("lists", [1, 3])
def test_the_page_asks_no_more_for_more_lists(camp, client, lists, django_assert_max_num_queries):
    for _ in range(lists):
        camp.posted()
    client.force_login(camp.organiser)
    address = reverse("web:desk-papers", args=[camp.programme.code])
    client.get(address)
    with django_assert_max_num_queries(20):
        assert client.get(address).content.decode().count("/notices/") == lists


def test_documents_follow_the_standard_for_official_papers(camp, client):
    data = got(client, camp, "desk-paper-report")
    section = Document(io.BytesIO(data)).sections[0]
    size = [section.page_width, section.page_height, section.top_margin, section.left_margin]
    assert [round(length / Mm(1)) for length in size] == [210, 297, 37, 28]
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        text = packed.read("word/document.xml").decode()
        fonts = packed.read("word/fontTable.xml").decode()
    for face in ("方正小标宋简体", "仿宋_GB2312", "黑体"):
        assert f'w:eastAsia="{face}"' in text
        assert re.search(rf'w:name="{face}"><w:altName', fonts)
    title, *_rest = Document(io.BytesIO(data)).paragraphs
    assert title.runs[0].font.size == Pt(22)


def test_a_table_fills_the_page_and_keeps_days_on_one_line(camp, client):
    data = got(client, camp, "desk-paper-report")
    kinds, activities = Document(io.BytesIO(data)).tables[:2]
    for table in (kinds, activities):
        grid = [column.width for column in table.columns]
        assert [cell.width for cell in table.rows[0].cells] == grid
        assert abs(sum(grid) / Mm(1) - 156) < 1
    title, _kind, day, *_rest = (column.width / Mm(1) for column in activities.columns)
    assert day > 36  # 2021年10月14日 in 小四, with the space between Han and Latin
    assert title > 25
    alignment = {
        column.cells[n].paragraphs[0].alignment for column in [activities.columns[0]] for n in (1, 2)
    }
    assert len(alignment) == 1


def test_a_paper_is_named_once_after_its_programme(camp, client):
    client.force_login(camp.organiser)
    answer = client.get(reverse("web:desk-paper-report", args=[camp.programme.code]))
    assert unquote(answer["Content-Disposition"]).count(camp.programme.name) == 1


def test_the_stamp_does_not_stand_alone_on_a_page(camp, client):
    """What comes before it goes with it."""
    *_rest, before, _who, _when = Document(io.BytesIO(got(client, camp, "desk-paper-objections"))).paragraphs
    assert before.paragraph_format.keep_with_next
