"""What a finder gives: values of fields, and where in a clause they were read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Assigned:
    """Values of one field, and the characters they were read from."""

    values: Mapping[str, Any]
    start: int
    end: int
