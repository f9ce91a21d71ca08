"""Columns in the words people use for them."""

from __future__ import annotations

_WORDS = {
    "amount_minor": "the amount",
    "annual_revenue_minor": "the annual revenue",
    "budget_minor": "the budget",
    "closed_on": "the close date",
    "expected_close_on": "the expected close date",
    "created_on": "the creation date",
    "stage_entered_on": "the date the stage was entered",
    "due_at": "the due time",
    "remind_at": "the time of the reminder",
    "arrived_at": "the time of arrival",
    "deleted_at": "whether it was removed",
    "opted_out": "the opt-out",
    "do_not_contact": "whether it may be contacted",
    "private": "whether it is private",
    "auto_generated": "whether it was made automatically",
}
_ENDINGS = ("_id", "_at", "_on", "_minor")


def in_words(column: str) -> str:
    """`expected_close_on` -> "the expected close date"."""
    if column in _WORDS:
        return _WORDS[column]
    plain = next((column.removesuffix(end) for end in _ENDINGS if column.endswith(end)), column)
    return f"the {plain.replace('_', ' ')}"
