"""The index of words, on either database. Kept by the database itself, so that no way of writing goes past it.

SQLite: an FTS5 table over `CaseWords`, filled by triggers. PostgreSQL: a GIN index over the words as a tsvector, without
any extension. Both are made after each migration, where they are missing.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection
from django.db.models.expressions import RawSQL

_SQLITE = (
    """CREATE VIRTUAL TABLE IF NOT EXISTS cases_index USING fts5(
        words, content='cases_casewords', content_rowid='case_id', detail='none', columnsize=0,
        tokenize="unicode61 remove_diacritics 0")""",
    """CREATE TRIGGER IF NOT EXISTS cases_index_added AFTER INSERT ON cases_casewords BEGIN
        INSERT INTO cases_index(rowid, words) VALUES (new.case_id, new.words); END""",
    """CREATE TRIGGER IF NOT EXISTS cases_index_gone AFTER DELETE ON cases_casewords BEGIN
        INSERT INTO cases_index(cases_index, rowid, words) VALUES ('delete', old.case_id, old.words); END""",
    """CREATE TRIGGER IF NOT EXISTS cases_index_changed AFTER UPDATE ON cases_casewords BEGIN
        INSERT INTO cases_index(cases_index, rowid, words) VALUES ('delete', old.case_id, old.words);
        INSERT INTO cases_index(rowid, words) VALUES (new.case_id, new.words); END""",
)
# The words lie beside the table, so that whoever looks up many rows reads narrow ones; and the function says that it is dear,
# so that the planner makes a vector of no row where the index holds them all.
_POSTGRES = (
    "ALTER TABLE cases_casewords ALTER COLUMN words SET STORAGE EXTERNAL",
    "ALTER TABLE cases_casewords SET (toast_tuple_target = 128)",
    """CREATE OR REPLACE FUNCTION cases_vector(words text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE STRICT COST 100000
        AS $$ BEGIN RETURN array_to_tsvector(string_to_array(words, ' ')); END $$""",
    "CREATE INDEX cases_index ON cases_casewords USING gin (cases_vector(words))",
)


def ensure_index(**_signal: object) -> None:
    """Make the index and what keeps it, where it is missing; after a migration, by signal."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            known = "SELECT 1 FROM sqlite_master WHERE name = 'cases_index'"
            is_new = cursor.execute(known).fetchone() is None
            for statement in _SQLITE:
                cursor.execute(statement)
            if is_new:
                cursor.execute("INSERT INTO cases_index(cases_index) VALUES ('rebuild')")
        elif connection.vendor == "postgresql":
            cursor.execute("SELECT 1 FROM pg_class WHERE relname = 'cases_index'")
            if cursor.fetchone() is None:
                for statement in _POSTGRES:
                    cursor.execute(statement)


def having(words: Sequence[str]) -> RawSQL:
    """The primary keys of the cases that have all these words (at least one), for `pk__in`."""
    if connection.vendor == "postgresql":
        asked = " & ".join("'" + word.replace("'", "''") + "'" for word in words)
        return RawSQL(
            "SELECT case_id FROM cases_casewords WHERE cases_vector(words) @@ %s::tsquery", (asked,)
        )
    asked = " AND ".join(f'"{word}"' for word in words)
    return RawSQL("SELECT rowid FROM cases_index WHERE cases_index MATCH %s", (asked,))
