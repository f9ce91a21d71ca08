"""Walks the table “who sees what”: every read method as every person, against rules written down a second time here."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, timedelta
from importlib import import_module
from itertools import product
from pkgutil import iter_modules
from typing import Any

import pytest
from sqlalchemy import select

from db import name_index, repositories
from db.access import Actor, actor_of
from db.errors import NotFound
from db.models import Interaction, Lead, Note, Task, Team, User
from db.names import NamedKind
from db.records import KINDS
from db.repositories.accounts import AccountRepository, ContactRepository
from db.repositories.activity import ActivityRepository, TaskRepository
from db.repositories.assignment import AssignmentRepository
from db.repositories.base import RecordRef, Repository
from db.repositories.dimensions import DimensionRepository
from db.repositories.facts import FactRepository
from db.repositories.fulltext import FullTextRepository
from db.repositories.fulltext import Search as FullTextSearch
from db.repositories.leads import LeadColumn, LeadFilter, LeadRepository
from db.repositories.memories import MemoryRepository
from db.repositories.opportunities import GroupBy, OpportunityFilter, OpportunityRepository
from db.repositories.people import PeopleRepository
from db.repositories.record_figures import Measure, RecordFigures
from db.repositories.records import RecordRepository, Wanted
from db.repositories.search import SearchRepository
from db.repositories.writing import WriteRepository
from db.session import Database, ReadSession
from tests.db.cast import ACTORS, NOON, PARENTS, POSITIONS, TODAY, Cast, mark, marks, parent_of

pytestmark = pytest.mark.anyio

EVERYBODY = {"admin", "executive"}
TREE = {
    "manager": {"dach", "emea", "former", "manager", "nobodydach"},
    "dach": {"dach"},
    "emea": {"emea"},
    "americas": {"americas"},
    "former": {"former"},
}
"""Whose rows a person sees by owner; the manager's are the team tree, with former colleagues and rows of nobody."""
OPEN_LEADS = {"dach": {"nobodydach"}, "former": {"nobodydach"}, "americas": {"nobodyamericas"}}
"""Unassigned leads of a rep's own team."""
ALL = OpportunityFilter(outcomes=())


def sees(who: str, kind: str, position: str) -> bool:
    """The table, for records that hang on nothing or on a record of the same owner."""
    if kind.startswith("private"):
        return who == position
    if who in EVERYBODY or position in TREE.get(who, ()):
        return True
    return (parent_of(kind) or kind) in ("lead", "origin", "country") and position in OPEN_LEADS.get(who, ())


def visible(who: str, *kinds: str) -> set[tuple[str, str]]:
    return {(kind, position) for kind in kinds for position in POSITIONS if sees(who, kind, position)}


@dataclass(frozen=True, slots=True)
class Look:
    """Which marks a method shows to somebody who may see them, and how to call it for everything there is."""

    shows: tuple[str, ...]
    call: Callable[[ReadSession, Actor, Cast], Awaitable[object]]


async def each(ids: Any, get: Callable[[int], Awaitable[object]]) -> list[object]:
    """What comes back for each id; nothing for those that are not found."""
    found = []
    for key in ids:
        try:
            found.append(await get(key))
        except NotFound:
            continue
    return found


async def about_all(cast: Cast, read: Callable[[RecordRef], Awaitable[object]]) -> list[object]:
    return [await read(RecordRef(kind, key)) for kind in PARENTS for key in cast.of(kind).values()]


SEGMENTS = ("region", "industry", "leadsource", "competitor")
DEAL = ("account", "opportunity", "lost", "region", "leadsource", "competitor", "reason")
ON = {
    kind: tuple(f"{kind}on{parent}" for parent in PARENTS)
    for kind in ("interaction", "note", "task", "private", "memory", "privatememory")
}


_WALKED = {
    "account": ("account",), "contact": ("contact",), "lead": ("lead",), "opportunity": ("opportunity", "lost"),
    "task": ON["task"], "note": (*ON["note"], *ON["private"]), "interaction": ON["interaction"],
    "memory": (*ON["memory"], *ON["privatememory"]),
}  # fmt: skip
RECORDS = (
    *(name for names in _WALKED.values() for name in names),
    "region", "industry", "leadsource", "competitor", "reason", "origin", "country",
)  # fmt: skip


async def _pipelines_in_one(session: ReadSession, actor: Actor, _: Cast) -> list[object]:
    deals = OpportunityRepository(session, actor)
    found = [await deals.pipeline_in_one(ALL, by=[by], today=TODAY) for by in GroupBy if by != "owner"]
    return [[line.groups[0] for line in one.lines] for one in found]


async def _reckoned(session: ReadSession, actor: Actor, _: Cast) -> list[object]:
    figures = RecordFigures(session, actor, KINDS["lead"])
    found = await figures.reckoned(Wanted(), Measure.COUNT, by="account", zone=NOON.tzinfo or UTC, today=TODAY)
    return [*found.groups]


async def _pipelines(session: ReadSession, actor: Actor, _: Cast) -> list[object]:
    deals = OpportunityRepository(session, actor)
    return [
        [line.groups[0] for line in await deals.pipeline(ALL, by=[by], today=TODAY)] for by in GroupBy if by != "owner"
    ]


async def _each_record(session: ReadSession, actor: Actor, cast: Cast) -> list[object]:
    found: list[object] = []
    for kind, ours in _WALKED.items():
        ids = [key for one in ours for key in cast.of(one).values()]
        found += await each(ids, RecordRepository(session, actor, KINDS[kind]).get)
    return found


LOOKS: dict[str, Look] = {
    "AccountRepository.get": Look(
        ("account",), lambda s, a, c: each(c.of("account").values(), AccountRepository(s, a).get)
    ),
    "ContactRepository.get": Look(
        ("account", "contact"), lambda s, a, c: each(c.of("contact").values(), ContactRepository(s, a).get)
    ),
    "ContactRepository.of_account": Look(
        ("account", "contact"), lambda s, a, c: each(c.of("account").values(), ContactRepository(s, a).of_account)
    ),
    "LeadRepository.find": Look(
        ("lead", "origin", "country"), lambda s, a, c: LeadRepository(s, a).find(LeadFilter(), limit=100)
    ),
    "LeadRepository.get": Look(
        ("lead", "origin", "country"), lambda s, a, c: each(c.of("lead").values(), LeadRepository(s, a).get)
    ),
    "LeadRepository.lines": Look(
        ("lead", "origin", "country"),
        lambda s, a, c: each(c.of("lead").values(), lambda key: LeadRepository(s, a).lines([key])),
    ),
    "LeadRepository.queue": Look(
        ("lead", "origin", "country"),
        lambda s, a, c: LeadRepository(s, a).queue(owners=(), now=NOON, until=NOON, touched=NOON, limit=100),
    ),
    "AssignmentRepository.leads": Look(
        ("lead", "origin", "country"),
        lambda s, a, c: AssignmentRepository(s, a).leads(list(c.of("lead").values())),
    ),
    "LeadRepository.labels": Look(
        ("origin", "country"),
        lambda s, a, c: each((LeadColumn.SOURCE, LeadColumn.COUNTRY), LeadRepository(s, a).labels),
    ),
    "OpportunityRepository.find": Look(
        DEAL, lambda s, a, c: OpportunityRepository(s, a).find(ALL, today=TODAY, limit=100)
    ),
    "OpportunityRepository.get": Look(
        DEAL,
        lambda s, a, c: each(
            [*c.of("opportunity").values(), *c.of("lost").values()],
            lambda key: OpportunityRepository(s, a).get(key, today=TODAY),
        ),
    ),
    "OpportunityRepository.of_account": Look(
        DEAL,
        lambda s, a, c: each(
            c.of("account").values(), lambda key: OpportunityRepository(s, a).of_account(key, today=TODAY)
        ),
    ),
    "OpportunityRepository.find_compared": Look(
        DEAL, lambda s, a, c: OpportunityRepository(s, a).find_compared(ALL, today=TODAY, limit=100)
    ),
    "OpportunityRepository.pipeline": Look(SEGMENTS, _pipelines),
    "OpportunityRepository.pipeline_in_one": Look(SEGMENTS, _pipelines_in_one),
    "OpportunityRepository.loss_reasons": Look(
        ("reason",), lambda s, a, c: OpportunityRepository(s, a).loss_reasons(ALL, today=TODAY)
    ),
    "ActivityRepository.interactions": Look(
        (*ON["interaction"], "contact"),
        lambda s, a, c: about_all(c, lambda about: ActivityRepository(s, a).interactions(about, limit=100)),
    ),
    "ActivityRepository.waiting": Look(
        ("lead", "opportunity"),
        lambda s, a, c: ActivityRepository(s, a).waiting(
            since=NOON - timedelta(days=1), until=NOON + timedelta(days=1), limit=100
        ),
    ),
    "ActivityRepository.notes": Look(
        (*ON["note"], *ON["private"]),
        lambda s, a, c: about_all(c, lambda about: ActivityRepository(s, a).notes(about, limit=100)),
    ),
    "MemoryRepository.of": Look(
        (*ON["memory"], *ON["privatememory"]),
        lambda s, a, c: about_all(c, lambda about: MemoryRepository(s, a).of(about, today=TODAY)),
    ),
    "MemoryRepository.by_ids": Look(
        (*ON["memory"], *ON["privatememory"]),
        lambda s, a, c: MemoryRepository(s, a).by_ids(
            [key for one in ("memory", "privatememory") for name in ON[one] for key in c.of(name).values()]
        ),
    ),
    "MemoryRepository.unread_notes": Look(
        (*ON["note"], *ON["private"]),
        lambda s, a, c: about_all(c, lambda about: MemoryRepository(s, a).unread_notes(about)),
    ),
    "MemoryRepository.unread_exchanges": Look(
        (*ON["interaction"], "contact"),
        lambda s, a, c: about_all(c, lambda about: MemoryRepository(s, a).unread_exchanges(about)),
    ),
    "TaskRepository.due": Look(
        (*ON["task"], *PARENTS), lambda s, a, c: TaskRepository(s, a).due(before=None, limit=100)
    ),
    "TaskRepository.about": Look(
        (*ON["task"], *PARENTS),
        lambda s, a, c: about_all(c, lambda about: TaskRepository(s, a).about(about, limit=100)),
    ),
    "FactRepository.columns": Look(SEGMENTS, lambda s, a, c: _frames(s, a)),
    "DimensionRepository.labels": Look(SEGMENTS, lambda s, a, c: each(_DIMENSIONS, DimensionRepository(s, a).labels)),
    "FullTextRepository.search": Look(
        ("account", "contact", "lead", "opportunity", "lost", *(one for several in ON.values() for one in several)),
        lambda s, a, c: FullTextRepository(s, a).search(FullTextSearch("zz", limit=1_000)),
    ),
    "SearchRepository.candidates": Look(
        ("account", "contact", "lead", "opportunity", "lost"),
        lambda s, a, c: SearchRepository(s, a).candidates([mark(kind, p) for kind, p in c.ids]),
    ),
    "SearchRepository.by_id": Look(
        ("account", "contact", "lead", "opportunity", "lost"), lambda s, a, c: _by_id(SearchRepository(s, a), c)
    ),
    "RecordRepository.find": Look(RECORDS, lambda s, a, c: _records(s, a)),
    "RecordRepository.get": Look(RECORDS, _each_record),
    "RecordRepository.page": Look(RECORDS, lambda s, a, c: _pages(s, a)),
    "RecordRepository.labels": Look(
        ("origin", "country"),
        lambda s, a, c: each(("source", "country"), RecordRepository(s, a, KINDS["lead"]).labels),
    ),
    "RecordFigures.measured": Look(
        ("account",),
        lambda s, a, c: RecordFigures(s, a, KINDS["lead"]).measured(
            Wanted(), Measure.COUNT, by="account", zone=NOON.tzinfo or UTC
        ),
    ),
    "RecordFigures.reckoned": Look(("account",), _reckoned),
}  # fmt: skip
_DIMENSIONS = ("region", "industry", "lead_source", "competitor")
OWN_OR_OPEN = {
    "OpportunityRepository.stages", "OpportunityRepository.rotting_days", "PeopleRepository.visible",
    "PeopleRepository.scope", "PeopleRepository.teams",
    "DimensionRepository.vocabulary", "ProposalRepository.same", "ProposalRepository.waiting",
    "TurnQueue.ahead_of", "TurnRepository.keyed", "TurnQueue.place", "TurnRepository.is_open",
    "ConversationRepository.get", "ConversationRepository.latest", "ConversationRepository.recent",
    "ConversationRepository.vault", "TurnRepository.get", "TurnRepository.of", "TurnRepository.events",
    "EvidenceRepository.get", "TraceRepository.recent", "TraceRepository.spans", "ProposalRepository.get",
    "ProposalRepository.visible", "ProposalRepository.of_call", "ProposalRepository.decided_in",
    "DecisionRepository.read", "DecisionRepository.standing", "DecisionRepository.policies",
    "RuleRepository.lines", "RateRepository.on", "RateRepository.of", "RateRepository.history", "RateRepository.lines",
    "RateRepository.known", "PolicyRepository.policies", "PolicyRepository.lines", "AbsenceRepository.all",
    "ApproverRepository.staff", "ApproverRepository.present",
    "ChangeRepository.latest", "ChangeRepository.of_call", "ChangeRepository.free_step", "ChangeRepository.own",
    "WriteRepository.state_of", "UndoRepository.last_undone", "UndoRepository.undone_in",
    "UndoRepository.last_together", "ChangeLogRepository.made", "ChangeLogRepository.standing_calls",
    "ChangeLogRepository.sent", "ChangeLogRepository.imports", "UndoPreviewRepository.preview",
    "ProposalRepository.of_conversation", "SpokenRepository.records", "SpokenRepository.topics",
    "RecordRepository.named",
    "ChangeRepository.standing", "ChangeRepository.of_turn", "ChangeRepository.get", "WriteRepository.version_of",
    "ChangeRepository.approved_since_last_turn",
    "WriteRepository.image_of", "WriteRepository.states_of", "PeopleRepository.team_refs",
    "CustomFieldRepository.fields", "CustomFieldRepository.lines", "CustomFieldRepository.removed",
    "CustomFieldRepository.filled", "CustomFieldRepository.require_free", "MatrixRepository.grants",
    "MatrixRepository.hidden", "HangingRepository.on", "LikenessRepository.rows",
    "RecordRepository.ids", "RecordRepository.count", "LikenessRepository.near", "LeadRepository.scores",
    "AssignmentRepository.plan", "AssignmentRepository.reps", "AssignmentRepository.rules",
    "EnrichmentRepository.answers", "EnrichmentRepository.employers", "EnrichmentRepository.mail_domains",
    "LifecycleRepository.stays", "LifecycleRepository.times", "QualificationRepository.answers",
    "QualificationRepository.criteria",
    # What a change of one record moves in others, whoever sees them; nothing of it is told.
    "LifecycleRepository.hanging", "LifecycleRepository.leads_of", "LifecycleRepository.open_stays",
    "LifecycleRepository.prospects_of",
    "UsageRepository.of_turn", "UsageRepository.states",
    "NotificationRepository.recent",
    "NotificationRepository.news",
}  # fmt: skip
"""Reads that concern settings, the person alone, or have a test of their own in this file or in `repositories/`."""
WRITES = {
    "TurnQueue.renew", "TurnRepository.ask_to_stop", "ConversationRepository.discard",
    # Only for administrators, who see everything.
    "ErasureRepository.identity", "ErasureRepository.vault", "ErasureRepository.reseal", "ErasureRepository.memories",
    "ErasureRepository.remember", "ErasureRepository.everywhere", "ErasureRepository.closely",
    "ErasureRepository.withdraw", "ErasureRepository.blank_spans", "ErasureRepository.clear",
    "ErasureRepository.wipe_what_is_freed",
    "StaffRepository.add", "StaffRepository.invite", "StaffRepository.reset", "StaffRepository.change",
    "StaffRepository.disable", "StaffRepository.enable", "StaffRepository.create_token", "StaffRepository.revoke_token",
    "StaffRepository.tokens", "StaffRepository.add_team", "StaffRepository.teams",
    "EvidenceRepository.keep", "EnrichmentRepository.keep",
    "ConversationRepository.start", "ConversationRepository.keep",
    "ConversationRepository.lock", "TurnRepository.open", "TurnQueue.claim", "TurnRepository.finish",
    "TurnRepository.add_events", "ProposalRepository.add", "ProposalRepository.claim", "ProposalRepository.settle",
    "ProposalRepository.settle_doubt", "PolicyRepository.set", "AbsenceRepository.set", "AbsenceRepository.end",
    "WriteRepository.create", "WriteRepository.update", "ChangeRepository.hold", "WriteRepository.flushed",
    "WriteRepository.change_all",
    "UndoRepository.undo", "UndoRepository.undo_all", "UndoRepository.redo_all", "SpokenRepository.note",
    "UsageRepository.reserve",
    "UsageRepository.settle", "NotificationRepository.read", "NotificationRepository.read_all",
}  # fmt: skip


async def _records(session: ReadSession, actor: Actor) -> list[object]:
    return [await RecordRepository(session, actor, KINDS[kind]).find(Wanted(limit=200)) for kind in _WALKED]


async def _pages(session: ReadSession, actor: Actor) -> list[object]:
    kinds = (RecordRepository(session, actor, KINDS[kind]) for kind in _WALKED)
    return [await kind.page(Wanted(), after=0, limit=200) for kind in kinds]


async def _frames(session: ReadSession, actor: Actor) -> list[object]:
    found = await FactRepository(session, actor).columns()
    return [found.frame[name].cast(str).unique().to_list() for name in _DIMENSIONS] + [
        found.frame[name].dtype for name in _DIMENSIONS
    ]


async def _by_id(search: SearchRepository, cast: Cast) -> list[object]:
    deals = [*cast.of("opportunity").values(), *cast.of("lost").values()]
    kinds = {kind: list(cast.of(kind.value).values()) for kind in NamedKind} | {NamedKind.OPPORTUNITY: deals}
    return [await search.by_id(kind, ids) for kind, ids in kinds.items()]


def every_method() -> set[str]:
    for module in iter_modules(repositories.__path__):
        import_module(f"{repositories.__name__}.{module.name}")
    families = [Repository]
    for family in families:
        families += family.__subclasses__()
    return {
        f"{family.__name__}.{name}"
        for family in families
        for name, method in vars(family).items()
        if inspect.iscoroutinefunction(method) and not name.startswith("_")
    }


def test_every_method_of_every_repository_is_classified() -> None:
    assert every_method() == set(LOOKS) | OWN_OR_OPEN | WRITES


async def test_nothing_hidden_appears_and_nothing_visible_is_missing(database: Database, cast: Cast) -> None:
    differing = {}
    async with database.read() as session:
        for who, (name, look) in product(ACTORS, LOOKS.items()):
            found = {one for one in marks(await look.call(session, cast.actors[who], cast)) if one[0] != "user"}
            expected = visible(who, *look.shows)
            if found != expected:
                differing[who, name] = {"leaked": found - expected, "missing": expected - found}
    assert differing == {}


async def test_counts_and_totals_cover_what_is_visible(database: Database, cast: Cast) -> None:
    async with database.read() as session:
        for who in ACTORS:
            await counts_cover_what_is_visible(session, cast.actors[who], who)


async def counts_cover_what_is_visible(session: ReadSession, actor: Actor, who: str) -> None:
    deals = len(visible(who, "opportunity", "lost"))
    opportunities = OpportunityRepository(session, actor)
    assert (await opportunities.find(ALL, today=TODAY, limit=1))[0] == deals
    assert (await FactRepository(session, actor).columns()).frame.height == deals
    assert (await LeadRepository(session, actor).find(LeadFilter(), limit=1))[0] == len(visible(who, "lead"))
    assert (await TaskRepository(session, actor).due(before=None, limit=1))[0] == len(visible(who, *ON["task"]))
    lines = await opportunities.pipeline(ALL, by=[GroupBy.STAGE], today=TODAY)
    assert sum(line.value.minor for line in lines) == 100_000 * deals
    assert sum(line.deals for line in lines) == deals


async def test_the_version_of_a_hidden_record_cannot_be_read(database: Database, cast: Cast) -> None:
    async with database.read() as session:
        for who, kind in product(ACTORS, (*PARENTS, "task", "note")):
            changes = WriteRepository(session, cast.actors[who])
            names = {kind, *ON.get(kind, ()), *(ON["private"] if kind == "note" else ())}
            for (one, position), key in cast.ids.items():
                if one not in names:
                    continue
                if sees(who, one, position):
                    assert await changes.version_of(kind, key) == 1
                else:
                    with pytest.raises(NotFound):
                        await changes.version_of(kind, key)


async def test_a_task_of_ones_own_does_not_name_the_hidden_deal_it_is_about(database: Database, cast: Cast) -> None:
    dach = cast.actors["dach"]
    async with database.write() as session:
        hidden = cast.ids["opportunity", "americas"]
        session.add(Task(title="Call them", owner_id=dach.user_id, opportunity_id=hidden))
        session.add(
            Interaction(
                channel="call", direction="in", at=NOON, user_id=dach.user_id, opportunity_id=hidden,
                account_id=cast.ids["account", "dach"], contact_id=cast.ids["contact", "americas"],
            )
        )  # fmt: skip
    async with database.read() as session:
        _, tasks = await TaskRepository(session, dach).due(before=None, limit=100)
        (task,) = [one for one in tasks if one.title == "Call them"]
        assert task.about is None
        heard = await ActivityRepository(session, dach).interactions(RecordRef("account", cast.ids["account", "dach"]))
        (call,) = [one for one in heard if one.channel == "call"]
        assert (call.contact_id, call.contact, call.opportunity_id) == (None, None, None)


async def test_hundreds_of_hidden_namesakes_do_not_push_the_own_record_out(database: Database, cast: Cast) -> None:
    americas, dach = cast.actors["americas"], cast.actors["dach"]
    async with database.write() as session:
        session.add_all(
            Lead(first_name="Quentin", last_name="Quux", owner_id=americas.user_id, arrived_at=NOON) for _ in range(450)
        )
        await session.flush()
        session.add(Lead(first_name="Quentin", last_name="Own", owner_id=dach.user_id, arrived_at=NOON))
    async with database.connection() as connection:
        await connection.run_sync(name_index.refresh, NamedKind.LEAD)
    async with database.read() as session:
        assert [one.name for one in await SearchRepository(session, dach).candidates(["quentin"])] == ["Quentin Own"]


async def test_colleagues_and_teams_are_those_of_the_tree(database: Database, cast: Cast) -> None:
    expected = {
        "manager": ({"manager", "emea", "dach", "former"}, {"EMEA", "DACH"}), "dach": ({"dach"}, {"DACH"}),
        "americas": ({"americas"}, {"Americas"}),
    }  # fmt: skip
    async with database.read() as session:
        for who, (people, teams) in expected.items():
            repository = PeopleRepository(session, cast.actors[who])
            assert {position for _, position in marks(await repository.visible())} == people
            assert set(await repository.teams()) == teams


async def test_a_circle_of_teams_ends(database: Database, cast: Cast) -> None:
    async with database.write() as session:
        company = await session.scalar(select(Team).where(Team.name == "Company"))
        dach = await session.scalar(select(Team).where(Team.name == "DACH"))
        assert company is not None and dach is not None
        company.parent_id = dach.id
    async with database.read() as session:
        user = await session.get(User, cast.actors["manager"].user_id)
        assert user is not None
        assert len((await actor_of(session, user)).teams) == 4


@pytest.mark.parametrize("hidden", ["opportunity", "lead"])
async def test_a_shared_account_does_not_open_a_colleagues_deal_or_lead(
    database: Database, cast: Cast, hidden: str
) -> None:
    dach, americas = cast.actors["dach"], cast.actors["americas"]
    shared = {"account_id": cast.ids["account", "dach"], "contact_id": cast.ids["contact", "dach"]}
    link = shared | {f"{hidden}_id": cast.ids[hidden, "americas"]}
    about = [RecordRef(kind, cast.ids[kind, "dach"]) for kind in ("account", "contact")]
    async with database.write() as session:
        session.add(
            Interaction(channel="email", direction="in", at=NOON, user_id=americas.user_id, body="canary", **link)
        )
        session.add(Note(body="canary", author_id=americas.user_id, **link))
        session.add(Task(title="canary", owner_id=americas.user_id, **link))
    async with database.read() as session:
        for actor, seen in ((dach, 0), (cast.actors["admin"], 6)):
            activity, tasks = ActivityRepository(session, actor), TaskRepository(session, actor)
            reads = [read for one in about for read in (activity.interactions, activity.notes, tasks.about)]
            told = [await read(one) for one, read in zip([one for one in about for _ in range(3)], reads, strict=True)]
            assert repr(told).count("canary") == seen


async def test_the_deal_decides_where_a_row_names_a_lead_too(database: Database, cast: Cast) -> None:
    dach = cast.actors["dach"]
    link = {"opportunity_id": cast.ids["opportunity", "dach"], "lead_id": cast.ids["lead", "americas"]}
    async with database.write() as session:
        session.add(Interaction(channel="call", direction="in", at=NOON, body="of the own deal", **link))
    async with database.read() as session:
        heard = await ActivityRepository(session, dach).interactions(RecordRef("opportunity", link["opportunity_id"]))
    assert "of the own deal" in repr(heard)
