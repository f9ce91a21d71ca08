"""The index on PostgreSQL: one table of text vectors for each searched table, kept in step by triggers.

Words are cut as FTS5 cuts them: accents folded, everything but letters and digits a gap. Weight A marks the record's
name and C its telephone numbers. Triggers run once for each statement, so that ten thousand rows are one insertion.
They write as the owner of the tables: whoever changes a record may read the words and no more (`db.row_security`).
"""

from __future__ import annotations

from collections.abc import Iterator

from db.fulltext.columns import Form, SearchedTable, TextColumn
from db.fulltext.sqlite import ENDS, LONGEST

_EVERY_TEXT = 'strict $.** ? (@.type() == "string")'
_GAPS = "!\"#$%&''()*+,-./:;<=>?@[\\]^_`{|}~‘’“”„‚–—…«»‹›·•¡¿§©®™°€£"
"""As it stands in an SQL literal; the length counts the doubled quote once."""
_FUNCTIONS = """
CREATE OR REPLACE FUNCTION rainmaker_plain(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT lower(translate(
        CASE WHEN octet_length(said) = char_length(said) THEN said
             ELSE regexp_replace(normalize(said, NFKD), '[\\u0300-\\u036f]', '', 'g') END,
        '{gaps}', '{spaces}'){collation})
$$;
CREATE OR REPLACE FUNCTION rainmaker_phrase(said text, begun boolean) RETURNS tsquery
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN begun AND numnode(q) > 0 THEN (q::text || ':*')::tsquery ELSE q END
    FROM phraseto_tsquery('pg_catalog.simple', rainmaker_plain(said)) AS q
$$
"""
ICU = "SELECT EXISTS (SELECT 1 FROM pg_collation WHERE collname = 'und-x-icu')"
"""Whether letters beyond ASCII have their small form whatever the locale of the database."""


def functions(*, icu: bool) -> Iterator[str]:
    collation = ' COLLATE "und-x-icu"' if icu else ""
    spaces = " " * (len(_GAPS) - 1)
    yield from _FUNCTIONS.format(gaps=_GAPS, spaces=spaces, collation=collation).split(";\n")


def _text(column: TextColumn, row: str) -> str:
    held = f'{row}."{column.name}"'
    match column.form:
        case Form.LONG:
            return f"coalesce(left({held}, {LONGEST}), '')"
        case Form.JSON:
            every = f"jsonb_path_query(CAST({held} AS JSONB), '{_EVERY_TEXT}')"
            return f"coalesce((SELECT left(string_agg(v #>> '{{}}', ' '), {LONGEST}) FROM {every} AS v), '')"  # noqa: S608 - a column of ours
        case _:
            return f"coalesce({held}, '')"


def _digits(column: TextColumn, row: str) -> str:
    digits = f"translate(coalesce({row}.\"{column.name}\", ''), ' -+()/.', '')"
    return " || ' ' || ".join([digits, *(f"right({digits}, {end})" for end in ENDS)])


def vector(table: SearchedTable, row: str, hidden: frozenset[str] = frozenset()) -> str:
    """The words of a row, but for columns that are hidden."""
    shown = [one for one in table.columns if one.name not in hidden]
    parts = []
    for weight, texts in (
        ("A", [_text(one, row) for one in shown if one.title]),
        ("C", [_digits(one, row) for one in shown if one.form is Form.PHONE]),
        ("D", [_text(one, row) for one in shown if not one.title and one.form is not Form.PHONE]),
    ):
        if texts:
            words = " || ' ' || ".join(texts)
            parts.append(f"setweight(to_tsvector('pg_catalog.simple', rainmaker_plain({words})), '{weight}')")
    return " || ".join(parts) or "''::tsvector"


def created(table: SearchedTable) -> Iterator[str]:
    yield f"CREATE TABLE {table.index} (id bigint NOT NULL, words tsvector NOT NULL)"


def filled(table: SearchedTable) -> Iterator[str]:
    """Every row into an empty index; its look-ups are made when it is full."""
    yield (
        f"INSERT INTO {table.index} (id, words) SELECT t.id, {vector(table, 't')} "  # noqa: S608 - names of our own tables
        f"FROM {table.name} AS t WHERE t.deleted_at IS NULL"
    )
    yield f"ALTER TABLE {table.index} ADD CONSTRAINT pk_{table.index} PRIMARY KEY (id)"
    yield f"CREATE INDEX ix_{table.index} ON {table.index} USING gin (words)"
    yield f"ANALYZE {table.index}"


def triggers(table: SearchedTable) -> Iterator[str]:
    index, fields = table.index, [*(one.name for one in table.columns), "deleted_at"]
    rows = [", ".join(f'{row}."{name}"' for name in fields) for row in ("o", "t")]
    differs = f"({rows[0]}) IS DISTINCT FROM ({rows[1]})"
    put = f"INSERT INTO {index} (id, words) SELECT t.id, {vector(table, 't')} FROM fresh AS t"  # noqa: S608 - names of our own tables
    yield f"""
        CREATE OR REPLACE FUNCTION {index}_step() RETURNS trigger LANGUAGE plpgsql
        SECURITY DEFINER SET search_path FROM CURRENT AS $$ BEGIN
            IF TG_OP = 'DELETE' THEN
                DELETE FROM {index} AS w USING gone AS o WHERE w.id = o.id;
            ELSIF TG_OP = 'INSERT' THEN
                {put} WHERE t.deleted_at IS NULL;
            ELSE
                DELETE FROM {index} AS w USING gone AS o JOIN fresh AS t ON t.id = o.id
                    WHERE w.id = o.id AND {differs};
                {put} JOIN gone AS o ON o.id = t.id WHERE t.deleted_at IS NULL AND {differs};
            END IF;
            RETURN NULL;
        END $$"""  # noqa: S608 - names of our own tables
    for what, event, rows_of in (
        ("added", "INSERT", "NEW TABLE AS fresh"),
        ("changed", "UPDATE", "OLD TABLE AS gone NEW TABLE AS fresh"),
        ("removed", "DELETE", "OLD TABLE AS gone"),
    ):
        yield (
            f"CREATE TRIGGER {index}_{what} AFTER {event} ON {table.name} REFERENCING {rows_of} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {index}_step()"
        )


def untriggered(table: SearchedTable) -> Iterator[str]:
    yield f"DROP FUNCTION IF EXISTS {table.index}_step() CASCADE"


def emptied(table: SearchedTable) -> Iterator[str]:
    yield f"TRUNCATE {table.index}"
    yield f"ALTER TABLE {table.index} DROP CONSTRAINT IF EXISTS pk_{table.index}"
    yield f"DROP INDEX IF EXISTS ix_{table.index}"


def dropped(table: SearchedTable) -> Iterator[str]:
    yield from untriggered(table)
    yield f"DROP TABLE IF EXISTS {table.index}"


def purged(_table: SearchedTable) -> Iterator[str]:
    """Nothing: what is removed goes when the tables are written anew (`Database.compact`)."""
    yield from ()
