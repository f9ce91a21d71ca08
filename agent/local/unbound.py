"""Names in a question that no filter takes: dropping them silently would answer another question."""

from __future__ import annotations

from collections.abc import Sequence

from agent.local.conditions import Narrowed
from agent.local.mentions import Named
from agent.local.reading import Reading
from agent.local.schema import Argument, SlotType, ToolCard

_NARROWING = frozenset({"in", "for", "of", "from", "at", "with", "to", "product", "region", "team", "rep", "country"})
_LITTLE = frozenset({"the", "our", "my", "all", "just", "only", "product", "region", "team", "rep"})


def unbound(reading: Reading, card: ToolCard, narrowed: Sequence[Narrowed] = ()) -> str | None:
    """The words of a name that the tool's filters cannot take, as they were written; None when all are placed.

    Args:
        narrowed: what its conditions on any field have taken.
    """
    if not any(argument.type is SlotType.FILTERS for argument in card.arguments):
        return None
    taken = {place for one in narrowed for place in range(*reading.text.token_range(one.start, one.end))}
    return _record_or_country(reading, card.arguments, taken) or _unknown(reading, taken)


def _record_or_country(reading: Reading, arguments: tuple[Argument, ...], taken: set[int]) -> str | None:
    types = {argument.type for argument in arguments}
    for mention in reading.mentions:
        if mention.first in taken:
            continue
        kinds = {record.kind for record in mention.records}
        account = (
            mention.what is Named.RECORD
            and SlotType.RECORD not in types
            and not kinds & {"user", "product", "campaign"}
        )
        if account or (mention.what is Named.COUNTRY and SlotType.COUNTRY not in types):
            return _written(reading, mention.first, mention.last)
    return None


def _unknown(reading: Reading, taken: set[int]) -> str | None:
    """A word nobody knows, written like a name or standing where a filter stands."""
    labels = reading.labels
    for place, token in enumerate(reading.text.tokens):
        if labels[place] != "<unk>" or place in taken:
            continue
        before = place - 1
        while before >= 0 and reading.text.tokens[before].norm in _LITTLE - _NARROWING:
            before -= 1
        narrows = before >= 0 and reading.text.tokens[before].norm in _NARROWING
        named = place > 0 and token.is_capitalised and not reading.text.shouted
        if named and narrows:
            return _written(reading, place, _end(reading, place))
        owns = place + 1 < len(labels) and reading.text.tokens[place + 1].norm == "'s"
        if named and owns:
            return _written(reading, place, place + 1)
    return None


def _end(reading: Reading, place: int) -> int:
    end = place + 1
    while end < len(reading.labels) and reading.labels[end] == "<unk>":
        end += 1
    return end


def _written(reading: Reading, first: int, last: int) -> str:
    tokens = reading.text.tokens
    return reading.text.written[tokens[first].start : tokens[last - 1].end]
