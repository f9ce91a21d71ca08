"""What a win rate is here, as the workspace defines it, and how one is drawn.

The choices are those of methods, section 1: by count or by value, disqualified deals and renewals in or out. Every
answer that tells a win rate prints them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from db.settings import RateBasis, WorkspaceSettings
from tools.wording import clean, listed

if TYPE_CHECKING:
    from tools.science.winrate import RateRow


@dataclass(frozen=True, slots=True)
class Definition:
    """One workspace's definition of the win rate."""

    basis: RateBasis = RateBasis.COUNT
    renewals: bool = False
    disqualified: bool = False
    reasons: tuple[str, ...] = ()

    @property
    def left_out(self) -> tuple[str, ...]:
        """Reasons of loss whose deals do not count."""
        return () if self.disqualified else self.reasons

    def words(self, filters: Mapping[str, Sequence[str]] | None = None, *, basis: RateBasis | None = None) -> str:
        """The definition in one line; deal types that a question names take the place of the workspace's."""
        by_value = (basis or self.basis) is RateBasis.VALUE
        rate = "value won ÷ value of (won + lost)" if by_value else "won ÷ (won + lost)"
        types = (filters or {}).get("deal_type")
        kind = "new business, renewals and expansions" if self.renewals else "new business"
        if types:
            kind = f"deal type {listed([clean(one, most=80) for one in types], last='or')}"
        lost = ", disqualified deals counted as lost" if self.disqualified else ""
        return f"{rate}, {kind}{lost}, by close date, by {basis or self.basis}"


def definition(workspace: WorkspaceSettings) -> Definition:
    reasons = tuple(one.strip() for one in workspace.disqualified_reasons.split(",") if one.strip())
    return Definition(
        RateBasis(workspace.win_rate_by), workspace.win_rate_renewals == "in",
        workspace.win_rate_disqualified == "in", reasons,
    )  # fmt: skip


def bar(label: str, row: RateRow) -> dict[str, Any]:
    low, high = row.interval
    return {"label": label, "value": row.rate, "low": low, "high": high, "won": row.won, "closed": row.closed}
