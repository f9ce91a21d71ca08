"""What can go wrong while measuring.

BenchmarkError
├── SideFailed          a process of a comparison ended with an error that is no limit of ours
├── UnreadableReport    a process printed something that is no JSON object
└── UnknownBenchmark    the name asked for is not on the roster
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence


class BenchmarkError(Exception):
    """A figure could not be measured."""


class SideFailed(BenchmarkError):
    def __init__(self, *, command: Sequence[str], exit_code: int, error_output: str) -> None:
        self.exit_code = exit_code
        super().__init__(f"“{' '.join(command[1:])}” ended with {exit_code}:\n{error_output[-2000:]}")


class UnreadableReport(BenchmarkError):
    def __init__(self, *, line: str) -> None:
        super().__init__(f"A benchmark process printed a line that is no JSON object: {line[:200]!r}")


class UnknownBenchmark(BenchmarkError):
    def __init__(self, *, name: str, known: Iterable[str]) -> None:
        super().__init__(f"There is no benchmark “{name}”. There are: {', '.join(known)}.")
