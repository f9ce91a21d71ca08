"""Records as JSON: a list of objects (deals with an account and contacts inside), laid out as a table of cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from db.importers.deal_fields import CONTACT_DETAILS
from db.importers.errors import EmptyFile, HeaderOnly, UnexpectedJson
from db.importers.table import REASON, ROW, Table, no_malformed
from db.importers.words import words_cell
from db.records.roster import PLURALS

_WANTED = 'a list of records, or an object with such a list under "deals" or another name'
_LIST_KEYS = ("deals", *PLURALS, "data", "results", "records")
_ACCOUNT = ("account", "company", "organization")
_ACCOUNT_COLUMNS = {"name": "account", "revenue": "account_revenue", "industry": "industry"}

Cells = dict[str, list[str | None]]


def records_table(value: object, *, name: str) -> Table:
    """The cells of a list of records.

    The name, industry and revenue of a deal's account become columns of the deal (`account`, `industry`,
    `account_revenue`), other details `account_employees` and the like; contacts become a frame of their own.
    Raises `UnexpectedJson` for another shape, `HeaderOnly` for an empty list.
    """
    deals = _list_of_records(value, name=name)
    rows = [(number, deal) for number, deal in enumerate(deals, start=1) if isinstance(deal, Mapping)]
    wrong = [(number, deal) for number, deal in enumerate(deals, start=1) if not isinstance(deal, Mapping)]
    if not rows:
        raise UnexpectedJson(name, found="a list of something else", wanted=_WANTED)
    cells, people = _laid_out(rows)
    frame = pl.DataFrame({ROW: pl.Series([number for number, _ in rows], dtype=pl.UInt32)}).with_columns(
        pl.Series(column, values, dtype=pl.String) for column, values in cells.items()
    )
    return Table(
        name=name,
        cells=frame.with_columns(pl.exclude(ROW).replace("", None)),
        malformed=_malformed(wrong) if wrong else no_malformed(),
        escaped=False,
        contacts=people,
    )


def _list_of_records(value: object, *, name: str) -> Sequence[object]:
    if isinstance(value, Mapping):
        value = next((value[key] for key in _LIST_KEYS if isinstance(value.get(key), list)), value)
    if isinstance(value, list):
        if not value:
            raise HeaderOnly(name)
        return value
    if value is None:
        raise EmptyFile(name)
    found = "one object" if isinstance(value, Mapping) else "a single value"
    raise UnexpectedJson(name, found=found, wanted=_WANTED)


def _laid_out(rows: Sequence[tuple[int, Mapping[str, object]]]) -> tuple[Cells, pl.DataFrame]:
    cells: Cells = {}
    people: dict[str, list[str | None]] = {detail: [] for detail in CONTACT_DETAILS}
    at: list[int] = []
    for position, (number, deal) in enumerate(rows):
        for key, value in deal.items():
            if key == "contacts":
                for person in value if isinstance(value, list) else [value]:
                    if isinstance(person, Mapping):
                        at.append(number)
                        for detail in CONTACT_DETAILS:
                            people[detail].append(_cell(person.get(detail)))
                continue
            for column, item in _flat(key, value):
                if column not in cells:
                    cells[column] = [None] * len(rows)
                cells[column][position] = item
    frame = pl.DataFrame({ROW: pl.Series(at, dtype=pl.UInt32)}).with_columns(
        pl.Series(detail, values, dtype=pl.String) for detail, values in people.items()
    )
    return cells, frame


def _flat(key: str, value: object) -> list[tuple[str, str | None]]:
    if not isinstance(value, Mapping):
        return [(_column(key), _cell(value))]
    if key in _ACCOUNT:
        return [(_ACCOUNT_COLUMNS.get(inner, f"account_{inner}"), _cell(item)) for inner, item in value.items()]
    return [(f"{_column(key)}_{inner}", _cell(item)) for inner, item in value.items()]


def _column(key: str) -> str:
    """A key as a column name; ours are marked as the source's."""
    plain = " ".join(key.split()) or "column"
    return f"{plain} (source)" if plain in (ROW, REASON) else plain


def _cell(value: object) -> str | None:
    """A value as the text a cell would hold; lists are joined, deeper objects dropped."""
    if value is None or isinstance(value, Mapping):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return words_cell([cell for item in value if (cell := _cell(item))])
    return str(value).strip() or None


def _malformed(wrong: Sequence[tuple[int, object]]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            ROW: pl.Series([number for number, _ in wrong], dtype=pl.UInt32),
            REASON: pl.Series(["The entry is not a record with named fields."] * len(wrong), dtype=pl.String),
            "entry": pl.Series([_cell(value) for _, value in wrong], dtype=pl.String),
        }
    )
