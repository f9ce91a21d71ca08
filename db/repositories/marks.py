"""A mark that tells this workspace from others, so that exports know where they come from."""

from __future__ import annotations

import secrets

from sqlalchemy import Connection, insert, select

from db.models import Setting

_KEY = "mark"


def workspace_mark(connection: Connection) -> str:
    """Eight hexadecimal digits, drawn once and kept."""
    stored = connection.execute(select(Setting.value).where(Setting.key == _KEY)).scalar()
    if stored is not None:
        return str(stored["mark"])
    mark = secrets.token_hex(4)
    connection.execute(insert(Setting).values(key=_KEY, value={"mark": mark}))
    return mark
