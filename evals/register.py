"""What a demo file holds as a whole: how often each name occurs, and the values of its closed lists."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from db.names import fold

_PERSON = "trim(coalesce(first_name, '') || ' ' || coalesce(last_name, ''))"
_NAMED = {"contact": f"{_PERSON} FROM contacts", "lead": f"{_PERSON} FROM leads", "account": "name FROM accounts",
          "opportunity": "name FROM opportunities", "user": "name FROM users"}  # fmt: skip
_LISTS = {
    "region": ("region FROM accounts",),
    "industry": ("industry FROM accounts",),
    "country": ("country FROM leads", "country FROM accounts"),
    "product": ("name FROM products",),
    "source": ("lead_source FROM leads",),
    "lead_source": ("lead_source FROM leads",),
}


@dataclass(frozen=True, slots=True)
class Register:
    """`people`: kind -> (id, name) of everybody, those with the rarest names first."""

    occurs: Mapping[str, int]
    people: Mapping[str, tuple[tuple[int, str], ...]]
    lists: Mapping[str, frozenset[str]]

    def rarity(self, name: str) -> int:
        return self.occurs.get(fold(name), 0)

    def holds(self, dimension: str, value: str) -> bool:
        return dimension not in self.lists or fold(value) in {fold(one) for one in self.lists[dimension]}


def read(path: Path) -> Register:
    with closing(sqlite3.connect(path)) as store:
        rows = {kind: store.execute(f"SELECT id, {what}").fetchall() for kind, what in _NAMED.items()}
        lists = {
            name: frozenset(one for what in sources for (one,) in store.execute(f"SELECT DISTINCT {what}") if one)
            for name, sources in _LISTS.items()
        }
    occurs = Counter(fold(name) for found in rows.values() for _, name in found)
    people = {
        kind: tuple(sorted(rows[kind], key=lambda one: (occurs[fold(one[1])], one[0]))) for kind in ("contact", "lead")
    }
    return Register(occurs, people, lists)
