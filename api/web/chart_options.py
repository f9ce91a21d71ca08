"""From the closed set of chart kinds to ECharts options.

Colours are names of the page's own CSS variables, which the SVG renderer leaves to the browser: a chart changes with
the theme without being drawn again. Options hold values only, no functions, so nothing of a record is ever run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from api.web.values import shown
from db.money import Money
from tools.contract import ChartKind
from tools.evidence import Unit, render

Row = Mapping[str, Any]
# The page's own, by name: a chart measures its labels before it takes its place in the page.
FONTS = '"Inter Variable", Inter, -apple-system, "Segoe UI Variable Text", "Segoe UI", Roboto, Arial, sans-serif'
_TEXT, _MUTED, _LINE = "var(--text)", "var(--muted)", "var(--line)"
_ACCENT, _ACCENT_SOFT, _DOWN = "var(--accent)", "var(--accent-soft)", "var(--down)"
_SERIES = (_ACCENT, "var(--series-2)", "var(--series-3)", "var(--series-4)")
_STILL = {"animation": False, "emphasis": {"disabled": True}}
_FONT = {"fontFamily": FONTS, "color": _MUTED, "fontSize": 12}
_LONG_LABEL = 12
_UNRULED = {"max": "dataMax", "axisLabel": {"show": False}, "splitLine": {"show": False}}


def options(chart: Mapping[str, Any]) -> dict[str, Any]:
    """ECharts options of a chart: `kind` and `data` (`label`, `value`, `unit`; optional `series`, `low`, `high`)."""
    rows = list(chart["data"])
    unit = str(rows[0].get("unit") or "") if rows else ""
    kind = ChartKind(chart["kind"])
    match kind:
        case ChartKind.LINE:
            return _upright(rows, unit, _lines(rows, unit))
        case ChartKind.WATERFALL:
            return _upright(rows, unit, _steps(rows, unit), ruled=False)
        case ChartKind.BAR:
            if _lies(rows):
                return _lying(rows, unit)
            return _upright(rows, unit, _bars(rows, unit), ruled=bool(_names_of_series(rows)))


def height(chart: Mapping[str, Any]) -> int:
    """Pixels a chart needs."""
    rows = list(chart["data"])
    return 56 + 34 * len(rows) if chart["kind"] == ChartKind.BAR and _lies(rows) else 280


def as_table(chart: Mapping[str, Any]) -> tuple[list[str], list[list[str]]]:
    """The same data for those who read it: head and rows."""
    rows = list(chart["data"])
    unit = str(rows[0].get("unit") or "") if rows else ""
    ranged = any(row.get("low") is not None for row in rows)
    head = ["", "Value", *(["95 % interval"] if ranged else [])]
    body = []
    for row in rows:
        interval = (
            [f"{said(row['low'], unit)} to {said(row['high'], unit)}" if row.get("low") is not None else "–"]
            if ranged
            else []
        )
        body.append([str(row["label"]), said(row["value"], unit), *interval])
    return head, body


def said(value: Any, unit: str, *, change: bool = False) -> str:  # noqa: ANN401 - a number or nothing
    """A value of the chart as text; `change` for the steps of a waterfall."""
    if value is None:
        return "–"
    number = float(value)
    if unit == Unit.RATE:
        return f"{'+' if change and number > 0 else ''}{render(number, Unit.POINTS if change else Unit.RATE)}"
    if len(unit) == 3 and unit.isupper():
        return render(Money.of(Decimal(round(number)), unit), Unit.MONEY)
    return shown(number)


def _lies(rows: Sequence[Row]) -> bool:
    """Bars lie on their side where names are long or there are many."""
    return not _names_of_series(rows) and (len(rows) > 8 or any(len(str(row["label"])) > _LONG_LABEL for row in rows))


def _names_of_series(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(str(row["series"]) for row in rows if row.get("series") is not None))


def _labels(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(str(row["label"]) for row in rows))


def _upright(rows: Sequence[Row], unit: str, series: list[dict[str, Any]], *, ruled: bool = True) -> dict[str, Any]:
    """`ruled`: with a scale and its lines; without one where every bar carries its value."""
    named = [one["name"] for one in series if one.get("name") and not one["name"].startswith("_")]
    legend = {"data": named, "top": 0, "left": 0, "icon": "roundRect", "itemWidth": 10, "itemHeight": 10} | {
        "textStyle": _FONT
    }
    return _frame() | {
        "grid": {"left": 8, "right": 16, "top": 36 if len(named) > 1 else 24, "bottom": 4, "containLabel": True},
        "xAxis": {
            "type": "category", "data": _labels(rows), "axisTick": {"show": False},
            "axisLine": {"lineStyle": {"color": _LINE}},
            "axisLabel": _FONT | {"interval": 0 if len(_labels(rows)) <= 8 else "auto", "hideOverlap": True},
        },
        "yAxis": _value_axis(unit, [row["value"] for row in rows]) | ({} if ruled else _UNRULED),
        "series": series,
        **({"legend": legend} if len(named) > 1 else {}),
    }  # fmt: skip


def _lying(rows: Sequence[Row], unit: str) -> dict[str, Any]:
    """Horizontal bars, the first row on top, each with its value at the end."""
    data = [_bar(row, unit, position="right") for row in rows]
    return _frame() | {
        "grid": {"left": 8, "right": 76, "top": 8, "bottom": 4, "containLabel": True},
        "xAxis": _value_axis(unit, [row["value"] for row in rows]) | _UNRULED,
        "yAxis": {
            "type": "category", "inverse": True, "data": [str(row["label"]) for row in rows],
            "axisTick": {"show": False}, "axisLine": {"show": False},
            "axisLabel": _FONT | {"color": _TEXT, "width": 130, "overflow": "truncate"},
        },
        "series": [_STILL | {"type": "bar", "data": data, "barMaxWidth": 18, "itemStyle": {"borderRadius": 4}}],
    }  # fmt: skip


def _frame() -> dict[str, Any]:
    return {
        "animation": False,
        "textStyle": {"fontFamily": FONTS},
        # Drawn as text, never as HTML: labels are names of records.
        "tooltip": {"show": False},
        "aria": {"enabled": False},
    }


def _value_axis(unit: str, values: Sequence[Any]) -> dict[str, Any]:
    axis: dict[str, Any] = {
        "type": "value",
        "splitNumber": 4,
        "splitLine": {"lineStyle": {"color": _LINE, "width": 1}},
        "axisLabel": _FONT,
    }
    if unit == Unit.RATE:
        # The values themselves are percent here, so that the axis needs no function to print them.
        axis["axisLabel"] = _FONT | {"formatter": "{value} %"}
    elif len(unit) == 3 and unit.isupper():
        axis["axisLabel"] = _FONT | {"formatter": f"{{value}} {_thousands(values)[1]}".rstrip()}
    return axis


def _thousands(values: Sequence[Any]) -> tuple[float, str]:
    """By what money is divided on an axis, and the letter for it."""
    largest = max((abs(float(value or 0)) for value in values), default=0)
    if largest >= 2_000_000:
        return 1e6, "M"
    return (1e3, "k") if largest >= 2_000 else (1, "")


def _drawn(value: Any, unit: str, rows: Sequence[Row]) -> float | None:  # noqa: ANN401 - a number or nothing
    """The value on the scale of the axis."""
    if value is None:
        return None
    if unit == Unit.RATE:
        return round(100 * float(value), 4)
    if len(unit) == 3 and unit.isupper():
        return float(value) / _thousands([row["value"] for row in rows])[0]
    return float(value)


def _bar(row: Row, unit: str, *, position: str, rows: Sequence[Row] = ()) -> dict[str, Any]:
    value = row["value"]
    shown_at = {"show": True, "position": position, "formatter": _literal(said(value, unit)), "color": _TEXT}
    return {
        "value": _drawn(value, unit, rows or [row]) if position == "top" else value,
        "label": shown_at | {"fontSize": 12, "fontFamily": FONTS},
        "itemStyle": {"color": _ACCENT, "borderRadius": 4},
    }


def _bars(rows: Sequence[Row], unit: str) -> list[dict[str, Any]]:
    names = _names_of_series(rows)
    if not names:
        data = [_bar(row, unit, position="top", rows=rows) for row in rows]
        return [_STILL | {"type": "bar", "data": data, "barMaxWidth": 44}]
    return [
        _STILL
        | {
            "type": "bar", "name": name, "barMaxWidth": 28, "data": _along(rows, name, "value", unit),
            "itemStyle": {"color": _SERIES[index % len(_SERIES)], "borderRadius": [4, 4, 0, 0]},
        }
        for index, name in enumerate(names)
    ]  # fmt: skip


def _along(rows: Sequence[Row], name: str | None, field: str, unit: str) -> list[float | None]:
    """Values of one series over the labels of all."""
    mine = {str(row["label"]): row for row in rows if name is None or row.get("series") == name}
    return [_drawn(mine[each].get(field), unit, rows) if each in mine else None for each in _labels(rows)]


def _lines(rows: Sequence[Row], unit: str) -> list[dict[str, Any]]:
    series = []
    for index, name in enumerate(_names_of_series(rows) or [None]):
        colour = _SERIES[index % len(_SERIES)]
        series.append(
            _STILL
            | {
                "type": "line", "name": name or "", "data": _along(rows, name, "value", unit), "symbol": "circle",
                "symbolSize": 6, "lineStyle": {"width": 2.5, "color": colour}, "itemStyle": {"color": colour}, "z": 3,
            }
        )  # fmt: skip
        if name is None and all(row.get("low") is not None and row.get("high") is not None for row in rows):
            series += _band(rows, unit)
    return series


def _band(rows: Sequence[Row], unit: str) -> list[dict[str, Any]]:
    """The interval as a soft band: an unseen lower line, and the height above it."""
    low, high = _along(rows, None, "low", unit), _along(rows, None, "high", unit)
    spread = [None if a is None or b is None else b - a for a, b in zip(low, high, strict=True)]
    unseen = _STILL | {"type": "line", "stack": "_interval", "symbol": "none", "lineStyle": {"opacity": 0}, "z": 1}
    return [
        unseen | {"name": "_low", "data": low},
        unseen | {"name": "_interval", "data": spread, "areaStyle": {"color": _ACCENT_SOFT, "opacity": 1}},
    ]


def _steps(rows: Sequence[Row], unit: str) -> list[dict[str, Any]]:
    """A waterfall: totals stand on the ground, changes hang where the one before them ended."""
    floor, bars, at = [], [], 0.0
    for row in rows:
        value = float(_drawn(row["value"], unit, rows) or 0.0)
        total = row.get("series") == "total"
        start, at = (0.0, value) if total else (at, at + value)
        floor.append(min(start, at))
        colour = _MUTED if total else _ACCENT if value >= 0 else _DOWN
        text = _literal(said(row["value"], unit, change=not total))
        label = {"show": True, "position": "top", "distance": 8, "formatter": text}
        bars.append(
            {
                "value": abs(at - start),
                "itemStyle": {"color": colour, "borderRadius": 3},
                "label": label | {"color": _TEXT, "fontSize": 12, "fontFamily": FONTS},
            }
        )
    shared = _STILL | {"type": "bar", "stack": "waterfall", "barMaxWidth": 46}
    return [
        shared | {"name": "_floor", "data": floor, "itemStyle": {"color": "transparent"}, "silent": True},
        shared | {"name": "_change", "data": bars},
    ]


def _literal(text: str) -> str:
    """Text in an ECharts template, where braces would name a variable."""
    return text.replace("{", "(").replace("}", ")")
