"""Requests that change records: read, through the gate, and what became of them as a response."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ValidationError

from agent.runtime import Runtime
from agent.turns.requested import Requested, Wanted
from api.errors import TooManyRecords
from api.routes.proposals import state_of
from api.routes.records import reading
from api.routes.records.models import AppliedShape, MergeWanted, RecordShape, shape_of
from db.access import Actor, Grant, RecordAction
from db.doors import Door
from db.errors import Conflict, NotFound, NotPermitted
from db.records import RecordKind
from db.repositories.records import RecordRepository
from tools.contract import Ask, Tool
from tools.errors import BadArgument, NothingToChange
from tools.records.asks import MOST_NAMED
from tools.records.choosing import with_own_fields
from tools.records.roster import Verb, tool_for

_BULK = {"update": Verb.UPDATE_ALL, "delete": Verb.DELETE, "restore": Verb.RESTORE}


@dataclass(frozen=True, slots=True)
class Carrying:
    """One request of one person about one kind of record."""

    runtime: Runtime
    actor: Actor
    kind: RecordKind
    key: str | None = None

    async def create(self, body: BaseModel) -> JSONResponse:
        tool = self._tool(Verb.CREATE)
        done = await self._carry(tool, await self._given(body), f"POST {self.kind.plural}")
        return await self._answered(done, status=201)

    async def change(self, record_id: int, body: BaseModel, version: int | None) -> JSONResponse:
        """A change that changes nothing is answered with the record as it is, and no change."""
        tool = self._tool(Verb.UPDATE)
        record = await self._seen(record_id)
        if version is not None and record.version != version:
            raise Conflict(self.kind.name, record_id)
        args = {"record": _reference(self.kind, record), **await self._given(body)}
        try:
            done = await self._carry(tool, args, f"PATCH {self.kind.plural}/{record_id}", version)
        except NothingToChange as unchanged:
            applied = AppliedShape(record=record, change=None, turn=None, said=str(unchanged))
            return JSONResponse(applied.model_dump(mode="json"))
        return await self._answered(done)

    async def remove(self, record_id: int, *, even_so: bool) -> JSONResponse:
        tool = self._tool(Verb.DELETE)
        record = await self._seen(record_id)
        args = {"records": [_reference(self.kind, record)], "even_so": even_so}
        return await self._answered(await self._carry(tool, args, f"DELETE {self.kind.plural}/{record_id}"))

    async def restore(self, record_id: int) -> JSONResponse:
        tool = self._tool(Verb.RESTORE)
        await self._seen(record_id, deleted=True)
        args = {"records": [{"kind": self.kind.name, "id": record_id}]}
        return await self._answered(await self._carry(tool, args, f"POST {self.kind.plural}/{record_id}/restore"))

    async def bulk(self, body: Any) -> JSONResponse:  # noqa: ANN401 - the model is made from the declaration
        tool = self._tool(_BULK[body.action])
        if len(body.records) > MOST_NAMED:
            raise TooManyRecords(self.kind.many, MOST_NAMED)
        if body.action != "update" and body.values is not None:
            raise BadArgument("values", f"“{body.action}” takes none")
        async with self.runtime.database.read() as session:
            at = await self.runtime.context(self.actor, session)
            declared = await with_own_fields(self.kind, at)
            args = {
                "records": [reading.reference(self.kind, one).model_dump() for one in body.records],
                "where": [one.model_dump(mode="json") for one in await reading.by_id(declared, body.where, at)],
                "even_so": body.even_so,
                **await reading.given(declared, body.values, at),
            }
        return await self._answered(await self._carry(tool, args, f"POST {self.kind.plural}/bulk {body.action}"))

    async def merge(self, body: MergeWanted) -> JSONResponse:
        tool = self._tool(Verb.MERGE)
        args = {
            "keep": reading.reference(self.kind, body.keep).model_dump(),
            "merge": [reading.reference(self.kind, one).model_dump() for one in body.merge],
            "prefer": body.prefer,
        }
        return await self._answered(await self._carry(tool, args, f"POST {self.kind.plural}/merge"))

    def _tool(self, verb: Verb) -> Tool:
        """What is not permitted is refused before anything is looked up."""
        tool = tool_for(self.kind, verb)
        self.actor.require(tool.requires)
        return tool

    async def _given(self, body: BaseModel) -> dict[str, Any]:
        async with self.runtime.database.read() as session:
            at = await self.runtime.context(self.actor, session)
            return await reading.given(await with_own_fields(self.kind, at), body, at)

    async def _seen(self, record_id: int, *, deleted: bool = False) -> RecordShape:
        async with self.runtime.database.read() as session:
            declared = await with_own_fields(self.kind, await self.runtime.context(self.actor, session))
            return shape_of(await RecordRepository(session, self.actor, declared).get(record_id, deleted=deleted))

    async def _carry(self, tool: Tool, args: dict[str, Any], title: str, version: int | None = None) -> Requested:
        wanted = Wanted(tool, _validated(tool, args), Door.HTTP, title, version=version, key=self.key)
        return await self.runtime.request(self.actor, wanted)

    async def _answered(self, done: Requested, *, status: int = 200) -> JSONResponse:
        """202 with the proposal where somebody has to decide first."""
        if done.proposal is not None:
            return JSONResponse(state_of(done.proposal).model_dump(mode="json"), status_code=202)
        record = await self._as_now(done)
        change = done.change.id if done.change else None
        applied = AppliedShape(record=record, change=change, turn=done.turn, said=done.said)
        return JSONResponse(applied.model_dump(mode="json"), status_code=status)

    async def _as_now(self, done: Requested) -> RecordShape | None:
        if done.change is None or not self.actor.may(Grant(self.kind.name, RecordAction.READ)):
            return None
        try:
            return await self._seen(done.change.record_id)
        except (NotFound, NotPermitted):
            return None


def _reference(kind: RecordKind, record: RecordShape) -> dict[str, Any]:
    return {"kind": kind.name, "id": record.id, "name": record.name}


def _validated(tool: Tool, args: dict[str, Any]) -> Ask:
    """The tool's own question; what the request's model let through and this does not is the request's fault."""
    try:
        return tool.ask.model_validate(args)
    except ValidationError as error:
        raise RequestValidationError([{**one, "loc": ("body", *one["loc"])} for one in error.errors()]) from error
