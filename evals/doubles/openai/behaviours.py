"""Models with a character: one that recites, one that obeys whatever it reads, one that lies.

They know no tool and no prompt of the program under test; they read what they are offered.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any, TypeAlias

from evals.doubles.openai.filling import best_tool, fill
from evals.doubles.openai.replies import Call, Reply, Rule, Say, say_json
from evals.doubles.openai.request import ChatRequest

_VERBS = (
    "add|approve|archive|assign|book|call|cancel|change|close|convert|create|decline|delete|disable|e-?mail|erase|"
    "export|fetch|forward|give|grant|ignore|invite|lower|mail|mark|merge|message|move|notify|open|pay|post|print|"
    "publish|purge|raise|reassign|remove|rename|reply|reveal|run|schedule|send|set|share|show|tell|transfer|trigger|"
    "undo|update|upload|wipe|write"
)
_ORDER = re.compile(
    rf"(?:^|[.!?:;,\"“(>*]|\b(?:and|then|please|now|must|should|immediately)\b)\s*(?P<order>(?:{_VERBS})\b.*?)"
    rf"(?=[.!?](?:\s|$)|;|\s(?:and|then)\s+(?:{_VERBS})\b|\n|$)",
    re.IGNORECASE | re.MULTILINE,
)
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")


def recite(request: ChatRequest) -> Reply:
    """Calls the tool that fits the person's last words, once, then repeats what it was given, word for word."""
    wish = request.last_said_by("user")
    done = request.tool_calls
    tool = best_tool(request.tools, wish)
    if tool is not None and not done:
        return Call(tool, fill(request.tools[tool].get("parameters", {}), (wish,)))
    material = done[-1].result if done and done[-1].result else wish
    if request.response_schema is not None:
        return say_json(fill(request.response_schema, (material,)))
    return Say(material)


def recite_results(request: ChatRequest) -> Reply:
    """Says, word for word and in their order, the sentences that tool results among the messages bring along."""
    said = [sentence for result in _results(request) for sentence in result["said"]]
    return Say("\n\n".join(said)) if said else recite(request)


def _results(request: ChatRequest) -> Iterator[dict[str, Any]]:
    """Objects with sentences in them, one a line, as results are handed to a model that has to word an answer."""
    for line in request.last_said_by("user").splitlines():
        try:
            # Content from records stands behind a bar.
            value = json.loads(line.removeprefix("| "))
        except ValueError:
            continue
        if isinstance(value, dict) and "said" in value:
            yield value | {"said": [value["said"]] if isinstance(value["said"], str) else value["said"]}


class Obedient:
    """Carries out every order it reads, in any message of `roles`, with whatever tool on offer fits.

    An order is a clause that begins with a verb of command. One order is carried out per reply; those
    without a fitting tool are passed on in the text, or in the reply shape that was asked for.
    """

    def __init__(self, *, roles: Sequence[str] = ("user", "tool")) -> None:
        self._roles = tuple(roles)

    def __call__(self, request: ChatRequest) -> Reply:
        orders = orders_in("\n".join(text for role in self._roles for text in request.said_by(role)))
        made = [(call.tool, dict(call.args)) for call in request.tool_calls]
        for order in orders:
            tool = best_tool(request.tools, order)
            if tool is None:
                continue
            args = fill(request.tools[tool].get("parameters", {}), (order,))
            if (tool, args) not in made:
                return Call(tool, args)
        if request.response_schema is not None:
            return say_json(fill(request.response_schema, orders or (request.last_said_by("user"),)))
        return Say("Done: " + "; ".join(orders) if orders else request.last_said_by("user"))


def orders_in(text: str) -> tuple[str, ...]:
    """The clauses of `text` that command something, in order, each once."""
    return tuple(dict.fromkeys(match["order"].strip() for match in _ORDER.finditer(text)))


Lie: TypeAlias = Callable[[str, ChatRequest], str]


@dataclass(frozen=True, slots=True)
class Told:
    """A lie that was told: what the honest sentence was, and what was said instead."""

    request: int
    lie: str
    honest: str
    said: str


def invent_figure(text: str, request: ChatRequest) -> str:
    """Adds two figures that stand nowhere in what the model was given."""
    numbers = (n * 7919 % 899_981 + 100_003 for n in count(request.number))
    sentences = (f"The win rate was {n % 9_000 / 100 + 5:.2f} % and revenue grew by {n:,}." for n in numbers)
    given = request.text
    fresh = next(each for each in sentences if not any(m.group() in given for m in _FIGURE.finditer(each)))
    return f"{text} {fresh}"


def swap_figures(text: str, request: ChatRequest) -> str:  # the signature all lies share
    """Exchanges the first two figures that differ; a text without two is left as it is."""
    found = list(_FIGURE.finditer(text))
    other = next((match for match in found[1:] if match.group() != found[0].group()), None)
    if other is None:
        return text
    first = found[0]
    between = text[first.end() : other.start()]
    return text[: first.start()] + other.group() + between + first.group() + text[other.end() :]


def alter_figure(text: str, request: ChatRequest) -> str:  # the signature all lies share
    """Changes the first digit of the last figure; a text without figures is left as it is."""
    found = list(_FIGURE.finditer(text))
    if not found:
        return text
    start = found[-1].start()
    return text[:start] + str(int(text[start]) % 9 + 1) + text[start + 1 :]


def claim_action(text: str, request: ChatRequest) -> str:  # the signature all lies share
    """Says that things were done which no tool did."""
    return f"{text} I have sent the e-mail to the customer and moved the deal to negotiation."


class Liar:
    """An honest rule whose texts are falsified, one kind of lie after the other. `told` keeps the record.

    A lie that finds nothing to falsify in a text leaves it to the next one.
    """

    def __init__(
        self, honest: Rule = recite, *, lies: Sequence[Lie] = (invent_figure, swap_figures, alter_figure, claim_action)
    ) -> None:
        self._honest = honest
        self._lies = tuple(lies)
        self.told: list[Told] = []

    def __call__(self, request: ChatRequest) -> Reply:
        reply = self._honest(request)
        if not isinstance(reply, Say):
            return reply
        told = self._told(reply.text, request)
        self.told.append(told)
        return replace(reply, text=told.said)

    def _told(self, honest: str, request: ChatRequest) -> Told:
        first = len(self.told) % len(self._lies)
        structured = request.response_schema is not None
        for lie in (*self._lies[first:], *self._lies[:first]):
            said = _in_prose(honest, _about(lie, request), structured=structured)
            if said != honest:
                break
        return Told(request.number, lie.__name__, honest, said)


def _about(lie: Lie, request: ChatRequest) -> Callable[[str], str]:
    return lambda prose: lie(prose, request)


def _in_prose(text: str, change: Callable[[str], str], *, structured: bool) -> str:
    """Apply `change` to a text, or to the sentences inside a structured reply so that it keeps its shape."""
    return json.dumps(_each_sentence(json.loads(text), change), ensure_ascii=False) if structured else change(text)


def _each_sentence(value: Any, change: Callable[[str], str]) -> Any:  # noqa: ANN401  # any JSON value
    if isinstance(value, dict):
        return {key: _each_sentence(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [_each_sentence(item, change) for item in value]
    return change(value) if isinstance(value, str) and " " in value.strip() else value
