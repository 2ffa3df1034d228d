"""What import-linter cannot see: keys named by string, templates, engines' imports, names, words.

Each look is a function over files; beside the test on the house stands one on a breach, so that a look that has
gone blind is noticed.
"""

import ast
import re
import sys
from collections.abc import Iterable
from pathlib import Path

import polib
import pytest
from django.apps import apps

from tests.architecture.house import ROOT, SOURCE, may_know, room_of

ENGINES_MAY_IMPORT = {"numpy", "scipy"} | sys.stdlib_module_names
EMPTY_NAMES = {"utils", "helpers", "common", "misc", "base", "manager", "service", "services"}
TEMPLATE_NAME = re.compile(r"""["'](\w+)/[\w./-]+\.(?:html|txt|typ|xml)(?:#[\w-]+)?["']""")
TEMPLATES = sorted(SOURCE.glob("**/templates/**/*.html"))
ROOM_OF_TEMPLATES = {"ui": "core"}


# Rows


def upward_relations(models: Iterable) -> list[str]:
    """Relations from a lower room's row to a higher room's. Persons may be named by AUTH_USER_MODEL from anywhere."""
    found = []
    for model in models:
        for field in model._meta.get_fields():
            if not (field.is_relation and field.concrete) or field.related_model is None:
                continue
            if field.swappable_setting == "AUTH_USER_MODEL" and model.__module__.startswith("yingzao.core"):
                continue
            here, there = model.__module__.split("."), field.related_model.__module__.split(".")
            if there[0] == "yingzao" and not may_know(here[1], there[1]):
                found.append(f"{model.__name__}.{field.name} → {field.related_model.__name__}")
    return found


def our_models() -> list:
    return [model for model in apps.get_models() if model.__module__.startswith("yingzao.")]


def test_no_relation_points_upward():
    assert upward_relations(our_models()) == []


def test_a_relation_that_points_upward_is_seen():
    from django.db import models
    from django.test.utils import isolate_apps

    with isolate_apps("yingzao.people", "yingzao.judging"):

        class Above(models.Model):
            __module__ = "yingzao.judging.models"

            class Meta:
                app_label = "judging"

        class Below(models.Model):
            __module__ = "yingzao.people.models"
            above = models.ForeignKey("judging.Above", on_delete=models.CASCADE)

            class Meta:
                app_label = "people"

        assert upward_relations([Above, Below]) == ["Below.above → Above"]


def test_every_model_is_in_the_glossary():
    known = set(
        re.findall(r"^\| (\w+) \|", (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert sorted(model.__name__ for model in our_models() if model.__name__ not in known) == []


def test_every_row_of_a_tenant_has_its_organisation():
    """Rows of core, of persons and of the instance itself belong to no tenant; every other row does."""
    of_the_instance = {
        "Organisation", "Person", "PrivacyNotice", "PrivacyAgreement", "SignIn", "ResetLink", "RegularJob",
        "Device", "Preference", "QuietHours", "DataCopy",
    }  # fmt: skip
    without = [
        model.__name__
        for model in our_models()
        if not {"organisation", "organisation_id"} & {f.name for f in model._meta.get_fields()}
        and model.__name__ not in of_the_instance
    ]
    assert without == []


# Templates


def upward_templates(room: str, text: str) -> list[str]:
    """Templates of a higher or neighbouring room that a file of `room` names."""
    named = {ROOM_OF_TEMPLATES.get(name, name) for name in TEMPLATE_NAME.findall(text)}
    rooms = {path.name for path in SOURCE.iterdir() if path.is_dir()}
    return sorted(name for name in named & rooms if not may_know(room, name))


def test_no_file_names_a_template_of_a_higher_room():
    files = [*TEMPLATES, *(p for p in SOURCE.rglob("*.py") if "migrations" not in p.parts)]
    breaches = {
        str(file.relative_to(SOURCE)): found
        for file in files
        if (found := upward_templates(room_of(file), file.read_text(encoding="utf-8")))
    }
    assert breaches == {}


def test_a_template_of_a_higher_room_is_seen():
    assert upward_templates(
        "people", '{% extends "ui/page.html" %}{% include "judging/sheet.html#row" %}'
    ) == ["judging"]
    assert upward_templates("live", 'render(request, "visits/stop.html")') == ["visits"]


def inline_code(text: str) -> list[str]:
    """Scripts, styles and handlers that stand in a page, which the content security policy refuses."""
    text = re.sub(r"{#.*?#}|{% comment.*?endcomment %}|{%.*?%}", "", text, flags=re.DOTALL)
    scripts = re.findall(r"<script\b(?![^>]*\bsrc=)(?![^>]*application/(?:ld\+)?json)[^>]*>", text)
    return scripts + re.findall(r"<style\b|\sstyle\s*=|\son[a-z]+\s*=|javascript:|\bhx-on\b", text)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_template_holds_no_script_style_or_foreign_address(template):
    text = template.read_text(encoding="utf-8")
    assert inline_code(text) == []
    assert re.findall(r"""(?:src|href)\s*=\s*["'](?:https?:)?//[^"']*\.(?:js|css|woff2?)""", text) == []


@pytest.mark.parametrize(
    "breach",
    [
        "<script>x()</script>",
        "<style>",
        '<p style="color:red">',
        '<a onclick="x()">',
        '<a href="javascript:x()">',
    ],
)
def test_inline_code_is_seen(breach):
    assert len(inline_code(f"<main>{breach}</main>")) == 1


def test_linked_script_and_data_are_allowed():
    assert inline_code('<script type="module" src="{% static "x.js" %}"></script>') == []
    assert inline_code('<script id="d" type="application/json">{}</script>') == []


# Words


def unseen_words(text: str) -> list[str]:
    """Names under which gettext is called and the translation tool does not know it: their strings stay English."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            found += [a.asname for a in node.names if "gettext" in a.name and a.asname not in {None, "_"}]
    return found


def test_gettext_is_called_by_names_that_the_translation_tool_knows():
    files = [f for f in SOURCE.rglob("*.py") if "migrations" not in f.parts]
    assert {str(f): x for f in files if (x := unseen_words(f.read_text(encoding="utf-8")))} == {}


def test_a_name_of_gettext_that_the_tool_does_not_know_is_seen():
    text = "from django.utils.translation import gettext as _now, gettext_lazy as _, ngettext"
    assert unseen_words(text) == ["_now"]


# Engines and names


def foreign_imports(path: Path, text: str) -> list[str]:
    """What an engine imports beside the standard library, NumPy, SciPy and engines."""
    allowed = ENGINES_MAY_IMPORT | ({"rapidfuzz"} if "identity" in path.parts else set())
    found = []
    for node in ast.walk(ast.parse(text)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module or ""]
        found += [n for n in names if n.split(".")[0] not in allowed and not n.startswith("yingzao.engines")]
    return found


def test_engines_import_only_what_is_allowed():
    files = (SOURCE / "engines").rglob("*.py")
    assert {str(f): x for f in files if (x := foreign_imports(f, f.read_text(encoding="utf-8")))} == {}


def test_a_foreign_import_of_an_engine_is_seen():
    text = "import numpy as np, pandas\nfrom rapidfuzz import fuzz\nfrom yingzao.core import clock"
    assert foreign_imports(Path("engines/opinion/fit.py"), text) == ["pandas", "rapidfuzz", "yingzao.core"]
    assert foreign_imports(Path("engines/identity/fit.py"), "from rapidfuzz import fuzz") == []


def test_no_module_has_a_name_that_says_nothing():
    folders = [SOURCE, ROOT / "tests", ROOT / "tools"]
    assert [
        str(p) for folder in folders for p in folder.rglob("*.py") if EMPTY_NAMES & {p.stem, p.parent.name}
    ] == []


def test_nothing_names_a_place_of_one_machine():
    """A path that exists only where somebody wrote it works nowhere else."""
    places = re.compile(r"(?<![\w.])/(?:work|root|home)/\w")
    files = [
        p
        for folder in ("src", "tests", "tools", "docs", "examples", "benchmarks", ".ci")
        for p in (ROOT / folder).rglob("*")
        if p.suffix in {".py", ".md", ".html", ".js", ".css", ".sh", ".toml", ".txt", ".po", ""}
        and p.is_file()
    ]
    files += [
        ROOT / name for name in ("Makefile", "pyproject.toml", "README.md", "CONTRIBUTING.md", "CHANGELOG.md")
    ]
    breaches = [
        str(p.relative_to(ROOT))
        for p in files
        if p.exists()
        and "vendor" not in p.parts
        and places.search(p.read_text(encoding="utf-8", errors="ignore"))
    ]
    assert breaches == []


# Words


@pytest.mark.parametrize(
    "catalogue", sorted(SOURCE.rglob("zh_Hans/**/*.po")), ids=lambda p: p.relative_to(SOURCE).parts[0]
)
def test_every_string_of_the_room_is_translated(catalogue):
    open_ = [
        e.msgid for e in polib.pofile(str(catalogue)) if not e.obsolete and (e.fuzzy or not e.translated())
    ]
    assert open_ == []


def test_every_room_with_templates_has_a_catalogue():
    rooms = {
        t.parents[len(t.relative_to(SOURCE).parts) - 1 - t.relative_to(SOURCE).parts.index("templates")]
        for t in TEMPLATES
    }
    assert sorted(str(r) for r in rooms if not (r / "locale/zh_Hans/LC_MESSAGES/django.po").exists()) == []


# Types


def test_every_section_of_mypy_matches_a_module():
    """mypy only notes a section that matches nothing; what it was to hold would quietly go unheld."""
    import tomllib

    sections = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"][
        "overrides"
    ]
    modules = {".".join(p.relative_to(ROOT / "src").with_suffix("").parts) for p in SOURCE.rglob("*.py")}
    for pattern in (pattern for section in sections for pattern in section["module"]):
        wanted = re.compile(
            re.escape(pattern).replace(r"\.\*\.", r"\..+\.").replace(r"\.\*", r"(\..+)?") + "$"
        )
        assert [m for m in modules if wanted.match(m)], pattern
