"""Whether a person's own words ordered a write with exactly these values; otherwise it waits as a proposal."""

from __future__ import annotations

from collections.abc import Mapping

from agent.local import guard
from agent.local.parts import Part
from agent.local.reading import Reading
from agent.local.records import Settled
from agent.local.schema import Effect, SlotType, ToolCard
from agent.local.titles import says_when

SURE_TO_WRITE = 0.55
"""How probable a writing tool has to be before it is asked for at all."""


def asked_by_own_words(
    turn: Reading, part: Part, card: ToolCard, settled: Settled, arguments: Mapping[str, object]
) -> bool:
    """Whether nothing about the request was guessed, quoted, taken from a row or left unread."""
    if card.effect is Effect.READ:
        return False
    return (
        settled.exact
        and spoken_exactly(turn, part)
        and settled.feed is None
        and not any(says_when(title) for title in _titles(card, arguments))
        and (card.effect is not Effect.WRITE or guard.names_a_task(part.main))
        and part.guess.probability >= SURE_TO_WRITE
        and guard.is_order(part.main, card.effect)
    )


def spoken_exactly(turn: Reading, part: Part, *, noting: bool = False) -> bool:
    """Whether records are spelt as they are, and nothing is quoted or hangs on an "if".

    Args:
        noting: what stands behind the first words is kept as it is, so that it may be a quotation.
    """
    exact = all(mention.exact for mention in part.reading.mentions if mention.records)
    quoted = 0 in turn.content if noting else bool(turn.content)
    return exact and not quoted and not part.chunk.condition


def _titles(card: ToolCard, arguments: Mapping[str, object]) -> list[str]:
    return [str(arguments.get(one.name, "")) for one in card.arguments if one.type is SlotType.TITLE]
