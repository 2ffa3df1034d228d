"""The block between two lines of --- at the head of a post."""

import html
import re
from collections.abc import Mapping

import yaml

MAX_LENGTH = 20_000
_BLOCK = re.compile(r"\A\s*---[ \t]*\r?\n(.*?)(?:\r?\n)---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_LINE = re.compile(r"^([A-Za-z_][\w-]*)\s*:\s*(.*)$")
_ITEM = re.compile(r"^\s*(?:-|—)\s*(.*)$")

Value = str | list[str]


class _Strings(yaml.BaseLoader):
    """Every scalar stays the text that it was. References are refused: they can make a small file huge."""

    def compose_node(self, parent, index):
        if self.check_event(yaml.events.AliasEvent):
            raise yaml.YAMLError("references are not used in posts")
        return super().compose_node(parent, index)


def split(text: str) -> tuple[Mapping[str, Value], str, bool]:
    """Front matter, the rest, and whether the block had to be mended because it was not valid YAML.

    A post may begin with an empty line. Braces that were written as entities in it are put back.
    """
    match = _BLOCK.match(text)
    if not match or len(match[1]) > MAX_LENGTH:
        return {}, text, False
    try:
        loaded = yaml.load(match[1], Loader=_Strings)
    except (yaml.YAMLError, RecursionError):
        loaded = None
    mended = not isinstance(loaded, dict)
    values = _line_by_line(match[1]) if mended else loaded
    return {str(key): _plain(value) for key, value in values.items()}, text[match.end() :], mended


def _plain(value: object) -> Value:
    if isinstance(value, list):
        return [_entities_back(str(item)).strip(" —-") for item in value if item]
    if isinstance(value, dict):
        return [f"{key}: {item}"[:500] for key, item in value.items()]
    return _entities_back(str(value or ""))[:2000]


def _entities_back(text: str) -> str:
    return html.unescape(text) if "&#12" in text else text


def _line_by_line(block: str) -> dict[str, Value]:
    """`key: value` and items below it, whatever the quotes."""
    found: dict[str, Value] = {}
    key = ""
    for line in block.splitlines():
        if pair := _LINE.match(line):
            key = pair[1]
            found[key] = _unquoted(pair[2].strip())
        elif key and (item := _ITEM.match(line)):
            items = found[key] if isinstance(found[key], list) else []
            found[key] = [*items, _unquoted(item[1].strip())]
    return found


def _unquoted(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        return text[1:-1]
    return text
