"""The search people write first: every word somewhere in name, address or number, by LIKE, over the same table.

As everybody who sees everything, and as a rep with the same conditions of scope. No order but the latest first.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import numpy as np

_ACCOUNTS = "SELECT id FROM accounts WHERE owner_id = :me AND deleted_at IS NULL"
_OWN = f"AND (c.owner_id = :me OR c.account_id IN ({_ACCOUNTS}))"
SCOPES = {"executive": "", "rep": _OWN}
ROUNDS = 12
"""Of the questions, so many are asked: one takes as long as hundreds of ours."""


def search(store: sqlite3.Connection, question: str, scope: str, me: int) -> list[tuple[object, ...]]:
    words = question.split()
    held = " || ' ' || ".join(f"coalesce(c.{name}, '')" for name in ("first_name", "last_name", "email", "phone"))
    every = " AND ".join(f"{held} LIKE :w{place}" for place in range(len(words)))
    told = {f"w{place}": f"%{word}%" for place, word in enumerate(words)} | {"me": me}
    where = f"FROM contacts AS c WHERE c.deleted_at IS NULL AND {every} {scope}"
    total = store.execute(f"SELECT count(*) {where}", told).fetchone()
    page = f"SELECT c.id, c.first_name, c.last_name {where} ORDER BY c.created_at DESC LIMIT 20"
    return [total, *store.execute(page, told).fetchall()]


def main() -> None:
    parser = argparse.ArgumentParser(description="Time a search by LIKE.")
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--questions", type=Path, required=True)
    given = parser.parse_args()
    asked = json.loads(given.questions.read_text(encoding="utf-8"))
    report: dict[str, float] = {}
    with closing(sqlite3.connect(given.workspace)) as store:
        store.execute("PRAGMA cache_size=-32000")
        (me,) = store.execute("SELECT id FROM users WHERE email = 'rep0@bench.example'").fetchone()
        for role, scope in SCOPES.items():
            took = []
            for question in asked[:: max(1, len(asked) // ROUNDS)]:
                begun = time.perf_counter()
                search(store, question, scope, me)
                took.append(time.perf_counter() - begun)
            report[f"{role}_p95"] = float(np.quantile(took, 0.95))
            report[f"{role}_median"] = float(np.median(took))
    print(json.dumps(report))


if __name__ == "__main__":
    main()
