"""Which seller fits which prospect: territory, skill and load, weighed, with the reasons in words. Pure.

Each part lies between 0 and 1. Skill is the share of deals won in the prospect's industry, drawn towards the sellers'
own average where few were closed (a beta prior worth `PRIOR` deals), as a part of the best seller's. Load falls as a
seller fills up, prospects of the same round included. Equal sellers take turns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

PRIOR = 5.0
_SAME = 1e-9


@dataclass(frozen=True, slots=True)
class Seller:
    """`closed` by industry in small letters: (won, won and lost)."""

    id: int
    name: str
    team: int | None
    open: int
    closed: Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Prospect:
    id: int
    region: str | None = None
    country: str | None = None
    industry: str | None = None
    source: str | None = None
    team: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """What a seller or a team answers for; every condition that is filled in has to hold."""

    name: str
    region: str | None = None
    country: str | None = None
    industry: str | None = None
    source: str | None = None
    seller: int | None = None
    team: int | None = None

    def holds(self, prospect: Prospect) -> bool:
        wanted = ((self.region, prospect.region), (self.country, prospect.country),
                  (self.industry, prospect.industry), (self.source, prospect.source))  # fmt: skip
        said = [(one, other) for one, other in wanted if one]
        return bool(said) and all(one.casefold() == (other or "").casefold() for one, other in said)


@dataclass(frozen=True, slots=True)
class Weights:
    """`most_open`: whoever has as many open leads and deals gets none while others have fewer."""

    territory: float = 3
    skill: float = 2
    load: float = 2
    most_open: int | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """`by_turn`: others fitted alike, and it was this seller's turn."""

    prospect: int
    seller: int
    reasons: tuple[str, ...]
    by_turn: bool = False


_OWN_RULE, _TEAM_RULE, _OWN_TEAM = 1.0, 0.8, 0.5


def assigned(
    prospects: Sequence[Prospect], sellers: Sequence[Seller], rules: Sequence[Rule], weights: Weights = Weights(),
    *, last: int | None = None,
) -> tuple[tuple[Choice, ...], int | None]:  # fmt: skip
    """One seller for each prospect, in the order given, and whose turn it was last. No sellers, no choices."""
    load = {one.id: one.open for one in sellers}
    made: list[Choice] = []
    for prospect in prospects if sellers else ():
        free = _free(sellers, load, weights)
        scores = {one.id: _score(prospect, one, free, load, rules, weights) for one in free}
        best = max(scores.values())
        alike = [one for one in free if scores[one.id] >= best - _SAME]
        chosen = _next(alike, last) if len(alike) > 1 else alike[0]
        reasons = _reasons(prospect, chosen, load, rules)
        if len(alike) > 1:
            last = chosen.id
            reasons = (*reasons, "whose turn it was among equals")
        made.append(Choice(prospect.id, chosen.id, reasons, len(alike) > 1))
        load[chosen.id] += 1
    return tuple(made), last


def _free(sellers: Sequence[Seller], load: Mapping[int, int], weights: Weights) -> Sequence[Seller]:
    if weights.most_open is None:
        return sellers
    return [one for one in sellers if load[one.id] < weights.most_open] or sellers


def _next(alike: Sequence[Seller], last: int | None) -> Seller:
    """The one after the last in the order of their numbers."""
    ordered = sorted(alike, key=lambda one: one.id)
    return next((one for one in ordered if last is not None and one.id > last), ordered[0])


def _score(
    prospect: Prospect, seller: Seller, free: Sequence[Seller], load: Mapping[int, int], rules: Sequence[Rule],
    weights: Weights,
) -> float:  # fmt: skip
    most = max(load[one.id] for one in free) or 1
    best = max(_rate(prospect, one, free) for one in free) or 1.0
    return (
        weights.territory * _territory(prospect, seller, rules)[0]
        + weights.skill * _rate(prospect, seller, free) / best
        + weights.load * (1 - load[seller.id] / most)
    )


def _territory(prospect: Prospect, seller: Seller, rules: Sequence[Rule]) -> tuple[float, str]:
    held = [rule for rule in rules if rule.holds(prospect)]
    for rule in held:
        if rule.seller == seller.id:
            return _OWN_RULE, f"answers for “{rule.name}”"
    for rule in held:
        if rule.seller is None and rule.team is not None and rule.team == seller.team:
            return _TEAM_RULE, f"is in the team that answers for “{rule.name}”"
    if prospect.team is not None and prospect.team == seller.team:
        return _OWN_TEAM, "is in the lead's team"
    return 0.0, ""


def _rate(prospect: Prospect, seller: Seller, free: Sequence[Seller]) -> float:
    """The share of deals won in the prospect's industry, drawn towards that of all sellers; 0 without an industry."""
    industry = (prospect.industry or "").casefold()
    won = sum(one.closed.get(industry, (0, 0))[0] for one in free)
    closed = sum(one.closed.get(industry, (0, 0))[1] for one in free)
    if not closed:
        return 0.0
    own_won, own_closed = seller.closed.get(industry, (0, 0))
    return (own_won + PRIOR * won / closed) / (own_closed + PRIOR)


def _reasons(prospect: Prospect, seller: Seller, load: Mapping[int, int], rules: Sequence[Rule]) -> tuple[str, ...]:
    said = [why] if (why := _territory(prospect, seller, rules)[1]) else []
    won, closed = seller.closed.get((prospect.industry or "").casefold(), (0, 0))
    if closed:
        said.append(f"won {won} of {closed} deals in {prospect.industry}")
    said.append(f"has {load[seller.id]} open leads and deals")
    return tuple(said)
