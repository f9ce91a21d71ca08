"""What every repository is: a session, an actor, and statements that begin with what the actor may see."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func

from db.access import Actor
from db.models import Contact, Lead, Learner
from db.session import ReadSession


@dataclass(frozen=True, slots=True)
class RecordRef:
    """Points at one record: `opportunity 17`."""

    kind: str
    id: int
    name: str = ""


def full_name(table: type[Contact] | type[Lead] | type[Learner]) -> ColumnElement[str]:
    """First and last name with a space between them; empty where neither is filled in."""
    joined: ColumnElement[str] = func.trim(
        func.coalesce(table.first_name, "") + " " + func.coalesce(table.last_name, "")
    )
    return joined


class Repository:
    def __init__(self, session: ReadSession, actor: Actor) -> None:
        self.session = session
        self.actor = actor
