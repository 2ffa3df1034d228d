"""Every address that is named exists: a name that resolves to nothing is a 500 on the page that draws it."""

import re

import pytest
from django.urls import URLPattern, get_resolver

from tests.architecture.house import SOURCE

NAMED = re.compile(
    r"""(?:{%\s*url\s+|\b(?:reverse|reverse_lazy|redirect|resolve_url)\(\s*)["']([\w.-]+:[\w.:-]+)["']"""
)


def names_of(resolver, space: str = "") -> set[str]:
    found = set()
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            found.add(f"{space}{pattern.name}")
        else:
            found |= names_of(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
    return found


@pytest.fixture(scope="module")
def known() -> set[str]:
    return names_of(get_resolver())


FILES = [
    path
    for path in sorted(SOURCE.rglob("*"))
    if path.suffix in {".py", ".html", ".txt", ".xml"}
    and NAMED.search(path.read_text(encoding="utf-8", errors="ignore"))
]


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_file_names_addresses_that_exist(file, known):
    assert sorted(set(NAMED.findall(file.read_text(encoding="utf-8"))) - known) == []


def test_every_way_of_naming_is_seen():
    text = """{% url "a:b" x %} {%url 'a:c'%} reverse("a:d") reverse_lazy('a:e', args=[1]) redirect("a:f") redirect("/x/")"""
    assert NAMED.findall(text) == ["a:b", "a:c", "a:d", "a:e", "a:f"]
