"""A tool call in the words of the cases, so that it can be compared: `min_amount` becomes `amount_min`, and so on.

Every reader is total: an argument it does not know stays under its own name, where nothing will expect it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from evals.observed import Call, Ref, Speaker
from evals.scorers.times import Look, Span, clamped, parsed
from tools.registry import by_name
from tools.science.periods import Grain, Period

Args = dict[str, Any]
_SORTS = {
    "find_opportunities": {
        "amount": "amount_desc",
        "smallest": "amount_asc",
        "close_date": "close_asc",
        "last_to_close": "close_desc",
        "age": "age_desc",
        "newest": "created_desc",
    },
    "find_leads": {
        "score": "score_desc",
        "lowest_score": "score_asc",
        "newest": "created_desc",
        "oldest": "created_asc",
    },
}
CLOSED = frozenset({"won", "lost", "closed"})


def in_words_of_cases(call: Call, speaker: Speaker, *, drafts: Sequence[Args] = ()) -> tuple[str, Args]:
    """The tool and its arguments as a case would write them; values that change nothing are left out.

    Args:
        drafts: the drafts written before in this conversation, as this function gave them; a revision changes the last.
    """
    given = {name: value for name, value in call.args.items() if value not in (None, [], {}, "", False)}
    if call.tool == "revise_draft":
        before, change = drafts[-1] if drafts else {}, _draft(given, speaker)
        told = [str(one["instruction"]) for one in (before, change) if one.get("instruction")]
        return "draft_email", {**before, **change, **({"instruction": "; ".join(told)} if told else {})}
    if call.tool == "send_email":
        to = call.waits_for or Ref.of(given.get("record"))
        return "send_email", {} if to is None else {"to": to}
    read = _READERS.get(call.tool)
    return call.tool, read(given, speaker) if read else given


def _opportunities(given: Args, speaker: Speaker) -> Args:
    read = _filtered(given)
    _number(read, "min_amount", "amount_min")
    _number(read, "max_amount", "amount_max")
    # The default holds where nothing was said; a time of closing means closed deals.
    read.setdefault("status", "closed" if "closed" in read else "open")
    status = str(read["status"])
    look = Look.BACK if status in CLOSED else Look.AHEAD
    wanted = "closed" if status in CLOSED else "closing"
    if wanted in read:
        read["period"] = _period(read.pop(wanted), speaker, look)
    elif status == "any" and "closed" in read:
        read["period"] = _period(read.pop("closed"), speaker, Look.BACK)
    if "condition" in read:
        read[str(read.pop("condition"))] = True
    if {"stage_days", "silent_days"} & set(read):
        # The cases know no number of days: whatever has not moved for so long is stuck.
        read = {name: value for name, value in read.items() if name not in ("stage_days", "silent_days")}
        read["stuck"] = True
    return _listed("find_opportunities", read)


def _leads(given: Args, speaker: Speaker) -> Args:
    read = dict(given)
    for name in ("source", "country", "region", "industry", "owner"):
        if name in read:
            read[f"filters.{name}"] = read.pop(name)
    if read.pop("uncontacted", False):
        read["contacted"] = False
    if read.pop("silent_days", None):
        read["quiet"] = True
    _number(read, "min_score", "score_min")
    _number(read, "max_score", "score_max")
    if "created" in read:
        read["created"] = _period(read["created"], speaker, Look.BACK)
    return _listed("find_leads", read)


def _listed(tool: str, read: Args) -> Args:
    fields = by_name(tool).ask.model_fields
    for name in ("sort", "limit"):
        read.setdefault(name, fields[name].default)
    read["sort"] = _SORTS.get(tool, {}).get(str(read["sort"]), read["sort"])
    return read


def _pipeline(given: Args, speaker: Speaker) -> Args:
    read = _filtered(given)
    read.setdefault("by", ["stage"])
    if "closing" in read:
        read["period"] = _period(read.pop("closing"), speaker, Look.AHEAD)
    return read


def _rates(given: Args, speaker: Speaker) -> Args:
    read = _filtered(given)
    if "period" in read:
        read["period"] = _period(read["period"], speaker, Look.BACK)
    return read


def _explanation(given: Args, speaker: Speaker) -> Args:
    """With its defaults: the latest complete period, and the one before it."""
    read = _filtered(given)
    today, grain = speaker.now.date(), Grain(str(read.get("grain", "quarter")))
    if read.get("what") == "change":
        del read["what"]
    at = parsed(str(read.pop("at"))) if "at" in read else latest_complete(today, grain)
    if at is None:
        return {**read, "period": given["at"]}
    versus = parsed(str(read["versus"])) if "versus" in read else before(at)
    return {**read, "period": clamped(at, today, Look.BACK), "versus": versus or read.get("versus")}


def latest_complete(today: date, grain: Grain) -> Span:
    period = Period.containing(today, grain).shift(-1)
    return Span(period.first, period.last)


def before(span: Span) -> Span | None:
    """The period before a month, quarter or year; None for other spans."""
    for grain in Grain:
        period = Period.containing(span.first, grain)
        if period.first == span.first and period.last == span.last:
            return Span(period.shift(-1).first, period.shift(-1).last)
    return None


def _patterns(given: Args, speaker: Speaker) -> Args:
    read = _rates(given, speaker)
    if "focus" in read:
        read["outcome"] = {"win": "won", "loss": "lost"}[read.pop("focus")]
    if "by" in read:
        read["by"] = [read["by"]]
    return read


def _action(given: Args, speaker: Speaker) -> Args:
    read = _about(given, speaker)
    read.setdefault("limit", by_name("next_best_action").ask.model_fields["limit"].default)
    return read


def _about(given: Args, speaker: Speaker) -> Args:
    return {**given, "record": Ref.of(given["record"])} if "record" in given else dict(given)


def _draft(given: Args, speaker: Speaker) -> Args:
    read = _about(given, speaker)
    if read.get("length") == "normal":
        del read["length"]
    return read


def _task(given: Args, speaker: Speaker) -> Args:
    read = _about(given, speaker)
    if read.pop("remind", False):
        read["reminder"] = True
    return read


def _tasks(given: Args, speaker: Speaker) -> Args:
    read = dict(given)
    if "owner" in read:
        read["filters.owner"] = read.pop("owner")
    scope = read.pop("scope", "overdue")
    today = speaker.now.date()
    spans = {
        "today": Span(today, today),
        "tomorrow": Span(today + timedelta(days=1), today + timedelta(days=1)),
        "week": Span(today, today + timedelta(days=6 - today.weekday())),
    }
    if "due_in" in read:
        read["period"] = _period(read.pop("due_in"), speaker, Look.AHEAD)
    elif scope in spans:
        read["period"] = spans[scope]
    else:
        read["scope"] = scope
    read.setdefault("limit", by_name("overdue_tasks").ask.model_fields["limit"].default)
    return read


_READERS: Mapping[str, Callable[[Args, Speaker], Args]] = {
    "find_opportunities": _opportunities,
    "find_leads": _leads,
    "pipeline": _pipeline,
    "win_rate": _rates,
    "explain_win_rate": _explanation,
    "win_loss_patterns": _patterns,
    "next_best_action": _action,
    "brief_record": _about,
    "call_script": _about,
    "draft_email": _draft,
    "create_task": _task,
    "overdue_tasks": _tasks,
}


def flat(args: Mapping[str, Any]) -> Args:
    """`filters` as `filters.<dimension>`."""
    read = {name: value for name, value in args.items() if name != "filters"}
    return read | {f"filters.{name}": value for name, value in (args.get("filters") or {}).items()}


def _filtered(given: Args) -> Args:
    read = flat(given)
    if "filters.stage" in read:
        read["stage"] = [*_names(read.get("stage")), *_names(read.pop("filters.stage"))]
    if "owner" in read:
        read["filters.owner"] = read.pop("owner")
    return read


def _names(value: object) -> list[object]:
    return [] if value is None else list(value) if isinstance(value, list | tuple) else [value]


def _number(read: Args, theirs: str, ours: str) -> None:
    if theirs in read:
        read[ours] = float(read.pop(theirs))


def _period(text: object, speaker: Speaker, look: Look) -> Span | object:
    span = parsed(str(text))
    return text if span is None else clamped(span, speaker.now.date(), look)
