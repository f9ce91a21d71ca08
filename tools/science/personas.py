"""Who is on the buyer's side in won deals: titles, their roles, and who decides."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from tools.science import titles
from tools.science.deal_records import Coded, Codes, Records, closed_deals, coded
from tools.science.segment_rates import SUPPORTED_Q
from tools.science.winrate.proportions import benjamini_hochberg, change_p, wilson

_DECIDES = frozenset({"decision_maker", "economic_buyer"})


def extract_buyer_personas(inputs: Mapping[str, Any], context: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Find the titles that occur in won deals, and compare with lost deals where those carry contacts.

    Args:
        inputs: `deals` as for `analyze_win_loss_patterns`, each with `contacts` (mappings with `title` and optionally
            `department`, `role`, `seniority`); `min_occurrences` (default 3), counted in contacts.
        context: `trace_id` is handed back.

    Returns:
        `personas`, `decision_maker_patterns`, `warnings`; or `{"status": "error", "error": ...}`. `interval` is that
        of the share of won deals with the title; `q_value` tests it against the share of lost deals, 1 without any.
    """
    records = closed_deals(inputs.get("deals"), days=inputs.get("time_period_days"))
    trace = {"trace_id": context["trace_id"]} if context and context.get("trace_id") else {}
    if not records.given:
        return {"status": "error", "error": "No deals to analyse.", **trace}
    if not records.count:
        return {"status": "error", "error": "No won or lost deals to analyse.", **trace}
    if not records.won.any():
        return {"status": "error", "error": "No won deals to analyse.", **trace}
    people = _Contacts(records)
    least = inputs.get("min_occurrences")
    found = _personas(people, least=max(1, int(least)) if isinstance(least, int | float) else 3)
    warnings = list(records.warnings)
    if not people.lost_deals:
        warnings.append("Lost deals carry no contacts, so this shows who is met in won deals, not what wins them.")
    return {
        "status": "success",
        **trace,
        "personas": found,
        "decision_maker_patterns": _decision_makers(people),
        "deals_with_contacts": people.won_deals,
        "warnings": warnings,
    }


class _Contacts:
    """All contacts of all closed deals as columns; `deal` is the position of the deal."""

    def __init__(self, records: Records) -> None:
        several = [_contacts(row.get("contacts")) for row in records.rows]
        self.deal = np.repeat(np.arange(len(several)), np.fromiter(map(len, several), np.int64, len(several)))
        self.won = records.won[self.deal]
        people = list(chain.from_iterable(several))
        spelt = coded([one.get("title") for one in people])
        self.title, self.shown = _merged(spelt)
        self.spelt = spelt
        self.department = coded([one.get("department") for one in people])
        self.seniority = coded([one.get("seniority") for one in people])
        roles = coded([one.get("role") for one in people])
        self.role = Coded(roles.codes, tuple(re.sub(r"[\s-]+", "_", label.lower()) for label in roles.labels))
        self.won_deals = _different(self.deal[self.won]).size
        self.lost_deals = _different(self.deal[~self.won]).size


def _contacts(value: object) -> Sequence[Mapping[str, Any]]:
    if type(value) is not list and not isinstance(value, tuple):
        return ()
    for one in value:
        if type(one) is not dict:
            return [entry for entry in value if isinstance(entry, Mapping)]
    return value


def _merged(spelt: Coded) -> tuple[Codes, int]:
    """Codes of titles after mending their long forms, and how many there are."""
    keys: dict[str, int] = {}
    mended = np.array(
        [keys.setdefault(titles.normal(label), len(keys)) for label in spelt.labels] or [0], dtype=np.int64
    )
    return np.where(spelt.codes >= 0, mended[np.maximum(spelt.codes, 0)], -1), len(keys)


@dataclass(frozen=True, slots=True)
class _Met:
    """One title: contacts with it in won deals, and the won and lost deals it occurs in."""

    code: int
    contacts: int
    won_deals: int
    lost_deals: int


def _personas(people: _Contacts, *, least: int) -> list[dict[str, Any]]:
    titled = people.title >= 0
    occurrences = np.bincount(people.title[titled & people.won], minlength=people.shown)
    won_deals = _deals_with(people, people.won & titled)
    lost_deals = _deals_with(people, ~people.won & titled)
    met = [
        _Met(int(code), int(occurrences[code]), int(won_deals[code]), int(lost_deals[code]))
        for code in np.flatnonzero(occurrences >= least)
    ]
    p = [_p_value(one, people) for one in met]
    order = np.argsort(people.title, kind="stable")
    found = [_persona(one, people, order, q) for one, q in zip(met, benjamini_hochberg(p), strict=True)]
    return sorted(found, key=lambda one: (not one["supported"], -one["occurrence_count"], one["title_pattern"]))


def _deals_with(people: _Contacts, chosen: npt.NDArray[np.bool_]) -> Codes:
    """Title -> number of different deals among the chosen contacts."""
    if not chosen.any():
        return np.zeros(people.shown, dtype=np.int64)
    deals = int(people.deal[-1]) + 1
    pairs = _different(np.sort(people.title[chosen] * deals + people.deal[chosen]))
    return np.bincount(pairs // deals, minlength=people.shown)


def _different(ordered: Codes) -> Codes:
    """The values of an ascending array, each once."""
    return ordered[np.concatenate([[True], ordered[1:] != ordered[:-1]])] if ordered.size else ordered


def _p_value(one: _Met, people: _Contacts) -> float:
    return change_p(one.lost_deals, people.lost_deals, one.won_deals, people.won_deals) if people.lost_deals else 1.0


def _persona(one: _Met, people: _Contacts, order: Codes, q: float) -> dict[str, Any]:
    first, last = np.searchsorted(people.title[order], [one.code, one.code + 1])
    rows = order[first:last]
    rows = rows[people.won[rows]]
    title = _ranked(people.spelt, rows)[0]
    roles = _ranked(people.role, rows)
    low, high = wilson(one.won_deals, people.won_deals)
    return {
        "title_pattern": title,
        "department": next(iter(_ranked(people.department, rows)), None),
        "seniority": next(iter(_ranked(people.seniority, rows)), None),
        "occurrence_count": one.contacts,
        "deal_count": one.won_deals,
        "typical_roles": roles,
        "recommendation": _advice(title, roles, one, people, q),
        "interval": [round(low, 4), round(high, 4)],
        "q_value": round(q, 6),
        "supported": q <= SUPPORTED_Q,
    }


def _ranked(column: Coded, rows: Codes) -> list[str]:
    """The labels of these rows, the commonest first."""
    codes = column.codes[rows]
    counts = np.bincount(codes[codes >= 0], minlength=len(column.labels)) if (codes >= 0).any() else np.zeros(0)
    places = [int(code) for code in np.flatnonzero(counts)]
    return [column.labels[code] for code in sorted(places, key=lambda code: (-counts[code], column.labels[code]))]


def _advice(title: str, roles: list[str], one: _Met, people: _Contacts, q: float) -> str:
    role = roles[0].replace("_", " ") if roles else "contact"
    said = f"Target {title} as {role}: met in {one.won_deals} of {people.won_deals} won deals"
    if not people.lost_deals:
        return f"{said}. Lost deals carry no contacts, so this is not shown to make the difference."
    said += f" and {one.lost_deals} of {people.lost_deals} lost deals"
    if q > SUPPORTED_Q:
        return f"{said}. Not supported yet: the difference could be chance."
    more = one.won_deals / people.won_deals > one.lost_deals / people.lost_deals
    return f"{said}." if more else f"{said}: met less often where you won, so do not rely on this title alone."


def _decision_makers(people: _Contacts) -> dict[str, Any]:
    deciding = np.array([label in _DECIDES for label in people.role.labels] or [False])
    rows = np.flatnonzero(people.won & (people.role.codes >= 0) & deciding[np.maximum(people.role.codes, 0)])
    titles = _by_merged_title(people, rows)
    seniority = next(iter(_ranked(people.seniority, rows)), None)
    if not titles:
        said = "No decision maker with a title is on record in won deals; note roles on contacts to learn who decides."
        return {"most_common_title": None, "most_common_seniority": seniority, "recommendation": said, "count": 0}
    title, count, total = titles
    return {
        "most_common_title": title,
        "most_common_seniority": seniority,
        "recommendation": f"Engage the {title} early: {count} of {total} decision makers in won deals.",
        "count": count,
        "decision_makers": total,
    }


def _by_merged_title(people: _Contacts, rows: Codes) -> tuple[str, int, int] | None:
    titled = rows[people.title[rows] >= 0]
    if not titled.size:
        return None
    counts = np.bincount(people.title[titled])
    top = int(np.argmax(counts))
    return _ranked(people.spelt, titled[people.title[titled] == top])[0], int(counts[top]), len(titled)
