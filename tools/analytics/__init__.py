"""Analytics tools: why the win rate moved, and the win rate by segment and period.

The science behind them loads polars and numpy, so it is imported when a figure is asked for.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from db.access import Permission
from tools.contract import Area, Ask, Effect, Found, ToolContext, tool


class ExplainWinRate(Ask):
    at: str | None = None
    """The period asked about; without it the latest complete one."""
    versus: str | None = None
    """The period to compare with; without it the one before."""
    grain: Literal["month", "quarter", "year"] = "quarter"
    direction: Literal["down", "up"] | None = None
    """The direction the person takes for granted."""
    filters: dict[str, list[str]] = Field(default_factory=dict)
    what: Literal["change", "drivers", "risk"] = "change"
    """change: why it moved. drivers: what separates won from lost. risk: revenue at risk in the open pipeline."""


@tool(
    area=Area.ANALYTICS,
    effect=Effect.READ,
    requires=Permission.ANALYTICS_READ,
    doing="explaining the win rate",
    examples=(
        "why did win rate drop",
        "why did our win rate fall last quarter",
        "is the fall in win rate just noise",
        "what changed in win rate between Q1 and Q2",
        "what drives our win rate",
        "which segment pulled the win rate down",
        "how much revenue is at risk",
    ),
)
async def explain_win_rate(ask: ExplainWinRate, at: ToolContext) -> Found:
    """Explain why the win rate changed between two periods, or say that the change is noise.

    Splits the change exactly into mix and rate effects per segment, tests it against chance, season, the age of the
    pipeline and faults in the data, and names one cause with its share or none. Also gives what separates won from
    lost deals (what = drivers) and revenue at risk (what = risk).
    """
    from tools.analytics import explaining

    return await explaining.answered(ask, at)


async def diagnosed(ask: ExplainWinRate, at: ToolContext) -> dict[str, Any]:
    """The diagnosis in its published shape, for programs."""
    from tools.analytics import explaining

    at.actor.require(Permission.ANALYTICS_READ)
    _, diagnosis = await explaining.diagnosis_of(ask, at)
    return diagnosis.as_json()


class WinRate(Ask):
    by: list[str] = Field(default_factory=list, max_length=2)
    """Dimensions: region, industry, product, lead_source, owner, team, or month, quarter, year."""
    period: str | None = None
    filters: dict[str, list[str]] = Field(default_factory=dict)


@tool(
    area=Area.ANALYTICS,
    effect=Effect.READ,
    requires=Permission.ANALYTICS_READ,
    doing="working out win rates",
    examples=(
        "what is our win rate",
        "win rate by region",
        "win rate by quarter",
        "win rate by lead source this year",
        "how does win rate compare across products",
        "show me the win rate of my team by month",
        "win rate in EMEA last quarter",
    ),
)
async def win_rate(ask: WinRate, at: ToolContext) -> Found:
    """Give the win rate, by segment and over time, with counts and 95 % intervals."""
    from tools.analytics import rates

    return await rates.answered(ask, at)


TOOLS = (explain_win_rate, win_rate)
