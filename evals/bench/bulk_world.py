"""A workspace with leads of which half are deleted at once, for both sides of the comparison."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from db.models import Base
from db.session import Database
from db.workspace import create

NOW = datetime(2026, 3, 1, tzinfo=UTC)
SOURCE = "Old list"
_OTHERS = ("Referral", "Website")


async def fill(database: Database, leads: int) -> None:
    """Twice as many leads as are deleted, each with an exchange and an open task."""
    await create(database)
    kept = {"version": 1, "created_at": NOW, "updated_at": NOW}
    made = [
        kept | {
            "id": number, "last_name": f"Lead {number}", "company": f"Company {number // 3}", "status": "new",
            "lead_source": SOURCE if number % 2 else _OTHERS[number % 4 // 2], "opted_out": False,
            "do_not_contact": False, "arrived_at": NOW - timedelta(days=number % 300),
        }
        for number in range(1, 2 * leads + 1)
    ]  # fmt: skip
    exchanges = [
        kept | {"lead_id": one["id"], "channel": "call", "direction": "out", "at": NOW, "subject": "Planning"}
        for one in made
    ]
    tasks = [
        kept | {"lead_id": one["id"], "title": "Call", "status": "open", "kind": "task", "priority": "normal"}
        for one in made
    ]
    async with database.connection() as connection:
        for name, rows in (("leads", made), ("interactions", exchanges), ("tasks", tasks)):
            await connection.execute(Base.metadata.tables[name].insert(), rows)
