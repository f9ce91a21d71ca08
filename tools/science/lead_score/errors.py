"""What can go wrong with a lead score.

LeadScoreError
└── RulesUnreadable    the mapping of rules says something that cannot be applied
"""

from __future__ import annotations


class LeadScoreError(Exception):
    """A lead could not be scored."""


class RulesUnreadable(LeadScoreError):
    def __init__(self, *, where: str, problem: str) -> None:
        self.where = where
        super().__init__(f"The scoring rule “{where}” {problem}.")
