"""What the demo company is to be: its size, its day, and what happened to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Self

from db.demo.errors import ImpossiblePlan

DIMENSIONS = ("region", "industry", "product", "lead_source", "team")


class Happening(StrEnum):
    """The kinds of thing that can move a win rate."""

    RATE = "rate"  # deals of a segment are won less often; an empty segment means all deals
    SEASON = "season"  # the same move in this quarter of every year
    MIX = "mix"  # a segment takes a larger part of the deals
    INFLOW = "inflow"  # more (or fewer) deals are opened
    BULK_CLOSE = "bulk_close"  # a part of the open deals is closed as lost on one day
    FEED_GAP = "feed_gap"  # wins of the last weeks did not arrive


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that happened in the last complete quarter and holds since.

    Attributes:
        kind: what moved.
        where: dimension -> segment; empty = everywhere; two entries = a cell.
        size: RATE, SEASON: change of the win rate as a fraction (-0.2 = twenty points less);
            MIX, INFLOW: factor on the weight of the segment or on the number of deals opened;
            BULK_CLOSE, FEED_GAP: part of the open deals closed, of the wins that went missing.
    """

    kind: Happening
    size: float
    where: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        unknown = [name for name in self.where if name not in DIMENSIONS]
        if unknown:
            raise ImpossiblePlan(f"a cause cannot be placed by {', '.join(unknown)}")
        if self.kind is Happening.MIX and len(self.where) != 1:
            raise ImpossiblePlan("a mix cause names exactly one segment")
        allowed = {
            Happening.RATE: -1 < self.size < 1,
            Happening.SEASON: -1 < self.size < 1,
            Happening.MIX: self.size > 0,
            Happening.INFLOW: self.size > 0,
        }.get(self.kind, 0 < self.size <= 1)
        if not allowed:
            raise ImpossiblePlan(f"{self.size:g} is no size for a cause of kind {self.kind}")


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many records there are. `opportunities` are spread over three years and the quarter under way."""

    accounts: int = 3_000
    contacts: int = 9_000
    leads: int = 40_000
    opportunities: int = 30_000
    duplicates: int = 150
    stuck_deals: int = 60

    def __post_init__(self) -> None:
        if self.accounts < 60 or self.contacts < 2 * self.accounts:
            raise ImpossiblePlan("it needs at least 60 accounts and two contacts for each")
        if self.opportunities < 500 or self.leads < 500:
            raise ImpossiblePlan("it needs at least 500 opportunities and 500 leads")
        if not 0 <= self.duplicates <= self.leads // 10 or not 0 <= self.stuck_deals <= self.opportunities // 20:
            raise ImpossiblePlan("there are too many duplicates or stuck deals for its size")

    def scaled(self, factor: float) -> Self:
        """The same proportions, `factor` times as large."""
        return type(self)(
            **{name: max(floor, round(getattr(self, name) * factor)) for name, floor in _SMALLEST.items()}
        )


_SMALLEST = {"accounts": 60, "contacts": 180, "leads": 500, "opportunities": 500, "duplicates": 8, "stuck_deals": 5}
DEMO_STORY = (Cause(Happening.RATE, -0.23, MappingProxyType({"product": "Pro"})),)


@dataclass(frozen=True, slots=True)
class DemoPlan:
    """Everything the company is a function of: the same plan gives the same rows.

    Attributes:
        as_of: today in the demo's world; nothing is recorded on or after it.
        seed: another seed gives another company with the same story.
        causes: what happened in the last complete quarter.
        win_rate: share of new business won before anything happened.
        contrast: factor on how much segments differ in their win rate (log odds).
        slow_odds: how much likelier a deal is won that takes one standard deviation longer (log odds).
        wobble: standard deviation of the quarterly win rate beyond chance, as a fraction.
        allotted: outcomes are dealt out so that each quarter, product and region holds its planned share
            (systematic sampling, Madow 1949); otherwise each deal is an independent draw.
    """

    as_of: date
    seed: int = 2024
    sizes: Sizes = field(default_factory=Sizes)
    causes: tuple[Cause, ...] = DEMO_STORY
    win_rate: float = 0.44
    contrast: float = 1.0
    slow_odds: float = 0.35
    wobble: float = 0.003
    allotted: bool = True

    def __post_init__(self) -> None:
        if not 0.05 <= self.win_rate <= 0.95:
            raise ImpossiblePlan(f"a win rate of {self.win_rate:g} leaves nothing to compare")
        if not date(1980, 1, 1) <= self.as_of <= date(2200, 1, 1):
            raise ImpossiblePlan(f"{self.as_of} is too far away")
