"""Which Rainmaker this is, as every door and every trace says it."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version as installed


@cache
def version() -> str:
    """That of `pyproject.toml`, as it was installed."""
    return installed("rainmaker")
