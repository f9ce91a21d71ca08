"""Fields that are hidden from a role: every tool and route is asked, and no canary of a hidden field comes out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from itertools import islice

import pytest

from agent.runtime import Runtime
from agent.settings import AgentSettings
from api.app import build
from api.settings import ServerSettings
from db.access import Actor
from db.hiding import always_shown, spread
from db.models import HiddenField, Role
from db.records import KINDS, RecordKind
from db.session import Database, ReadSession
from tests.access.asking import questions, record_questions
from tests.access.company import NOW, Company
from tests.access.conftest import NO_MODEL, Seeded
from tests.access.table import ROUTES, Reach
from tests.access.test_http import ABSENT, bearer, call, filled
from tests.access.test_tools import answered
from tools.contract import Tool, ToolContext
from tools.registry import TOOLS

pytestmark = pytest.mark.anyio
WHO = "executive"
"""Sees every row, so that only the fields are between the person and a canary."""
_PREFIXES = ("won", "lost", "shared", "private")


def hideable(kind: RecordKind) -> Iterable[str]:
    return (one.name for one in kind.fields if one.name not in always_shown(kind.name))


EVERYTHING = spread((kind.name, name) for kind in KINDS.values() for name in hideable(kind))
BY_HAND = [tool for tool in TOOLS if tool.on is None]


def base(kind: str) -> str:
    """The kind of record behind a name in the company: an `interactiononlead` is an interaction."""
    for prefix in _PREFIXES:
        kind = kind.removeprefix(prefix)
    if kind.startswith("on"):
        return "note"
    return next((one for one in KINDS if kind.startswith(f"{one}on")), kind)


def canaries(company: Company, hidden: frozenset[tuple[str, str]]) -> frozenset[str]:
    """The words and numbers that stand in hidden fields of any record."""
    columns = {(kind, KINDS[kind].by_name[name].stored) for kind, name in hidden if name in KINDS[kind].by_name}
    codes = {
        code for what, code in company.codes.items()
        if "." in what and (base(what.partition(".")[0]), what.partition(".")[2]) in columns
    }  # fmt: skip
    amounts = {("opportunity", "amount_minor"), ("account", "annual_revenue_minor")} & columns
    numbers = {one for one, (kind, _) in company.numbers.items() if any(base(kind) == name for name, _ in amounts)}
    return frozenset(word for word in company.words if word[:6] in codes) | numbers


def leaks(company: Company, hidden: frozenset[str], shown: object, told: object = "") -> set[str]:
    return (company._canaries(shown) - company._canaries(told)) & hidden


@pytest.fixture
async def session(runtime: Runtime) -> AsyncIterator[ReadSession]:
    async with runtime.database.read() as opened:
        yield opened


def without(seeded: Seeded, hidden: frozenset[tuple[str, str]]) -> Actor:
    return replace(seeded.company.actors[WHO], hidden=hidden)


@pytest.mark.parametrize("tool", BY_HAND, ids=lambda tool: tool.name)
async def test_no_tool_shows_a_hidden_field(seeded: Seeded, session: ReadSession, tool: Tool) -> None:
    context = ToolContext(without(seeded, EVERYTHING), session, NOW, seeded.settings)
    hidden = canaries(seeded.company, EVERYTHING)
    for args in questions(tool, seeded.company, ("rep", "nobodydach")):
        _, shown = await answered(tool, args, context)
        assert not leaks(seeded.company, hidden, shown, args), args


@pytest.mark.parametrize("kind", KINDS)
async def test_no_record_tool_shows_a_hidden_field(seeded: Seeded, session: ReadSession, kind: str) -> None:
    context = ToolContext(without(seeded, EVERYTHING), session, NOW, seeded.settings)
    hidden = canaries(seeded.company, EVERYTHING)
    for tool in (one for one in TOOLS if one.on is not None and one.on.kind == kind):
        for args in record_questions(tool, seeded.company, ("rep",)):
            _, shown = await answered(tool, args, context)
            assert not leaks(seeded.company, hidden, shown, args), (tool.name, args)


@pytest.mark.parametrize("kind", ["account", "contact", "lead", "opportunity", "interaction", "note", "memory", "task"])
async def test_each_field_is_hidden_alone(on_sqlite: Seeded, kind: str) -> None:
    """A tool that needs it says so in one sentence; the others go on without it."""
    database = Database(on_sqlite.url)
    async with database.read() as session:
        for name in hideable(KINDS[kind]):
            pairs = spread({(kind, name)})
            hidden = canaries(on_sqlite.company, pairs)
            context = ToolContext(without(on_sqlite, pairs), session, NOW, on_sqlite.settings)
            for tool in BY_HAND if hidden else ():
                for args in islice(questions(tool, on_sqlite.company, ("rep",)), 3):
                    _, shown = await answered(tool, args, context)
                    assert not leaks(on_sqlite.company, hidden, shown, args), (name, tool.name, args)
    await database.close()


async def test_no_route_shows_a_hidden_field(seeded: Seeded) -> None:
    import httpx

    database = Database(seeded.url)
    async with database.write() as session:
        session.add_all(HiddenField(role=Role.EXECUTIVE, kind=kind, field=name) for kind, name in EVERYTHING)
    await database.close()
    hidden, company = canaries(seeded.company, EVERYTHING), seeded.company
    app = build(seeded.settings, AgentSettings(**NO_MODEL), ServerSettings())
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app, client=("127.0.0.1", 50_000))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            for route, entry in ROUTES.items():
                method, path = route.split(" ", 1)
                if (
                    method != "GET"
                    or entry.page
                    or entry.cookie_only
                    or entry.reach not in (Reach.SCOPED, Reach.RECORD)
                ):
                    continue
                key = str(company.ids.get((entry.names, "rep"), ABSENT.get(entry.names, 1)))
                reply = await call(client, method, filled(path, key), entry, headers=bearer(seeded, WHO))
                assert not leaks(company, hidden, reply.content), path
