from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

from sqlalchemy import create_engine

from db.demo import Company, DemoPlan, Sizes, build, insert_company
from db.models import Base

SMALL = Sizes().scaled(0.03)
_ELSEWHERE = """
from datetime import date
from db.demo import DemoPlan, Sizes, build
print(build(DemoPlan(date(2026, 5, 20), sizes=Sizes().scaled(0.03))).fingerprint(), end="")
"""


def test_the_same_plan_gives_the_same_values() -> None:
    plan = DemoPlan(date(2026, 5, 20), sizes=SMALL)
    assert build(plan).fingerprint() == build(plan).fingerprint()


def test_another_seed_or_day_gives_another_company() -> None:
    plans = [DemoPlan(date(2026, 5, 20), sizes=SMALL), DemoPlan(date(2026, 5, 21), sizes=SMALL)]
    plans.append(DemoPlan(date(2026, 5, 20), seed=7, sizes=SMALL))
    assert len({build(plan).fingerprint() for plan in plans}) == 3


def test_neither_hash_order_nor_time_zone_matters() -> None:
    here = build(DemoPlan(date(2026, 5, 20), sizes=SMALL)).fingerprint()
    surroundings = {"PYTHONHASHSEED": "77", "TZ": "Pacific/Auckland", "LC_ALL": "C"}
    root = Path(__file__).parents[3]
    there = subprocess.run(  # noqa: S603 - our own interpreter and our own text
        [sys.executable, "-c", _ELSEWHERE], env=os.environ | surroundings, cwd=root, capture_output=True, check=True
    )
    assert there.stdout.decode() == here


def test_two_stores_hold_the_same_bytes(small: Company) -> None:
    assert _dump(small) == _dump(build(small.plan))


def _dump(company: Company) -> list[str]:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
        insert_company(connection, company)
        raw = connection.connection.dbapi_connection
        assert raw is not None
        lines = list(raw.iterdump())
    engine.dispose()
    return lines
