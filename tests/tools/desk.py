"""A person of the cast at work: tools are called as in a turn, and what they propose goes through the gate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from db.access import Actor
from db.repositories.proposals import ProposalLine
from db.settings import WorkspaceSettings
from tests.tools.effects.office import Office
from tools import effects
from tools.contract import Found, Proposed, ToolContext
from tools.registry import by_name


@dataclass
class Desk:
    office: Office
    steps: int = 0

    def context(self, session: Any, actor: Actor | None = None) -> ToolContext:
        now = datetime.now(UTC)
        return ToolContext(
            actor or self.office.rep, session, now, WorkspaceSettings(), conversation=self.office.conversation
        )

    async def run(self, name: str, /, *, by: Actor | None = None, **args: Any) -> Found | Proposed:
        async with self.office.plain.read() as session:
            tool = by_name(name)
            return await tool.run(tool.ask.model_validate(args), self.context(session, by))

    async def found(self, name: str, /, *, by: Actor | None = None, **args: Any) -> Found:
        found = await self.run(name, by=by, **args)
        assert isinstance(found, Found)
        return found

    async def do(self, name: str, /, *, by: Actor | None = None, **args: Any) -> effects.Carried:
        """Applied where the tool writes one record, else proposed."""
        proposed = await self.run(name, by=by, **args)
        assert isinstance(proposed, Proposed)
        self.steps += 1
        call = effects.Call(
            by_name(name), await self.office.turn(), self.office.conversation, self.steps, own_words=True
        )
        async with self.office.database.write() as session:
            return await effects.carry_out(session, by or self.office.rep, proposed, call)

    async def approve(self, done: effects.Carried) -> ProposalLine:
        assert done.proposal is not None
        return await self.office.approve("dach", done.proposal)

    def record(self, kind: str, position: str = "dach") -> dict[str, Any]:
        return {"kind": kind, "id": self.office.cast.ids[kind, position]}
