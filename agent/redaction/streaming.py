"""Restoring an answer while it is still being written."""

from __future__ import annotations

import re
from collections.abc import Callable

from agent.redaction.placeholders import LONGEST, find_lookalikes
from agent.redaction.texts import everyone, restored
from agent.redaction.vault import Entry, Vault

# The end of the text that may grow into a placeholder: an open bracket or escape, or the last word.
_GROWING = re.compile(r"(?:\\?<|&(?:l(?:t;?)?)?)[^<>&]*(?:&(?:g(?:t;?)?)?)?$|\\$|[\w\\]+>?$|<$")


class RestoringStream:
    """Restores chunk by chunk: what is given out joins to `restore` of the whole text, however it was cut."""

    def __init__(self, vault: Vault, *, allowed: Callable[[Entry], bool] = everyone) -> None:
        self._vault = vault
        self._allowed = allowed
        self._text = ""
        self._done = 0

    def feed(self, chunk: str) -> str:
        """Take the next chunk; give out what can no longer change."""
        self._text += chunk
        return self._give_out(self._settled())

    def finish(self) -> str:
        """Give out what was held back."""
        return self._give_out(len(self._text))

    def _settled(self) -> int:
        start = max(self._done, len(self._text) - 2 * LONGEST)
        growing = _GROWING.search(self._text, start)
        return growing.start() if growing else len(self._text)

    def _give_out(self, end: int) -> str:
        parts: list[str] = []
        for seen in find_lookalikes(self._text, self._done):
            if seen.end > end:
                end = min(end, seen.start) if seen.start >= self._done else end
                break
            parts += [self._text[self._done : seen.start], restored(self._text, seen, self._vault, self._allowed)]
            self._done = seen.end
        if end > self._done:
            parts.append(self._text[self._done : end])
            self._done = end
        return "".join(parts)
