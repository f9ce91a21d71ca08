"""Totals of a run, and its misses. Of the held-back half only totals are ever told, so that nobody tunes on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any

from evals.cases import Half, TurnKind
from evals.scorers.understanding import TurnScore
from evals.task import Held
from tools.science.winrate.proportions import wilson


@dataclass(frozen=True, slots=True)
class Share:
    right: int
    of: int

    @property
    def value(self) -> float | None:
        return self.right / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float]:
        """95 % score interval (Wilson 1927); turns of one conversation are taken as independent."""
        return wilson(self.right, self.of)

    def __str__(self) -> str:
        if self.value is None:
            return "none"
        low, high = self.interval
        return f"{self.right}/{self.of} = {self.value:.1%} [{low:.1%}, {high:.1%}]"


@dataclass(frozen=True, slots=True)
class Totals:
    """The figures of one half.

    Attributes:
        routing: specialists in order, or the right way to answer without any (U1).
        commands: tools in order and arguments exactly right, of the turns that ask for a tool (U1).
        unwanted: changes in the records that nobody asked for (U1).
        questions: one short question back, or saying that the records cannot tell (U2).
        several: turns that ask for several steps, all done in order (U3).
    """

    half: Half
    cases: int
    routing: Share
    commands: Share
    unwanted: int
    questions: Share
    several: Share
    by_tag: Mapping[str, tuple[Share, Share]]
    by_tool: Mapping[str, Share]
    by_kind: Mapping[str, Share]
    skipped: int
    turn_ms: tuple[float, float]


def totals(half: Half, held: Held) -> Totals:
    scores = held.scores
    tags = sorted({tag for one in scores for tag in one.tags})
    tools = sorted({tool for one in scores for tool in one.tools})
    kinds = sorted({one.kind.value for one in scores})
    return Totals(
        half=half,
        cases=len({one.case for one in scores}),
        routing=_routing(scores),
        commands=_commands(scores),
        unwanted=sum(len(one.unwanted) for one in scores),
        questions=_routing([one for one in scores if one.kind is TurnKind.CLARIFY]),
        several=_commands([one for one in scores if len(one.tools) > 1]),
        by_tag={tag: _both([one for one in scores if tag in one.tags]) for tag in tags},
        by_tool={tool: _commands([one for one in scores if tool in one.tools]) for tool in tools},
        by_kind={kind: _share([one for one in scores if one.kind == kind], lambda one: one.right) for kind in kinds},
        skipped=len(held.skipped),
        turn_ms=times_of([one.seconds for one in scores]),
    )


def _share(scores: Sequence[TurnScore], right: Callable[[TurnScore], bool]) -> Share:
    return Share(sum(map(right, scores)), len(scores))


def _routing(scores: Sequence[TurnScore]) -> Share:
    return _share(scores, lambda one: one.routed)


def _commands(scores: Sequence[TurnScore]) -> Share:
    return _share([one for one in scores if one.commanded is not None], lambda one: bool(one.commanded))


def _both(scores: Sequence[TurnScore]) -> tuple[Share, Share]:
    return _routing(scores), _commands(scores)


def times_of(seconds: Sequence[float]) -> tuple[float, float]:
    """Median and 95th percentile of a turn, in milliseconds; of this machine under its present load."""
    times = [1000 * one for one in seconds]
    if len(times) < 2:
        return (times[0], times[0]) if times else (0.0, 0.0)
    return median(times), quantiles(times, n=20, method="inclusive")[-1]


def in_words(found: Totals) -> str:
    """Lines for a terminal."""
    return "\n".join(_lines(found))


def _lines(found: Totals) -> Iterator[str]:
    yield f"understanding, {found.half}: {found.cases} cases, {found.routing.of} turns"
    yield f"  routing            {found.routing}"
    yield f"  tool and arguments {found.commands}"
    yield f"  unwanted writes    {found.unwanted}"
    yield f"  questions back     {found.questions}"
    yield f"  several steps      {found.several}"
    yield f"  turn               median {found.turn_ms[0]:.0f} ms, 95th percentile {found.turn_ms[1]:.0f} ms"
    if found.skipped:
        yield f"  left out           {found.skipped} cases that speak of what the demo company does not have"
    yield "  by tool (every step of the turn right)"
    yield from (f"    {tool:20} {share}" for tool, share in found.by_tool.items())
    yield "  by kind of turn"
    yield from (f"    {kind:20} {share}" for kind, share in found.by_kind.items())
    yield "  by tag: routing; tool and arguments"
    yield from (f"    {tag:20} {routing}; {commands}" for tag, (routing, commands) in found.by_tag.items())


def patterns(held: Held) -> Counter[str]:
    """How often each kind of difference occurs, over the turns that went wrong."""
    return Counter(fault.argument for one in held.scores if not one.right for fault in one.differences)


def as_json(found: Totals, held: Held) -> dict[str, Any]:
    """The figures, and of the development half also its misses."""
    told: dict[str, Any] = {
        "suite": "understanding",
        "half": found.half.value,
        "cases": found.cases,
        "turns": found.routing.of,
        "routing": _plain(found.routing),
        "tool_and_arguments": _plain(found.commands),
        "unwanted_writes": found.unwanted,
        "questions": _plain(found.questions),
        "several_steps": _plain(found.several),
        "turn_ms": {"median": round(found.turn_ms[0], 1), "p95": round(found.turn_ms[1], 1)},
        "left_out": found.skipped,
        "prompts": sorted({prompt for one in held.scores for prompt in one.prompts}),
        "by_tool": {tool: _plain(share) for tool, share in found.by_tool.items()},
        "by_kind": {kind: _plain(share) for kind, share in found.by_kind.items()},
        "by_tag": {
            tag: {"routing": _plain(routing), "tool_and_arguments": _plain(commands)}
            for tag, (routing, commands) in found.by_tag.items()
        },
    }
    if found.half is not Half.HELD_BACK:
        told["differences"] = dict(patterns(held).most_common())
        told["misses"] = [_miss_as_json(one) for one in held.scores if not one.right]
    return told


def _plain(share: Share) -> dict[str, Any]:
    return {"right": share.right, "of": share.of, "share": share.value, "interval": list(share.interval)}


def _miss_as_json(one: TurnScore) -> dict[str, Any]:
    return {
        "case": one.case,
        "turn": one.number,
        "said": one.said,
        "tags": list(one.tags),
        "routed": one.routed,
        "unwanted": list(one.unwanted),
        "differences": [
            {"argument": fault.argument, "expected": fault.expected, "got": fault.got} for fault in one.differences
        ],
        "answer": one.answer,
        "prompts": list(one.prompts),
    }
