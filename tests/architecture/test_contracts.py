"""Each import contract is broken on purpose, once, in a copy of the house with empty files: it must fire."""

import configparser
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.house import ROOT, SOURCE

# contract → (file to write, what to write in it)
BREACHES = [
    ("rooms", "people/queries.py", "import yingzao.judging.models"),
    ("rooms", "live/actions.py", "import yingzao.visits.models"),
    ("rooms", "core/clock.py", "import yingzao.people"),
    ("rooms", "annexe/__init__.py", ""),
    ("inside", "people/queries.py", "import yingzao.people.actions"),
    ("inside", "honours/exports.py", "import yingzao.honours.forms"),
    ("inside", "people/utils.py", ""),
    ("engines-pure", "engines/design/__init__.py", "import django"),
    ("engines-apart", "engines/design/__init__.py", "import yingzao.engines.calibration"),
    ("engines-apart", "engines/calibration/__init__.py", "import yingzao.engines.allocation"),
    ("bridges", "judging/actions.py", "import yingzao.engines.calibration"),
    ("integrations", "enrolment/actions.py", "import yingzao.integrations.tables"),
    ("core", "core/models.py", "import yingzao.core.audit"),
    ("core", "core/toolbox.py", ""),
]


def contracts() -> dict[str, str]:
    """identifier → name, as .importlinter has them."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter")
    return {
        s.split(":")[2]: parser[s]["name"]
        for s in parser.sections()
        if s.startswith("importlinter:contract:")
    }


@pytest.fixture
def skeleton(tmp_path: Path) -> Path:
    """The house with all its files and nothing in them."""
    for file in SOURCE.rglob("*.py"):
        copy = tmp_path / "yingzao" / file.relative_to(SOURCE)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.touch()
    for name in ("queries", "actions", "models", "exports", "forms"):
        for room in ("people", "honours", "judging", "enrolment", "live", "visits"):
            if not (tmp_path / "yingzao" / room / name).is_dir():
                (tmp_path / "yingzao" / room / f"{name}.py").touch()
    return tmp_path


def broken_contracts(folder: Path) -> set[str]:
    run = subprocess.run(
        [
            Path(sys.executable).parent / "lint-imports",
            "--no-cache",
            "--no-logo",
            "--config",
            ROOT / ".importlinter",
        ],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder), "COLUMNS": "200"},
        capture_output=True,
        text=True,
    )
    assert "Analyzed" in run.stdout, run.stdout + run.stderr
    return set(re.findall(r"^(.+) BROKEN", run.stdout, re.MULTILINE))


def write(folder: Path, name: str, text: str) -> None:
    """A file of the house, or the package of that name, as the room has it."""
    target = folder / "yingzao" / name
    if target.with_suffix("").is_dir():
        target = target.with_suffix("") / "__init__.py"
    target.parent.mkdir(exist_ok=True)
    target.write_text(text + "\n")


def test_the_empty_house_breaks_nothing(skeleton):
    assert broken_contracts(skeleton) == set()


@pytest.mark.parametrize(("contract", "file", "text"), BREACHES, ids=lambda value: value.replace("/", "."))
def test_contract_fires(skeleton, contract, file, text):
    write(skeleton, file, text)
    assert contracts()[contract] in broken_contracts(skeleton)


def test_every_contract_has_a_breach():
    assert {contract for contract, _file, _text in BREACHES} == set(contracts())
