"""Figures that a text names by a key, `[数:needs.activity.7K2Q9XAB]`: their places in Markdown, in our HTML and in plain words.

In our HTML a figure is `<data value="KEY">86</data>`. Nothing else can put that element there: the sanitiser does not know it.
"""

import re
from collections.abc import Callable, Mapping
from html import escape

_KEY = r"[a-z]{2,20}(?:\.[a-z]{2,20}\.[0-9A-Za-z]{1,16})?"
MARK = re.compile(rf"[\[［【]\s*数\s*[:：]\s*({_KEY})\s*[\]］】](?!\()")
_ESCAPED = re.compile(rf"\\\[数:({_KEY})\\\]")
_SHOWN = re.compile(rf'<data value="({_KEY})"[^>]*>([^<]*)</data>')
_TAGS = re.compile(r"(<[^>]+>)")
_CODE = re.compile(r"<(/?)(?:pre|code)\b")


def mark_of(key: str) -> str:
    return f"[数:{key}]"


def is_key(text: str) -> bool:
    return re.fullmatch(_KEY, text) is not None


def figures_named(source: str) -> tuple[str, ...]:
    """Keys that the text names, each once, in its order."""
    return tuple(dict.fromkeys(found[1] for found in MARK.finditer(source)))


def in_words(text: str, values: Mapping[str, str], around: str = "{}") -> str:
    """Marks replaced by their values, each put into `around`; a key without one stays as it is."""
    return MARK.sub(lambda m: around.format(values[m[1]]) if m[1] in values else m[0], text)


def in_html(html: str, values: Mapping[str, str]) -> str:
    """Marks in the words of safe HTML become figures; those in code and of unknown keys stay words."""
    if "数" not in html:
        return html
    depth = 0
    parts = _TAGS.split(html)
    for place, part in enumerate(parts):
        if part.startswith("<"):
            if code := _CODE.match(part):
                depth += -1 if code[1] else 1
        elif not depth:
            parts[place] = MARK.sub(
                lambda m: f'<data value="{m[1]}">{escape(values[m[1]])}</data>' if m[1] in values else m[0],
                part,
            )
    return "".join(parts)


def shown_in(html: str) -> dict[str, str]:
    """The figures of our HTML: key → what stands there."""
    return {found[1]: found[2] for found in _SHOWN.finditer(html)}


def without_figures(html: str, show: Callable[[str, str], str] | None = None) -> str:
    """Our HTML with each figure as its words alone, or as `show(key, words)` gives it, which has to be safe HTML."""
    if "<data " not in html:
        return html
    return _SHOWN.sub(lambda m: show(m[1], m[2]) if show else m[2], html)


def unescaped(markdown: str) -> str:
    """A mark that Markdown's writer took for brackets of the text's own."""
    return _ESCAPED.sub(lambda m: mark_of(m[1]), markdown)
