"""What can go wrong while measuring understanding and commands.

EvalsError
├── UnreadableCases     a file of cases does not follow the shape described in its header
├── UnknownCase         a case was asked for that is not in the file
├── UnreadableToken     a period or a due time of a case is written in a way nobody declared
└── CannotBeHeld        the demo company is not one in which the case could be said
    ├── NoFittingRecord     no record could stand for a placeholder
    └── UnknownValue        a case names a segment that the company does not have
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


class EvalsError(Exception):
    """An evaluation could not be carried out."""


class UnreadableCases(EvalsError):
    def __init__(self, path: Path, *, case: str, why: str) -> None:
        super().__init__(f"{path.name}, case {case}: {why}")


class UnknownCase(EvalsError):
    def __init__(self, ids: Sequence[str]) -> None:
        super().__init__(f"There is no case {', '.join(ids)}; the ids stand in the files of evals/cases.")


class UnreadableToken(EvalsError, ValueError):
    def __init__(self, token: str) -> None:
        super().__init__(f"“{token}” is no period and no due time that cases may use.")


class CannotBeHeld(EvalsError):
    """A case is left out, and the report says why."""


class NoFittingRecord(CannotBeHeld):
    def __init__(self, placeholder: str, *, person: str) -> None:
        super().__init__(f"The demo company has no record for {{{placeholder}}} that the {person} may see.")


class UnknownValue(CannotBeHeld):
    def __init__(self, dimension: str, value: str) -> None:
        super().__init__(f"The demo company has no {dimension} “{value}”.")
