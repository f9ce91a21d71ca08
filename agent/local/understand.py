"""From the words of one turn to typed requests, or to the one question that must be asked first."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from agent.local import guard, questions
from agent.local.afterthoughts import afterthought
from agent.local.answers import answer_to, still_open
from agent.local.carrying import (
    record_cards,
    resolved,
    take_command,
    take_merging,
    take_order,
    take_removal,
)
from agent.local.clauses import take_clauses
from agent.local.context import brings_back, last_frame, takes_back
from agent.local.declined import must_be_declined
from agent.local.excepting import exception
from agent.local.followup import Changed, follow_up, moved_task, speaks_of_another
from agent.local.gates import gated
from agent.local.hanging import hangs_on_something
from agent.local.lexicon import everyday
from agent.local.mentions import Named
from agent.local.model import Classifier, speller, trained
from agent.local.parts import TALK, Part, Splitter, order_effects
from agent.local.questioning import take_asking, take_question
from agent.local.reading import Reading, read
from agent.local.requests import SURE_TO_READ, TurnSoFar, span_of, take_tool
from agent.local.schema import (
    SURE,
    Clarify,
    Directory,
    Effect,
    Kind,
    KindCard,
    Memory,
    Record,
    Request,
    ToolCard,
    Understanding,
    Undoing,
    Vocabulary,
)
from agent.local.spoken_of import fed
from agent.local.task_order import buries_a_task
from agent.local.tasking import take_task
from agent.local.together import reads_only, together
from agent.local.undoing import calls_off, undoing
from agent.local.unsettled_days import settled
from agent.local.value_answers import value_answer
from agent.local.words import tokenise

_TURN_KINDS = {
    "small_talk": Kind.SMALL_TALK,
    "help": Kind.HELP,
    "out_of_scope": Kind.OUT_OF_SCOPE,
    "undo": Kind.UNDO,
    "refuse": Kind.REFUSED,
}


def understand(
    text: str,
    *,
    cards: Sequence[ToolCard],
    vocabulary: Vocabulary,
    directory: Directory,
    memory: Memory | None = None,
    now: datetime,
    year_start: int = 1,
    week_start: int = 0,
    kinds: Sequence[KindCard] = (),
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
        week_start: the weekday on which a week begins; 0 is Monday.
        kinds: the kinds of records that can be created, changed and deleted by saying so.
        classifier: another classifier than the one that ships with the package, for experiments.
    """
    memory = memory or Memory()
    by_kind = {kind.kind: kind for kind in kinds}
    by_name = {card.name: card for card in cards}
    waiting = memory.pending.frame.tool if memory.pending else ""
    # A tool that is on offer keeps its own card, which knows all of its arguments.
    by_name |= record_cards(by_kind, "" if waiting in by_name else waiting) if kinds else {}
    held = (*memory.focus, *memory.listed, *(memory.pending.records if memory.pending else ()))
    focus = [one for one in held if not _is_a_phrase(one.name) or one.name in text]
    reading = read(
        text,
        speller=speller(),
        vocabulary=vocabulary,
        directory=directory,
        focus=focus,
        now=now,
        year_start=year_start,
        week_start=week_start,
        anchor=_day_spoken_of(memory),
    )
    turn = TurnSoFar(reading, memory, by_name, vocabulary, by_kind)
    understood = replace(_understood(turn, classifier or trained()), named=_named(reading))

    def again(other: str) -> Understanding:
        return understand(
            other, cards=cards, vocabulary=vocabulary, directory=directory, memory=memory, now=now,
            year_start=year_start, week_start=week_start, kinds=kinds, classifier=classifier,
        )  # fmt: skip

    return settled(understood, reading, again)


def _day_spoken_of(memory: Memory) -> date | None:
    """The day that the last request was about, which "the Monday after" is beside."""
    frame = last_frame(memory)
    said = (str(frame.arguments.get(name, ""))[:10] for name in _DAYS) if frame else ()
    return next((date.fromisoformat(one) for one in said if _ISO_DAY.fullmatch(one)), None)


_DAYS = ("due", "due_at", "at", "expected_close", "starts_on", "ends_on")
_ISO_DAY = re.compile(r"20\d\d-\d\d-\d\d")


def _is_a_phrase(name: str) -> bool:
    """Whether a name is made of words of every day: a listed record called "Send It" makes no name of "send it"."""
    found = [token.norm for token in tokenise(name).tokens if token.is_word]
    return len(found) > 1 and all(word in everyday() or word in speller().known for word in found)


def _named(reading: Reading) -> tuple[Record, ...]:
    """The records of every mention that does not stand in quoted or pasted text."""
    own = [mention for mention in reading.mentions_of(Named.RECORD) if mention.first not in reading.content]
    return tuple(dict.fromkeys(record for mention in own for record in mention.records))


def _understood(turn: TurnSoFar, chosen: Classifier) -> Understanding:
    if (known := _answered(turn, chosen)) is not None:
        return known
    if _read_by_rules(turn, chosen):
        return _result(turn, 0.9)
    return _by_parts(turn, chosen)


def _answered(turn: TurnSoFar, chosen: Classifier) -> Understanding | None:
    """A turn that answers the question before it, or that is declined or brings something back as a whole."""
    reading, memory, by_name = turn.reading, turn.memory, turn.cards
    if must_be_declined(reading):
        return Understanding((), Kind.REFUSED, None, reading.norm)
    given = value_answer(reading, memory, by_name, turn.kinds)
    if given is None and (answered := answer_to(reading, memory, by_name, chosen.guess(reading.typed))):
        given = resolved(answered, turn.kinds)
    if given is None:
        given = still_open(reading, memory, by_name)
    if isinstance(given, Clarify):
        return Understanding((), Kind.CLARIFY, given, reading.norm)
    if given is not None:
        return Understanding((given,), Kind.REQUEST, None, reading.norm, given.confidence)
    if brings_back(reading, memory):
        return Understanding((), Kind.REDO, None, reading.norm)
    if (back := undoing(reading, turn.kinds, memory.frames)) is not None and not _of_a_draft(memory):
        return _taken_back(turn, chosen, *back)
    return None


def _read_by_rules(turn: TurnSoFar, chosen: Classifier) -> bool:
    """Whether rules read the whole turn; what they read is added to it."""
    if turn.kinds and not _calls_off_a_task(turn) and (take_merging(turn) or take_removal(turn)):
        return True
    if _moves(turn):
        return True
    return bool(turn.kinds) and (take_clauses(turn, lambda part: chosen.guess(part.typed)) or take_asking(turn))


def _by_parts(turn: TurnSoFar, chosen: Classifier) -> Understanding:
    """The turn cut into parts, of which the classifier says what each asks for."""
    reading, memory, by_name = turn.reading, turn.memory, turn.cards
    splitter = Splitter(chosen, by_name, turn.vocabulary, memory.draft is not None, last_frame(memory))
    parts = [one for part in splitter.parts(reading) for one in splitter.with_its_condition(reading, part)]
    for part in _said_something(order_effects(parts, by_name), by_name):
        _take(turn, part)
        if turn.clarify is not None:
            break
    unread = turn.clarify is not None or not turn.requests or any(_changes(turn, one) for one in turn.requests)
    if turn.kinds and unread and take_asking(turn, at_last=True):
        return _result(turn, 0.9)
    guess = max((part.guess.probability for part in parts), default=0.0)
    return _result(turn, guess)


def _of_a_draft(memory: Memory) -> bool:
    """Whether a text was written last, which is asked for once more and changes nothing."""
    frame = last_frame(memory)
    return frame is not None and frame.tool in ("draft_email", "revise_draft", "call_script")


def _calls_off_a_task(turn: TurnSoFar) -> bool:
    """`scratch that` right after a task was set: it is taken back, as any last change is."""
    frame = last_frame(turn.memory)
    return frame is not None and frame.tool == "create_task" and takes_back(turn.reading)


def _taken_back(turn: TurnSoFar, chosen: Classifier, what: Undoing, rest: Reading | None) -> Understanding:
    """What is taken back, and then what is ordered behind it; where that is not read nothing is taken back yet."""
    if rest is None:
        return Understanding((), Kind.UNDO, None, turn.reading.norm, 0.95, undoing=what)
    behind = _understood(replace(turn, reading=rest), chosen)
    return replace(behind, corrected_text=turn.reading.norm, undoing=what if behind.requests else None)


def _changes(turn: TurnSoFar, request: Request) -> bool:
    """Whether a request does more than look something up; words that rules read as one question order no such thing."""
    card = turn.cards.get(request.tool)
    return not reads_only(request) if card is None else card.effect is not Effect.READ


def _moves(turn: TurnSoFar) -> bool:
    """Whether the whole turn says no more than another time for the last task; then that is added."""
    frame = last_frame(turn.memory)
    card = turn.cards.get(frame.tool) if frame else None
    if frame is None or card is None or card.effect is not Effect.WRITE:
        return False
    changed = None if takes_back(turn.reading) else moved_task(turn.reading, frame, card)
    if changed is None:
        return False
    span = (0, len(turn.reading.text.written))
    own = not turn.reading.content and not guard.is_question(turn.reading)
    own = own and bool(changed.frame.arguments.get("title"))
    arguments = dict(changed.frame.arguments)
    turn.requests.append(Request(card.name, card.area, arguments, 0.9, span, asked_by_own_words=own, amends=True))
    return True


def _said_something(parts: list[Part], cards: Mapping[str, ToolCard]) -> list[Part]:
    """Parts without a word or two that mean nothing beside a request ("Approved. Send.")."""
    asked = [part for part in parts if part.label in cards]
    little = [part for part in parts if part.label == "unclear" and len(part.reading.typed) <= 2]
    return [part for part in parts if part not in little] if asked else parts


def _result(turn: TurnSoFar, confidence: float) -> Understanding:
    text = turn.reading.norm
    if turn.clarify is None and (late := afterthought(turn.reading, turn.requests)):
        turn.clarify = Clarify(
            f"I am not sure what “{late}” changes in that, so I change nothing. Which ones do you mean?"
        )
    if turn.clarify is not None:
        return Understanding((), Kind.CLARIFY, turn.clarify, text, confidence, turn.topic)
    if turn.requests and (asked := hangs_on_something(turn.reading, turn.requests)) is not None:
        return Understanding((), Kind.CLARIFY, asked, text, confidence, turn.topic)
    if turn.requests:
        return Understanding(
            tuple(together(fed(turn.requests))),
            Kind.REQUEST,
            None,
            text,
            min(one.confidence for one in turn.requests),
            left_out=tuple(dict.fromkeys(turn.left_out)),
        )
    if turn.talk:
        back = turn.undoing if turn.talk[0] is Kind.UNDO else None
        return Understanding((), turn.talk[0], None, text, confidence, turn.topic, undoing=back)
    if not turn.reading.typed or guard.is_ban(turn.reading):
        return Understanding((), Kind.SMALL_TALK, None, text, confidence)
    clarify = Clarify("I am not sure what you would like. Could you say it in other words?")
    return Understanding((), Kind.CLARIFY, clarify, text, confidence, turn.topic)


def _take(turn: TurnSoFar, part: Part) -> None:
    """Understands one part: as a change of the last request, as a request of its own, or as talk."""
    if part.banned:
        return
    if not turn.requests and (changed := _as_follow_up(turn, part)):
        _add_follow_up(turn, part, changed)
        return
    hanging = gated(turn, part) if turn.kinds else None
    if hanging is not None:
        _take_gated(turn, *hanging)
        return
    part = _in_context(turn, part)
    if not (turn.kinds and _take_by_rules(turn, part)):
        _take_by_label(turn, part)


def _take_by_rules(turn: TurnSoFar, part: Part) -> bool:
    """Adds what the rules for tasks, orders, commands and questions read in one part. False where none does."""
    label, probability = part.label, part.guess.probability
    if take_task(turn, part) or take_order(turn, part):
        return True
    if (label in _COMMANDS or label not in turn.cards) and take_command(turn, part):
        return True
    return (label not in _NEVER_A_QUESTION or probability < SURE) and take_question(turn, part)


def _take_by_label(turn: TurnSoFar, part: Part) -> None:
    """Takes one part for what the classifier calls it."""
    label, probability = part.label, part.guess.probability
    if label in _TURN_KINDS:
        _take_talk(turn, part)
    elif label not in turn.cards:
        if label == "unclear" or probability < SURE_TO_READ:
            turn.clarify = questions.about_request(part.guess, turn.cards)
        else:
            turn.topic = label
            turn.clarify = questions.about_limits(label, turn.cards)
    elif (asked := _not_by_a_guess(turn, part)) is not None:
        turn.clarify = asked
    else:
        take_tool(turn, part, turn.cards[label])


def _not_by_a_guess(turn: TurnSoFar, part: Part) -> Clarify | None:
    """The question in place of a tool that only rules may ask for, or that would leave out nothing."""
    buried = part.label == "create_task" and buries_a_task(part.main)
    no_rate = part.label == "set_exchange_rate" and not _SPEAKS_OF_MONEY.search(part.reading.norm)
    if buried or no_rate or part.label in _BY_RULE_ALONE:
        return questions.about_request(part.guess, turn.cards)
    if turn.cards[part.label].effect is not Effect.READ and exception(turn.reading) is not None:
        return Clarify("I am not sure which ones to leave out, so I change nothing. Which ones do you mean?")
    return None


def _take_gated(turn: TurnSoFar, part: Part, check: Request) -> None:
    """An order that hangs on what a record holds: the check first, and the order where it comes out as yes."""
    place = len(turn.requests)
    turn.requests.append(check)
    _take(turn, part)
    hanging = (replace(one, gate=place, needs=tuple(sorted({*one.needs, place}))) for one in turn.requests[place + 1 :])
    turn.requests[place + 1 :] = list(hanging)


def _in_context(turn: TurnSoFar, part: Part) -> Part:
    """A bare "why?" after a list of lost or won deals asks for their reasons, not for the win rate."""
    frame = last_frame(turn.memory)
    bare = len([word for word in part.reading.typed if word not in _LITTLE]) <= 1
    if frame and bare and part.label == "explain_win_rate" and frame.arguments.get("status") in {"won", "lost"}:
        return replace(part, guess=part.guess.leaning_to("win_loss_patterns", at_least=0.8))
    return part


_SPEAKS_OF_MONEY = re.compile(
    r"(?<!\w)(?:exchange|rates?|currenc\w+|fx|euros?|dollars?|pounds?|francs?|kron\w+|yen|[a-z]{3} ?=|1 [a-z]{3}|eur|usd|gbp|chf|sek|nok|dkk|pln|jpy|sgd|inr)(?!\w)|[€$£=]"
)
"""`the price is 25k` sets no rate between currencies."""
_BY_RULE_ALONE = frozenset({"remember", "forget"})
"""What only `agent.spoken` reads, because it changes what is kept of somebody."""
_NEVER_A_QUESTION = frozenset({"undo", "refuse", "help"})
_CHANGES = frozenset({"later.update_record", "later.create_record", "later.delete_record"})
_COMMANDS = _CHANGES | {"create_task"}
"""What the classifier calls a change of records, or mixes up with one; the rules of `commands` read which."""


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


def _as_follow_up(turn: TurnSoFar, part: Part) -> Changed | None:
    frame = last_frame(turn.memory)
    if frame is None or frame.tool not in turn.cards or part.label in {"undo", "send_email", *_CHANGES}:
        return None
    if part.label == "revise_draft" and frame.tool in {"draft_email", "revise_draft"}:
        return None
    card = turn.cards[frame.tool]
    if card.effect is not Effect.READ and speaks_of_another(part.reading, frame):
        return None
    if questions.about_count(part.reading, card, {}) is not None:
        return None
    return follow_up(part.reading, frame, card, turn.vocabulary)


def _add_follow_up(turn: TurnSoFar, part: Part, changed: Changed) -> None:
    card = turn.cards[changed.frame.tool]
    span = span_of(part)
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


def _take_talk(turn: TurnSoFar, part: Part) -> None:
    kind = _TURN_KINDS[part.label]
    if turn.requests and part.label in TALK:
        return
    if kind is Kind.UNDO:
        turn.undoing = calls_off(part.reading, turn.kinds, turn.memory.frames)
        if turn.undoing is None:
            turn.clarify = questions.about_request(part.guess, turn.cards)
            return
    if kind in {Kind.OUT_OF_SCOPE, Kind.REFUSED} and part.guess.probability < SURE_TO_READ:
        turn.clarify = questions.about_request(part.guess, turn.cards)
        return
    if kind is Kind.REFUSED and part.reading.content and not _outside_content(part.reading):
        kind = Kind.SMALL_TALK
    turn.talk.append(kind)


def _outside_content(reading: Reading) -> bool:
    return len(reading.content) < len(reading.text.tokens)
