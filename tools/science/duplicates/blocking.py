"""Which pairs are worth comparing: records that share a key, in blocks of bounded size."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from tools.science.duplicates import names

Rows = npt.NDArray[np.int64]
BLOCK = 30
NEIGHBOURS = 3


def candidates(prepared: pl.DataFrame, *, block: int = BLOCK) -> tuple[Rows, Rows]:
    """Row numbers of pairs sharing an address, a number, or a name with something else; each pair once, i < j.

    A block larger than `block` is parted by name, then by employer; what is still larger is sorted and each
    record paired with its next few neighbours only (Hernández & Stolfo 1995), so that pairs grow with the records.
    """
    rows = _with_keys(prepared)
    height = prepared.height
    found: list[pl.Series] = []
    for expression in _KEYS.values():
        keyed = (
            rows.select("row", "who", "employed", key=expression).drop_nulls("key").with_columns(pl.col("key").hash())
        )
        found.append(_pairs(keyed, block, height))
    codes = pl.concat(found).unique().sort().to_numpy()
    return codes // max(1, height), codes % max(1, height)


def _with_keys(prepared: pl.DataFrame) -> pl.DataFrame:
    """The prepared rows with skeletons and what the keys are made of."""
    sounds = {}
    for name in ("first", "last", "company"):
        values = prepared[name].drop_nulls().unique()
        made = pl.Series([names.skeleton(value) for value in values], dtype=pl.String)
        sounds[f"{name}_sound"] = prepared[name].replace_strict(values, made, default=None, return_dtype=pl.String)
    rows = prepared.with_columns(**sounds).with_row_index("row")
    called = pl.coalesce(_formal(prepared["first"]), pl.col("first"))
    company_word = pl.col("company").str.extract(r"^(\S+)", 1)
    lead = pl.min_horizontal("first_sound", "last_sound") + "|" + pl.max_horizontal("first_sound", "last_sound")
    return rows.with_columns(
        called=called,
        who=(pl.col("first_sound").fill_null("") + pl.col("last_sound").fill_null("")).hash(),
        employed=pl.coalesce("employer", "company").hash(),
        work=pl.coalesce(pl.col("employer"), company_word),
        company_word=company_word,
        both=lead,
        person=~pl.col("account"),
    )


def _formal(first: pl.Series) -> pl.Series:
    """One name for all forms of a given name: the first group it stands in."""
    values = first.drop_nulls().unique()
    table = names.groups()
    made = pl.Series([f"#{table[v][0]}" if v in table else None for v in values], dtype=pl.String)
    return first.replace_strict(values, made, default=None, return_dtype=pl.String)


def _of_people(*parts: str) -> pl.Expr:
    return pl.when(pl.col("person")).then(pl.concat_str(*(pl.col(part) for part in parts), separator="|"))


_KEYS: dict[str, pl.Expr] = {
    "address": _of_people("email"),
    "telephone": pl.concat_str(pl.col("account").cast(pl.String), pl.col("tail"), separator="|"),
    "names by sound": _of_people("both"),
    "called and employer": _of_people("called", "work"),
    "called and company": _of_people("called", "company_word"),
    "last name and employer": _of_people("last_sound", "work"),
    "last name and company": _of_people("last_sound", "company_word"),
    "called and last name": _of_people("called", "last"),
    "mailbox elsewhere": _of_people("local", "last_sound"),
    "company": pl.when("account").then(pl.col("company_sound")),
    "company's first word": pl.when("account").then(pl.col("company_word")),
    "company's domain": pl.when("account").then(pl.col("employer")),
}


def _pairs(keyed: pl.DataFrame, block: int, height: int) -> pl.Series:
    """Coded pairs (row · height + other row) of one key."""
    found = []
    for finer in ("who", "employed", None):
        sized = keyed.with_columns(size=pl.len().over("key")).filter(pl.col("size") > 1)
        found.append(_within(sized.filter(pl.col("size") <= block), height))
        keyed = sized.filter(pl.col("size") > block)
        if finer is not None:
            keyed = keyed.with_columns(key=pl.struct("key", finer).hash())
    found.append(_neighbours(keyed, height))
    return pl.concat(found)


def _within(blocks: pl.DataFrame, height: int) -> pl.Series:
    """Every pair within each block, by laying the sorted rows over themselves at growing distance."""
    ordered = blocks.sort("key", "row")
    key, row = ordered["key"].to_numpy(), ordered["row"].to_numpy().astype(np.int64)
    found, apart = [], 1
    left = np.arange(max(0, len(key) - 1))
    while len(left):
        left = left[left + apart < len(key)]
        left = left[key[left] == key[left + apart]]
        found.append(row[left] * height + row[left + apart])
        apart += 1
    return pl.Series(np.concatenate(found) if found else np.empty(0, dtype=np.int64), dtype=pl.Int64)


def _neighbours(oversize: pl.DataFrame, height: int) -> pl.Series:
    ordered = oversize.sort("key", "row")
    key, row = ordered["key"].to_numpy(), ordered["row"].to_numpy().astype(np.int64)
    found = [np.empty(0, dtype=np.int64)]
    for apart in range(1, NEIGHBOURS + 1):
        same = np.flatnonzero(key[:-apart] == key[apart:]) if len(key) > apart else np.empty(0, dtype=np.int64)
        found.append(row[same] * height + row[same + apart])
    return pl.Series(np.concatenate(found), dtype=pl.Int64)
