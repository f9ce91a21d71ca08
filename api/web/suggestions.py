"""Questions to begin with: examples of the tools, those first that the person's role asks most."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from db.access import Actor, Role
from tools.contract import Area, Effect, Tool

SHOWN = 6
_TURNS: Mapping[Role, tuple[Area, ...]] = {
    Role.REP: (Area.OPPORTUNITY, Area.LEAD, Area.AUTOMATION, Area.COMMUNICATION, Area.INTELLIGENCE, Area.ANALYTICS),
    Role.MANAGER: (Area.ANALYTICS, Area.OPPORTUNITY, Area.AUTOMATION, Area.LEAD, Area.INTELLIGENCE, Area.COMMUNICATION),
    Role.EXECUTIVE: (Area.ANALYTICS, Area.OPPORTUNITY, Area.INTELLIGENCE, Area.LEAD, Area.AUTOMATION),
    Role.ADMIN: (Area.ANALYTICS, Area.OPPORTUNITY, Area.LEAD, Area.AUTOMATION, Area.COMMUNICATION, Area.INTELLIGENCE),
}
# A capital letter inside the sentence names a person or a company that need not be in this workspace.
_NAME = re.compile(r"(?<!^)(?<![.?!] )\b[A-Z][a-z]")
# One name, at the end: `brief me on Acme`.
_LAST_NAME = re.compile(r"^([^A-Z]*\b(?:to|of|on|for|me|with|about) )[A-Z][a-z]+$")
# Words that point at something said before.
_POINTING = re.compile(
    r"\b(?:it|this (?:lead|deal|account|contact|company|one)|that|those|these|them|they|their|shorter|him|her|he|she)\b"
)
_ASKING = re.compile(r"(?:what|which|who|whose|why|how|when|where|is|are|do|does|did|has|have|can|should)\b")
_FIRST_PERSON = re.compile(r"\b(I|me|my)\b")


@dataclass(frozen=True, slots=True)
class Suggestion:
    area: Area
    text: str


def suggestions(
    tools: Sequence[Tool], actor: Actor, *, about: str | None = None, most: int = SHOWN
) -> tuple[Suggestion, ...]:
    """Up to `most` questions, going round the areas in the order of the role so that they differ.

    Args:
        about: an account the person works on, to stand in for the one an example names; without it such examples
            are left out.
    """
    offered = {area: _questions(tools, actor, area, about) for area in _TURNS[actor.role]}
    chosen: list[Suggestion] = []
    while len(chosen) < most and any(offered.values()):
        for area, questions in offered.items():
            if questions and len(chosen) < most:
                chosen.append(Suggestion(area, questions.pop(0)))
    return tuple(chosen)


def _questions(tools: Sequence[Tool], actor: Actor, area: Area, about: str | None) -> list[str]:
    """One question per tool, then a second per tool; for a rep the ones that speak of oneself come first."""
    mine = [one for one in tools if one.area is area and actor.may(one.requires) and one.effect is Effect.READ]
    per_tool = [_ordered(_fitting(one, about), actor) for one in mine]
    return [_written(texts[turn]) for turn in range(2) for texts in per_tool if len(texts) > turn]


def _fitting(tool: Tool, about: str | None) -> list[str]:
    """The examples that can be asked out of the blue."""
    texts = [text for text in tool.examples if not _POINTING.search(text)]
    record = tool.ask.model_fields.get("record")
    if record is not None and record.is_required():
        return [f"{found[1]}{about}" for text in texts if about and (found := _LAST_NAME.match(text))]
    if tool.area is Area.COMMUNICATION:
        # Without a record of its own it works on the draft of an earlier turn.
        return []
    return [text for text in texts if not _NAME.search(text)]


def _ordered(texts: list[str], actor: Actor) -> list[str]:
    if actor.role is not Role.REP:
        return texts
    return sorted(texts, key=lambda text: not _FIRST_PERSON.search(text))


def _written(text: str) -> str:
    """As a sentence: `Why did win rate drop?`."""
    return f"{text[:1].upper()}{text[1:]}{'?' if _ASKING.match(text) else ''}"
