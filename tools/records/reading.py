"""Fields that were given values: typed, with what they point at, and in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from db.errors import BadField
from db.records import Field, FieldType, RecordKind
from db.records.values import plain
from db.repositories.base import RecordRef
from db.repositories.records import RecordLine
from tools.contract import ToolContext
from tools.records.asks import Shift
from tools.records.shifting import OnDay, Shifted, read_day, read_shift
from tools.records.values import linked, read_value
from tools.records.wording import shown
from tools.wording import clean, listed


@dataclass(frozen=True, slots=True)
class Reading:
    """Values by field name as the fields hold them; `links` are the records that links point at."""

    kind: RecordKind
    values: Mapping[str, Any]
    links: Mapping[str, RecordRef]

    @property
    def relative(self) -> bool:
        """Whether a value depends on what each record holds."""
        return any(isinstance(value, Shifted | OnDay) for value in self.values.values())

    def of(self, line: RecordLine, at: ToolContext) -> Reading:
        """With the values that this record gets; what it holds no value of does not move."""
        values = {
            name: value.of(line.values.get(name), at.now.tzinfo) if isinstance(value, Shifted | OnDay) else value
            for name, value in self.values.items()
        }
        return Reading(self.kind, values, self.links)

    def fresh(self, at: ToolContext) -> Reading:
        """With the values that a new record gets."""
        values = {
            name: value.of(None, at.now.tzinfo) if isinstance(value, OnDay) else value
            for name, value in self.values.items()
        }
        return Reading(self.kind, values, self.links)

    @property
    def refs(self) -> tuple[RecordRef, ...]:
        return tuple(self.links.values())

    def by_column(self, column: str) -> Any:  # noqa: ANN401 - by the field
        return next((self.values.get(one.name) for one in self.kind.fields if one.stored == column), None)

    def arguments(self) -> dict[str, Any]:
        """As JSON, links as references: what a proposal keeps and a turn that is run again compares."""
        found: dict[str, Any] = {}
        for name, value in self.values.items():
            link = self.links.get(name)
            if isinstance(value, Shifted | OnDay):
                found[name] = value.asked
            else:
                found[name] = {"kind": link.kind, "id": link.id, "name": link.name} if link else plain(value)
        return found

    def worded(self, name: str, at: ToolContext) -> str:
        """A value as a person reads it: the name of what a link points at, else the value."""
        link = self.links.get(name)
        return clean(link.name, most=80) if link else shown(self.values[name], at)

    def in_words(self, at: ToolContext, *, besides: set[str]) -> str:
        """`: e-mail jane@acme.com, company Acme`, to follow the name; empty without values."""
        parts = [
            value.words if isinstance(value, Shifted | OnDay) else f"{field.words} {self.worded(name, at)}"
            for name, value in self.values.items()
            if (field := self.kind.field(name)).stored not in besides and value is not None
        ]
        return f": {', '.join(parts)}" if parts else ""

    def compared(self, line: RecordLine, at: ToolContext) -> str:
        """`stage Proposal → Negotiation and amount $50,000 → $85,000`."""
        return listed([self._change(self.kind.field(name), line, at) for name in self.values])

    def _change(self, field: Field, line: RecordLine, at: ToolContext) -> str:
        link = line.links.get(field.name)
        before = clean(link.name, most=80) if link else shown(line.values.get(field.name), at)
        now = self.worded(field.name, at) if self.values[field.name] is not None else "nothing"
        return f"{field.words} {before or 'nothing'} → {now}" if before else f"{field.words} {now}"

    def changes(self, line: RecordLine) -> Reading:
        """Only what differs from the record as it is."""
        changed = {name: value for name, value in self.values.items() if line.values.get(name) != value}
        return Reading(self.kind, changed, {name: ref for name, ref in self.links.items() if name in changed})


async def read_fields(kind: RecordKind, given: Mapping[str, Any], at: ToolContext) -> Reading:
    """The values of an ask. Raises `BadField`, `BadArgument`, `NeedsChoice`."""
    values: dict[str, Any] = {}
    links: dict[str, RecordRef] = {}
    for name, value in given.items():
        field = kind.field(name)
        if not at.actor.sees(kind.name, name):
            # What waits for a decision shows the value before: whoever could set it would read it.
            raise BadField(kind.name, field.words, "is not shown to you, so you do not set it")
        if isinstance(value, Shift):
            values[name] = read_shift(kind, field, value, at)
        elif (day := read_day(field, value)) is not None:
            values[name] = day
        elif field.type is FieldType.LINK and value is not None:
            links[name] = await linked(field, value, at)
            values[name] = links[name].id
        else:
            values[name] = await read_value(kind, field, value, at)
    return Reading(kind, values, links)
