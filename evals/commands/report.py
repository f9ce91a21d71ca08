"""Totals of a run over commands, and its misses. Of the held-back half only totals are ever told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evals.cases import Half
from evals.commands.holding import HeldCommands
from evals.commands.scoring import TurnScore
from evals.report import Share, times_of

_NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Sides:
    """One group of turns: specialists, effect, result in the records and the figures, and all of it together."""

    routing: Share
    effect: Share
    result: Share
    right: Share
    unwanted: int

    @classmethod
    def of(cls, scores: Sequence[TurnScore]) -> Sides:
        return cls(
            _share(scores, lambda one: one.routed), _share(scores, lambda one: one.effective),
            _share(scores, lambda one: one.resulted), _share(scores, lambda one: one.right),
            sum(len(one.unwanted) for one in scores),
        )  # fmt: skip

    def __str__(self) -> str:
        told = "  ".join(f"{name} {_short(one)}" for name, one in self._shares)
        return f"{told}  unwanted {self.unwanted}"

    @property
    def _shares(self) -> tuple[tuple[str, Share], ...]:
        return (("routing", self.routing), ("effect", self.effect), ("result", self.result), ("right", self.right))

    def plain(self) -> dict[str, Any]:
        shares = {name: {"right": one.right, "of": one.of, "share": one.value} for name, one in self._shares}
        return shares | {"unwanted": self.unwanted}


@dataclass(frozen=True, slots=True)
class CommandTotals:
    """The figures of one half.

    Attributes:
        conversations: those in which every turn was right.
        unwanted_turns: turns after which something differs that nobody asked for.
        empty: turns whose bulk change means no record of the company, so that little was tried.
        by_area: turns by the specialists of the labels; a turn of several counts for each.
    """

    half: Half
    cases: int
    all: Sides
    conversations: Share
    unwanted_turns: int
    empty: int
    by_area: Mapping[str, Sides]
    by_effect: Mapping[str, Sides]
    by_tag: Mapping[str, Sides]
    skipped: int
    turn_ms: tuple[float, float]


def totals(half: Half, held: HeldCommands) -> CommandTotals:
    scores = held.scores
    cases = {one.case for one in scores}
    failed = {one.case for one in scores if not one.right}
    return CommandTotals(
        half=half,
        cases=len(cases),
        all=Sides.of(scores),
        conversations=Share(len(cases - failed), len(cases)),
        unwanted_turns=sum(bool(one.unwanted) for one in scores),
        empty=sum(one.empty for one in scores),
        by_area=_by(scores, lambda one: one.agents or (_NOBODY,)),
        by_effect=_by(scores, lambda one: (one.effect.value,)),
        by_tag=_by(scores, lambda one: one.tags),
        skipped=len(held.skipped),
        turn_ms=times_of([one.seconds for one in scores]),
    )


def _share(scores: Sequence[TurnScore], right: Callable[[TurnScore], bool]) -> Share:
    return Share(sum(map(right, scores)), len(scores))


def _by(scores: Sequence[TurnScore], groups: Callable[[TurnScore], Sequence[str]]) -> dict[str, Sides]:
    names = sorted({name for one in scores for name in groups(one)})
    return {name: Sides.of([one for one in scores if name in groups(one)]) for name in names}


def _short(share: Share) -> str:
    return "none" if share.value is None else f"{share.right}/{share.of} {share.value:.0%}"


def in_words(found: CommandTotals) -> str:
    """Lines for a terminal."""
    return "\n".join(_lines(found))


def _lines(found: CommandTotals) -> Iterator[str]:
    yield f"commands, {found.half}: {found.cases} conversations, {found.all.right.of} turns"
    yield f"  routing            {found.all.routing}"
    yield f"  effect             {found.all.effect}"
    yield f"  right result       {found.all.result}"
    yield f"  unwanted changes   {found.all.unwanted} in {found.unwanted_turns} turns"
    yield f"  all of it right    {found.all.right}"
    yield f"  conversations      {found.conversations}"
    yield f"  turn               median {found.turn_ms[0]:.0f} ms, 95th percentile {found.turn_ms[1]:.0f} ms"
    if found.empty:
        yield f"  nothing to change  {found.empty} turns whose bulk change means no record of the demo company"
    if found.skipped:
        yield f"  left out           {found.skipped} cases that speak of what the demo company does not have"
    for title, table in (("area", found.by_area), ("effect", found.by_effect), ("tag", found.by_tag)):
        yield f"  by {title}"
        yield from (f"    {name:20} {sides}" for name, sides in table.items())


def patterns(held: HeldCommands) -> dict[str, list[str]]:
    """Each kind of difference with the turns it occurred in, the most frequent first."""
    found: dict[str, list[str]] = {}
    for one in (one for one in held.scores if not one.right):
        for name in dict.fromkeys([fault.argument for fault in one.differences] + ["unwanted"] * bool(one.unwanted)):
            found.setdefault(name, []).append(f"{one.case}/{one.number}")
    counted = Counter({name: len(turns) for name, turns in found.items()})
    return {name: found[name] for name, _ in counted.most_common()}


def as_json(found: CommandTotals, held: HeldCommands) -> dict[str, Any]:
    """The figures, and of the development half also its misses."""
    told: dict[str, Any] = {
        "suite": "commands",
        "half": found.half.value,
        "cases": found.cases,
        "turns": found.all.right.of,
        **found.all.plain(),
        "unwanted_turns": found.unwanted_turns,
        "conversations": {"right": found.conversations.right, "of": found.conversations.of},
        "nothing_to_change": found.empty,
        "left_out": found.skipped,
        "turn_ms": {"median": round(found.turn_ms[0], 1), "p95": round(found.turn_ms[1], 1)},
        "by_area": {name: sides.plain() for name, sides in found.by_area.items()},
        "by_effect": {name: sides.plain() for name, sides in found.by_effect.items()},
        "by_tag": {name: sides.plain() for name, sides in found.by_tag.items()},
    }
    if found.half is not Half.HELD_BACK:
        told["differences"] = patterns(held)
        told["left_out_because"] = dict(held.skipped)
        told["misses"] = [_plain(one) for one in held.scores if not one.right]
    return told


def _plain(one: TurnScore) -> dict[str, Any]:
    return {
        "case": one.case, "turn": one.number, "said": one.said, "tags": list(one.tags), "routed": one.routed,
        "effective": one.effective, "resulted": one.resulted, "unwanted": list(one.unwanted),
        "differences": [
            {"what": fault.argument, "expected": fault.expected, "got": fault.got} for fault in one.differences
        ],
        "answer": one.answer, "prompts": list(one.prompts),
    }  # fmt: skip
