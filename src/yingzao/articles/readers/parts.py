"""A feed taken apart into documents of one entry each, so that no more than one entry is ever in memory.

feedparser reads a whole document at once. Here expat, which feedparser itself reads with, goes over the feed once and notes where
its entries stand; each is then handed on inside the elements that it stood in, and reads as it would have read in its place. JSON is taken apart by ijson.
"""

import codecs
import io
import re
import tempfile
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

import ijson
from feedparser.encodings import RE_XML_DECLARATION, RE_XML_PI_ENCODING
from feedparser.sanitizer import replace_doctype
from ijson.common import ObjectBuilder

from yingzao.articles.readers.parsed import NotAnArticle

CHUNK = 1 << 16
MAX_PROLOG = 1 << 16
MAX_HEAD = 5_000_000  # what a feed says of itself, beside its entries
MAX_ANCESTORS = 50
_ENTRIES = {"item", "entry"}
_DECLARATION = "<?xml version='1.0' encoding='utf-8'?>"
# Long marks before short ones that they begin with.
_MARKS = (
    (codecs.BOM_UTF32_BE, "utf-32be"), (codecs.BOM_UTF32_LE, "utf-32le"), (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_BE, "utf-16be"), (codecs.BOM_UTF16_LE, "utf-16le"),
)  # fmt: skip
_BEGINNINGS = {
    "<?xm".encode(name)[:4]: name for name in ("cp037", "utf-16be", "utf-16le", "utf-32be", "utf-32le")
}


class Malformed(Exception):
    """The feed is not well-formed XML, or built as no feed is; it cannot be taken apart."""


@dataclass(frozen=True, slots=True)
class Parts:
    """`head` is the feed without its entries, `documents` the feed with one entry each, in order; UTF-8."""

    head: bytes
    documents: Iterator[bytes]


def take_apart(source: IO[bytes]) -> Parts:
    """Read a seekable file from its beginning. `documents` reads from a temporary file that goes with it.

    Raises Malformed, and NotAnArticle (`too_large`) where the feed says more of itself than a feed can.
    """
    file = _in_utf8(source)
    try:
        prolog, begins_at = _prolog(file)
        entries = _Entries(prolog, begins_at).found_in(file)
        return Parts(_head(file, entries), _documents(file, prolog, entries))
    except BaseException:
        file.close()
        raise


# Characters, as feedparser finds them out


def _in_utf8(source: IO[bytes]) -> IO[bytes]:
    source.seek(0)
    first = source.read(4096)
    mark, by_mark = next(((m, name) for m, name in _MARKS if first.startswith(m)), (b"", ""))
    by_mark = by_mark or _BEGINNINGS.get(first[:4], "")
    declared = _declared(first[len(mark) :], by_mark)
    for name in dict.fromkeys(
        filter(None, (declared or "utf-8", by_mark, "utf-8", "windows-1252", "iso-8859-2"))
    ):
        file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - handed on open
        source.seek(len(mark))
        try:
            _transcode(source, file, name)
        except (UnicodeError, LookupError):
            file.close()
            continue
        file.seek(0)
        return file
    raise Malformed


def _declared(first: bytes, by_mark: str) -> str:
    try:
        plain = first.decode(by_mark, "ignore").encode() if by_mark else first
        match = RE_XML_PI_ENCODING.match(plain)
        name = match[1].decode("utf-8").lower() if match else ""
    except (UnicodeError, LookupError):
        return ""
    if by_mark and name.replace("_", "-") in ("utf-16", "utf16", "u16", "utf-32", "utf32", "u32", "ucs-2"):
        return by_mark
    return "gb18030" if name == "gb2312" else name


def _transcode(source: IO[bytes], file: IO[bytes], name: str) -> None:
    if not codecs.lookup(name)._is_text_encoding:  # as bytes.decode refuses them
        raise LookupError(name)
    decoder = codecs.getincrementaldecoder(name)()
    is_first = True
    while chunk := source.read(CHUNK):
        text = decoder.decode(chunk)
        if is_first and text:
            is_first = False
            text, declarations = RE_XML_DECLARATION.subn(_DECLARATION, text, count=1)
            text = text if declarations else f"{_DECLARATION}\n{text}"
        file.write(text.encode())
    file.write(decoder.decode(b"", final=True).encode())


# Where the entries stand


def _prolog(file: IO[bytes]) -> tuple[bytes, int]:
    """What stands before the first element, without entities but the harmless ones; and where that element begins."""
    first = file.read(MAX_PROLOG)
    begun = re.search(rb"<\w", first)
    if begun is None:
        raise Malformed
    _version, prolog, _entities = replace_doctype(first[: begun.end()])
    return prolog[:-2], begun.start()


class _Entries:
    """Entries as (begins, ends, number of its surroundings), offsets in bytes; what surrounds them, opened and closed."""

    def __init__(self, prolog: bytes, begins_at: int) -> None:
        self.places = array("q")
        self.surroundings: dict[tuple[tuple[str, str], ...], int] = {}
        self._prolog, self._begins_at = prolog, begins_at
        self._open: list[tuple[str, str]] = []  # elements around: the tag that opens it, the name
        self._declared: list[tuple[str, str]] = []
        self._inside = 0  # how deep within an entry, which is 1
        self._begun = 0

    def found_in(self, file: IO[bytes]) -> "_Entries":
        parser = expat.ParserCreate("utf-8", namespace_separator=" ")
        parser.namespace_prefixes = True
        parser.ordered_attributes = True
        parser.StartNamespaceDeclHandler = lambda prefix, uri: self._declared.append((prefix, uri))  # type: ignore[assignment]
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        self._parser = parser
        file.seek(self._begins_at)
        try:
            parser.Parse(self._prolog)
            while chunk := file.read(CHUNK):
                parser.Parse(chunk)
            parser.Parse(b"", True)
        except (expat.ExpatError, ValueError) as failure:
            raise Malformed from failure
        finally:
            del self._parser
        return self

    def _at(self) -> int:
        return self._parser.CurrentByteIndex - len(self._prolog) + self._begins_at

    def _start(self, name: str, attributes: list[str]) -> None:
        declared, self._declared = self._declared, []
        if self._inside:
            self._inside += 1
            return
        if name.split(" ")[1 if " " in name else 0].lower() in _ENTRIES:
            self._inside, self._begun = 1, self._at()
            return
        if len(self._open) == MAX_ANCESTORS:
            raise ValueError("too deep")
        pairs = [(f"xmlns:{prefix}" if prefix else "xmlns", uri or "") for prefix, uri in declared]
        pairs += [
            (_written(key), value) for key, value in zip(attributes[::2], attributes[1::2], strict=True)
        ]
        tag = _written(name)
        self._open.append((f"<{tag}{''.join(f' {k}={quoteattr(v)}' for k, v in pairs)}>", tag))

    def _end(self, _name: str) -> None:
        if not self._inside:
            self._open.pop()
            return
        self._inside -= 1
        if not self._inside:
            around = self.surroundings.setdefault(tuple(self._open), len(self.surroundings))
            self.places.extend((self._begun, self._at(), around))


def _written(name: str) -> str:
    """`uri local prefix`, as expat gives a name, as it stood in the text."""
    parts = name.split(" ")
    return f"{parts[2]}:{parts[1]}" if len(parts) == 3 else parts[-1]


# The documents


def _whole(file: IO[bytes], begins: int, ends: int) -> tuple[bytes, int]:
    """The entry with its closing tag, and where what follows it begins. `ends` is where the closing tag begins; in an
    element that is closed at once, where it does."""
    file.seek(begins)
    data = file.read(ends - begins)
    tail = file.read(256)
    name = re.match(rb"<([^\s/>]+)", data)
    if name and re.match(rb"</" + re.escape(name[1]) + rb"[\s>]", tail):
        while (stop := tail.find(b">")) < 0:
            more = file.read(CHUNK)
            if not more:
                raise Malformed
            tail += more
        return data + tail[: stop + 1], ends + stop + 1
    return data, ends


def _head(file: IO[bytes], entries: _Entries) -> bytes:
    head = io.BytesIO()
    after = 0
    for begins, ends in zip(entries.places[::3], entries.places[1::3], strict=True):
        file.seek(after)
        head.write(file.read(begins - after))
        if head.tell() > MAX_HEAD:
            raise NotAnArticle("too_large")
        _data, after = _whole(file, begins, ends)
    file.seek(after)
    head.write(file.read(MAX_HEAD + 1))
    if head.tell() > MAX_HEAD:
        raise NotAnArticle("too_large")
    return head.getvalue()


def _documents(file: IO[bytes], prolog: bytes, entries: _Entries) -> Iterator[bytes]:
    around = [
        ("".join(tag for tag, _name in opened), "".join(f"</{name}>" for _tag, name in reversed(opened)))
        for opened in entries.surroundings
    ]
    with file:
        for n in range(0, len(entries.places), 3):
            begins, ends, number = entries.places[n : n + 3]
            data, _after = _whole(file, begins, ends)
            before, behind = around[number]
            yield prolog + before.encode() + data + behind.encode()


# JSON Feed


def take_json_apart(file: IO[bytes]) -> tuple[dict[str, Any] | None, Iterator[Any]]:
    """What the feed says of itself, with an empty list of items where it has one; and its items, one after another.

    None for what is no object, or no JSON. The items raise NotAnArticle (`damaged`) where it breaks off.
    """
    builder = ObjectBuilder()
    try:
        for prefix, event, value in ijson.parse(_past_the_mark(file), use_float=True):
            if prefix.startswith("items."):
                continue
            builder.event(event, value)
    except ijson.JSONError:
        return None, iter(())
    head = builder.value
    return (head if isinstance(head, dict) else None), _items(file)


def _items(file: IO[bytes]) -> Iterator[Any]:
    try:
        yield from ijson.items(_past_the_mark(file), "items.item", use_float=True)
    except ijson.JSONError as failure:
        raise NotAnArticle("damaged") from failure


def _past_the_mark(file: IO[bytes]) -> IO[bytes]:
    file.seek(0)
    if file.read(3) != codecs.BOM_UTF8:
        file.seek(0)
    return file
