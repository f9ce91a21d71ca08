"""The records that may stand for the placeholders of a case: seen by the person, and alone with their names.

Read straight from the file: the search that the program answers by takes seconds for so many names.
"""

# ruff: noqa: S608  statements are put together from names of our own tables and columns; values are bound
from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence

from db.access import Actor
from db.names import fold
from db.records import KINDS
from evals.commands.store import Store, seen_by
from evals.company import Pools
from evals.observed import Ref

_MOST = 40
_NAMESAKES = 3
_PERSON = "trim(coalesce(first_name, '') || ' ' || coalesce(last_name, ''))"
_NAMES = {
    "account": "name", "contact": _PERSON, "lead": _PERSON, "opportunity": "name", "campaign": "name",
    "product": "name",
}  # fmt: skip
_TO_WRITE_TO = "email IS NOT NULL AND opted_out = 0 AND do_not_contact = 0"
_FITTING = {
    "account": "id IN (SELECT account_id FROM opportunities WHERE outcome = 'open' AND deleted_at IS NULL)",
    "contact": _TO_WRITE_TO,
    "lead": _TO_WRITE_TO,
    "opportunity": "outcome = 'open'",
}
_USUAL = {"lead": "status IN ('new', 'contacted', 'qualified')"}
_COLUMN = {"lead": "status", "opportunity": "stage"}


def pools_of(store: Store, actor: Actor, *, seed: int, asked: Iterable[str]) -> Pools:
    """`asked`: the placeholders of all cases; those with a status, a stage or an account have pools of their own."""
    return _Pools(store, actor, random.Random(f"{seed}:{actor.role}")).all(set(asked))  # noqa: S311 - a choice that can be repeated


class _Pools:
    def __init__(self, store: Store, actor: Actor, chance: random.Random) -> None:
        self.store, self.actor, self.chance = store, actor, chance
        self.named = {kind: self._rows(kind) for kind in _NAMES}
        self.colleagues = store.rows("SELECT id, name, role, active, team_id FROM users WHERE deleted_at IS NULL")
        every = [fold(one.name) for refs in self.named.values() for one in refs]
        self.occurs = Counter([*every, *(fold(row["name"]) for row in self.colleagues)])

    def all(self, asked: set[str]) -> Pools:
        pools: dict[str, Sequence[Ref | str]] = {
            kind: self._alone(self._rows(kind, _FITTING.get(kind), _USUAL.get(kind))) for kind in _NAMES
        }
        for name in sorted(one for one in asked if ":" in one):
            numbered, _, value = name.partition(":")
            kind = numbered[:-1]
            narrowed = self._rows(kind, _FITTING[kind], f"{_COLUMN[kind]} = '{value}'")
            pools[f"{kind}:{value}"] = self._alone(narrowed)
        return {**pools, **self._related(), "rep": self._reps(), "ambiguous": self._ambiguous()}

    def _rows(self, kind: str, *also: str | None) -> list[Ref]:
        declared = KINDS[kind]
        where = " AND ".join([seen_by(self.actor, declared), *filter(None, also)])
        rows = self.store.rows(f"SELECT id, {_NAMES[kind]} AS name FROM {declared.table.__tablename__} WHERE {where}")
        return [Ref(kind, row["id"], row["name"]) for row in rows if row["name"]]

    def _alone(self, refs: Sequence[Ref]) -> list[Ref]:
        """Those with a name that nobody else in sight has."""
        alone = [one for one in refs if self.occurs[fold(one.name)] == 1]
        return self.chance.sample(alone, min(len(alone), _MOST))

    def _related(self) -> dict[str, Sequence[Ref | str]]:
        """Accounts with an open deal and a contact of their own, and these."""
        found: dict[str, Sequence[Ref | str]] = {}
        by_account: dict[str, dict[int, list[Ref]]] = {}
        for kind in ("contact", "opportunity"):
            fitting = {one.id: one for one in self._rows(kind, _FITTING[kind]) if self.occurs[fold(one.name)] == 1}
            table = KINDS[kind].table.__tablename__
            by_account[kind] = {}
            for row in self.store.rows(f"SELECT id, account_id FROM {table} WHERE account_id IS NOT NULL"):
                if row["id"] in fitting:
                    by_account[kind].setdefault(row["account_id"], []).append(fitting[row["id"]])
        both = by_account["contact"].keys() & by_account["opportunity"].keys()
        accounts = [one for one in self.named["account"] if one.id in both and self.occurs[fold(one.name)] == 1]
        found["account@"] = self.chance.sample(accounts, min(len(accounts), _MOST))
        for one in accounts:
            found |= {f"{kind}@{one.id}": by_account[kind][one.id] for kind in by_account}
        return found

    def _reps(self) -> list[Ref]:
        """Sellers of today in sight whose first name nobody else has."""
        first = Counter(fold(row["name"].split()[0]) for row in self.colleagues)
        return [
            Ref("user", row["id"], row["name"])
            for row in self.colleagues
            if row["active"] and row["role"] == "rep" and row["id"] != self.actor.user_id
            and (self.actor.sees_all or row["team_id"] in self.actor.teams) and first[fold(row["name"].split()[0])] == 1
        ]  # fmt: skip

    def _ambiguous(self) -> list[str]:
        """First names that fit three contacts or more."""
        first = Counter(one.name.split()[0] for one in self.named["contact"])
        fitting = sorted(name for name, times in first.items() if times >= _NAMESAKES and len(name) > 3)
        return self.chance.sample(fitting, min(len(fitting), _MOST))
