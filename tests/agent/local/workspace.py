"""A small workspace for the local model's tests: its closed lists, its people and its records."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from agent.local import Record, Understanding, Vocabulary, understand
from agent.local.directory import MemoryDirectory
from agent.local.schema import Memory
from tests.agent.local.cards import CARDS

NOW = datetime(2025, 5, 14, 11, 30, tzinfo=ZoneInfo("Europe/Berlin"))  # a Wednesday
PEOPLE = (
    Record("user", "1", "Dana Whitfield"),
    Record("user", "2", "Marco Bianchi"),
    Record("user", "3", "Yuki Sato"),
)
VOCABULARY = Vocabulary(
    {
        "stage": {"Discovery": (), "Qualification": (), "Proposal": (), "Negotiation": ()},
        "region": {"EMEA": (), "North America": ("NA", "US", "USA"), "APAC": (), "LATAM": ()},
        "product": {"Core": (), "Pro": (), "Enterprise": ()},
        "lead_source": {"Referral": ("referrals",), "Inbound": (), "Outbound": (), "Partner": (), "Event": ()},
        "industry": {"FinTech": (), "Healthcare": (), "Retail": (), "Manufacturing": (), "SaaS": ()},
        "team": {"Enterprise Team": (), "Growth Team": ()},
    },
    PEOPLE,
)
RECORDS = (
    Record("account", "10", "Halberd Systems"),
    Record("account", "11", "Larkspur Foods"),
    Record("account", "12", "Quarry Bank"),
    Record("contact", "20", "Elena Marsh", context="Halberd Systems"),
    Record("contact", "21", "Tobias Kern", context="Larkspur Foods"),
    Record("contact", "22", "Elena Duarte", context="Quarry Bank"),
    Record("lead", "30", "Priya Nair"),
    Record("opportunity", "40", "Halberd Rollout"),
    Record("opportunity", "41", "Larkspur Renewal 2026"),
)
DIRECTORY = MemoryDirectory(RECORDS)


def record(name: str) -> Record:
    return next(one for one in (*RECORDS, *PEOPLE) if one.name == name)


def ask(text: str, memory: Memory | None = None) -> Understanding:
    return understand(text, cards=CARDS, vocabulary=VOCABULARY, directory=DIRECTORY, memory=memory, now=NOW)
