"""What follows by itself from a change that was asked for, and so is neither expected nor unwanted.

The list is short on purpose: what stands here is not looked at any further.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from evals.commands.store import RowChange


@dataclass(frozen=True, slots=True)
class History:
    """Rows of a table that tell what became of another row, the one that the column `of` points at."""

    table: str
    of: str
    tells: str
    why: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Columns that are set along with the columns `with_` of the same row; or, without any, with a new or changed row
    of `by` that points at this one through the column `of`."""

    table: str
    columns: frozenset[str]
    why: str
    with_: frozenset[str] = frozenset()
    by: str = ""
    of: str = ""


_SCORED = frozenset({"score", "grade", "tier", "score_confidence", "rescore_at", "engagement"})

HISTORIES: Final = (
    History("stage_history", "opportunity_id", "opportunities", "every stay of a deal in a stage is kept"),
    History("lifecycle_history", "lead_id", "leads", "every stay of a lead in a status is kept"),
    History("lead_scores", "lead_id", "leads", "a lead is scored again when something about it changes"),
)
MARKS: Final = (
    Mark("opportunities", frozenset({"outcome", "closed_on", "stage_entered_on"}),
         "a stage says whether a deal is open, and since when", with_=frozenset({"stage"})),
    Mark("opportunities", frozenset({"last_activity_at"}), "an exchange is an activity", by="interactions",
         of="opportunity_id"),
    Mark("leads", frozenset({"last_contacted_at", "last_contacted_by"}), "an exchange is a contact", by="interactions",
         of="lead_id"),
    Mark("leads", _SCORED, "the score follows what is known of a lead",
         with_=frozenset({"status", "budget_minor", "title", "industry", "employees", "country", "email", "phone"})),
    Mark("leads", _SCORED, "the score follows what a lead does", by="interactions",
         of="lead_id"),
    Mark("tasks", frozenset({"completed_at"}), "a task that is done has an hour at which it was",
         with_=frozenset({"status"})),
    Mark("tasks", frozenset({"remind_at", "reminded_at"}), "a reminder moves with what it reminds of",
         with_=frozenset({"due_at"})),
)  # fmt: skip
UNWATCHED: Final = frozenset({"notifications"})
"""What a colleague is told of a task that became theirs: a message inside the program and no record."""
Expected = Mapping[tuple[str, int], frozenset[str]]
"""By table and row, the columns that the case expects to differ."""


def follows(change: RowChange, expected: Expected, others: Mapping[tuple[str, int], RowChange]) -> bool:
    """Whether a whole row came, changed or went because of something expected."""
    if change.table in UNWATCHED:
        return True
    row = change.after or change.before or {}
    return any(one.table == change.table and (one.tells, row.get(one.of)) in expected for one in HISTORIES)


def following(change: RowChange, expected: Expected, others: Mapping[tuple[str, int], RowChange]) -> frozenset[str]:
    """Columns of a row that follow from something expected."""
    own = expected.get(change.key, frozenset())
    found: set[str] = set()
    for mark in (one for one in MARKS if one.table == change.table):
        if own & mark.with_ or any(
            key[0] == mark.by and key in others and (others[key].after or {}).get(mark.of) == change.id
            for key in expected
        ):
            found |= mark.columns
    return frozenset(found)
