"""What can go wrong while measuring understanding.

EvalsError
├── UnreadableCases     a file of cases does not follow the shape described in its header
├── UnreadableToken     a period or a due time of a case is written in a way nobody declared
└── NoFittingRecord     the demo company has no record that could stand for a placeholder
"""

from __future__ import annotations

from pathlib import Path


class EvalsError(Exception):
    """An evaluation could not be carried out."""


class UnreadableCases(EvalsError):
    def __init__(self, path: Path, *, case: str, why: str) -> None:
        super().__init__(f"{path.name}, case {case}: {why}")


class UnreadableToken(EvalsError, ValueError):
    def __init__(self, token: str) -> None:
        super().__init__(f"“{token}” is no period and no due time that cases may use.")


class NoFittingRecord(EvalsError):
    def __init__(self, placeholder: str, *, person: str) -> None:
        super().__init__(f"The demo company has no record for {{{placeholder}}} that the {person} may see.")
