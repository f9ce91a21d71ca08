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
# Lines of a message that are shown without asking, and how many characters wrap into one more.
_GENEROUS = 60
_WRAPS_AT = 80
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
    """The name; empty where only the address is known."""
    address: str
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
    message = proposal["args"].get("message")
    return Card(
        id=str(proposal["id"]),
        title=_TITLES.get(str(proposal["effect"]), "Carry this out?"),
        tool=named(str(proposal["tool"])),
        recipient=str(message.get("to", {}).get("name", "")) if isinstance(message, Mapping) else "",
        address=str(after.get("to") or ""),
        subject=str(after.get("subject") or ""),
        body=str(after.get("body") or ""),
        differences=differences,
        records=records,
        expires=moment(expires_at, now.tzinfo),
        expired=expires_at <= now,
        asker=str(proposal.get("asker") or ""),
        unasked=not proposal["preview"].get("own_words") and bool(proposal["preview"].get("read_before")),
    )


def folded(body: str) -> tuple[str, int]:
    """The beginning of a text, and how many of its lines are left out; 0 for one that is shown whole.

    Long lines count as often as they wrap. A fold that hides next to nothing is none.
    """
    lines = body.split("\n")
    room = _GENEROUS
    for index, line in enumerate(lines):
        room -= max(1, -(-len(line) // _WRAPS_AT))
        if room < 0 and index:
            hidden = len(lines) - index
            return ("\n".join(lines[:index]).rstrip(), hidden) if hidden > 1 else (body, 0)
    return body, 0


def card_html(shown_card: Card) -> str:
    """The card above its message and its buttons."""
    said = f"Proposal · {shown_card.tool}" + (f" · asked by {shown_card.asker}" if shown_card.asker else "")
    head = f'<header><span class="eyebrow">{escape(said)}</span><h3>{escape(shown_card.title)}</h3></header>'
    to = _recipient(shown_card)
    listed = (f"<dt>To</dt><dd>{to}</dd>" if to else "") + (
        f"<dt>Subject</dt><dd>{escape(shown_card.subject)}</dd>" if shown_card.subject else ""
    )
    return f"{head}{f'<dl>{listed}</dl>' if listed else ''}"


def body_html(body: str) -> str:
    """The message, or its beginning, as it will be read."""
    return f'<div class="body">{escape(body)}</div>'


def rest_html(shown_card: Card) -> str:
    """What changes and until when it can be decided: below the message."""
    touched = f"{shown_card.records} {'record' if shown_card.records == 1 else 'records'}"
    changes = _differences(shown_card.differences)
    warning = f'<p class="note" role="note">{_UNASKED}</p>' if shown_card.unasked else ""
    note = f'<p class="note">Touches {touched}. Open until {escape(shown_card.expires)}.</p>'
    return f"{changes}{warning}{note}"


def _recipient(shown_card: Card) -> str:
    """Name and address; an address that does not fit breaks at its sign, never inside a word."""
    name, address = escape(shown_card.recipient), escape(shown_card.address).replace("@", "<wbr>@")
    return f'{name} <span class="address">&lt;{address}&gt;</span>' if name and address else address


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
