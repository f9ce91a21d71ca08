"""What every repository is: a session, an actor, and statements that begin with what the actor may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import ColumnElement, func

from db.access import Actor
from db.acting import PROGRAM, Acting, Guard, work_for
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
    unscoped: ClassVar[bool] = False
    """Whether its statements are meant to see every row, whoever acts."""

    def __init__(self, session: ReadSession, actor: Actor) -> None:
        self._session = session
        self.actor = actor
        self._acting = Acting(
            Guard(actor.role), str(actor.user_id), str(actor.team_id or ""), ",".join(map(str, actor.teams))
        )

    @property
    def session(self) -> ReadSession:
        """The session, which from here on works for the actor: the database holds what `db.access` says, too."""
        work_for(self._session, PROGRAM if self.unscoped else self._acting)
        return self._session
