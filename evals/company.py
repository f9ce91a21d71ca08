"""The demo company a run is held in, and the records of it that stand for the placeholders of a case."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Protocol, TypeVar

from agent.runtime import Runtime
from agent.settings import AgentSettings
from db.access import Actor
from db.demo import DemoPlan, Sizes
from db.demo.workspace import found
from db.errors import NotFound
from db.names import fold, words
from db.repositories.accounts import ContactLine, ContactRepository
from db.repositories.base import RecordRef
from db.repositories.dimensions import DimensionRepository
from db.repositories.leads import LeadFilter, LeadOrder, LeadRepository
from db.repositories.opportunities import OpportunityFilter, OpportunityLine, OpportunityRepository
from db.repositories.people import PeopleRepository
from db.repositories.search import SearchRepository
from db.session import Database, ReadSession
from db.settings import WorkspaceSettings
from evals.cases import Case
from evals.errors import NoFittingRecord, UnknownValue
from evals.observed import Ref
from evals.register import Register
from evals.scorers.calls import flat
from tools.communication.recipient import recipient
from tools.contract import ToolContext
from tools.errors import ToolError
from tools.history import history
from tools.scoring.demo import score_company

AS_OF = date(2025, 11, 19)
"""The cases were written for a Wednesday; this one lies in the middle of a quarter and of a month."""
_POOL = 12
_SECRET = "an evaluation keeps nothing"  # noqa: S105 - the workspace is thrown away
_LOOKED_AT = 120
_NAMESAKES = 3

T = TypeVar("T")
Pools = Mapping[str, Sequence[Ref | str]]
"""Who may stand for a placeholder: `lead`, `lead:new`; `account@` are accounts with people and deals of their own, who
are under `contact@17` and `opportunity@17`."""


class Blanks(Protocol):
    """What has names to be filled in."""

    @property
    def id(self) -> str: ...
    @property
    def person(self) -> str: ...
    @property
    def placeholders(self) -> frozenset[str]: ...


async def build(path: Path, *, sizes: Sizes | None = None, as_of: date = AS_OF) -> None:
    """Found the demo company in a new file; its clock stands in the morning of the day."""
    database = Database(WorkspaceSettings(database_url=f"sqlite:///{path}").url)
    try:
        await found(database, DemoPlan(as_of, sizes=sizes or Sizes()), standing=True, scoring=score_company)
    finally:
        await database.close()


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[Runtime]:
    """The runtime on this file with the local model alone, whatever the environment says."""
    workspace = WorkspaceSettings(
        database_url=f"sqlite:///{path}", secret_key=_SECRET, timezone="UTC", currency="USD",
        fiscal_year_start=1,
    )  # fmt: skip
    blank = {"OPENAI_API_KEY": None, "OPENAI_BASE_URL": None, "SMTP_URL": None}
    runtime = Runtime(Database(workspace.url), workspace, AgentSettings.model_validate(blank))
    try:
        yield runtime
    finally:
        await runtime.close()


def filled(case: Blanks, pools: Pools, *, seed: int) -> dict[str, Ref | str]:
    """Records for the placeholders of a case: other ones for every case, the same ones for the same seed.

    Raises:
        NoFittingRecord: the company has none the person may see.
    """
    chance = random.Random(f"{seed}:{case.id}")  # noqa: S311 - a choice that can be repeated
    chosen = _related(case, pools, chance)
    bare = [name for name in sorted(case.placeholders) if name not in chosen and not set(name) & set("@:")]
    for kind in ("account", "contact", "lead", "opportunity", "rep", "campaign", "product", "region", "ambiguous"):
        wanted = [name for name in bare if name.startswith(kind)]
        numbers = sorted({name.removeprefix(kind)[0] for name in wanted})
        pool = [one for one in pools.get(kind, ()) if one not in chosen.values()]
        if len(pool) < len(numbers):
            raise NoFittingRecord(wanted[0], person=case.person)
        for number, one in zip(numbers, chance.sample(pool, len(numbers)), strict=True):
            chosen[f"{kind}{number}"] = one
    for name in sorted(name for name in case.placeholders if ":" in name):
        chosen[name] = _any_of(pools.get(_pool(name), ()), chosen, chance, name, case)
    return chosen | {f"{name}_first": one.name.split()[0] for name, one in chosen.items() if isinstance(one, Ref)}


def _pool(name: str) -> str:
    """`lead2:new` comes from `lead:new`."""
    numbered, _, value = name.partition(":")
    return f"{numbered[:-1]}:{value}"


def _related(case: Blanks, pools: Pools, chance: random.Random) -> dict[str, Ref | str]:
    """The accounts that a case asks for people or deals of, with these."""
    chosen: dict[str, Ref | str] = {}
    hanging = sorted(name for name in case.placeholders if "@" in name)
    for account in sorted({name.partition("@")[2] for name in hanging}):
        one = _any_of(pools.get("account@", ()), chosen, chance, account, case)
        chosen[account] = one
        for name in (name for name in hanging if name.endswith(f"@{account}")):
            at = f"{name.partition('@')[0][:-1]}@{one.id if isinstance(one, Ref) else one}"
            chosen[name] = _any_of(pools.get(at, ()), chosen, chance, name, case)
    return chosen


def _any_of(
    pool: Sequence[Ref | str], chosen: Mapping[str, Ref | str], chance: random.Random, name: str, case: Blanks
) -> Ref | str:
    left = [one for one in pool if one not in chosen.values()]
    if not left:
        raise NoFittingRecord(name, person=case.person)
    return chance.choice(left)


def spoken(template: str, chosen: Mapping[str, Ref | str]) -> str:
    """The words with the names put in, said as the rest is: shouted, or without any capitals."""
    bare = template
    for name in chosen:
        bare = bare.replace(f"{{{name}}}", "")
    for name, one in chosen.items():
        text = one.name if isinstance(one, Ref) else one
        text = text.upper() if bare.isupper() else text.lower() if bare.islower() else text
        template = template.replace(f"{{{name}}}", text)
    return template


def require_values(case: Case, register: Register) -> None:
    """Raises `UnknownValue` where a case names a segment that this company does not have."""
    for turn in case.turns:
        for step in turn.steps:
            for name, value in flat(step.args).items():
                if not name.startswith("filters.") or name == "filters.owner":
                    continue
                dimension = name.removeprefix("filters.")
                for one in value if isinstance(value, list) else [value]:
                    if not one.startswith("{") and not register.holds(dimension, one):
                        raise UnknownValue(dimension, one)


async def pools_of(runtime: Runtime, actor: Actor, register: Register, *, seed: int) -> Pools:
    """Records this person sees, by placeholder: each alone with its name, open, and with somebody to write to."""
    now = await runtime.now(actor)
    async with runtime.database.read() as session:
        context = ToolContext(actor, session, now, runtime.workspace)
        return await _Chooser(session, actor, context, register, random.Random(seed)).pools()  # noqa: S311 - a choice that can be repeated


class _Chooser:
    def __init__(
        self, session: ReadSession, actor: Actor, at: ToolContext, register: Register, chance: random.Random
    ) -> None:
        self.session, self.actor, self.at, self.register, self.chance = session, actor, at, register, chance

    async def pools(self) -> Pools:
        deals = await self._deals()
        contacts = await self._contacts(deals)
        leads = await self._leads()
        facts = DimensionRepository(self.session, self.actor)
        return {
            "opportunity": await self._fitting(RecordRef("opportunity", one.id, one.name) for one in deals),
            "account": await self._fitting(
                RecordRef("account", one.account_id, one.account) for one in deals if one.account_id and one.account
            ),
            "contact": await self._fitting(self._people("contact", [(one.id, one.name) for one in contacts])),
            "lead": await self._fitting(self._people("lead", [(one, name) for one, name, _ in leads])),
            "campaign": sorted({campaign for _, _, campaign in leads if campaign}),
            "rep": await self._colleagues(),
            "region": sorted(self.register.lists["region"]),
            "product": await facts.labels("product"),
            "ambiguous": await self._ambiguous(contacts),
        }

    async def _deals(self) -> list[OpportunityLine]:
        repository = OpportunityRepository(self.session, self.actor)
        _, lines = await repository.find(OpportunityFilter(), today=self.at.today, limit=_LOOKED_AT)
        return self._shuffled(lines)

    async def _contacts(self, deals: Sequence[OpportunityLine]) -> list[ContactLine]:
        repository = ContactRepository(self.session, self.actor)
        accounts = dict.fromkeys(deal.account_id for deal in deals if deal.account_id)
        found = [one for account in islice(accounts, _LOOKED_AT) for one in await repository.of_account(account)]
        return self._shuffled(found)

    async def _leads(self) -> list[tuple[int, str, str | None]]:
        where = LeadFilter(statuses=("new", "contacted", "qualified"))
        _, lines = await LeadRepository(self.session, self.actor).find(where, order=LeadOrder.NEWEST, limit=_LOOKED_AT)
        return [(one.id, one.name, one.campaign) for one in self._shuffled(lines)]

    def _people(self, kind: str, near: Sequence[tuple[int, str]]) -> list[RecordRef]:
        """Those the person works with, then everybody; the rarest names first, as most names have namesakes."""
        near = sorted(near, key=lambda one: self.register.rarity(one[1]))[: _LOOKED_AT // 2]
        return [RecordRef(kind, id_, name) for id_, name in (*near, *self.register.people[kind][: _LOOKED_AT // 2])]

    async def _colleagues(self) -> list[Ref]:
        """Sellers of today whose first name nobody else in sight has."""
        seen = await PeopleRepository(self.session, self.actor).visible()
        first = [fold(one.name.split()[0]) for one in seen]
        return [
            Ref("user", one.id, one.name)
            for one in seen
            if one.active and one.role == "rep" and one.id != self.actor.user_id
            and first.count(fold(one.name.split()[0])) == 1
        ]  # fmt: skip

    async def _fitting(self, refs: Iterable[RecordRef]) -> list[Ref]:
        kept: dict[int, Ref] = {}
        for ref in refs:
            if len(kept) == _POOL:
                break
            if ref.id not in kept and await self._alone(ref) and await self._can_be_written_to(ref):
                kept[ref.id] = Ref(ref.kind, ref.id, ref.name)
        return list(kept.values())

    async def _alone(self, ref: RecordRef) -> bool:
        """Whether the name means this record and no other."""
        found = await SearchRepository(self.session, self.actor).candidates(words(ref.name))
        return [one.id for one in found if words(one.name) == words(ref.name)] == [ref.id]

    async def _can_be_written_to(self, ref: RecordRef) -> bool:
        try:
            return bool(recipient(await history(ref, self.at)).email)
        except (NotFound, ToolError):
            return False

    async def _ambiguous(self, contacts: Sequence[ContactLine]) -> list[str]:
        """First names that fit three contacts or more."""
        kept: list[str] = []
        for name in dict.fromkeys(one.first_name for one in contacts if one.first_name and len(one.first_name) > 3):
            found = await SearchRepository(self.session, self.actor).candidates([name])
            fitting = [one for one in found if one.kind.value == "contact" and fold(name) in words(one.name)]
            if len(fitting) >= _NAMESAKES:
                kept.append(name)
            if len(kept) == _POOL:
                break
        return kept

    def _shuffled(self, lines: Sequence[T]) -> list[T]:
        return self.chance.sample(list(lines), len(lines))
