"""Where the record and the wish behind a tool call come from: the person's own words, or something that was read.

A model reads names, notes and mails while it works, and may do what they say. So a call that changes something, or
writes a text to somebody, may only concern a record that the person's own words vouch for:

- the words name it (quoted and pasted text names nobody), or the parser bound one of its requests to it;
- the words name no record, and the conversation is about it or listed it;
- a read of this turn came upon it, and that read was itself vouched for;
- this turn made it at once, which only the person's own words can do.

A draft is written only to a record that the words name, or that the conversation was about last, and where the parser
is sure what was asked, only if a draft was asked for; with no wishes beyond the person's. Everything else is refused as
`not_asked_for`. A proposal says whether the person's own words led to it, and what was read before it was made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from agent.cards import CARDS
from agent.local.schema import Kind, Memory, Request, SlotType, Understanding
from agent.own_words import heard, times_asked_for
from db.names import fold
from db.records import KINDS, kinds_in
from tools.contract import Effect, OnRecords, Tool
from tools.errors import NotAskedFor

if TYPE_CHECKING:
    from agent.toolbelt import Outcome

Key: TypeAlias = tuple[str, int]
_WORD = re.compile(r"[^\W_]{2,}")


@dataclass(frozen=True, slots=True)
class Provenance:
    """What the person's own words of one turn name and ask for.

    Attributes:
        person: user id of who speaks.
        named: records and colleagues the words name.
        spoken_of: records the conversation is about or has listed, and `latest` the one it was about last.
    """

    understanding: Understanding
    text: str
    person: int
    named: frozenset[Key]
    spoken_of: frozenset[Key]
    latest: frozenset[Key]

    @classmethod
    def of(cls, understanding: Understanding, memory: Memory, text: str, *, person: int) -> Provenance:
        named = {(one.kind, int(one.id)) for one in understanding.named}
        named |= {key for request in understanding.requests for key in records_in(request.arguments)}
        spoken_of = {(one.kind, int(one.id)) for one in (*memory.focus, *memory.listed)}
        latest = {(one.kind, int(one.id)) for one in memory.focus[:1]}
        return cls(understanding, text, person, frozenset(named), frozenset(spoken_of), frozenset(latest))

    @property
    def sure(self) -> bool:
        return self.understanding.kind is Kind.REQUEST and self.understanding.sure

    def asks_for(self, tool: str, args: Mapping[str, Any], before: Sequence[Outcome] = ()) -> int:
        """How many calls of exactly this the person's own words ask for, after what was done before."""
        return times_asked_for(self.understanding, self.text, tool, args, made=_made(before))

    def heard(self, tool: str, args: Mapping[str, Any]) -> bool:
        """Whether the parser came to this call, be it sure enough to carry it out at once or not.

        A record that the words only imply ("send it") may be left out of the call.
        """
        return any(heard(one, tool, {**self._implied(one), **args}) for one in self._requests)

    def _implied(self, request: Request) -> dict[str, Any]:
        uttered = {(one.kind, int(one.id)) for one in self.understanding.named}
        about = {name: value for name, value in request.arguments.items() if records_in(value)}
        return {name: value for name, value in about.items() if not records_in(value) & uttered}

    def own_values(self, tool: Tool, args: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments without wishes in free words that the person did not utter."""
        if self.heard(tool.name, args):
            return dict(args)
        wishes = _arguments(tool, SlotType.INSTRUCTION)
        return {name: value for name, value in args.items() if name not in wishes or self._uttered(value)}

    def require(self, tool: Tool, args: Mapping[str, Any], before: Sequence[Outcome], *, document: bool) -> None:
        """Refuse an effect, or a text to somebody, that the person's words do not vouch for.

        Raises:
            NotAskedFor: a record or colleague nobody named, or a text nobody asked for.
        """
        if tool.effect is Effect.READ and not document:
            return
        meant = not document or self._is_meant(tool, args)
        colleagues = [args[name] for name in _people_in(tool) if isinstance(args.get(name), str)]
        uttered = all(one == "me" or self._uttered(one) for one in colleagues)
        kind = records_in(args) or tool.on is None or self._names_kind(tool.on) or self.heard(tool.name, args)
        # A record that is only described is looked for; where to, only the person's own words say.
        kind = kind and (not _describes(args) or self.heard(tool.name, args))
        if not (meant and uttered and kind and records_in(args) <= self._vouched_for(before)):
            raise NotAskedFor(tool.name)

    def _names_kind(self, on: OnRecords) -> bool:
        """Whether the person's words speak of this kind of record: what makes one, or reaches many by a condition,
        names none, and may not come from something that was read."""
        return on.kind in kinds_in(f"{self.text} {self.understanding.corrected_text}")

    @property
    def _requests(self) -> tuple[Request, ...]:
        return self.understanding.requests

    def _is_meant(self, tool: Tool, args: Mapping[str, Any]) -> bool:
        """Whether a text of this kind, to this record, is what the person may want."""
        named = records_in(args) <= self.named
        if self.sure:
            return any(one.tool == tool.name and (bool(one.feeds) or named) for one in self._requests)
        return named or (not self._names_a_record and records_in(args) <= self.latest)

    @property
    def _names_a_record(self) -> bool:
        return any(kind != "user" for kind, _ in self.named)

    def _vouched_for(self, before: Sequence[Outcome]) -> set[Key]:
        vouched = {*self.named, ("user", self.person)} | (set() if self._names_a_record else self.spoken_of)
        vouched |= _made(before)
        wanted = {request.tool for request in self._requests}
        for outcome in before:
            about = records_in(outcome.args)
            asked = about <= vouched if about else (outcome.tool in wanted or not self.sure)
            if outcome.found is not None and asked:
                vouched |= {(ref.kind, ref.id) for ref in outcome.found.focus}
        return vouched

    def _uttered(self, value: object) -> bool:
        said = fold(f"{self.text} {self.understanding.corrected_text}")
        return set(_WORD.findall(fold(str(value)))) <= set(_WORD.findall(said))


def read_before(outcomes: Sequence[Outcome]) -> list[str]:
    """What was read in this turn before something was proposed: each tool with the record it was asked about."""
    reads = [one for one in outcomes if one.found is not None]
    return [" ".join([one.tool, *(f"{kind}:{key}" for kind, key in sorted(records_in(one.args)))]) for one in reads]


def _made(outcomes: Sequence[Outcome]) -> set[Key]:
    """The records that this turn has made at once."""
    return {(one.made.kind, int(one.made.id)) for one in outcomes if one.made is not None}


def records_in(args: object) -> frozenset[Key]:
    """The records and colleagues that arguments point at."""
    return frozenset(_records(args))


def _records(value: object) -> Iterator[Key]:
    if isinstance(value, Mapping):
        if {"kind", "id"} <= set(value):
            yield str(value["kind"]), int(value["id"])
        else:
            for part in value.values():
                yield from _records(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _records(part)


def _describes(value: object) -> bool:
    """Whether arguments mean a single record by what is said of it."""
    if isinstance(value, Mapping):
        return {"kind", "where"} <= set(value) or any(map(_describes, value.values()))
    return isinstance(value, list | tuple) and any(map(_describes, value))


def _people_in(tool: Tool) -> list[str]:
    """The arguments that name a colleague."""
    if tool.on is not None:
        return [one.name for one in KINDS[tool.on.kind].fields if one.to in ("user", "team")]
    return _arguments(tool, SlotType.USER)


def _arguments(tool: Tool, slot: SlotType) -> list[str]:
    return [one.name for card in CARDS() if card.name == tool.name for one in card.arguments if one.type is slot]
