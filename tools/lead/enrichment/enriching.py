"""Empty fields of records filled from what is known: one record, or many leads at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field

from db.access import Grant, RecordAction
from db.errors import BadField
from db.record_images import plain
from db.records import KINDS, RecordKind
from db.records.values import typed
from db.repositories.records import RecordLine, RecordRepository, Wanted
from tools.contract import Action, Area, Ask, Effect, Operation, Person, Proposed, RecordArgument, ToolContext, tool
from tools.errors import BadArgument, ToolError, Unanswerable
from tools.lead.choosing import LeadsWanted, leads_wanted
from tools.lead.enrichment.offline import OfflineProvider
from tools.lead.enrichment.provider import FILLED, Facts, Suggestion, chosen
from tools.lead.enrichment.stored import StoredAnswers
from tools.people import each_once
from tools.records.choosing import with_own_fields
from tools.records.reading import Reading, read_fields
from tools.records.wording import people_in
from tools.wording import clean, listed, plural

LEAST = 0.7
"""Suggestions below it are left to a person."""
_MOST = 500


class EnrichRecord(Ask):
    record: RecordArgument
    """The contact, lead or account whose empty fields are to be filled."""


class EnrichLeads(LeadsWanted):
    limit: int = Field(default=200, ge=1, le=_MOST)


@tool(
    area=Area.LEAD,
    effect=Effect.WRITE,
    requires=Grant("contact", RecordAction.UPDATE),
    doing="looking for what could be filled in",
    examples=(
        "enrich Jane Miller",
        "fill in the missing fields of this lead",
        "complete the record of Acme",
        "what can you add about this contact",
        "enrich this lead",
        "fill the blanks for Globex",
    ),
)
async def enrich_record(ask: EnrichRecord, at: ToolContext) -> Proposed:
    """Fill empty fields of a contact, lead or account from what the workspace and asked providers know.

    Each value is shown with its source and reason and waits for a person. Nothing that somebody entered is changed.
    """
    kind = ask.record.kind
    if kind not in FILLED:
        raise BadArgument("record", f"contacts, leads and accounts are filled in, not {kind}s")
    at.actor.require(Grant(kind, RecordAction.UPDATE))
    declared = await with_own_fields(KINDS[kind], at)
    line = await RecordRepository(at.session, at.actor, declared).get(ask.record.id)
    taken, torn = (await _suggested(declared, [line], at)).get(line.id, ((), ()))
    filled, read = await _readable(declared, taken, at)
    name = f"{declared.one} {clean(line.name, most=80)}"
    unsure = f" Two sources disagree on {listed(list(torn))}, so I leave that open." if torn else ""
    if not filled:
        raise Unanswerable(f"I find nothing to fill in for the {name}.{unsure}{_further(kind, at)}")
    what = "; ".join(_worded(declared, one, read, at) for one in filled)
    return Proposed(
        said=f"I would fill in for the {name}: {what}.{unsure}",
        done=f"Filled in for the {name}: {what}.",
        arguments={"record": {"kind": kind, "id": line.id, "name": line.name}, "fill": read.arguments()},
        operations=(Operation(Action.UPDATE, kind, _columns(read, at), line.id, line.version),),
        focus=(line.ref,),
        people=each_once([*people_in(declared, line), *(Person(ref) for ref in read.refs)]),
        reach={"values": [_told(one) for one in filled]},
        held=True,
    )


@tool(
    area=Area.LEAD,
    effect=Effect.BULK,
    requires=Grant("lead", RecordAction.UPDATE),
    doing="looking for what could be filled in",
    examples=(
        "enrich my leads",
        "fill in what is missing on the new leads",
        "enrich all leads from Webinar",
        "complete the leads of this month",
        "fill the blanks on my leads",
        "add what we know to the new leads",
    ),
)
async def enrich_leads(ask: EnrichLeads, at: ToolContext) -> Proposed:
    """Fill empty fields of many leads from what the workspace and asked providers know.

    Says for how many leads which field comes from where. Nothing that somebody entered is changed.
    """
    declared = await with_own_fields(KINDS["lead"], at)
    wanted = await leads_wanted(ask, at, limit=ask.limit)
    _, lines = await RecordRepository(at.session, at.actor, declared).find(Wanted(ids=wanted.ids, limit=ask.limit))
    suggested = await _suggested(declared, lines, at)
    operations, sources, filled = [], dict[str, int](), []
    for line in lines:
        taken, read = await _readable(declared, suggested.get(line.id, ((), ()))[0], at)
        if taken:
            operations.append(Operation(Action.UPDATE, "lead", _columns(read, at), line.id, line.version))
            filled.append(line)
            for one in taken:
                said = f"{declared.field(one.field).words} from {_general(one.source)}"
                sources[said] = sources.get(said, 0) + 1
    if not operations:
        raise Unanswerable(f"I find nothing to fill in for the {wanted.words} you see.{_further('lead', at)}")
    many = f"{len(operations):,} {plural(len(operations), 'lead')}"
    what = listed([f"{said} ({count:,})" for said, count in sorted(sources.items(), key=lambda one: -one[1])])
    return Proposed(
        said=f"I would fill in empty fields of {many}: {what}.",
        done=f"Filled in empty fields of {many}: {what}.",
        arguments=ask.model_dump(mode="json", exclude_defaults=True),
        operations=tuple(operations),
        people=each_once(person for line in filled[:_NAMED] for person in people_in(declared, line)),
        reach={"records": len(operations), "examples": [clean(one.name, most=80) for one in filled[:_NAMED]]},
    )


_NAMED = 5


async def _suggested(
    kind: RecordKind, lines: Sequence[RecordLine], at: ToolContext
) -> dict[int, tuple[tuple[Suggestion, ...], tuple[str, ...]]]:
    """For each record the suggestions for its empty fields, and the fields on which sources disagree."""
    facts = [Facts(kind.name, line.id, line.name, line.values) for line in lines]
    by_id: dict[int, list[Suggestion]] = {line.id: [] for line in lines}
    for provider in (OfflineProvider(at), StoredAnswers(at)):
        for key, several in (await provider.suggest(facts)).items():
            by_id[key] += several
    open_ = {line.id: _empty(kind, line) for line in lines}
    return {
        key: chosen([one for one in several if one.field in open_[key]], least=LEAST) for key, several in by_id.items()
    }


def _empty(kind: RecordKind, line: RecordLine) -> set[str]:
    """Fields hidden from the role are not among the values, so they are not filled either."""
    return {name for name in FILLED[kind.name] if name in line.values and line.values[name] in (None, "", [])}


async def _readable(
    kind: RecordKind, suggestions: Sequence[Suggestion], at: ToolContext
) -> tuple[list[Suggestion], Reading]:
    """Those whose value the field takes, with the values as it holds them."""
    kept, values, links = [], dict[str, Any](), dict[str, Any]()
    for one in suggestions:
        value = RecordArgument.model_validate(one.value) if isinstance(one.value, Mapping) else one.value
        try:
            read = await read_fields(kind, {one.field: value}, at)
        except (ToolError, BadField):
            continue  # a provider's value that the field does not take is no suggestion
        kept.append(one)
        values |= read.values
        links |= read.links
    return kept, Reading(kind, values, links)


def _columns(read: Reading, at: ToolContext) -> dict[str, Any]:
    return {name: plain(value) for name, value in typed(read.kind, read.values, currency=at.workspace.currency).items()}


def _worded(kind: RecordKind, one: Suggestion, read: Reading, at: ToolContext) -> str:
    return f"{kind.field(one.field).words} {read.worded(one.field, at)} (from {one.source}, {one.reason})"


def _told(one: Suggestion) -> dict[str, Any]:
    value = str(one.value["name"] if isinstance(one.value, Mapping) else one.value)
    return {
        "field": one.field, "value": value, "source": one.source, "confidence": round(one.confidence, 2),
        "reason": one.reason,
    }  # fmt: skip


def _general(source: str) -> str:
    """The source without the record it names, for a summary over many."""
    return "accounts with their mail domain" if source.startswith("the account ") else source


def _further(kind: str, at: ToolContext) -> str:
    outside = at.workspace.enrichment_url is not None
    return " Say “ask the provider about it” to look outside." if outside and kind in FILLED else ""
