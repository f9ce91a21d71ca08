"""The three questions: who is like this one, which of these are the same, and the same over a million."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from tools.science.duplicates import blocking, clusters, comparing, scoring
from tools.science.duplicates.comparing import Ints
from tools.science.duplicates.frequencies import Frequencies
from tools.science.duplicates.prepared import prepare
from tools.science.duplicates.reasons import reasons
from tools.science.duplicates.record import Pair, Record, Verdict, frame
from tools.science.duplicates.weights import DEFAULT, Weights

BY_AND_LARGE = Frequencies()


@dataclass(frozen=True, slots=True)
class Duplicates:
    """What was found in a list.

    Attributes:
        pairs: `one`, `other`, `score`, `probability`, `verdict` (sure or likely), and for `Duplicates.reasons` the
            levels and weights behind them; strongest first.
        groups: `group`, `id`: records that may be merged, numbered from 0.
        compared: how many pairs were looked at.
    """

    pairs: pl.DataFrame
    groups: pl.DataFrame
    compared: int

    def listed(self, limit: int | None = None) -> tuple[Pair, ...]:
        """The strongest pairs, each with its reasons."""
        return tuple(_pair(row) for row in self.pairs.head(limit or self.pairs.height).iter_rows(named=True))


def like(
    one: Record,
    candidates: Sequence[Record],
    *,
    weights: Weights = DEFAULT,
    frequencies: Frequencies = BY_AND_LARGE,
) -> tuple[Pair, ...]:
    """Who among a few candidates may be the record being entered: sure and likely ones, strongest first.

    Every candidate is compared. In each `Pair`, `one` is the entered record. A candidate with the id of `one` is
    passed over.
    """
    others = [each for each in candidates if each.id != one.id]
    if not others:
        return ()
    placed = [replace(record, id=place) for place, record in enumerate((one, *others))]
    of = _material(frame(placed), frequencies)
    rows = np.arange(1, len(placed), dtype=np.int64)
    found = _shown(scoring.score(of, np.zeros_like(rows), rows, weights), of.prepared)
    return tuple(
        _pair(row | {"one": one.id, "other": others[row["other"] - 1].id}) for row in found.iter_rows(named=True)
    )


def pairs(records: pl.DataFrame, *, weights: Weights = DEFAULT, frequencies: Frequencies = BY_AND_LARGE) -> Duplicates:
    """Which records of a list (columns of `Record`; all but `id` may be absent) are one and the same.

    Name frequencies are those of people by and large, so that the score of two records does not depend on the rest
    of the list. Raises `RecordsWithoutIds`.
    """
    return _found(_material(records, frequencies), weights)


def bulk(records: pl.DataFrame, *, weights: Weights = DEFAULT) -> Duplicates:
    """`pairs` for long lists: how common a name is, is counted in the list itself."""
    return _found(_material(records, None), weights)


def _material(records: pl.DataFrame, frequencies: Frequencies | None) -> scoring.Material:
    prepared = prepare(records)
    return scoring.material(prepared, comparing.coded(prepared, frequencies or Frequencies.of(prepared)))


def _found(of: scoring.Material, weights: Weights) -> Duplicates:
    i, j = blocking.candidates(of.prepared)

    def judge(one: Ints, other: Ints) -> pl.DataFrame:
        return scoring.score(of, one, other, weights)

    shown = judge(i, j).filter(pl.col("verdict") != Verdict.NO.value)
    sure = shown.filter(pl.col("verdict") == Verdict.SURE.value)
    together = clusters.groups(sure, of.prepared.height, judge)
    rows = np.array([row for group in together for row in group], dtype=np.int64)
    numbers = [number for number, group in enumerate(together) for _ in group]
    groups = pl.DataFrame([pl.Series("group", numbers, dtype=pl.Int64), of.prepared["id"].gather(rows)])
    return Duplicates(_shown(shown, of.prepared), groups, len(i))


def _shown(scored: pl.DataFrame, prepared: pl.DataFrame) -> pl.DataFrame:
    shown = scored.filter(pl.col("verdict") != Verdict.NO.value)
    ids = [prepared["id"].gather(shown[side]).alias(name) for side, name in (("i", "one"), ("j", "other"))]
    found = pl.DataFrame([*ids, *shown.drop("i", "j").get_columns()])
    return found.sort("score", "one", "other", descending=[True, False, False])


def _pair(row: dict[str, Any]) -> Pair:
    return Pair(
        one=row["one"],
        other=row["other"],
        score=row["score"],
        probability=row["probability"],
        verdict=Verdict(row["verdict"]),
        reasons=reasons(row),
    )
