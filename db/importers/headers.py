"""Finds which source column stands for which field, by name, by what is in it, or as the person says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import polars as pl

from db.importers.errors import ColumnMappedTwice, UnknownCanonical, UnknownColumn
from db.importers.findings import Findings, OddityKind
from db.importers.table import ROW, Table

_SAMPLE = 500
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l"})
_CURRENCY_SUFFIX = re.compile(
    r"\s(?:in\s)?(usd|eur|gbp|chf|inr|jpy|aud|cad|sek|nok|dkk|pln|brl|mxn|czk|sgd|aed|zar|cny|nzd)$"
)
_LIKE_DATE = (
    r"(?i)^[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|^[0-9]{1,2}[-/. ]+(?:[0-9]{1,2}|[a-z]{3,})[-/. ]+[0-9]{2,4}"
    r"|^[a-z]{3,9}\.? [0-9]{1,2},? [0-9]{4}|^[0-9]{5}(?:\.[0-9]+)?$|^[0-9]{8}$|^[0-9]{10}$|^[0-9]{13}$"
)
_LIKE_FLAG = r"(?i)^(?:1|0|true|false|yes|no|y|n|t|f|ja|nein|si|sí|oui|non|won|lost|1\.0|0\.0)$"
_LIKE_NUMBER = r"^[^0-9]{0,6}[-+(]?[^0-9]{0,4}[0-9][0-9.,'’\s]*(?:[eE][-+]?[0-9]+)?\s*[^0-9]{0,6}$"


class Content(StrEnum):
    """What the cells of a field have to look like for a column to be taken by its name alone."""

    TEXT = "text"
    DATE = "date"
    FLAG = "flag"
    NUMBER = "number"
    MONEY = "money"


@dataclass(frozen=True, slots=True)
class Field:
    """A field records may have.

    Attributes:
        name: the canonical name, as written left of the sign in `--map`.
        content: what its cells look like.
        also_called: other names of it, most specific first; case, spaces and punctuation do not matter.
    """

    name: str
    content: Content
    also_called: tuple[str, ...] = ()


def called(names: str) -> tuple[str, ...]:
    """Names written in one string with commas between them."""
    return tuple(" ".join(name.split()) for name in names.split(","))


@dataclass(frozen=True, slots=True)
class Recognition:
    """Which source column stands for which field.

    Attributes:
        columns: field -> source column.
        mapped: the fields the person named.
        currencies: source column -> ISO code written in its header.
        misfits: source column -> field it is called like, although its cells do not look like it.
    """

    columns: Mapping[str, str]
    mapped: frozenset[str] = frozenset()
    currencies: Mapping[str, str] = field(default_factory=dict)
    misfits: Mapping[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str | None:
        """The source column of a field, None when there is none."""
        return self.columns.get(name)


def words_of(name: str) -> str:
    """A header in plain words: "CloseDate", "close_date" and "Close date" are all "close date"."""
    plain = unicodedata.normalize("NFKD", _CAMEL.sub(" ", name.replace("#", " number ")).translate(_LETTERS))
    ascii_only = plain.encode("ascii", "ignore").decode("ascii").lower()
    return " ".join(_NOT_WORD.sub(" ", ascii_only).split())


def recognise(
    table: Table, fields: Sequence[Field], *, prefixes: Sequence[str], mapping: Mapping[str, str] | None = None
) -> Recognition:
    """Matches columns and fields: what the person says, then whole names, then names without the record's prefix.

    `prefixes` are the words exports put before a field ("Deal - Owner"); only those of the record itself are
    dropped, so that the status of an account is not taken for that of the deal.

    Raises `UnknownCanonical`, `UnknownColumn` and `ColumnMappedTwice` for a mapping that cannot be carried out.
    """
    found = _as_told(table, fields, mapping or {})
    told = frozenset(found)
    currencies = {column: code for column in table.columns if (code := _currency_in(column))}
    misfits: dict[str, str] = {}
    sample = table.cells.head(_SAMPLE) if table.cells.height <= _SAMPLE else _spread(table.cells)
    prefix = re.compile(rf"^(?:{'|'.join(prefixes)})\s+")
    for spelling in (_whole, _without_currency, lambda name: _without_prefix(name, prefix)):
        free: dict[str, str] = {}
        for column in table.columns:
            if column not in found.values():
                free.setdefault(spelling(column), column)
        for wanted in fields:
            if wanted.name in found:
                continue
            match = _first_match(wanted, free, sample, misfits)
            if match is not None:
                found[wanted.name] = match
                free = {key: value for key, value in free.items() if value != match}
    misfits = {column: name for column, name in misfits.items() if name not in found and column not in found.values()}
    return Recognition(columns=found, mapped=told, currencies=currencies, misfits=misfits)


def _as_told(table: Table, fields: Sequence[Field], mapping: Mapping[str, str]) -> dict[str, str]:
    known = {_whole(wanted.name): wanted.name for wanted in fields}
    by_spelling = {_whole(name): name for name in reversed(table.columns)}
    found: dict[str, str] = {}
    for given, source in mapping.items():
        name = known.get(_whole(given))
        if name is None:
            raise UnknownCanonical(given, known=[wanted.name for wanted in fields])
        column = source if source in table.columns else by_spelling.get(_whole(source))
        if column is None:
            raise UnknownColumn(source, field=name, found=table.columns)
        taken = [other for other, there in found.items() if there == column]
        if taken:
            raise ColumnMappedTwice(column, fields=[*taken, name])
        found[name] = column
    return found


def _first_match(wanted: Field, free: Mapping[str, str], sample: pl.DataFrame, misfits: dict[str, str]) -> str | None:
    """The first column that is called like the field and looks like it; the very name of a value needs no looks."""
    for name in (wanted.name, *wanted.also_called):
        column = free.get(_whole(name))
        if column is None:
            continue
        by_name = name == wanted.name and wanted.content is not Content.FLAG
        if by_name or _fits(sample[column], wanted.content):
            return column
        if wanted.content is not Content.FLAG:
            misfits.setdefault(column, wanted.name)
    return None


def _fits(cells: pl.Series, content: Content) -> bool:
    """Whether at least half of the filled cells look like the content; an empty column fits anything but a flag."""
    filled = cells.drop_nulls().str.strip_chars()
    filled = filled.filter(filled != "")
    if content is Content.TEXT:
        return True
    if filled.is_empty():
        return content is not Content.FLAG
    if content is Content.DATE:
        return share_like(filled, _LIKE_DATE) >= 0.5
    if content is Content.FLAG:
        return share_like(filled, _LIKE_FLAG) >= 0.9
    return share_like(filled, _LIKE_NUMBER) >= 0.5 and share_like(filled, r"^[0-9]{4}-[0-9]{2}-[0-9]{2}") < 0.5


def share_like(cells: pl.Series, pattern: str) -> float:
    """The share of the cells that match a pattern, 0 to 1; 0 without cells."""
    return float(cells.str.contains(pattern).cast(pl.Float64).mean() or 0.0)  # type: ignore[arg-type]


def _spread(cells: pl.DataFrame) -> pl.DataFrame:
    """Rows from the whole file: the first ones may all be open, or all from one day."""
    step = cells.height // _SAMPLE
    return cells.select(pl.exclude(ROW)).gather_every(step).head(_SAMPLE)


def _whole(name: str) -> str:
    return words_of(name).replace(" ", "")


def _without_currency(name: str) -> str:
    return _CURRENCY_SUFFIX.sub("", words_of(name)).replace(" ", "")


def _without_prefix(name: str, prefix: re.Pattern[str]) -> str:
    return prefix.sub("", _CURRENCY_SUFFIX.sub("", words_of(name))).replace(" ", "")


def _currency_in(name: str) -> str | None:
    match = _CURRENCY_SUFFIX.search(words_of(name))
    if match:
        return match[1].upper()
    return next((code for sign, code in (("€", "EUR"), ("£", "GBP"), ("₹", "INR"), ("$", "USD")) if sign in name), None)


def report_misfits(found: Recognition, findings: Findings) -> None:
    """Says which columns are called like a field but do not look like it, and how to insist."""
    for column, name in found.misfits.items():
        sentence = (
            f'"{column}" is called like {name}, but its cells do not look like it; to insist, --map {name}="{column}".'
        )
        findings.add(OddityKind.COLUMN_NAMES, sentence, column=column)
