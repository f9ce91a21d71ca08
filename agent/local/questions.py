"""The one short question back: what to ask, and the candidates as choices."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from agent.local.model import Guess
from agent.local.reading import Reading
from agent.local.records import Problem, Settled
from agent.local.schema import Clarify, Frame, Pending, Record, SlotType, ToolCard

_WANTED = {
    "draft_email": "Who is the e-mail for?",
    "call_script": "Who is the call with?",
    "brief_record": "Which record should I brief you on?",
    "send_email": "Which draft should I send? There is none in this conversation yet.",
    "update_record": "Which record should I change?",
    "update_opportunity": "Which deal should I change?",
    "delete_record": "Which record should I delete?",
    "read_record": "Which record do you mean?",
    "revise_draft": "Which draft do you mean? There is none in this conversation yet.",
}


def about_record(card: ToolCard, problem: Problem, arguments: Mapping[str, Any]) -> Clarify:
    """Asks which record is meant."""
    frame = Frame(card.name, dict(arguments))
    names = labels(problem.options)
    pending = Pending(frame, problem.argument, names, problem.options)
    if problem.unknown:
        return Clarify(
            f"I find no “{problem.unknown}” among the records you can see. Which one do you mean?", names, pending
        )
    if len(problem.options) > 1:
        shared = _shared(problem.options)
        return Clarify(f"Which {shared} do you mean?", names, pending)
    return Clarify(_WANTED.get(card.name, f"Which record is this about ({card.said})?"), names, pending)


_LABELS: tuple[Callable[[Record], str], ...] = (
    lambda one: one.name,
    lambda one: f"{one.name} ({one.context or one.kind})",
    lambda one: f"{one.name} ({one.kind}, {one.context or 'no more is known'})",
    lambda one: f"{one.name} ({one.kind} {one.id})",
)


def labels(options: Sequence[Record]) -> tuple[str, ...]:
    """One label for each record, no two alike: its name, else with what tells it apart, at last with its number."""
    said = [Counter(label(one).lower() for one in options) for label in _LABELS]
    return tuple(
        next(
            (label(one) for label, count in zip(_LABELS, said, strict=True) if count[label(one).lower()] == 1),
            _LABELS[-1](one),
        )
        for one in options
    )


def _shared(options: Sequence[Record]) -> str:
    common = set.intersection(*(set(record.name.split()) for record in options))
    return next((word for word in options[0].name.split() if word in common), "one")


def about_value(card: ToolCard, argument: str, question: str, arguments: Mapping[str, Any]) -> Clarify:
    """Asks for a missing value that is not a record."""
    return Clarify(question, (), Pending(Frame(card.name, dict(arguments)), argument, ()))


def about_count(reading: Reading, card: ToolCard, arguments: Mapping[str, Any]) -> Clarify | None:
    """Asks how many rows are wanted where the words ask for a list of none."""
    argument = next((one for one in card.arguments if one.type is SlotType.COUNT), None)
    if argument is None or reading.count is None or reading.count[0] > 0:
        return None
    return about_value(card, argument.name, "A list of 0 would be empty. How many would you like to see?", arguments)


def about_request(guess: Guess, cards: Mapping[str, ToolCard]) -> Clarify:
    """Asks what is wanted, with the likeliest tools as choices."""
    likely = [cards[label] for label, probability in guess.ranked[:6] if label in cards and probability > 0.04][:3]
    said = tuple(card.examples[0] if card.examples else card.said for card in likely)
    if not said:
        return Clarify("I am not sure what you would like. Could you say it in other words?")
    return Clarify("I am not sure what you would like. Is it one of these?", said)


def about_limits(topic: str, cards: Mapping[str, ToolCard]) -> Clarify:
    """Says what cannot be done or known, and offers what can."""
    near = [cards[name] for name in _INSTEAD.get(topic, ()) if name in cards][:3]
    said = tuple(card.examples[0] if card.examples else card.said for card in near)
    reason = "The records I can see do not hold that." if topic == "unanswerable" else "I cannot do that yet."
    return Clarify(f"{reason} Would one of these help?" if said else reason, said)


_INSTEAD = {
    "later.update_record": ("create_task", "brief_record", "next_best_action"),
    "later.create_record": ("create_task", "find_leads", "brief_record"),
    "later.delete_record": ("create_task", "brief_record", "find_leads"),
    "later.forecast": ("pipeline", "win_rate", "find_opportunities"),
    "later.analysis": ("win_rate", "win_loss_patterns", "pipeline"),
    "unanswerable": ("brief_record", "find_opportunities", "win_loss_patterns"),
}


def about_unbound(words: str) -> Clarify:
    """Asks what a name narrows the question to, because leaving it out would answer another question."""
    return Clarify(
        f"I cannot narrow this to “{words}”: it is no region, product, lead source, industry, team or colleague that I "
        "know here. Which one do you mean?"
    )


_REPEATS = re.compile(
    r"(?<!\w)(?:(?:every|each) (?:other |second |single |\d+ |two |three |four )?(?:time|hour|day|morning|afternoon|evening|night|"
    r"week|month|quarter|year|weekday|workday|monday|tuesday|wednesday|thursday|friday|saturday|sunday)s?|daily|weekly|monthly|yearly)(?!\w)"
)
_FOR_SOMEBODY = re.compile(
    r"^(?:(?:please|can you|could you|would you|and|then|also|now|hey|ok) )*(?:(?:remind|tell|ask|get|have)|(?:set|create|add|make) (?:a |an )?(?:task|reminder|todo) for)"
    r" (?P<name>(?!me\b|us\b|my\b|myself\b|our\b|her\b|him\b|them\b|it\b|the\b|this\b|that\b|a\b|an\b|everyone\b|everybody\b|someone\b|today\b|tomorrow\b|to\b|about\b|next\b|in\b|on\b|at\b)\S+(?: \S+)?) to (?!the |my |our )"
)


_OF_EACH = re.compile(
    r"(?:each|every|both|all)(?: one)? of (?:the|my|our|those|these|them)(?!\w)|(?:each|every) \w+(?= ?:|(?: \w+){0,4}:)|all (?:the|my|our) \w+(?=(?: \w+){0,4}:)",
    re.IGNORECASE,
)
"""What a title begins with where the words say for which records and not what is to be done."""


def about_task(reading: Reading, card: ToolCard, arguments: Mapping[str, Any]) -> Clarify | None:
    """A question about a task that cannot be made as it was said: one that repeats, or one for somebody unknown."""
    if match := _REPEATS.search(reading.norm):
        return Clarify(f"I cannot repeat a task (“{match.group()}”) yet. Say one day, and I set it for that day.")
    if match := _OF_EACH.match(str(arguments.get("title", ""))):
        return Clarify(
            f"I cannot make a task for many at once (“{match.group()}…”). Name the ones it is for, and I make one for each."
        )
    if match := _FOR_SOMEBODY.match(reading.norm):
        person = next((one.name for one in card.arguments if one.type is SlotType.USER), None)
        if person is not None and person not in arguments:
            name = match["name"].title()
            return Clarify(
                f"I know no colleague “{name}” whom you may give tasks to. Shall I set it for you? "
                "Then say “remind me to …”."
            )
    return None


_VAGUE = re.compile(
    r"^(?:(?:the |that |this |a )?(?:thing|things|stuff|something|it|that|this|one|them|someone)?)$", re.IGNORECASE
)


def missing_title(card: ToolCard, arguments: dict[str, Any], settled: Settled, *, follows: bool) -> Clarify | None:
    """A question for a title that nobody said; one about a record is named after it.

    Args:
        follows: a request of the same turn stands before it.
    """
    title = next((argument for argument in card.arguments if argument.type is SlotType.TITLE), None)
    if title is None:
        return None
    said = str(arguments.get(title.name, ""))
    known = settled.records or settled.feed
    if _VAGUE.match(said):
        if not known and not (said == "" and "due" in arguments and follows):
            return about_value(card, title.name, "What should the task be?", arguments)
        name = settled.records[0].name if settled.records else "them"
        arguments[title.name] = f"Follow up with {name}" if known else "Reminder"
    elif known and settled.records and said.lower() == settled.records[0].name.lower():
        arguments[title.name] = f"Follow up with {settled.records[0].name}"
    return None
