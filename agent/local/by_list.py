"""Orders on a product, a stage or a campaign that is called by its name in a closed list: "delete the product Core"."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from agent.local.assigning import assigned, orders
from agent.local.consent import spoken_exactly
from agent.local.mentions import Mention, Named
from agent.local.order_values import by, given
from agent.local.parts import Part
from agent.local.patterns import compiled
from agent.local.reading import Reading
from agent.local.requests import TurnSoFar, span_of
from agent.local.schema import KindCard, Request

_SURE = 0.9
_LISTED = ("product", "campaign", "stage")
"""Kinds whose names stand in closed lists, by the list."""
_SPEAKS_OF = {
    "product": re.compile(r"(?<!\w)(?:product|list price|price|family)(?!\w)"),
    "campaign": re.compile(r"(?<!\w)campaign(?!\w)"),
    "stage": re.compile(r"(?<!\w)(?:stage|probability|rotting|position)(?!\w)"),
}
_POLITE = r"(?:(?:hey|hi|ok|okay|please|pls|and|then|also|now|so|just|yes|can you|could you|would you|will you|i want you to|let us) ?,? ?)*"
_DELETE = rf"^{_POLITE}(?:delete|remove|drop|scrap|bin|get rid of|kill) (?:the |our )?"
_RENAME = rf"^{_POLITE}(?:rename|retitle) (?:the |our )?"
_SET = rf"^{_POLITE}(?P<verb>set|change|update|put|make|adjust|correct|move|raise|increase|lower|reduce|cut|decrease|drop|bump up|bump) (?:the |our )?(?P<field>[a-z][a-z ]*?) (?:of|for|on) (?:the |our )?"
_ENDS = r"(?: (?:from the list|from our list|please|pls|now|again))*(?: ?[,;-] (?!but |only |if |unless |when |after |and )[^,;]+| because .+| since .+)?$"
"""A reason behind the order; what it hangs on is none."""


def take_listed(turn: TurnSoFar, part: Part) -> bool:
    """Adds what a clause orders of one record of a closed list to the turn.

    Returns:
        whether a rule has read the clause.
    """
    clause = part.main
    if any(record.kind != "user" for one in clause.mentions_of(Named.RECORD) for record in one.records):
        return False
    for name in _LISTED:
        mentions = [one for one in clause.mentions_of(Named.VALUE) if one.dimension == name]
        if len(mentions) != 1 or name not in turn.kinds or not turn.kinds[name].writable:
            continue
        kind, mention = turn.kinds[name], mentions[0]
        if _deleted(clause, kind, mention):
            records = [{"kind": name, **_called(mention)}]
            turn.requests.append(
                Request(f"delete_{kind.plural}", kind.area, {"records": records}, _SURE, span_of(part))
            )
            return True
        if values := _renamed(clause, kind, mention) or _updated(clause, kind, mention):
            own = mention.exact and orders(clause) and spoken_exactly(turn.reading, part)
            arguments = {**values, "record": {"kind": name, **_called(mention)}}
            turn.requests.append(
                Request(f"update_{name}", kind.area, arguments, _SURE, span_of(part), asked_by_own_words=own)
            )
            return True
    return False


def _called(mention: Mention) -> dict[str, Any]:
    return {"where": [{"field": "name", "value": [mention.value]}]}


def _with_noun(clause: Reading, kind: KindCard, mention: Mention) -> str:
    """The name with the noun of its kind beside it, as a pattern: a bare "Core" may be anything."""
    said = re.escape(clause.text.norm_between(mention.first, mention.last))
    noun = "|".join(re.escape(one.lower()) for one in kind.nouns)
    return rf"(?:(?:{noun}) (?:called |named |')?{said} ?'?|'?{said} ?'? (?:{noun}))"


def _deleted(clause: Reading, kind: KindCard, mention: Mention) -> bool:
    norm = clause.norm.rstrip(" .!")
    return bool(compiled(_DELETE + _with_noun(clause, kind, mention) + _ENDS).match(norm))


def _renamed(clause: Reading, kind: KindCard, mention: Mention) -> Mapping[str, Any] | None:
    norm = clause.norm.rstrip(" .!")
    match = compiled(_RENAME + _with_noun(clause, kind, mention) + r" (?:to|as|into) (?P<name>.+)$").match(norm)
    if match is None or kind.field("name") is None:
        return None
    first, last = clause.text.token_range(*match.span("name"))
    return {"name": clause.text.written_between(first, last).strip(" .!“”\"'")}


def _updated(clause: Reading, kind: KindCard, mention: Mention) -> Mapping[str, Any] | None:
    """`raise the list price of Enterprise by 10 %`: what it is to become, where every word of it is read."""
    norm = clause.norm.rstrip(" .!")
    said = re.escape(clause.text.norm_between(mention.first, mention.last))
    called = rf"(?:{_with_noun(clause, kind, mention)}|{said})"
    for form, values_of in ((r" (?:to|at) (?P<to>.+?)", given), (r" by (?P<by>.+?)", by)):
        match = compiled(_SET + called + form + _ENDS).match(norm)
        if match is not None and (found := values_of(clause, kind, match)):
            return found
    if not _SPEAKS_OF[kind.kind].search(clause.norm):
        return None
    beside = clause.text.span(mention.first, mention.last)
    values = assigned(clause, kind, beside=(beside,))
    # "Acme to the Proposal stage": a stage alone is where a deal is to be, and no order to the stage.
    return values if values and not (kind.kind == "stage" and set(values) <= {"stage"}) else None
