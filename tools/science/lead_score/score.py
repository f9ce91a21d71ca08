"""One lead's score with its reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tools.science.lead_score.facts import LeadFacts
from tools.science.lead_score.rules import MILLION, Rules

HORIZON = 90 * 24  # hours to look ahead for a change


@dataclass(frozen=True, slots=True)
class Reason:
    """`points` are whole and signed; the reasons of a component add up to its points."""

    component: str
    text: str
    points: int


@dataclass(frozen=True, slots=True)
class LeadScore:
    """`confidence` is the share of the rules' facts that are known; `exact` is in millionths of a point."""

    score: int
    grade: str
    tier: str
    components: dict[str, int]
    exact: dict[str, int]
    reasons: tuple[Reason, ...]
    unknown: tuple[str, ...]
    confidence: float
    remarks: tuple[str, ...]
    suggested_actions: tuple[str, ...]
    next_rescore: datetime | None

    @property
    def positive(self) -> tuple[Reason, ...]:
        return tuple(reason for reason in self.reasons if reason.points > 0)

    @property
    def negative(self) -> tuple[Reason, ...]:
        return tuple(reason for reason in self.reasons if reason.points < 0)


Part = tuple[str, str, int]


def score(facts: LeadFacts, rules: Rules, *, now: datetime) -> LeadScore:
    """The score at `now` (with a zone): field shares plus faded events, capped per kind and component.

    Several events of one kind in one clock hour count once, so a mail scanner's burst counts as one opening; events
    after `now` do not count. Unknown facts give 0 and lower the confidence, not more.
    Decay: points · 2^(−age/half-life).
    """
    hour, hours = hour_of(now), _hours(facts, rules)
    parts = [*_field_parts(facts, rules), *_event_parts(hours, rules, hour)]
    parts += _limits(parts, rules)
    exact = {name: sum(part[2] for part in parts if part[0] == name) for name in rules.components}
    total = rounded(sum(exact.values()))
    components = dict(zip(exact, apportion(list(exact.values()), total), strict=True))
    unknown = tuple(name for name in rules.fields if facts.value(name) in {None, ""})
    out = facts.opted_out or bool(hours.get("unsubscribe", set()) and min(hours["unsubscribe"]) <= hour)
    return LeadScore(
        total, rules.grade(total), rules.tier(total, opted_out=out), components, exact,
        _reasons(parts, components), unknown, 1 - len(unknown) / max(1, len(rules.fields)),
        ("The lead opted out: the tier stays cold.",) if out else (), _actions(facts, unknown, out=out),
        _next(facts, rules, now),
    )  # fmt: skip


def hour_of(at: datetime) -> int:
    """Whole hours since 1970."""
    return int(at.timestamp() // 3600)


def rounded(millionths: int) -> int:
    return (millionths + MILLION // 2) // MILLION


def apportion(millionths: Sequence[int], total: int) -> list[int]:
    """Whole points that add up to `total`, by largest remainder (Hamilton)."""
    floors = [value // MILLION for value in millionths]
    order = sorted(range(len(floors)), key=lambda at: -(millionths[at] % MILLION))
    for at in order[: total - sum(floors)]:
        floors[at] += 1
    return floors


def _hours(facts: LeadFacts, rules: Rules) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for event in facts.events:
        if event.kind in rules.events or event.kind == "unsubscribe":
            found.setdefault(event.kind, set()).add(hour_of(event.at))
    return found


def _field_parts(facts: LeadFacts, rules: Rules) -> list[Part]:
    parts = []
    for name, rule in rules.fields.items():
        value, word = facts.value(name), name.replace("_minor", "").replace("_", " ")
        text = f"no {word} known, 0 of {rule.points:g}" if value in {None, ""} else f"{word}: {value}"
        parts.append((rule.component, text, rule.millionths(value)))
    return parts


def _event_parts(hours: dict[str, set[int]], rules: Rules, now: int) -> list[Part]:
    parts = []
    for kind, rule in rules.events.items():
        past = [now - hour for hour in hours.get(kind, ()) if hour <= now]
        if past:
            given = rule.capped(sum(rule.faded[min(age, len(rule.faded) - 1)] for age in past))
            text = f"{kind.replace('_', ' ')}, {len(past)} times, last {min(past) // 24} days ago"
            parts.append((rule.component, text, given))
    return parts


def _limits(parts: Sequence[Part], rules: Rules) -> list[Part]:
    limits = []
    for name, most in rules.components.items():
        raw = sum(part[2] for part in parts if part[0] == name)
        if not 0 <= raw <= most:
            limits.append((name, f"{name} stays between 0 and {most / MILLION:g}", max(0, min(most, raw)) - raw))
    return limits


def _reasons(parts: Sequence[Part], components: dict[str, int]) -> tuple[Reason, ...]:
    reasons: list[Reason] = []
    for name, total in components.items():
        own = [part for part in parts if part[0] == name]
        points = apportion([part[2] for part in own], total)
        reasons += [Reason(name, part[1], given) for part, given in zip(own, points, strict=True)]
    return tuple(reasons)


def _actions(facts: LeadFacts, unknown: tuple[str, ...], *, out: bool) -> tuple[str, ...]:
    if out:
        return ("Send nothing: the lead opted out.",)
    first = ("Make the first contact.",) if facts.interactions_out == 0 else ()
    asks = tuple(f"Ask for: {name.replace('_minor', '').replace('_', ' ')}." for name in unknown)
    return (*first, *asks)[:3]


def total_at(facts: LeadFacts, rules: Rules, hour: int, hours: dict[str, set[int]]) -> int:
    """The score at a whole hour."""
    parts = [*_field_parts(facts, rules), *_event_parts(hours, rules, hour)]
    return rounded(sum(part[2] for part in (*parts, *_limits(parts, rules))))


def _next(facts: LeadFacts, rules: Rules, now: datetime) -> datetime | None:
    """First hour at which fading alone lowers the score; None within 90 days. Fading never raises it: bisect."""
    start = hour_of(now)
    hours = {kind: {hour for hour in own if hour <= start} for kind, own in _hours(facts, rules).items()}
    before = total_at(facts, rules, start, hours)
    low, high = 0, HORIZON
    if total_at(facts, rules, start + high, hours) == before:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if total_at(facts, rules, start + middle, hours) == before else (low, middle)
    return datetime.fromtimestamp((start + high) * 3600, tz=now.tzinfo)
