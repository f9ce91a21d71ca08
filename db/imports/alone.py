"""Real data and the demo never meet: the demo's people need no password, and its figures are made up."""

from __future__ import annotations

from sqlalchemy import Connection, exists, select

from db.errors import DemoWorkspace
from db.models import User


def require_own(connection: Connection) -> None:
    """Refuse to bring data into a workspace that holds the demo company.

    Raises:
        DemoWorkspace: somebody in it belongs to the demo.
    """
    if connection.execute(select(exists().where(User.demo))).scalar():
        raise DemoWorkspace
