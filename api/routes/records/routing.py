"""The router of a kind of record: list, export, read, create, change, delete, restore, many at once, merge.

Without postponed annotations: the request models are made for each kind, and FastAPI reads them from the functions.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from api.dependencies import CurrentActor, CurrentRuntime
from api.routes.proposals import ProposalState
from api.routes.records import models, reading
from api.routes.records.carrying import Carrying
from api.routes.records.models import AppliedShape, MergeWanted, RecordList, RecordShape, shape_of
from db import exports
from db.access import Grant, RecordAction
from db.exports import Format
from db.records import RecordKind
from db.repositories.records import RecordRepository, Wanted
from tools.records.choosing import read_conditions, with_own_fields
from tools.records.roster import Verb, verbs_of

_LARGEST = 2**31 - 1
RecordId = Annotated[int, Path(ge=1, le=_LARGEST)]
Key = Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=120)]
_PROPOSED: dict[int | str, dict[str, Any]] = {
    202: {"model": ProposalState, "description": "Nothing was changed yet: the proposal waits for a decision."}
}


def router_of(kind: RecordKind) -> APIRouter:
    """Its routes; what the program keeps itself is only read."""
    router = APIRouter(prefix=f"/{kind.plural}", tags=[kind.many])
    verbs = verbs_of(kind)
    # Before the route of one record, whose number “export” would be.
    _exporting(router, kind)
    _reading(router, kind)
    if Verb.CREATE in verbs:
        _writing_one(router, kind)
        _writing_many(router, kind)
    if Verb.MERGE in verbs:
        _merging(router, kind)
    return router


def _exporting(router: APIRouter, kind: RecordKind) -> None:
    @router.get(
        "/export", response_class=StreamingResponse, summary=f"Export {kind.many}",
        operation_id=f"export_{kind.plural}",
        responses={200: {"content": {form.media_type: {} for form in Format}}},
    )  # fmt: skip
    async def export(
        request: Request,
        actor: CurrentActor,
        runtime: CurrentRuntime,
        form: Annotated[Format, Query(alias="format")] = Format.CSV,
        where: Annotated[list[str] | None, Query(max_length=50, description="`field:test:value`; all hold")] = None,
    ) -> StreamingResponse:
        """All that meet every condition, as a file; conditions as for the list. Who took how many is written down."""
        actor.require(Grant(kind.name, RecordAction.EXPORT))
        async with runtime.database.read() as session:
            at = await runtime.context(actor, session)
            declared = await with_own_fields(kind, at)
            query = [(name, value) for name, value in request.query_params.multi_items() if name != "format"]
            met = await read_conditions(declared, await reading.conditions(declared, query, at), at)
        begun = await exports.start(runtime.database, actor, declared, Wanted(met), form)
        named = f'attachment; filename="{kind.plural}.{form}"'
        return StreamingResponse(
            exports.written(runtime.database, begun), media_type=form.media_type,
            headers={"Content-Disposition": named, "X-Total-Count": str(begun.total)},
        )  # fmt: skip


def _reading(router: APIRouter, kind: RecordKind) -> None:
    @router.get("", summary=f"List {kind.many}", operation_id=f"list_{kind.plural}")
    async def listed(
        request: Request,
        actor: CurrentActor,
        runtime: CurrentRuntime,
        where: Annotated[list[str] | None, Query(max_length=50, description="`field:test:value`; all hold")] = None,
        order: Annotated[str | None, Query(max_length=120, description="a field")] = None,
        descending: bool | None = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 20,
        offset: Annotated[int, Query(ge=0, le=_LARGEST)] = 0,
        deleted: bool = False,
    ) -> RecordList:
        """Those that meet every condition. Any field may stand as a parameter too: `region=EMEA`."""
        actor.require(Grant(kind.name, RecordAction.READ))
        async with runtime.database.read() as session:
            at = await runtime.context(actor, session)
            declared = await with_own_fields(kind, at)
            met = await reading.conditions(declared, request.query_params.multi_items(), at)
            total, lines = await RecordRepository(session, actor, declared).find(
                Wanted(await read_conditions(declared, met, at), order, descending, limit, offset, deleted)
            )
        return RecordList(total=total, items=[shape_of(line) for line in lines])

    @router.get("/{record_id}", summary=f"Read a {kind.one}", operation_id=f"read_{kind.name}")
    async def one(
        record_id: RecordId,
        response: Response,
        actor: CurrentActor,
        runtime: CurrentRuntime,
        deleted: bool = False,
    ) -> RecordShape:
        """`ETag` is its version, for `If-Match`. With `deleted`, one that was deleted."""
        async with runtime.database.read() as session:
            declared = await with_own_fields(kind, await runtime.context(actor, session))
            line = await RecordRepository(session, actor, declared).get(record_id, deleted=deleted)
        response.headers["ETag"] = f'"{line.version}"'
        return shape_of(line)


def _writing_one(router: APIRouter, kind: RecordKind) -> None:
    New: Any = models.new(kind)
    Changed: Any = models.changed(kind)

    @router.post(
        "", status_code=201, response_model=AppliedShape, responses=_PROPOSED,
        summary=f"Create a {kind.one}", operation_id=f"create_{kind.name}",
    )  # fmt: skip
    async def create(body: New, actor: CurrentActor, runtime: CurrentRuntime, key: Key = None) -> JSONResponse:
        return await Carrying(runtime, actor, kind, key).create(body)

    @router.patch(
        "/{record_id}", response_model=AppliedShape, responses=_PROPOSED,
        summary=f"Change a {kind.one}", operation_id=f"update_{kind.name}",
    )  # fmt: skip
    async def change(
        record_id: RecordId,
        body: Changed,
        actor: CurrentActor,
        runtime: CurrentRuntime,
        if_match: Annotated[str | None, Header(pattern=r'^(W/)?"?[0-9]{1,9}"?$')] = None,
    ) -> JSONResponse:
        """Null empties a field. Values that it has already are answered with the record and no change."""
        version = body.version or (int(if_match.removeprefix("W/").strip('"')) if if_match else None)
        return await Carrying(runtime, actor, kind).change(record_id, body, version)

    @router.delete(
        "/{record_id}", status_code=202, response_model=ProposalState,
        summary=f"Delete a {kind.one}, softly", operation_id=f"delete_{kind.name}",
    )  # fmt: skip
    async def remove(
        record_id: RecordId,
        actor: CurrentActor,
        runtime: CurrentRuntime,
        even_so: bool = False,
    ) -> JSONResponse:
        """Always a proposal: no rule lets anything be deleted without a decision."""
        return await Carrying(runtime, actor, kind).remove(record_id, even_so=even_so)

    @router.post(
        "/{record_id}/restore", status_code=202, response_model=ProposalState,
        summary=f"Bring back a {kind.one} that was deleted", operation_id=f"restore_{kind.name}",
    )  # fmt: skip
    async def restore(
        record_id: RecordId, actor: CurrentActor, runtime: CurrentRuntime, key: Key = None
    ) -> JSONResponse:
        return await Carrying(runtime, actor, kind, key).restore(record_id)


def _writing_many(router: APIRouter, kind: RecordKind) -> None:
    Bulk: Any = models.bulk(kind)

    @router.post(
        "/bulk", status_code=202, response_model=ProposalState,
        summary=f"Change, delete or restore many {kind.many}", operation_id=f"bulk_{kind.plural}",
    )  # fmt: skip
    async def many(body: Bulk, actor: CurrentActor, runtime: CurrentRuntime, key: Key = None) -> JSONResponse:
        """Those listed, or all that meet every condition; never all of a kind without one."""
        return await Carrying(runtime, actor, kind, key).bulk(body)


def _merging(router: APIRouter, kind: RecordKind) -> None:
    @router.post(
        "/merge", status_code=202, response_model=ProposalState,
        summary=f"Merge {kind.many} that are the same", operation_id=f"merge_{kind.plural}",
    )  # fmt: skip
    async def merge(body: MergeWanted, actor: CurrentActor, runtime: CurrentRuntime, key: Key = None) -> JSONResponse:
        return await Carrying(runtime, actor, kind, key).merge(body)
