"""Every form that takes a file × every file that means harm: an answer with a sentence, and nothing kept of it.

The forms are found by walking the pages. A form with a file field that stands on no page that was walked fails, so that
a new upload is thrown at too.
"""

import importlib
import pkgutil
import re
import resource
import time
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path

import lxml.html
import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import resolve

import yingzao
from tests.factories import bad_files
from tests.factories.world import World
from tests.project.test_doors import TABLE, address_of, browser_of
from yingzao.core import media
from yingzao.core.models import StoredFile
from yingzao.stories.forms import PhotoForm

pytestmark = pytest.mark.long

SOURCE = Path(yingzao.__file__).parent
LONGEST_SECONDS = 60  # a bound against hanging, on a machine that is busy with other things
MOST_MEMORY = 700  # megabytes that the whole of it may add to this process
FILLED = {"title": "题目", "name": "名称", "text": "正文", "whose": "老人"}

# What harms nobody once it is read: whoever takes these kinds may take these files.
TEXTS = {
    "web page as xls",
    "web page as jpg",
    "svg as jpg",
    "no table",
    "utf-16 csv",
    "deep json",
    "deep page",
}
TEXTS |= {"deep markdown", "noise csv", "long csv", "laughing xml"}
PHOTOS = {"located jpeg", "long name"}
PACKED = {
    "lying word bomb",
    "word of a million elements",
    "lying bomb",
    "climbing zip",
}  # kept shut, only handed on
TABLES = {"no table", "utf-16 csv", "long csv"}  # rows and columns, though nobody knows what they are
TAKEN = {
    "live:desk-report.file": TABLES,  # kept for the page where a person says which column is what
    "live:desk-material-add.file": PHOTOS | TEXTS | PACKED | {"open brackets", "csv of ff"},
    "courses:desk-questions-import.file": set(),  # none of them holds questions
    "courses:desk-question-add.picture": PHOTOS,
    "courses:desk-question.picture": PHOTOS,
    "courses:desk-lesson-edit.file": PHOTOS | TEXTS | PACKED | {"open brackets", "csv of ff"},
    "activities:desk-film.file": set(),  # none of them is a film
    "activities:desk-captions.captions": set(),
    "practice:learner-task.files": PHOTOS | TEXTS | PACKED | {"open brackets", "csv of ff"},
    "practice:learner-leader-new.agreed_form": set(),  # refused without saying what was agreed to
    "practice:learner-leader-agreed.agreed_form": set(),
    "practice:learner-need-new.photos": PHOTOS,
    "practice:learner-need-photos.photos": PHOTOS,
    "activities:desk-survey-import.file": set(),  # none of them is an export of answers
    "activities:learner-request-new.files": PHOTOS | TEXTS | PACKED | {"open brackets", "csv of ff"},
    "activities:desk-request-add.files": PHOTOS | TEXTS | PACKED | {"open brackets", "csv of ff"},
    "people:desk-look.logo": PHOTOS,
    "stories:desk-new.uploads": PHOTOS,
    "stories:desk-edit.uploads": PHOTOS,
    "stories:desk-photo.photo": PHOTOS,
    "stories:desk-import.file": TEXTS,
    "stories:desk-import.pictures": set(bad_files.FILES),  # a picture that the text does not name is left out
    "visits:desk-documents.file": PHOTOS | TEXTS | PACKED | {"open brackets", "csv of ff"},
    "courses:desk-outside.file": TABLES,  # kept for the page where a person says which column is what
    "cases:desk-case-edit.file": TEXTS,
    "cases:desk-case-edit.pictures": set(bad_files.FILES),
    "cases:desk-library-new.file": TEXTS,
    "cases:desk-library-new.pictures": set(bad_files.FILES),
    "cases:desk-library-edit.file": TEXTS,
    "cases:desk-library-edit.pictures": set(bad_files.FILES),
    "cases:desk-feed-file.file": set(),  # none of them is a feed
    "communities:desk-need-new.photos": PHOTOS,
    "communities:desk-node-photos.photos": PHOTOS,
    "fieldwork:desk-import.file": set(),  # none of them is an XLSForm
    "fieldwork:my-import.file": set(),
    "fieldwork:survey.q-shown": PHOTOS,
    "fieldwork:desk-paper.photo": PHOTOS,
    "fieldwork:desk-paper.q-shown": PHOTOS,
    "fieldwork:my-paper.photo": PHOTOS,
    "fieldwork:my-paper.q-shown": PHOTOS,
    "judging:desk-paper.scan": set(),  # refused with its points
    "judging:desk-scan.scan": set(),  # the sheet is on screen
    "honours:desk-design.background": PHOTOS,
    "honours:desk-design.seal": PHOTOS,
    "honours:desk-design.signature": PHOTOS,
    "honours:verify-badge.file": set(),  # none of them is a badge
    "honours:verify-certificate.file": set(bad_files.FILES),  # only compared, never kept
}
BESIDE = {
    "stories:desk-import": "故事.md",
    "cases:desk-case-edit": "案例.md",
    "cases:desk-library-new": "案例.md",
}  # the text that pictures come along with
# A file that every place refuses writes nothing, whatever the database; what some place takes is thrown at each.
KEPT_SOMEWHERE = set().union(*(kinds for kinds in TAKEN.values() if kinds != set(bad_files.FILES)))
THROWN = [name for name in bad_files.FILES if connection.vendor == "sqlite" or name in KEPT_SOMEWHERE]


@dataclass(frozen=True)
class Target:
    """A file field on a page: where it is sent, as whom, and what else the form holds."""

    name: str  # address and field, as in TAKEN
    role: str
    address: str
    field: str
    others: dict[str, object]


def roles(world: World) -> dict:
    return {
        "organiser": world.organiser,
        "learner": world.learner.person,
        "editor": world.editor,
        "anonymous": None,
    }


@pytest.fixture(scope="module")
def signed_in(world) -> dict[str, SimpleCookie]:
    """Role → the cookies that its browser would send."""
    return {role: client_of(person).cookies for role, person in roles(world).items()}


def client_of(person) -> Client:
    return browser_of(person, raise_request_exception=False)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield World("甲")
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def found(world, signed_in) -> tuple[list[Target], set[type]]:
    """The file fields of every page, and the forms that they stand in."""
    targets: dict[str, Target] = {}
    classes: set[type] = set()
    for name, line in TABLE.items():
        role = next((r for r in roles(world) if r in line.get), None)
        if role is None:
            continue
        address = address_of(world, name)
        response = client_with(signed_in[role]).get(address)
        if response.streaming or not response.content or "html" not in response.get("Content-Type", ""):
            continue
        contexts = response.context if isinstance(response.context, list) else [response.context]
        shown = [value for context in contexts if context for value in context.flatten().values()]
        classes |= {type(v) for v in shown if isinstance(v, forms.BaseForm) and takes_files(type(v))}
        for form in lxml.html.fromstring(response.content.decode()).iter("form"):
            fields = [
                (form.get("action") or address, f.get("name"))
                for f in form.xpath(".//input[@type='file'][@name]")
            ]
            if form.get("data-photo"):  # a script sends what is dropped into the text
                fields.append((form.get("data-photo"), "photo"))
                classes.add(PhotoForm)
            for goes_to, field in fields:
                key = f"{resolve(goes_to).view_name}.{field}"
                assert form.get("enctype") == "multipart/form-data", key
                others = {
                    k: v if v else FILLED.get(k, v)
                    for k, v in {**blank(form), **dict(form.form_values())}.items()
                }
                targets.setdefault(key, Target(key, role, goes_to, field, others))
    return sorted(targets.values(), key=lambda t: t.name), classes


def client_with(cookies: SimpleCookie) -> Client:
    client = client_of(None)
    client.cookies.update(cookies)
    return client


def blank(form) -> dict[str, str]:
    return {
        field.get("name"): field.value or ""
        for field in form.xpath(".//input[@type='text' or not(@type)] | .//textarea")
    }


def takes_files(form: type) -> bool:
    return any(isinstance(field, forms.FileField) for field in getattr(form, "base_fields", {}).values())


def test_every_form_that_takes_a_file_is_thrown_at(db, found):
    _targets, classes = found
    for module in pkgutil.walk_packages(yingzao.__path__, "yingzao."):
        if module.name.endswith("forms"):
            importlib.import_module(module.name)
    known, waiting = set(), [forms.BaseForm]
    while waiting:
        for child in waiting.pop().__subclasses__():
            waiting.append(child)
            if child.__module__.startswith("yingzao.") and takes_files(child):
                known.add(child)
    known = {form for form in known if form.__module__ != "yingzao.core.ui.styleguide"}
    assert {f"{c.__module__}.{c.__name__}" for c in classes} == {
        f"{c.__module__}.{c.__name__}" for c in known
    }


def test_files_reach_the_rooms_through_forms_only():
    """A view that took a file out of the request by itself would be found by no walk over forms."""
    by_hand = [
        str(path)
        for path in SOURCE.rglob("*.py")
        if re.search(r"FILES(\[|\.get)|upload_handlers", path.read_text())
    ]
    assert by_hand == []


def sentences(text: str) -> list[str]:
    page = lxml.html.fromstring(text)
    places = page.xpath(
        "//*[@role='alert'] | //*[contains(@class, 'invalid-feedback')] | //*[@id='messages']//*"
    )
    return [words for place in places if (words := place.text_content().strip())]


def kept_files(settings) -> set[Path]:
    return {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}


@pytest.mark.parametrize("file", THROWN)
def test_upload_of_a_bad_file_is_answered_and_nothing_is_kept(file, db, found, signed_in, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    targets, _classes = found
    name, make = bad_files.FILES[file]
    data, wrong = make(), []
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for target in targets:
        files_before = kept_files(settings)
        writes: list[str] = []

        def watch(execute, sql, params, many, context, writes=writes):
            if sql.startswith(("INSERT", "UPDATE", "DELETE")) and "django_session" not in sql:
                writes.append(sql[:60])
            return execute(sql, params, many, context)

        sent: dict[str, object] = {**target.others, target.field: SimpleUploadedFile(name, data)}
        page = target.name.partition(".")[0]
        if target.field != "file" and page in BESIDE:
            sent["file"] = SimpleUploadedFile(BESIDE[page], "# 题\n\n正文\n".encode())
        client = client_with(signed_in[target.role])
        begun = time.monotonic()
        with transaction.atomic():
            with connection.execute_wrapper(watch):
                response = client.post(target.address, sent)
            stored = StoredFile.objects.filter(pk__gt=0).order_by("-pk").first()
            took = time.monotonic() - begun
            told = response.json() if "json" in response.get("Content-Type", "") else {}
            accepted = (
                response.status_code == 302 or target.name.startswith("honours:verify") or "number" in told
            )
            if file == "located jpeg" and accepted and "core_storedfile" in "".join(writes):
                bytes_kept = media.read_bytes(stored)
                if b"SecretPhoneMaker" in bytes_kept or b"Exif" in bytes_kept:
                    wrong.append(f"{target.name}: kept where the photo was taken")
            transaction.set_rollback(True)
        if response.status_code >= 500:
            wrong.append(f"{target.name}: {response.status_code} {getattr(response, 'exc_info', None)}")
        elif accepted and response.status_code < 400:
            if file not in TAKEN.get(target.name, ()):
                wrong.append(f"{target.name}: took it in")
        else:
            said = told.get("sentence") or sentences(response.content.decode())
            if response.status_code != 422 or not said:
                wrong.append(f"{target.name}: {response.status_code} without a sentence")
            if kept_files(settings) != files_before:
                wrong.append(f"{target.name}: kept a file")
            # text and good files stay, whatever came beside them
            drafts = target.name.startswith(("practice:", "honours:desk-design."))
            if writes and not drafts:
                wrong.append(f"{target.name}: wrote {writes[:3]}")
        if took > LONGEST_SECONDS:
            wrong.append(f"{target.name}: took {took:.0f} seconds")
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    if grown > MOST_MEMORY:
        wrong.append(f"{grown} MB of memory")
    assert not wrong, "\n".join(wrong)


# Tables with the right head and absurd cells: what SQLite would hold, PostgreSQL refuses with an error

LONG = "长" * 5000
HEADS = {
    "activities:desk-plan.file": ("类别,名称,简称,环节,阶段,讲师,会议号/链接,地点,说明", "直播课,{0},{0},{0},{0},{0},{0},{0},{0}"),
    "activities:desk-records.file": ("姓名,手机号,社区,活动,时间,标题,正文", "{0},{0},{0},甲直播课,2021-10-14 19:00,{0},{0}"),
    "activities:desk-survey-import.file": (
        "序号,提交答卷时间,所用时间,来源,来自IP,1、您的姓名,2、总体满意吗,3、建议",
        "1,2021/10/14 21:00:00,9秒,{0},{0},{0},{0},{0}",
    ),
    "communities:desk-graph-import.file": (
        "社区,类别,名称,业务类型,情况,日期,说明,侧面,关联,来源",
        "甲社区,公共议题,{0},{0},{0},{0},{0},{0},{0},{0}",
    ),
    "communities:desk-import.file": ("统计用区划代码,村居名称,镇街", "{0},{0},{0}"),
    "courses:desk-outside.file": (
        "姓名,手机号,单位,课程名称,章节,学习进度,学习状态,学习时长,最近学习时间,成绩",
        "{0},{0},{0},甲课,{0},85%,{0},{0},2021-11-14 19:00,{0}",
    ),
    "enrolment:desk-import.file": ("学号,姓名,联系电话,所在社区,职务,备注", "{0},{0},{0},{0},{0},{0}"),
    "judging:desk-rubric-file.file": ("评分项,权重,说明,1分,2分", "{0},100,{0},{0},{0}"),
    "judging:desk-marks-file.file": ("学员,评委,评分项,得分,打分时间,评语", "{0},{0},{0},{0},{0},{0}"),
    "live:desk-report.file": (
        "用户昵称（入会昵称）,首次入会时间,最后退会时间,入会次数,累计在会时长,备注",
        "{0},2021-10-14 19:00:00,2021-10-14 20:00:00,1,1:00:00,{0}",
    ),
}  # fmt: skip


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("name", HEADS)
def test_table_with_absurd_cells_is_answered_to_the_end(name, count, db, found, signed_in):
    """Up to the page on which it is confirmed, where there is one."""
    target = next(t for t in found[0] if t.name == name)
    header, row = HEADS[name]
    lines = [header, *(row.format(LONG + str(n)) for n in range(count))]
    client = client_with(signed_in[target.role])
    sent = {**target.others, target.field: SimpleUploadedFile("表.csv", "\n".join(lines).encode())}
    with transaction.atomic():
        response = client.post(target.address, sent)
        seen = [response.status_code]
        if response.status_code == 302:
            address = response["Location"]
            seen += [client.get(address).status_code, client.post(address).status_code]
            confirm = address.rstrip("/") + "/confirm/"
            seen.append(client.post(confirm).status_code)
        transaction.set_rollback(True)
    assert [status for status in seen if status >= 500] == []


def test_tables_with_a_head_are_those_that_take_tables(found):
    answers = "activities:desk-survey-import.file"  # refuses every table that is no export of answers
    tables = {t.name for t in found[0] if t.name == answers or TAKEN.get(t.name, TABLES) == TABLES}
    assert tables == set(HEADS)
