"""What a workspace may set for itself: the one roster of rules, how each is written, and what holds without it.

A rule that was set in the workspace holds over the environment variable, and that over the default: the variable is
what a workspace starts with, what people decided in it stays when it moves to another machine.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from db.errors import BadRule, UnknownRule
from db.money import CURRENCIES
from db.settings import RateBasis, WeekStart, WorkspaceSettings

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
KEPT_KINDS = ("lead", "contact", "opportunity", "interaction", "note", "task")
"""The kinds of records that a retention can be set for."""
LONGEST_DAYS = 36_500
NEVER = "never"


class RuleSource(StrEnum):
    """What a rule in force comes from."""

    WORKSPACE = "workspace"
    ENVIRONMENT = "environment"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class RuleKind:
    """One rule there is.

    Attributes:
        key: as verbs, routes and tools call it.
        title: its name in a sentence.
        about: what it decides, in one sentence.
        setting: the field of `WorkspaceSettings` it overrides; empty where only the workspace says it.
        default: what holds where neither the workspace nor the environment says anything.
        read: the text a person wrote as it is stored; raises `ValueError` with what would be right.
        shown: a stored value in a sentence.
    """

    key: str
    title: str
    about: str
    default: str
    read: Callable[[str], str]
    setting: str = ""
    shown: Callable[[str], str] = str

    @property
    def variable(self) -> str:
        """The environment variable it overrides; empty where there is none."""
        return f"RAINMAKER_{self.setting.upper()}" if self.setting else ""

    def value(self, text: str) -> str:
        """What a person wrote, as it is stored. Raises `BadRule`."""
        try:
            return self.read(" ".join(text.split()))
        except ValueError as error:
            raise BadRule(self.key, text, str(error)) from error


def _many(kind: str) -> str:
    return "deals" if kind == "opportunity" else f"{kind}s"


def _month(text: str) -> str:
    word = text.casefold().rstrip(".")
    if word.isdecimal() and 1 <= int(word) <= 12:
        return str(int(word))
    # “1 April” and “April 1” name the month too; a year that begins within a month is none that is reckoned with.
    named = re.sub(r"\b(?:0?1(?:st)?|the|of)\b\s*", "", word).strip(" ,.")
    for number, month in enumerate(MONTHS, start=1):
        if len(named) >= 3 and month.casefold().startswith(named):
            return str(number)
    raise ValueError("write the month it begins with: April, or 4")


def _zone(text: str) -> str:
    name = text.replace(" ", "_")
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("write a time zone such as Europe/Berlin") from error
    return name


def _currency(text: str) -> str:
    code = text.upper()
    if code not in CURRENCIES:
        raise ValueError("write a currency by its three letters, such as EUR")
    return code


def _one_of(words: Mapping[str, str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        found = words.get(text.casefold().replace("-", " "))
        if found is None:
            raise ValueError(f"write {' or '.join(dict.fromkeys(words.values()))}")
        return found

    return read


def _days(text: str) -> str:
    word = text.casefold()
    if word in (NEVER, "none", "off", "forever", "no limit"):
        return NEVER
    match = re.fullmatch(r"(?:after )?([\d,]+)\s*(d|days?|weeks?|months?|years?|)", word)
    if match is None:
        raise ValueError("write a number of days, such as 730, or never")
    each = {"w": 7, "m": 30, "y": 365}.get(match[2][:1], 1)
    number = int(match[1].replace(",", "")) * each
    if not 1 <= number <= LONGEST_DAYS:
        raise ValueError(f"write 1 to {LONGEST_DAYS:,} days, or never")
    return str(number)


def _reasons(text: str) -> str:
    reasons = list(dict.fromkeys(" ".join(one.split()) for one in text.split(",")))
    kept = [one for one in reasons if one and one.casefold() != "none"]
    joined = ", ".join(kept)
    if len(joined) > 400:
        raise ValueError("name the reasons with commas between them, 400 characters at most")
    return joined


def _in_days(value: str) -> str:
    return value if value == NEVER else f"{int(value):,} {'day' if value == '1' else 'days'}"


_IN_OUT = _one_of(
    {
        "in": "in", "included": "in", "include": "in", "count": "in", "counted": "in", "yes": "in", "true": "in",
        "out": "out", "excluded": "out", "exclude": "out", "left out": "out", "no": "out", "false": "out",
        "not counted": "out",
    }
)  # fmt: skip
_BASIS = _one_of(
    {"count": RateBasis.COUNT, "by count": RateBasis.COUNT, "number": RateBasis.COUNT, "deals": RateBasis.COUNT}
    | {"value": RateBasis.VALUE, "by value": RateBasis.VALUE, "amount": RateBasis.VALUE, "by amount": RateBasis.VALUE}
)
_WEEK_STARTS = _one_of(
    {day[: len(day) - cut]: WeekStart(day) for day in ("monday", "sunday", "saturday") for cut in (0, 3)}
    | {f"{day}s": WeekStart(day) for day in ("monday", "sunday", "saturday")}
)
DISQUALIFIED = "Disqualified, Unqualified, Not qualified, Duplicate, Test, Spam"
"""Reasons of loss that are no decision between us and a competitor (methods, section 1)."""
_ALL: Final = (
    RuleKind(
        "fiscal_year_start", "start of the fiscal year", "The month in which the fiscal year begins.", "1", _month,
        "fiscal_year_start", lambda value: MONTHS[int(value) - 1],
    ),
    RuleKind(
        "week_start", "first day of the week", "The day on which a week begins.", WeekStart.MONDAY, _WEEK_STARTS,
        "week_start", str.capitalize,
    ),
    RuleKind(
        "time_zone", "time zone", "The company's time zone: days and periods are reckoned in it.", "UTC", _zone,
        "timezone",
    ),
    RuleKind(
        "currency", "currency", "The currency of amounts that name none, and the one that others are converted to.",
        "USD", _currency, "currency",
    ),
    RuleKind(
        "win_rate_by", "basis of the win rate", "Whether the win rate counts deals or adds up their value.",
        RateBasis.COUNT, _BASIS, "win_rate_by", lambda value: f"by {value}",
    ),
    RuleKind(
        "win_rate_disqualified", "disqualified deals in the win rate",
        "Whether deals that were lost for a reason of disqualification count as lost.", "out", _IN_OUT,
        "win_rate_disqualified", lambda value: f"left {value}" if value == "out" else "counted as lost",
    ),
    RuleKind(
        "win_rate_renewals", "renewals in the win rate", "Whether renewals and expansions count beside new business.",
        "out", _IN_OUT, "win_rate_renewals", lambda value: f"left {value}" if value == "out" else "counted",
    ),
    RuleKind(
        "disqualified_reasons", "reasons of disqualification",
        "Reasons of loss that say a deal was none, with commas between them; upper and lower case count alike.",
        DISQUALIFIED, _reasons, "disqualified_reasons", lambda value: value or "none",
    ),
    *(
        RuleKind(
            f"retention_{kind}", f"retention of {_many(kind)}",
            f"Days since the last change and activity after which the deletion of {_many(kind)} is proposed.",
            NEVER, _days, shown=_in_days,
        )
        for kind in KEPT_KINDS
    ),
    RuleKind(
        "erase_deleted_after", "erasure of deleted records",
        "Days after which deleted records of the kinds with a retention are erased for good.", NEVER, _days,
        shown=_in_days,
    ),
)  # fmt: skip
RULES: Mapping[str, RuleKind] = MappingProxyType({one.key: one for one in _ALL})


def rule_named(name: str) -> RuleKind:
    """The rule by its key or title. Raises `UnknownRule`."""
    wanted = name.strip().casefold().replace(" ", "_").replace("-", "_")
    for rule in RULES.values():
        if wanted in (rule.key, rule.title.replace(" ", "_"), rule.setting):
            return rule
    raise UnknownRule(name, tuple(RULES))


def effective(settings: WorkspaceSettings, stored: Mapping[str, str]) -> WorkspaceSettings:
    """The settings with the rules of the workspace in the place of the environment's."""
    given: dict[str, Any] = {}
    for key, value in stored.items():
        rule = RULES.get(key)
        if rule is not None and rule.setting:
            given[rule.setting] = int(value) if rule.setting == "fiscal_year_start" else value
    if not given:
        return settings
    return settings.model_copy(update={name: _typed(name, value) for name, value in given.items()})


def _typed(name: str, value: Any) -> Any:  # noqa: ANN401 - the type of the field
    match name:
        case "week_start":
            return WeekStart(value)
        case "win_rate_by":
            return RateBasis(value)
        case _:
            return value
