"""A question that goes on from the last one about records: "and in Austria?", "only the qualified ones", "and by person?"."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from agent.local.asking import Question, grouped_by, measure_in
from agent.local.conditions import Kinds, Narrowed, narrow
from agent.local.lexicon import words_of
from agent.local.reading import Reading
from agent.local.schema import Frame, KindCard
from agent.local.selecting import unread

_GOES_ON = re.compile(
    r"^(?:(?:and|but|ok|okay|now|so|then|right|also|hmm|please|what about|how about|same for|only|just|of those|of these|of them|from those|among those|out of those|in|for|by|per|with|without|since|how many|how much|which)(?!\w) ?,? ?)+"
)
_OF_THEM = re.compile(r"(?<!\w)(?:of|from|among|out of|in) (?:them|those|these|that list|the list)(?!\w)")
_COUNTS = re.compile(r"(?<!\w)(?:how many|how much|number of|count)(?!\w)")
_LISTS = re.compile(r"(?<!\w)(?:show|list|which|who are they|give me|name them|which ones)(?!\w)")
_NOTHING = words_of("narrows_nothing") | words_of("talk") | frozenset(
    {"how", "many", "much", "show", "list", "which", "what", "about", "now", "give", "me", "tell", "but", "count", "number", "same", "ones", "name", "split", "divided", "again", "average", "total", "sum", "well", "too"}
)  # fmt: skip
_LONGEST = 14


def going_on(reading: Reading, frame: Frame, kinds: Kinds) -> Question | None:
    """The last question with what is said anew laid over it; None where the words are about something else."""
    kind = _kind_of(frame.tool, kinds)
    norm = reading.norm.rstrip(" .!?")
    if kind is None or reading.content or len(reading.typed) > _LONGEST:
        return None
    if not (_GOES_ON.match(norm) or _OF_THEM.search(norm)):
        return None
    found = narrow(reading, kind, kinds)
    axis = grouped_by(norm, kind)
    counts = bool(_COUNTS.search(norm))
    if not (found or axis or counts) or _left(reading, kind, found, axis_said=bool(axis)):
        return None
    where = _laid_over(frame.arguments.get("where", ()), [dict(one.condition) for one in found])
    if axis or (counts and not _LISTS.search(norm)) or frame.tool.startswith("summarise"):
        kept = {name: value for name, value in frame.arguments.items() if name in ("measure", "of", "by", "grain")}
        said = {**kept, **(axis or {}), **measure_in(norm, kind)} | ({"where": where} if where else {})
        return Question(f"summarise_{kind.plural}", kind.area, said, certain=True)
    kept = {name: value for name, value in frame.arguments.items() if name in ("order", "descending")}
    return Question(f"find_{kind.plural}", kind.area, {**kept, "where": where}, certain=True)


def _kind_of(tool: str, kinds: Kinds) -> KindCard | None:
    """The kind that a record tool listed or counted; lists made by hand go on in their own way."""
    verb, _, plural = tool.partition("_")
    if verb not in ("find", "summarise"):
        return None
    if verb == "find" and plural in ("leads", "opportunities"):
        return None
    return next((kind for kind in kinds.values() if kind.plural == plural), None)


def _left(reading: Reading, kind: KindCard, found: Sequence[Narrowed], *, axis_said: bool) -> bool:
    """Whether a word is left that neither condition nor grouping has read."""
    spans = [(one.start, one.end) for one in found]
    nouns = {word for noun in kind.nouns for word in noun.split()}
    fields = (
        {word for one in kind.fields for said in one.words for word in said.lower().split()} if axis_said else set()
    )
    grains = {"day", "week", "month", "quarter", "year", "person", "rep", "owner"} if axis_said else set()
    return any(word not in _NOTHING | nouns | fields | grains for word in unread(reading, spans))


def _laid_over(before: object, anew: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The conditions of before without those on a field that is said anew, and the new ones."""
    old = [one for one in before if isinstance(one, Mapping)] if isinstance(before, list | tuple) else []
    said = {str(one["field"]) for one in anew}
    return [*(one for one in old if str(one["field"]) not in said), *anew]
