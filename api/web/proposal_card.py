"""What an approval card shows: exactly what would be done, to whom, until when, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

from api.web import icons
from api.web.steps import named
from api.web.values import label, moment, shown

_MESSAGE_FIELDS = ("to", "subject", "body")
# Identity, ownership and book-keeping: they say nothing about what is decided.
_UNSEEN = frozenset({"id", "owner_id", "created_by", "version", "run_id", "account_id", "contact_id", "opportunity_id"})
_TITLES = {
    "OUTWARD": "Send this message?",
    "DELETE": "Delete this?",
    "MERGE": "Merge these records?",
    "BULK": "Change these records?",
    "POLICY": "Change this setting?",
}
_UNASKED = "Not asked for in these words: something read before it may have suggested it. Check it."
_OUTCOMES = {
    "approved": "Approved.",
    "declined": "Declined. Nothing was changed.",
    "applied": "Done.",
    "undone": "Taken back.",
    "failed": "It could not be carried out.",
    "expired": "Expired. Nothing was changed.",
}


@dataclass(frozen=True, slots=True)
class Difference:
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Card:
    id: str
    title: str
    tool: str
    recipient: str
    subject: str
    body: str
    differences: tuple[Difference, ...]
    records: int
    expires: str
    expired: bool
    asker: str = ""
    unasked: bool = False
    """Whether something was read that may have suggested it, and the person's own words do not ask for it."""


def card(proposal: Mapping[str, Any], *, now: datetime) -> Card:
    """The card of a proposal as the answer of a turn carries it. `now` is the moment in the reader's zone."""
    before, after = proposal["preview"]["before"], proposal["preview"]["after"]
    records = int(proposal["preview"]["records"])
    expires_at = datetime.fromisoformat(proposal["expires_at"])
    changed = dict.fromkeys([*before, *after])
    differences = tuple(
        Difference(label(name), shown(before.get(name), now.tzinfo), shown(after.get(name), now.tzinfo))
        for name in changed
        if name not in _MESSAGE_FIELDS and name.rpartition(".")[2] not in _UNSEEN
        if shown(before.get(name)) != shown(after.get(name))
    )
    to = _recipient(proposal, after)
    return Card(
        id=str(proposal["id"]),
        title=_TITLES.get(str(proposal["effect"]), "Carry this out?"),
        tool=named(str(proposal["tool"])),
        recipient=to,
        subject=str(after.get("subject") or ""),
        body=str(after.get("body") or ""),
        differences=differences,
        records=records,
        expires=moment(expires_at, now.tzinfo),
        expired=expires_at <= now,
        asker=str(proposal.get("asker") or ""),
        unasked=not proposal["preview"].get("own_words") and bool(proposal["preview"].get("read_before")),
    )


def _recipient(proposal: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """`Jane Miller <jane@acme.example>`, as far as it is known."""
    address = str(after.get("to") or "")
    message = proposal["args"].get("message")
    name = message.get("to", {}).get("name", "") if isinstance(message, Mapping) else ""
    return f"{name} <{address}>" if name and address else address


def card_html(shown_card: Card) -> str:
    """The card without its buttons."""
    touched = f"{shown_card.records} {'record' if shown_card.records == 1 else 'records'}"
    said = f"Proposal · {shown_card.tool}" + (f" · asked by {shown_card.asker}" if shown_card.asker else "")
    head = f'<header><span class="eyebrow">{escape(said)}</span><h3>{escape(shown_card.title)}</h3></header>'
    facts = []
    if shown_card.recipient:
        facts.append(("To", shown_card.recipient))
    if shown_card.subject:
        facts.append(("Subject", shown_card.subject))
    listed = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts)
    body = f'<div class="body">{escape(shown_card.body)}</div>' if shown_card.body else ""
    changes = _differences(shown_card.differences)
    warning = f'<p class="note" role="note">{_UNASKED}</p>' if shown_card.unasked else ""
    note = f'<p class="note">Touches {touched}. Open until {escape(shown_card.expires)}.</p>'
    return f"{head}{f'<dl>{listed}</dl>' if listed else ''}{body}{changes}{warning}{note}"


def _differences(differences: tuple[Difference, ...]) -> str:
    if not differences:
        return ""
    fresh = all(one.before == "–" for one in differences)
    if fresh:
        rows = "".join(f"<dt>{escape(one.field)}</dt><dd>{escape(one.after)}</dd>" for one in differences)
        return f"<dl>{rows}</dl>"
    rows = "".join(
        f'<tr><th scope="row">{escape(one.field)}</th><td><del>{escape(one.before)}</del></td>'
        f"<td><ins>{escape(one.after)}</ins></td></tr>"
        for one in differences
    )
    head = '<thead><tr><th scope="col">Field</th><th scope="col">Before</th><th scope="col">After</th></tr></thead>'
    return f'<div class="table"><table class="changes">{head}<tbody>{rows}</tbody></table></div>'


def waits_html(reason: str, waits_for: Sequence[str]) -> str:
    """Whose approval it takes, where that is not the reader's."""
    said = reason or f"It waits for {' or '.join(waits_for)}."
    return f'<p class="note" role="note">{escape(said)}</p>'


def outcome_html(status: str, outcome: str | None) -> str:
    """What became of it, in one line."""
    said = _OUTCOMES.get(status, "")
    if status == "applied" and outcome not in (None, "", "done"):
        said = f"Done: {outcome}."
    if status == "failed" and outcome:
        said = f"{said} {outcome}"
    doubt = status == "approved" and outcome
    if doubt:
        said = f"Approved, but {outcome}."
    good = status in ("applied", "approved") and not doubt
    mark = icons.CHECK if good else icons.CLOSE
    return f'<p class="outcome {"good" if good else "calm"}" role="status">{mark}<span>{escape(said)}</span></p>'
