"""Fetch axe-core, the accessibility checker of the browser tests, from npm and write the manifest beside it.

python tools/axe.py            refetch what is pinned here
python tools/axe.py --check    no network: the committed files still have the sums of the manifest
"""

import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "tests/browser/vendor"
MANIFEST = FOLDER / "manifest.json"
PACKAGE, VERSION, LICENCE = "axe-core", "4.14.1", "MPL-2.0"
FILES = {"axe.min.js": "package/axe.min.js", "LICENSE-axe-core.txt": "package/LICENSE"}


def sum_of(name: str) -> str:
    return hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()


def fetch() -> None:
    with tempfile.TemporaryDirectory() as folder:
        packed = subprocess.run(
            ["npm", "pack", "--silent", f"{PACKAGE}@{VERSION}"],
            cwd=folder, check=True, capture_output=True, text=True,
        )  # fmt: skip
        with tarfile.open(Path(folder, packed.stdout.split()[-1])) as archive:
            for name, member in FILES.items():
                (FOLDER / name).write_bytes(archive.extractfile(member).read())
    sums = {name: sum_of(name) for name in FILES}
    manifest = {"package": PACKAGE, "version": VERSION, "licence": LICENCE, "sha256": sums}
    MANIFEST.write_text(json.dumps(manifest, indent=2) + "\n")


if __name__ == "__main__":
    if "--check" not in sys.argv:
        fetch()
    wrong = [name for name, was in json.loads(MANIFEST.read_text())["sha256"].items() if sum_of(name) != was]
    sys.exit(f"not as pinned: {', '.join(wrong)}" if wrong else 0)
