"""What stands in the database of an instance, as JSON on standard output: tables, columns, constraints and rows. A program of
its own, since it looks at an instance that is not the test's: `python -m tests.project.told`, with YINGZAO_DATA set.

With `migrate` behind it, the tables are made first by going through every migration."""

import json
import sys
from functools import cache

from yingzao.project import database


def main() -> None:
    database.start_django()
    from django.core.management import call_command

    do_nothing_twice()
    if sys.argv[1:] == ["migrate"]:
        call_command("migrate", interactive=False, verbosity=0)
    database.bring_up_to_date()
    json.dump(tables(), sys.stdout, default=str, sort_keys=True)


def do_nothing_twice() -> None:
    """Django makes each model of a migration's state anew hundreds of times, and parses each table's statement for every
    question about it. What it makes and finds stays what it was; a third of the time goes."""
    import sqlparse
    from django.db.models import Field

    taken_apart: dict[
        int, tuple
    ] = {}  # beside each field's parts the field, so that its number is nobody else's

    def clone(field):
        if id(field) not in taken_apart:
            taken_apart[id(field)] = (field, *field.deconstruct()[2:])
        _field, arguments, options = taken_apart[id(field)]
        return type(field)(*arguments, **options)

    Field.clone = clone
    sqlparse.parse = cache(sqlparse.parse)


def is_numbered(name: str) -> bool:
    """Whether SQLite's introspection made up the name, in the order of finding."""
    return name.startswith(("fk_", "__unnamed_", "sqlite_autoindex"))


def tables() -> dict:
    from django.db import connection

    inspect = connection.introspection
    found = {}
    with connection.cursor() as cursor:
        for table in inspect.table_names(cursor):
            columns = {c.name: [c.type_code, c.internal_size, c.null_ok, c.default, c.collation] for c in inspect.get_table_description(cursor, table)}  # fmt: skip
            constraints = sorted(
                str(["" if is_numbered(name) else name, *sorted(map(str, facts.items()))])
                for name, facts in inspect.get_constraints(cursor, table).items()
            )
            names = sorted(set(columns) - {"id", "applied", "published_at"})
            cursor.execute(f"SELECT {', '.join(map(connection.ops.quote_name, names))} FROM {table}")
            rows = sorted(map(str, cursor.fetchall()))
            if table == "auth_permission":  # numbers of content types, which depend on the order of making
                rows = [str(len(rows))]
            found[table] = {"columns": columns, "constraints": constraints, "rows": rows}
    return found


if __name__ == "__main__":
    main()
