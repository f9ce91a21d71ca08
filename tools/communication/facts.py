"""From the history of a record to the few facts a letter may mention."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from db.repositories.activity import InteractionLine
from db.repositories.opportunities import OpportunityLine, Outcome
from tools.communication import outside
from tools.communication.recipient import Recipient
from tools.communication.style import Kind
from tools.contract import ToolContext
from tools.history import History, unanswered
from tools.lead.sections import asked

_MISSED = re.compile(r"no answer|voice ?mail|left a message|not reached|no show|tried to reach|missed", re.IGNORECASE)
_PROMISE = re.compile(
    r"\b(?:I|we) (?:will|'ll) (?:also )?(?P<will>[a-z][^.!?\n]{8,110})[.\n]"
    r"|\b(?:[Ww]e|I) (?:promised to|said (?:I|we) would) (?P<promised>[a-z][^.!?\n]{8,110})[.\n]",
)
_ENQUIRIES = frozenset({"inbound", "web", "website", "web form", "contact form", "demo request", "enquiry", "inquiry"})


class Concern(StrEnum):
    PRICE = "price"
    COMPETITOR = "competitor"
    SECURITY = "security"
    INTEGRATION = "integration"
    TIMING = "timing"
    CONSENT = "consent"


def _any(*stems: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(stems)})", re.IGNORECASE)


# The first that fits: who names another offer speaks of price too.
_CONCERNS: dict[Concern, re.Pattern[str]] = {
    Concern.COMPETITOR: _any(
        "competit", "other offer", "another offer", "other vendor", "offered us something", "anderes angebot",
        "otra oferta", "autre offre",
    ),
    Concern.PRICE: _any(
        "pric", "expensive", "costs? ", "budget", "cheaper", "preis", "teuer", "presupuesto", "precio", r"caro\b",
        "prix", r"cher\b",
    ),
    Concern.SECURITY: _any("secur", "sicherheit", "segurid", "sécurit", "gdpr", "dsgvo", "rgpd", "datenschutz"),
    Concern.INTEGRATION: _any(
        "erp", "integrat", "connect", "anbindung", "schnittstelle", "conexi", "raccord", r"api\b",
    ),
    Concern.TIMING: _any(
        "timing", "season", "too early", "not now", "postpon", "peak", "saison", "hochsaison", "temporada", "next year",
    ),
    Concern.CONSENT: _any("convinc", "on board", "überzeug", "convencid", "convaincu"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Facts:
    """All a letter may mention, sieved. `reference` is (what happened, when): `("meeting", 1 June)`.

    `colleague` is whoever of us took part in it, None when that was the sender.
    """

    first: str | None
    full: str | None
    company: str | None
    product: str | None
    sender: str
    today: date
    reference: tuple[str, date] | None = None
    colleague: str | None = None
    ended: tuple[str, date] | None = None
    subject: str | None = None
    question: str | None = None
    promise: str | None = None
    pain: str | None = None
    concern: Concern | None = None
    looks_after: bool = False


def facts(known: History, to: Recipient, at: ToolContext, *, hint: str = "") -> Facts:
    """The facts for a letter to this person. `hint` is what the person asking said about it (a concern to answer)."""
    full = outside.name(to.ref.name)
    mine = tuple(one for one in known.exchanges if _theirs(one, to) and one.at <= at.now)
    last, deal = (mine[0] if mine else None), known.deal
    return Facts(
        first=outside.name(to.first_name, most=40) if full else None,
        full=full,
        company=outside.name(to.company or (known.account.name if known.account else None)),
        product=outside.name(deal.product) if deal else None,
        sender=at.actor.name,
        today=at.today,
        reference=_reference(last, known, at),
        colleague=_colleague(last, at),
        ended=_ended(deal),
        subject=_reply_subject(last),
        question=_question(mine),
        promise=_promise(tuple(one for one in mine if one.user_id == at.actor.user_id)),
        pain=next((pain for pain in map(outside.sentence, to.pain_points) if pain), None),
        concern=concern_in(hint) or concern_in(_written_to_us(mine)),
        looks_after=_owner(known) == at.actor.user_id,
    )


def _theirs(one: InteractionLine, to: Recipient) -> bool:
    """Only what this very person took part in: nobody is told what somebody else said."""
    return one.contact_id == to.ref.id if to.ref.kind == "contact" else one.lead_id == to.ref.id


def _reference(last: InteractionLine | None, known: History, at: ToolContext) -> tuple[str, date] | None:
    if last is not None:
        return _occasion(last), last.at.astimezone(at.now.tzinfo).date()
    lead = known.lead
    if lead is not None and lead.arrived_at and (lead.source or "").casefold() in _ENQUIRIES:
        return "enquiry", lead.arrived_at.astimezone(at.now.tzinfo).date()
    return None


def _colleague(last: InteractionLine | None, at: ToolContext) -> str | None:
    return last.user if last is not None and last.user_id not in (None, at.actor.user_id) else None


def _occasion(one: InteractionLine) -> str:
    if one.channel == "meeting":
        return "meeting"
    if one.channel == "call":
        missed = _MISSED.search(f"{one.outcome or ''} {one.subject or ''}") and one.direction == "out"
        return "call_missed" if missed else f"call_{one.direction}"
    return f"{'email' if one.channel == 'email' else 'message'}_{one.direction}"


def _ended(deal: OpportunityLine | None) -> tuple[str, date] | None:
    if deal is None or deal.closed_on is None or deal.outcome == Outcome.OPEN:
        return None
    return ("won" if deal.outcome == Outcome.WON else "lost"), deal.closed_on


def _reply_subject(last: InteractionLine | None) -> str | None:
    if last is None or last.channel != "email" or last.direction != "in":
        return None
    bare = re.sub(r"^(?:\s*(?:re|aw|antw|rv|fw|fwd|wg|tr)\s*:)+\s*", "", last.subject or "", flags=re.IGNORECASE)
    return outside.sentence(bare, most=90)


def _question(mine: tuple[InteractionLine, ...]) -> str | None:
    waiting = unanswered(mine)
    found = [outside.sentence(question) for question in asked(waiting.body)] if waiting else []
    return next((question for question in found if question), None)


def _promise(mine: tuple[InteractionLine, ...]) -> str | None:
    """What we said we would do, from our last own words to this person or our summary of a talk with them."""
    for one in mine[:3]:
        if one.direction == "in" and one.channel != "meeting":
            continue
        for match in _PROMISE.finditer(f"{one.body or ''}\n"):
            said = outside.sentence(match["will"] or match["promised"], dated=True)
            if said:
                return said
    return None


def _written_to_us(mine: tuple[InteractionLine, ...]) -> str:
    return next((one.body or "" for one in mine if one.direction == "in" and one.channel != "meeting"), "")


def concern_in(text: str) -> Concern | None:
    """The worry a text speaks of."""
    return next((concern for concern, pattern in _CONCERNS.items() if pattern.search(text)), None)


def _owner(known: History) -> int | None:
    if known.lead is not None:
        return known.lead.owner_id
    deal = known.deal
    return deal.owner_id if deal is not None else known.account.owner_id if known.account else None


def kind_for(known: History) -> Kind:
    """The letter that fits where things stand, when the person did not say."""
    if known.lead is not None and not known.exchanges and known.lead.last_contacted_at is None:
        return Kind.FIRST_TOUCH
    deal = known.deal
    if deal is not None and deal.outcome == Outcome.LOST:
        return Kind.WIN_BACK
    return Kind.FOLLOW_UP if known.exchanges or known.deals else Kind.FIRST_TOUCH
