"""How long a turn has waited for language models."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class ModelTime:
    """A number of seconds that runs down while at least one call is under way; calls side by side count once."""

    def __init__(self, seconds: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._left = seconds
        self._calls = 0
        self._since = 0.0

    @property
    def left(self) -> float:
        running = self._clock() - self._since if self._calls else 0.0
        return self._left - running

    @contextmanager
    def running(self) -> Iterator[None]:
        """Around one call."""
        if not self._calls:
            self._since = self._clock()
        self._calls += 1
        try:
            yield
        finally:
            left = self.left
            self._calls -= 1
            if not self._calls:
                self._left = left
