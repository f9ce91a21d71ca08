"""A person who was erased is nowhere any more, and nobody else has lost anything."""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from agent.runtime import Runtime
from agent.sealing import audit_keys
from db import name_index
from db.errors import NotFound, NotPermitted
from db.models import AuditEntry, Change, Contact, Interaction, Lead, Memory, Note, Opportunity, SpokenOf, User
from db.names import NamedKind
from db.repositories.erasure import Erasable
from db.settings import WorkspaceSettings
from tests.agent.conftest import Ask, opened, person

pytestmark = pytest.mark.anyio
NAME, EMAIL, PHONE = "Ysolde Quennevar", "ysolde.q@vexhollow.example", "+44 20 7946 0817"
TRACES = ("ysolde", "quennevar", "vexhollow", "79460817", "7946 0817")


async def somebody(runtime: Runtime, *, kind: Erasable = Erasable.CONTACT) -> int:
    """A person of the rep's with records, texts and figures that name them."""
    rep = await person(runtime, "rep")
    first, last = NAME.split()
    async with runtime.database.write() as session:
        deal = await session.scalar(select(Opportunity).where(Opportunity.owner_id == rep.user_id).limit(1))
        assert deal is not None
        called = {"first_name": first, "last_name": last, "email": EMAIL, "phone": PHONE, "owner_id": rep.user_id}
        one: Contact | Lead
        if kind is Erasable.CONTACT:
            one = Contact(**called, account_id=deal.account_id)
        else:
            one = Lead(**called, arrived_at=deal.created_at)
        session.add(one)
        await session.flush()
        link = {f"{kind}_id": one.id}
        body = f"Hi, {first} here. Ring 020 7946 0817."
        session.add(Interaction(channel="email", direction="in", at=deal.created_at, body=body, **link))
        note = f"Met {last.upper()}, {first} and {EMAIL.upper()}."
        session.add(Note(body=note, account_id=deal.account_id, author_id=rep.user_id))
        deal.next_step = f"Ask {NAME} for the order"
        await session.flush()
        await session.run_sync(lambda sync: name_index.refresh(sync.connection(), NamedKind(kind.value), [one.id]))
        return one.id


async def talked_about(ask: Ask) -> None:
    """Questions, a draft, a task and a proposal about the person."""
    told = await ask("rep", f"what do we know about {NAME}")
    await ask("rep", "draft a follow up to her", after=told)
    await ask("rep", f"remind me to call {NAME} on Thursday at 10 under {PHONE}", after=told)
    await ask("rep", f"draft a follow up to {NAME} and send it")
    await ask("manager", f"how is {NAME.lower()} doing")


async def everything(runtime: Runtime) -> str:
    """All that the database holds, as a reader of its tables or of its file sees it."""
    async with runtime.database.read() as session:
        tables = (await session.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))).scalars().all()
        rows = [(await session.execute(text(f"SELECT * FROM {name}"))).all() for name in tables]  # noqa: S608 - names of tables
    path = Path(str(runtime.database.url.database))
    files = [one.read_bytes().decode("latin-1") for one in (path, path.with_name(path.name + "-wal")) if one.exists()]
    return f"{rows} {' '.join(files)}".lower()


def found_in(held: str) -> list[str]:
    return [trace for trace in TRACES if trace in held]


@pytest.mark.parametrize("kind", [Erasable.CONTACT, Erasable.LEAD])
async def test_no_byte_of_an_erased_person_is_left(ask: Ask, runtime: Runtime, kind: Erasable) -> None:
    key = await somebody(runtime, kind=kind)
    await talked_about(ask)
    assert {"ysolde", "quennevar", "vexhollow", "7946 0817"} <= set(found_in(await everything(runtime)))
    done = await runtime.erase(await person(runtime, "admin"), kind, key)
    assert found_in(await everything(runtime)) == []
    assert done.compacted
    assert min(done.texts, done.conversations, done.vault, done.spans) > 0


async def test_nothing_else_is_lost(ask: Ask, runtime: Runtime) -> None:
    key = await somebody(runtime)
    before = await rows_of(runtime)
    await talked_about(ask)
    other = await ask("rep", "what are my top deals")
    await runtime.erase(await person(runtime, "admin"), Erasable.CONTACT, key)
    after = await rows_of(runtime)
    assert {one: names for one, names in before.items() if one != ("contacts", key)} == {
        one: names for one, names in after.items() if one != ("contacts", key)
    }
    assert (await runtime.turn(await person(runtime, "rep"), other.turn)).result == other.model_dump(mode="json")


async def rows_of(runtime: Runtime) -> dict[tuple[str, int], tuple[object, ...]]:
    async with runtime.database.read() as session:
        return {
            (table.__tablename__, row.id): tuple(row)[1:]
            for table, columns in (
                (Contact, (Contact.id, Contact.first_name, Contact.last_name, Contact.email, Contact.phone)),
                (Lead, (Lead.id, Lead.first_name, Lead.last_name, Lead.email, Lead.phone)),
                (User, (User.id, User.name, User.email)),
            )
            for row in await session.execute(select(*columns))
        }


async def test_the_conversation_goes_on_without_the_person(ask: Ask, runtime: Runtime) -> None:
    key = await somebody(runtime)
    told = await ask("rep", f"what do we know about {NAME}")
    await runtime.erase(await person(runtime, "admin"), Erasable.CONTACT, key)
    again = await ask("rep", "draft a follow up to her", after=told)
    assert again.steps == [] or not again.steps[0].ok
    assert found_in(await everything(runtime)) == []


async def test_the_audit_chain_still_verifies(ask: Ask, runtime: Runtime) -> None:
    key = await somebody(runtime)
    await talked_about(ask)
    await runtime.erase(await person(runtime, "admin"), Erasable.CONTACT, key)
    async with runtime.database.read() as session:
        entries = list((await session.execute(select(AuditEntry).order_by(AuditEntry.number))).scalars())
    assert [one.action for one in entries][-1] == "person.erased"
    assert len(entries) > 2
    before = ""
    for one in entries:
        canonical = json.dumps(one.details, sort_keys=True, ensure_ascii=False, default=str)
        linked = [before, one.number, one.at.isoformat(), one.actor_id, one.action, one.subject, canonical]
        message = json.dumps(linked, ensure_ascii=False, default=str)
        before = hmac.new(audit_keys(runtime.workspace)[-1], message.encode(), hashlib.sha256).hexdigest()
        assert one.digest == before


async def test_a_colleague_is_erased_and_the_deals_stay(ask: Ask, runtime: Runtime) -> None:
    async with runtime.database.write() as session:
        gone = await session.scalar(select(User).where(User.role == "rep").order_by(User.id.desc()).limit(1))
        assert gone is not None
        name, address = gone.name, gone.email
        namesakes = (
            Contact.first_name + " " + Contact.last_name == name,
            Lead.first_name + " " + Lead.last_name == name,
        )
        for table, named in zip((Contact, Lead), namesakes, strict=True):
            await session.execute(update(table).where(named).values(first_name="Somebody"))
    await ask("executive", f"what is the pipeline of {name}")
    await runtime.erase(await person(runtime, "admin"), Erasable.USER, gone.id)
    held = await everything(runtime)
    assert (name.lower() in held, address in held) == (False, False)
    async with runtime.database.read() as session:
        assert await session.scalar(select(Opportunity.id).where(Opportunity.owner_id == gone.id).limit(1))


async def test_a_namesake_keeps_the_name_and_is_told_of(ask: Ask, runtime: Runtime) -> None:
    key, other = await somebody(runtime), await somebody(runtime, kind=Erasable.LEAD)
    done = await runtime.erase(await person(runtime, "admin"), Erasable.CONTACT, key)
    async with runtime.database.read() as session:
        lead = await session.get(Lead, other)
    assert done.others == (f"lead {other}",)
    assert lead is not None
    assert (lead.name, lead.email) == (NAME, EMAIL)


@pytest.mark.parametrize("role", ["rep", "manager", "executive"])
async def test_only_an_administrator_erases(runtime: Runtime, role: str) -> None:
    with pytest.raises(NotPermitted):
        await runtime.erase(await person(runtime, role), Erasable.CONTACT, 1)


async def test_nobody_is_erased_twice_or_by_oneself(runtime: Runtime) -> None:
    admin = await person(runtime, "admin")
    await runtime.erase(admin, Erasable.CONTACT, 1)
    with pytest.raises(NotFound):
        await runtime.erase(admin, Erasable.CONTACT, 1)
    with pytest.raises(NotPermitted):
        await runtime.erase(admin, Erasable.USER, admin.user_id)


async def test_a_later_person_does_not_get_the_placeholder(
    settings: WorkspaceSettings, ask: Ask, runtime: Runtime
) -> None:
    key = await somebody(runtime)
    told = await ask("rep", f"what do we know about {NAME}")
    await runtime.erase(await person(runtime, "admin"), Erasable.CONTACT, key)
    await ask("rep", "write to orla@brightmoor.example and +44 20 7946 0333", after=told)
    async with opened(settings) as again:
        spans = await again.spans(await person(again, "admin"), told.trace_id)
    assert "person_1" not in str([span.attributes for span in spans])


@pytest.mark.parametrize("kind", [Erasable.CONTACT, Erasable.LEAD])
async def test_what_was_remembered_of_an_erased_person_is_gone_with_its_history(
    ask: Ask, runtime: Runtime, kind: Erasable
) -> None:
    key = await somebody(runtime, kind=kind)
    told = await ask("rep", f"remember that {NAME}'s daughter plays football")
    await ask("rep", f"no, {NAME}'s daughter plays handball", after=told)
    await runtime.erase(await person(runtime, "admin"), kind, key)
    async with runtime.database.read() as session:
        memories = list(await session.scalars(select(Memory)))
        changes = list(await session.scalars(select(Change).where(Change.record_kind == "memory")))
        spoken = list(await session.scalars(select(SpokenOf).where(SpokenOf.record_id == key)))
    assert [(one.body, one.deleted_at is not None) for one in memories] == [("Erased.", True)] * 2
    assert not any("ball" in json.dumps([one.before, one.after]) for one in changes)
    assert [one for one in spoken if one.record_kind == kind] == []
    assert found_in(await everything(runtime)) == []
