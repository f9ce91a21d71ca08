"""What would raise a lead's score, and what a person does next with it."""

from __future__ import annotations

from dataclasses import dataclass

from tools.science.lead_score.facts import LeadFacts
from tools.science.lead_score.rules import MILLION, FieldRule, Rules
from tools.science.lead_score.words import asking

_MOST = 4
_SOON_DAYS = 14


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do; `gain` is the most points it could add to the score, 0 where it only keeps them."""

    text: str
    gain: int


def actions(facts: LeadFacts, rules: Rules, tier: str, room: dict[str, int], *, out: bool) -> tuple[Action, ...]:
    """The most pressing first, then what could add most.

    Args:
        room: millionths that each component has left below its most.
        out: the lead must not be written to.
    """
    if out:
        return (Action("Send nothing and do not call: the lead does not want to be contacted.", 0),)
    gains = [*_unknown(facts, rules, room), *_doing(facts, rules, room)]
    best = sorted(gains, key=lambda one: -one.gain)
    return (*_pressing(facts, tier), *(one for one in best if one.gain > 0))[:_MOST]


def _pressing(facts: LeadFacts, tier: str) -> list[Action]:
    if facts.waiting:
        return [Action("Answer their last message: it still waits.", 0)]
    if facts.interactions_out == 0 and facts.days_since_contact is None:
        when = "today" if tier == "hot" else "within a day" if tier == "warm" else "this week"
        return [Action(f"Make the first contact {when}: nobody has called or written yet.", 0)]
    silent = facts.days_since_contact
    if silent is not None and silent > _SOON_DAYS and tier != "cold":
        return [Action(f"Get back in touch: the last contact was {silent} days ago.", 0)]
    return []


def _unknown(facts: LeadFacts, rules: Rules, room: dict[str, int]) -> list[Action]:
    missing = ((name, rule) for name, rule in rules.fields.items() if facts.value(name) in {None, ""})
    return [Action(f"{asking(name)}.", _whole(_gain(rule), room[rule.component])) for name, rule in missing]


def _doing(facts: LeadFacts, rules: Rules, room: dict[str, int]) -> list[Action]:
    """Events that a person can bring about."""
    return [
        Action(f"{text}.", _whole(round(rule.points * MILLION), room[rule.component]))
        for kind, text in _BROUGHT_ABOUT.items()
        if (rule := rules.events.get(kind)) is not None and not any(one.kind == kind for one in facts.events)
    ]


_BROUGHT_ABOUT = {
    "meeting": "Hold a meeting",
    "call_held": "Have a call",
    "webinar": "Invite them to a webinar",
}


def _gain(rule: FieldRule) -> int:
    shares = [share for _, share in rule.bands] or [*(rule.shares or {}).values(), rule.other]
    return round(rule.points * (max(shares, default=0.0) - rule.unknown) * MILLION)


def _whole(gain: int, room: int) -> int:
    return max(0, min(gain, room)) // MILLION
