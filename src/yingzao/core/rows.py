"""Rows of one table written at once, by a statement that is made once and kept.

`bulk_create` builds its SQL anew for every batch, of every row's every field: for small batches that come all the time that is most
of the time they take. What the databases take as it is (texts, numbers, moments, keys) is given to them straight; everything else
is prepared by its field, as ever. That both ways write the same is tested for every kind of field.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models


def insert(rows: Iterable[models.Model], *, unique: Sequence[str] = (), update: Sequence[str] = ()) -> None:
    """Insert new rows of one model; where one with the same `unique` fields is there, its `update` fields are overwritten.

    Primary keys come from the database, and are not told.
    """
    prepared = list(rows)
    if not prepared:
        return
    model = type(prepared[0])
    database = connections[
        DEFAULT_DB_ALIAS
    ]  # asking the proxy for each field would take longer than the fields
    plan = _plan(database.vendor, database.timezone_name == "UTC", model)
    values = [_values(row, plan, database) for row in prepared]
    with database.cursor() as cursor:
        cursor.executemany(_statement(database.vendor, model, tuple(unique), tuple(update)), values)


def _values(row: models.Model, plan: Sequence[_Column], database: Any) -> list[Any]:
    told = row.__dict__
    found: list[Any] = []
    for column in plan:
        value = told.get(column.name)
        if column.accepts and value is None and column.name in told:
            found.append(None)
        elif column.accepts and isinstance(value, column.accepts):
            found.append(column.convert(value) if column.convert else value)
        else:
            found.append(column.field.get_db_prep_save(column.field.pre_save(row, True), database))
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
) -> str:
    quote = connection.ops.quote_name
    columns = [quote(field.column) for field in _fields(model)]
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})"
    if unique:
        column = {field.name: quote(field.column) for field in _fields(model)}
        changed = ", ".join(f"{column[name]} = EXCLUDED.{column[name]}" for name in update)
        sql += f" ON CONFLICT ({', '.join(column[name] for name in unique)}) DO UPDATE SET {changed}"
    return sql
