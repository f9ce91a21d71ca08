"""One part of a turn as a request of its tool: its arguments, its record, its draft, and what it rests on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from agent.local import guard, questions
from agent.local.consent import SURE_TO_WRITE, asked_by_own_words
from agent.local.context import last_frame, narrows
from agent.local.followup import inherited, merged
from agent.local.further import further
from agent.local.left_out import left_out
from agent.local.model import Guess
from agent.local.parts import Part
from agent.local.reading import Reading
from agent.local.records import Problem, Settled, settle
from agent.local.schema import (
    Argument,
    Clarify,
    Effect,
    Feed,
    Frame,
    Kind,
    KindCard,
    Memory,
    Record,
    Request,
    SlotType,
    ToolCard,
    Undoing,
    Vocabulary,
)
from agent.local.selecting import Selected
from agent.local.slots import Scene, fill
from agent.local.unbound import unbound

SURE_TO_READ = 0.34
_LISTS = frozenset({"find_opportunities", "find_leads", "overdue_tasks", "next_best_action"})


@dataclass
class TurnSoFar:
    """What has been understood of a turn so far."""

    reading: Reading
    memory: Memory
    cards: Mapping[str, ToolCard]
    vocabulary: Vocabulary
    kinds: Mapping[str, KindCard] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    here: list[Record] = field(default_factory=list)
    clarify: Clarify | None = None
    topic: str = ""
    talk: list[Kind] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    undoing: Undoing | None = None
    subject: Selected | None = None
    """Records that the turn has described and ordered nothing of yet ("the leads in Spain: …")."""

    @property
    def list_step(self) -> int | None:
        steps = [place for place, request in enumerate(self.requests) if request.tool in _LISTS]
        return steps[-1] if steps else None

    @property
    def draft_step(self) -> int | None:
        steps = [
            place for place, request in enumerate(self.requests) if request.tool in {"draft_email", "revise_draft"}
        ]
        return steps[-1] if steps else None


def take_tool(turn: TurnSoFar, part: Part, card: ToolCard) -> None:
    """Adds what a part asks of a tool to the turn, or the question that must be answered first."""
    threshold = SURE_TO_READ if card.effect is Effect.READ else SURE_TO_WRITE
    if part.guess.probability < threshold:
        turn.clarify = questions.about_request(part.guess, turn.cards)
        return
    if card.effect is not Effect.READ and not guard.is_order(part.main, card.effect):
        turn.clarify = questions.about_request(part.guess, turn.cards)
        return
    narrowed = further(part.reading, card, turn.kinds)
    if card.effect is Effect.READ and (words := unbound(part.reading, card, narrowed)):
        turn.clarify = questions.about_unbound(words)
        return
    arguments = fill(Scene(part.reading, card, turn.vocabulary, part.order, narrowed))
    if none := questions.about_count(part.reading, card, arguments):
        turn.clarify = none
        return
    before = _frame_before(turn)
    if before is not None and before.tool == card.name and card.effect is Effect.READ and narrows(part.reading):
        arguments = merged(before.arguments, arguments, part.reading, card)
    same_breath = bool(turn.requests) and not part.chunk.hard
    arguments |= inherited(part.reading, card, arguments, before, turn.cards, same_breath=same_breath)
    if card.effect is Effect.READ:
        turn.left_out += left_out(part.reading, card, narrowed)
    if card.effect is Effect.WRITE and (asked := questions.about_task(part.main, card, arguments)):
        turn.clarify = asked
        return
    draft = next((argument for argument in card.arguments if argument.type is SlotType.DRAFT), None)
    if draft is not None and not _settle_draft(turn, part, card, draft, arguments):
        return
    wanted = next((argument for argument in card.arguments if argument.type is SlotType.RECORD), None)
    settled = Settled()
    if wanted is not None:
        settled = settle(
            part.reading, card, wanted, whole=turn.reading, memory=turn.memory, here=turn.here, list_step=turn.list_step
        )
        if settled.problem is not None:
            turn.clarify = questions.about_record(card, settled.problem, arguments)
            return
    if problem := questions.missing_title(card, arguments, settled, follows=bool(turn.requests)):
        turn.clarify = problem
        return
    _add(turn, part, card, arguments, wanted, settled)


def _frame_before(turn: TurnSoFar) -> Frame | None:
    if turn.requests:
        return Frame(turn.requests[-1].tool, turn.requests[-1].arguments)
    return last_frame(turn.memory)


def _settle_draft(turn: TurnSoFar, part: Part, card: ToolCard, draft: Argument, arguments: dict[str, Any]) -> bool:
    """Binds the draft to send or to change; one that does not exist yet is written first when it is named."""
    if turn.draft_step is not None or turn.memory.draft is not None:
        arguments[draft.name] = turn.memory.draft if turn.draft_step is None else "last"
        return True
    maker = turn.cards.get("draft_email")
    names_one = any(mention.records for mention in part.reading.mentions) and card.effect is Effect.OUTWARD
    if maker is not None and names_one:
        before = len(turn.requests)
        take_tool(
            turn, replace(part, guess=Guess(((maker.name, part.guess.probability), *part.guess.ranked[1:]))), maker
        )
        arguments[draft.name] = "last"
        return len(turn.requests) > before and turn.clarify is None
    turn.clarify = questions.about_record(card, Problem(draft.name), arguments)
    return False


def _add(
    turn: TurnSoFar, part: Part, card: ToolCard, arguments: dict[str, Any], wanted: Argument | None, settled: Settled
) -> None:
    own = asked_by_own_words(turn.reading, part, card, settled, arguments)
    needs = tuple(sorted({feed.step for feed in (settled.feed,) if feed} | _draft_needs(turn, card)))
    feeds: tuple[Feed, ...] = (settled.feed,) if settled.feed else ()
    if _repeats(turn, part, card, arguments, settled):
        return
    base = Request(
        card.name, card.area, arguments, part.guess.probability, span_of(part), needs, feeds, own, part.chunk.condition
    )
    if wanted is None or not settled.records:
        turn.requests.extend(_separately(base, part))
        return
    for record in settled.records:
        turn.requests.append(replace(base, arguments={**arguments, wanted.name: record.as_argument()}))
        turn.here.insert(0, record)


def _separately(request: Request, part: Part) -> list[Request]:
    """One request for each value or breakdown where they are wanted apart."""
    if not re.search(r"(?<!\w)(?:separately|apart|one by one|side by side|individually)(?!\w)", part.reading.norm):
        return [request]
    for name, value in request.arguments.items():
        if isinstance(value, list) and len(value) > 1:
            return [replace(request, arguments={**request.arguments, name: [one]}) for one in value]
        if isinstance(value, dict):
            for key, several in value.items():
                if isinstance(several, list) and len(several) > 1:
                    return [
                        replace(request, arguments={**request.arguments, name: {**value, key: [one]}})
                        for one in several
                    ]
    return [request]


_ITS = re.compile(r"(?<!\w)(?:its|it|that|this|they|their)(?!\w)")


def _repeats(turn: TurnSoFar, part: Part, card: ToolCard, arguments: dict[str, Any], settled: Settled) -> bool:
    """Whether the part says the request before it once more ("How's APAC? Win rate, I mean"); the richer one stays."""
    last = turn.requests[-1] if turn.requests else None
    if last is None or last.tool != card.name or settled.records or settled.feed or card.effect is not Effect.READ:
        return False
    mine, before = arguments.items(), last.arguments.items()
    if all(pair in before for pair in mine):
        return True
    if all(pair in mine for pair in before):
        turn.requests[-1] = replace(last, arguments=arguments)
        return True
    if part.chunk.hard and _ITS.search(part.reading.norm) and not set(arguments) & set(last.arguments):
        turn.requests[-1] = replace(last, arguments={**last.arguments, **arguments})
        return True
    return False


def _draft_needs(turn: TurnSoFar, card: ToolCard) -> set[int]:
    takes_draft = any(argument.type is SlotType.DRAFT for argument in card.arguments)
    return {turn.draft_step} if takes_draft and turn.draft_step is not None else set()


def span_of(part: Part) -> tuple[int, int]:
    tokens = part.reading.text.tokens
    return (tokens[0].start, tokens[-1].end) if tokens else (0, 0)
