"""An earlier request as a question on records of one kind, so that the next question can go on from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from agent.local.conditions import Kinds, moved_by, on_field
from agent.local.schema import Frame, KindCard

_DIMENSIONS = {"lead_source": "source"}
_SUMMARY = ("measure", "of", "by", "grain")
_ORDER = ("order", "descending")


@dataclass(frozen=True, slots=True)
class Earlier:
    """What was asked or ordered of which records.

    Attributes:
        summary: the measure and grouping of a summary; empty for a list and for a count of all.
        order: the order of a list.
        summarised: whether figures were asked for.
        hand_made: whether its tool goes on in words of its own.
        said: the field that was last spoken of as given or missing, for "those without one".
    """

    kind: KindCard
    where: tuple[Mapping[str, Any], ...]
    summary: Mapping[str, Any] = field(default_factory=dict)
    order: Mapping[str, Any] = field(default_factory=dict)
    summarised: bool = False
    hand_made: bool = False
    said: str = ""
    limited: bool = False
    """Whether only the first of them were asked for, which no condition says."""


def earlier(frame: Frame, kinds: Kinds, now: datetime) -> Earlier | None:
    """The request as a question; None where it is none on many records, or holds what conditions cannot say."""
    reader = _HAND_MADE.get(frame.tool)
    if reader is not None:
        return reader(frame.arguments, kinds, now)
    verb, _, plural = frame.tool.partition("_")
    kind = next((one for one in kinds.values() if one.plural == plural), None)
    if kind is None:
        return None
    if verb in ("find", "summarise"):
        return _asked(frame.arguments, kind, summarised=verb == "summarise")
    return _ordered(frame.arguments, kind) if verb in ("update", "delete", "restore") else None


def _conditions(arguments: Mapping[str, Any]) -> list[dict[str, Any]]:
    where = arguments.get("where") or ()
    return [dict(one) for one in where if isinstance(one, Mapping) and "field" in one]


def _asked(arguments: Mapping[str, Any], kind: KindCard, *, summarised: bool) -> Earlier | None:
    if arguments.get("deleted"):
        return None
    where = tuple(_conditions(arguments))
    kept = {name: arguments[name] for name in _SUMMARY if arguments.get(name)}
    order = {name: arguments[name] for name in _ORDER if arguments.get(name) is not None}
    limited = bool(arguments.get("limit"))
    return Earlier(kind, where, kept, order, summarised, said=_spoken_of(where), limited=limited)


def _ordered(arguments: Mapping[str, Any], kind: KindCard) -> Earlier | None:
    """What a change of many left behind: its conditions, with the values that the records have now."""
    where, values = _conditions(arguments), {
        name: value for name, value in arguments.items() if name not in ("where", "records", "empty", "even_so")
    }  # fmt: skip
    if not where or arguments.get("records"):
        return None
    found: list[Mapping[str, Any]] = []
    for one in where:
        name = str(one["field"])
        now = moved_by(one, values[name]) if name in values else one
        if now is None:
            return None
        found.append(now)
    said = next(iter(values), "") if len(values) == 1 else _spoken_of(found)
    return Earlier(kind, tuple(found), said=said)


def _spoken_of(where: Sequence[Mapping[str, Any]]) -> str:
    told = [str(one["field"]) for one in where if one.get("test") in ("empty", "filled")]
    return told[-1] if told else ""


def _deals(arguments: Mapping[str, Any], kinds: Kinds, now: datetime) -> Earlier | None:
    if arguments.get("condition") in ("stuck", "at_risk") or arguments.get("decided") or "opportunity" not in kinds:
        return None
    where = [*_outcome(str(arguments.get("status") or "open"), closed=bool(arguments.get("closed")))]
    where += _filters(arguments) + _owner(arguments) + _periods(arguments, _DEAL_DATES)
    where += _listed(arguments, "stage", "stage")
    where += _bounds(arguments, "amount")
    if arguments.get("condition") == "overdue":
        where.append(on_field("expected_close", now.date().isoformat(), test="below"))
    where += _since(arguments, "stage_days", "stage_entered_on", "below", now)
    where += _since(arguments, "silent_days", "last_activity_at", "not_since", now)
    if arguments.get("no_next_step"):
        where.append(on_field("next_step", test="empty"))
    where += _conditions(arguments)
    return Earlier(
        kinds["opportunity"], tuple(where), hand_made=True, said=_spoken_of(where), limited=bool(arguments.get("limit"))
    )


_DEAL_DATES = {"closing": "expected_close", "closed": "closed_on", "created": "created_on"}


def _pipeline(arguments: Mapping[str, Any], kinds: Kinds, now: datetime) -> Earlier | None:
    if "opportunity" not in kinds:
        return None
    where = [on_field("outcome", "open"), *_filters(arguments), *_periods(arguments, {"closing": "expected_close"})]
    axes = arguments.get("by") or []
    by = [_DIMENSIONS.get(str(one), str(one)) for one in ([axes] if isinstance(axes, str) else axes)]
    summary = {"measure": "sum", "of": "amount"} | ({"by": by[0]} if len(by) == 1 else {})
    return Earlier(kinds["opportunity"], tuple(where), summary, summarised=True, hand_made=True)


def _win_rate(arguments: Mapping[str, Any], kinds: Kinds, now: datetime) -> Earlier | None:
    """The closed deals of new business, which is what a win rate is of where nobody says otherwise."""
    if "opportunity" not in kinds:
        return None
    where = [on_field("outcome", "won", "lost"), *_filters(arguments), *_periods(arguments, {"period": "closed_on"})]
    if not any(one["field"] == "deal_type" for one in where):
        where.append(on_field("deal_type", "new"))
    return Earlier(kinds["opportunity"], tuple(where), summarised=True, hand_made=True)


def _leads(arguments: Mapping[str, Any], kinds: Kinds, now: datetime) -> Earlier | None:
    if "lead" not in kinds:
        return None
    where = [
        one for name in ("status", "source", "country", "region", "industry") for one in _listed(arguments, name, name)
    ]
    where += _owner(arguments) + _periods(arguments, {"created": "arrived_at"}) + _bounds(arguments, "score")
    if arguments.get("uncontacted"):
        where.append(on_field("last_contacted_at", test="empty"))
    where += _since(arguments, "silent_days", "last_contacted_at", "below", now)
    where += _conditions(arguments)
    return Earlier(
        kinds["lead"], tuple(where), hand_made=True, said=_spoken_of(where), limited=bool(arguments.get("limit"))
    )


_HAND_MADE: Mapping[str, Callable[[Mapping[str, Any], Kinds, datetime], Earlier | None]] = {
    "find_opportunities": _deals, "pipeline": _pipeline, "win_rate": _win_rate, "find_leads": _leads,
}  # fmt: skip


def _outcome(status: str, *, closed: bool) -> Iterator[dict[str, Any]]:
    if status in ("open", "closed"):
        yield on_field("outcome", "won", "lost") if closed or status == "closed" else on_field("outcome", "open")
    elif status in ("won", "lost"):
        yield on_field("outcome", status)


def _filters(arguments: Mapping[str, Any]) -> list[dict[str, Any]]:
    filters = arguments.get("filters") or {}
    return [on_field(_DIMENSIONS.get(name, name), *_several(values)) for name, values in filters.items()]


def _owner(arguments: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [on_field("owner", arguments["owner"])] if arguments.get("owner") else []


def _listed(arguments: Mapping[str, Any], name: str, on: str) -> list[dict[str, Any]]:
    return [on_field(on, *_several(arguments[name]))] if arguments.get(name) else []


def _several(values: object) -> list[Any]:
    return list(values) if isinstance(values, list | tuple) else [values]


def _periods(arguments: Mapping[str, Any], names: Mapping[str, str]) -> list[dict[str, Any]]:
    return [on_field(on, arguments[name]) for name, on in names.items() if arguments.get(name)]


def _bounds(arguments: Mapping[str, Any], on: str) -> list[dict[str, Any]]:
    least, most = arguments.get(f"min_{on}"), arguments.get(f"max_{on}")
    value: Callable[[Any], Any] = (lambda said: {"amount": str(said)}) if on == "amount" else lambda said: said
    found = [on_field(on, value(least), test="at_least")] if least is not None else []
    return [*found, on_field(on, value(most), test="at_most")] if most is not None else found


def _since(
    arguments: Mapping[str, Any], name: str, on: str, test: str, now: datetime
) -> list[dict[str, Any]]:  # fmt: skip
    days = arguments.get(name)
    day: date = now.date()
    return [on_field(on, (day - timedelta(days=int(days))).isoformat(), test=test)] if days else []
