"""What scores leads at the moment. Today that is rules; a trained model takes their place behind the same functions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from db.lead_scores import Scorebook
from tools.science.lead_score import DEFAULTS, Rules, RulesUnreadable, read_rules

_CLOCKED = frozenset({"days_since_arrival", "days_since_contact"})
_MARK, _HIGHEST = 8, 100


@dataclass(frozen=True, eq=False)
class Model:
    """`version` names what exactly scored: `rules 3 (9f2c01ab)`; 0 are the rules that ship.

    Attributes:
        qualify_at: from this score on a contacted lead becomes qualified by itself; None leaves that to people.
    """

    kind: str
    version: str
    rules: Rules
    body: Mapping[str, Any]
    qualify_at: int | None = None

    @cached_property
    def clocked(self) -> bool:
        """Whether a fact changes with every day."""
        return bool(_CLOCKED & set(self.rules.fields))


def model_of(scores: Scorebook) -> Model:
    """The one that holds in this workspace."""
    stored = scores.rules()
    return model_from(*stored) if stored else model_from(0, DEFAULTS)


def model_from(version: int, body: Mapping[str, Any]) -> Model:
    """Rules as stored. Raises `RulesUnreadable`."""
    return _read(version, json.dumps(body, sort_keys=True))


@lru_cache(maxsize=8)
def _read(version: int, text: str) -> Model:
    """Read once for each version: how events fade is worked out for every hour of their lives."""
    body = json.loads(text)
    digest = hashlib.sha256(text.encode()).hexdigest()[:_MARK]
    rules = read_rules(body)
    return Model("rules", f"rules {version} ({digest})", rules, body, _qualify_at(body))


def _qualify_at(body: Mapping[str, Any]) -> int | None:
    stated = body.get("lifecycle") or {}
    least = stated.get("qualify_at") if isinstance(stated, dict) else stated
    if least is None or (isinstance(least, int) and not isinstance(least, bool) and 0 <= least <= _HIGHEST):
        return least
    raise RulesUnreadable(where="lifecycle.qualify_at", problem=f"needs a whole number from 0 to 100, not {least!r}")
