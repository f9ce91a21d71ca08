"""Several texts in one cell, and back."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

_BETWEEN = re.compile(r"\s*[;,]\s*")
_APART = "; "


def words_cell(words: Sequence[str]) -> str:
    """Texts joined by semicolons; as a JSON list where one of them would be taken apart, so that they come back."""
    joined = _APART.join(words)
    return joined if words and words_of_cell(joined) == list(words) else json.dumps(list(words), ensure_ascii=False)


def words_of_cell(cell: str) -> list[str]:
    """The texts of a cell."""
    if cell.startswith("["):
        try:
            found = json.loads(cell)
        except json.JSONDecodeError:
            found = None
        if isinstance(found, list) and all(isinstance(one, str) for one in found):
            return found
    return [one for one in _BETWEEN.split(cell) if one]
