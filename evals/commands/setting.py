"""What the words of a case stand for at one turn: the person, the names filled in, what was made and shown before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from db.access import Actor
from db.records import Field
from evals.commands.notation import kind_of
from evals.commands.store import RowChange, Store
from evals.observed import Ref, Speaker

CURRENCY = "USD"


@dataclass(frozen=True, slots=True)
class Setting:
    """One turn.

    Attributes:
        made: records that the conversation made, the last one last.
        shown: rows of the list that an earlier answer showed, or the choices of its question.
        past: what changed in each turn before, the first turn first.
    """

    store: Store
    actor: Actor
    speaker: Speaker
    made: tuple[Ref, ...] = ()
    shown: tuple[Ref, ...] = ()
    past: tuple[tuple[RowChange, ...], ...] = ()

    def record(self, written: object) -> Ref | None:
        """The record that is meant; None where there is no such row, or nothing was made."""
        if isinstance(written, Mapping):
            if "new" in written:
                return next((one for one in reversed(self.made) if one.kind == written["new"]), None)
            place = len(self.shown) if written["row"] == "last" else int(written["row"])
            return self.shown[place - 1] if 0 < place <= len(self.shown) else None
        found = self.speaker.stands_for(written)
        if isinstance(found, Ref):
            return found
        kind = kind_of(written)
        return self.store.named(kind, found) if kind is not None and found is not None else None

    def linked(self, field: Field, written: object) -> int | None:
        """The number behind the value of a link: `me`, a record, or somebody's name."""
        if written == "me":
            return self.actor.user_id
        if isinstance(written, Mapping) or str(written).startswith("{"):
            found = self.record(written)
        else:
            found = self.store.named(field.to, str(written))
        return found.id if found is not None else None

    def midnight(self, day: date) -> str:
        """The beginning of a day in the person's zone, as moments are stored."""
        start = datetime.combine(day, time(), tzinfo=self.speaker.now.tzinfo)
        return f"{start.astimezone(ZoneInfo('UTC')):%Y-%m-%d %H:%M:%S.%f}"

    def local(self, stored: Any) -> datetime:  # noqa: ANN401 - text as the file holds it
        moment = datetime.fromisoformat(str(stored))
        aware = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo("UTC"))
        return aware.astimezone(self.speaker.now.tzinfo)
