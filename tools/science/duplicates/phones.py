"""Telephone numbers as digits that compare: with the country's calling code where it is known or hinted at.

The calling codes and trunk prefixes come from `phonenumbers`; parsing each of a million numbers with it would take
most of a minute, so the rules are applied to whole columns.
"""

from __future__ import annotations

import phonenumbers
import polars as pl

from tools.science.countries import country_code

__all__ = ["TAIL", "columns", "country_code"]
TAIL = 8
_LEAST, _MOST = 7, 15
_INVENTED = "|".join([*(f"{digit}{{7,}}$" for digit in range(10)), r"^\+?\d{0,2}1234567\d?$"])


def columns(countries: list[str]) -> dict[str, pl.Expr]:
    """`phone` (digits; begins with "+" when the country is known) and `tail` (its last digits) from raw text.

    Expects the columns `phone` and `country`, the latter as ISO codes out of `countries`. Extensions are dropped;
    numbers of fewer than 7 or more than 15 digits, or of one digit only, are none.
    """
    raw = pl.col("phone").str.replace(r"(?i)\s*(ext\.?|extension|x|#|durchwahl|dw)\s*\.?\s*\d{1,6}\s*$", "")
    raw = raw.str.replace("(0)", "", literal=True).str.strip_chars().str.replace(r"^tel[.:]?\s*", "")
    digits = raw.str.replace_all(r"\D", "")
    abroad = raw.str.starts_with("+") | digits.str.starts_with("00")
    full = digits.str.replace(r"^00", "")
    calling, trunk = _plans(countries)
    code = pl.col("country").replace_strict(calling, default=None, return_dtype=pl.String)
    prefix = pl.col("country").replace_strict(trunk, default="", return_dtype=pl.String)
    national = pl.when((prefix != "") & digits.str.starts_with(prefix)).then(
        digits.str.slice(prefix.str.len_chars())
    ).otherwise(digits)  # fmt: skip
    written_in_full = digits.str.starts_with(code) & (digits.str.len_chars() >= 11) & (code != "1")
    known = pl.when(written_in_full).then("+" + digits).otherwise("+" + code + national)
    number = (
        pl.when(abroad).then("+" + full).when(code.is_not_null()).then(known).otherwise(digits.str.replace(r"^0", ""))
    )
    length = number.str.len_chars()
    real = length.is_between(_LEAST, _MOST + 1) & ~number.str.contains(_INVENTED)
    number = pl.when(real).then(number)
    return {"phone": number, "tail": number.str.strip_prefix("+").str.slice(-TAIL)}


def _plans(countries: list[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Calling code and trunk prefix ("0" in Germany, "1" in the United States, none in Italy) of each country."""
    calling, trunk = {}, {}
    for country in countries:
        plan = phonenumbers.PhoneMetadata.metadata_for_region(country)
        if plan is not None:
            calling[country], trunk[country] = str(plan.country_code), plan.national_prefix or ""
    return calling, trunk
