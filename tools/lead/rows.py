"""The rows behind a brief, one mapping per record, for tables and for a model to read."""

from __future__ import annotations

from typing import Any

from tools.contract import ToolContext
from tools.history import History
from tools.lead.sections import gist
from tools.wording import clean, plain


def rows(known: History, at: ToolContext) -> tuple[dict[str, Any], ...]:
    return (
        *_records(known),
        *(
            {
                "what": one.channel,
                "date": plain(one.at.astimezone(at.now.tzinfo)),
                "direction": one.direction,
                "by": one.user,
                "with": one.contact,
                "subject": clean(one.subject),
                "text": gist(one.body, most=400),
                "outcome": one.outcome,
                "next action": one.next_action,
            }
            for one in known.exchanges[:10]
        ),
        *(
            {"what": "note", "date": plain(note.at), "by": note.author, "text": clean(note.body, most=400)}
            for note in known.notes
        ),
        *(
            {"what": "open task", "title": task.title, "due": plain(task.due_at), "owner": task.owner}
            for task in known.tasks
        ),
    )


def _records(known: History) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if known.account is not None:
        account = known.account
        found.append(
            {
                "what": "account",
                "id": account.id,
                "name": account.name,
                "industry": account.industry,
                "region": account.region,
                "owner": account.owner,
            }
        )
    if known.lead is not None:
        lead = known.lead
        found.append(
            {
                "what": "lead",
                "id": lead.id,
                "name": lead.name,
                "company": lead.company,
                "status": lead.status,
                "score": lead.score,
                "owner": lead.owner,
            }
        )
    found += [
        {
            "what": "deal",
            "id": deal.id,
            "name": deal.name,
            "stage": deal.stage,
            "status": deal.outcome,
            "value": plain(deal.value),
            "expected close": plain(deal.expected_close_on),
            "closed": plain(deal.closed_on),
            "next step": deal.next_step,
            "owner": deal.owner,
        }
        for deal in known.deals
    ]
    found += [
        {"what": "contact", "id": one.id, "name": one.name, "title": one.title, "role": one.buying_role}
        for one in known.contacts
    ]
    return found
