"""A record to be compared, and what is said about two of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

import polars as pl

from tools.science.duplicates.errors import RecordsWithoutIds

FIELDS = ("kind", "first_name", "last_name", "company", "email", "phone", "domain", "country")


class Kind(StrEnum):
    """Contacts and leads are people and compared with each other; accounts only with accounts."""

    CONTACT = "contact"
    LEAD = "lead"
    ACCOUNT = "account"


class Verdict(StrEnum):
    """`SURE` may be merged unseen, `LIKELY` is for a person to decide, `NO` is not shown."""

    SURE = "sure"
    LIKELY = "likely"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Record:
    """A person or company as stored. `country` is an ISO code or a common English name; `phone` as typed."""

    id: int | str
    kind: Kind = Kind.CONTACT
    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    email: str | None = None
    phone: str | None = None
    domain: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """One piece of evidence in plain words; `weight` is a natural logarithm of a likelihood ratio."""

    text: str
    weight: float

    def __str__(self) -> str:
        sign = "+" if self.weight >= 0 else "−"
        return f"{self.text} {sign}{abs(self.weight):.1f}"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records side by side. `score` is the sum of the reasons' weights; `one` stands before `other` by id."""

    one: int | str
    other: int | str
    score: float
    probability: float
    verdict: Verdict
    reasons: tuple[Reason, ...]


def frame(records: Sequence[Record]) -> pl.DataFrame:
    """Records as a frame, one row each. Ids of both types become text."""
    ids = [record.id for record in records]
    mixed = len({type(each) for each in ids}) > 1
    columns = {name: [asdict(record)[name] for record in records] for name in FIELDS}
    schema = dict.fromkeys(FIELDS, pl.String)
    stored = pl.DataFrame({name: [None if v is None else str(v) for v in vs] for name, vs in columns.items()}, schema)
    return stored.insert_column(0, pl.Series("id", [str(each) for each in ids] if mixed else ids))


def completed(records: pl.DataFrame) -> pl.DataFrame:
    """The frame in the order of its ids with every field as text, absent ones empty.

    Raises `RecordsWithoutIds` when an id is missing or occurs twice.
    """
    ids = records["id"].drop_nulls().n_unique() if "id" in records.columns else 0
    if ids != records.height:
        raise RecordsWithoutIds(records.height, ids)
    known = [pl.col(name).cast(pl.String) for name in FIELDS if name in records.columns]
    absent = [pl.lit(None, dtype=pl.String).alias(name) for name in FIELDS if name not in records.columns]
    full = records.select("id", *known, *absent)
    return full.with_columns(pl.col("kind").fill_null(Kind.CONTACT.value)).sort("id")
