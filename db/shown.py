"""Hidden fields and the lines that repositories build: what a role does not get to see is left empty in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

from db.access import Actor
from db.errors import NotShown
from db.records import KINDS

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Line = TypeVar("Line", bound="DataclassInstance")
_EMPTY: Mapping[type, Any] = {tuple: (), str: "", bool: False, int: 0}


def as_shown(line: Line, actor: Actor, kind: str, kept_in: Mapping[str, str]) -> Line:
    """The line without what is hidden from the person.

    Args:
        kept_in: attribute -> the field of the kind that it shows.
    """
    if not actor.hidden:
        return line
    hidden = {name for name, field in kept_in.items() if not actor.sees(kind, field)}
    optional = {one.name for one in fields(line) if "None" in str(one.type)}
    empty = {name: None if name in optional else _EMPTY[type(getattr(line, name))] for name in hidden}
    return replace(line, **empty) if empty else line


def require_shown(actor: Actor, kind: str, *names: str) -> None:
    """Before something is listed, filtered, ordered, grouped or reckoned by a field. Raises `NotShown`."""
    for name in names:
        if not actor.sees(kind, name):
            declared = KINDS[kind]
            field = declared.by_name.get(name)
            raise NotShown(kind, declared.many, field.words if field else name.replace("_", " "))


def all_shown(actor: Actor, kind: str, *names: str) -> bool:
    return all(actor.sees(kind, name) for name in names)
