"""The spellings of `spellings.json`: what other platforms call columns and states. To be added to as lists come in."""

import json
from functools import cache
from importlib import resources

from yingzao.core.ports import CompletionWords


@cache
def completion_words() -> CompletionWords:
    text = resources.files("yingzao.courses.readers").joinpath("spellings.json").read_text(encoding="utf-8")
    said = json.loads(text)
    return CompletionWords(said["columns"], said["finished"], said["unfinished"])
