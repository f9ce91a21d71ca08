"""A refusal names people to the person who asked, and to nobody who reads the trace."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from agent.runtime import Runtime
from db.models import Account, Contact
from tests.agent.conftest import Ask, person

pytestmark = pytest.mark.anyio


async def people_of_one_account(runtime: Runtime) -> str:
    """A rep's account on which everybody has a name that no rule of form recognises."""
    rep = await person(runtime, "rep")
    async with runtime.database.write() as session:
        account = await session.scalar(select(Account).where(Account.owner_id == rep.user_id).limit(1))
        assert account is not None
        people = await session.scalars(select(Contact).where(Contact.account_id == account.id))
        for one, name in zip(people, ("canary", "kestrel", "merlin", "plover", "wagtail", "curlew"), strict=False):
            one.first_name, one.last_name = name, "of the marsh"
    return account.name


async def another(runtime: Runtime) -> str:
    """An account of the rep's the draft was not written to."""
    rep = await person(runtime, "rep")
    async with runtime.database.read() as session:
        accounts = await session.scalars(select(Account.name).where(Account.owner_id == rep.user_id).limit(2))
        return list(accounts)[1]


async def test_the_person_a_draft_greets_is_not_named_in_the_trace_of_a_refusal(ask: Ask, runtime: Runtime) -> None:
    account = await people_of_one_account(runtime)
    drafted = await ask("rep", f"draft a follow up to {account}")
    refused = await ask("rep", f"send it to {await another(runtime)}", after=drafted)
    spans = await runtime.spans(await person(runtime, "admin"), refused.trace_id)
    assert "of the marsh" in refused.answer
    recorded = str([span.attributes for span in spans])
    assert "written to <" in recorded
    assert "of the marsh" not in recorded
