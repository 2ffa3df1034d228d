"""A document's bytes → its paragraphs, inside a process that may not use much: run as a script by `reader`, never imported by
the web process.

Reads the file from standard input; the first argument is "docx", "pdf" or "text". Answers one JSON object: {"state": …, "pages": n, "paragraphs":
[[kind, text], …]}; kind is h (heading), p, li or tr. Imports nothing of Yingzao.
"""

import io
import json
import re
import resource
import sys
import unicodedata
import zipfile

MEMORY_BYTES = 1 << 30
CPU_SECONDS = 20
PAGES = 600
CHARACTERS = 1_000_000
PARAGRAPHS = 20_000
UNPACKED_BYTES = 200 * 1024 * 1024
MARKUP_BYTES = 30 * 1024 * 1024
ELEMENTS = 150_000  # of XML: some two hundred pages; a fifth of a millisecond each
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
SPACES = re.compile(r"[ \t\u00a0\u3000]+")
PLAIN_PICTURE = {"src": ""}


class Refusal(Exception):
    """The document is not read; the argument is its state."""


def of_docx(data):
    """Word, by mammoth: what was deleted under tracked changes and comments stay out, pictures are not unpacked."""
    import lxml.html
    import mammoth

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            markup = [part for part in parts if part.filename.lower().endswith((".xml", ".rels"))]
            if sum(part.file_size for part in parts) > UNPACKED_BYTES:
                raise Refusal("too_large")
            if sum(part.file_size for part in markup) > MARKUP_BYTES:
                raise Refusal("too_large")
            elements = 0
            for part in markup:
                plain = archive.read(part).replace(b"\0", b"")  # in UTF-16 every other byte is nothing
                if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
                    raise Refusal("unreadable")
                elements += plain.count(b"<") - plain.count(b"</")
            if elements > ELEMENTS:
                raise Refusal("too_large")
    except zipfile.BadZipFile:
        raise Refusal("unreadable") from None
    told = mammoth.convert_to_html(
        io.BytesIO(data), convert_image=mammoth.images.img_element(lambda image: PLAIN_PICTURE)
    )
    if not told.value.strip():
        return 0, []
    found = []
    page = lxml.html.fragment_fromstring(told.value, create_parent="div")
    for element in page.iter("h1", "h2", "h3", "h4", "h5", "h6", "p", "li", "tr"):
        tag = element.tag
        if tag == "p" and any(up.tag in ("li", "td", "th") for up in element.iterancestors()):
            continue
        if tag == "tr":
            cells = [" ".join(cell.itertext()) for cell in element.iter("td", "th")]
            found.append(("tr", " | ".join(tidy(cell) for cell in cells)))
        elif tag == "li":
            own = [element.text or ""]
            for child in element:
                if child.tag not in ("ul", "ol"):
                    own.append("".join(child.itertext()))
                own.append(child.tail or "")
            found.append(("li", "".join(own)))
        else:
            found.append(("h" if tag.startswith("h") else "p", "".join(element.itertext())))
    return 0, found


def of_pdf(data):
    """PDF, by pypdf: the text of every page, its lines put together to paragraphs."""
    import logging

    import pypdf

    logging.disable(logging.CRITICAL)
    reader = pypdf.PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise Refusal("locked")
    if len(reader.pages) > PAGES:
        raise Refusal("too_large")
    found = []
    for page in reader.pages:
        found += [("p", text) for text in put_together(page.extract_text())]
    return len(reader.pages), found


def put_together(text):
    """Lines into paragraphs: one ends at an empty line, and at a line that ends as a sentence does and is shorter than the others."""
    lines = [line.rstrip() for line in text.splitlines()]
    longest = max((len(line) for line in lines), default=0)
    found: list[str] = []
    going = ""
    for line in lines:
        stripped = line.strip()
        if not stripped:
            found.append(going)
            going = ""
            continue
        joint = " " if going and going[-1].isascii() and stripped[0].isascii() else ""
        going += joint + stripped
        if len(stripped) < 0.85 * longest and stripped[-1] in "。！？.!?：:；;":
            found.append(going)
            going = ""
    return [one for one in [*found, going] if one]


def of_text(data):
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return 0, [
            ("h", line.lstrip("# ")) if line.startswith("#") else ("p", line) for line in text.splitlines()
        ]
    raise Refusal("unreadable")


def tidy(text):
    text = unicodedata.normalize("NFC", CONTROL.sub("", text.replace("\n", " ")))
    return SPACES.sub(" ", text).strip()


def answer(kind, data):
    pages, told = {"docx": of_docx, "pdf": of_pdf, "text": of_text}[kind](data)
    paragraphs = [[what, text] for what, raw in told if (text := tidy(raw))]
    if sum(len(text) for _what, text in paragraphs) > CHARACTERS or len(paragraphs) > PARAGRAPHS:
        raise Refusal("too_large")
    return {"state": "read" if paragraphs else "empty", "pages": pages, "paragraphs": paragraphs}


def main():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    sys.setrecursionlimit(3000)
    try:
        found = answer(sys.argv[1], sys.stdin.buffer.read())
    except Refusal as refusal:
        found = {"state": str(refusal)}
    except MemoryError:
        found = {"state": "too_large"}
    except Exception:  # readers of documents raise whatever their libraries raise
        found = {"state": "unreadable"}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
