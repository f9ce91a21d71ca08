"""Charts as ECharts options."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.web.chart_options import as_table, height, options, said

RATES = [
    {"label": "2025Q1", "value": 0.48, "series": "total"},
    {"label": "EMEA", "value": -0.05, "series": "change"},
    {"label": "APAC", "value": 0.01, "series": "change"},
    {"label": "2025Q2", "value": 0.44, "series": "total"},
]


def chart(kind: str, data: list[dict[str, Any]], unit: str = "count") -> dict[str, Any]:
    return {"title": "T", "kind": kind, "alt": "A", "data": [{**row, "unit": unit} for row in data]}


def keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys(inner)


def test_each_step_of_a_waterfall_hangs_where_the_last_one_ended() -> None:
    floor, bars = options(chart("waterfall", RATES, "rate"))["series"]
    assert floor["data"] == pytest.approx([0, 43, 43, 0])
    assert [bar["value"] for bar in bars["data"]] == pytest.approx([48, 5, 1, 44])
    assert [bar["label"]["formatter"] for bar in bars["data"]] == ["48.0 %", "−5.0 points", "+1.0 points", "44.0 %"]


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=8))
def test_the_steps_of_a_waterfall_add_up_to_its_end(changes: list[float]) -> None:
    rows = [{"label": "start", "value": 1.0, "series": "total"}]
    rows += [{"label": str(index), "value": each, "series": "change"} for index, each in enumerate(changes)]
    rows.append({"label": "end", "value": 1.0 + sum(changes), "series": "total"})
    floor, bars = (one["data"] for one in options(chart("waterfall", rows))["series"])
    last = max(floor[-2] + bars[-2]["value"], floor[-2]) if changes[-1] >= 0 else floor[-2]
    assert last == pytest.approx(1.0 + sum(changes), abs=1e-6)


def test_a_line_with_intervals_has_a_band_of_their_width() -> None:
    rows = [
        {"label": "2025Q1", "value": 0.4, "low": 0.3, "high": 0.55},
        {"label": "2025Q2", "value": 0.5, "low": 0.4, "high": 0.6},
    ]
    line, low, spread = options(chart("line", rows, "rate"))["series"]
    assert line["data"] == pytest.approx([40, 50])
    assert low["data"] == pytest.approx([30, 40])
    assert spread["data"] == pytest.approx([25, 20])


def test_long_names_lie_on_their_side_with_room_for_each() -> None:
    rows = [{"label": f"A rather long name {n}", "value": 1000.0 * n} for n in range(1, 13)]
    drawn = options(chart("bar", rows, "EUR"))
    assert drawn["yAxis"]["data"][0] == "A rather long name 1"
    assert drawn["series"][0]["data"][0]["label"]["formatter"] == "€1,000"
    assert height(chart("bar", rows)) > height(chart("bar", rows[:2]))


def test_several_series_stand_side_by_side_with_a_legend() -> None:
    rows = [
        {"label": "Q1", "value": 1, "series": "won"},
        {"label": "Q2", "value": 2, "series": "won"},
        {"label": "Q2", "value": 3, "series": "lost"},
    ]
    drawn = options(chart("bar", rows))
    assert drawn["legend"]["data"] == ["won", "lost"]
    assert [one["data"] for one in drawn["series"]] == [[1.0, 2.0], [None, 3.0]]


@given(st.text(max_size=40), st.sampled_from(["bar", "line", "waterfall"]))
def test_nothing_of_a_record_is_run_or_read_as_markup(name: str, kind: str) -> None:
    drawn = options(chart(kind, [{"label": name, "value": 1.0}, {"label": "b", "value": 2.0}]))
    # A key that begins with a colon would be evaluated in the browser.
    assert not any(key.startswith(":") for key in keys(drawn))
    assert drawn["tooltip"] == {"show": False}


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.412, "rate", "41.2 %"),
        (1250, "USD", "$1,250"),
        (-3.5, "count", "−3.5"),
        (None, "rate", "–"),
        (12, "days", "12"),
    ],
)
def test_values_are_said_in_their_unit(value: float | None, unit: str, text: str) -> None:
    assert said(value, unit) == text


def test_the_numbers_can_be_read_as_a_table() -> None:
    rows = [{"label": "Q1", "value": 0.4, "low": 0.3, "high": 0.5}, {"label": "Q2", "value": 0.5}]
    assert as_table(chart("line", rows, "rate")) == (
        ["", "Value", "95 % interval"],
        [["Q1", "40.0 %", "30.0 % to 50.0 %"], ["Q2", "50.0 %", "–"]],
    )
