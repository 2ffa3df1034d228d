"""Resolve pyproject.toml into requirements.lock and requirements-dev.lock, with hashes, for every platform.

    python tools/lock.py [--upgrade]

The files name no index: whoever installs uses the one that pip is configured for.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OPTIONS = ["--universal", "--python-version", "3.11", "--generate-hashes", "--quiet"]
OPTIONS += ["--no-emit-index-url", "--no-emit-find-links", "--custom-compile-command", "make lock"]


def compile_lock(name: str, *options: str) -> None:
    command = [Path(sys.executable).parent / "uv", "pip", "compile", "pyproject.toml", *OPTIONS, *options]
    subprocess.run([*command, *sys.argv[1:], "--output-file", name], cwd=ROOT, check=True)
    print(f"{name}: {(ROOT / name).read_text().count('==')} packages")


if __name__ == "__main__":
    compile_lock("requirements.lock")
    compile_lock("requirements-dev.lock", "--extra", "dev", "--constraint", "requirements.lock")
