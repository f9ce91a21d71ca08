"""Precision and recall of found pairs against the known ones."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True)
class Quality:
    """Pairs said, pairs that are, and pairs both said and true."""

    said: int
    there: int
    right: int

    @property
    def precision(self) -> float:
        return self.right / self.said if self.said else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.there if self.there else 1.0

    def report(self, label: str) -> dict[str, float]:
        """Shares in percent of which less is better."""
        return {f"{label}_wrong": 100 * (1 - self.precision), f"{label}_missed": 100 * (1 - self.recall)}


def quality(found: pl.DataFrame, contacts: pl.DataFrame) -> Quality:
    """`found` has `one` and `other`, ids of `contacts`, which has `id` and `entity`."""
    entity = contacts.select("id", "entity")
    joined = found.join(entity, left_on="one", right_on="id").join(entity, left_on="other", right_on="id")
    size = contacts.group_by("entity").len()["len"].cast(pl.Int64)
    return Quality(found.height, int((size * (size - 1) // 2).sum()), joined.filter(
        pl.col("entity") == pl.col("entity_right")).height)  # fmt: skip


def merged_pairs(groups: pl.DataFrame) -> pl.DataFrame:
    """Every two members of each group as `one` and `other`."""
    both = groups.join(groups, on="group").filter(pl.col("id") < pl.col("id_right"))
    return both.select(one="id", other="id_right")
