"""Reads a column of numbers or amounts exactly, deciding the decimal mark on the whole column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from db.importers.missing import values
from db.money import CURRENCIES

EXACT = pl.Decimal(38, 6)
"""Type amounts are kept in for storage; more than six decimals are rounded."""

_BEYOND_EXACT = 1e31
_PLAIN = r"^[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$"
_PLAIN_THOUSANDS_IN_DOUBT = r"^[+-]?[1-9][0-9]{0,2}\.[0-9]{3}$"
_POINT_DECIMAL = (
    r"^[+-]?(?:[0-9]{1,3}(?:,[0-9]{2,3})*,[0-9]{3}|[0-9]+)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$|^[+-]?\.[0-9]+$"
)
_COMMA_DECIMAL = r"^[+-]?(?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+)(?:,[0-9]+)?(?:[eE][+-]?[0-9]+)?$|^[+-]?,[0-9]+$"
_SPACES = r"[\s\u00a0\u2007\u2009\u202f'’`´_]"
_SHAPE = r"^[ (+\-]*(?:[0-9]{1,3}(?: [0-9]{3})+(?:[.,][0-9]*)?|[0-9.,]+)[ )%.,\-]*$"
_MAX_WORDS = 2_000
_FACTORS = {
    **dict.fromkeys(("k", "tsd", "thousand", "mil"), 10**3),
    **dict.fromkeys(("lakh", "lac"), 10**5),
    **dict.fromkeys(("m", "mm", "mn", "mio", "mill", "million", "millionen"), 10**6),
    **dict.fromkeys(("cr", "crore"), 10**7),
    **dict.fromkeys(("b", "bn", "mrd", "billion"), 10**9),
}
_SIGN_CODES: dict[str, str | None] = {
    **dict(pair.split() for pair in ("US$ USD", "A$ AUD", "AU$ AUD", "C$ CAD", "CA$ CAD", "NZ$ NZD", "S$ SGD")),
    **dict(pair.split() for pair in ("HK$ HKD", "R$ BRL", "MX$ MXN", "$ USD", "€ EUR", "£ GBP", "¥ JPY", "₹ INR")),
    **dict(pair.split() for pair in ("RS INR", "₩ KRW", "₽ RUB", "₺ TRY", "₪ ILS", "฿ THB", "₫ VND", "₱ PHP")),
    **dict(pair.split() for pair in ("₴ UAH", "ZŁ PLN", "KČ CZK", "FR CHF", "SFR CHF", "EURO EUR", "EUROS EUR")),
    "DOLLARS": "USD",
    "KR": None,  # Swedish, Norwegian, Danish or Icelandic crowns: the sign does not say which
}
_ISO = """USD EUR GBP CHF JPY CNY INR AUD CAD NZD SGD HKD SEK NOK DKK ISK PLN CZK HUF RON BGN TRY ILS AED SAR QAR KWD
    BHD OMR EGP ZAR NGN KES GHS MAD BRL MXN ARS CLP COP PEN UYU KRW TWD THB VND IDR MYR PHP PKR BDT LKR UAH RUB KZT"""
ISO_CODES = frozenset(_ISO.split())
"""Codes understood inside a longer text; the rest of the list holds words of every day (ALL, TOP, MOP)."""


class DecimalMark(StrEnum):
    """The sign before the decimals of a column."""

    POINT = "point"
    COMMA = "comma"


@dataclass(frozen=True, slots=True)
class NumberColumn:
    """A column of numbers as read.

    Attributes:
        values: Float64, null where nothing is filled in or the cell cannot be read.
        exact: the same as `EXACT` decimals.
        unreadable: Boolean, true where something is filled in that is no number.
        currencies: String, the ISO code written in the cell, null where none is.
        mark: the decimal mark chosen.
        certain: whether the cells leave no other reading.
    """

    values: pl.Series
    exact: pl.Series
    unreadable: pl.Series
    currencies: pl.Series
    mark: DecimalMark
    certain: bool


def parse_numbers(cells: pl.Series, *, comma_likely: bool = False) -> NumberColumn:
    """Numbers of a column of cleaned text.

    Read are thousands in groups ("1,250.00", "1.250,00", "1'250", "1 250", "1,25,000"), signs, parentheses for
    negatives, percent, currency signs and codes on either side, and the suffixes k, m, bn and their like.
    A lone mark before exactly three digits is decided on the whole column; `comma_likely` (a file separated by
    semicolons, a euro sign) tips the balance where the column itself says nothing.
    """
    cleaned = values(cells)
    if (plain := _plain(cleaned)) is not None:
        return plain
    parts = _parts(cleaned)
    mark, certain = _decimal_mark(parts["core"].drop_nulls(), comma_likely=comma_likely)
    read = parts.select(*_value(mark), pl.col("currency"))
    return NumberColumn(
        values=read["value"].alias(cells.name),
        exact=read["exact"].alias(cells.name),
        unreadable=cleaned.is_not_null() & read["value"].is_null(),
        currencies=read["currency"].alias(cells.name),
        mark=mark,
        certain=certain,
    )


def currency_code(cells: pl.Series) -> pl.Series:
    """ISO codes of a column that names currencies by code, sign or word; null for what is none."""
    names = [name for name in cells.drop_nulls().unique().to_list() if name.strip()]
    codes = {name: code for name in names if (code := _code(name))}
    if not codes:
        return _nothing(cells.name, cells.len())
    return cells.replace_strict(list(codes), list(codes.values()), default=None, return_dtype=pl.String)


def _nothing(name: str, length: int) -> pl.Series:
    return pl.Series(name, [None], dtype=pl.String).new_from_index(0, length)


def _code(name: str) -> str | None:
    upper = name.strip().upper()
    if upper in CURRENCIES:
        return upper
    return _SIGN_CODES.get(upper) or next((word for word in upper.replace("(", " ").split() if word in ISO_CODES), None)


def _plain(cells: pl.Series) -> NumberColumn | None:
    """The column as a program writes numbers, or None when a cell needs interpretation."""
    filled = cells.drop_nulls()
    if not filled.str.contains(_PLAIN).all() or _thousands_in_doubt(filled):
        return None
    exact = cells.cast(EXACT, strict=False)
    numbers = cells.cast(pl.Float64, strict=False)
    beyond = cells.is_not_null() & exact.is_null()
    return NumberColumn(
        values=numbers.set(beyond, None) if beyond.any() else numbers,
        exact=exact,
        unreadable=beyond,
        currencies=_nothing(cells.name, cells.len()),
        mark=DecimalMark.POINT,
        certain=True,
    )


def _thousands_in_doubt(filled: pl.Series) -> bool:
    with_point = filled.filter(filled.str.contains(".", literal=True))
    return with_point.len() > 0 and bool(with_point.str.contains(_PLAIN_THOUSANDS_IN_DOUBT).all())


def _parts(cells: pl.Series) -> pl.DataFrame:
    """Splits cells into `core` (digits and marks, null if there is more), `negative`, `factor` and `currency`.

    What is neither digit nor mark is a handful of different words in any column, so it is understood once per
    word instead of once per cell.
    """
    bare = cells.str.replace_all("[−–]", "-").str.replace_all(_SPACES, " ")
    power = bare.str.contains(r"^[-+(]?[0-9.,]+[eE][+-]?[0-9]+\)?$")
    digits = bare.str.replace_all(r"\p{L}\.", "").str.replace_all(r"[\p{L}\p{Sc}]", "")
    frame = pl.DataFrame({"bare": bare, "power": power, "digits": digits}).with_columns(
        word=pl.when(~pl.col("power")).then(pl.col("bare").str.replace_all(r"[0-9.,()%+\- ]", "")),
        negative=pl.col("bare").str.contains(r"^\(.*\)$|[0-9]\s*-$|^[^0-9]*-\s*[^0-9]*[0-9]"),
        core=pl.when("power")
        .then(pl.col("bare").str.strip_chars("()+- "))
        .when(pl.col("digits").str.contains(_SHAPE))
        .then(pl.col("digits").str.replace_all(r"[^0-9.,]", "")),
    )
    words = {word: _word(word) for word in frame["word"].drop_nulls().unique().head(_MAX_WORDS).to_list()}
    known = {word: found for word, found in words.items() if found is not None}
    if not known:
        known = {"": _Word(1, None)}
    return frame.with_columns(
        factor=pl.when("power")
        .then(1)
        .otherwise(_by_word([found.factor for found in known.values()], known, pl.Int64)),
        currency=_by_word([found.currency for found in known.values()], known, pl.String),
    ).with_columns(
        core=pl.when(pl.col("factor").is_not_null() & pl.col("core").str.contains(r"[0-9]")).then(
            pl.col("core").str.replace(r"[.,]$", "")
        )
    )


@dataclass(frozen=True, slots=True)
class _Word:
    factor: int
    currency: str | None


def _by_word(found: Sequence[int | str | None], known: Mapping[str, _Word], dtype: type[pl.DataType]) -> pl.Expr:
    return pl.col("word").replace_strict(list(known), found, default=None, return_dtype=dtype)


def _word(word: str) -> _Word | None:
    """What stands beside the digits: a currency, a power of ten, both in either order, or nothing that is known."""
    upper = word.upper()
    if not upper:
        return _Word(1, None)
    for cut in range(len(upper) + 1):
        for sign, power in ((upper[:cut], upper[cut:]), (upper[cut:], upper[:cut])):
            if (not sign or sign in ISO_CODES or sign in _SIGN_CODES) and (not power or power.lower() in _FACTORS):
                return _Word(_FACTORS.get(power.lower(), 1), sign if sign in ISO_CODES else _SIGN_CODES.get(sign))
    return None


def _decimal_mark(cores: pl.Series, *, comma_likely: bool) -> tuple[DecimalMark, bool]:
    """The mark by evidence: a cell with both marks, one repeated mark, or other than three digits behind one."""
    comma = _count(cores, r"\..*,|^0,[0-9]|^[0-9]+,(?:[0-9]{1,2}|[0-9]{4,})$|^[0-9]{4,},[0-9]+$|\..*\..*|^,[0-9]")
    point = _count(cores, r",.*\.|^0\.[0-9]|^[0-9]+\.(?:[0-9]{1,2}|[0-9]{4,})$|^[0-9]{4,}\.[0-9]+$|,.*,.*|^\.[0-9]")
    if comma or point:
        return (DecimalMark.COMMA if comma > point else DecimalMark.POINT), not (comma and point)
    with_comma, with_point = _count(cores, ","), _count(cores, r"\.")
    if with_comma:
        return DecimalMark.POINT, False
    if with_point:
        rounded = _count(cores, r"\.[0-9][0-9]0$") > 0
        return (DecimalMark.COMMA if rounded or comma_likely else DecimalMark.POINT), False
    return DecimalMark.POINT, True


def _count(cores: pl.Series, pattern: str) -> int:
    return int(cores.str.contains(pattern).sum())


def _value(mark: DecimalMark) -> list[pl.Expr]:
    """The number by the column's mark; a cell that cannot be read so but can the other way is read that way."""
    comma, point = _digits(DecimalMark.COMMA), _digits(DecimalMark.POINT)
    digits = pl.coalesce(comma, point) if mark is DecimalMark.COMMA else pl.coalesce(point, comma)
    signed = pl.when(pl.col("negative")).then(pl.concat_str(pl.lit("-"), digits)).otherwise(digits)
    as_written = signed.cast(pl.Float64, strict=False)
    # A product that leaves the decimals would stop the whole column.
    fits = (as_written.abs() * pl.col("factor")) < _BEYOND_EXACT
    scaled = pl.when(fits).then(signed).cast(EXACT, strict=False) * pl.col("factor").cast(EXACT)
    value = pl.when(pl.col("factor") == 1).then(as_written).otherwise(scaled.cast(pl.Float64))
    return [pl.when(scaled.is_not_null()).then(value).alias("value"), scaled.cast(EXACT).alias("exact")]


def _digits(mark: DecimalMark) -> pl.Expr:
    core = pl.col("core")
    if mark is DecimalMark.COMMA:
        plain = core.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
        return pl.when(core.str.contains(_COMMA_DECIMAL)).then(plain)
    return pl.when(core.str.contains(_POINT_DECIMAL)).then(core.str.replace_all(",", "", literal=True))
