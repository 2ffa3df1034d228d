"""What a post says of itself at its head.

Three forms, as Hexo knows them: between two lines of `---`; above a single line of `---`; JSON above a line of `;;;`.
"""

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from yingzao.articles.readers.forms import characters

MAX_LENGTH = 20_000
_FENCED = re.compile(
    r"\A\ufeff?\s*?(-{3,}|;{3,})[ \t]*\r?\n(.*?)(?:\r?\n|(?<=\n))\1[ \t]*(?:\r?\n|\Z)", re.DOTALL
)
_HEADED_JSON = re.compile(
    r'\A\ufeff?(\s*+(?:\{\s*+)?"[^"\n]+"[ \t]*:.*?\r?\n)(;{3,})[ \t]*(?:\r?\n|\Z)', re.DOTALL
)
_HEADED = re.compile(r"\A\ufeff?(\s*[A-Za-z_][\w-]*[ \t]*:.*?\r?\n)(-{3,})[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_LINE = re.compile(r"^([A-Za-z_][\w-]*)\s*:(?:\s+(.*)|)$")
_LOOSE_LINE = re.compile(r"^([A-Za-z_][\w-]*)\s*[:：](?!//)\s*(.*)$")  # `title:题目` too
_HEAD = re.compile(r"[^\s#—-].*?:(?:\s|$)|[A-Za-z_][\w-]*:(?!//)")  # a key in any script, quoted or not
_BELOW = re.compile(r"^(?:\s|-\s|—|#|$)")  # a line that goes on with the key above it, or says nothing
_ITEM = re.compile(r"^\s*(?:-|—)\s*(.*)$")

Value = str | list[str]


class _Strings(yaml.BaseLoader):
    """Every scalar stays the text that it was. References are refused: they can make a small file huge."""

    def compose_node(self, parent, index):
        if self.check_event(yaml.events.AliasEvent):
            raise yaml.YAMLError("references are not used in posts")
        return super().compose_node(parent, index)


@dataclass(frozen=True, slots=True)
class Block:
    """Where the head stands in the text: its lines are `text[start:end]`, the body begins at `body`."""

    start: int
    end: int
    body: int
    is_json: bool = False


def find_block(text: str) -> Block | None:
    """The head of the post, None where it has none. A post may begin with an empty line."""
    if match := _FENCED.match(text):
        block = Block(match.start(2), match.end(2), match.end(), is_json=match[1].startswith(";"))
    elif match := _HEADED_JSON.match(text):
        block = Block(match.start(1), match.end(1), match.end(), is_json=True)
    elif (match := _HEADED.match(text)) and _is_head(match[1]):
        block = Block(match.start(1), match.end(1), match.end())
    else:
        return None
    return block if block.end - block.start <= MAX_LENGTH else None


def _is_head(lines: str) -> bool:
    """Above a single line of dashes stand keys and what belongs to them; otherwise the line underlines a heading."""
    return all(_LINE.match(line) or _BELOW.match(line) for line in lines.splitlines())


def split(text: str) -> tuple[Mapping[str, Value], str, bool]:
    """Front matter, the rest, and whether the block had to be mended because it was not valid.

    Braces that were written as entities in it are put back.
    """
    block = find_block(text)
    if block is None:
        return {}, text, False
    lines = text[block.start : block.end]
    loaded = {} if not lines.strip() else _json(lines) if block.is_json else _yaml(lines)
    mended = not isinstance(loaded, dict)
    values = _line_by_line(lines) if mended else loaded
    plain = {characters(str(key)): _plain(_named(str(key), value)) for key, value in values.items()}
    return plain, text[block.body :], mended


def _yaml(lines: str) -> Any:
    lines = re.sub(
        r"^[ \t]*\t[ \t]*", lambda tabs: tabs[0].replace("\t", "  "), lines, flags=re.MULTILINE
    )  # as Hexo
    try:
        return yaml.load(lines, Loader=_Strings)
    except (yaml.YAMLError, RecursionError, ValueError):
        return None


def _json(lines: str) -> Any:
    try:
        return json.loads(
            "{" + lines.strip().removeprefix("{").removesuffix("}").rstrip().removesuffix(",") + "}"
        )
    except (ValueError, RecursionError):
        return None


def _named(key: str, value: object) -> object:
    """Of a writer who is given with a link or a portrait, the name."""
    if key not in ("author", "authors"):
        return value
    if isinstance(value, dict):
        return value.get("name", value)
    return [_named(key, item) for item in value] if isinstance(value, list) else value


def _plain(value: object) -> Value:
    if isinstance(value, list):
        return [_entities_back(text).strip(" —-") for item in value for text in _flat(item) if text]
    if isinstance(value, dict):
        return [characters(f"{key}: {item}")[:500] for key, item in value.items()]
    return _entities_back("" if value is None or value == "~" else str(value))[:2000]


def _flat(item: object) -> list[str]:
    """Hexo nests the categories of one branch in a list of their own."""
    if isinstance(item, list):
        return [text for inner in item for text in _flat(inner)]
    return ["" if item is None else str(item)]


def _entities_back(text: str) -> str:
    text = characters(text)
    return html.unescape(text) if "&#12" in text else text


def _line_by_line(block: str) -> dict[str, Value]:
    """`key: value` and items below it, whatever the quotes."""
    found: dict[str, Value] = {}
    key = ""
    for line in block.splitlines():
        item = _ITEM.match(line)
        if not item and (pair := _LOOSE_LINE.match(line)):
            key = pair[1]
            found[key] = _unquoted(pair[2].strip())
        elif key and item:
            items = found[key] if isinstance(found[key], list) else []
            found[key] = [*items, _unquoted(item[1].strip())]
    return found


def _unquoted(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        return text[1:-1]
    return text


# Writing back


def rewrite(text: str, changes: Mapping[str, Value | None]) -> str:
    """The post with these keys set, or taken out (None); every other character is as it was.

    A key that the head lacks is added at its end, a post without a head gets one. Raises ValueError for a head in JSON.
    """
    block = find_block(text)
    newline = "\r\n" if "\r\n" in text else "\n"
    if block is None:
        added = "".join(
            _written(key, value, newline, "") for key, value in changes.items() if value is not None
        )
        return f"---{newline}{added}---{newline}{newline}{text}" if added else text
    if block.is_json:
        raise ValueError("the head is written in JSON")
    lines = text[block.start : block.end].splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += newline
        tail = text[block.end :].removeprefix(newline)
    else:
        tail = text[block.end :]
    entities = "&#12" in text[block.start : block.end]
    for key, value in changes.items():
        first, last = _span(lines, key)
        before = "".join(lines[first:last])
        after = "" if value is None else _written(key, value, newline, before, entities=entities)
        lines[first:last] = [after] if after else []
    return text[: block.start] + "".join(lines) + tail


def _span(lines: list[str], key: str) -> tuple[int, int]:
    """The lines of a key: its own and those that belong to it, without comments and empty lines at their end."""
    heads = [number for number, line in enumerate(lines) if _HEAD.match(line.rstrip("\r\n"))]
    for number in heads:
        if lines[number].split(":", 1)[0].strip().strip("'\"") == key:
            last = next((head for head in heads if head > number), len(lines))
            while last > number + 1 and (
                not lines[last - 1].strip() or lines[last - 1].lstrip().startswith("#")
            ):
                last -= 1
            return number, last
    return len(lines), len(lines)


def _written(key: str, value: Value, newline: str, before: str, *, entities: bool = False) -> str:
    if isinstance(value, str):
        return f"{key}: {_scalar(value, before.partition(':')[2].strip()[:1], entities)}{newline}"
    if not value:
        return f"{key}: []{newline}"
    dash = re.search(r"^([ \t]*)-[ \t]+", before, re.MULTILINE)
    indent = dash[1] if dash else " "
    items = "".join(f"{indent}- {_scalar(item, '', entities)}{newline}" for item in value)
    head = re.match(rf"{re.escape(key)}[ \t]*:[ \t]*", before)
    return f"{head[0].rstrip(' ') if head and not dash else head[0] if head else key + ':'}{newline}{items}"


def _scalar(value: str, quote: str, entities: bool) -> str:
    """The value so that YAML reads it back as it is, in the quotes that stood there where they can hold it."""
    text = " ".join(value.splitlines())
    if entities:
        text = text.replace("{", "&#123;").replace("}", "&#125;")
    single = "'" + text.replace("'", "''") + "'"
    double = json.dumps(text, ensure_ascii=False)
    for candidate in (single,) if quote == "'" else (double,) if quote == '"' else (text, single):
        if _yaml(f"k: {candidate}\n") == {"k": text}:
            return candidate
    return double
