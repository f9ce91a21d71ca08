"""A rule or a rate as somebody says it: “our fiscal year starts in April”, “1 EUR = 1.08 USD from 1 May 2025 (ECB)”."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from db.money import CURRENCIES
from db.rules import KEPT_KINDS, MONTHS, RULES, RuleKind, rule_named
from tools.errors import BadArgument

BACK = frozenset({"default", "the default", "reset", "back", "environment", "unset"})
"""Values that take a rule back to what holds without the workspace."""
_CUES: tuple[tuple[str, str], ...] = (
    ("fiscal_year_start", r"\b(?:fiscal|financial|business) year|\bfy\b"),
    ("week_start", r"\bweeks?\b.*\b(?:start|begin|first day|run)|\bfirst day of the week"),
    ("time_zone", r"\btime ?zone"),
    ("disqualified_reasons", r"\breasons?\b.*\bdisqualif|\bdisqualif\w*\b.*\breasons?\b"),
    ("win_rate_disqualified", r"\bdisqualif|\bunqualified\b"),
    ("win_rate_renewals", r"\brenewals?\b|\bexpansions?\b|\bupsells?\b"),
    ("win_rate_by", r"\bwin[- ]?rates?\b"),
    ("erase_deleted_after", r"\b(?:erase|purge|wipe)\b"),
    ("currency", r"\bcurrenc"),
)
_KINDS = {"deal": "opportunity", "opportunities": "opportunity", "opportunity": "opportunity", "e-mail": "interaction"}
_RETENTION = re.compile(r"\bretention\b|\bretain|\bkeep\b|\bdelet|\bstore\b")
_PERIOD = re.compile(r"\bnever\b|\bforever\b|\bno limit\b|[\d,]+ *(?:days?|weeks?|months?|years?)\b|\b\d+ *$")
_VALUES: dict[str, re.Pattern[str]] = {
    "fiscal_year_start": re.compile(rf"\b(?:{'|'.join(rf'{one[:3]}(?:{one[3:]})?' for one in MONTHS)})\b", re.I),
    "week_start": re.compile(r"\b(?:mon|sun|satur)days?\b", re.I),
    "time_zone": re.compile(r"\b(?:[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+){1,2}|UTC)\b"),
    "currency": re.compile(rf"\b(?:{'|'.join(sorted(CURRENCIES))})\b", re.I),
    "win_rate_by": re.compile(r"\bby (?:count|value|amount|number)\b", re.I),
}
_OUT = re.compile(r"\b(?:out|exclud\w*|without|not|don't|never|leave)\b", re.I)
_IN = re.compile(r"\b(?:in|includ\w*|with|count\w*)\b", re.I)
_RESET = re.compile(r"\b(?:reset|default)\b", re.I)


@dataclass(frozen=True, slots=True)
class SaidRate:
    """A rate as somebody gave it; without a day it is meant from today on."""

    currency: str
    rate: Decimal
    against: str | None = None
    since: date | None = None
    source: str | None = None


def rule_in(words: str) -> RuleKind:
    """The rule that is spoken of. Raises `BadArgument`."""
    text = words.casefold()
    if _RETENTION.search(text) and (kind := _kind_in(text)):
        return RULES[f"retention_{kind}"]
    for key, cue in _CUES:
        if re.search(cue, text):
            return RULES[key]
    raise BadArgument("rule", f"say which one; there are {', '.join(one.title for one in RULES.values())}")


def value_in(rule: RuleKind, words: str) -> str:
    """The value that is given for it, as its rule reads one. Raises `BadArgument`, `BadRule`, `UnknownRule`."""
    if _RESET.search(words):
        return "default"
    if rule.key in _VALUES:
        found = _VALUES[rule.key].findall(words)
        if found:
            return rule.value(found[-1])
    if rule.key.startswith(("retention_", "erase_")) and (period := _PERIOD.search(words.casefold())):
        return rule.value(period[0])
    if rule.key in ("win_rate_disqualified", "win_rate_renewals"):
        if _OUT.search(words):
            return "out"
        if _IN.search(words):
            return "in"
    said = re.split(r"\bto\b|\bare\b|\bis\b|[:=]", words)[-1].strip(" .!")
    return rule.value(said)


def _kind_in(text: str) -> str | None:
    for word in re.findall(r"[a-z-]+", text):
        one = _KINDS.get(word) or _KINDS.get(word.removesuffix("s")) or word.removesuffix("s")
        if one in KEPT_KINDS:
            return one
    return None


_CODE = r"(?P<{0}>[A-Z]{{3}})"
_RATE = re.compile(
    rf"(?:\b1\s*)?\b{_CODE.format('currency')}\b(?:\s*(?:/|to|in|against)\s*{_CODE.format('pair')}\b)?"
    r"\s*(?:rate|is|are|=|:|at|costs?|was)*\s*"
    rf"(?P<rate>\d[\d,]*(?:\.\d+)?)(?:\s*{_CODE.format('against')}\b)?",
    re.IGNORECASE,
)
_MONTH = "|".join(rf"{one[:3]}(?:{one[3:]})?" for one in MONTHS)
_DAY = re.compile(
    r"\b(?P<iso>\d{4}-\d\d-\d\d)\b"
    rf"|\b(?P<day>\d{{1,2}})\.? (?P<month>{_MONTH}) (?P<year>\d{{4}})\b",
    re.IGNORECASE,
)
_SOURCE = re.compile(r"\((?P<in>[^()]{1,80})\)\s*$|\b(?:source|according to|by the)\s*:?\s*(?P<after>.{1,80})$", re.I)


def rate_in(words: str) -> SaidRate:
    """A rate in one line. Raises `BadArgument`."""
    match = _RATE.search(words)
    if match is None:
        raise BadArgument("rate", "write it as “1 EUR = 1.08 USD from 2025-05-01 (ECB)”")
    currency, against = match["currency"].upper(), (match["against"] or match["pair"] or "").upper() or None
    for code in filter(None, (currency, against)):
        if code not in CURRENCIES:
            raise BadArgument("rate", f"{code} is no currency; write it by its three letters, such as EUR")
    source = _SOURCE.search(words)
    said = (source["in"] or source["after"]).strip() if source else None
    return SaidRate(currency, Decimal(match["rate"].replace(",", "")), against, _day_in(words), said)


def _day_in(words: str) -> date | None:
    match = _DAY.search(words)
    if match is None:
        return None
    try:
        if match["iso"]:
            return date.fromisoformat(match["iso"])
        month = next(
            n for n, name in enumerate(MONTHS, start=1) if name[:3].casefold() == match["month"][:3].casefold()
        )
        return date(int(match["year"]), month, int(match["day"]))
    except ValueError as error:
        raise BadArgument("rate", f"“{match[0]}” is no day") from error


def rule_meant(name: str | None, words: str | None) -> RuleKind:
    """The rule by its name, or as the words speak of it."""
    return rule_named(name) if name else rule_in(words or "")


def is_back(value: str) -> bool:
    return value.casefold() in BACK
