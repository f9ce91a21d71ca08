"""From the words of one turn to typed requests, or to the one question that must be asked first."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from agent.local import guard, questions
from agent.local.answers import answer_to
from agent.local.consent import SURE_TO_WRITE, asked_by_own_words
from agent.local.context import last_frame, narrows, takes_back
from agent.local.followup import Changed, follow_up, inherited, merged, moved_task
from agent.local.left_out import left_out
from agent.local.lexicon import everyday
from agent.local.mentions import Named
from agent.local.model import Classifier, Guess, speller, trained
from agent.local.parts import TALK, Part, Splitter, order_effects
from agent.local.reading import Reading, read
from agent.local.records import Problem, Settled, settle
from agent.local.schema import (
    Argument,
    Clarify,
    Directory,
    Effect,
    Feed,
    Frame,
    Kind,
    Memory,
    Record,
    Request,
    SlotType,
    ToolCard,
    Understanding,
    Vocabulary,
)
from agent.local.slots import Scene, fill
from agent.local.unbound import unbound
from agent.local.words import tokenise

SURE_TO_READ = 0.34
_TURN_KINDS = {
    "small_talk": Kind.SMALL_TALK,
    "help": Kind.HELP,
    "out_of_scope": Kind.OUT_OF_SCOPE,
    "undo": Kind.UNDO,
    "refuse": Kind.REFUSED,
}
_LISTS = frozenset({"find_opportunities", "find_leads", "overdue_tasks", "next_best_action"})


@dataclass
class _Turn:
    """What has been understood of a turn so far."""

    reading: Reading
    memory: Memory
    cards: Mapping[str, ToolCard]
    vocabulary: Vocabulary
    requests: list[Request] = field(default_factory=list)
    here: list[Record] = field(default_factory=list)
    clarify: Clarify | None = None
    topic: str = ""
    kinds: list[Kind] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

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


def understand(
    text: str,
    *,
    cards: Sequence[ToolCard],
    vocabulary: Vocabulary,
    directory: Directory,
    memory: Memory | None = None,
    now: datetime,
    year_start: int = 1,
    classifier: Classifier | None = None,
) -> Understanding:
    """What a turn asks for.

    Args:
        text: the person's words as written.
        cards: the tools on offer; nothing else is ever asked for.
        vocabulary: the workspace's closed lists and its people.
        directory: the records the person may see; asked once.
        memory: what the conversation holds.
        now: now, in the person's zone.
        year_start: the month in which the fiscal year begins.
        classifier: another classifier than the one that ships with the package, for experiments.
    """
    memory = memory or Memory()
    by_name = {card.name: card for card in cards}
    held = (*memory.focus, *memory.listed, *(memory.pending.records if memory.pending else ()))
    focus = [one for one in held if not _is_a_phrase(one.name) or one.name in text]
    reading = read(
        text, speller=speller(), vocabulary=vocabulary, directory=directory, focus=focus, now=now, year_start=year_start
    )
    turn = _Turn(reading, memory, by_name, vocabulary)
    return replace(_understood(turn, classifier or trained()), named=_named(reading))


def _is_a_phrase(name: str) -> bool:
    """Whether a name is made of words of every day: a listed record called "Send It" makes no name of "send it"."""
    found = [token.norm for token in tokenise(name).tokens if token.is_word]
    return len(found) > 1 and all(word in everyday() or word in speller().known for word in found)


def _named(reading: Reading) -> tuple[Record, ...]:
    """The records of every mention that does not stand in quoted or pasted text."""
    own = [mention for mention in reading.mentions_of(Named.RECORD) if mention.first not in reading.content]
    return tuple(dict.fromkeys(record for mention in own for record in mention.records))


def _understood(turn: _Turn, chosen: Classifier) -> Understanding:
    reading, memory, by_name = turn.reading, turn.memory, turn.cards
    if answered := answer_to(reading, memory, by_name, chosen.guess(reading.typed)):
        return Understanding((answered,), Kind.REQUEST, None, reading.norm, answered.confidence)
    if moved := _moved(turn):
        return _result(moved, 0.9)
    splitter = Splitter(chosen, by_name, turn.vocabulary, memory.draft is not None, last_frame(memory))
    parts = [one for part in splitter.parts(reading) for one in splitter.with_its_condition(reading, part)]
    for part in _said_something(order_effects(parts, by_name), by_name):
        _take(turn, part)
        if turn.clarify is not None:
            break
    guess = max((part.guess.probability for part in parts), default=0.0)
    return _result(turn, guess)


def _moved(turn: _Turn) -> _Turn | None:
    """The last task at another time, where the whole turn says no more than that."""
    frame = last_frame(turn.memory)
    card = turn.cards.get(frame.tool) if frame else None
    if frame is None or card is None or card.effect is not Effect.WRITE:
        return None
    changed = None if takes_back(turn.reading) else moved_task(turn.reading, frame, card)
    if changed is None:
        return None
    span = (0, len(turn.reading.text.written))
    own = (
        not turn.reading.content and not guard.is_question(turn.reading) and bool(changed.frame.arguments.get("title"))
    )
    turn.requests.append(
        Request(card.name, card.area, changed.frame.arguments, 0.9, span, asked_by_own_words=own, amends=True)
    )
    return turn


def _said_something(parts: list[Part], cards: Mapping[str, ToolCard]) -> list[Part]:
    """Parts without a word or two that mean nothing beside a request ("Approved. Send.")."""
    asked = [part for part in parts if part.label in cards]
    little = [part for part in parts if part.label == "unclear" and len(part.reading.typed) <= 2]
    return [part for part in parts if part not in little] if asked else parts


def _result(turn: _Turn, confidence: float) -> Understanding:
    text = turn.reading.norm
    if turn.clarify is not None:
        return Understanding((), Kind.CLARIFY, turn.clarify, text, confidence, turn.topic)
    if turn.requests:
        return Understanding(
            tuple(turn.requests),
            Kind.REQUEST,
            None,
            text,
            min(one.confidence for one in turn.requests),
            left_out=tuple(dict.fromkeys(turn.left_out)),
        )
    if turn.kinds:
        return Understanding((), turn.kinds[0], None, text, confidence, turn.topic)
    if not turn.reading.typed or guard.is_ban(turn.reading):
        return Understanding((), Kind.SMALL_TALK, None, text, confidence)
    clarify = Clarify("I am not sure what you would like. Could you say it in other words?")
    return Understanding((), Kind.CLARIFY, clarify, text, confidence, turn.topic)


def _take(turn: _Turn, part: Part) -> None:
    """Understands one part: as a change of the last request, as a request of its own, or as talk."""
    if part.banned:
        return
    if not turn.requests and (changed := _as_follow_up(turn, part)):
        _add_follow_up(turn, part, changed)
        return
    part = _in_context(turn, part)
    label, probability = part.label, part.guess.probability
    if label in _TURN_KINDS:
        _take_talk(turn, part)
    elif label not in turn.cards:
        if label == "unclear" or probability < SURE_TO_READ:
            turn.clarify = questions.about_request(part.guess, turn.cards)
        else:
            turn.topic = label
            turn.clarify = questions.about_limits(label, turn.cards)
    else:
        _take_tool(turn, part, turn.cards[label])


def _in_context(turn: _Turn, part: Part) -> Part:
    """A bare "why?" after a list of lost or won deals asks for their reasons, not for the win rate."""
    frame = last_frame(turn.memory)
    bare = len([word for word in part.reading.typed if word not in _LITTLE]) <= 1
    if frame and bare and part.label == "explain_win_rate" and frame.arguments.get("status") in {"won", "lost"}:
        return replace(part, guess=part.guess.leaning_to("win_loss_patterns", at_least=0.8))
    return part


_LITTLE = frozenset(
    [
        "so",
        "and",
        "but",
        "ok",
        "hmm",
        "that",
        "this",
        "is",
        "it",
        "them",
        "they",
        "those",
        "were",
        "did",
        "we",
        "i",
        "the",
        "ouch",
        "oh",
        "wow",
        "then",
        "really",
        "<unk>",
    ]
)


def _as_follow_up(turn: _Turn, part: Part) -> Changed | None:
    frame = last_frame(turn.memory)
    if frame is None or frame.tool not in turn.cards or part.label in {"undo", "send_email"}:
        return None
    if part.label == "revise_draft" and frame.tool in {"draft_email", "revise_draft"}:
        return None
    card = turn.cards[frame.tool]
    return follow_up(part.reading, frame, card, turn.vocabulary)


def _add_follow_up(turn: _Turn, part: Part, changed: Changed) -> None:
    card = turn.cards[changed.frame.tool]
    span = _span(part)
    turn.requests.append(
        Request(
            card.name,
            card.area,
            changed.frame.arguments,
            max(part.guess.of(card.name), 0.75),
            span,
            amends=card.effect is not Effect.READ,
        )
    )


def _take_talk(turn: _Turn, part: Part) -> None:
    kind = _TURN_KINDS[part.label]
    if turn.requests and part.label in TALK:
        return
    if kind in {Kind.OUT_OF_SCOPE, Kind.REFUSED} and part.guess.probability < SURE_TO_READ:
        turn.clarify = questions.about_request(part.guess, turn.cards)
        return
    if kind is Kind.REFUSED and part.reading.content and not _outside_content(part.reading):
        kind = Kind.SMALL_TALK
    turn.kinds.append(kind)


def _outside_content(reading: Reading) -> bool:
    return len(reading.content) < len(reading.text.tokens)


def _take_tool(turn: _Turn, part: Part, card: ToolCard) -> None:
    threshold = SURE_TO_READ if card.effect is Effect.READ else SURE_TO_WRITE
    if part.guess.probability < threshold:
        turn.clarify = questions.about_request(part.guess, turn.cards)
        return
    if card.effect is not Effect.READ and not guard.is_order(part.main, card.effect):
        turn.clarify = questions.about_request(part.guess, turn.cards)
        return
    if card.effect is Effect.READ and (words := unbound(part.reading, card)):
        turn.clarify = questions.about_unbound(words)
        return
    arguments = fill(Scene(part.reading, card, turn.vocabulary, part.order))
    before = _frame_before(turn)
    if before is not None and before.tool == card.name and card.effect is Effect.READ and narrows(part.reading):
        arguments = merged(before.arguments, arguments, part.reading, card)
    same_breath = bool(turn.requests) and not part.chunk.hard
    arguments |= inherited(part.reading, card, arguments, before, turn.cards, same_breath=same_breath)
    if card.effect is Effect.READ:
        turn.left_out += left_out(part.reading, card)
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


def _frame_before(turn: _Turn) -> Frame | None:
    if turn.requests:
        return Frame(turn.requests[-1].tool, turn.requests[-1].arguments)
    return last_frame(turn.memory)


def _settle_draft(turn: _Turn, part: Part, card: ToolCard, draft: Argument, arguments: dict[str, Any]) -> bool:
    """Binds the draft to send or to change; one that does not exist yet is written first when it is named."""
    if turn.draft_step is not None or turn.memory.draft is not None:
        arguments[draft.name] = turn.memory.draft if turn.draft_step is None else "last"
        return True
    maker = turn.cards.get("draft_email")
    names_one = any(mention.records for mention in part.reading.mentions) and card.effect is Effect.OUTWARD
    if maker is not None and names_one:
        before = len(turn.requests)
        _take_tool(
            turn, replace(part, guess=Guess(((maker.name, part.guess.probability), *part.guess.ranked[1:]))), maker
        )
        arguments[draft.name] = "last"
        return len(turn.requests) > before and turn.clarify is None
    turn.clarify = questions.about_record(card, Problem(draft.name), arguments)
    return False


def _add(
    turn: _Turn, part: Part, card: ToolCard, arguments: dict[str, Any], wanted: Argument | None, settled: Settled
) -> None:
    own = asked_by_own_words(turn.reading, part, card, settled, arguments)
    needs = tuple(sorted({feed.step for feed in (settled.feed,) if feed} | _draft_needs(turn, card)))
    feeds: tuple[Feed, ...] = (settled.feed,) if settled.feed else ()
    if _repeats(turn, part, card, arguments, settled):
        return
    base = Request(
        card.name, card.area, arguments, part.guess.probability, _span(part), needs, feeds, own, part.chunk.condition
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


def _repeats(turn: _Turn, part: Part, card: ToolCard, arguments: dict[str, Any], settled: Settled) -> bool:
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


def _draft_needs(turn: _Turn, card: ToolCard) -> set[int]:
    takes_draft = any(argument.type is SlotType.DRAFT for argument in card.arguments)
    return {turn.draft_step} if takes_draft and turn.draft_step is not None else set()


def _span(part: Part) -> tuple[int, int]:
    tokens = part.reading.text.tokens
    return (tokens[0].start, tokens[-1].end) if tokens else (0, 0)
