"""The closed set of things that can be true of a simulated company."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What is planted between the previous and the current quarter."""

    NOTHING = "nothing"
    WOBBLE_1 = "wobble_1pp"
    WOBBLE_2 = "wobble_2pp"
    SEGMENT = "segment"
    REP = "rep"
    BROAD = "broad"
    CELL = "cell"
    MIX_INDEPENDENT = "mix_independent"
    MIX_CORRELATED = "mix_correlated"
    MIX_MARKET = "mix_market"
    NEW_HIRES = "new_hires"
    SEASON_1 = "season_1y"
    SEASON_2 = "season_2y"
    SEASON_3 = "season_3y"
    SEASON_AND_FALL = "season_and_fall"
    POSITION = "position"
    UNFINISHED = "unfinished"
    INFLOW_UP = "inflow_up"
    INFLOW_DOWN = "inflow_down"
    LOSS_FASTER = "loss_faster"
    BULK_CLOSE = "bulk_close"
    FEED_GAP = "feed_gap"
    RELABEL = "relabel"
    FILING = "filing"
    OFFSETTING = "offsetting"
    TWO_CAUSES = "two_causes"
    VALUE_ONLY = "value_only"
    GROWTH = "growth"
    FEW_DEALS = "few_deals"


QUIET = frozenset(
    {Kind.NOTHING, Kind.WOBBLE_1, Kind.WOBBLE_2, Kind.RELABEL, Kind.OFFSETTING, Kind.VALUE_ONLY, Kind.GROWTH}
)
"""Kinds whose expected change of the total is nil."""

MIX = frozenset({Kind.MIX_INDEPENDENT, Kind.MIX_CORRELATED, Kind.MIX_MARKET})
SEASON = frozenset({Kind.SEASON_1, Kind.SEASON_2, Kind.SEASON_3})
SEASONAL = SEASON | {Kind.SEASON_AND_FALL}
TIMING = frozenset({Kind.INFLOW_UP, Kind.INFLOW_DOWN, Kind.LOSS_FASTER})
EITHER_WAY = frozenset(
    {
        *{Kind.SEGMENT, Kind.REP, Kind.BROAD, Kind.CELL, Kind.TWO_CAUSES, Kind.OFFSETTING, Kind.FEW_DEALS},
        *{Kind.POSITION, Kind.BULK_CLOSE, Kind.FEED_GAP},
        *MIX,
        *SEASON,
    }
)
"""Kinds planted as a fall or as a rise; the others have a direction of their own."""

YEARS_OF_HISTORY = {Kind.SEASON_1: 1, Kind.SEASON_2: 2, Kind.SEASON_3: 3, Kind.SEASON_AND_FALL: 2}
