"""What stands in the place of an erased name, and the record of erasures."""

import copy
import datetime as dt
import io
import json
import pickle

import openpyxl
import pytest
from django.utils import translation

from tests.factories.enrolment import EnrolmentFactory
from yingzao.core import erasing, ports
from yingzao.core.masking import mask_name
from yingzao.enrolment.models import Enrolment

DAY = dt.date(2026, 11, 27)


@pytest.fixture
def folder(tmp_path, settings):
    settings.DATA = tmp_path
    return tmp_path


@pytest.fixture
def learner(db):
    learner = EnrolmentFactory(name="学员一")
    Enrolment.objects.update(name=erasing.mark_of(DAY))
    learner.refresh_from_db()
    return learner


def test_the_words_are_in_the_readers_language_and_the_column_keeps_the_day(learner):
    assert learner.name == "已注销（2026年11月27日）"
    with translation.override("en"):
        assert Enrolment.objects.values_list("name", flat=True).get() == "withdrawn (27 November 2026)"
        learner.save()  # with the words of another language in hand
    assert Enrolment.objects.get().name == "已注销（2026年11月27日）"
    assert Enrolment.objects.filter(name=erasing.erased_on(DAY)).exists()


def test_copies_keep_the_mark(learner):
    for same in (copy.deepcopy(learner.name), pickle.loads(pickle.dumps(learner.name))):
        assert (same, same.mark) == (learner.name, erasing.mark_of(DAY))


def test_masking_leaves_it_whole_and_a_workbook_takes_it(learner):
    assert mask_name(learner.name) == "已注销（2026年11月27日）"
    sheet = ports.SheetOut(name="一", header=["姓名"], rows=[[learner.name]])
    book = openpyxl.load_workbook(io.BytesIO(ports.port("table_writer").write([sheet])))
    assert book.active["A2"].value == "已注销（2026年11月27日）"


def test_a_mark_without_a_day_says_as_much():
    assert erasing.erased_sometime() == "已注销"


def test_each_line_stands_once_and_a_torn_one_spoils_no_other(folder):
    first, second = (erasing.line_of("people.erase_again", subject=code) for code in ("A", "B"))
    assert erasing.keep([]) == 0
    assert not (folder / erasing.FILE).exists()
    assert erasing.keep([first, first]) == 1
    with (folder / erasing.FILE).open("a") as file:
        file.write('{"job":"peo')  # the machine stopped here
    assert (erasing.keep([first, second]), erasing.keep([second])) == (1, 0)
    lines = (folder / erasing.FILE).read_text().splitlines()
    assert lines[0] == first
    assert lines[-1] == second
    assert json.loads(second) == {"job": "people.erase_again", "arguments": {"subject": "B"}}
