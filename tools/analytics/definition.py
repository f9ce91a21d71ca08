"""What a win rate is here, and how one is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tools.science.winrate import RateRow
from tools.wording import listed


def rate_rule(filters: Mapping[str, Sequence[str]]) -> str:
    """The definition in one line: new business, unless the question names deal types."""
    types = filters.get("deal_type")
    kind = f"deal type {listed(list(types), last='or')}" if types else "new business"
    return f"won ÷ (won + lost), {kind}, by close date, by count"


def bar(label: str, row: RateRow) -> dict[str, Any]:
    low, high = row.interval
    return {"label": label, "value": row.rate, "low": low, "high": high, "won": row.won, "closed": row.closed}
