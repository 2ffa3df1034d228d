"""The font that comes with the package is the one the manifest names, with its licence."""

import hashlib
import json
from pathlib import Path

import yingzao.honours

FONTS = Path(yingzao.honours.__file__).parent / "fonts"


def test_committed_fonts_have_the_sums_of_the_manifest():
    manifest = json.loads((FONTS / "manifest.json").read_text())
    sums = {entry["file"]: entry["sha256"] for entry in manifest["files"]}
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in FONTS.iterdir()
        if path.suffix != ".json"
    }
    assert found == sums
    assert set(sums) == {"NotoSerifSC-SemiBold.ttf", "OFL.txt"}
