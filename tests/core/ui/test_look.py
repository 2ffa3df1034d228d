"""What holds for every template and for the palette: no inline style or script, enough contrast in both themes."""

import importlib.util
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SOURCE = ROOT / "src" / "yingzao"
STYLES = (SOURCE / "core/ui/static/ui/yingzao.css").read_text()
TEMPLATES = sorted(SOURCE.rglob("templates/**/*.html"))

INLINE = {
    "style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "style element": re.compile(r"<style\b", re.I),
    "script without src": re.compile(
        r"<script\b(?![^>]*\bsrc=)(?![^>]*type=\"application/(ld\+)?json\")", re.I
    ),
    "event attribute": re.compile(
        r"<[^>]*\son(click|change|submit|load|input|error|focus|blur|key\w+|mouse\w+)\s*=", re.I
    ),
    "javascript: address": re.compile(r"javascript:", re.I),
    "htmx eval": re.compile(r"\bhx-on[:=-]|hx-vals=.js:|\bhx-vars\b", re.I),
    "another server": re.compile(r"<(script|link|img|iframe)\b[^>]*\b(src|href)=\"(https?:)?//", re.I),
}


@pytest.mark.parametrize("what", sorted(INLINE))
@pytest.mark.parametrize(
    "bad",
    [
        '<p style="color:red">',
        "<style>p{}</style>",
        "<script>alert(1)</script>",
        '<a onclick="x()">',
        '<a href="javascript:x">',
        '<a hx-on:click="x()">',
        '<script src="https://cdn.example/x.js"></script>',
    ],
)
def test_the_scan_sees_what_it_looks_for(what, bad):
    found = [name for name, pattern in INLINE.items() if pattern.search(bad)]
    assert len(found) == 1, (what, found)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_template_has_nothing_inline(template):
    text = re.sub(r"{#.*?#}|{% comment %}.*?{% endcomment %}", "", template.read_text(), flags=re.S)
    assert [name for name, pattern in INLINE.items() if pattern.search(text)] == []


def palette(theme: str) -> dict[str, str]:
    selector = r":root, \[data-bs-theme=light\]" if theme == "light" else r"\[data-bs-theme=dark\]"
    block = re.search(rf"^{selector} \{{(.*?)^\}}", STYLES, re.S | re.M).group(1)
    return dict(re.findall(r"--yz-([a-z-]+): (#[0-9a-f]{6})", block))


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


SURFACES = ("paper", "card")
TEXT = [
    *[(ink, surface) for ink in ("ink", "soft", "glaze", "clay", "leaf", "harm") for surface in SURFACES],
    *[("ink", f"{wash}-wash") for wash in ("glaze", "clay", "leaf", "harm", "mute")],
    *[(tone, f"{tone}-wash") for tone in ("glaze", "clay", "leaf", "harm")],
    ("soft", "mute-wash"),
    ("soft", "glaze-wash"),
    ("glaze", "mute-wash"),
    ("clay", "glaze-wash"),
    ("on-glaze", "glaze"),
    ("on-glaze", "glaze-deep"),
    ("on-harm", "harm"),
    ("card", "clay"),
    ("glaze-deep", "paper"),
]
SHAPES = [
    (shape, surface)
    for shape in ("edge", "seal", "glaze", "leaf", "clay", "harm", "soft")
    for surface in SURFACES
]


def test_contrast_is_computed_as_wcag_does():
    assert round(contrast("#000000", "#ffffff"), 1) == 21.0
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "surface"), TEXT)
def test_text_reaches_aa(theme, ink, surface):
    colours = palette(theme)
    assert contrast(colours[ink], colours[surface]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("shape", "surface"), SHAPES)
def test_shapes_and_borders_of_controls_reach_aa(theme, shape, surface):
    colours = palette(theme)
    assert contrast(colours[shape], colours[surface]) >= 3


def test_both_themes_name_the_same_colours():
    assert set(palette("light")) == set(palette("dark"))


def test_every_width_of_a_bar_exists():
    assert set(re.findall(r"\.w-p(\d+)\{width:\1%\}", STYLES)) == {str(n) for n in range(101)}


def vendor():
    spec = importlib.util.spec_from_file_location("vendor", ROOT / "tools" / "vendor.py")
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules["vendor"] = module
    spec.loader.exec_module(module)
    return module


def test_vendored_files_are_those_of_the_manifest():
    assert vendor().check() == []


def test_changed_vendored_file_is_noticed(tmp_path, monkeypatch):
    module = vendor()
    (tmp_path / "htmx.min.js").write_text("changed")
    (tmp_path / "stray.js").write_text("stray")
    manifest = tmp_path / "manifest.json"
    entries = [
        e
        for e in json.loads(module.MANIFEST.read_text())["files"]
        if e["file"] in {"tabler.min.css", "htmx.min.js"}
    ]
    manifest.write_text(json.dumps({"files": entries}))
    monkeypatch.setattr(module, "VENDOR", tmp_path)
    monkeypatch.setattr(module, "MANIFEST", manifest)
    assert module.check() == [
        "stray.js: not in the manifest",
        "tabler.min.css: in the manifest, not in the folder",
        "htmx.min.js: its sum is not the manifest's",
    ]


def classes(template: str) -> set[str]:
    """The class names that a template spells out; those put together from values are left out."""
    plain = re.sub(r"{%.*?%}", " ", re.sub(r"{{.*?}}", "\0", template, flags=re.S), flags=re.S)
    return {
        word
        for value in re.findall(r'\bclass="([^"]*)"', plain)
        for word in value.split()
        if "\0" not in word and word[-1] != "-"
    }


def test_classes_are_found_between_template_tags():
    text = """<p class="a{% if x == "y" %} b{% endif %} c-{{ d }} {{ e }}"><i class="f">"""
    assert classes(text) == {"a", "b", "f"}


def test_no_template_uses_what_was_taken_out_of_tabler():
    dropped, ours = vendor().DROPPED, set(re.findall(r"\.([a-z][a-z0-9-]*)", STYLES))
    used = {
        (str(t.relative_to(SOURCE)), word)
        for t in TEMPLATES
        for word in classes(t.read_text())
        if word not in ours and dropped.search(f".{word}")
    }
    assert used == set()


def test_every_class_in_a_template_is_known_to_a_stylesheet():
    """A class that nothing draws is a typing error or a component that was meant to exist."""
    sheets = [p.read_text() for p in SOURCE.rglob("static/**/*.css")]
    known = {word for sheet in sheets for word in re.findall(r"\.(-?[A-Za-z_][\w-]*)", sheet)}
    used = {
        (str(t.relative_to(SOURCE)), word)
        for t in TEMPLATES
        for word in classes(t.read_text())
        if word not in known
    }
    assert used == set()


def test_what_was_taken_out_of_tabler_is_out():
    kept = (SOURCE / "core/ui/static/ui/vendor/tabler.min.css").read_text()
    assert [name for name in (".navbar-nav{", ".modal-dialog{", ".bg-azure{") if name in kept] == []
    assert [
        name for name in (".d-flex{", ".btn{", ".form-control{", ".visually-hidden") if name not in kept
    ] == []


def test_first_page_is_light():
    """Everything a first page needs, compressed, stays far below the 150 KB that a phone on a slow link is given."""
    import gzip

    files = [
        "ui/vendor/tabler.min.css",
        "ui/yingzao.css",
        "ui/vendor/htmx.min.js",
        "ui/ui.js",
        "ui/theme.js",
        "ui/offline.js",
        "ui/vendor/icons.svg",
    ]
    sizes = {name: len(gzip.compress((SOURCE / "core/ui/static" / name).read_bytes(), 6)) for name in files}
    assert sum(sizes.values()) < 60_000, sizes
