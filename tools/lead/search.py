"""Records of every kind by the words in their names, notes and messages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import Field

from db.access import Permission
from db.fulltext.columns import CUSTOM
from db.fulltext.question import terms
from db.records import KINDS, RecordKind
from db.repositories.fulltext import FullTextRepository, Hit, Search
from db.repositories.people import PeopleRepository
from tools.contract import Area, Ask, Effect, Found, Person, ToolContext, tool
from tools.errors import BadArgument
from tools.evidence import Figures, RowsBehind
from tools.listing import Listing
from tools.wording import clean, plain, plural, quoted, said_on

_RULE = "records whose texts hold every word"
_LISTED = 200
_PEOPLE = frozenset({"contact", "lead", "learner", "trainer"})
Kind = Literal[
    "account", "contact", "lead", "opportunity", "product", "campaign", "interaction", "email", "call", "meeting",
    "sms", "whatsapp", "note", "task", "memory", "qualification_answer", "template", "objection", "trainer", "course",
    "batch", "learner",
]  # fmt: skip
"""Every kind that is searched; a test holds it against the declarations."""


class SearchRecords(Ask):
    words: str = Field(min_length=1, max_length=10_000)
    """All of them have to be found: words, the beginning of the last one, a "phrase", an e-mail address, a number."""
    kind: Kind | None = None
    """Only records of this kind."""
    limit: int = Field(default=10, ge=1, le=200)


@tool(
    area=Area.LEAD,
    effect=Effect.READ,
    requires=Permission.ACCOUNTS_READ,
    doing="searching the records",
    examples=(
        'search for "data residency"',
        "search the notes for budget freeze",
        "which e-mails mention the security questionnaire",
        "where was a cap at renewal mentioned",
        "whose number is 030 901820",
        "full-text search for single sign-on",
    ),
)
async def search_records(ask: SearchRecords, at: ToolContext) -> Found:
    """Find records of any kind by words in their names, companies, addresses, numbers, notes, messages and other texts.

    Names that hold the words come first, then what says most about them, then the latest.
    """
    if not terms(ask.words):
        raise BadArgument("words", "say at least one word or number to search for")
    kinds = (ask.kind,) if ask.kind else ()
    wanted = Search(ask.words, kinds, limit=ask.limit)
    total, hits = await FullTextRepository(at.session, at.actor).search(wanted)
    scope = await PeopleRepository(at.session, at.actor).scope("records")
    what = f"{_noun(ask.kind, total)} with {quoted(ask.words, most=80)}"
    if not hits:
        return Found((f"There are no {what} in {scope}.",), scope=scope)
    figures = Figures(_RULE, RowsBehind("search_records", ask.model_dump(mode="json") | {"limit": _LISTED}))
    listing = Listing(total, hits, figures, "records", scope)
    head = listing.head(what, order="name, relevance and time")
    return listing.found(
        [head, *listing.numbered(lambda number, hit: _line(number, hit, at))],
        row=_row,
        focus=lambda hit: hit.ref,
        people=_people,
    )


def _noun(kind: str | None, count: int) -> str:
    return plural(count, KINDS[kind].one, KINDS[kind].many) if kind else plural(count, "record")


def _line(number: int, hit: Hit, at: ToolContext) -> str:
    kind, name = KINDS[hit.ref.kind], clean(hit.ref.name, most=80)
    detail = f" ({clean(hit.detail, most=80)})" if hit.detail else ""
    said = ""
    if hit.snippet is not None and clean(hit.snippet.text, most=80) != name:
        said = f", {_where(kind, hit.snippet.field)} {quoted(hit.snippet.text, most=200)}"
    return f"{number}. {kind.one} {name}{detail}, {said_on(hit.at, at.now)}{said}"


def _where(kind: RecordKind, column: str) -> str:
    """The name of the field in which it was found."""
    if column == CUSTOM:
        return "own field"
    return next((field.words for field in kind.fields if field.stored == column), column.replace("_", " "))


def _people(hit: Hit) -> Iterable[Person]:
    if hit.ref.kind in _PEOPLE or hit.email or hit.phone:
        yield Person(hit.ref, hit.email, hit.phone)


def _row(hit: Hit) -> dict[str, Any]:
    kind = KINDS[hit.ref.kind]
    return {
        "id": hit.ref.id, "kind": hit.ref.kind, "name": hit.ref.name, "detail": hit.detail,
        "found in": _where(kind, hit.snippet.field) if hit.snippet else None,
        "text": hit.snippet.text if hit.snippet else None, "when": plain(hit.at),
    }  # fmt: skip
