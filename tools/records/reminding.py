"""A task's reminder goes with its due time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from db.repositories.records import RecordLine
from tools.records.reading import Reading


def with_reminder(given: Reading, line: RecordLine) -> Reading:
    """The new values with the reminder moved by as much as the due time, where nobody said otherwise."""
    due, before, remind = given.values.get("due_at"), line.values.get("due_at"), line.values.get("remind_at")
    if given.kind.name != "task" or "remind_at" in given.values or not isinstance(remind, datetime):
        return given
    if not isinstance(due, datetime) or not isinstance(before, datetime):
        return given
    return replace(given, values={**given.values, "remind_at": remind + (due - before)})
