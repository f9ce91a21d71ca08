"""The keys of the rules as a type, for the questions of tools."""

from __future__ import annotations

from typing import Literal

RuleKey = Literal[
    "fiscal_year_start", "week_start", "time_zone", "currency", "win_rate_by", "win_rate_disqualified",
    "win_rate_renewals", "disqualified_reasons", "retention_lead", "retention_contact", "retention_opportunity",
    "retention_interaction", "retention_note", "retention_task", "erase_deleted_after",
]  # fmt: skip
"""Those of `db.rules.RULES`; a test holds them together."""
