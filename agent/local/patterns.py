"""Patterns that are put together from words of the workspace, compiled once."""

from __future__ import annotations

import re
from functools import lru_cache


@lru_cache(maxsize=20_000)
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern, from a cache that holds all words of all fields: that of `re` itself keeps 512 and begins anew."""
    return re.compile(pattern)
