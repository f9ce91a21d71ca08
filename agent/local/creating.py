"""New records as the words of a clause order them: notes, exchanges, and any other kind."""

from __future__ import annotations

from collections.abc import Mapping

from agent.local.exchanges import exchange_in, tells_of_one
from agent.local.joining import joining
from agent.local.made import About, Creation
from agent.local.new_records import new_record
from agent.local.notes import note_in
from agent.local.reading import Reading
from agent.local.schema import KindCard


def creation(
    reading: Reading, kinds: Mapping[str, KindCard], *, about: About, whole: Reading, story: Reading | None = None,
    both: Reading | None = None, last: str = "",
) -> Creation | None:  # fmt: skip
    """The new record that the words order, or None where they order none that the rules read.

    Args:
        about: which record words mean that point back or name nothing.
        whole: the whole turn, whose quoted text "put that in a note" means.
        story: what the turn told before, which the order points back at.
        both: that and the clause together.
        last: the tool of the request before.
    """
    if not kinds:
        return None
    again = last.endswith(("_note", "_notes"))
    exchange = exchange_in(reading, about=about, story=story)
    if exchange is not None and tells_of_one(reading):
        return exchange  # "put down that we met" is no note
    return (
        note_in(reading, about=about, whole=whole, story=story, again=again)
        or exchange
        or joining(reading, kinds, about=about, last=last)
        or new_record(reading, kinds, about=about, whole=both)
    )
