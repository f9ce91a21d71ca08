"""Lets an endpoint rest that failed many times in a row, so that no turn waits for what will not come."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from agent.errors import ModelUnavailable
from agent.llm.faults import Failed

MOST_FAILURES = 6


class Rest:
    """Counts failures of one endpoint in this process.

    After `MOST_FAILURES` in a row requests are refused for `seconds`. Then a single one is let through to look: its
    success ends the rest, its failure begins another.
    """

    def __init__(self, seconds: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._clock = seconds, clock
        self._failures = 0
        self._until = 0.0
        self._looking = False
        self._reason = ""

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Around one request; what fails in it with `Failed` is counted.

        Raises:
            ModelUnavailable: the endpoint rests.
        """
        looks = self._seconds > 0 and self._failures >= MOST_FAILURES
        if looks and (self._looking or self._clock() < self._until):
            raise ModelUnavailable(f"{self._reason} several times in a row and is left alone for a moment")
        self._looking = self._looking or looks
        try:
            yield
        except Failed as failed:
            self._failures += 1
            self._reason = failed.fault.reason
            self._until = self._clock() + self._seconds
            raise
        else:
            self._failures = 0
        finally:
            if looks:
                self._looking = False
