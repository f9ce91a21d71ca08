"""Whether a file holds another kind of record than was said."""

from __future__ import annotations

from db.importers.errors import WrongKind
from db.importers.headers import recognise
from db.importers.layouts import recognised
from db.importers.record_columns import columns_of, identity_of, importable, prefixes_of
from db.importers.table import Table
from db.records.roster import KINDS

_LIKELY = ("contact", "lead", "account", "campaign", "task", "product", "note")
"""Kinds that people mix up: those that files of other programs are of."""
_ENOUGH = 3


def refuse_other_kind(table: Table, asked: str) -> None:
    """Raises `WrongKind` where the file is plainly of another kind; for files in which what was asked is not found."""
    known = recognised(table.columns)
    if known and asked not in {layout.kind for layout in known}:
        raise WrongKind(table.name, looks=known[0].name, kind=known[0].kind, asked=_plural(asked))
    found = {name: _columns_found(table, name) for name in _LIKELY if name != asked}
    best = max(found, key=lambda name: found[name])
    if found[best] >= _ENOUGH:
        raise WrongKind(table.name, looks=KINDS[best].many, kind=best, asked=_plural(asked))


def _columns_found(table: Table, name: str) -> int:
    kind = KINDS[name]
    found = recognise(table, columns_of(kind), prefixes=prefixes_of(kind)).columns if importable(kind) else {}
    return len(found) if set(identity_of(kind)) & set(found) else 0


def _plural(kind: str) -> str:
    return "deals" if kind == "opportunity" else KINDS[kind].plural
