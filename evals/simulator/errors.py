"""What can go wrong while companies are simulated and asked about.

SimulatorError
├── RunFailed      the diagnosis raised instead of answering
└── UnknownKind    a name on the command line is not a planted kind
"""

from __future__ import annotations

from collections.abc import Iterable


class SimulatorError(Exception):
    """Root of the errors of the simulator."""


class RunFailed(SimulatorError):
    """The diagnosis raised on a simulated company; the arguments reproduce it."""

    def __init__(self, kind: str, *, seed: int, closings: int, size: float) -> None:
        self.kind, self.seed, self.closings, self.size = kind, seed, closings, size
        super().__init__(f"No answer for simulate({kind!r}, size={size}, closings={closings}, seed={seed}).")

    def __reduce__(self) -> tuple[object, ...]:
        return _again, (self.kind, self.seed, self.closings, self.size)


class UnknownKind(SimulatorError):
    """No such planted kind."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        self.name = name
        super().__init__(f"“{name}” is not a planted kind. Known: {', '.join(known)}.")


def _again(kind: str, seed: int, closings: int, size: float) -> RunFailed:
    return RunFailed(kind, seed=seed, closings=closings, size=size)
