"""Every tool as everybody, with arguments that point at what is hidden."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from pydantic import ValidationError

from agent.runtime import Runtime
from db.access import Actor
from db.errors import StoreError
from db.records import KINDS as KINDS_OF_RECORDS
from db.repositories.base import RecordRef
from db.session import ReadSession
from tests.access.asking import KINDS, NOBODY, questions, record, record_fields, record_questions
from tests.access.company import ACTORS, NOW, POSITIONS, sees
from tests.access.conftest import Seeded
from tools.contract import Document, Found, Tool, ToolContext
from tools.errors import ToolError
from tools.registry import TOOLS, by_name

pytestmark = pytest.mark.anyio
OTHERS = ("rep", "peer", "nobodyamericas", "removed", "shared")
"""Positions whose things are asked for; each of them is hidden from some."""


@pytest.fixture
async def session(runtime: Runtime) -> AsyncIterator[ReadSession]:
    async with runtime.database.read() as opened:
        yield opened


def at(session: ReadSession, actor: Actor, seeded: Seeded, *, draft: Document | None = None) -> ToolContext:
    return ToolContext(actor, session, NOW, seeded.settings, draft)


async def answered(tool: Tool, args: dict[str, Any], context: ToolContext) -> tuple[Any, str]:
    """What a tool found or proposed, and all that it shows; a refusal shows its sentence."""
    try:
        context.actor.require(tool.requires)
        result = await tool.run(tool.ask.model_validate(args), context)
    except ValidationError as error:
        return None, "; ".join(str(fault["msg"]) for fault in error.errors())
    except (ToolError, StoreError) as error:
        return None, f"{error} {getattr(error, 'choices', ())}"
    return result, repr(result)


BY_HAND = [tool for tool in TOOLS if tool.on is None]


@pytest.mark.parametrize("tool", BY_HAND, ids=lambda tool: tool.name)
async def test_no_tool_shows_what_is_hidden(seeded: Seeded, session: ReadSession, tool: Tool) -> None:
    for who in ("rep", "manager", "peer", "executive"):
        context = at(session, seeded.company.actors[who], seeded)
        for args in questions(tool, seeded.company, OTHERS):
            result, shown = await answered(tool, args, context)
            assert not seeded.company.leaks(who, shown, told=args), (who, args)
            # The rows behind figures are opened by the same call and may show no more.
            if isinstance(result, Found) and args in ({}, {"limit": 1}):
                for figure in result.figures[:4]:
                    if figure.rows is not None:
                        opened = by_name(figure.rows.tool)
                        _, rows = await answered(opened, dict(figure.rows.arguments), context)
                        assert not seeded.company.leaks(who, rows), (who, figure.label)


@pytest.mark.parametrize("kind", KINDS_OF_RECORDS)
async def test_no_record_tool_shows_what_is_hidden(seeded: Seeded, session: ReadSession, kind: str) -> None:
    """The verbs of a kind share their code with those of every other: lists, groups, and hidden records by id."""
    for who in ("rep", "manager"):
        context = at(session, seeded.company.actors[who], seeded)
        for tool in (one for one in TOOLS if one.on is not None and one.on.kind == kind):
            for args in record_questions(tool, seeded.company, ("peer", "nobodyamericas")):
                _, shown = await answered(tool, args, context)
                assert not seeded.company.leaks(who, shown, told=args), (who, tool.name, args)


@pytest.mark.parametrize("who", ["rep", "rival", "manager"])
async def test_what_is_hidden_is_what_does_not_exist(seeded: Seeded, session: ReadSession, who: str) -> None:
    """The same refusal in the same words, but for the id."""
    context = at(session, seeded.company.actors[who], seeded)
    for tool in BY_HAND:
        fixed = {"title": "x"} if "title" in tool.ask.model_fields else {}
        for name in record_fields(tool):
            for kind in KINDS:
                nothing = await answered(tool, fixed | {name: record(seeded.company, kind, "nobody")}, context)
                for position in POSITIONS:
                    if (kind, position) not in seeded.company.ids or sees(who, kind, position):
                        continue
                    hidden = record(seeded.company, kind, position, named=False)
                    found = await answered(tool, fixed | {name: hidden}, context)
                    assert re.sub(rf"\b{hidden['id']}\b", "ID", found[1]) == nothing[1].replace(str(NOBODY), "ID"), (
                        tool.name, kind, position,
                    )  # fmt: skip


@pytest.mark.parametrize("who", ["rep", "rival"])
async def test_a_draft_about_somebody_who_went_out_of_sight_goes_nowhere(
    seeded: Seeded, session: ReadSession, who: str
) -> None:
    for kind in ("contact", "lead"):
        hidden = RecordRef(kind, seeded.company.ids[kind, "executive"])
        draft = Document("email", "Hello", "Hello", to=hidden, about=hidden, subject="Hello")
        for name in ("send_email", "revise_draft"):
            args = {"length": "short"} if name == "revise_draft" else {}
            result, shown = await answered(
                by_name(name), args, at(session, seeded.company.actors[who], seeded, draft=draft)
            )
            assert result is None, shown
            assert not seeded.company.leaks(who, shown)


def expected(who: str, *kinds: str) -> int:
    return sum(sees(who, kind, position) for kind in kinds for position in POSITIONS)


DEALS = ("opportunity", "wonopportunity", "lostopportunity", "sharedopportunity")


@pytest.mark.parametrize("who", ACTORS)
async def test_counts_and_sums_are_those_of_what_is_seen(seeded: Seeded, session: ReadSession, who: str) -> None:
    context = at(session, seeded.company.actors[who], seeded)

    async def figure(name: str, key: str, **args: Any) -> Any:
        found, shown = await answered(by_name(name), args, context)
        assert isinstance(found, Found), shown
        return next((one.value for one in found.figures if one.key == key), 0)

    assert await figure("find_opportunities", "matching", status="any", limit=200) == expected(who, *DEALS)
    assert await figure("find_leads", "matching", limit=200) == expected(who, "lead")
    assert await figure("win_rate", "closed", period="2025Q2") == expected(who, "wonopportunity", "lostopportunity")
    open_deals = [one for one in ((number, *owner) for number, owner in seeded.company.numbers.items())
                  if one[1] in ("opportunity", "sharedopportunity") and sees(who, *one[1:])]  # fmt: skip
    total = await figure("pipeline", "total.USD")
    assert total.minor == sum(int(number) for number, *_ in open_deals) * 100
