"""The words of the demo company: names, places, and what people write, one TOML file per kind or language."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("en", "de", "fr", "es")


@cache
def words(name: str) -> dict[str, Any]:
    """The content of one file of this package, `en` for `en.toml`."""
    return tomllib.loads(files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))
