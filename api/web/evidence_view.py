"""What the side sheet shows of a figure: its rule, its parameters, the rows behind it, and whether it still holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from html import escape
from typing import Any

from agent.runtime import Opened
from api.web import icons
from api.web.answer_html import table_html
from api.web.steps import named
from api.web.values import computed, label, moment, shown

_UNSEEN = frozenset({"id"})
_LONG = 36


def parameters(arguments: Mapping[str, Any], zone: tzinfo | None) -> list[tuple[str, str]]:
    """The arguments that say something, by name."""
    return [(label(name), shown(value, zone)) for name, value in arguments.items() if value not in (None, "", [], {})]


def columns(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Columns that hold something in at least one row, in the order they first appear."""
    names = dict.fromkeys(name for row in rows for name in row)
    return [name for name in names if name not in _UNSEEN and any(row.get(name) not in (None, "") for row in rows)]


def figure_first(names: Sequence[str], rows: Sequence[Mapping[str, Any]], value: Mapping[str, Any]) -> list[str]:
    """The columns with those the figure is computed from right after the name: amounts for money, days for days."""
    if "amount" in value:
        held = [name for name in names if any(_is_money(row.get(name)) for row in rows)]
    else:
        unit = str(value.get("unit") or "")
        held = [name for name in names if unit and unit in name.split("_")]
    held.sort(key=lambda name: name != "amount")
    first = [name for name in names[:1] if name not in held]
    return [*first, *held, *(name for name in names if name not in held and name not in first)]


def _is_money(value: Any) -> bool:  # noqa: ANN401 - any JSON value
    return isinstance(value, Mapping) and "amount" in value


def opened_html(opened: Opened, citation: Mapping[str, Any], zone: tzinfo | None) -> str:
    """Everything about a figure except the button that computes it again."""
    line = opened.line
    at = f" · {moment(line.at, zone)}" if line.at else ""
    head = (
        f'<p class="eyebrow">Source {int(citation["n"])}{escape(at)}</p>'
        f'<p class="value">{escape(str(citation["figure"]))}</p><p class="what">{escape(str(citation["label"]))}</p>'
    )
    facts = [("Rule", line.rule), ("Computed by", named(line.tool)), *parameters(line.arguments, zone)]
    listed = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts)
    return f"{head}<dl>{listed}</dl>{rows_html(opened, zone)}"


def rows_html(opened: Opened, zone: tzinfo | None) -> str:
    """The rows behind the figure, as this person may see them."""
    if opened.line.rows is None:
        return '<p class="note">This figure was computed over many rows at once; it has no list of its own.</p>'
    if not opened.rows:
        return '<p class="note">There are no rows behind this figure now.</p>'
    head = figure_first(columns(opened.rows), opened.rows, opened.line.value)
    body = [[_cell(row.get(name), zone) for name in head] for row in opened.rows]
    count = len(opened.rows)
    scope = f", {opened.rows_said}" if opened.rows_said else ""
    limit = opened.line.rows["arguments"].get("limit")
    first = "The first " if limit is not None and count >= int(limit) else ""
    title = f"{first}{count:,} {'row' if count == 1 else 'rows'} behind it{scope}"
    return f"<h3>{escape(title)}</h3>{table_html([_head(name, opened.rows) for name in head], body, caption='')}"


def _head(name: str, rows: Sequence[Mapping[str, Any]]) -> str:
    over_numbers = any(_is_number(row.get(name)) for row in rows)
    return f'<span class="number">{escape(label(name))}</span>' if over_numbers else escape(label(name))


def _is_number(value: Any) -> bool:  # noqa: ANN401 - any JSON value
    return _is_money(value) or (isinstance(value, int | float) and not isinstance(value, bool))


def _cell(value: Any, zone: tzinfo | None) -> str:  # noqa: ANN401 - any JSON value
    text = shown(value, zone)
    if _is_number(value):
        return f'<span class="number">{escape(text)}</span>'
    return f'<span class="long">{escape(text)}</span>' if len(text) > _LONG else escape(text)


def verified_html(opened: Opened) -> str:
    """Whether the figure still computes to what was shown."""
    was = computed(opened.line.value)
    if opened.holds:
        return f'<p class="outcome good" role="status">{icons.CHECK}<span>It still holds: {escape(was)}.</span></p>'
    if opened.now is None:
        said = f"It was {was}. The records no longer give this figure."
    else:
        said = f"It was {was}; the records now give {computed(opened.now)}."
    return f'<p class="outcome calm" role="status">{icons.AGAIN}<span>{escape(said)}</span></p>'
