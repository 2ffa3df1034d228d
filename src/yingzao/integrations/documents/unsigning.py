"""A document's bytes → the same document without what its program noted of its author, inside a process that may not use much: run as a
script by `unsigner`, never imported by the web process.

Reads the file from standard input; the first argument is "office" or "pdf". Writes the document to standard output, or nothing and ends with 1
where it cannot. What pages themselves say stays. Imports nothing of Yingzao.
"""

import io
import re
import resource
import sys
import zipfile

MEMORY_BYTES = 1 << 30
CPU_SECONDS = 20
UNPACKED_BYTES = 400 * 1024 * 1024
PACKAGE = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
EMPTY = {
    "docprops/core.xml": PACKAGE
    + b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>',
    "docprops/app.xml": PACKAGE
    + b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>',
    "docprops/custom.xml": PACKAGE
    + b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>',
    "meta.xml": PACKAGE
    + b'<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.2"/>',
}
SIGNED = re.compile(rb'(\b(?:w:author|w:initials|w15:author|w15:userId|userName)=)(?:"[^"]*"|\'[^\']*\')')
PERSONS = re.compile(rb'(\b(?:displayName|userId)=)(?:"[^"]*"|\'[^\']*\')')
AUTHORS = re.compile(rb"(<author>)[^<]*(</author>)")  # of notes in a workbook
MARKUP_BYTES = 30 * 1024 * 1024
FIRST_DAY = (1980, 1, 1, 0, 0, 0)


def of_office(data):
    """Word, Excel and OpenDocument: properties emptied, authors of comments and of tracked changes taken out."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as given, zipfile.ZipFile(written, "w") as made:
        if sum(part.file_size for part in given.infolist()) > UNPACKED_BYTES:
            raise ValueError
        for part in given.infolist():
            name = part.filename.lower()
            is_picture_of_first_page = name.startswith("docprops/thumbnail")
            body = b"" if is_picture_of_first_page else EMPTY.get(name) or given.read(part)
            if name.endswith(".xml") and name not in EMPTY and len(body) <= MARKUP_BYTES:
                body = AUTHORS.sub(rb"\1\2", SIGNED.sub(rb'\1""', body))
                if name.startswith("xl/persons/"):
                    body = PERSONS.sub(rb'\1""', body)
            about = zipfile.ZipInfo(part.filename, FIRST_DAY)
            about.compress_type = part.compress_type
            made.writestr(about, body, compresslevel=1)
    return written.getvalue()


def of_pdf(data):
    """PDF: the information dictionary and every XMP packet gone, and authors of notes on its pages."""
    import logging

    import pypdf

    logging.disable(logging.CRITICAL)
    reader = pypdf.PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise ValueError
    writer = pypdf.PdfWriter(clone_from=reader)
    writer.metadata = None
    for number in range(len(writer._objects)):
        thing = writer._objects[number]
        if not isinstance(thing, pypdf.generic.DictionaryObject):
            continue
        thing.pop("/Metadata", None)
        if thing.get("/Subtype") == "/XML" and thing.get("/Type") == "/Metadata":
            writer._objects[number] = pypdf.generic.NullObject()
        elif "/Subtype" in thing and "/Rect" in thing:
            thing.pop("/T", None) if thing.get("/Subtype") != "/Widget" else None
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def main():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    sys.setrecursionlimit(3000)
    try:
        made = {"office": of_office, "pdf": of_pdf}[sys.argv[1]](sys.stdin.buffer.read())
    except Exception:  # readers of documents raise whatever their libraries raise
        sys.exit(1)
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
