"""Questions for any tool, made from its schema, so that a new tool is asked as soon as it exists."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from db.records import KINDS as KINDS_OF_RECORDS
from tests.access.company import Company
from tools.contract import RecordArgument, Tool

KINDS = ("account", "contact", "lead", "opportunity", "lostopportunity", "user")
DIMENSIONS = ("owner", "team", "region", "industry", "product", "lead_source", "deal_type", "competitor")
NOBODY = 999_999
_PERIODS = ("2025Q2", "2025", "2025-01-01/2025-12-31")


def record(company: Company, kind: str, position: str, *, named: bool = True) -> dict[str, Any]:
    """A record argument; `nobody` is an id that no record has."""
    key = NOBODY if position == "nobody" else company.ids[kind, position]
    name = company.names.get((kind, position), "") if named else ""
    return {"kind": kind.removeprefix("lost"), "id": key, "name": name}


def questions(tool: Tool, company: Company, positions: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Sets of arguments: each field in turn with every kind of value, the others as they are usually."""
    fields = tool.ask.model_fields
    choices = {name: list(_values(name, field, company, positions)) for name, field in fields.items()}
    usual = {name: choices[name][0] for name, field in fields.items() if field.is_required()}
    yield dict(usual)
    for name, values in choices.items():
        yield from (usual | {name: value} for value in values)


def record_questions(tool: Tool, company: Company, positions: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """For a tool made from a declaration: everything, everything by each group, and records that are hidden by id."""
    kind, verb = KINDS_OF_RECORDS[tool.on.kind], tool.on.verb  # type: ignore[union-attr]  # asked of such tools only
    hidden = [record(company, kind.name, one) for one in positions if (kind.name, one) in company.ids]
    match verb:
        case "find":
            yield from ({"limit": 200}, {"deleted": True})
        case "summarise":
            yield from ({"by": one.name} for one in kind.fields if one.grouped)
        case "create":
            yield from (
                {one.name: other} for one in kind.written if one.to for other in _linked(one.to, company, positions)
            )
        case "update":
            yield from ({"record": one, kind.written[0].name: "x"} for one in hidden)
        case "merge":
            yield from ({"keep": one, "merge": [one]} for one in hidden)
        case _:
            yield from ({"records": [one]} for one in hidden)


def _linked(kind: str, company: Company, positions: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    yield from (record(company, kind, one) for one in positions if (kind, one) in company.ids)


def record_fields(tool: Tool) -> list[str]:
    """The arguments that take a record."""
    return [name for name, field in tool.ask.model_fields.items() if RecordArgument in _leaves(field.annotation)]


def _values(name: str, field: FieldInfo, company: Company, positions: tuple[str, ...]) -> Iterator[Any]:
    leaves = _leaves(field.annotation)
    if RecordArgument in leaves:
        yield from (record(company, kind, one) for one in positions for kind in KINDS if (kind, one) in company.ids)
        yield from (record(company, kind, "nobody") for kind in KINDS)
    if str in leaves and RecordArgument in leaves:
        yield from (company.names["user", one] for one in positions if ("user", one) in company.names)
        yield from (f"{one}@access.example" for one in positions)
    elif dict in leaves:
        yield from ({one: [word]} for one in DIMENSIONS for word in _labels(one, company, positions))
    elif str in leaves:
        yield from (*_PERIODS, *DIMENSIONS, *_labels(name, company, positions))
    yield from (choice for leaf in leaves if get_origin(leaf) is Literal for choice in get_args(leaf))
    yield from (sample for kind, sample in ((bool, True), (int, 1), (Decimal, 1)) if kind in leaves)


def _labels(dimension: str, company: Company, positions: tuple[str, ...]) -> list[str]:
    """Hidden values of a dimension, as a person would have to guess them."""
    named = {"owner": "user", "team": "team"}.get(dimension)
    if named is not None:
        return [name for (kind, _), name in company.names.items() if kind == named]
    return [
        company.word("lostopportunity", dimension, one)
        for one in positions
        if f"lostopportunity.{dimension}" in company.codes
    ]


def _leaves(annotation: Any) -> list[Any]:
    origin = get_origin(annotation)
    if origin is Literal:
        return [annotation]
    inner = [leaf for part in get_args(annotation) for leaf in _leaves(part)]
    return [*([origin] if origin in (dict, list) else []), *inner] or [annotation]
