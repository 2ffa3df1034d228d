"""The command line, many times over, without loading the product each time.

    done = ran("attendance", file, "--json", LC_ALL="C.UTF-8")

One process an environment loads everything; for each call it makes a child, in which the command runs as in a process of
its own: its own streams, its own exit code, nothing left of the call before.
"""

import atexit
import json
import os
import subprocess
import sys
import tempfile
import traceback
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def ran(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `yingzao …` to its end, with this environment and no other."""
    process = _ready(tuple(sorted(environment.items())))
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        words = [*map(str, arguments)]
        print(json.dumps([words, str(out), str(err)]), file=process.stdin, flush=True)
        code = int(process.stdout.readline())
        return subprocess.CompletedProcess(words, code, out.read_text("utf-8"), err.read_text("utf-8"))


def ran_alone(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """The same in a process that loads everything itself, as a person would start it."""
    return subprocess.run(
        [sys.executable, "-m", "yingzao", *map(str, arguments)],
        env=_whole(environment),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def _whole(environment: dict[str, str]) -> dict[str, str]:
    path = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
    return {"PYTHONIOENCODING": "utf-8", **environment, "PYTHONPATH": path}


@cache
def _ready(environment: tuple[tuple[str, str], ...]) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.commands"],
        env=_whole(dict(environment)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    atexit.register(process.wait, 20)
    atexit.register(process.stdin.close)  # last in, first out: it ends when nobody asks any more
    return process


def _serve() -> None:
    from yingzao import cli
    from yingzao.project import database

    database.start_django()
    from yingzao.project import article, attendance, calibrate  # noqa: F401

    for line in sys.stdin:
        arguments, out, err = json.loads(line)
        child = os.fork()
        if child == 0:
            _become(arguments, out, err, cli.main)
        _child, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _become(arguments: list[str], out: str, err: str, main) -> None:
    """In the child: be the command. Never comes back."""
    for number, name in ((1, out), (2, err)):
        os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT), number)
    sys.argv = ["yingzao", *arguments]
    code = 1
    try:
        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    _serve()
