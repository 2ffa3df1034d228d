"""一活动一册: what stands in an activity's folder, who gets it, and that a consent withdrawn leaves no photo with anybody."""

import datetime as dt
import hashlib
import io
import os
import resource
import zipfile
from uuid import uuid4

import openpyxl
import pytest
from django.urls import reverse
from docx import Document

from tests.factories.activities import ActivityFactory, LiveFactory, PartFactory, moment, record
from tests.factories.judging import PracticeFactory, attach, hand_in
from tests.factories.learning import Learning
from tests.factories.stories import StoryFactory, jpeg
from yingzao.activities import actions as ledger
from yingzao.core import media
from yingzao.core.errors import Refused
from yingzao.core.models import StoredFile
from yingzao.people.personal import Erasure
from yingzao.visits import actions as visits
from yingzao.visits.models import FieldFile, Stop, Visit
from yingzao.web import actions, folders, personal
from yingzao.web.models import ActivityFolder

NOW = moment("2021-11-20 10:00")


@pytest.fixture
def camp(db, monkeypatch):
    camp = Learning()
    camp.visit = ActivityFactory(
        programme=camp.programme,
        kind="visit",
        title="参访霞石村",
        starts_at=moment("2021-10-25 09:00"),
        ends_at=moment("2021-10-25 17:00"),
    )
    part = PartFactory(activity=camp.visit, title="霞石花园")
    Visit.objects.create(organisation=camp.programme.organisation, activity=camp.visit)
    camp.stop = Stop.objects.create(organisation=camp.programme.organisation, part=part)
    record(camp.learner, camp.visit, "confirmed", "2021-10-25 09:05")
    ledger.resettle(camp.programme)
    monkeypatch.setattr("yingzao.core.clock.now", lambda: NOW)
    return camp


def photo(camp, state: str = "free", colour=(20, 120, 110), caption: str = "花园") -> FieldFile:
    stored = media.store(
        jpeg(colour=colour),
        name="IMG.jpg",
        accept="image",
        organisation_id=camp.programme.organisation_id,
        room="visits",
        subject="x",
        uploaded_by=None,
    )
    return FieldFile.objects.create(
        organisation=camp.programme.organisation,
        key=uuid4(),
        stop=camp.stop,
        enrolment=camp.learner,
        by=camp.learner.person,
        kind="photo",
        caption=caption,
        people="some" if state == "held" else "none",
        size=10,
        at=NOW,
        received_at=NOW,
        state=state,
        file=stored,
    )


def made(camp, activity, capture) -> ActivityFolder:
    with capture(execute=True):
        asked = actions.ask_folder(activity=activity, by=camp.by, now=NOW)
    return ActivityFolder.objects.get(pk=asked.pk)


def unzipped(folder: ActivityFolder) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(media.read_bytes(folder.file))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_visits_folder_holds_its_papers_photos_and_stories(camp, django_capture_on_commit_callbacks):
    free, held = photo(camp), photo(camp, "held", (200, 10, 10), "孩子")
    about = StoryFactory(programme=camp.programme, published=True, article__title="参访霞石村记")
    StoryFactory(programme=camp.programme, article__title="参访霞石村的草稿")
    StoryFactory(programme=camp.programme, published=True, article__title="别的事")
    folder = made(camp, camp.visit, django_capture_on_commit_callbacks)
    files = unzipped(folder)
    assert sorted(files) == [
        "00 目录.txt",
        "01 签到表.docx",
        "02 出勤与完成情况.xlsx",
        f"04 照片/{free.code}.jpg",
        f"06 报道/参访霞石村记-{about.code}.docx",
    ]
    assert files[f"04 照片/{free.code}.jpg"] == media.read_bytes(free.file)
    assert media.read_bytes(held.file) not in files.values()
    assert (folder.photos, folder.stories, folder.files) == ([free.code], [about.code], 4)
    contents = files["00 目录.txt"].decode("utf-8-sig")
    for name, data in files.items():
        if name != "00 目录.txt":
            assert name in contents
            assert hashlib.sha256(data).hexdigest() in contents
    book = openpyxl.load_workbook(io.BytesIO(files["02 出勤与完成情况.xlsx"]))
    cells = {str(cell.value) for sheet in book for row in sheet for cell in row}
    assert {camp.learner.name, camp.other.name, "完成", "工作人员确认"} <= cells
    assert not any(camp.learner.phone in cell for cell in cells)
    assert Document(io.BytesIO(files["01 签到表.docx"])).tables[0].rows[1].cells[1].text == camp.learner.name


def test_a_tasks_folder_holds_the_newest_report_of_each_with_its_files(
    camp, django_capture_on_commit_callbacks
):
    task = PracticeFactory(programme=camp.programme, title="发掘社区需求")
    hand_in(camp.learner, task, "第一稿")
    newest = hand_in(camp.learner, task, "第二稿，打 13612345678")
    stored = media.store_as_it_is(
        b"%PDF-1.4 report",
        name="报告.pdf",
        media_type="application/pdf",
        organisation_id=camp.programme.organisation_id,
        room="activities",
        subject=newest.code,
        uploaded_by=None,
    )
    attach(newest, name="报告.pdf", sha256=stored.sha256)
    files = unzipped(made(camp, task, django_capture_on_commit_callbacks))
    below = f"05 成果报告/{camp.learner.number} {camp.learner.name}"
    assert files[f"{below}/报告.pdf"] == b"%PDF-1.4 report"
    assert files[f"{below}/正文.txt"].decode("utf-8-sig") == "第二稿，打 136****5678"
    assert "01 签到表.docx" not in files  # nobody signs in to a task


@pytest.mark.parametrize("way", ["held", "taken down"])
def test_a_consent_withdrawn_since_leaves_the_folder_with_nobody(
    camp, client, django_capture_on_commit_callbacks, way
):
    free = photo(camp)
    folder = made(camp, camp.visit, django_capture_on_commit_callbacks)
    client.force_login(camp.by)
    address = reverse("media:file", args=[folder.file.code])
    assert client.get(address).status_code == 200
    if way == "held":
        visits.hold(file=free, people="some", by=camp.by)
    else:
        visits.take_down(file=free, by=camp.by, reason="本人撤回")
    assert client.get(address).status_code == 404
    path = folder.file.path
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.drop_old_folders(NOW) == 1
    assert not StoredFile.objects.filter(room="web").exists()
    assert not media.keeping.default_storage.exists(path)
    again = made(camp, camp.visit, django_capture_on_commit_callbacks)
    assert [name for name in unzipped(again) if "照片" in name] == []


def test_a_withdrawn_story_leaves_the_folder_with_nobody(camp, client, django_capture_on_commit_callbacks):
    story = StoryFactory(programme=camp.programme, published=True, article__title="参访霞石村记")
    folder = made(camp, camp.visit, django_capture_on_commit_callbacks)
    client.force_login(camp.by)
    assert client.get(reverse("media:file", args=[folder.file.code])).status_code == 200
    story.state = "withdrawn"
    story.save()
    assert client.get(reverse("media:file", args=[folder.file.code])).status_code == 404


def test_only_its_organisers_get_the_folder(camp, client, django_capture_on_commit_callbacks):
    folder = made(camp, camp.visit, django_capture_on_commit_callbacks)
    address = reverse("media:file", args=[folder.file.code])
    for person in (camp.learner.person, camp.mentor.person, Learning().by):
        client.force_login(person)
        assert client.get(address).status_code == 404
        with pytest.raises(Refused):
            actions.ask_folder(activity=camp.visit, by=person)
    client.logout()
    assert client.get(address).status_code in (302, 404)


def test_a_second_press_makes_no_second_folder_and_the_next_one_takes_the_last_away(
    camp, django_capture_on_commit_callbacks
):
    first = actions.ask_folder(activity=camp.visit, by=camp.by, now=NOW)
    assert actions.ask_folder(activity=camp.visit, by=camp.by, now=NOW) == first
    actions.make_folder(code=first.code)
    second = made(camp, camp.visit, django_capture_on_commit_callbacks)
    assert [folder.pk for folder in ActivityFolder.objects.all()] == [second.pk]
    assert StoredFile.objects.filter(room="web").count() == 1


def test_folders_go_after_seven_days_and_with_an_erasure(camp, django_capture_on_commit_callbacks):
    made(camp, camp.visit, django_capture_on_commit_callbacks)
    assert actions.drop_old_folders(NOW + dt.timedelta(days=7)) == 0
    assert actions.drop_old_folders(NOW + dt.timedelta(days=7, seconds=1)) == 1
    made(camp, camp.visit, django_capture_on_commit_callbacks)
    personal.erase(
        Erasure(
            organisation=camp.programme.organisation,
            subject_code=camp.learner.code,
            person=camp.learner.person,
            at=NOW,
            whole=False,
        )
    )
    assert not ActivityFolder.objects.exists()
    assert not StoredFile.objects.filter(room="web").exists()


def test_what_breaks_off_says_so_and_can_be_asked_for_again(camp, client, monkeypatch):
    asked = actions.ask_folder(activity=camp.visit, by=camp.by, now=NOW)

    def breaks(*_args):
        raise OSError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(folders, "write", breaks)
        with pytest.raises(OSError, match="disk full"):
            actions.make_folder(code=asked.code)
    client.force_login(camp.by)
    page = client.get(reverse("web:desk-papers", args=[camp.programme.code])).content.decode()
    assert "没有成功" in page
    assert actions.ask_folder(activity=camp.visit, by=camp.by, now=NOW) != asked


def test_the_page_asks_and_leads_to_the_file(camp, client, django_capture_on_commit_callbacks):
    client.force_login(camp.by)
    with django_capture_on_commit_callbacks():
        client.post(reverse("web:desk-folder-make", args=[camp.programme.code, camp.visit.code]))
    line = reverse("web:desk-folder", args=[camp.programme.code, camp.visit.code])
    waiting = client.get(line).content.decode()
    assert "正在生成" in waiting
    assert 'hx-trigger="every 2s"' in waiting
    folder = ActivityFolder.objects.get()
    actions.make_folder(code=folder.code)
    folder.refresh_from_db()
    ready = client.get(line).content.decode()
    assert reverse("media:file", args=[folder.file.code]) in ready
    assert "hx-trigger" not in ready


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_no_more_for_more_folders(
    camp, client, count, django_assert_max_num_queries, django_capture_on_commit_callbacks
):
    for number in range(count):
        live = LiveFactory(programme=camp.programme, title=f"直播课{number}")
        folder = made(camp, live, django_capture_on_commit_callbacks)
    below = reverse("media:file", args=[folder.file.code]).removesuffix(f"{folder.file.code}/")
    client.force_login(camp.by)
    address = reverse("web:desk-papers", args=[camp.programme.code])
    client.get(address)
    with django_assert_max_num_queries(22):
        assert client.get(address).content.decode().count(f'href="{below}') == count


def test_memory_stays_bounded_however_large_the_files(camp, django_capture_on_commit_callbacks, tmp_path):
    """Six files of 40 MB: 240 MB go through, and the process grows by less than a quarter of that."""
    task = PracticeFactory(programme=camp.programme, title="发掘社区需求")
    version = hand_in(camp.learner, task, "附件很大")
    for number in range(6):
        path = tmp_path / "large"
        path.write_bytes(os.urandom(40_000_000))
        with path.open("rb") as file:
            stored = media.store_made(
                file,
                name=f"{number}.pdf",
                media_type="application/pdf",
                organisation_id=camp.programme.organisation_id,
                room="activities",
                subject=version.code,
                uploaded_by=None,
            )
        version.files.create(organisation=version.organisation, file=stored, position=number)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    folder = made(camp, task, django_capture_on_commit_callbacks)
    assert folder.file.size > 240_000_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000  # kB
