"""What a clause most likely orders where no rule reads every word of it: "oh no, the budget was 58k, I always mix that up".

Running speech holds words that say nothing of the change. What is found beside them is a guess, so it is never carried
out at once: it waits as a proposal that shows before and after.
"""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from agent.local import guard
from agent.local.assigning import Clause, looked_for
from agent.local.becoming import is_anothers, means_colleague, speaks_of_the_new, writable
from agent.local.context import last_frame, takes_back
from agent.local.field_values import currency_of
from agent.local.followup import names_a_subject
from agent.local.lexicon import everyday, words_of
from agent.local.mentions import Named
from agent.local.parts import Part
from agent.local.patterns import compiled
from agent.local.pointing import leaves_open_which
from agent.local.reading import Reading
from agent.local.records import PEOPLE, PERSONAL
from agent.local.requests import TurnSoFar, span_of
from agent.local.schema import Effect, Frame, KindCard, Record, Request
from agent.local.selecting import says_several
from agent.local.words import tokenise

_SURE = 0.7
_RISKY = words_of("changes_meaning")
_MOST_LEFT = 9
_LATEST = 3
"""How many requests back a correction may reach."""
_CORRECTS = re.compile(
    r"^(?:(?:and|but|also|so|well|ok|okay|hmm|hm|ah|oh|ay|eh|um|uh|plus|please|\.|,) ?)*(?:no|nope|not|wait|sorry|oops|correction|wrong|actually|rather|better|instead|i mean|i meant|meant|make (?:it|that|them|him|her)|on reflection|typo|typing error|change (?:it|that)|should be|it is|it was|they are|he is|she is|its|his|her|their|the|in|same|set|put|give)(?!\w)"
    r"|(?<!\w)(?:instead|not|nt|rather than|i mean|i meant|meant|mistake|mixed up|typo|wrong)(?!\w)"
)
_CHANGES = words_of("crm_orders") | words_of("changes")


def presume(turn: TurnSoFar, part: Part) -> bool:
    """Adds the change that the clause most likely orders. False where it may mean something else."""
    clause = part.main
    if not _may_order(clause):
        return False
    for kind, record, about in _subjects(turn, clause):
        if says_several(clause, kind, turn.kinds):
            return False
        read = looked_for(clause, kind, beside=_named_by_part(clause, about))
        if not read.values and about is not None:
            read = _in_other_currency(turn, kind, read)
        if about is not None and read.values and speaks_of_the_new(turn, about, read.values):
            return False
        if read.values and _harmless(clause, read, kind):
            _add(turn, part, kind, record, read.values, about)
            return True
    return False


def _in_other_currency(turn: TurnSoFar, kind: KindCard, read: Clause) -> Clause:
    """`in euro, of course`: the amount that was said last, in the currency that is said now."""
    code, word = next(((code, word) for word in read.left if (code := currency_of(word))), (None, ""))
    money = [one.name for one in kind.fields if one.type == "money"] if code else []
    for frame in reversed(turn.memory.frames[-_LATEST:]):
        for name in money:
            before = frame.arguments.get(name)
            if isinstance(before, Mapping) and "amount" in before:
                left = tuple(one for one in read.left if one != word)
                return Clause({name: {"amount": before["amount"], "currency": code}}, left, read.spans)
    return read


_ANOTHER = re.compile(
    r"(?<!\w)(?:same|another|new|an? (?:[\w.]+ ){0,2}(?:deal|opportunity|expansion|renewal|lead|contact|account|note|meeting|campaign|quota))(?!\w)"
)
"""A second record is meant, not another value of the one before."""


def _may_order(clause: Reading) -> bool:
    words = {token.norm for token in clause.text.tokens}
    if (
        guard.is_question(clause)
        or guard.is_ban(clause)
        or guard.is_supposed(clause)
        or "?" in words
        or takes_back(clause)
    ):
        return False
    if _ANOTHER.search(clause.norm) or leaves_open_which(clause.norm):
        return False
    return corrects(clause) or bool(_CHANGES & words)


def restates(turn: TurnSoFar, clause: Reading) -> bool:
    """Whether a short clause says little more than another value of a sort that the last change set: "220 grand"."""
    frame = last_frame(turn.memory)
    if frame is None or len(clause.typed) > _SHORT or names_a_subject(clause) or clause.mentions_of(Named.RECORD):
        return False
    said = frame.arguments
    money = any(isinstance(value, Mapping) and "amount" in value for value in said.values())
    day = any(isinstance(value, str) and _ISO_DAY.match(value) for value in said.values())
    address = any(isinstance(value, str) and "@" in value for value in said.values())
    return (
        (money and any(one.is_money for one in clause.amounts))
        or (day and bool(clause.moments or clause.periods))
        or (address and "@" in clause.norm)
    )


_SHORT = 10
_ISO_DAY = re.compile(r"20\d\d-\d\d-\d\d")


def corrects(clause: Reading) -> bool:
    """Whether the words sound like a correction of what was said before."""
    return bool(_CORRECTS.search(clause.norm))


def _harmless(clause: Reading, read: Clause, kind: KindCard) -> bool:
    """Whether the words that no rule read leave what is ordered as it is."""
    names = {
        word for field in kind.fields if field.name in read.values for said in field.words for word in said.split()
    }
    left = [word for word in read.left if word not in names]
    if len(left) > _MOST_LEFT or any(word in _RISKY or word[:1].isdigit() for word in left):
        return False
    # A quotation that is the value of a field orders nothing; any other one is somebody else's words.
    values = {place for span in read.spans for place in range(*clause.text.token_range(*span))}
    return clause.content <= values


def _subjects(turn: TurnSoFar, clause: Reading) -> Iterator[tuple[KindCard, Mapping[str, Any], Record | None]]:
    """What the clause may be about, the likeliest first: whom it names, what was written last, what was spoken of."""
    named = [
        tuple(one for one in dict.fromkeys(mention.records) if writable(turn, one.kind))
        for mention in clause.mentions_of(Named.RECORD)
        if not means_colleague(turn, clause, mention)
    ]
    if any(not one.exact and one.records and one.records[0].kind in PEOPLE for one in clause.mentions_of(Named.RECORD)):
        return  # "Leah Norwood has one at 50k" is not said of Liam Norwood
    named = [options for options in named if options]
    if named:
        for record in _unmistakable(turn, named[0]) if len(named) == 1 else ():
            yield turn.kinds[record.kind], record.as_argument(), record
        return
    if is_anothers(clause):
        return
    said = _kinds_said(turn, clause)
    written = list(_written(turn))
    spoken = [one for one in dict.fromkeys((*turn.here, *turn.memory.focus)) if writable(turn, one.kind)]
    if by_part := [one for one in (*spoken, *turn.memory.listed) if _named_by_part(clause, one)]:
        told = list(dict.fromkeys(by_part))
        for record in told if len(told) == 1 else ():
            yield turn.kinds[record.kind], record.as_argument(), record
        return
    likely = [*(one for one in (*written, *spoken) if one.kind in said), *(() if said else written)]
    if PERSONAL.search(clause.norm):
        likely = [one for one in (*likely, *spoken) if one.kind in PEOPLE]
    for record in likely:
        yield turn.kinds[record.kind], record.as_argument(), record


_TITLED = frozenset({"task", "campaign", "template", "batch", "course", "objection", "meeting"})
"""Kinds that are called by what they are about, of which people say a word or two."""


def _named_by_part(clause: Reading, record: Record | None) -> list[tuple[int, int]]:
    """Where words stand that only the name of the record can have put there: "the pallet quote" of "Chase the pallet
    quote"."""
    if record is None or record.kind not in _TITLED:
        return []
    words = {token.norm for token in tokenise(record.name).tokens}
    tokens = enumerate(clause.text.tokens)
    shared = [place for place, token in tokens if token.norm in words and token.is_word and len(token.norm) > _TELLING]
    if not any(clause.text.tokens[place].norm not in everyday() for place in shared):
        return []
    return [clause.text.span(place, place + 1) for place in shared]


_TELLING = 2


def _unmistakable(turn: TurnSoFar, options: tuple[Record, ...]) -> tuple[Record, ...]:
    """What a name means where it was spoken of, or is the only one of its kind; a namesake is asked about."""
    spoken = tuple(one for one in options if one in (*turn.here, *turn.memory.focus))
    kinds = [one.kind for one in options]
    return spoken[:1] or tuple(one for one in options if kinds.count(one.kind) == 1)


def _kinds_said(turn: TurnSoFar, clause: Reading) -> set[str]:
    """Kinds whose nouns stand in the clause: "the account goes to Oliver"."""
    return {
        kind.kind
        for kind in turn.kinds.values()
        for noun in kind.nouns
        if compiled(rf"(?<!\w)(?:the|this|that|its|his|her|their|my|our) {re.escape(noun.lower())}(?!\w)").search(
            clause.norm
        )
    }


def _written(turn: TurnSoFar) -> Iterator[Record]:
    """The records that the last requests made or changed, the latest first."""
    frames = [*turn.memory.frames, *(Frame(one.tool, one.arguments) for one in turn.requests)]
    for frame in frames[: -_LATEST - 1 : -1]:
        verb, _, kind = frame.tool.partition("_")
        record = frame.arguments.get("record")
        if verb == "create" and writable(turn, kind):
            yield from [one for one in turn.memory.focus if one.kind == kind][:1]
        elif (
            isinstance(record, Mapping)
            and "id" in record
            and writable(turn, str(record["kind"]))
            and _writes(turn, frame)
        ):
            yield Record(str(record["kind"]), str(record["id"]), str(record.get("name", "")))


def _writes(turn: TurnSoFar, frame: Frame) -> bool:
    card = turn.cards.get(frame.tool)
    return frame.tool.startswith("update_") or (card is not None and card.effect is Effect.WRITE)


def _add(
    turn: TurnSoFar, part: Part, kind: KindCard, record: Mapping[str, Any], values: Mapping[str, Any],
    about: Record | None,
) -> None:  # fmt: skip
    arguments = {**values, "record": dict(record)}
    turn.requests.append(Request(f"update_{kind.kind}", kind.area, arguments, _SURE, span_of(part)))
    if about is not None:
        turn.here.insert(0, about)
