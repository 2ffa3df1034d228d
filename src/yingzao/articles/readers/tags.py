"""Hexo's own tags (`{% asset_img a.png %}`) as Markdown, and what Markdown would take from a post's words.

The tags are those of Hexo itself (https://hexo.io/docs/tag-plugins) and the wrappers that its themes have in common. A tag
that is not known stays as it was written; so does everything inside code.
"""

import re
import shlex
from collections.abc import Callable

# Code of either kind, and {% raw %}: what stands in it is nobody's tag.
_CODE = re.compile(
    r"^[ \t>]*+(?P<fence>`{3,}+|~{3,}+)[^\n]*+\n(?:.*?\n)??[ \t>]*(?P=fence)[`~]*+[ \t]*+$"
    r"|(?<!`)(?P<ticks>`{1,9}+)(?!`)[^`\n]++(?P=ticks)(?!`)",
    re.MULTILINE | re.DOTALL,
)
_RAW = re.compile(r"\{%-?\s*raw\s*-?%\}(.*?)\{%-?\s*endraw\s*-?%\}", re.DOTALL)
_TAG = re.compile(r"\{%-?[ \t]*(\w+)(?:[ \t]+([^\n{}]*?))?[ \t]*-?%\}")
_BLOCK = re.compile(
    r"\{%-?[ \t]*(?P<name>codeblock|code|blockquote|quote|pullquote|centerquote|cq)(?:[ \t]+(?P<said>[^\n{}]*?))?[ \t]*-?%\}"
    r"(?P<body>.*?)\{%-?[ \t]*end(?P=name)[ \t]*-?%\}",
    re.DOTALL,
)
_PICTURES = {"asset_img", "img"}
_PLAYERS = frozenset(
    [
        "youtube",
        "vimeo",
        "iframe",
        "gist",
        "jsfiddle",
        "aplayer",
        "aplayerlist",
        "aplayerlrc",
        "meting",
        "dplayer",
        "bilibili",
        "pdf",
        "video",
        "audio",
        "codepen",
    ]
)
_WRAPPERS = frozenset(
    ["note", "subnote", "admonition", "tabs", "subtabs", "cell", "grid", "row", "centerbox"]
)
_FOOTNOTE = re.compile(r"^( {0,3})\[(\^[^\]\s]+)\]:", re.MULTILINE)
_SPACED_PICTURE = re.compile(
    r"(!\[[^\[\]\n]{0,300}+\])\([ \t]*([^()<>\n\"']{1,300}+(?<=\.jpg|\.png|\.gif|\.bmp|\.svg|jpeg|webp))[ \t]*\)",
    re.IGNORECASE,
)
_FORMULA = re.compile(r"\$\$(?!\$)([^$]{1,4000}?)\$\$")
_MARKS = re.compile(r"([!-/:-@\[-`{-~])")
# Brackets and stars cost time in proportion to the square
MAX_MARKDOWN = 200_000
MAX_BRACKETS = 20_000
MOST_TAGS = 5_000  # beyond that a text is no post, and its braces stay what they are


def is_too_much(text: str) -> bool:
    """Whether a text is more Markdown than is read."""
    return len(text) > MAX_MARKDOWN or text.count("[") > MAX_BRACKETS


def as_markdown(text: str) -> tuple[str, bool]:
    """The post without Hexo's tags, and whether one of them was a player or frame of another site, which goes."""
    if "{%" not in text or text.count("{%") > MOST_TAGS:
        return _outside_code(text, _kept_words), False
    dropped: list[str] = []
    raws: list[str] = []

    def aside(match: re.Match[str]) -> str:
        raws.append(match[1])
        return f"\x01{len(raws) - 1}\x01"

    def expand(part: str) -> str:
        return _kept_words(_TAG.sub(lambda tag: _single(tag, dropped), part))

    blocks = _outside_code(text, lambda part: _RAW.sub(aside, part))
    blocks = _outside_code(_BLOCK.sub(_block, blocks), expand)
    return re.sub(r"\x01(\d+)\x01", lambda place: raws[int(place[1])], blocks), bool(dropped)


def without_raw(html: str) -> str:
    """A post in HTML: only the marks that keep Hexo's hands off are taken out."""
    return _RAW.sub(r"\1", html) if "raw" in html and html.count("{%") <= MOST_TAGS else html


def _outside_code(text: str, change: Callable[[str], str]) -> str:
    parts, end = [], 0
    for code in _CODE.finditer(text):
        parts += [change(text[end : code.start()]), code[0]]
        end = code.end()
    return "".join([*parts, change(text[end:])])


def _kept_words(text: str) -> str:
    """A footnote is no link's address and a formula's stars are no emphasis: both stay text. A picture's address may have
    blanks in it."""
    text = _SPACED_PICTURE.sub(r"\1(<\2>)", text)
    text = _FOOTNOTE.sub(r"\1\\[\2]:", text)
    return _FORMULA.sub(lambda formula: f"$${_escaped(formula[1])}$$", text)


def _escaped(words: str) -> str:
    return _MARKS.sub(r"\\\1", words)


def _words(said: str | None) -> list[str]:
    try:
        return shlex.split(said or "", posix=True)
    except ValueError:  # a quote of its own
        return (said or "").split()


def _single(tag: re.Match[str], dropped: list[str]) -> str:
    name, words = tag[1], _words(tag[2])
    if name in _PICTURES and words:
        return _picture(words)
    if name in _PLAYERS or name.removeprefix("end") in _PLAYERS:
        dropped.append(name)
        return ""
    if name.removeprefix("end") in _WRAPPERS:
        return ""
    if name in ("post_link", "asset_link", "asset_path") and words:
        return " ".join(word for word in words[1:] if word not in ("true", "false")) or words[0]
    if name == "link" and words:
        return _link(words)
    return tag[0]


def _picture(words: list[str]) -> str:
    """`[class names] address [width] [height] [title text [alt text]]`; the address is what looks like a file."""
    at = next((n for n, word in enumerate(words) if re.search(r"\.\w{2,5}(?:[?#].*)?$|/", word)), 0)
    rest = words[at + 1 :]
    while rest and re.fullmatch(r"\d+(?:px|%)?|auto", rest[0]):
        rest = rest[1:]
    said = " ".join(word.strip("\"'") for word in rest)
    address = re.sub(r"[<>]", "", words[at])
    return f"![{_escaped(said)}](<{address}>)"


def _link(words: list[str]) -> str:
    at = next((n for n, word in enumerate(words) if re.match(r"https?://", word)), None)
    if at is None:
        return " ".join(words)
    said = " ".join(words[:at]).rstrip(",， ")
    address = re.sub(r"[<>\s]", "", words[at].rstrip(","))
    return f"[{_escaped(said or address)}](<{address}>)"


def _block(match: re.Match[str]) -> str:
    name, said, body = match["name"], (match["said"] or "").strip(), match["body"].strip("\n")
    if name in ("codeblock", "code"):
        fence = "`" * max(3, max((len(run) for run in re.findall("`+", body)), default=0) + 1)
        return f"\n{fence}\n{body}\n{fence}\n"
    lines = body.strip().split("\n")
    if name in ("blockquote", "quote") and said:
        lines += ["", f"— {said}"]
    return "\n\n" + "\n".join(f"> {line}".rstrip() for line in lines) + "\n\n"
