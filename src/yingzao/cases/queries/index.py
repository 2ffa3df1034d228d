"""The index of words, on either database. Kept by the database itself, so that no way of writing goes past it.

SQLite: an FTS5 table over `CaseWords`, filled by triggers. PostgreSQL: a GIN index over words and marks as a tsvector,
without any extension. Both are made after each migration, where they are missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models.expressions import RawSQL

from yingzao.cases.enums import TagKind
from yingzao.cases.models import Case, CaseTag


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose cases are looked through: those of organisations, by primary key; learners find the shown ones only, and none
    `without` which the library is for now (primary keys)."""

    organisations: tuple[int, ...]
    shown_only: bool = False
    without: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; what is empty is not asked. `question` is as titles are kept (`readers.plain`), `words` are its words,
    all of which have to be there."""

    question: str = ""
    words: tuple[str, ...] = ()
    kind: str = ""
    facet: str = ""
    method: str = ""


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
# so that the planner makes a vector of no row where the index holds them all. Where many rows have a word the planner would
# make vectors all the same: the functions that look up forbid it any other way than the index.
_BY_INDEX = "LANGUAGE plpgsql STABLE SET enable_seqscan = off SET enable_indexscan = off SET enable_indexonlyscan = off"
_POSTGRES = (
    "DROP INDEX IF EXISTS cases_index",
    "DROP FUNCTION IF EXISTS cases_vector(text)",
    "ALTER TABLE cases_casewords ALTER COLUMN words SET STORAGE EXTERNAL",
    "ALTER TABLE cases_casewords SET (toast_tuple_target = 128)",
    """CREATE OR REPLACE FUNCTION cases_vector(words text, marks text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE STRICT
        COST 100000 AS $$ BEGIN RETURN array_to_tsvector(
            array_remove(string_to_array(words, ' ') || string_to_array(marks, ' '), '')); END $$""",
    f"""CREATE OR REPLACE FUNCTION cases_count(asked tsquery, most int) RETURNS bigint {_BY_INDEX} AS $$
        DECLARE found bigint; BEGIN SELECT count(*) INTO found FROM (
            SELECT 1 FROM cases_casewords WHERE cases_vector(words, marks) @@ asked LIMIT most) AS matching;
        RETURN found; END $$""",
    f"""CREATE OR REPLACE FUNCTION cases_ranked(asked tsquery, said text, skip int, take int) RETURNS SETOF bigint {_BY_INDEX} AS $$
        BEGIN RETURN QUERY SELECT case_id FROM cases_casewords WHERE cases_vector(words, marks) @@ asked
            ORDER BY (strpos(title, said) > 0) DESC, case_id DESC OFFSET skip LIMIT take; END $$""",
    "CREATE INDEX cases_lookup ON cases_casewords USING gin (cases_vector(words, marks))",
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
            cursor.execute("SELECT 1 FROM pg_class WHERE relname = 'cases_lookup'")
            if cursor.fetchone() is None:
                for statement in _POSTGRES:
                    cursor.execute(statement)


# SQLite: which rows; what else is asked goes into the statement around it


def having(words: Sequence[str]) -> RawSQL:
    """The primary keys of the cases that have all these words (at least one), for `pk__in`. SQLite."""
    asked = " AND ".join(f'"{word}"' for word in words)
    return RawSQL("SELECT rowid FROM cases_index WHERE cases_index MATCH %s", (asked,))


# PostgreSQL: everything that is asked is looked up in the index at once


def marks_of(case: Case, tags: Iterable[CaseTag]) -> str:
    """What filters ask of a case: its organisation, whether learners find it, kind of community, facets, methods."""
    tagged = [_mark(tag.kind, tag.value) for tag in tags]
    own = [_mark("organisation", str(case.organisation_id)), _mark("kind", case.community_kind)]
    return " ".join([*own, *([SHOWN] if case.is_shown else []), *tagged])


def _mark(name: str, value: str) -> str:
    """No word of a text begins so."""
    return f"={name[0]}{'_'.join(value.split())}"


SHOWN = _mark("shown", "")


def looked_up(scope: Scope, wanted: Wanted) -> str:
    """The question, the filters and whose cases it is about, as a tsquery."""
    asked = [*wanted.words, *([SHOWN] if scope.shown_only else [])]
    for name, value in (
        ("kind", wanted.kind),
        (TagKind.FACET, wanted.facet),
        (TagKind.METHOD, wanted.method),
    ):
        if value:
            asked.append(_mark(name, value))
    whose = " | ".join(_quoted(_mark("organisation", str(pk))) for pk in scope.organisations)
    return " & ".join([*map(_quoted, asked), f"({whose})"])


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


def count_up_to(query: str, most: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_count(%s::tsquery, %s)", (query, most))
        return int(cursor.fetchone()[0])


def ranked(query: str, said: str, skip: int, take: int) -> list[int]:
    """Primary keys of those whose title says it first, then the newest."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM cases_ranked(%s::tsquery, %s, %s, %s)", (query, said, skip, take))
        return [pk for (pk,) in cursor.fetchall()]


def newest(query: str, skip: int, take: int) -> list[int]:
    """Primary keys of the newest; for what very many have, since the planner goes through them from the newest on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT case_id FROM cases_casewords WHERE cases_vector(words, marks) @@ %s::tsquery "
            "ORDER BY case_id DESC OFFSET %s LIMIT %s",
            (query, skip, take),
        )
        return [pk for (pk,) in cursor.fetchall()]
