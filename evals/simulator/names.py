"""Names of dimensions, segments and people, drawn anew for every company."""

from __future__ import annotations

import numpy as np

DIMENSIONS: dict[str, tuple[str, ...]] = {
    "region": ("North", "South", "East", "West", "Nordics", "Iberia", "Benelux", "DACH", "Gulf"),
    "country": ("Canada", "Chile", "Egypt", "France", "Japan", "Kenya", "Norway", "Poland", "Vietnam"),
    "industry": ("Energy", "Retail", "Banking", "Health", "Logistics", "Media", "Mining", "Telecom", "Travel"),
    "product_type": ("Core", "Plus", "Suite", "Edge", "Lite", "Vault", "Insight", "Connect"),
    "lead_source": ("Inbound", "Outbound", "Partner", "Referral", "Event", "Webinar", "Trial", "Community"),
    "company_size": ("Micro", "Small", "Medium", "Upper medium", "Large", "Global"),
    "channel": ("Direct", "Reseller", "Distributor", "Marketplace", "Agency", "Alliance"),
    "use_case": ("Reporting", "Compliance", "Planning", "Support", "Billing", "Hiring", "Procurement"),
    "competitor": ("Alder", "Birch", "Cedar", "None known", "In-house", "Elm", "Fir"),
    "contract": ("Monthly", "Annual", "Two years", "Three years", "Usage", "Framework"),
    "campaign": ("Spring tour", "Autumn tour", "Always on", "Launch", "Win back", "Field days"),
    "language": ("English", "German", "Spanish", "Portuguese", "Hindi", "Arabic", "Korean"),
}
OWNER_COLUMNS = ("owner", "sales_rep", "account_executive", "opportunity_owner")
LOSS_REASONS = ("Price", "Competitor", "Features", "Timing", "Budget")
NO_DECISION = "No decision"

_FIRST = (
    "Ada", "Ben", "Cleo", "Dara", "Emil", "Faye", "Gus", "Hana", "Igor", "Jana", "Kofi", "Lena", "Milo", "Nora",
    "Omar", "Pia", "Quinn", "Rosa", "Sven", "Tara", "Udo", "Vera", "Wim", "Xenia", "Yara", "Zeno", "Aino",
    "Bram", "Cora", "Dov",
)  # fmt: skip
_LAST = (
    "Abel", "Bauer", "Costa", "Diaz", "Engel", "Faber", "Greco", "Haas", "Ito", "Jansen", "Kaur", "Lund",
    "Mori", "Novak", "Okoro", "Park", "Quist", "Rossi", "Silva", "Tran", "Ueda", "Vogel", "Wolf", "Xu",
    "Yilmaz", "Zeman",
)  # fmt: skip


def people(count: int, rng: np.random.Generator) -> tuple[str, ...]:
    """Distinct full names."""
    picks = rng.choice(len(_FIRST) * len(_LAST), size=count, replace=False)
    return tuple(f"{_FIRST[k % len(_FIRST)]} {_LAST[k // len(_FIRST)]}" for k in picks)


def dimension_names(count: int, rng: np.random.Generator) -> tuple[str, ...]:
    return tuple(str(name) for name in rng.choice(list(DIMENSIONS), size=count, replace=False))


def segment_names(dimension: str, count: int, rng: np.random.Generator) -> tuple[str, ...]:
    return tuple(str(name) for name in rng.choice(DIMENSIONS[dimension], size=count, replace=False))
