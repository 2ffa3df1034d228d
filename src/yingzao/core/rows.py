"""Rows of one table written at once, by a statement that is made once and kept.

`bulk_create` builds its SQL anew for every batch, of every row's every field: for small batches that come all the time that is most
of the time they take. The values are prepared by the fields as ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from django.db import connection, models


def insert(rows: Iterable[models.Model], *, unique: Sequence[str] = (), update: Sequence[str] = ()) -> None:
    """Insert new rows of one model; where one with the same `unique` fields is there, its `update` fields are overwritten.

    Primary keys come from the database, and are not told.
    """
    prepared = list(rows)
    if not prepared:
        return
    model = type(prepared[0])
    fields = _fields(model)
    values = [
        [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
        for row in prepared
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_statement(connection.vendor, model, tuple(unique), tuple(update)), values)


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
