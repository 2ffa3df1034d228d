"""The data folder of one instance: where it is, whether it can be used, what made it, who is using it."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from yingzao import __version__
from yingzao.project.speech import _

DATABASE = "yingzao.sqlite3"
DEMO_MARK = "demo.json"
DEMO_PEOPLE = "demo-people.json"  # whom the sign-in page offers; written by the example, read by `people`
LOCK = "in-use.lock"
TOMBSTONES = "erased.jsonl"


class Unusable(Exception):
    """The instance cannot be used as asked; the message is a sentence for the person at the terminal."""


def folder() -> Path:
    return Path(os.environ.get("YINGZAO_DATA", "data")).resolve()


def prepare_folder() -> Path:
    """Make the data folder if it is missing. Raises Unusable when nothing can be written there."""
    path = folder()
    try:
        path.mkdir(parents=True, exist_ok=True)
        probe = path / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except FileExistsError:
        raise Unusable(_("{path} is a file; the data folder must be a folder.").format(path=path)) from None
    except OSError as failure:
        raise Unusable(
            _("The data folder {path} cannot be written to ({reason}). Choose another with --data.").format(
                path=path, reason=failure.strerror
            )
        ) from None
    return path


def is_empty() -> bool:
    """Nothing was ever kept here: no database, or the beginning of an example that was interrupted."""
    mark = demo_mark()
    return not (folder() / DATABASE).exists() or (mark is not None and not mark.get("complete"))


def demo_mark() -> dict | None:
    try:
        return json.loads((folder() / DEMO_MARK).read_text())
    except (OSError, ValueError):
        return None


def is_demo() -> bool:
    """The instance was made by `demo`, whole. Only such an instance may show sign-in buttons."""
    return bool((demo_mark() or {}).get("complete"))


def mark_demo(*, complete: bool) -> None:
    mark = folder() / DEMO_MARK
    part = mark.with_suffix(".part")
    part.write_text(json.dumps({"made_by": "yingzao demo", "version": __version__, "complete": complete}))
    part.replace(mark)


@contextmanager
def held(*, alone: bool) -> Iterator[None]:
    """Hold the data folder while serving (shared), or alone while its content is replaced.

    The lock ends with the process, however it ends. Raises Unusable when it cannot be had at once.
    """
    with (folder() / LOCK).open("a") as file:
        try:
            fcntl.flock(file, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Unusable(
                _("{path} is in use by another yingzao process. Stop it first.").format(path=folder())
            ) from None
        yield
