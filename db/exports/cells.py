"""A record as the cells of a row, and as a JSON object with the same names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from db.access import Actor
from db.importers.layouts import OWN_ID
from db.importers.record_columns import CURRENCY, linked_kinds
from db.importers.rejected import safe_cell
from db.importers.words import words_cell
from db.money import Money
from db.records import Field, FieldType, RecordKind
from db.records.values import plain
from db.repositories.records import RecordLine


@dataclass(frozen=True, slots=True)
class Shape:
    """How records of a kind are written for one person.

    A link has two columns: the name of what it points at, for people, and its number with the mark of the workspace,
    by which an import finds it. Colleagues are written as their addresses. Hidden fields have no column.

    Attributes:
        mark: tells this workspace from others.
        addresses: those of colleagues by id.
    """

    kind: RecordKind
    actor: Actor
    mark: str
    addresses: Mapping[int, str]

    @property
    def fields(self) -> list[Field]:
        return [one for one in self.kind.fields if self.actor.sees(self.kind.name, one.name)]

    @property
    def header(self) -> list[str]:
        names = [OWN_ID]
        for one in self.fields:
            names += [one.name, f"{one.name}_id"] if linked_kinds(one) else [one.name]
        if any(one.type is FieldType.MONEY for one in self.fields):
            names.append(CURRENCY)
        return names

    def values(self, line: RecordLine) -> dict[str, Any]:
        """By column, as JSON: texts, whole numbers, flags, lists of texts; decimals and moments as text."""
        found: dict[str, Any] = {OWN_ID: self.number(self.kind.name, line.id)}
        currency = None
        for one in self.fields:
            value = line.values.get(one.name)
            if one.type is FieldType.LINK:
                found |= self._link(one, line)
            elif isinstance(value, Money):
                found[one.name], currency = str(value.amount), value.currency
            else:
                found[one.name] = plain(value)
        if any(one.type is FieldType.MONEY for one in self.fields):
            found[CURRENCY] = currency
        return found

    def number(self, kind: str, key: int) -> str:
        """A record's number, with where it is from."""
        return f"{self.mark}:{kind}:{key}"

    def _link(self, one: Field, line: RecordLine) -> dict[str, Any]:
        key, ref = line.values.get(one.name), line.links.get(one.name)
        if one.to == "user":
            return {one.name: self.addresses.get(key) if key is not None else None}
        told: dict[str, Any] = {one.name: ref.name if ref else None}
        if linked_kinds(one):
            told[f"{one.name}_id"] = self.number(one.to, key) if key is not None else None
        return told


def row_of(values: Mapping[str, Any]) -> list[str]:
    """The cells of a spreadsheet's row: what it would run has an apostrophe before it."""
    return [_cell(value) for value in values.values()]


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case list():
            return safe_cell(words_cell([str(one) for one in value]))
        case str():
            return safe_cell(value)
        case _:
            return str(value)
