"""What can go wrong before a trial says anything.

TrustError
├── UnknownTrial    no trial is called that
└── TrialBroken     what was attacked fell over by itself
"""

from __future__ import annotations

from collections.abc import Iterable


class TrustError(Exception):
    """The root: the trial could not be held."""


class UnknownTrial(TrustError):
    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__(f"There is no trial {name}; there is {', '.join(known)}.")


class TrialBroken(TrustError):
    def __init__(self, what: str, said: str) -> None:
        super().__init__(f"The trial could not be held: {what}. It said: {said}")
