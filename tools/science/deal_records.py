"""Closed deals as a list of mappings (an export, a file) turned into columns once, at a million deals in seconds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeGuard

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

_WON = frozenset({"won", "win", "closed won", "closed_won", "closed-won"})
_LOST = frozenset({"lost", "loss", "closed lost", "closed_lost", "closed-lost"})


@dataclass(frozen=True, slots=True)
class Coded:
    """A text column as numbers: `labels[codes[i]]`; -1 = not filled in. Spellings differing in case are one label."""

    codes: Codes
    labels: tuple[str, ...]

    def counts(self, chosen: npt.NDArray[np.bool_]) -> Codes:
        """How often each label occurs among the chosen rows."""
        codes = self.codes[chosen]
        return np.bincount(codes[codes >= 0], minlength=len(self.labels)).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Records:
    """Closed deals. `warnings` say what was left out and why."""

    rows: Sequence[Mapping[str, Any]]
    accounts: Sequence[Mapping[str, Any]]
    won: npt.NDArray[np.bool_]
    given: int
    warnings: tuple[str, ...] = field(default=())

    @property
    def count(self) -> int:
        return len(self.rows)


def closed_deals(deals: object, *, days: object = None) -> Records:
    """The won and lost deals among what was given, the latest `days` days of them where they carry a close date."""
    given = [deal for deal in deals if _is_mapping(deal)] if isinstance(deals, Sequence) else []
    warnings = []
    if isinstance(deals, Sequence) and len(given) < len(deals):
        warnings.append(f"{len(deals) - len(given)} entries that are not deals were left out.")
    said = [deal.get("outcome") for deal in given]
    meaning = {value: _outcome(value) for value in {one for one in said if type(one) is str}}
    outcomes = [meaning[one] if type(one) is str else None for one in said]
    rows = [deal for deal, outcome in zip(given, outcomes, strict=True) if outcome is not None]
    won = np.array([outcome for outcome in outcomes if outcome is not None], dtype=bool)
    if isinstance(days, int | float) and not isinstance(days, bool) and days > 0 and rows:
        keep, remarks = _recent(rows, int(days))
        warnings += remarks
        rows, won = [row for row, one in zip(rows, keep, strict=True) if one], won[keep]
    accounts = [account if _is_mapping(account) else {} for account in [row.get("account") for row in rows]]
    return Records(rows, accounts, won, len(given), tuple(warnings))


def _is_mapping(value: object) -> TypeGuard[Mapping[str, Any]]:
    # The check of the exact type first: the one against the abstract class takes five times as long.
    return type(value) is dict or isinstance(value, Mapping)


_OUTCOMES: dict[str, bool | None] = {**dict.fromkeys(_WON, True), **dict.fromkeys(_LOST, False)}


def _outcome(value: str) -> bool | None:
    return _OUTCOMES.get(value.strip().lower())


def _recent(rows: Sequence[Mapping[str, Any]], days: int) -> tuple[npt.NDArray[np.bool_], list[str]]:
    ends = [_day(row.get("close_date")) for row in rows]
    dated = [end for end in ends if end is not None]
    if not dated:
        return np.ones(len(rows), dtype=bool), ["No deal has a close date, so all of them were used."]
    since = max(dated) - timedelta(days=days)
    keep = np.array([end is not None and end > since for end in ends])
    undated = len(ends) - len(dated)
    said = [f"{undated} deals without a close date were left out."] if undated else []
    return keep, said


def _day(value: object) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def numbers(values: Iterable[object]) -> Floats:
    """Amounts, days and scores as floats; anything that is not a finite number is missing."""
    kept = [value if type(value) is float or type(value) is int else _number(value) for value in values]
    try:
        found = np.array(kept, dtype=np.float64)
    except OverflowError:  # a whole number beyond every float
        found = np.array([_number(value) for value in kept], dtype=np.float64)
    found[~np.isfinite(found)] = np.nan
    return found


def _number(value: object) -> float:
    """Decimal strings are numbers too; booleans and words are not."""
    if value is None or isinstance(value, bool):
        return math.nan
    try:
        return float(value) if isinstance(value, str | int | float) else float(str(value))
    except (ValueError, OverflowError):
        return math.nan


def coded(values: Iterable[object]) -> Coded:
    """Text as codes in order of first appearance."""
    labels: list[str] = []
    by_key: dict[str, int] = {}
    seen: dict[object, int] = {}

    def code(value: object) -> int:
        text = " ".join(value.split()) if isinstance(value, str) else ""
        key = text.casefold()
        if key and key not in by_key:
            by_key[key] = len(labels)
            labels.append(text)
        found = seen[value] = by_key.get(key, -1)
        return found

    found = [
        -1 if type(value) is not str else known if (known := seen.get(value)) is not None else code(value)
        for value in values
    ]
    return Coded(np.array(found, dtype=np.int64), tuple(labels))


def mean(values: Floats) -> float:
    """Mean of what is filled in; 0 when nothing is."""
    there = values[~np.isnan(values)]
    return float(there.mean()) if there.size else 0.0
