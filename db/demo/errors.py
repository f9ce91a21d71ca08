"""What can be wrong with a plan for a demo company.

DemoError
└── ImpossiblePlan   the sizes or the story cannot be carried out
"""

from __future__ import annotations


class DemoError(ValueError):
    """Root of everything the generator refuses."""


class ImpossiblePlan(DemoError):
    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"This demo company cannot be built: {reason}.")
