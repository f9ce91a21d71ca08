"""What each agreement and disagreement is worth: data, not code.

A weight is ln(m / u): how much likelier the observation is in two records of one person (m) than in two of
different people (u) (Fellegi & Sunter 1969, "A theory for record linkage"). Agreement on a name counts by how common
the name is, and near agreement counts less (Winkler 1990, "String comparator metrics and enhanced decision rules").
The defaults are judged from the shares named beside them, not estimated from any list; whoever has labelled pairs can
replace them. Fields are not independent, as the theory asks: colleagues and families share telephones and mail boxes,
so such evidence is capped where names differ, and an employer counts once, by name or by domain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from types import MappingProxyType


class Level(IntEnum):
    """How a field of one record compares with the same field of another."""

    MISSING = 0
    SAME = 1
    NICKNAME = 2
    INITIAL = 3
    PART = 4
    NEAR = 5
    CLOSE = 6  # near, but both are common names of their own: Eric and Erica, Hansen and Hanson
    DIFFERENT = 7
    ELSEWHERE = 8  # the same local part of a mail address at another domain


def _levels(**weights: float) -> Mapping[Level, float]:
    return MappingProxyType({Level[name.upper()]: weight for name, weight in weights.items()})


@dataclass(frozen=True, slots=True)
class Weights:
    """Natural logarithms. SAME of a name is computed from its share and kept within `first_most` and `last_most`.

    Attributes:
        prior: log-odds that two records which share a key are one person, before any field is compared. The default
            says that among all pairs of a list of some tens of thousands one in 160,000 is.
        first, last: levels of the given and family name; NICKNAME, PART and NEAR are taken off the agreement.
        email: SAME would happen by chance about once in 10⁷ pairs; it is lowered by the names that share the address.
            ELSEWHERE says little, because mailboxes are made of the names that have been counted already.
        phone: SAME lowered likewise: a switchboard is shared by many.
        employer: company name or domain. `country`: two records of one person seldom name two countries.
        generation: Jr against Sr. `generation_missing`: one record has it, the other does not.
        swapped: given and family name the other way round.
        shared_most: what contact details and employer may add where the given names differ (a household, an office).
        namesake_most: the same where the generations differ (father and son).
        sure, likely: probabilities from which a pair has that verdict.
    """

    prior: float = -12.0
    first: Mapping[Level, float] = field(
        default_factory=lambda: _levels(nickname=-0.7, initial=1.5, part=-1.5, near=-1.8, close=-3.5, different=-6.0)
    )
    last: Mapping[Level, float] = field(
        default_factory=lambda: _levels(nickname=-2.0, initial=0.5, part=-2.0, near=-2.0, close=-2.5, different=-5.5)
    )
    first_most: float = 6.0
    last_most: float = 8.0
    email: Mapping[Level, float] = field(
        default_factory=lambda: _levels(same=16.5, near=6.0, elsewhere=-0.5, different=-1.2)
    )
    phone: Mapping[Level, float] = field(default_factory=lambda: _levels(same=11.0, near=1.5, different=-1.2))
    employer: Mapping[Level, float] = field(default_factory=lambda: _levels(same=4.0, near=2.5, different=-2.0))
    country: Mapping[Level, float] = field(default_factory=lambda: _levels(same=0.3, different=-1.2))
    generation: float = -12.0
    generation_missing: float = -0.7
    swapped: float = -0.7
    shared_most: float = 8.0
    namesake_most: float = 4.0
    sure: float = 0.98
    likely: float = 0.5
    account_name: Mapping[Level, float] = field(default_factory=lambda: _levels(same=9.0, near=4.0, different=-7.0))
    account_domain: Mapping[Level, float] = field(default_factory=lambda: _levels(same=9.0, different=-2.5))
    account_phone: Mapping[Level, float] = field(default_factory=lambda: _levels(same=6.0, near=0.5, different=-0.8))


DEFAULT = Weights()
