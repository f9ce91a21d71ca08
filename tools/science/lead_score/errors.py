"""What can go wrong with a lead score.

LeadScoreError
├── RulesUnreadable    the mapping of rules says something that cannot be applied
└── MomentWithoutZone  a time was given without its zone
"""

from __future__ import annotations

from tools.science.errors import ScienceError


class LeadScoreError(ScienceError):
    """A lead could not be scored."""


class RulesUnreadable(LeadScoreError):
    def __init__(self, *, where: str, problem: str) -> None:
        self.where = where
        super().__init__(f"The scoring rule “{where}” {problem}.")


class MomentWithoutZone(LeadScoreError):
    def __init__(self) -> None:
        super().__init__("A lead is scored at a moment with a time zone.")
