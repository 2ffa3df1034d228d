"""Files that nobody should be able to hurt us with, each made when asked for and small while it is carried."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

from PIL import Image

GIGABYTE = 1 << 30
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TYPES = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
SCRIPT = "<script>alert(1)</script>"


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def workbook(sheet: bytes = b"<worksheet/>") -> bytes:
    return zipped(
        **{"[Content_Types].xml": TYPES, "xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": sheet}
    )


def document(body: str) -> bytes:
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1"'
        ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"'
        ' Target="word/document.xml"/></Relationships>'
    )
    return zipped(
        **{
            "[Content_Types].xml": TYPES,
            "_rels/.rels": relations.encode(),
            "word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>".encode(),
        }
    )


def bomb(name: str, *, said: int, also: str = "[Content_Types].xml") -> bytes:
    """A zip with a member of a gigabyte of spaces that says it holds `said` bytes. Made of one packed megabyte, repeated."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    megabyte = packer.compress(b" " * (1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    packed = megabyte * 1024 + packer.flush()
    out, places = b"", []
    for member, data, size, crc in (
        (also.encode(), b"\x03\x00", 0, 0),
        (name.encode(), packed, said, 0x12345678),
    ):
        head = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, crc, len(data), size, len(member), 0)
        places.append((member, head, len(out)))
        out += b"PK\x03\x04" + head + member + data
    start = len(out)
    for member, head, place in places:
        out += (
            b"PK\x01\x02" + struct.pack("<H", 20) + head + struct.pack("<HHHII", 0, 0, 0, 0, place) + member
        )
    return out + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 2, 2, len(out) - start, start, 0)


def jpeg(size: tuple[int, int] = (640, 480), **options) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (90, 120, 60)).save(out, "JPEG", **options)
    return out.getvalue()


def located() -> bytes:
    """A photo that says where it was taken."""
    exif = Image.Exif()
    exif[0x010F] = "SecretPhoneMaker"
    exif.get_ifd(0x8825).update({1: "N", 2: (23.0, 1.0, 2.0), 3: "E", 4: (113.0, 8.0, 9.0)})
    return jpeg(exif=exif)


def huge_png() -> bytes:
    """60000 × 60000 pixels of nothing in a few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def rows(header: str, row: str, count: int) -> bytes:
    return "\n".join([header, *(row.replace("#", str(n)) for n in range(count))]).encode()


NOISE = zlib.compress(bytes(range(256)) * 40, 9)[::-1] * 8 + bytes(range(256))

# name of the file and how it is made; what may be taken in after all stands in the test
FILES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "empty": ("空.xlsx", lambda: b""),
    "noise": ("noise", lambda: NOISE),
    "noise xlsx": ("表.xlsx", lambda: NOISE),
    "noise csv": ("表.csv", lambda: NOISE),
    "noise docx": ("文.docx", lambda: NOISE),
    "noise jpg": ("照片.jpg", lambda: b"\xff\xd8\xff\xe0" + NOISE),
    "noise pdf": ("证书.pdf", lambda: NOISE),
    "cut xlsx": ("表.xlsx", lambda: workbook()[:-60]),
    "cut docx": ("文.docx", lambda: document("<w:p><w:r><w:t>字</w:t></w:r></w:p>")[:-60]),
    "cut jpeg": ("照片.jpg", lambda: jpeg((2000, 2000))[:3000]),
    "bomb": ("表.xlsx", lambda: bomb("xl/worksheets/sheet1.xml", said=GIGABYTE, also="xl/workbook.xml")),
    "lying bomb": ("表.xlsx", lambda: bomb("xl/worksheets/sheet1.xml", said=900, also="xl/workbook.xml")),
    "word bomb": ("文.docx", lambda: bomb("word/document.xml", said=GIGABYTE)),
    "lying word bomb": ("文.docx", lambda: bomb("word/document.xml", said=900)),
    "word of a million elements": ("文.docx", lambda: document("<w:p/>" * 1_000_000)),
    "mimetype bomb": ("表.ods", lambda: zipped(mimetype=b" " * (200 << 20))),
    "climbing zip": (
        "表.xlsx",
        lambda: zipped(**{"../../../tmp/yingzao-climbed.xml": b"x", "xl/workbook.xml": b"<workbook/>"}),
    ),
    "protected workbook": (
        "表.xlsx",
        lambda: OLE + b"\0" * 504 + "EncryptionInfo\0EncryptedPackage".encode("utf-16-le") + b"\0" * 512,
    ),
    "web page as xls": ("表.xls", lambda: f"<html><body>{SCRIPT}<p>不是表</p></body></html>".encode()),
    "web page as jpg": ("照片.jpg", lambda: f"<!doctype html><html>{SCRIPT}</html>".encode()),
    "svg as jpg": (
        "照片.jpg",
        lambda: f'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">{SCRIPT}</svg>'.encode(),
    ),
    "huge png": ("照片.png", huge_png),
    "located jpeg": ("照片.jpg", located),
    "long name": ("../../长" + "名" * 300 + "\u202egpj.exe.jpg", jpeg),
    "no table": ("表.csv", lambda: b"=1+1,+2,-3,@SUM(A1)\n=cmd|' /C calc'!A0,x,y,z\n"),
    "csv of ff": ("表.csv", lambda: b"\xff" * 4000),
    "utf-16 csv": ("表.csv", lambda: "甲,乙\n1,2\n".encode("utf-16")),
    "long csv": ("表.csv", lambda: rows("甲,乙,丙", "#," + "长" * 40 + ",x", 30_000)),
    "deep json": ("深.json", lambda: b"[" * 100_000 + b"]" * 100_000),
    "deep page": ("深.html", lambda: b"<div>" * 50_000 + "字".encode()),
    "deep markdown": ("深.md", lambda: b">" * 50_000 + b" x\n" + b"- " * 50_000 + b"x"),
    "open brackets": ("括号.md", lambda: b"[" * 900_000),
    "laughing xml": (
        "笑.xls",
        lambda: (
            '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "haha">'
            + "".join(f'<!ENTITY {b} "{f"&{a};" * 20}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
            + ']><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet xmlns:s='
            '"urn:schemas-microsoft-com:office:spreadsheet" s:Name="a"><Table><Row><Cell><Data>&i;</Data></Cell></Row>'
            "</Table></Worksheet></Workbook>"
        ).encode(),
    ),
}  # fmt: skip
