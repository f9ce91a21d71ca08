"""What became of the rows of a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

MOST_TOLD = 1_000
"""Values that were left out and are told one by one; beyond that they are counted."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A value that a row could not keep, or a row that was refused: which, of what field, and why."""

    row: int
    field: str
    why: str


@dataclass(frozen=True, slots=True)
class Imported:
    """Counts of rows, and what is to be told about them.

    Attributes:
        older: rows last changed before what is here was; they changed nothing.
        accounts, people: made because rows name them.
        left_out: values that were not taken over, each with its row; `left_out_count` counts those beyond it too.
        refused: rows that were refused while writing, on top of those that could not be read.
        set_aside: reason -> rows.
        unowned: names of owners nobody here has -> rows.
        import_id: under which it can be taken back; None for a dry run.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    accounts: int = 0
    people: int = 0
    set_aside: Mapping[str, int] = field(default_factory=dict)
    dry_run: bool = False
    older: int = 0
    left_out: tuple[LeftOut, ...] = ()
    left_out_count: int = 0
    refused: tuple[LeftOut, ...] = ()
    unowned: Mapping[str, int] = field(default_factory=dict)
    import_id: str | None = field(default=None, compare=False)
