"""A change in words: what became of which fields, as far as the person is shown them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from db.access import Actor
from db.money import stored
from db.records import KINDS, Field, FieldType
from db.repositories.base import RecordRef
from db.repositories.changes import ChangeLine
from db.repositories.records import RecordRepository
from tools.contract import Person, ToolContext
from tools.records.wording import shown
from tools.wording import clean, listed

_MOST_FIELDS = 6
_PEOPLE = frozenset({"contact", "lead", "user", "learner", "trainer"})


@dataclass(frozen=True, slots=True)
class FieldChange:
    field: str
    words: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """`verb` is created, changed, deleted or restored; `names` are of everybody who appears."""

    change: ChangeLine
    record: RecordRef
    verb: str
    fields: tuple[FieldChange, ...]
    people: tuple[Person, ...]

    @property
    def what(self) -> str:
        """`stage Proposal → Won and amount $5 → $6 of the deal Acme`."""
        noun = f"{KINDS[self.record.kind].one} {clean(self.record.name, most=80)}"
        if self.verb != "changed":
            return f"{noun} {self.verb}"
        more = " and more" if len(self.fields) > _MOST_FIELDS else ""
        parts = [f"{one.words} {one.before or 'empty'} → {one.after or 'empty'}" for one in self.fields[:_MOST_FIELDS]]
        return f"{noun}: {listed(parts)}{more}"

    @property
    def reversed(self) -> str:
        """What taking it back does."""
        noun = f"{KINDS[self.record.kind].one} {clean(self.record.name, most=80)}"
        match self.verb:
            case "created":
                return f"{noun} removed again"
            case "deleted":
                return f"{noun} brought back"
            case "restored":
                return f"{noun} deleted again"
            case _:
                parts = [f"{one.words} {one.after or 'empty'} → {one.before or 'empty'}" for one in self.fields]
                return f"{noun}: {listed(parts[:_MOST_FIELDS])}"


async def told(changes: Sequence[ChangeLine], at: ToolContext) -> list[Told]:
    """In words, in the same order; what touched nothing but fields that are hidden from the person is left out."""
    names = await _names(changes, at)
    found = []
    for change in changes:
        verb, fields = _verb(change), _fields(change, names, at)
        if verb == "changed" and not fields:
            continue
        name = names.get((change.kind, change.record_id)) or _title(change, at.actor)
        record = RecordRef(change.kind, change.record_id, name)
        found.append(Told(change, record, verb, fields, _people(record, change, names)))
    return found


def _verb(change: ChangeLine) -> str:
    if change.before is None:
        return "created"
    before, after = change.before.get("deleted_at"), (change.after or {}).get("deleted_at")
    if before != after:
        return "deleted" if after else "restored"
    return "changed"


def _fields(change: ChangeLine, names: Mapping[tuple[str, int], str], at: ToolContext) -> tuple[FieldChange, ...]:
    kind, before, after = KINDS[change.kind], change.before or {}, change.after or {}
    found = []
    for field in kind.fields:
        column = field.stored
        if field.custom or field.derived or column not in after or not at.actor.sees(kind.name, field.name):
            continue
        old, new = before.get(column), after[column]
        if old != new:
            words = _value(field, old, before, names, at), _value(field, new, after, names, at)
            found.append(FieldChange(field.name, field.words, *words))
    return tuple(found)


def _value(
    field: Field, value: Any, image: Mapping[str, Any], names: Mapping[tuple[str, int], str], at: ToolContext  # noqa: ANN401 - a JSON value
) -> str | None:  # fmt: skip
    if value in (None, "", []):
        return None
    if field.type is FieldType.LINK:
        return clean(names.get((field.to, int(value))) or f"another {field.to}", most=80)
    return clean(shown(_typed(field, value, image, at), at), most=120)


def _typed(field: Field, value: Any, image: Mapping[str, Any], at: ToolContext) -> Any:  # noqa: ANN401 - by the field
    """A value as a field holds it, out of the JSON that a change keeps."""
    match field.type:
        case FieldType.MONEY:
            return stored(int(value), image.get("currency"), usual=at.session.currency)
        case FieldType.DATE:
            return date.fromisoformat(value)
        case FieldType.MOMENT:
            return datetime.fromisoformat(value)
        case _:
            return value


async def _names(changes: Sequence[ChangeLine], at: ToolContext) -> dict[tuple[str, int], str]:
    """Names of the records and of what their fields point at, where the person sees them."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for change in changes:
        wanted[change.kind].add(change.record_id)
        for to, key in _links(change):
            wanted[to].add(key)
    records = RecordRepository(at.session, at.actor, KINDS["account"])
    return {(kind, key): name for kind, ids in wanted.items() for key, name in (await records.named(kind, ids)).items()}


def _links(change: ChangeLine) -> Iterable[tuple[str, int]]:
    for field in KINDS[change.kind].fields:
        if field.type is FieldType.LINK:
            for image in (change.before, change.after):
                if isinstance(key := (image or {}).get(field.stored), int):
                    yield field.to, key


def _title(change: ChangeLine, actor: Actor) -> str:
    """The name of a record that is gone, as the change left it."""
    kind, values = KINDS[change.kind], {**(change.before or {}), **(change.after or {})}
    seen = {one.stored for one in kind.fields if actor.sees(kind.name, one.name)}
    parts = [str(values[column]) for column in kind.title if column in seen and values.get(column)]
    return clean(" ".join(parts), most=80) or f"number {change.record_id}"


def _people(record: RecordRef, change: ChangeLine, names: Mapping[tuple[str, int], str]) -> tuple[Person, ...]:
    linked = [RecordRef(to, key, names[to, key]) for to, key in _links(change) if (to, key) in names]
    return tuple(Person(one) for one in (record, *linked) if one.kind in _PEOPLE and one.name)
