"""Are the arguments those a careful reader would insist on, with nothing beside them that narrows the answer?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from db.names import fold
from evals.cases import ExpectedStep
from evals.observed import Ref, Speaker
from evals.scorers.calls import CLOSED, Args, before, flat, latest_complete
from evals.scorers.times import Due, Look, Span, clamped, due, spans
from tools.registry import by_name
from tools.science.periods import Grain, Period

NOTHING = "nothing"
_TONES = (
    {"formal", "professional"},
    {"friendly", "warm", "casual", "informal", "soft", "gentle", "kind"},
    {"direct", "firm", "blunt", "assertive"},
)
_FIRST_PERSON = re.compile(r"\b(i|me|my|mine|i'?m|i'?ve|i'?ll|i'?d|myself)\b", re.IGNORECASE)
_MY_TEAM = re.compile(r"\b(team|we|our|us|everyone|everybody)\b", re.IGNORECASE)
_GRAINS = frozenset(Grain)


@dataclass(frozen=True, slots=True)
class Difference:
    argument: str
    expected: str
    got: str


@dataclass(frozen=True, slots=True)
class Setting:
    """What a comparison needs to know beside the two sides. `said`: the person's words."""

    speaker: Speaker
    said: str


def differences(expected: ExpectedStep, got: Args, setting: Setting) -> list[Difference]:
    """What does not fit. `got` is a call in the words of the cases (`in_words_of_cases`)."""
    wanted = flat(expected.args)
    if expected.tool == "overdue_tasks" and "period" in wanted:
        wanted.pop("scope", None)  # a time of being due says which tasks are meant
    found = []
    for name, value in wanted.items():
        accepted = _accepted(name, value, expected, setting)
        if not _fits(name, accepted, got.get(name), setting) and not _in_instruction(name, accepted, got):
            found.append(Difference(name, _shown(accepted), _shown(got.get(name, NOTHING))))
    extra = {name: value for name, value in got.items() if name not in wanted}
    return found + [
        Difference(name, NOTHING, _shown(value))
        for name, value in extra.items()
        if not _neutral(name, value, expected, got, setting)
    ]


def _accepted(name: str, value: object, expected: ExpectedStep, setting: Setting) -> object:
    """The expected value, resolved: periods and due times against the clock, placeholders to records."""
    if name in ("period", "created"):
        return spans(str(value), setting.speaker.now.date(), _look(expected))
    if name == "versus":
        return _versus(str(value), expected, setting)
    if name == "due":
        return due(str(value), setting.speaker.now)
    if isinstance(value, list):
        return [setting.speaker.stands_for(one) for one in value]
    return setting.speaker.stands_for(value) if isinstance(value, str) else value


def _look(expected: ExpectedStep) -> Look:
    if expected.tool in ("pipeline", "overdue_tasks"):
        return Look.AHEAD
    if expected.tool == "find_opportunities":
        return Look.BACK if expected.args.get("status") in CLOSED else Look.AHEAD
    return Look.BACK


def _versus(token: str, expected: ExpectedStep, setting: Setting) -> frozenset[Span]:
    """A quarter or month to compare with may also be the latest one before the period asked about."""
    today = setting.speaker.now.date()
    asked = expected.args.get("period")
    periods = spans(str(asked), today, Look.BACK) if asked else {latest_complete(today, Grain.QUARTER)}
    if token == "same_quarter_last_year":  # noqa: S105 - a period, not a password
        return frozenset(
            Span(one.first.replace(year=one.first.year - 1), _quarter_end(one).replace(year=one.first.year - 1))
            for one in periods
        )
    return spans(token, today, Look.BACK) | {
        found for one in periods for found in spans(token, one.first, Look.BACK) if found.last < one.first
    }


def _quarter_end(span: Span) -> date:
    return Period.containing(span.first, Grain.QUARTER).last


def _in_instruction(name: str, accepted: object, got: Args) -> bool:
    """A tone or a length that a tool has no name for may be passed on in the person's own words ("apologise")."""
    if name not in ("tone", "length") or name in got:
        return False
    if accepted == "neutral":
        return True
    return str(accepted)[:6] in _squeezed(str(got.get("instruction", "")))


def _fits(name: str, accepted: object, got: object, setting: Setting) -> bool:
    if isinstance(accepted, Due):
        return accepted.holds(got, setting.speaker.now)
    if isinstance(accepted, frozenset):
        today = setting.speaker.now.date()
        return isinstance(got, Span) and (got in accepted or clamped(got, today, Look.BACK) in accepted)
    if name in ("record", "to", "assignee") or name == "filters.owner":
        return same_record(accepted, _only(got))
    if name in ("title", "instruction"):
        return _squeezed(str(accepted)) in _squeezed(str(got or ""))
    if name == "tone":
        return tone_fits(str(accepted), str(got or ""))
    if name in ("by", "stage", "status") or name.startswith("filters."):
        return got is not None and _folded(accepted) == _folded(got)
    if name in ("amount_min", "amount_max", "score_min", "score_max", "limit"):
        return isinstance(got, int | float) and float(got) == float(str(accepted))
    return got == accepted


def same_record(accepted: object, got: object) -> bool:
    """By kind and id; a colleague also by name, where a tool takes names."""
    if isinstance(got, Mapping):
        got = Ref.of(got)
    if isinstance(accepted, Ref) and isinstance(got, str):
        return accepted.kind == "user" and fold(accepted.name) == fold(got)
    return isinstance(accepted, Ref) and got == accepted


def tone_fits(wanted: str, got: str) -> bool:
    return wanted == got or any({wanted, got} <= group for group in _TONES)


def _neutral(name: str, value: object, expected: ExpectedStep, got: Args, setting: Setting) -> bool:
    """Whether an argument nobody asked for changes nothing."""
    match name:
        case "sort" | "title":
            return True
        case "limit":
            default = by_name(expected.tool).ask.model_fields["limit"].default
            return isinstance(value, int) and value >= int(default)
        case "by":
            shown = _folded(value)
            return shown == {"stage"} if expected.tool == "pipeline" else shown <= _GRAINS and len(shown) <= 1
        case "status":
            return value in ("open", "any")
        case "scope":
            return value == "overdue" and "period" not in expected.args
        case "assignee":
            return _is_me(value, setting.speaker)
        case "filters.owner":
            return is_speaker(_only(value), setting)
        case "filters.team":
            own = {fold(one) for one in setting.speaker.teams}
            return setting.speaker.role in ("rep", "manager") and _folded(value) <= own
        case "period" | "versus" | "grain" if expected.tool == "explain_win_rate":
            return _default(name, value, expected, got, setting)
        case "kind":
            return value == "follow_up"
        case "instruction":
            return _squeezed(str(value)) in _squeezed(setting.said)
        case _:
            return False


def _default(name: str, value: object, expected: ExpectedStep, got: Args, setting: Setting) -> bool:
    """Whether it is what the explanation takes by itself."""
    grain = Grain(str(expected.args.get("grain", "quarter")))
    if name == "grain":
        period = got.get("period")
        return ("period" in expected.args and isinstance(period, Span)) or value == grain
    if name == "period":
        return value == latest_complete(setting.speaker.now.date(), grain)
    period = got.get("period")
    whole = _whole(period, setting) if isinstance(period, Span) else None
    return whole is not None and value == before(whole)


def _whole(span: Span, setting: Setting) -> Span:
    """A running period that was cut at today, in full again."""
    today = setting.speaker.now.date()
    if span.last == today:
        for grain in Grain:
            period = Period.containing(today, grain)
            if period.first == span.first:
                return Span(period.first, period.last)
    return span


def is_speaker(value: object, setting: Setting) -> bool:
    """The speaker as owner: nothing new for a rep; for others where they speak of themselves and not of the team."""
    own_words = bool(_FIRST_PERSON.search(setting.said)) and not _MY_TEAM.search(setting.said)
    return _is_me(value, setting.speaker) and (setting.speaker.role == "rep" or own_words)


def _is_me(value: object, speaker: Speaker) -> bool:
    return value in ("me", speaker.email) or same_record(speaker.user, value)


def _only(value: object) -> object:
    return value[0] if isinstance(value, list | tuple) and len(value) == 1 else value


def _folded(value: object) -> frozenset[str]:
    values: Sequence[object] = value if isinstance(value, list | tuple) else [value]
    return frozenset(fold(str(one)) for one in values)


def _squeezed(text: str) -> str:
    return " ".join(fold(text).replace("’", "'").split())


def _shown(value: object) -> str:
    if isinstance(value, frozenset):
        return " or ".join(sorted(str(one) for one in value))
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)
