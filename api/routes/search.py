"""Records of every kind by their texts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from api.dependencies import CurrentActor, CurrentRuntime
from db.repositories.fulltext import FURTHEST, FullTextRepository, Hit, Search

router = APIRouter(prefix="/search", tags=["search"])


class SnippetShape(BaseModel):
    """Part of a text; `marks` are [start, end) of each hit in it."""

    field: str
    text: str
    marks: list[tuple[int, int]]


class HitShape(BaseModel):
    """A record as a list of its kind names it. `at` is when it happened or was entered."""

    kind: str
    id: int
    name: str
    detail: str
    at: str
    snippet: SnippetShape | None


class HitList(BaseModel):
    """`total` of the records that hold every word, and those asked for."""

    total: int
    items: list[HitShape]


@router.get("", summary="Search the texts of records", operation_id="search")
async def search(
    actor: CurrentActor,
    runtime: CurrentRuntime,
    q: Annotated[str, Query(max_length=10_000, description="words, a “phrase”, an address, a number; all hold")],
    kind: Annotated[
        list[str] | None, Query(max_length=40, description="a kind of record; several may be given")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
    offset: Annotated[int, Query(ge=0, le=FURTHEST)] = 0,
) -> HitList:
    """Names that hold the words come first, then what says most about them, then the latest."""
    async with runtime.database.read() as session:
        total, hits = await FullTextRepository(session, actor).search(Search(q, tuple(kind or ()), limit, offset))
    return HitList(total=total, items=[_shape(hit) for hit in hits])


def _shape(hit: Hit) -> HitShape:
    found = hit.snippet
    shown = SnippetShape(field=found.field, text=found.text, marks=list(found.marks)) if found else None
    return HitShape(
        kind=hit.ref.kind, id=hit.ref.id, name=hit.ref.name, detail=hit.detail, at=hit.at.isoformat(),
        snippet=shown,
    )  # fmt: skip
