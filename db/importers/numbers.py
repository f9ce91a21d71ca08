"""Reads a column of numbers or amounts exactly, deciding the decimal mark on the whole column."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from db.importers.missing import values

EXACT = pl.Decimal(38, 6)
"""Type amounts are kept in for storage; more than six decimals are rounded."""

_PLAIN = r"^[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?$"
_PLAIN_THOUSANDS_IN_DOUBT = r"^[+-]?[1-9]\d{0,2}\.\d{3}$"
_POINT_DECIMAL = r"^[+-]?(?:\d{1,3}(?:,\d{2,3})*,\d{3}|\d+)(?:\.\d+)?(?:[eE][+-]?\d+)?$|^[+-]?\.\d+$"
_COMMA_DECIMAL = r"^[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?(?:[eE][+-]?\d+)?$|^[+-]?,\d+$"
_SPACES = r"[\s\u00a0\u2007\u2009\u202f'’`´_]"
_SUFFIX = r"(?i)(k|m|mm|mn|mio|mil|mill|million|millionen|b|bn|mrd|billion|tsd|thousand|cr|crore|lakh|lac)\.?$"
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
_SIGN = (
    r"(?i)(US\$|AU?\$|CA?\$|NZ\$|HK\$|MX\$|S\$|R\$|[$€£¥₹₩₽₺₪฿₫₱₴]|zł|Kč|kr|Rs|SFr|Fr|euros?|dollars|\b(?:"
    + "|".join(sorted(ISO_CODES))
    + r")\b)\.?"
)


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
    """Numbers of a text column.

    Read are thousands in groups ("1,250.00", "1.250,00", "1'250", "1 250", "1,25,000"), signs, parentheses for
    negatives, percent, currency signs and codes on either side, and the suffixes k, m, bn and their like.
    A lone mark before exactly three digits is decided on the whole column; `comma_likely` (a file separated by
    semicolons, a euro sign) tips the balance where the column itself says nothing.
    """
    cleaned = pl.DataFrame({"cell": cells}).select(values("cell"))
    filled = cleaned.filter(pl.col("cell").is_not_null())["cell"]
    if filled.str.contains(_PLAIN).all() and not _thousands_in_doubt(filled):
        return _plain(cleaned["cell"], cells.name)
    distinct = cleaned.filter(pl.col("cell").is_not_null()).unique().with_columns(_parts())
    mark, certain = _decimal_mark(distinct["core"].drop_nulls(), comma_likely=comma_likely)
    read = distinct.with_columns(_value(mark))
    joined = cleaned.join(read, on="cell", how="left", maintain_order="left")
    return NumberColumn(
        values=joined["value"].alias(cells.name),
        exact=joined["exact"].alias(cells.name),
        unreadable=(joined["cell"].is_not_null() & joined["value"].is_null()).alias(cells.name),
        currencies=joined["currency"].alias(cells.name),
        mark=mark,
        certain=certain,
    )


def currency_code(cells: pl.Series) -> pl.Series:
    """ISO codes of a column that names currencies by code, sign or word; null for what is none."""
    names = [name for name in cells.drop_nulls().unique().to_list() if name.strip()]
    codes = {name: code for name in names if (code := _code(name))}
    if not codes:
        return pl.Series(cells.name, [None], dtype=pl.String).new_from_index(0, cells.len())
    return cells.replace_strict(list(codes), list(codes.values()), default=None, return_dtype=pl.String)


def _code(name: str) -> str | None:
    upper = name.strip().upper()
    if upper in ISO_CODES:
        return upper
    return _SIGN_CODES.get(upper) or next((word for word in upper.replace("(", " ").split() if word in ISO_CODES), None)


def _thousands_in_doubt(filled: pl.Series) -> bool:
    with_point = filled.filter(filled.str.contains(".", literal=True))
    return with_point.len() > 0 and bool(with_point.str.contains(_PLAIN_THOUSANDS_IN_DOUBT).all())


def _plain(cells: pl.Series, name: str) -> NumberColumn:
    exact = cells.cast(EXACT, strict=False).alias(name)
    numbers = cells.cast(pl.Float64, strict=False).alias(name).set(exact.is_null(), None)
    return NumberColumn(
        values=numbers,
        exact=exact,
        unreadable=cells.is_not_null() & numbers.is_null(),
        currencies=pl.Series(name, [None], dtype=pl.String).new_from_index(0, cells.len()),
        mark=DecimalMark.POINT,
        certain=True,
    )


def _parts() -> list[pl.Expr]:
    """Splits a cell into sign, digits with their marks, suffix and currency; `core` is null if that is not all."""
    text = pl.col("cell").str.replace_all("[−–]", "-")
    negative = text.str.contains(r"^\(.*\)$|-\s*$|^[^\d]*-")
    bare = text.str.replace_all(r"[()%+]|^[^\d,.]*-|-\s*$", "")
    sign = bare.str.extract(_SIGN, 1).str.to_uppercase()
    known = sign.is_in(list(ISO_CODES)) | sign.is_in([*_SIGN_CODES])
    unsigned = pl.when(known).then(bare.str.replace(_SIGN, "")).otherwise(bare).str.replace_all(_SPACES, "")
    suffix = unsigned.str.extract(_SUFFIX, 1).str.to_lowercase()
    core = unsigned.str.replace(_SUFFIX, "").str.replace(r"[.,]?-+$", "")
    code = sign.replace(_SIGN_CODES)
    factor = suffix.replace_strict(list(_FACTORS), list(_FACTORS.values()), default=1, return_dtype=pl.Int64)
    return [
        pl.when(core.str.contains(r"^[\d.,]+(?:[eE][+-]?\d+)?$") & core.str.contains(r"\d")).then(core).alias("core"),
        negative.alias("negative"),
        factor.alias("factor"),
        pl.when(known).then(code).alias("currency"),
    ]


def _decimal_mark(cores: pl.Series, *, comma_likely: bool) -> tuple[DecimalMark, bool]:
    """The mark by evidence: a cell with both marks, one repeated mark, or other than three digits behind one."""
    comma = _count(cores, r"\..*,|^0,\d|^\d+,(?:\d{1,2}|\d{4,})$|^\d{4,},\d+$|\..*\..*|^,\d")
    point = _count(cores, r",.*\.|^0\.\d|^\d+\.(?:\d{1,2}|\d{4,})$|^\d{4,}\.\d+$|,.*,.*|^\.\d")
    if comma or point:
        return (DecimalMark.COMMA if comma > point else DecimalMark.POINT), not (comma and point)
    with_comma, with_point = _count(cores, ","), _count(cores, r"\.")
    if with_comma:
        return DecimalMark.POINT, False
    if with_point:
        rounded = _count(cores, r"\.\d\d0$") > 0
        return (DecimalMark.COMMA if rounded or comma_likely else DecimalMark.POINT), False
    return DecimalMark.POINT, True


def _count(cores: pl.Series, pattern: str) -> int:
    return int(cores.str.contains(pattern).sum())


def _value(mark: DecimalMark) -> list[pl.Expr]:
    core = pl.col("core")
    if mark is DecimalMark.COMMA:
        fits = core.str.contains(_COMMA_DECIMAL)
        digits = core.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    else:
        fits = core.str.contains(_POINT_DECIMAL)
        digits = core.str.replace_all(",", "", literal=True)
    digits = pl.when(fits).then(digits)
    signed = pl.when(pl.col("negative")).then(pl.concat_str(pl.lit("-"), digits)).otherwise(digits)
    scaled = signed.cast(EXACT, strict=False) * pl.col("factor").cast(EXACT)
    value = signed.cast(pl.Float64, strict=False)
    exact_value = pl.when(pl.col("factor") == 1).then(value).otherwise(scaled.cast(pl.Float64))
    return [
        pl.when(scaled.is_not_null()).then(exact_value).alias("value"),
        scaled.cast(EXACT).alias("exact"),
    ]
