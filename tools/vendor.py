"""Fetch the browser's parts from npm again and write the manifest that stands beside them.

    python tools/vendor.py            refetch what the manifest pins; a changed source is an error
    python tools/vendor.py --accept   the same, and a changed source is taken (after an upgrade of PACKAGES below)
    python tools/vendor.py --check    no network: every committed file still has the sum in the manifest

Needs npm (only for refetching; the product itself runs without Node). Exit 0: as pinned; 1: something differs.
"""

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

VENDOR = Path(__file__).resolve().parent.parent / "src/yingzao/core/ui/static/ui/vendor"
MANIFEST = VENDOR / "manifest.json"

ICONS = """
    adjustments alert-triangle arrow-back-up arrow-left arrow-right award bell binary-tree book building-community
    calendar camera certificate chart-dots check checklist chevron-down chevron-left chevron-right clipboard-check
    clipboard-list clock copy device-laptop device-mobile dots download external-link eye file-text filter flag gavel hand-stop
    heart-handshake history home info-circle key language layout-dashboard link list-check lock login logout mail map
    map-pin menu-2 message microphone moon news paperclip pencil phone photo player-play player-stop playlist plus printer progress qrcode refresh route rubber-stamp
    scale scan school search send settings shield-check speakerphone star sun table tournament trash trophy upload user
    user-plus users video world x
""".split()  # noqa: SIM905 - a list literal would be eighty lines


def without_source_map(files: dict[str, bytes]) -> bytes:
    """The one file, without its source map's address: the map is not shipped, and a hashed static file must not name it."""
    (body,) = files.values()
    return re.sub(rb"\n?(/\*|//)# sourceMappingURL=[^\n*]*(\*/)?\s*$", b"\n", body)


# Families of Tabler that no page of ours uses: their behaviour would need its JavaScript, or `details`, `dialog` and our own
# components stand in their place. Named colours go too: the palette is ours. A test keeps templates from using them.
DROPPED = re.compile(
    r"""\.(?:navbar|nav-segmented|offcanvas|modal|carousel|ribbon|switch-icon|toast|popover|tooltip|steps?|dropdown
    |drop(?:up|end|start)|accordion|markdown|signal|sparkline|sortable|signature|mention|chat|timeline|strength|otp|io-
    |noUi|ts-|tox|litepicker|apexcharts|jvm|dz|plyr|fslightbox|fc-|theme-|settings|legend|empty|divide-|link-|tag(?![a-z])
    |form-(?:colorinput|imagecheck|selectgroup)|bs-|calendar|avatar|payment|flag|social|skip|toolbar|prose|page-(?:wrapper|body|header|cover))
    |\[data-vc
    |-(?:blue|azure|indigo|purple|pink|red|orange|yellow|lime|green|teal|cyan|x|facebook|twitter|linkedin|google|youtube|vimeo
    |dribbble|github|instagram|pinterest|vk|rss|flickr|bitbucket|tabler)(?:-lt|-fg)?(?![a-z-])""",
    re.X,
)


SOURCE = VENDOR.parents[4]
_CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")


def _words() -> frozenset[str]:
    """Every word that stands in a template, a script or the code: a class that is none of them is drawn nowhere."""
    files = [p for ending in ("html", "js", "py") for p in SOURCE.rglob(f"*.{ending}")]
    texts = (p.read_text(encoding="utf-8") for p in files if p.parent != VENDOR)
    return frozenset(word for text in texts for word in re.findall(r"[A-Za-z_][\w-]*", text))


def _rules(css: str) -> Iterator[tuple[str, str | None]]:
    """(prelude, body) of each rule on this level; body is None for a statement such as @charset."""
    at = 0
    while at < len(css):
        end = at
        while end < len(css) and css[end] not in "{;":
            end = css.index(css[end], end + 1) + 1 if css[end] in "\"'" else end + 1
        if end == len(css):
            return
        if css[end] == ";":
            yield css[at : end + 1], None
            at = end + 1
            continue
        depth, close = 1, end + 1
        while depth:
            if css[close] in "\"'":
                close = css.index(css[close], close + 1)
            depth += {"{": 1, "}": -1}.get(css[close], 0)
            close += 1
        yield css[at:end], css[end + 1 : close - 1]
        at = close


def _kept(css: str, words: frozenset[str]) -> str:
    def is_used(selector: str) -> bool:
        return not DROPPED.search(selector) and words.issuperset(_CLASS.findall(selector))

    out = []
    for prelude, body in _rules(css):
        if body is None:
            out.append(prelude)
        elif prelude.startswith(("@media", "@supports", "@container", "@layer")):
            if inner := _kept(body, words):
                out.append(f"{prelude}{{{inner}}}")
        elif prelude.startswith("@"):
            out.append(f"{prelude}{{{body}}}")
        elif ":root" in prelude or "data-bs-theme" in prelude.split(" ")[-1]:
            out.append(f"{prelude}{{{body}}}")  # variables
        elif selectors := [s for s in _selectors(prelude) if is_used(s)]:
            out.append(f"{','.join(selectors)}{{{body}}}")
    return "".join(out)


def _selectors(prelude: str) -> list[str]:
    """The comma-separated selectors; a comma inside :is(…) or [a="b,c"] does not separate."""
    return re.split(r",(?![^(\[]*[)\]])", prelude)


def without_unused(files: dict[str, bytes]) -> bytes:
    """The stylesheet without families that no page uses (DROPPED in tools/vendor.py), classes that no source names, and its source map."""
    css = without_source_map(files).decode()
    notice, rest = re.match(r"(@charset[^;]*;\s*/\*!.*?\*/)(.*)", css, re.S).groups()
    return f"{notice}\n{_kept(re.sub(r'/[*].*?[*]/', '', rest, flags=re.S).strip(), _words())}\n".encode()


def as_sprite(files: dict[str, bytes]) -> bytes:
    """One SVG of symbols from single icons: line width 1.75, colour from the text, no inline style."""
    symbols = []
    for path, body in sorted(files.items()):
        inner = re.sub(r"^.*?<svg[^>]*>|</svg>\s*$", "", body.decode(), flags=re.S)
        shapes = [
            line.strip() for line in inner.splitlines() if line.strip() and 'd="M0 0h24v24H0z"' not in line
        ]
        symbols.append(f'<symbol id="{Path(path).stem}" viewBox="0 0 24 24">{"".join(shapes)}</symbol>')
    notice = "<!-- Tabler Icons, MIT, Copyright (c) 2020-2025 Pawel Kuna -->"
    return "\n".join(['<svg xmlns="http://www.w3.org/2000/svg">', notice, *symbols, "</svg>\n"]).encode()


def as_classic(files: dict[str, bytes]) -> bytes:
    """Encoder and decoder as one classic script: modules cannot import files whose served names change with their text."""
    encoder, decoder = (files[name].decode() for name in ("index.js", "decode.js"))
    imported = re.match(r"import \{([^}]*)\} from '\./index\.js';\n", decoder)
    needs = re.findall(r"(\w+) as (\w+)", imported[1])
    gives = dict(re.findall(r"(\w+) as (\w+)", re.search(r"^export \{([^}]*)\};$", encoder, re.M)[1]))
    shared = {outer: inner for inner, outer in gives.items()}
    body = "\n".join(
        [
            _as_function("encoder", encoder, ["encodeQR", *(shared[outer] for outer, _inner in needs)]),
            _as_function(
                "decoder", decoder[imported.end() :], ["decodeQR"], [inner for _outer, inner in needs]
            ),
            "const made = encoder();",
            f"const found = decoder({', '.join(f'made.{shared[outer]}' for outer, _inner in needs)});",
            "globalThis.QR = { encode: made.encodeQR, decode: found.decodeQR };",
        ]
    )
    notice = "/*! qr, MIT or Apache-2.0, Copyright (c) Paul Miller (paulmillr.com) */"
    return f'{notice}\n(() => {{\n"use strict";\n{body}\n}})();\n'.encode()


def _as_function(name: str, module: str, gives: list[str], takes: Sequence[str] = ()) -> str:
    """The module's text as a function that gives back what it would export; without comments, which nobody is served."""
    text = re.sub(r"^export (default .*|\{[^}]*\};|const _tests = .*)$", "", module, flags=re.M)
    text = re.sub(r"^export (?=(?:async )?(?:function|const|class)\b)", "", text, flags=re.M)
    lines = [
        line
        for line in text.splitlines()
        if not re.match(r"\s*(//|/\*\*?|\*/|\* |\*$)", line) and line.strip()
    ]
    return "\n".join(
        [f"function {name}({', '.join(takes)}) {{", *lines, f"return {{ {', '.join(gives)} }};", "}"]
    )


@dataclass(frozen=True)
class Part:
    """One file that we serve: made by `change` from the files `sources` of one npm package."""

    target: str
    package: str
    version: str
    licence: str
    sources: tuple[str, ...]
    change: Callable[[dict[str, bytes]], bytes]


def without_pictures(files: dict[str, bytes]) -> bytes:
    """The stylesheet without the rules that show pictures of its own: our marks are drawn by us, and the pictures are not shipped."""
    css = without_source_map(files).decode()
    return re.sub(r"(?:^|(?<=\}))[^{}]*\{[^{}]*url\((?!['\"]?(?:#|data:))[^{}]*\}", "", css).encode()


PARTS = (
    Part("tabler.min.css", "@tabler/core", "1.6.1", "MIT", ("dist/css/tabler.min.css",), without_unused),
    Part("htmx.min.js", "htmx.org", "2.0.11", "0BSD", ("dist/htmx.min.js",), without_source_map),
    Part("hls.min.js", "hls.js", "1.7.4", "Apache-2.0", ("dist/hls.light.min.js",), without_source_map),
    Part("dexie.min.js", "dexie", "4.4.7", "Apache-2.0", ("dist/dexie.min.js",), without_source_map),
    Part("qr.js", "qr", "0.7.0", "MIT OR Apache-2.0", ("index.js", "decode.js"), as_classic),
    Part("leaflet.js", "leaflet", "1.9.4", "BSD-2-Clause", ("dist/leaflet.js",), without_source_map),
    Part("leaflet.css", "leaflet", "1.9.4", "BSD-2-Clause", ("dist/leaflet.css",), without_pictures),
    Part(
        "icons.svg",
        "@tabler/icons",
        "3.51.0",
        "MIT",
        tuple(f"icons/outline/{name}.svg" for name in ICONS),
        as_sprite,
    ),
)


def sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def fetch(part: Part, folder: Path) -> dict[str, bytes]:
    """The part's source files as npm has them. Raises CalledProcessError when npm cannot, KeyError when one is missing."""
    packed = subprocess.run(
        ["npm", "pack", "--silent", f"{part.package}@{part.version}"],
        cwd=folder, check=True, capture_output=True, text=True,
    )  # fmt: skip
    with tarfile.open(folder / packed.stdout.split()[-1]) as archive:
        return {source: archive.extractfile(f"package/{source}").read() for source in part.sources}


def entry(part: Part, files: dict[str, bytes], body: bytes) -> dict:
    return {
        "file": part.target,
        "package": part.package,
        "version": part.version,
        "licence": part.licence,
        "sources": len(part.sources) if len(part.sources) > 1 else part.sources[0],
        "source_sha256": sha256(b"".join(files[name] for name in sorted(files))),
        "made_by": f"{part.change.__name__}: {part.change.__doc__.splitlines()[0]}",
        "sha256": sha256(body),
    }


def pinned() -> dict[str, dict]:
    return {e["file"]: e for e in json.loads(MANIFEST.read_text())["files"]} if MANIFEST.exists() else {}


def check() -> list[str]:
    """What is wrong with the committed files, one sentence each; nothing when they are as the manifest says."""
    entries = pinned()
    found = {p.name for p in VENDOR.iterdir() if p.name != MANIFEST.name}
    wrong = [f"{name}: not in the manifest" for name in sorted(found - set(entries))]
    wrong += [f"{name}: in the manifest, not in the folder" for name in sorted(set(entries) - found)]
    wrong += [
        f"{name}: its sum is not the manifest's"
        for name in sorted(found & set(entries))
        if sha256((VENDOR / name).read_bytes()) != entries[name]["sha256"]
    ]
    wrong += [
        f"{part.target}: the manifest pins {entries[part.target]['version']}, this script {part.version}"
        for part in PARTS
        if part.target in entries and entries[part.target]["version"] != part.version
    ]
    return wrong


def refetch(accept: bool) -> list[str]:
    before, entries, wrong = pinned(), [], []
    VENDOR.mkdir(parents=True, exist_ok=True)
    for part in PARTS:
        print(f"{part.package} {part.version} → {part.target}")
        with tempfile.TemporaryDirectory() as folder:
            files = fetch(part, Path(folder))
        body = part.change(files)
        new = entry(part, files, body)
        old = before.get(part.target)
        if old and old["source_sha256"] != new["source_sha256"] and not accept:
            wrong.append(f"{part.target}: npm's files are not those the manifest pins (--accept takes them)")
            entries.append(old)
            continue
        (VENDOR / part.target).write_bytes(body)
        entries.append(new)
    MANIFEST.write_text(json.dumps({"files": entries}, indent=2, ensure_ascii=False) + "\n")
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--check", action="store_true", help="no network: compare the committed files with the manifest"
    )
    parser.add_argument("--accept", action="store_true", help="take sources that differ from the manifest")
    options = parser.parse_args()
    wrong = check() if options.check else refetch(options.accept)
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
