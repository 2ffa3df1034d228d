"""Documents without what their programs noted of their authors, made in a process of its own under a memory and a time limit, two at a time."""

import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO

SECONDS = 40
AT_ONCE = 2
OFFICE = "application/vnd.openxmlformats-officedocument."
KINDS = {
    "application/pdf": "pdf",
    f"{OFFICE}wordprocessingml.document": "office",
    f"{OFFICE}spreadsheetml.sheet": "office",
    f"{OFFICE}presentationml.presentation": "office",
    "application/vnd.oasis.opendocument.spreadsheet": "office",
}
_turns = threading.BoundedSemaphore(AT_ONCE)


class ChildUnsigner:
    """The `DocumentUnsigner` of the embedded instance."""

    def takes(self, media_type: str) -> bool:
        return media_type.partition(";")[0] in KINDS

    def unsign(self, file: IO[bytes], media_type: str) -> bytes | None:
        script = Path(__file__).with_name("unsigning.py")
        with tempfile.TemporaryFile() as copy, _turns:
            shutil.copyfileobj(file, copy, 1 << 20)
            copy.seek(0)
            try:
                child = subprocess.run(
                    [sys.executable, "-I", "-X", "utf8", str(script), KINDS[media_type.partition(";")[0]]],
                    stdin=copy,
                    capture_output=True,
                    timeout=SECONDS,
                    check=False,
                )
            except subprocess.TimeoutExpired:
                return None
        return child.stdout if child.returncode == 0 and child.stdout else None
