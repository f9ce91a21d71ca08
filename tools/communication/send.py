"""Sending the last draft: a proposal with the complete message, for a person to approve."""

from __future__ import annotations

import re
from typing import Literal

from db.access import Actor, Permission
from db.errors import AlreadyDecided
from db.repositories.base import RecordRef
from db.repositories.proposals import ProposalLine, ProposalRepository, ProposalStatus
from db.session import Database
from db.shown import require_shown
from tools.communication.recipient import Recipient, read_again
from tools.contract import Area, Ask, Document, Effect, Message, Proposed, RecordArgument, ToolContext, tool
from tools.errors import NeedsChoice, NothingToSend, Unanswerable
from tools.history import history
from tools.people import contact_ref
from tools.wording import clean, quoted

_ADDRESS = re.compile(r"[^@\s<>,;:\"()]+@[^@\s<>,;:\"()]+\.[^@\s<>,;:\"().]+")


class SendEmail(Ask):
    draft: Literal["last"] = "last"
    """Always the last draft of this conversation."""
    record: RecordArgument | None = None
    """Whom or what it is for, where the person said so; it must be the one the draft was written to."""


@tool(
    area=Area.COMMUNICATION,
    effect=Effect.OUTWARD,
    requires=Permission.MESSAGES_SEND,
    doing="preparing the message to send",
    examples=(
        "send it",
        "send the draft to Jane",
        "that is good, send the email",
        "fire off the message",
        "please send this e-mail now",
        "dispatch the follow-up",
    ),
)
async def send_email(ask: SendEmail, at: ToolContext) -> Proposed:
    """Send the last drafted e-mail to the person it was written to. It waits for approval of exactly this message.

    Refuses without a draft, without an address, and for people who have opted out or must not be contacted.
    """
    draft = at.draft
    if draft is None or draft.kind != "email" or draft.to is None:
        raise NothingToSend
    to = await read_again(draft.to, at)
    if ask.record is not None:
        await _same_person(ask.record, to.ref, draft, at)
    require_shown(at.actor, to.ref.kind, "email")
    address = _address(to)
    subject = clean(draft.subject, most=200) or clean(draft.title, most=200)
    name = clean(to.ref.name)
    return Proposed(
        said=f"I would send {quoted(subject, most=120)} to {name} at {address}.",
        done=f"{quoted(subject, most=120)} was sent to {name} at {address}.",
        arguments={
            "draft": ask.draft,
            "record": {"kind": to.ref.kind, "id": to.ref.id, "name": to.ref.name},
            "address": address,
            "subject": subject,
            "body": draft.body,
        },
        message=Message("email", to.ref, address, subject, draft.body),
        focus=(to.ref,),
        people=(to.person,),
    )


def told_of(line: ProposalLine) -> str | None:
    """What became of a proposal, for any door.

    A message whose sending was cut off has no outcome on record: it is in doubt, with the Message-ID by which a person
    finds out (that of `tools.delivery`, made from the proposal's id).
    """
    cut_off = line.status is ProposalStatus.APPROVED and line.outcome is None and line.arguments.get("message")
    if not cut_off:
        return line.outcome
    return f"in doubt: handed to the mail server, no receipt (Message-ID <{line.id}@rainmaker>)"


async def decided_before(database: Database, actor: Actor, proposal: str) -> AlreadyDecided:
    """The refusal of a second decision, saying what became of the first; `NotFound` where it may not be seen."""
    async with database.read() as session:
        line = await ProposalRepository(session, actor).get(proposal)
    in_doubt = line.outcome is None and (said := told_of(line))
    return AlreadyDecided(line.id, said if in_doubt and said else line.status)


async def _same_person(meant: RecordArgument, to: RecordRef, draft: Document, at: ToolContext) -> None:
    """The draft greets one person by name; it goes to nobody else."""
    record = draft.arguments.get("record") or {}
    if (meant.kind, meant.id) in {(to.kind, to.id), (record.get("kind"), record.get("id"))}:
        return
    if meant.kind in ("account", "opportunity"):
        known = await history(meant.ref, at)
        if any(contact_ref(contact) == to for contact in known.contacts):
            return
    wanted = clean(meant.name) or f"that {meant.kind}"
    raise NeedsChoice(
        f"The draft is written to {clean(to.name)}, not to {wanted}. What shall I do?",
        (f"send it to {clean(to.name)}", f"draft one to {wanted}"),
    )


def _address(to: Recipient) -> str:
    address = (to.email or "").strip()
    if not address:
        raise Unanswerable(f"There is no e-mail address for {clean(to.ref.name)} on record, so it cannot be sent.")
    if not _ADDRESS.fullmatch(address):
        raise Unanswerable(f"The e-mail address of {clean(to.ref.name)} on record is not a valid one.")
    return address
