"""The locks hold what pyproject.toml asks for, and name nobody's machine."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
RUN = PROJECT["dependencies"]
LOCKS = {"requirements.lock": RUN, "requirements-dev.lock": RUN + PROJECT["optional-dependencies"]["dev"]}


@pytest.mark.parametrize("name", LOCKS)
def test_lock_satisfies_the_project(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    locked = {
        canonicalize_name(n): v
        for n, v in re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==([\w.]+)", text, re.MULTILINE)
    }
    unmet = [
        line
        for line in map(Requirement, LOCKS[name])
        if not line.specifier.contains(locked.get(canonicalize_name(line.name), "0"), prereleases=True)
    ]
    assert unmet == [], "run: make lock"


@pytest.mark.parametrize("name", LOCKS)
def test_lock_names_no_index_and_hashes_everything(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert re.findall(r"https?://|file:|--(?:index|extra-index|find-links|trusted-host)", text) == []
    packages = re.split(r"\n(?=[\w.-]+(?:\[[\w,]+\])?==)", "\n" + text)[1:]
    assert [p.split("\n")[0] for p in packages if "--hash=sha256:" not in p] == []
