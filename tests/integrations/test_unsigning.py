"""Documents without what their programs noted of their authors: names go, pages stay."""

import io
import zipfile

import pypdf
import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment

from tests.factories.documents import pdf
from yingzao.core import ports
from yingzao.integrations.documents.unsigner import OFFICE

WORD = f"{OFFICE}wordprocessingml.document"
EXCEL = f"{OFFICE}spreadsheetml.sheet"
NAME = "欧阳独特"


def unsign(data: bytes, media_type: str) -> bytes | None:
    return ports.port("document_unsigner").unsign(io.BytesIO(data), media_type)


def inside(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return "\n".join(archive.read(name).decode(errors="replace") for name in archive.namelist())


def test_word_keeps_its_text_and_loses_author_company_and_who_commented():
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "docProps/core.xml", f"<p><dc:creator>{NAME}</dc:creator><dc:title>{NAME}的报告</dc:title></p>"
        )
        archive.writestr("docProps/app.xml", f"<p><Company>{NAME}社区</Company></p>")
        archive.writestr("word/comments.xml", f'<c w:author="{NAME}" w:initials="OY">请核对</c>')
        archive.writestr("word/document.xml", f'<w:ins w:author="{NAME}">三位老人的原话</w:ins>')
    told = inside(unsign(written.getvalue(), WORD))
    assert NAME not in told
    assert "三位老人的原话" in told
    assert "请核对" in told


def test_a_workbook_opens_as_before_without_its_author():
    book = Workbook()
    book.properties.creator = book.properties.lastModifiedBy = NAME
    book.active["A1"] = "走访记录"
    book.active["A1"].comment = Comment("再去一次", NAME)
    written = io.BytesIO()
    book.save(written)
    assert NAME in inside(written.getvalue())
    made = unsign(written.getvalue(), EXCEL)
    assert NAME not in inside(made)
    opened = load_workbook(io.BytesIO(made))
    assert (opened.active["A1"].value, opened.active["A1"].comment.text) == ("走访记录", "再去一次")


def test_a_pdf_keeps_its_pages_and_loses_title_author_and_packet():
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf("three elders said")))
    writer.add_metadata({"/Author": NAME, "/Title": f"{NAME}的报告", "/Creator": "WPS"})
    packet = pypdf.generic.StreamObject()
    packet.set_data(f"<x:xmpmeta><dc:creator>{NAME}</dc:creator></x:xmpmeta>".encode())
    packet[pypdf.generic.NameObject("/Type")] = pypdf.generic.NameObject("/Metadata")
    packet[pypdf.generic.NameObject("/Subtype")] = pypdf.generic.NameObject("/XML")
    writer.root_object[pypdf.generic.NameObject("/Metadata")] = writer._add_object(packet)
    given = io.BytesIO()
    writer.write(given)
    assert NAME.encode() in given.getvalue()
    made = unsign(given.getvalue(), "application/pdf")
    reader = pypdf.PdfReader(io.BytesIO(made))
    assert not reader.metadata or {"/Author", "/Title", "/Creator"}.isdisjoint(reader.metadata)
    assert reader.xmp_metadata is None
    for form in (NAME.encode(), NAME.encode("utf-16-be")):
        assert form not in made
    assert "three elders said" in reader.pages[0].extract_text()


@pytest.mark.parametrize(
    ("data", "media_type"),
    [(b"%PDF-1.4 a report", "application/pdf"), (b"PK\x03\x04 broken", WORD), (b"", EXCEL)],
)
def test_what_cannot_be_read_is_not_made(data, media_type):
    assert unsign(data, media_type) is None


def test_pictures_and_text_carry_no_such_notes():
    unsigner = ports.port("document_unsigner")
    assert [
        unsigner.takes(kind) for kind in ("image/jpeg", "text/plain; charset=utf-8", "application/pdf")
    ] == [
        False,
        False,
        True,
    ]
