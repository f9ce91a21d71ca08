"""Whom a message about a record goes to, and whether it may."""

from __future__ import annotations

from dataclasses import dataclass

from db.repositories.accounts import ContactLine, ContactRepository
from db.repositories.base import RecordRef
from db.repositories.leads import LeadLine, LeadRepository
from tools.contract import Person, ToolContext
from tools.errors import Unanswerable
from tools.history import History
from tools.people import contact_ref, lead_ref, of_contact, of_lead
from tools.wording import clean, listed

_OPTED_OUT = "has opted out of messages"
_ROLES = ("champion", "decision_maker", "economic_buyer")


@dataclass(frozen=True, slots=True)
class Recipient:
    """`barred` says why no message may go to this person."""

    ref: RecordRef
    first_name: str | None
    email: str | None
    company: str | None
    language: str | None
    pain_points: tuple[str, ...]
    barred: str | None
    opted_out: bool
    person: Person


def recipient(known: History) -> Recipient:
    """The person a message about the record is for. Raises `Unanswerable` when there is nobody or it may not be sent.

    The contact itself; the lead itself; otherwise the deal's contact, the champion, the decision maker, the economic
    buyer, whoever wrote or spoke last, or the only contact there is.
    """
    return allowed(_meant(known), known)


def spoken_to(known: History) -> Recipient:
    """The person to call. An opt-out is one of messages; only `do not contact` forbids a call."""
    to = _meant(known)
    return to if to.opted_out and to.barred == _OPTED_OUT else allowed(to, known)


def _meant(known: History) -> Recipient:
    if known.lead is not None:
        return of_lead_line(known.lead)
    if not known.contacts:
        what = "deal" if known.about.kind == "opportunity" else known.about.kind
        raise Unanswerable(
            f"The {what} {clean(known.about.name)} has no contact on record, so there is nobody to write to. "
            "Add a contact with an e-mail address first."
        )
    return of_contact_line(_chosen(known))


def _chosen(known: History) -> ContactLine:
    if known.about.kind == "contact" or len(known.contacts) == 1:
        return known.contacts[0]
    deal = known.deal
    if deal is not None and deal.contact_id is not None:
        for contact in known.contacts:
            if contact.id == deal.contact_id:
                return contact
    for role in _ROLES:
        for contact in known.contacts:
            if contact.buying_role == role:
                return contact
    by_id = {contact.id: contact for contact in known.contacts}
    for exchange in known.exchanges:
        if exchange.contact_id in by_id:
            return by_id[exchange.contact_id]
    names = listed([clean(contact.name) for contact in known.contacts[:6]], last="or")
    raise Unanswerable(f"{clean(known.about.name)} has several contacts. Tell me whom to write to: {names}.")


def allowed(chosen: Recipient, known: History | None = None) -> Recipient:
    if chosen.barred is None:
        return chosen
    others = [] if known is None or known.about.kind in ("contact", "lead") else _others(known, chosen)
    instead = f" You could write to {listed(others, last='or')} instead." if others else ""
    raise Unanswerable(f"{clean(chosen.ref.name)} {chosen.barred}, so I do not write to this person.{instead}")


def _others(known: History, chosen: Recipient) -> list[str]:
    free = [one for one in known.contacts if not (one.opted_out or one.do_not_contact) and one.email]
    return [clean(one.name) for one in free if one.id != chosen.ref.id][:3]


async def read_again(ref: RecordRef, at: ToolContext) -> Recipient:
    """The recipient as the records have it now. Raises `NotFound`, or `Unanswerable` when it may not be sent."""
    if ref.kind == "lead":
        return allowed(of_lead_line(await LeadRepository(at.session, at.actor).get(ref.id)))
    return allowed(of_contact_line(await ContactRepository(at.session, at.actor).get(ref.id)))


def of_contact_line(line: ContactLine) -> Recipient:
    barred = "must not be contacted" if line.do_not_contact else _OPTED_OUT if line.opted_out else None
    return Recipient(
        contact_ref(line), line.first_name, line.email, line.account, line.language, line.pain_points, barred,
        line.opted_out, of_contact(line),
    )  # fmt: skip


def of_lead_line(line: LeadLine) -> Recipient:
    barred = _OPTED_OUT if line.opted_out else None
    first = line.name.split()[0] if line.name and line.name != line.company else None
    return Recipient(
        lead_ref(line), first, line.email, line.company, None, line.pain_points, barred, line.opted_out, of_lead(line)
    )
