"""Rows of one table written at once, by a statement that is made once and kept.

`bulk_create` builds its SQL anew for every batch, of every row's every field: for small batches that come all the time that is most
of the time they take. What the databases take as it is (texts, numbers, moments, keys) is given to them straight; everything else
is prepared by its field, as ever. That both ways write the same is tested for every kind of field.
"""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models


def insert(rows: Iterable[models.Model], *, unique: Sequence[str] = (), update: Sequence[str] = ()) -> None:
    """Insert new rows of one model; where one with the same `unique` fields is there, its `update` fields are overwritten.

    Primary keys come from the database, and are not told.
    """
    prepared = list(rows)
    if prepared:
        plan, database = _plan_here(type(prepared[0]))
        values = [_values(row.__dict__, plan, database, row) for row in prepared]
        _write(type(prepared[0]), values, unique, update)


def insert_told(
    model: type[models.Model],
    rows: Iterable[Mapping[str, Any]],
    *,
    unique: Sequence[str] = (),
    update: Sequence[str] = (),
) -> None:
    """The same for rows told as values by column (`enrolment_id`), without making a model of each; what is not told is its
    field's default. Fields that make their own value from the row have to be told."""
    plan, database = _plan_here(model)
    made = [column for column in plan if callable(column.field.default)]
    fixed = {column.name: column.field.get_default() for column in plan if column not in made}
    names = {column.name for column in plan}
    values = []
    for row in rows:
        if unknown := row.keys() - names:
            raise TypeError(f"no such column of {model.__name__}: {', '.join(sorted(unknown))}")
        own = {column.name: column.field.get_default() for column in made if column.name not in row}
        values.append(_values({**fixed, **own, **row}, plan, database, None))
    if values:
        _write(model, values, unique, update)


def _plan_here(model: type[models.Model]) -> tuple[tuple[_Column, ...], Any]:
    database = connections[
        DEFAULT_DB_ALIAS
    ]  # asking the proxy for each field would take longer than the fields
    return _plan(database.vendor, database.timezone_name == "UTC", model), database


def _write(
    model: type[models.Model], values: list[list[Any]], unique: Sequence[str], update: Sequence[str]
) -> None:
    database = connections[DEFAULT_DB_ALIAS]
    head, row, tail = _statement(database.vendor, model, tuple(unique), tuple(update))
    with database.cursor() as cursor:
        if database.vendor == "postgresql":  # each statement is a turn of its own there
            values = _last_of_each(values, model, unique)
            cursor.execute(head + ", ".join([row] * len(values)) + tail, list(itertools.chain(*values)))
        else:
            cursor.executemany(head + row + tail, values)


def _last_of_each(
    values: list[list[Any]], model: type[models.Model], unique: Sequence[str]
) -> list[list[Any]]:
    """One statement writes a row once: of rows with the same unique fields the last, as one by one would leave it."""
    if not unique:
        return values
    names = [field.name for field in _fields(model)]
    places = [names.index(name) for name in unique]
    return list({tuple(row[place] for place in places): row for row in values}.values())


def _values(
    told: Mapping[str, Any], plan: Sequence[_Column], database: Any, row: models.Model | None
) -> list[Any]:
    found: list[Any] = []
    for column in plan:
        value = told.get(column.name)
        if column.accepts and value is None and column.name in told:
            found.append(None)
        elif column.accepts and isinstance(value, column.accepts):
            found.append(column.convert(value) if column.convert else value)
        else:
            kept = value if row is None else column.field.pre_save(row, True)
            found.append(column.field.get_db_prep_save(kept, database))
    return found


@dataclass(frozen=True, slots=True)
class _Column:
    """A field, and which values of it go to the database straight; none where its field has to prepare them."""

    field: Any
    name: str
    accepts: tuple[type, ...] = ()
    convert: Callable[[Any], Any] | None = None


@cache
def _plan(vendor: str, is_utc: bool, model: type[models.Model]) -> tuple[_Column, ...]:
    return tuple(_column(field, vendor, is_utc) for field in _fields(model))


def _column(field: Any, vendor: str, is_utc: bool) -> _Column:
    name, kind = field.attname, type(field)
    source = field
    if isinstance(field, models.ForeignKey) and kind.get_db_prep_save is models.ForeignKey.get_db_prep_save:
        source = field.target_field
    elif kind.get_db_prep_save is not models.Field.get_db_prep_save:
        return _Column(field, name)
    if kind.pre_save is not models.Field.pre_save and not (
        kind.pre_save is models.DateTimeField.pre_save and not (field.auto_now or field.auto_now_add)
    ):
        return _Column(field, name)
    prepared = type(source).get_prep_value
    if prepared in (models.CharField.get_prep_value, models.TextField.get_prep_value):
        return _Column(field, name, (str,))
    if prepared is models.IntegerField.get_prep_value:
        return _Column(field, name, (int,), int)
    if prepared is models.BooleanField.get_prep_value:
        return _Column(field, name, (bool,))
    if prepared is models.UUIDField.get_prep_value:
        return _Column(field, name, (uuid.UUID,), None if vendor == "postgresql" else _hex)
    if prepared is models.DateTimeField.get_prep_value and is_utc:
        return _Column(field, name, (_Moment,), None if vendor == "postgresql" else _naive)
    return _Column(field, name)


def _hex(key: uuid.UUID) -> str:
    return key.hex


class _Aware(type):
    """So that `isinstance(value, _Moment)` asks whether a value is a moment with its zone: others are the field's to refuse."""

    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, dt.datetime) and value.tzinfo is not None


class _Moment(metaclass=_Aware):
    pass


def _naive(moment: dt.datetime) -> str:
    """As Django keeps moments in SQLite: UTC, without saying so."""
    return str(moment.astimezone(dt.UTC).replace(tzinfo=None))


@cache
def _fields(model: type[models.Model]) -> tuple[Any, ...]:
    return tuple(field for field in model._meta.concrete_fields if not field.primary_key)


@cache
def _statement(
    vendor: str, model: type[models.Model], unique: tuple[str, ...], update: tuple[str, ...]
) -> tuple[str, str, str]:
    """What stands before the rows, one row, and what stands behind them."""
    quote = connection.ops.quote_name
    columns = [quote(field.column) for field in _fields(model)]
    head = f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(columns)}) VALUES "
    row, tail = f"({', '.join(['%s'] * len(columns))})", ""
    if unique:
        column = {field.name: quote(field.column) for field in _fields(model)}
        changed = ", ".join(f"{column[name]} = EXCLUDED.{column[name]}" for name in update)
        tail = f" ON CONFLICT ({', '.join(column[name] for name in unique)}) DO UPDATE SET {changed}"
    return head, row, tail
