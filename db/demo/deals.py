"""What a deal is made of."""

from __future__ import annotations

from dataclasses import dataclass

from db.demo.accounts import INDUSTRIES, REGIONS
from db.demo.calendar import Days
from db.demo.draw import Flags, Floats, Ints
from db.demo.errors import ImpossiblePlan
from db.demo.people import Staff

PRODUCTS = ("Core", "Pro", "Enterprise")
DEAL_TYPES = ("new", "expansion", "renewal")
SOURCES = ("Inbound", "Outbound", "Partner", "Referral", "Event", "Existing customer")


@dataclass(frozen=True, slots=True)
class Deals:
    """Aligned arrays, one entry per deal, ordered by day of opening.

    `ends` is the day the deal ends (for an open deal: would end), `closed` whether that day has come, `won`
    the outcome of closed deals, `stuck` marks open deals that stopped moving, `excess` the losses that the
    story added, `pressed` the deals it made harder, `purged` those closed in bulk. Codes are positions in the
    tuples of this module, of `accounts` and of `people.Staff`; `chance` is the probability of a win.
    """

    opened: Days
    ends: Days
    closed: Flags
    won: Flags
    stuck: Flags
    excess: Flags
    purged: Flags
    pressed: Flags
    kind: Ints
    account: Ints
    contact: Ints
    rep: Ints
    team: Ints
    region: Ints
    industry: Ints
    product: Ints
    source: Ints
    chance: Floats

    def codes(self, dimension: str, staff: Staff) -> tuple[Ints, tuple[str, ...]]:
        """Codes and names of a dimension a cause can be placed by."""
        return {
            "region": (self.region, REGIONS),
            "industry": (self.industry, INDUSTRIES),
            "product": (self.product, PRODUCTS),
            "lead_source": (self.source, SOURCES),
            "team": (self.team, staff.team_names),
        }[dimension]


def position(names: tuple[str, ...], name: str, dimension: str) -> int:
    if name not in names:
        raise ImpossiblePlan(f"there is no {dimension.replace('_', ' ')} {name}")
    return names.index(name)
