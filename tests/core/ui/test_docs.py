"""docs/interface.md names every component with its attributes, every state and every base page, as they are."""

import inspect
import re
from pathlib import Path

import pytest

from yingzao.core.ui import navigation
from yingzao.core.ui.templatetags import ui

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "interface.md").read_text()
TEMPLATES = ROOT / "src/yingzao/core/ui/templates"


def signature(function) -> list[str]:
    """As the page writes it: required ones bare, others with their default."""
    shown = []
    for name, parameter in inspect.signature(function).parameters.items():
        if name in {"content", "context"}:
            continue
        default = parameter.default
        if default is inspect.Parameter.empty:
            shown.append(name)
        elif isinstance(default, str):
            shown.append(f'{name}="{default}"')
        else:
            shown.append(f"{name}={default}")
    return shown


@pytest.mark.parametrize("name", sorted(ui.register.tags))
def test_component_is_documented_as_it_is(name):
    written = re.search(rf"{{% {name}( [^%]*)? %}}", PAGE)
    assert written is not None
    if name in {"legend", "place", "field"}:
        return  # shortened, or shown in use
    assert (written.group(1) or "").split() == signature(getattr(ui, name))


@pytest.mark.parametrize("name", sorted(ui.register.filters))
def test_filter_is_documented(name):
    assert re.search(rf"\\\|{name}\b", PAGE)


def test_states_are_documented():
    lines = dict(
        (key, (word, shape))
        for keys, word, shape in re.findall(r"^\| ((?:`\w+`(?:, )?)+) \| (\S+) \| `(\w+)` \|$", PAGE, re.M)
        for key in re.findall(r"`(\w+)`", keys)
    )
    assert lines == {key: (str(word), shape) for key, (shape, word) in ui.STATES.items()}


@pytest.mark.parametrize(
    "line", re.findall(r"^\| `(ui/\w+\.html)` \|[^|]*\|([^|]*)\|$", PAGE, re.M), ids=lambda line: line[0]
)
def test_base_page_has_the_blocks_it_promises(line):
    template, blocks = line
    text = (TEMPLATES / template).read_text()
    promised = re.findall(r"`(\w+)`", blocks)
    assert promised
    assert [name for name in promised if f"{{% block {name} %}}" not in text] == []


def test_audiences_are_documented():
    assert [audience for audience in navigation.AUDIENCES if f"`{audience}`" not in PAGE] == []
