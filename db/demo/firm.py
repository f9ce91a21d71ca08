"""Everything that is there before the first deal: the plan, the calendar, the people, the customers."""

from __future__ import annotations

from dataclasses import dataclass

from db.demo.accounts import Accounts, Contacts, meet_contacts, open_accounts
from db.demo.calendar import Span
from db.demo.draw import Draw
from db.demo.naming import PhoneBook
from db.demo.people import Staff, hire
from db.demo.plan import DemoPlan


@dataclass(frozen=True, slots=True)
class Firm:
    plan: DemoPlan
    span: Span
    staff: Staff
    accounts: Accounts
    contacts: Contacts
    phones: PhoneBook

    @classmethod
    def found(cls, plan: DemoPlan) -> Firm:
        span, phones = Span.until(plan.as_of), PhoneBook()
        staff = hire(plan.seed, span)
        accounts = open_accounts(plan, span, staff)
        return cls(plan, span, staff, accounts, meet_contacts(plan, accounts, phones), phones)

    def draw(self, name: str) -> Draw:
        """The stream of chance of this name."""
        return Draw(self.plan.seed, name)
