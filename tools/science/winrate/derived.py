"""Dimensions that the source does not hold but the question needs: tenure of the owner, bands of numbers."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import polars as pl

from tools.science.deals import NOT_FILLED_IN, Deals
from tools.science.winrate.coding import UNKNOWN_DAY, Column, Role, days_of

TENURE_DAYS = (120, 240, 480)
TENURE_LEVELS = ("first 120 days", "120 to 240 days", "240 to 480 days", "over 480 days or before the data")
TENURE_OF = "tenure of "
BANDS = 4
_FEWEST_KNOWN = 0.5
_SAMPLE = 200_000


def tenure_of(deals: Deals, frame: pl.DataFrame) -> Column | None:
    """Days between an owner's first deal and the creation of each deal of `frame`, in bands.

    The finest column of persons counts as owner. Whoever already had deals when the data begins belongs to
    the oldest band. None without owners, without creation dates, or when nobody was hired later.
    """
    people = [name for name in deals.people if name in deals.dimensions]
    if not people or "created_date" not in frame.columns:
        return None
    owner = max(people, key=lambda name: (deals.frame[name].n_unique(), name))
    hires = _first_days(deals.frame, owner)
    if not hires.height:
        return None
    joined = frame.select(owner, "created_date").join(hires, on=owner, how="left", maintain_order="left")
    tenure = (joined["created_date"].cast(pl.Date).to_physical() - joined["first"]).fill_null(UNKNOWN_DAY).to_numpy()
    there = joined["there"].fill_null(value=True).to_numpy()
    codes = np.where(there, len(TENURE_DAYS), np.searchsorted(np.array(TENURE_DAYS), tenure, side="right"))
    unknown = days_of(frame, "created_date") == UNKNOWN_DAY
    levels = (*TENURE_LEVELS, NOT_FILLED_IN) if unknown.any() else TENURE_LEVELS
    codes = np.where(unknown, len(TENURE_LEVELS), codes)
    return Column(TENURE_OF + deals.name_of(owner), codes.astype(np.uint16), levels, Role.TENURE)


def _first_days(frame: pl.DataFrame, owner: str) -> pl.DataFrame:
    """Per owner the day of the first deal, and whether it is no surprise that none came before.

    With `n` deals over a span, an owner present from the start would show the first deal within about
    span/n days; five times that leaves a chance below .007 of taking a veteran for a hire.
    """
    known = frame.select(pl.col(owner), pl.col("created_date").cast(pl.Date).to_physical().alias("day")).drop_nulls()
    begin = known["day"].quantile(0.001)
    per = known.group_by(owner).agg(
        pl.col("day").min().alias("first"), pl.col("day").max().alias("last"), pl.len().alias("deals")
    )
    pace = (pl.col("last") - pl.col("first") + 1) / pl.col("deals")
    late = (pl.col("first") - pl.lit(begin)) > pl.max_horizontal(5 * pace, pl.lit(14.0))
    return per.select(owner, "first", (~late).alias("there"))


def band_column(name: str, values: npt.NDArray[np.float64]) -> Column | None:
    """A number in bands cut at the quartiles of all closed deals: the same bands from question to question.

    None when it does not vary or is mostly unknown. Beyond 200,000 deals every k-th one sets the quartiles.
    """
    sample = values[:: max(1, len(values) // _SAMPLE)]
    known = sample[np.isfinite(sample)]
    if len(known) < max(BANDS, _FEWEST_KNOWN * len(sample)):
        return None
    edges = np.unique(np.quantile(known, np.arange(1, BANDS) / BANDS))
    if len(edges) == 0 or known.min() == known.max():
        return None
    codes = np.searchsorted(edges, values, side="right")
    unknown = ~np.isfinite(values)
    levels = _band_levels(edges)
    if unknown.any():
        levels = (*levels, NOT_FILLED_IN)
        codes = np.where(unknown, len(edges) + 1, codes)
    return Column(name, codes.astype(np.uint16), levels, Role.BAND)


def _band_levels(edges: npt.NDArray[np.float64]) -> tuple[str, ...]:
    words = [_number(edge) for edge in edges]
    if len(set(words)) < len(words):
        words = [f"{edge:.6g}" for edge in edges]
    middle = [f"{low} to {high}" for low, high in pairwise(words)]
    return (f"under {words[0]}", *middle, f"{words[-1]} and more")


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
