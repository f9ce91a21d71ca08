"""Tools as the local model knows them, derived from their declarations, so that adding a tool teaches both models."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from agent.local.schema import Argument, Effect, FieldCard, KindCard, PeriodRole, SlotType, ToolCard
from db.records import KINDS, RecordKind
from db.repositories.leads import LeadRepository
from tools.contract import Area, Tool
from tools.registry import TOOLS

# The name of an argument tells what it takes: the same name means the same thing in every tool.
_BY_NAME: dict[str, SlotType] = {
    "period": SlotType.PERIOD,
    "at": SlotType.PERIOD,
    "versus": SlotType.PERIOD,
    "closing": SlotType.PERIOD,
    "closed": SlotType.PERIOD,
    "due_in": SlotType.PERIOD,
    "created": SlotType.PERIOD,
    "grain": SlotType.GRAIN,
    "due": SlotType.DUE,
    "amount": SlotType.MONEY_MIN,
    "min_amount": SlotType.MONEY_MIN,
    "max_amount": SlotType.MONEY_MAX,
    "min_score": SlotType.SCORE_MIN,
    "max_score": SlotType.SCORE_MAX,
    "stage_days": SlotType.STAGE_DAYS,
    "silent_days": SlotType.SILENT_DAYS,
    "limit": SlotType.COUNT,
    "record": SlotType.RECORD,
    "owner": SlotType.USER,
    "assignee": SlotType.USER,
    "stage": SlotType.STAGE,
    "filters": SlotType.FILTERS,
    "title": SlotType.TITLE,
    "words": SlotType.TITLE,
    "instruction": SlotType.INSTRUCTION,
    "draft": SlotType.DRAFT,
    "language": SlotType.LANGUAGE,
    "country": SlotType.COUNTRY,
    "where": SlotType.WHERE,
    "status": SlotType.VALUE,
    "source": SlotType.VALUE,
    "region": SlotType.VALUE,
    "industry": SlotType.VALUE,
}
_ROLES = {
    "versus": PeriodRole.VERSUS,
    "closing": PeriodRole.CLOSING,
    "closed": PeriodRole.CLOSED,
    "created": PeriodRole.CREATED,
    "due_in": PeriodRole.CLOSING,
}
_RECORDS = ("contact", "lead", "account", "opportunity")
_VOCABULARIES = {
    "stage": "stage",
    "status": "lead_status",
    "source": "lead_source",
    "region": "region",
    "industry": "industry",
}
_DIMENSIONS = ("region", "industry", "product", "lead_source", "owner", "team", "deal_type")
_AXES = {SlotType.DIMENSION: _DIMENSIONS, SlotType.DIMENSIONS: (*_DIMENSIONS, "month", "quarter", "year")}


@cache
def CARDS() -> tuple[ToolCard, ...]:  # noqa: N802 - a constant that is computed once
    return tuple(_card(tool) for tool in TOOLS if tool.on is None)


@cache
def KINDS_OF_RECORDS() -> tuple[KindCard, ...]:  # noqa: N802 - a constant that is computed once
    """The kinds of records as the local model knows them."""
    return tuple(_kind(kind) for kind in KINDS.values())


def _kind(kind: RecordKind) -> KindCard:
    nouns = {kind.one, kind.many, kind.name.replace("_", " "), kind.plural.replace("_", " "), *kind.said}
    fields = tuple(
        FieldCard(
            one.name, one.type.value, tuple(sorted({one.words, one.name.replace("_", " "), *one.said}, key=len)[::-1]),
            tuple(map(str, one.choices)), one.to, one.grouped, one.measured, one.written,
        )
        for one in kind.fields
    )  # fmt: skip
    title = tuple(one.name for column in kind.title for one in kind.fields if one.stored == column)
    return KindCard(
        kind.name, kind.plural, kind.area, tuple(sorted(nouns, key=len)[::-1]), fields, title, bool(kind.written)
    )


def _card(tool: Tool) -> ToolCard:
    # What was chosen tells how a period is read ("deals won in Q1" looks back), so choices are filled first.
    fields = sorted(tool.ask.model_fields.items(), key=lambda field: not _choices(field[1].annotation))
    arguments = tuple(_argument(tool, name, field) for name, field in fields)
    return ToolCard(tool.name, tool.area.value, Effect(tool.effect.value), tool.examples, arguments)


def _argument(tool: Tool, name: str, field: FieldInfo) -> Argument:
    choices = LeadRepository.STATUSES if (tool.area, name) == (Area.LEAD, "status") else _choices(field.annotation)
    slot = _slot(name, field, choices)
    return Argument(
        name,
        slot,
        required=field.is_required(),
        choices=choices or _AXES.get(slot, ()),
        role=_ROLES.get(name, PeriodRole.PAST),
        vocabulary=_VOCABULARIES.get(name),
        kinds=_kinds(tool, slot),
    )


def _kinds(tool: Tool, slot: SlotType) -> tuple[str, ...]:
    """Which records the argument may be, or the kind whose fields its conditions are on."""
    if slot is SlotType.WHERE:
        return (tool.area.value,)  # the specialists for leads and deals list the records they are named after
    return _RECORDS if slot is SlotType.RECORD else ()


def _slot(name: str, field: FieldInfo, choices: tuple[str, ...]) -> SlotType:
    if name == "by":
        return SlotType.DIMENSIONS if get_origin(field.annotation) is list else SlotType.DIMENSION
    if name == "stage" and get_origin(field.annotation) is not list:
        return SlotType.VALUE
    if choices and name not in ("draft", "grain"):
        return SlotType.CHOICE
    if field.annotation is bool:
        return SlotType.FLAG
    try:
        return _BY_NAME[name]
    except KeyError:
        raise TypeError(f"the local model does not know what the argument {name} takes") from None


def _choices(annotation: Any) -> tuple[str, ...]:  # noqa: ANN401 - a type expression
    if get_origin(annotation) is Literal:
        return tuple(str(choice) for choice in get_args(annotation))
    return tuple(choice for part in get_args(annotation) for choice in _choices(part))
