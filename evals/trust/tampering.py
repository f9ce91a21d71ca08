"""What somebody with the database, and without the secret key, could do to the audit chain."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from db.models import AuditEntry, Base
from db.repositories.audit import link

_AUDIT = Base.metadata.tables[AuditEntry.__tablename__]
Attack = Callable[[Any, random.Random, int], None]


class Entries:
    """The rows of the chain, written to past everything that keeps it."""

    def __init__(self, session: Any) -> None:  # noqa: ANN401 - a synchronous session
        self._connection = session.connection()

    def get(self, number: int) -> dict[str, Any]:
        row = self._connection.execute(_AUDIT.select().where(_AUDIT.c.number == number)).mappings().one()
        return dict(row)

    def set(self, number: int, values: dict[str, Any]) -> None:
        self._connection.execute(_AUDIT.update().where(_AUDIT.c.number == number).values(values))

    def add(self, values: dict[str, Any]) -> None:
        self._connection.execute(_AUDIT.insert().values(values))

    def delete(self, first: int, last: int) -> None:
        self._connection.execute(_AUDIT.delete().where(_AUDIT.c.number.between(first, last)))

    def move_up(self, after: int) -> None:
        """Number the entries behind a gap one lower; by way of negative numbers, so that none are there twice."""
        number = _AUDIT.c.number
        self._connection.execute(_AUDIT.update().where(number > after).values(number=-number))
        self._connection.execute(_AUDIT.update().where(number < 0).values(number=-number - 1))

    def rechained(self, entry: dict[str, Any], key: bytes, before: str) -> str:
        names = ("number", "at", "actor_id", "action", "subject", "details")
        digest = link(key, before, *(entry[name] for name in names))
        self.set(entry["number"], {"action": entry["action"], "digest": digest})
        return digest


def _alter(session: Any, dice: random.Random, end: int) -> None:  # noqa: ANN401
    entries = Entries(session)
    number = dice.randint(1, end)
    entry = entries.get(number)
    changed: dict[str, Any] = {
        "at": entry["at"] + timedelta(microseconds=dice.choice((1, 10**6, 86_400 * 10**6))),
        "actor_id": (entry["actor_id"] or 0) + dice.randint(1, 9),
        "action": entry["action"] + dice.choice(("x", " ", "é")),
        "subject": dice.choice(("", "user:1", "x")),
        "details": {**entry["details"], "n": str(entry["details"].get("n", 0))},
        "digest": hashlib.sha256(json.dumps(number).encode()).hexdigest(),
    }
    field = dice.choice(sorted(changed))
    entries.set(number, {field: changed[field]})


def _remove(session: Any, dice: random.Random, end: int) -> None:  # noqa: ANN401
    first = dice.randint(1, end - 1)
    Entries(session).delete(first, min(first + dice.randint(0, 5), end - 1))


def _close_the_gap(session: Any, dice: random.Random, end: int) -> None:  # noqa: ANN401
    entries = Entries(session)
    gone = dice.randint(1, end - 1)
    entries.delete(gone, gone)
    entries.move_up(gone)


def _swap(session: Any, dice: random.Random, end: int) -> None:  # noqa: ANN401
    entries = Entries(session)
    one, other = dice.sample(range(1, end + 1), 2)
    first, second = entries.get(one), entries.get(other)
    entries.set(one, second | {"number": one})
    entries.set(other, first | {"number": other})


def _insert(session: Any, dice: random.Random, end: int) -> None:  # noqa: ANN401
    entries = Entries(session)
    copied = entries.get(dice.randint(1, end))
    entries.add(copied | {"number": end + 1, "action": dice.choice((copied["action"], "change.applied"))})


def _cut_off(session: Any, dice: random.Random, end: int) -> None:  # noqa: ANN401
    Entries(session).delete(dice.randint(1, end), end)


def _replace_the_end(session: Any, dice: random.Random, end: int) -> None:  # noqa: ANN401
    """The last entries anew, chained with a key of one's own."""
    entries = Entries(session)
    first = dice.randint(1, end)
    key = dice.randbytes(32)
    before = entries.get(first - 1)["digest"] if first > 1 else ""
    for number in range(first, min(first + 20, end) + 1):
        entry = entries.get(number) | {"action": "trial.forged"}
        before = entries.rechained(entry, key, before)


ATTACKS: dict[str, Attack] = {
    "an altered field": _alter,
    "removed entries": _remove,
    "a removed entry, the others moved up": _close_the_gap,
    "two entries in each other's place": _swap,
    "an entry put in at the end": _insert,
    "an end cut off": _cut_off,
    "an end chained anew with another key": _replace_the_end,
}
