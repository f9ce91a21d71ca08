"""The index on SQLite: one contentless FTS5 table for each searched table, kept in step by triggers.

No text is copied: FTS5 keeps words and where they stand. To take a row out it has to be told the texts it held, which
a trigger knows and nobody else has to remember.

Reference: https://www.sqlite.org/fts5.html, "External Content and Contentless Tables".
"""

from __future__ import annotations

from collections.abc import Iterator

from db.fulltext.columns import WHOLE, Form, SearchedTable, TextColumn

LONGEST = 100_000
"""Characters of one text that are searched: PostgreSQL refuses a vector of more than a megabyte."""
_BETWEEN_DIGITS = " -+()/."
ENDS = (8, 7, 6)
"""So many last digits of a telephone number are words of their own: people leave out prefixes."""


def columns(table: SearchedTable) -> tuple[str, ...]:
    whole = (WHOLE,) if len(table.title) > 1 else ()
    return (*whole, *(one.name for one in table.columns))


def _texts(table: SearchedTable, row: str) -> str:
    whole = [" || ' ' || ".join(f"coalesce({row}.\"{name}\", '')" for name in table.title)]
    return ", ".join([*(whole if len(table.title) > 1 else []), *(_text(one, row) for one in table.columns)])


def _text(column: TextColumn, row: str) -> str:
    held = f'{row}."{column.name}"'
    match column.form:
        case Form.LONG:
            return f"substr({held}, 1, {LONGEST})"
        case Form.PHONE:
            digits = held
            for mark in _BETWEEN_DIGITS:
                digits = f"replace({digits}, '{mark}', '')"
            return " || ' ' || ".join([digits, *(f"substr({digits}, -{end})" for end in ENDS)])
        case Form.JSON:
            words = f"SELECT group_concat(value, ' ') FROM json_tree({held}) WHERE type = 'text'"  # noqa: S608 - a column of ours
            return f"CASE WHEN json_valid({held}) THEN ({words}) END"
        case _:
            return held


def _names(table: SearchedTable) -> str:
    return ", ".join(f'"{name}"' for name in columns(table))


def created(table: SearchedTable) -> Iterator[str]:
    """Statements that make the empty index."""
    yield (
        f"CREATE VIRTUAL TABLE {table.index} USING fts5({_names(table)}, content='', "
        f"tokenize='unicode61 remove_diacritics 2')"
    )


def triggers(table: SearchedTable) -> Iterator[str]:
    """Statements that keep it in step from now on; deleted records are not in it."""
    index, names = table.index, _names(table)
    put = f"INSERT INTO {index} (rowid, {names}) SELECT new.id, {_texts(table, 'new')} WHERE new.deleted_at IS NULL"
    take = (
        f"INSERT INTO {index} ({index}, rowid, {names}) "
        f"SELECT 'delete', old.id, {_texts(table, 'old')} WHERE old.deleted_at IS NULL"
    )
    watched = ", ".join(f'"{one.name}"' for one in table.columns)
    yield f"CREATE TRIGGER {index}_added AFTER INSERT ON {table.name} BEGIN {put}; END"
    yield f"CREATE TRIGGER {index}_removed AFTER DELETE ON {table.name} BEGIN {take}; END"
    yield (
        f"CREATE TRIGGER {index}_changed AFTER UPDATE OF {watched}, deleted_at ON {table.name} BEGIN {take}; {put}; END"
    )


def filled(table: SearchedTable) -> Iterator[str]:
    """Statements that index every row of the table into an empty index."""
    yield (
        f"INSERT INTO {table.index} (rowid, {_names(table)}) SELECT t.id, {_texts(table, 't')} "  # noqa: S608 - names of our own tables
        f"FROM {table.name} AS t WHERE t.deleted_at IS NULL"
    )


def untriggered(table: SearchedTable) -> Iterator[str]:
    for what in ("added", "removed", "changed"):
        yield f"DROP TRIGGER IF EXISTS {table.index}_{what}"


def emptied(table: SearchedTable) -> Iterator[str]:
    yield f"INSERT INTO {table.index} ({table.index}) VALUES ('delete-all')"  # noqa: S608 - names of our own tables


def dropped(table: SearchedTable) -> Iterator[str]:
    yield from untriggered(table)
    yield f"DROP TABLE IF EXISTS {table.index}"


def purged(table: SearchedTable) -> Iterator[str]:
    """Words of rows that were taken out stay in older parts of the index until the parts are merged."""
    yield f"INSERT INTO {table.index} ({table.index}) VALUES ('optimize')"  # noqa: S608 - names of our own tables
