"""A trace as lines of text: a bar in time for each span, children below their parents, totals at the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from db.repositories.traces import SpanLine

_WIDTH = 32
_NAME_WIDTH = 34
_EIGHTHS = " ▏▎▍▌▋▊▉█"
# What is told of a span, in this order; the label is empty where the value speaks for itself.
_TOLD = (
    ("rainmaker.question", ""),
    ("rainmaker.planner", "by "),
    ("rainmaker.gate", ""),
    ("rainmaker.verdict", ""),
    ("rainmaker.budget", "budget "),
    ("rainmaker.prompt", "prompt "),
    ("gen_ai.tool.call.arguments", ""),
    ("rainmaker.error", "✗ "),
    ("rainmaker.status", "✗ "),
)
_LONGEST = 140
"""Characters: the two prompts of a call leave room for what it cost."""


def waterfall(spans: Sequence[SpanLine]) -> Iterator[str]:
    """The lines of one trace, oldest first, each parent before its children."""
    begin, end = min(span.started_ns for span in spans), max(span.ended_ns for span in spans)
    for span, depth in _in_order(spans):
        yield _line(span, depth, begin, max(end - begin, 1))
    yield _totals(spans, (end - begin) / 1e6)


def _in_order(spans: Sequence[SpanLine]) -> Iterator[tuple[SpanLine, int]]:
    """Depth first; a span whose parent was not kept stands at the top."""
    known = {span.span_id for span in spans}
    children: dict[str | None, list[SpanLine]] = {}
    for span in sorted(spans, key=lambda one: (one.started_ns, one.span_id)):
        children.setdefault(span.parent_id if span.parent_id in known else None, []).append(span)

    def below(parent: str | None, depth: int) -> Iterator[tuple[SpanLine, int]]:
        for span in children.get(parent, ()):
            yield span, depth
            yield from below(span.span_id, depth + 1)

    return below(None, 0)


def _line(span: SpanLine, depth: int, begin: int, total: int) -> str:
    took = (span.ended_ns - span.started_ns) / 1e6
    mark = "" if span.status == "ok" else " ✗"
    name = f"{'  ' * depth}{span.name}{mark}"
    bar = _bar((span.started_ns - begin) / total, (span.ended_ns - begin) / total)
    return f"{took:9.1f} ms │{bar}│ {name:<{_NAME_WIDTH}} {_told(span.attributes)}".rstrip()


def _bar(start: float, end: float) -> str:
    """From `start` to `end` of the width, to an eighth of a character; never empty."""
    first = min(int(start * _WIDTH), _WIDTH - 1)
    eighths = max(1, round(end * _WIDTH * 8) - first * 8)
    whole, rest = divmod(min(eighths, (_WIDTH - first) * 8), 8)
    bar = "█" * whole + (_EIGHTHS[rest] if rest else "")
    return f"{' ' * first}{bar:<{_WIDTH - first}}"


def _told(held: Mapping[str, Any]) -> str:
    said = [f"{label}{held[name]}" for name, label in _TOLD if held.get(name) not in (None, "")]
    if "gen_ai.usage.input_tokens" in held:
        said.append(f"{held['gen_ai.usage.input_tokens']} + {held.get('gen_ai.usage.output_tokens', 0)} tokens")
    if "rainmaker.cost_usd" in held:
        said.append(f"${held['rainmaker.cost_usd']}")
    if "rainmaker.statements" in held:
        said.append(f"{held['rainmaker.statements']} statements in {held['rainmaker.statements_ms']} ms")
    line = " · ".join(" ".join(str(one).split()) for one in said)
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"


def _totals(spans: Sequence[SpanLine], milliseconds: float) -> str:
    def total(name: str) -> int:
        return sum(int(span.attributes.get(name, 0)) for span in spans)

    calls = sum("gen_ai.usage.input_tokens" in span.attributes for span in spans)
    cost = sum((Decimal(str(span.attributes.get("rainmaker.cost_usd", 0))) for span in spans), Decimal(0))
    said = [f"{milliseconds:.1f} ms", f"{len(spans)} spans", f"{total('rainmaker.statements')} statements"]
    if calls:
        tokens = f"{total('gen_ai.usage.input_tokens')} + {total('gen_ai.usage.output_tokens')} tokens"
        said += [f"{calls} model calls", tokens, f"${cost}"]
    return "\n" + ", ".join(said)
