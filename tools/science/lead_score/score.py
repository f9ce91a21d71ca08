"""One lead's score with its reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tools.science.lead_score.actions import Action, actions
from tools.science.lead_score.errors import MomentWithoutZone
from tools.science.lead_score.facts import LeadFacts
from tools.science.lead_score.rules import MILLION, Rules
from tools.science.lead_score.words import event_word, field_word, told

HORIZON = 90 * 24  # hours to look ahead for a change
MOST_TIMES = 100
"""A count recorded in one piece counts at most so often: the cap of its kind is reached long before."""


@dataclass(frozen=True, slots=True)
class Reason:
    """`points` are whole and signed, of at most `most`; the reasons of a component add up to its points.

    `name` is the field or the kind of event; `known` is false where the share of an average lead stands in.
    """

    component: str
    name: str
    text: str
    points: int
    most: int = 0
    known: bool = True


@dataclass(frozen=True, slots=True)
class LeadScore:
    """`confidence` is the share of what the rules ask for that is known; `exact` is in millionths of a point."""

    score: int
    grade: str
    tier: str
    components: dict[str, int]
    exact: dict[str, int]
    reasons: tuple[Reason, ...]
    unknown: tuple[str, ...]
    confidence: float
    remarks: tuple[str, ...]
    suggested_actions: tuple[Action, ...]
    next_rescore: datetime | None

    @property
    def positive(self) -> tuple[Reason, ...]:
        return tuple(reason for reason in self.reasons if reason.points > 0)

    @property
    def negative(self) -> tuple[Reason, ...]:
        return tuple(reason for reason in self.reasons if reason.points < 0)


@dataclass(frozen=True, slots=True)
class _Part:
    component: str
    name: str
    text: str
    millionths: int
    most: int = 0
    known: bool = True


Hours = Mapping[str, Mapping[int, int]]
"""By kind of event, how often it happened in which hour."""


def score(facts: LeadFacts, rules: Rules, *, now: datetime) -> LeadScore:
    """The score at `now` (with a zone): field shares plus faded events, capped per kind and component.

    Several events of one kind in one clock hour count once, so a mail scanner's burst counts as one opening; events
    after `now` do not count. An unknown fact counts as that of an average lead and lowers the confidence.
    Decay: points · 2^(−age/half-life).

    Raises:
        MomentWithoutZone: `now` or the time of an event has none.
    """
    hour, hours = hour_of(now), _hours(facts, rules)
    parts = [*_field_parts(facts, rules), *_event_parts(hours, rules, hour)]
    parts += _limits(parts, rules)
    exact = {name: sum(part.millionths for part in parts if part.component == name) for name in rules.components}
    total = rounded(sum(exact.values()))
    components = dict(zip(exact, apportion(list(exact.values()), total), strict=True))
    unknown = tuple(name for name in rules.fields if facts.value(name) in {None, ""})
    out = facts.opted_out or bool(hours.get("unsubscribe", {}) and min(hours["unsubscribe"]) <= hour)
    tier = rules.tier(total, opted_out=out)
    room = {name: most - exact[name] for name, most in rules.components.items()}
    return LeadScore(
        total, rules.grade(total), tier, components, exact, _reasons(parts, components), unknown,
        confidence_of(rules, unknown, acted=any(_past(own, hour) for own in hours.values())),
        ("The lead does not want to be contacted: the tier stays cold.",) if out else (),
        actions(facts, rules, tier, room, out=out), _next(facts, rules, now),
    )  # fmt: skip


def hour_of(at: datetime) -> int:
    """Whole hours since 1970. Raises `MomentWithoutZone`."""
    if at.tzinfo is None:
        raise MomentWithoutZone
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


def confidence_of(rules: Rules, unknown: Sequence[str], *, acted: bool) -> float:
    """The weight of what is known, to two digits; behaviour is known once anything was seen of it."""
    missing = sum(rules.evidence[name] for name in unknown) + (0.0 if acted else rules.evidence[""])
    return round(max(0.0, 1 - missing), 2)


def _hours(facts: LeadFacts, rules: Rules) -> Hours:
    found: dict[str, dict[int, int]] = {}
    for event in facts.events:
        if event.times > 0 and (event.kind in rules.events or event.kind == "unsubscribe"):
            own, hour = found.setdefault(event.kind, {}), hour_of(event.at)
            own[hour] = max(own.get(hour, 0), min(event.times, MOST_TIMES))
    return found


def _past(own: Mapping[int, int], now: int) -> list[tuple[int, int]]:
    """(age in hours, times) of what happened by now."""
    return [(now - hour, times) for hour, times in own.items() if hour <= now]


def _field_parts(facts: LeadFacts, rules: Rules) -> list[_Part]:
    parts = []
    for name, rule in rules.fields.items():
        known, word = facts.value(name) not in {None, ""}, field_word(name)
        text = f"{word}: {told(name, facts)}" if known else f"{word} unknown, counted as that of an average lead"
        given = rule.millionths(facts.value(name))
        parts.append(_Part(rule.component, name, text, given, round(rule.points), known=known))
    return parts


def _event_parts(hours: Hours, rules: Rules, now: int) -> list[_Part]:
    parts = []
    for kind, rule in rules.events.items():
        if past := _past(hours.get(kind, {}), now):
            given = rule.capped(sum(rule.faded[min(age, len(rule.faded) - 1)] * times for age, times in past))
            count, days = sum(times for _, times in past), min(age for age, _ in past) // 24
            text = f"{event_word(kind)}: {count}, the last {_ago(days)}"
            parts.append(_Part(rule.component, kind, text, given, rule.cap // MILLION))
    return parts


def _ago(days: int) -> str:
    return "today" if days == 0 else "yesterday" if days == 1 else f"{days} days ago"


def _limits(parts: Sequence[_Part], rules: Rules) -> list[_Part]:
    limits = []
    for name, most in rules.components.items():
        raw = sum(part.millionths for part in parts if part.component == name)
        if not 0 <= raw <= most:
            text = f"{name} stays between 0 and {most / MILLION:g}"
            limits.append(_Part(name, "limit", text, max(0, min(most, raw)) - raw))
    return limits


def _reasons(parts: Sequence[_Part], components: dict[str, int]) -> tuple[Reason, ...]:
    reasons: list[Reason] = []
    for name, total in components.items():
        own = [part for part in parts if part.component == name]
        points = apportion([part.millionths for part in own], total)
        reasons += [
            Reason(name, part.name, part.text, given, part.most, part.known)
            for part, given in zip(own, points, strict=True)
        ]
    return tuple(reasons)


def total_at(fixed: Mapping[str, int], rules: Rules, hour: int, hours: Hours) -> int:
    """The score at a whole hour, with the millionths of each component that time does not change."""
    sums = dict(fixed)
    for kind, own in hours.items():
        if (rule := rules.events.get(kind)) is not None:
            last = len(rule.faded) - 1
            sums[rule.component] += rule.capped(sum(rule.faded[min(hour - at, last)] * n for at, n in own.items()))
    return rounded(sum(max(0, min(most, sums[name])) for name, most in rules.components.items()))


def _next(facts: LeadFacts, rules: Rules, now: datetime) -> datetime | None:
    """First hour at which fading alone lowers the score; None within 90 days. Fading never raises it: bisect."""
    start = hour_of(now)
    fixed = dict.fromkeys(rules.components, 0)
    for name, rule in rules.fields.items():
        fixed[rule.component] += rule.millionths(facts.value(name))
    hours = {
        kind: {hour: times for hour, times in own.items() if hour <= start}
        for kind, own in _hours(facts, rules).items()
    }
    before = total_at(fixed, rules, start, hours)
    low, high = 0, HORIZON
    if total_at(fixed, rules, start + high, hours) == before:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if total_at(fixed, rules, start + middle, hours) == before else (low, middle)
    return datetime.fromtimestamp((start + high) * 3600, tz=now.tzinfo)
