"""Rules as data, checked when read."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tools.science.lead_score.errors import RulesUnreadable
from tools.science.lead_score.facts import LeadFacts

MILLION = 1_000_000
_PAIR = 2
FORGOTTEN = 20  # half-lives after which nothing is left of an event: less than a millionth of its points
FIELDS = frozenset(LeadFacts.__dataclass_fields__) - {"events", "opted_out", "waiting", "title"}


@dataclass(frozen=True)
class FieldRule:
    component: str
    points: float
    shares: dict[str, float] | None
    bands: tuple[tuple[float, float], ...]
    other: float
    unknown: float = 0.0

    def millionths(self, value: str | float | None) -> int:
        """What a value gives; nothing known gives what an average lead would have."""
        if value is None or value == "":
            return round(self.points * self.unknown * MILLION)
        return round(self.points * self._share(value) * MILLION)

    def _share(self, value: str | float) -> float:
        if self.shares is not None:
            return self.shares.get(str(value).strip().casefold(), self.other)
        return next((share for start, share in reversed(self.bands) if float(value) >= start), 0.0)


@dataclass(frozen=True)
class EventRule:
    component: str
    points: float
    half_life_days: float | None
    cap: int

    @cached_property
    def faded(self) -> tuple[int, ...]:
        """Millionths of a point by age in whole hours; the last entry holds for all later ages."""
        if self.half_life_days is None:
            return (round(self.points * MILLION),)
        hours = self.half_life_days * 24
        left = (round(self.points * MILLION * 2 ** (-age / hours)) for age in range(math.ceil(hours * FORGOTTEN)))
        return (*left, 0)

    def capped(self, millionths: int) -> int:
        return max(-self.cap, min(self.cap, millionths))


@dataclass(frozen=True)
class Rules:
    """`components` and caps in millionths of a point; thresholds in points."""

    components: dict[str, int]
    fields: dict[str, FieldRule]
    events: dict[str, EventRule]
    grades: tuple[tuple[int, str], ...]
    tiers: tuple[tuple[int, str], ...]

    @cached_property
    def evidence(self) -> dict[str, float]:
        """How much of a score each fact accounts for, as shares that add up to 1; `""` stands for what was done.

        Fields weigh what they give; behaviour has the rest of the 100 points.
        """
        weights = {name: rule.points for name, rule in self.fields.items()}
        weights[""] = max(0.0, 100 - sum(weights.values()))
        total = sum(weights.values())
        return {name: weight / total for name, weight in weights.items()}

    def grade(self, score: int) -> str:
        return next((name for least, name in self.grades if score >= least), "D")

    def tier(self, score: int, *, opted_out: bool) -> str:
        return "cold" if opted_out else next((name for least, name in self.tiers if score >= least), "cold")


def read_rules(mapping: Mapping[str, Any]) -> Rules:
    """The rules a plain mapping declares (its shape: `defaults.py`). Raises RulesUnreadable."""
    for part in ("components", "fields", "events", "grades", "tiers"):
        _need(isinstance(mapping.get(part), Mapping), part, "is missing or no mapping")
    for part in ("fields", "events"):
        for name, rule in mapping[part].items():
            _need(isinstance(rule, Mapping), f"{part}.{name}", "is no mapping")
    components = {name: _number(most, f"components.{name}", 0, 100) for name, most in mapping["components"].items()}
    _need(sum(components.values()) == 100, "components", "does not add up to 100 points")
    return Rules(
        components={name: round(most * MILLION) for name, most in components.items()},
        fields={name: _field(name, rule, components) for name, rule in mapping["fields"].items()},
        events={kind: _event(kind, rule, components) for kind, rule in mapping["events"].items()},
        grades=_thresholds(mapping["grades"], "grades", ("A", "B", "C")),
        tiers=_thresholds(mapping["tiers"], "tiers", ("hot", "warm")),
    )


def _field(name: str, rule: Mapping[str, Any], components: Mapping[str, float]) -> FieldRule:
    where = f"fields.{name}"
    _need(name in FIELDS, where, "names no fact of a lead")
    _need(rule.get("component") in components, where, "names no declared component")
    _need(("shares" in rule) != ("bands" in rule), where, "needs either shares or bands")
    _need(isinstance(rule.get("shares", {}), Mapping), where, "has shares that are no mapping")
    _need(_pairs(rule.get("bands", ())), where, "has bands that are no pairs of a number and a share")
    shares = {str(k).strip().casefold(): _number(v, where, 0, 1) for k, v in rule.get("shares", {}).items()}
    bands = tuple((_number(a, where, -1e15, 1e15), _number(b, where, 0, 1)) for a, b in rule.get("bands", ()))
    _need(list(bands) == sorted(bands, key=lambda band: band[0]), where, "has bands that do not ascend")
    points, other = _number(rule.get("points"), where, 0, 100), _number(rule.get("other", 0), where, 0, 1)
    unknown = _number(rule.get("unknown", 0), where, 0, 1)
    return FieldRule(rule["component"], points, shares if "shares" in rule else None, bands, other, unknown)


def _event(kind: str, rule: Mapping[str, Any], components: Mapping[str, float]) -> EventRule:
    where = f"events.{kind}"
    _need(rule.get("component") in components, where, "names no declared component")
    points, half_life = _number(rule.get("points"), where, -100, 100), rule.get("half_life_days")
    _need(points >= 0 or half_life is None, where, "takes points away and fades: time alone would raise the score")
    days = None if half_life is None else _number(half_life, where, 0.1, 365)
    return EventRule(rule["component"], points, days, round(_number(rule.get("cap"), where, 0, 100) * MILLION))


def _pairs(bands: object) -> bool:
    return isinstance(bands, list | tuple) and all(isinstance(one, list | tuple) and len(one) == _PAIR for one in bands)


def _thresholds(given: Mapping[str, Any], where: str, names: tuple[str, ...]) -> tuple[tuple[int, str], ...]:
    found = tuple((int(_number(given.get(name), f"{where}.{name}", 0, 100)), name) for name in names)
    _need(list(found) == sorted(found, key=lambda pair: -pair[0]), where, "has thresholds that do not descend")
    return found


def _number(value: object, where: str, least: float, most: float) -> float:
    fine = isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most
    _need(fine, where, f"needs a number from {least:g} to {most:g}, not {value!r}")
    return float(value)  # type: ignore[arg-type]  # checked a line above


def _need(fine: bool, where: str, problem: str) -> None:
    if not fine:
        raise RulesUnreadable(where=where, problem=problem)
