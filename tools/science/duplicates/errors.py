"""What can be wrong with records handed over for matching.

DuplicatesError
└── RecordsWithoutIds    records cannot be told apart: an id is missing or occurs twice
"""

from __future__ import annotations


class DuplicatesError(ValueError):
    """Records that cannot be compared; the message is one sentence for the person who asked."""


class RecordsWithoutIds(DuplicatesError):
    """The column `id` is missing, empty somewhere, or the same for two records."""

    def __init__(self, records: int, ids: int) -> None:
        self.records, self.ids = records, ids
        super().__init__(f"{records} records carry {ids} different ids; give every record an id of its own.")
