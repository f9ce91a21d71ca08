"""A workspace of contacts whose names are as unevenly frequent as people's: `--contacts 100000 --out contacts.db`.

Prints what the index over their texts took, in seconds and bytes, and the questions to ask: single words with up to ten
thousand hits, beginnings, two words, addresses and telephone numbers.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from db.fulltext import index
from db.models import Account, Role, Team, User
from db.session import Database
from db.settings import WorkspaceSettings
from db.workspace import create

MOST_HITS = 10_000
_REPS, _BATCH, _TEAM = 50, 10_000, 1
_MOMENT = "2026-01-05 09:00:00.000000"
_TITLES = ("VP Sales", "IT Manager", "Head of Operations", "Buyer", "Chief Financial Officer", "Engineer")


def names(count: int, rng: random.Random) -> list[str]:
    """Invented names of two to four syllables, each once."""
    found: dict[str, None] = {}
    while len(found) < count:
        syllables = (rng.choice("bcdfghklmnprstvw") + rng.choice("aeiou") for _ in range(rng.randint(2, 4)))
        found["".join(syllables).capitalize()] = None
    return list(found)


def contacts(count: int, rng: random.Random) -> Iterator[tuple[Any, ...]]:
    firsts, lasts, firms = names(400, rng), names(20_000, rng), names(5_000, rng)
    for number in range(1, count + 1):
        # Cubed, so that a few names are borne by very many.
        first, last = firsts[int(400 * rng.random() ** 2)], lasts[int(20_000 * rng.random() ** 3)]
        email = f"{first}.{last}@{rng.choice(firms)}.example".lower()
        phone = f"+49 {rng.randint(30, 89)} {rng.randint(10**6, 10**7 - 1)}"
        yield number, first, last, email, phone, rng.choice(_TITLES), rng.randint(1, count // 10), _MOMENT, _MOMENT


def fill(connection: Any, count: int, rng: random.Random) -> float:  # noqa: ANN401 - SQLAlchemy stays in db
    """Insert everything; the seconds that the index took."""
    connection.execute(Team.__table__.insert(), [{"id": _TEAM, "name": "Sales"}])  # type: ignore[attr-defined]
    people = [
        {"email": f"rep{number}@bench.example", "name": f"Rep {number}", "role": Role.REP, "team_id": _TEAM}
        for number in range(_REPS)
    ]
    boss = {"email": "executive@bench.example", "name": "Executive", "role": Role.EXECUTIVE, "team_id": _TEAM}
    connection.execute(User.__table__.insert(), [*people, boss])  # type: ignore[attr-defined]
    reps = [key for (key,) in connection.exec_driver_sql("SELECT id FROM users WHERE role = 'rep'")]
    with index.loading(connection):
        accounts = [{"name": f"Firm {number}", "owner_id": rng.choice(reps)} for number in range(1, count // 10 + 1)]
        connection.execute(Account.__table__.insert(), accounts)  # type: ignore[attr-defined]
        rows = contacts(count, rng)
        columns = "id, first_name, last_name, email, phone, title, account_id, created_at, updated_at"
        marks = ", ".join("?" * 9)
        statement = f"INSERT INTO contacts ({columns}, version, opted_out, do_not_contact) VALUES ({marks}, 1, 0, 0)"  # noqa: S608 - names of our own
        while batch := [row for row, _ in zip(rows, range(_BATCH), strict=False)]:
            connection.exec_driver_sql(statement, batch)
        begun = time.perf_counter()
    return time.perf_counter() - begun


def questions(connection: Any, rng: random.Random, count: int = 60) -> list[str]:  # noqa: ANN401 - the same
    """Half of them single names from the most frequent of those with up to ten thousand hits down."""
    counted = connection.exec_driver_sql(
        "SELECT last_name, count(*) AS n FROM contacts GROUP BY 1 HAVING n <= ? ORDER BY n DESC LIMIT ?",
        (MOST_HITS, count // 2),
    )
    last = [name for name, _ in counted]
    people = connection.exec_driver_sql("SELECT first_name, last_name, email, phone FROM contacts LIMIT 2000")
    some: Sequence[Any] = rng.sample(list(people), count // 6)
    return [
        *last,
        *(f"{first} {name}" for first, name, _, _ in some),
        *(email for _, _, email, _ in some),
        *(phone.replace("+49 ", "0") for _, _, _, phone in some),
    ]


async def build(count: int, path: Path) -> dict[str, Any]:
    database = Database(WorkspaceSettings(database_url=f"sqlite:///{path}").url)
    rng = random.Random(count)  # noqa: S311 - the same contacts each time, nothing secret
    await create(database)
    async with database.connection() as connection:
        seconds = await connection.run_sync(fill, count, rng)
    async with database.connection() as connection:
        asked = await connection.run_sync(questions, rng)
        size = (await connection.exec_driver_sql("SELECT sum(length(block)) FROM contacts_words_data")).scalar()
    await database.close()
    return {"index_seconds": seconds, "index_bytes": size, "questions": asked}


def main() -> None:
    parser = argparse.ArgumentParser(description="Make a workspace of contacts to search.")
    parser.add_argument("--contacts", type=int, required=True)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    print(json.dumps(asyncio.run(build(given.contacts, given.out))))


if __name__ == "__main__":
    main()
