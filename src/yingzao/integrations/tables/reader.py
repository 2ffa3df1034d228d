"""Any spreadsheet's bytes → sheets, parsed in a process of its own under a memory and a time limit."""

import datetime as dt
import json
import signal
import subprocess
import sys
from pathlib import Path

from yingzao.core import ports

SECONDS = 30
BYTES = 50 * 1024 * 1024
NAME_CHARACTERS = 80  # Excel allows 31; other writers anything
REFUSALS: dict[str, type[ports.Unreadable]] = {
    "empty_file": ports.EmptyFile,
    "no_rows": ports.NoRows,
    "password_protected": ports.PasswordProtected,
    "damaged_file": ports.DamagedFile,
    "zip_bomb": ports.ZipBomb,
    "too_large": ports.TooLarge,
    "not_a_table": ports.NotATable,
    "picture_not_table": ports.PictureNotTable,
    "pdf_not_table": ports.PdfNotTable,
    "document_not_table": ports.DocumentNotTable,
    "archive_not_table": ports.ArchiveNotTable,
}


class CalamineReader:
    """The `TableReader` of the embedded instance."""

    def read(self, data: bytes, name: str = "") -> tuple[ports.Sheet, ...]:
        if not data:
            raise ports.EmptyFile
        if len(data) > BYTES:
            raise ports.TooLarge
        answer = _parse_apart(data)
        if "refused" in answer:
            raise REFUSALS[answer["refused"]]
        return tuple(_sheet(sheet) for sheet in answer["sheets"])


def _parse_apart(data: bytes) -> dict:
    script = Path(__file__).with_name("parsing.py")
    try:
        child = subprocess.run(
            [sys.executable, "-I", "-X", "utf8", str(script)],
            input=data,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env={"OPENBLAS_NUM_THREADS": "1"},
        )
    except subprocess.TimeoutExpired:
        raise ports.TookTooLong from None
    if child.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise ports.TookTooLong
    if child.returncode == -signal.SIGABRT:  # the parser could not get the memory it asked for
        raise ports.TooLarge
    try:
        return json.loads(child.stdout)
    except ValueError:
        raise ports.DamagedFile from None


def _sheet(sheet: dict) -> ports.Sheet:
    return ports.Sheet(
        name=sheet["name"][:NAME_CHARACTERS],
        rows=tuple(ports.Row(number, tuple(map(_cell, cells))) for number, cells in sheet["rows"]),
        merged=tuple(tuple(box) for box in sheet["merged"]),
        hidden=sheet.get("hidden", False),
    )


def _cell(value):
    return dt.datetime.fromisoformat(value["at"]) if type(value) is dict else value
