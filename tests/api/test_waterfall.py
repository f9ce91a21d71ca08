"""A trace as a waterfall: children below their parents, bars in time, tokens, cost and verdicts beside them."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from api.cli.waterfall import waterfall
from db.repositories.traces import SpanLine


def span(key: str, parent: str | None, start: int, end: int, name: str = "", **held: Any) -> SpanLine:
    attributes = {name.replace("__", "."): value for name, value in held.items()}
    return SpanLine(key, "t", parent, 1, name or key, start * 10**6, end * 10**6, "ok", attributes)


SPANS = [
    span("a", None, 0, 100, "turn", rainmaker__question="what about <person_1>"),
    span("c", "a", 50, 100, "chat m", gen_ai__usage__input_tokens=10, gen_ai__usage__output_tokens=2,
         rainmaker__cost_usd="0.000120", rainmaker__budget="granted"),
    span("b", "a", 0, 50, "execute_tool top", rainmaker__gate="read"),
    span("d", "b", 10, 20, "db read", rainmaker__statements=3, rainmaker__statements_ms=4.5),
]  # fmt: skip


def test_children_stand_below_their_parents_in_order_of_time() -> None:
    names = [line.split("│ ")[1].split("  ")[0] for line in waterfall(SPANS) if "│ " in line and "│   " not in line]
    lines = list(waterfall(SPANS))
    order = [next(name for name in ("turn", "execute_tool", "db read", "chat") if name in line) for line in lines[:-1]]
    assert order == ["turn", "execute_tool", "db read", "chat"]
    assert names == ["turn"]


def test_tokens_cost_and_verdicts_are_told_and_added_up() -> None:
    text = "\n".join(waterfall(SPANS))
    assert "budget granted · 10 + 2 tokens · $0.000120" in text
    assert "3 statements in 4.5 ms" in text
    assert text.endswith("100.0 ms, 4 spans, 3 statements, 1 model calls, 10 + 2 tokens, $0.000120")


@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 1000)), min_size=1, max_size=12))
def test_bars_are_as_wide_as_the_frame_whatever_the_times(times: list[tuple[int, int]]) -> None:
    spans = [span(str(n), str(n - 1) if n else None, a, a + b) for n, (a, b) in enumerate(times)]
    bars = [line.split("│")[1] for line in waterfall(spans) if "│" in line]
    assert {len(bar) for bar in bars} == {32}
    assert all(bar.strip() for bar in bars)


def test_the_prompts_of_a_call_do_not_push_its_cost_off_the_line() -> None:
    prompts = "specialists/communication@12#0123456789ab house_rules@12#0123456789ab"
    call = span("c", None, 0, 9, "chat m", gen_ai__usage__input_tokens=12345, gen_ai__usage__output_tokens=1500,
                rainmaker__cost_usd="0.123456", rainmaker__budget="granted", rainmaker__prompt=prompts)  # fmt: skip
    assert "12345 + 1500 tokens · $0.123456" in "\n".join(waterfall([call]))
