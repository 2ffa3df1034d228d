"""A document's bytes → its paragraphs, read in a process of its own under a memory and a time limit, two at a time."""

import json
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO

from yingzao.core import ports

SECONDS = 40
AT_ONCE = 2  # each may take a gigabyte
KINDS = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/pdf": "pdf",
    "text/plain": "text",
    "text/markdown": "text",
}
_turns = threading.BoundedSemaphore(AT_ONCE)


class ChildReader:
    """The `DocumentReader` of the embedded instance."""

    def reads(self, media_type: str) -> bool:
        return media_type.partition(";")[0] in KINDS

    def read(self, file: IO[bytes], media_type: str) -> ports.Document:
        kind = KINDS[media_type.partition(";")[0]]
        with tempfile.TemporaryFile() as copy, _turns:
            shutil.copyfileobj(file, copy, 1 << 20)
            copy.seek(0)
            return _told(_run(kind, copy))


def _run(kind: str, file: IO[bytes]) -> dict:
    script = Path(__file__).with_name("extracting.py")
    try:
        child = subprocess.run(
            [sys.executable, "-I", "-X", "utf8", str(script), kind],
            stdin=file,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
        return json.loads(child.stdout)
    except subprocess.TimeoutExpired:
        return {"state": "too_large"}
    except ValueError:  # killed at a limit, or by its library
        return {"state": "too_large"}


def _told(found: dict) -> ports.Document:
    return ports.Document(
        state=found["state"],
        pages=found.get("pages", 0),
        paragraphs=tuple((kind, text) for kind, text in found.get("paragraphs", ())),
    )
