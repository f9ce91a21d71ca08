"""What happened with a record: its deals, people, exchanges, notes and tasks, read once for all who tell it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from db.errors import NotFound
from db.repositories.accounts import AccountLine, AccountRepository, ContactLine, ContactRepository
from db.repositories.activity import ActivityRepository, InteractionLine, NoteLine, TaskLine, TaskRepository
from db.repositories.base import RecordRef
from db.repositories.leads import LeadLine, LeadRepository
from db.repositories.opportunities import USUAL_ROTTING_DAYS, OpportunityLine, OpportunityRepository, Outcome
from tools.contract import Person, ToolContext
from tools.errors import BadArgument
from tools.people import each_once, of_colleague, of_contact, of_lead

SILENT_DAYS = 30
_WRITTEN = frozenset({"email", "sms", "whatsapp"})
_EXCHANGES = 40


@dataclass(frozen=True, slots=True)
class History:
    """One record and everything that hangs on it. Exchanges and notes are the latest first.

    Attributes:
        deals: the deal itself; for an account all of it, open ones first; for a contact those of the contact.
        contacts: the deal's own contact first.
        rotting: stage -> days after which a deal in it counts as stuck.
    """

    about: RecordRef
    account: AccountLine | None = None
    lead: LeadLine | None = None
    deals: tuple[OpportunityLine, ...] = ()
    contacts: tuple[ContactLine, ...] = ()
    exchanges: tuple[InteractionLine, ...] = ()
    notes: tuple[NoteLine, ...] = ()
    tasks: tuple[TaskLine, ...] = ()
    rotting: tuple[tuple[str, int], ...] = ()

    @property
    def open_deals(self) -> tuple[OpportunityLine, ...]:
        return tuple(deal for deal in self.deals if deal.outcome == Outcome.OPEN)

    @property
    def deal(self) -> OpportunityLine | None:
        """The deal the record is mostly about: itself, or the largest open one, or the one closed last."""
        if self.open_deals:
            return max(self.open_deals, key=lambda one: one.value.minor if one.value else -1)
        return self.deals[0] if self.deals else None

    @property
    def people(self) -> tuple[Person, ...]:
        named = [of_contact(contact) for contact in self.contacts]
        if self.lead is not None:
            named += [of_lead(self.lead), *of_colleague(self.lead.owner_id, self.lead.owner)]
        if self.account is not None:
            named += of_colleague(self.account.owner_id, self.account.owner)
        for deal in self.deals:
            named += of_colleague(deal.owner_id, deal.owner)
        for exchange in self.exchanges:
            named += of_colleague(exchange.user_id, exchange.user)
            if exchange.contact_id is not None and exchange.contact:
                named.append(Person(RecordRef("contact", exchange.contact_id, exchange.contact)))
        for note in self.notes:
            named += of_colleague(note.author_id, note.author)
        for task in self.tasks:
            named += of_colleague(task.owner_id, task.owner)
        return each_once(named)

    @property
    def last_exchange(self) -> InteractionLine | None:
        return self.exchanges[0] if self.exchanges else None

    @property
    def last_touch(self) -> datetime | None:
        """The latest sign of life: an exchange, or the activity stamped on a deal or lead."""
        stamps = [exchange.at for exchange in self.exchanges[:1]]
        stamps += [deal.last_activity_at for deal in self.deals if deal.last_activity_at]
        if self.lead is not None and self.lead.last_contacted_at:
            stamps.append(self.lead.last_contacted_at)
        return max(stamps, default=None)


def unanswered(exchanges: tuple[InteractionLine, ...]) -> InteractionLine | None:
    """The latest written message to us that nobody answered since (a call or a meeting is an answer too)."""
    latest = next(iter(exchanges), None)
    if latest is None or latest.direction == "out" or latest.channel not in _WRITTEN:
        return None
    return latest


def silent_days(last: datetime | None, today: date) -> int | None:
    """Days since the last sign of life where that is more than a month ago."""
    if last is None:
        return None
    days = (today - last.date()).days
    return days if days > SILENT_DAYS else None


def days_overdue(deal: OpportunityLine, today: date) -> int | None:
    if deal.outcome != Outcome.OPEN or deal.expected_close_on is None or deal.expected_close_on >= today:
        return None
    return (today - deal.expected_close_on).days


def days_stuck(deal: OpportunityLine, rotting: dict[str, int]) -> int | None:
    """Days in its stage where that is longer than the stage allows."""
    if deal.days_in_stage is None or deal.days_in_stage <= rotting.get(deal.stage, USUAL_ROTTING_DAYS):
        return None
    return deal.days_in_stage


async def history(about: RecordRef, at: ToolContext) -> History:
    """Read it. Raises `NotFound` for what the person may not see, `BadArgument` for kinds without a history."""
    read = {"opportunity": _of_deal, "account": _of_account, "contact": _of_contact, "lead": _of_lead}.get(about.kind)
    if read is None:
        raise BadArgument("record", f"a {about.kind} has no history; name an account, a contact, a lead or a deal")
    return await read(about.id, at)


async def _of_deal(deal_id: int, at: ToolContext) -> History:
    deal = await OpportunityRepository(at.session, at.actor).get(deal_id, today=at.today)
    account = await _account(deal.account_id, at)
    contacts = await _contacts(deal.account_id, at, first=deal.contact_id)
    return await _filled(
        RecordRef("opportunity", deal.id, deal.name), at, account=account, deals=(deal,), contacts=contacts
    )


async def _of_account(account_id: int, at: ToolContext) -> History:
    account = await AccountRepository(at.session, at.actor).get(account_id)
    deals = await OpportunityRepository(at.session, at.actor).of_account(account_id, today=at.today)
    first = next((deal.contact_id for deal in deals if deal.contact_id is not None), None)
    contacts = await _contacts(account_id, at, first=first)
    about = RecordRef("account", account.id, account.name)
    return await _filled(about, at, account=account, deals=tuple(deals), contacts=contacts)


async def _of_contact(contact_id: int, at: ToolContext) -> History:
    contact = await ContactRepository(at.session, at.actor).get(contact_id)
    account = await _account(contact.account_id, at)
    deals: list[OpportunityLine] = []
    if contact.account_id is not None:
        deals = await OpportunityRepository(at.session, at.actor).of_account(contact.account_id, today=at.today)
    own = tuple(deal for deal in deals if deal.contact_id == contact_id)
    about = RecordRef("contact", contact.id, contact.name)
    return await _filled(about, at, account=account, deals=own or tuple(deals), contacts=(contact,))


async def _of_lead(lead_id: int, at: ToolContext) -> History:
    lead = await LeadRepository(at.session, at.actor).get(lead_id)
    account = await _account(lead.account_id, at)
    deals: tuple[OpportunityLine, ...] = ()
    if lead.opportunity_id is not None:
        try:
            deals = (await OpportunityRepository(at.session, at.actor).get(lead.opportunity_id, today=at.today),)
        except NotFound:
            deals = ()  # the deal it became belongs to somebody whose records the person does not see
    return await _filled(RecordRef("lead", lead.id, lead.name), at, account=account, lead=lead, deals=deals)


async def _account(account_id: int | None, at: ToolContext) -> AccountLine | None:
    if account_id is None:
        return None
    try:
        return await AccountRepository(at.session, at.actor).get(account_id)
    except NotFound:
        return None  # a deal without an owner is seen by its team's manager, its account perhaps not


async def _contacts(account_id: int | None, at: ToolContext, *, first: int | None) -> tuple[ContactLine, ...]:
    repository = ContactRepository(at.session, at.actor)
    found = [] if account_id is None else await repository.of_account(account_id)
    if first is not None and all(one.id != first for one in found):
        with suppress(NotFound):  # not visible is the same as not there
            found.append(await repository.get(first))
    return tuple(sorted(found, key=lambda one: one.id != first))


async def _filled(
    about: RecordRef,
    at: ToolContext,
    *,
    account: AccountLine | None,
    lead: LeadLine | None = None,
    deals: tuple[OpportunityLine, ...] = (),
    contacts: tuple[ContactLine, ...] = (),
) -> History:
    activity = ActivityRepository(at.session, at.actor)
    rotting = await OpportunityRepository(at.session, at.actor).rotting_days()
    return History(
        about,
        account,
        lead,
        deals,
        contacts,
        tuple(await activity.interactions(about, limit=_EXCHANGES)),
        tuple(await activity.notes(about)),
        tuple(await TaskRepository(at.session, at.actor).about(about)),
        tuple(rotting.items()),
    )
