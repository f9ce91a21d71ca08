"""What the tables hold about money, read as they are and not through the repository that is on trial."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from db.session import Database
from db.settings import WorkspaceSettings

_MICRO = Decimal(1_000_000)
_WORKSPACE = "SELECT {} FROM budgets WHERE substr(purse, 1, 10) = 'workspace:'"


async def number(database: Database, query: str) -> int:
    """The one number a query gives; 0 for none."""
    async with database.unscoped().read() as session:
        connection = await session.connection()
        return int((await connection.exec_driver_sql(query)).scalar() or 0)


async def spend(database: Database, settings: WorkspaceSettings, dollars: Decimal) -> None:
    """Open this month's purse of a fresh workspace with something spent of it."""
    values = f"'workspace:{datetime.now(settings.zone):%Y-%m}', {int(dollars * _MICRO)}, 0"
    async with database.connection() as connection:
        await connection.exec_driver_sql(
            f"INSERT INTO budgets (purse, spent, reserved) VALUES ({values})"  # noqa: S608 - our own figures
        )


async def spent(database: Database) -> Decimal:
    """Of the workspace's purse."""
    return await number(database, _WORKSPACE.format("spent")) / _MICRO


async def used(database: Database) -> Decimal:
    """Spent and reserved of the workspace's purse."""
    return await number(database, _WORKSPACE.format("spent + reserved")) / _MICRO


async def under_way(database: Database) -> int:
    """Reservations that nobody has settled."""
    return await number(database, "SELECT count(*) FROM usage WHERE settled_at IS NULL")


async def held(database: Database) -> int:
    """Reservations that are open, and purses that still hold some."""
    return await under_way(database) + await number(database, "SELECT count(*) FROM budgets WHERE reserved <> 0")
