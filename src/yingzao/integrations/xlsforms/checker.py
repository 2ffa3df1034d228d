"""pyxform in a process of its own, under a memory and a time limit, two at a time."""

import json
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from yingzao.core import ports

SECONDS = 45
AT_ONCE = 2  # each may take a gigabyte
_turns = threading.BoundedSemaphore(AT_ONCE)


class PyxformChecker:
    """The `FormChecker` of the embedded instance."""

    def check(self, form: Mapping[str, Sequence[Mapping[str, str]]]) -> ports.FormCheck:
        script = Path(__file__).with_name("converting.py")
        with _turns:
            try:
                child = subprocess.run(
                    [sys.executable, "-I", "-X", "utf8", str(script)],
                    input=json.dumps(form),
                    capture_output=True,
                    encoding="utf-8",
                    timeout=SECONDS,
                    check=False,
                )
                found = json.loads(child.stdout)
            except (subprocess.TimeoutExpired, ValueError):  # stopped at a limit
                return ports.FormCheck(problem="too large")
        return ports.FormCheck(problem=found["problem"], warnings=tuple(found["warnings"]))
