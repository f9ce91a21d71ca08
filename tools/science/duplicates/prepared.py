"""Records made comparable: one row each, every field folded, empty strings as nulls."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from tools.science.duplicates import companies, emails, names, phones
from tools.science.duplicates.record import Kind, completed


def prepare(records: pl.DataFrame) -> pl.DataFrame:
    """The records in the order of their ids, with the columns

    id, account, first, last, generation, company, email, local, mail_domain, employer, phone, tail, country.
    """
    full = completed(records).with_columns(_whole_names())
    first, last = _mapped(full["first_name"], names.fold), _mapped(full["last_name"], names.fold)
    country = _mapped(full["country"], lambda text: phones.country_code(text) or "")
    known = full.select(
        "id",
        *_generations(first, last),
        _mapped(full["company"], companies.strip).alias("company"),
        country.alias("country"),
        "phone",
        "domain",
        account=pl.col("kind") == Kind.ACCOUNT,
        **emails.address(pl.col("email")),
    )
    return known.with_columns(
        employer=emails.employer_domain(pl.col("domain"), pl.col("mail_domain")),
        **phones.columns(country.drop_nulls().unique().to_list()),
    ).drop("domain")


def _whole_names() -> list[pl.Expr]:
    """A name written into one field ("Ann Lee", "Lee, Ann") is parted when the other field is empty."""
    first, last = (pl.col(name).str.strip_chars().replace("", None) for name in ("first_name", "last_name"))
    whole = pl.coalesce(pl.when(last.is_null()).then(first), pl.when(first.is_null()).then(last))
    comma = whole.str.contains(r"^[^,]+,\s*\S")
    parted = comma | (whole.str.contains(r"\S\s+\S") & last.is_null())
    before = pl.when(comma).then(whole.str.extract(r",\s*(.+)$", 1)).otherwise(whole.str.extract(r"^(.*\S)\s+\S+$", 1))
    after = pl.when(comma).then(whole.str.extract(r"^([^,]+),", 1)).otherwise(whole.str.extract(r"\s(\S+)$", 1))
    return [
        pl.when(parted).then(before).otherwise(first).alias("first_name"),
        pl.when(parted).then(after).otherwise(last).alias("last_name"),
    ]


def _mapped(column: pl.Series, change: Callable[[str], str]) -> pl.Series:
    """`change` applied once to each different value; "" becomes null."""
    values = column.drop_nulls().unique()
    changed = pl.Series([change(value) or None for value in values], dtype=pl.String)
    return column.replace_strict(values, changed, default=None, return_dtype=pl.String)


def _generations(first: pl.Series, last: pl.Series) -> list[pl.Series]:
    """First name, last name and generation, wherever "Jr" was written."""
    parted = [
        (_mapped(each, lambda text: names.without_generation(text)[0]),
         _mapped(each, lambda text: names.without_generation(text)[1]))
        for each in (last, first)
    ]  # fmt: skip
    generation = pl.select(pl.coalesce(parted[0][1], parted[1][1])).to_series()
    return [parted[1][0].alias("first"), parted[0][0].alias("last"), generation.alias("generation")]
