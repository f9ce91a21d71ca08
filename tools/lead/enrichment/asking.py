"""Asking a provider outside about a record. What would be sent is shown, field by field, and waits for approval."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from db.access import Grant, RecordAction
from db.likeness_keys import domain_of
from db.records import KINDS
from db.repositories.records import RecordLine, RecordRepository
from tools.contract import LOOK_UP, Area, Ask, Effect, Message, Proposed, RecordArgument, ToolContext, tool
from tools.errors import BadArgument, Unanswerable
from tools.lead.enrichment.offline import employer_domain
from tools.lead.enrichment.provider import FILLED, Facts
from tools.people import each_once
from tools.records.wording import people_in
from tools.wording import clean, day, listed

_AS_IT_IS = ("country", "email", "phone", "first_name", "last_name", "title")


class AskProvider(Ask):
    record: RecordArgument
    """The contact, lead or account to ask about."""


@tool(
    area=Area.LEAD,
    effect=Effect.OUTWARD,
    requires=Grant("contact", RecordAction.UPDATE),
    doing="preparing a question to the provider",
    examples=(
        "ask the provider about Acme",
        "look up Acme at the enrichment provider",
        "look outside for more on this lead",
        "ask our data provider about Jane Miller",
        "see what the provider knows about Globex",
        "query the enrichment service for this account",
    ),
)
async def ask_provider(ask: AskProvider, at: ToolContext) -> Proposed:
    """Ask the configured enrichment provider about a contact, lead or account.

    Only fields that the workspace allows are sent, and only after approval. The answer is kept beside the record;
    `enrich_record` then fills empty fields from it. Refuses where no provider is set up.
    """
    url, kind = at.workspace.enrichment_url, ask.record.kind
    if kind not in FILLED:
        raise BadArgument("record", f"providers are asked about contacts, leads and accounts, not {kind}s")
    if url is None:
        raise Unanswerable(
            "No enrichment provider is set up. An administrator can set RAINMAKER_ENRICHMENT_URL for the server."
        )
    at.actor.require(Grant(kind, RecordAction.UPDATE))
    line = await RecordRepository(at.session, at.actor, KINDS[kind]).get(ask.record.id)
    fields = sent_of(line, at)
    name = f"{KINDS[kind].one} {clean(line.name, most=80)}"
    if not fields:
        allowed = listed(list(at.workspace.sent_to_providers), last="or")
        raise Unanswerable(f"The {name} has nothing that may be sent to the provider: no {allowed}.")
    host = urlsplit(url).hostname or url
    sent = listed([one.replace("_", " ") for one in fields])
    return Proposed(
        said=f"I would ask {host} about the {name} and send it {sent}.",
        done=f"Asked {host} about the {name}.",
        arguments={"record": {"kind": kind, "id": line.id, "name": line.name}},
        # The day tells one look-up from the next: what is known outside changes.
        message=Message(LOOK_UP, line.ref, host, f"Look-up of {day(at.today)}", json.dumps(fields, ensure_ascii=False)),
        focus=(line.ref,),
        people=each_once(people_in(KINDS[kind], line)),
    )


def sent_of(line: RecordLine, at: ToolContext) -> dict[str, Any]:
    """The fields of a record that the workspace allows to be sent, as the person sees them."""
    facts = Facts(line.kind, line.id, line.name, line.values)
    known: dict[str, Any] = {name: line.values.get(name) for name in _AS_IT_IS}
    known["domain"] = employer_domain(facts) or domain_of(line.values.get("domain")) or None
    link = line.links.get("account")
    known["company"] = line.name if line.kind == "account" else line.values.get("company") or (link and link.name)
    return {name: known[name] for name in at.workspace.sent_to_providers if known.get(name)}
