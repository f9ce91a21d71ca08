"""What a win rate is here, and how one is drawn."""

from __future__ import annotations

from typing import Any

from tools.science.winrate import RateRow

RATE_RULE = "won ÷ (won + lost), new business, by close date, by count"


def bar(label: str, row: RateRow) -> dict[str, Any]:
    low, high = row.interval
    return {"label": label, "value": row.rate, "low": low, "high": high, "won": row.won, "closed": row.closed}
