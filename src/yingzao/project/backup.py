"""Backup and restore of a whole instance, neutral of the database.

A backup is one zip: `manifest.json`, one `tables/<room>.<model>.jsonl` a table (a line of column names, then one array
a row) and the stored files under `media/`. The manifest names version, migrations, and for every part its rows and
SHA-256. A backup restores into SQLite or PostgreSQL, whichever it came from, and into this version or a later one.

Left out: sign-in sessions, the cache and the instance's secret key, so that a stolen backup opens no door by itself; and the
devices that get notices with the key to write to them, so that a copy that was restored to be looked at rings nobody's phone.
"""

import base64
import datetime as dt
import hashlib
import io
import json
import os
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from django.apps import apps
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.management.color import no_style
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils.duration import duration_iso_string

from yingzao import __version__
from yingzao.core import jobs
from yingzao.core.models import StoredFile
from yingzao.core.sealing import SealedField
from yingzao.project import database, emptying, instance, tables
from yingzao.project.instance import Unusable
from yingzao.project.speech import _

FORMAT = 1
MANIFEST = "manifest.json"
LEFT_OUT = {"sessions.session", "usersessions.usersession", "notices.device"}
CHUNK = 1 << 20
ROWS_AT_ONCE = 500
KEEP_LINES = (
    "people.keep_lines",
    "communities.keep_lines",
)  # write what is missing in the record of erasures


@dataclass(frozen=True)
class Part:
    name: str
    sha256: str
    rows: int = 0


@dataclass(frozen=True)
class Manifest:
    version: str
    made_at: str
    migrations: list[str]
    demo: bool
    parts: list[Part]
    damaged: list[str] = field(default_factory=list)  # files that were gone or not what their row says
    format: int = FORMAT

    @property
    def rows(self) -> int:
        return sum(part.rows for part in self.parts)

    @property
    def files(self) -> int:
        return sum(part.name.startswith("media/") for part in self.parts)


# Writing


def write(target: Path) -> Manifest:
    """Write the backup while others go on reading and writing; `target` appears whole or not at all, mode 600.

    All tables are read in one transaction, as they stood when it began. Stored files never change, so they are copied
    after it. The record of erasures is put beside the backup (`erased.jsonl`): a restore erases again.
    """
    for job in KEEP_LINES:
        jobs.perform(job)
    draft = target.with_name(f".{target.name}.part")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
                manifest = _write_parts(archive)
                archive.writestr(MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=1))
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, target)
    finally:
        draft.unlink(missing_ok=True)
    _keep_tombstones(target.parent, _tombstones(instance.folder(), target.parent))
    return manifest


def _write_parts(archive: zipfile.ZipFile) -> Manifest:
    parts = []
    with _one_moment():
        migrations = sorted(".".join(key) for key in MigrationExecutor(connection).loader.applied_migrations)
        made_at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        for model in _in_order(apps.get_models(include_auto_created=True)):
            parts.append(_write_table(archive, model))
        files = {row.path: row.sha256 for row in StoredFile.objects.only("sha256").iterator()}
    people = instance.folder() / instance.DEMO_PEOPLE
    if instance.is_demo() and people.exists():
        name = f"data/{people.name}"
        archive.writestr(name, people.read_bytes())
        parts.append(Part(name, hashlib.sha256(people.read_bytes()).hexdigest()))
    damaged = []
    for path, sha256 in sorted(files.items()):
        try:
            part = _write_file(archive, path)
        except FileNotFoundError:
            damaged.append(path)
            continue
        parts.append(part)
        if part.sha256 != sha256:
            damaged.append(path)
    return Manifest(__version__, made_at, migrations, instance.is_demo(), parts, damaged)


@contextmanager
def _one_moment() -> Iterator[None]:
    """A transaction that reads one state of the database and keeps no writer waiting."""
    if connection.vendor != "sqlite":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
        return
    # BEGIN IMMEDIATE would take the one write lock; a plain BEGIN reads the write-ahead log's snapshot.
    connection.ensure_connection()
    usual = getattr(connection, "transaction_mode")  # noqa: B009  (SQLite's wrapper alone has it)
    setattr(connection, "transaction_mode", None)  # noqa: B010
    try:
        with transaction.atomic():
            yield
    finally:
        setattr(connection, "transaction_mode", usual)  # noqa: B010


def _part_name(model: type[models.Model]) -> str:
    return f"tables/{model._meta.label_lower}.jsonl"


def _columns(model: type[models.Model]) -> list[models.Field]:
    return [column for column in model._meta.concrete_fields if not column.generated]


def _in_order(rows_of: Iterable[type[models.Model]]) -> list[type[models.Model]]:
    """Every table that is kept, what is pointed at first; where tables point at each other, by name."""
    waiting = {
        m._meta.label_lower: m
        for m in sorted(rows_of, key=lambda m: m._meta.label_lower)
        if m._meta.managed and not m._meta.proxy and m._meta.label_lower not in LEFT_OUT
    }
    ordered: dict[str, type[models.Model]] = {}

    def put(label: str) -> None:
        model = waiting.pop(label, None)
        if model is None:
            return
        for column in model._meta.concrete_fields:
            if column.related_model:
                put(column.related_model._meta.label_lower)
        ordered[label] = model

    for label in list(waiting):
        put(label)
    return list(ordered.values())


def _write_table(archive: zipfile.ZipFile, model: type[models.Model]) -> Part:
    name = _part_name(model)
    columns = [column.attname for column in _columns(model)]
    stored = [c.as_it_stands() if isinstance(c, SealedField) else c.attname for c in _columns(model)]
    seen, count = hashlib.sha256(), 0
    with archive.open(name, "w", force_zip64=True) as part:

        def line(values: Any) -> None:
            text = (
                json.dumps(values, ensure_ascii=False, default=_plain, separators=(",", ":")).encode() + b"\n"
            )
            seen.update(text)
            part.write(text)

        line(columns)
        for row in model._base_manager.order_by("pk").values_list(*stored).iterator(chunk_size=ROWS_AT_ONCE):
            line(row)
            count += 1
    return Part(name, seen.hexdigest(), count)


def _write_file(archive: zipfile.ZipFile, path: str) -> Part:
    name, seen = f"media/{path}", hashlib.sha256()
    with default_storage.open(path, "rb") as source:
        info = zipfile.ZipInfo(name)  # stored as it is: pictures and documents are compressed already
        with archive.open(info, "w", force_zip64=True) as part:
            for block in iter(lambda: source.read(CHUNK), b""):
                seen.update(block)
                part.write(block)
    return Part(name, seen.hexdigest())


def _plain(value: Any) -> Any:
    """What JSON has no word for, in a form that the column's `to_python` reads back exactly."""
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        return duration_iso_string(value)
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    raise TypeError(f"a backup cannot hold a {type(value).__name__}")


# Reading


def verify(file: Path) -> Manifest:
    """Read the whole backup once and compare every part with its hash. Raises Unusable; changes nothing."""
    try:
        with zipfile.ZipFile(file) as archive:
            values = json.loads(archive.read(MANIFEST))
            if values.get("format") != FORMAT:
                raise Unusable(
                    _(
                        "{file} was made by another version of Yingzao ({version}) in a form that this one cannot read."
                    ).format(file=file, version=values.get("version", "?"))
                )
            manifest = Manifest(**values | {"parts": [Part(**part) for part in values["parts"]]})
            for part in manifest.parts:
                if _sum_of(archive.open(part.name)) != part.sha256:
                    raise Unusable(
                        _("{file} is damaged: {part} is not what it was.").format(file=file, part=part.name)
                    )
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError, EOFError):
        raise Unusable(_("{file} is not a whole backup of Yingzao.").format(file=file)) from None
    known = {".".join(key) for key in MigrationExecutor(connection).loader.disk_migrations}
    if newer := sorted(set(manifest.migrations) - known):
        raise Unusable(
            _(
                "{file} was made by a newer version of Yingzao (it knows {migration}). Install that version first."
            ).format(file=file, migration=newer[-1])
        )
    for line in _tombstones(instance.folder(), file.resolve().parent):
        if not jobs.is_known(json.loads(line)["job"]):
            raise Unusable(_("An erasure beside {file} cannot be applied by this version.").format(file=file))
    return manifest


def _sum_of(part: IO[bytes]) -> str:
    seen = hashlib.sha256()
    with part:
        for block in iter(lambda: part.read(CHUNK), b""):
            seen.update(block)
    return seen.hexdigest()


def restore(file: Path) -> int:
    """Replace everything in this instance by a backup that `verify` has passed; gives the erasures applied again.

    The tables are made as the backup's version had them, filled in one transaction, and then brought up to date.
    The caller holds the data folder alone.
    """
    erased = _tombstones(instance.folder(), file.resolve().parent)
    with zipfile.ZipFile(file) as archive:
        values = json.loads(archive.read(MANIFEST))
        last, loaded = _tables_under(values["migrations"])
        kept = {part["name"] for part in values["parts"] if part["name"].startswith("tables/")}
        if strange := kept - {_part_name(model) for model in loaded}:
            raise Unusable(
                _("{file} is not a whole backup of Yingzao.").format(file=f"{file} ({min(strange)})")
            )
        emptying.empty()
        _make_tables(values["migrations"], last)
        with transaction.atomic():
            for model in reversed(loaded):
                model._base_manager.all()._raw_delete(connection.alias)
            for model in loaded:
                _fill(archive, model)
            with connection.cursor() as cursor:
                for statement in connection.ops.sequence_reset_sql(no_style(), loaded):
                    cursor.execute(statement)
        for part in values["parts"]:
            if part["name"].startswith("media/"):
                _put_file(archive, part["name"])
            elif part["name"] == f"data/{instance.DEMO_PEOPLE}":
                (instance.folder() / instance.DEMO_PEOPLE).write_bytes(archive.read(part["name"]))
    if not database.bring_up_to_date():
        emit_post_migrate_signal(
            verbosity=0, interactive=False, db=connection.alias
        )  # indexes that rooms keep
    _keep_tombstones(instance.folder(), erased)
    for line in erased:
        stone = json.loads(line)
        jobs.perform(stone["job"], **stone.get("arguments", {}))
    if values["demo"]:
        instance.mark_demo(complete=True)
    else:
        (instance.folder() / instance.DEMO_MARK).unlink(missing_ok=True)
    return len(erased)


def _make_tables(migrations: list[str], last: list[tuple[str, str]]) -> None:
    """The tables as the backup's version had them; at once where that is this version."""
    executor = MigrationExecutor(connection)
    is_ours = set(migrations) == {".".join(key) for key in executor.loader.disk_migrations}
    if is_ours and tables.is_without_tables():
        tables.make_at_once()
    else:
        executor.migrate(last)


def _tables_under(migrations: list[str]) -> tuple[list[tuple[str, str]], list[type[models.Model]]]:
    """The last of these migrations, and the models as they were then, in the order to fill their tables."""
    loader = MigrationExecutor(connection).loader
    wanted = {(label, name) for label, name in (m.split(".", 1) for m in migrations)}
    nodes = loader.graph.node_map
    last = [
        key
        for key in sorted(wanted)
        if key in nodes and not any(c.key in wanted for c in nodes[key].children)
    ]
    found = _in_order(loader.project_state(last).apps.get_models(include_auto_created=True))
    for model in found:
        for column in model._meta.concrete_fields:
            if isinstance(column, models.DateField):  # the moment in the backup, not the moment of restoring
                column.auto_now = column.auto_now_add = False
    return last, found


def _fill(archive: zipfile.ZipFile, model: type[models.Model]) -> None:
    try:
        part = archive.open(_part_name(model))
    except KeyError:  # a table that the backup's version did not keep
        return
    with part, io.TextIOWrapper(part, encoding="utf-8") as lines:
        names = json.loads(next(lines))
        columns = {column.attname: column for column in _columns(model)}
        batch = []
        for line in lines:
            values = zip(names, json.loads(line), strict=True)
            batch.append(model(**{name: columns[name].to_python(value) for name, value in values}))
            if len(batch) == ROWS_AT_ONCE:
                model._base_manager.bulk_create(batch)
                batch = []
        if batch:
            model._base_manager.bulk_create(batch)


def _put_file(archive: zipfile.ZipFile, name: str) -> None:
    path = name.removeprefix("media/")
    if default_storage.exists(path):
        default_storage.delete(path)
    with archive.open(name) as part:
        default_storage.save(path, File(part))


# Erasures outlive backups


def _tombstones(*folders: Path) -> list[str]:
    """The lines of every erased.jsonl in these folders, each once, in order: {"job": name, "arguments": {…}}."""
    lines: dict[str, None] = {}
    for folder in folders:
        path = folder / instance.TOMBSTONES
        if path.exists():
            lines.update(
                dict.fromkeys(
                    line for line in path.read_text(encoding="utf-8").splitlines() if _is_whole(line)
                )
            )
    return list(lines)


def _is_whole(line: str) -> bool:
    """Whether a line was written to its end; what was cut off was written anew after it."""
    try:
        return bool(line.strip()) and "job" in json.loads(line)
    except (ValueError, TypeError):
        return False


def _keep_tombstones(folder: Path, lines: list[str]) -> None:
    if not lines:
        return
    path = folder / instance.TOMBSTONES
    draft = path.with_suffix(".part")
    draft.write_text("\n".join(lines) + "\n", encoding="utf-8")
    draft.replace(path)
