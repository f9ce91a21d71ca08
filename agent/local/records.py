"""Which record a request is about: named, pointed back at, taken from an earlier step, or asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from agent.local.mentions import Mention, Named
from agent.local.nouns_of_kinds import names_other
from agent.local.reading import Reading
from agent.local.schema import Argument, Effect, Feed, Memory, Record, ToolCard
from agent.local.task_order import assignees_of

PEOPLE = frozenset({"contact", "lead", "learner", "trainer"})
PERSONAL = re.compile(r"(?<!\w)(?:her|him|he|she|his)(?!\w)")
_PLURAL = re.compile(
    r"(?<!\w)(?:each|them all|all of them|every one|everyone|both|those|these|they|them|the lot)(?!\w)"
)
_EACH = re.compile(r"(?<!\w)(?:each|every one|them all|all of them|for all|both of them|the lot|one for every)(?!\w)")
_FOR_SOMEONE = re.compile(
    r"(?<!\w)(?:to|for|with|on|about|at|of|email|call|brief me on|thank|chase|ring)\s+((?:\w+\s?){1,3})$"
)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a request cannot be carried out yet: a name fits several records, fits none, or none was said."""

    argument: str
    options: tuple[Record, ...] = ()
    unknown: str = ""


@dataclass(frozen=True, slots=True)
class Settled:
    """The records of a request: one, several (a request for each), a feed from an earlier step, or a problem."""

    records: tuple[Record, ...] = ()
    feed: Feed | None = None
    problem: Problem | None = None
    exact: bool = True


def settle(
    reading: Reading,
    card: ToolCard,
    argument: Argument,
    *,
    whole: Reading,
    memory: Memory,
    here: Sequence[Record],
    list_step: int | None,
) -> Settled:
    """Finds the record an argument means.

    Args:
        whole: the whole turn, of which `reading` is the part that asks.
        here: records named earlier in this turn, the latest first.
        list_step: position of an earlier request of this turn that returns rows, if there is one.
    """
    named = _named(reading, card, argument)
    if named:
        return _from_names(reading, named, argument, card, (*here, *memory.focus))
    if card.effect is not Effect.READ and _ranked_otherwise(reading, memory):
        return Settled(problem=Problem(argument.name, options=memory.listed[:6]))
    back = _pointed(reading, argument, memory=memory, here=here, list_step=list_step)
    if back is not None:
        return back
    if argument.required or card.effect is Effect.WRITE:
        fitting = _of_kind(here, argument)
        if fitting:
            return Settled((fitting[0],))
    if not argument.required:
        focus = _of_kind(memory.focus, argument)[:1] if _is_still_about_it(reading, card, memory) else []
        return Settled(tuple(focus))
    told = _named(whole, card, argument)
    if len(told) == 1:
        return _from_names(whole, told, argument, card, memory.focus)
    if unknown := _unknown_name(reading):
        return Settled(problem=Problem(argument.name, unknown=unknown))
    if list_step is not None:
        return Settled(feed=Feed(argument.name, list_step, each=True))
    focus = _of_kind(memory.focus, argument)
    if focus and not _says_someone(reading):
        return Settled((focus[0],))
    return Settled(problem=Problem(argument.name, options=tuple(focus[:4])))


_GENERAL = re.compile(
    r"(?<!\w)(?:today|tomorrow|this|next|week|morning|afternoon|day|deals?|leads?|everyone|all|list|priorit\w+|first|focus|top|team|time|pipeline|"
    r"\d+|who|tasks?)(?!\w)"
)


def _is_still_about_it(reading: Reading, card: ToolCard, memory: Memory) -> bool:
    """Whether a short "so what's my next move?" follows a turn about one record."""
    before = memory.frames[-1] if memory.frames else None
    about_one = before is not None and "record" in before.arguments and card.effect is Effect.READ
    return about_one and len(reading.typed) <= 10 and not _GENERAL.search(reading.norm)


def _named(reading: Reading, card: ToolCard, argument: Argument) -> list[Mention]:
    for_people = any(other.name == "assignee" for other in card.arguments)
    skip = {one.first for one in assignees_of(reading)} if for_people else set()
    found = []
    for mention in reading.mentions_of(Named.RECORD):
        if mention.first in reading.content or mention.first in skip:
            continue
        fitting = tuple(record for record in mention.records if not argument.kinds or record.kind in argument.kinds)
        if for_people and len(fitting) > 1 and (not mention.exact or len(fitting) < len(mention.records)):
            continue  # in a title: a colleague, or a word that only resembles names
        if fitting:
            found.append(Mention(Named.RECORD, mention.first, mention.last, fitting, exact=mention.exact))
    return found


def _from_names(
    reading: Reading, named: list[Mention], argument: Argument, card: ToolCard, focus: Sequence[Record]
) -> Settled:
    chosen: list[Record] = []
    for mention in named:
        options = _narrowed(mention, argument, focus, named)
        if len(options) > 1:
            return Settled(problem=Problem(argument.name, options=options[:6]))
        if options[0] not in chosen:
            chosen.append(options[0])
    exact = all(mention.exact for mention in named)
    if card.effect is not Effect.READ or len(chosen) == 1:
        return Settled((chosen[0],), exact=exact)
    if _are_a_list(reading, named):
        return Settled(tuple(chosen), exact=exact)
    ranked = sorted(chosen, key=lambda record: argument.kinds.index(record.kind)) if argument.kinds else chosen
    return Settled((ranked[0],), exact=exact)


def _narrowed(
    mention: Mention, argument: Argument, focus: Sequence[Record], named: list[Mention]
) -> tuple[Record, ...]:
    """The records a name may mean here: one in focus wins, then the one whose name is exactly what was said."""
    options = tuple(dict.fromkeys(mention.records))
    if len(options) == 1:
        return options
    spoken = [record for record in focus if record in options]
    if spoken:
        return (spoken[0],)
    kinds = list(dict.fromkeys(record.kind for record in options))
    if len(kinds) == len(options) and argument.kinds:
        people = [record for record in options if record.kind in PEOPLE]
        if len(people) < 2:
            return (min(options, key=lambda record: argument.kinds.index(record.kind)),)
    others = [record for other in named if other is not mention for record in other.records]
    linked = [one for one in options if any(other.name.lower() in one.context.lower() for other in others)]
    return (linked[0],) if len(linked) == 1 else options


def _are_a_list(reading: Reading, named: list[Mention]) -> bool:
    gaps = [reading.text.norm_between(one.last, two.first).strip() for one, two in pairwise(named)]
    return all(
        gap in {"and", ",", ", and", "&", "plus", "as well as", "and for", "and to", "and with", "and on", "or"}
        for gap in gaps
    )


def _pointed(
    reading: Reading, argument: Argument, *, memory: Memory, here: Sequence[Record], list_step: int | None
) -> Settled | None:
    if not reading.references:
        return _each_without_pointer(reading, argument, memory, list_step)
    places = [place for *_, place in reading.references if place is not None]
    words = " ".join(words for *_, words, place in reading.references if place is None)
    if places:
        return _at_place(places, argument, memory, list_step)
    if list_step is not None and (_PLURAL.search(words) or not here):
        return Settled(feed=Feed(argument.name, list_step, each=bool(_PLURAL.search(words))))
    known = [one for one in _of_kind((*here, *memory.focus), argument) if not names_other(words, one.kind)]
    if PERSONAL.search(words):
        known = [record for record in known if record.kind in PEOPLE] or known
    elif _PLURAL.search(words) and not here and len(memory.listed) > 1 and _lists_last(memory):
        if _EACH.search(words) or "them" not in words.split():
            return Settled(tuple(_of_kind(memory.listed, argument)[:10]))
        return Settled(tuple(_of_kind(memory.listed, argument)[:10]))
    if known:
        return Settled((known[0],))
    return None if not argument.required else Settled(problem=Problem(argument.name))


_BY_SIZE = re.compile(r"(?<!\w)(?:biggest|largest)(?!\w)")


def _ranked_otherwise(reading: Reading, memory: Memory) -> bool:
    """Whether "the biggest" need not be the first row: the list has another order than by size."""
    frame = memory.frames[-1] if memory.frames else None
    by_size = frame is not None and (
        frame.tool == "find_opportunities"
        and str(frame.arguments.get("sort", "amount")) == "amount"
        and "order" not in frame.arguments
    )
    return not by_size and any(_BY_SIZE.search(words) for *_, words, place in reading.references if place is not None)


def _lists_last(memory: Memory) -> bool:
    return bool(memory.frames) and (memory.frames[-1].tool.startswith(("find", "overdue", "next")))


def _each_without_pointer(
    reading: Reading, argument: Argument, memory: Memory, list_step: int | None
) -> Settled | None:
    if not _EACH.search(reading.norm):
        return None
    if list_step is not None:
        return Settled(feed=Feed(argument.name, list_step, each=True))
    listed = _of_kind(memory.listed, argument)
    return Settled(tuple(listed[:10])) if listed else None


def _at_place(places: list[int], argument: Argument, memory: Memory, list_step: int | None) -> Settled:
    if list_step is not None:
        return Settled(feed=Feed(argument.name, list_step, each=False, place=places[0]))
    rows = _changed_last(memory) or memory.listed
    found = [rows[place - 1 if place > 0 else place] for place in places if len(rows) >= abs(place)]
    if found:
        return Settled(tuple(found))
    return Settled(problem=Problem(argument.name, options=memory.listed[:6]))


def _changed_last(memory: Memory) -> tuple[Record, ...]:
    """Several records that the last requests changed one by one, in that order; empty where there were not several."""
    found: list[Record] = []
    for frame in reversed(memory.frames):
        one = frame.arguments.get("record")
        if not frame.tool.startswith("update_") or not isinstance(one, dict) or "id" not in one:
            break
        found.append(Record(str(one["kind"]), str(one["id"]), str(one.get("name", ""))))
    several = tuple(dict.fromkeys(reversed(found)))
    return several if len(several) > 1 and not memory.listed else ()


def _of_kind(records: Sequence[Record], argument: Argument) -> list[Record]:
    return [record for record in records if not argument.kinds or record.kind in argument.kinds]


def _unknown_name(reading: Reading) -> str:
    """A capitalised word, or one behind "to" or "for", that no record, list or dictionary knows."""
    tokens = reading.text.tokens
    run: list[str] = []
    for place, label in enumerate(reading.labels):
        if label == "<unk>" and (
            tokens[place].is_capitalised or (place and tokens[place - 1].norm in _BEFORE_NAME) or run
        ):
            run.append(tokens[place].raw)
        elif run:
            break
    return " ".join(run)


_BEFORE_NAME = frozenset(
    ["to", "for", "with", "on", "about", "at", "of", "email", "call", "brief", "mail", "thank", "chase", "ring", "from"]
)


def _says_someone(reading: Reading) -> bool:
    return bool(_FOR_SOMEONE.search(reading.norm)) and "<unk>" in reading.labels
