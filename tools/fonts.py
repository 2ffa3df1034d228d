"""Fetch the font that certificates are set in from npm and write the manifest beside it.

python tools/fonts.py            refetch what is pinned here
python tools/fonts.py --check    no network: the committed files still have the sums of the manifest
"""

import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "src/yingzao/honours/fonts"
MANIFEST = FOLDER / "manifest.json"
PACKAGE, VERSION = "@expo-google-fonts/noto-serif-sc", "0.4.3"
FILES = {
    "NotoSerifSC-SemiBold.ttf": "package/600SemiBold/NotoSerifSC_600SemiBold.ttf",
    "OFL.txt": "package/LICENSE_FONT",
}


def sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def fetch() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        packed = subprocess.run(
            ["npm", "pack", "--silent", f"{PACKAGE}@{VERSION}"],
            cwd=folder, check=True, capture_output=True, text=True,
        )  # fmt: skip
        entries = []
        with tarfile.open(Path(folder, packed.stdout.split()[-1])) as archive:
            for name, member in FILES.items():
                body = archive.extractfile(member).read()
                (FOLDER / name).write_bytes(body)
                entries.append({"file": name, "source": member, "sha256": sha256(body)})
    manifest = {
        "package": PACKAGE,
        "version": VERSION,
        "family": "Noto Serif SC",
        "licence": "OFL-1.1",
        "files": entries,
    }
    MANIFEST.write_text(json.dumps(manifest, indent=2) + "\n")


def check() -> list[str]:
    """What is wrong with the committed files, one sentence each."""
    entries = json.loads(MANIFEST.read_text())["files"]
    return [
        f"{entry['file']}: its sum is not the manifest's"
        for entry in entries
        if sha256((FOLDER / entry["file"]).read_bytes()) != entry["sha256"]
    ]


def main() -> int:
    if "--check" not in sys.argv[1:]:
        fetch()
    wrong = check()
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
