"""What a note, task or exchange is about: the record it hangs on; for an account its deals and people count too."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, or_, select

from db.models import Contact, Lead, Linked, Opportunity
from db.records.declaration import RecordKind

ABOUT = "about"
"""The name of this condition among those on fields."""
SUBJECTS = ("account", "contact", "lead", "opportunity")


def hangs_on_records(kind: RecordKind) -> bool:
    """Whether records of the kind are about others."""
    return issubclass(kind.table, Linked)


def hangs_on(table: type[Linked] | Any, kind: str, record_id: int) -> ColumnElement[bool]:  # noqa: ANN401 - a kind's table
    """Rows of one record; an account's are those of its deals, leads and contacts too."""
    own: ColumnElement[bool] = getattr(table, f"{kind}_id") == record_id
    if kind != "account":
        return own
    deals = select(Opportunity.id).where(Opportunity.account_id == record_id)
    contacts = select(Contact.id).where(Contact.account_id == record_id)
    leads = select(Lead.id).where(Lead.account_id == record_id)
    return or_(own, table.opportunity_id.in_(deals), table.contact_id.in_(contacts), table.lead_id.in_(leads))
