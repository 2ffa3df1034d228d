"""The text of documents that people hand in."""

import io
import random

import pytest

from tests.factories import bad_files
from tests.factories.documents import pdf, word
from yingzao.integrations.documents.reader import ChildReader

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def read(data: bytes, media_type: str = WORD):
    return ChildReader().read(io.BytesIO(data), media_type)


def test_word_is_read_paragraph_by_paragraph():
    found = read(word(["桂一社区的旧物展", "  黄姨 <会> 缝纫  ", ""], heading="背景"))
    assert found.state == "read"
    assert [text for _kind, text in found.paragraphs] == ["背景", "桂一社区的旧物展", "黄姨 <会> 缝纫"]


def test_a_table_is_a_line_for_each_row():
    cell = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    row = "<w:tr>" + cell.format("姓名") + cell.format("能做什么") + "</w:tr>"
    found = read(bad_files.document(f"<w:tbl>{row}</w:tbl>"))
    assert found.paragraphs == (("tr", "姓名 | 能做什么"),)


def test_pdf_is_read_with_its_pages():
    found = read(pdf("First paragraph ends here.\n\nSecond one.\n#pagebreak()\nThird."), "application/pdf")
    assert (found.state, found.pages) == ("read", 2)
    assert [text for _kind, text in found.paragraphs] == [
        "First paragraph ends here. Second one.",
        "Third.",
    ]


def test_text_comes_in_either_encoding_of_the_country():
    assert read("# 题\n正文".encode("gb18030"), "text/plain").paragraphs == (("h", "题"), ("p", "正文"))
    assert read("正文".encode(), "text/markdown").paragraphs == (("p", "正文"),)


def test_a_document_without_text_says_so():
    assert read(bad_files.document("<w:p/>")).state == "empty"
    assert read(pdf("#rect()"), "application/pdf").state == "empty"


@pytest.mark.parametrize("media_type", [WORD, "application/pdf"])
@pytest.mark.parametrize("name", bad_files.FILES)
def test_no_file_harms_the_reader(name, media_type):
    _file_name, make = bad_files.FILES[name]
    assert read(make(), media_type).state in {"read", "empty", "locked", "too_large", "unreadable"}


@pytest.mark.parametrize("seed", range(12))
def test_a_damaged_document_is_read_or_said_to_be_unreadable(seed):
    chance = random.Random(seed)
    data = bytearray(word(["一段文字"] * 20) if seed % 2 else pdf("A text."))
    for _ in range(20):
        data[chance.randrange(len(data))] = chance.randrange(256)
    media_type = WORD if seed % 2 else "application/pdf"
    assert read(bytes(data[: chance.randrange(50, len(data))]), media_type).state in {
        "read",
        "empty",
        "unreadable",
    }
