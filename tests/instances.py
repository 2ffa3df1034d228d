"""Instances of the product beside the test process: run by its own command line, in folders of their own."""

import datetime as dt
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "src"


def environment(**more: str) -> dict[str, str]:
    """The test's environment without what tests/settings.py put there: SQLite unless DATABASE_URL is given."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("YINGZAO_", "DJANGO_")) and name != "DATABASE_URL"
    }
    return kept | {"PYTHONPATH": str(SOURCE), "PYTHONUNBUFFERED": "1", "LC_ALL": "C.UTF-8"} | more


def yingzao(*arguments: object, data: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run `yingzao …` to its end."""
    return subprocess.run(
        [sys.executable, "-m", "yingzao", *map(str, arguments), "--data", str(data)],
        env=environment(**more),
        capture_output=True,
        text=True,
        timeout=300,
    )


def shared_folder(tmp_path_factory, name: str, build: Callable[[Path], None]) -> Path:
    """A folder built once for all test processes of a run. It is a model to copy, not to work in."""
    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent
    folder = shared / name
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            draft = shared / f"{name}.draft"
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir()
            build(draft)
            draft.rename(folder)
    return folder


def migrated(tmp_path_factory) -> Path:
    """A model of an instance with its tables and static files and nothing else in it."""

    prepare = (
        "from yingzao.project import database, serving; database.start_django();"
        "database.bring_up_to_date(); serving.collect_static(say=print)"
    )

    def build(folder: Path) -> None:
        subprocess.run([sys.executable, "-c", prepare], env=environment(YINGZAO_DATA=str(folder)), check=True)

    return shared_folder(tmp_path_factory, "migrated", build)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextmanager
def served(
    folder: Path, *arguments: str, port: int | None = None, **more: str
) -> Iterator[tuple[str, subprocess.Popen]]:
    """`yingzao serve` on a folder until the block ends: its address and its process. `more` is its environment."""
    port = port or free_port()
    log = folder / "serve.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "yingzao",
                "serve",
                "--data",
                str(folder),
                "--port",
                str(port),
                *arguments,
            ],
            env=environment(**more),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        address = f"http://127.0.0.1:{port}"
        try:
            wait_for(lambda: answers(address) or process.poll() is not None, seconds=120)
            assert process.poll() is None, log.read_text()
            yield address, process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


class Clock:
    """The hour on the wall of an instance: `served(folder, **clock.environment)`, then `clock.set("2026-03-02 10:00")`.

    The product has no such switch. Python runs a `sitecustomize` before the program, here one that moves
    django.utils.timezone.now by what stands in a file; every process of the instance has it, the job worker too.
    """

    PROGRAM = (
        "import datetime, pathlib\n"
        "from django.utils import timezone\n"
        "real, moved_by = timezone.now, pathlib.Path(__file__).with_name('moved-by')\n"
        "timezone.now = lambda: real() + datetime.timedelta(seconds=float(moved_by.read_text()))\n"
    )

    def __init__(self, folder: Path, shown: str) -> None:
        self.folder = folder
        folder.mkdir()
        (folder / "sitecustomize.py").write_text(self.PROGRAM)
        self.set(shown)

    def set(self, shown: str) -> None:
        """Let it be this local time now; it goes on from there."""
        wanted = dt.datetime.fromisoformat(f"{shown}+08:00")
        draft = self.folder / "moved-by.draft"
        draft.write_text(str((wanted - dt.datetime.now(dt.UTC)).total_seconds()))
        draft.rename(self.folder / "moved-by")

    @property
    def environment(self) -> dict[str, str]:
        return {"PYTHONPATH": f"{self.folder}{os.pathsep}{SOURCE}"}


def answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=20)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def wait_for(condition: Callable[[], bool], *, seconds: float) -> None:
    """Wait for another process, which tells us in no other way."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.05)
