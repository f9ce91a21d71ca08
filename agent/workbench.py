"""What turns share: the workspace, the model, and what a person's turns have in common for a while."""

from __future__ import annotations

import time
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime

from agent import redaction
from agent.cards import CARDS
from agent.directory import Prefetched, vocabulary
from agent.graph.supervisor import supervisor
from agent.llm.caller import RemoteModel
from agent.local import understand
from agent.local.schema import Vocabulary
from agent.redaction import NameIndex
from agent.sealing import Seal
from agent.settings import AgentSettings
from agent.tracing import Tracing
from agent.veil import Vaults, names_of
from db.access import Actor
from db.names import NamedKind
from db.repositories.beginnings import beginning
from db.repositories.rules import in_force
from db.repositories.search import NamedRecord
from db.repositories.turn_queue import LEASE_SECONDS
from db.session import Database, ReadSession
from db.settings import WorkspaceSettings
from tools.beginning import next_steps

_FRESH_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Known:
    """What a person's turns have in common for a minute: the closed lists and the compiled names of colleagues."""

    vocabulary: Vocabulary
    colleagues: NameIndex = field(init=False)
    since: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        people = (NamedRecord(NamedKind.USER, int(one.id), one.name) for one in self.vocabulary.people)
        object.__setattr__(self, "colleagues", names_of(people))


@dataclass(slots=True)
class Workbench:
    """What all turns of a process share."""

    database: Database
    workspace: WorkspaceSettings
    settings: AgentSettings
    seal: Seal
    tracing: Tracing
    holder: str
    model: RemoteModel | None = None
    lease_seconds: float = LEASE_SECONDS
    vaults: Vaults = field(init=False)
    _known: dict[int, Known] = field(default_factory=dict)
    _begun: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.vaults = Vaults(self.seal)

    async def ruled(self) -> Workbench:
        """The same bench as the workspace has it set at this moment: read with every turn, so that a rule that
        somebody set, in whatever process, holds from the next turn on."""
        async with self.database.read() as session:
            workspace = await in_force(session, self.workspace)
        if workspace == self.workspace:
            return self
        bench = copy(self)
        bench.workspace, bench.database = workspace, self.database.reckoning_in(workspace.currency)
        return bench

    async def next_steps(self, actor: Actor) -> str:
        """What to do first in a workspace that has nothing to ask about; asked again until there is something."""
        if self._begun:
            return ""
        async with self.database.read() as session:
            text = next_steps(await beginning(session), actor)
        if not text:
            self._begun.append(True)
        return text

    async def known(self, session: ReadSession, actor: Actor) -> Known:
        """What this person's turns have in common, read again after a minute."""
        known = self._known.get(actor.user_id)
        if known is None or time.monotonic() - known.since > _FRESH_SECONDS:
            known = self._known[actor.user_id] = Known(await vocabulary(session, actor))
        return known


def warm_up() -> None:
    """Load and compile what the first turn would wait for, some 100 ms: for processes that stay."""
    redaction.warm_up()
    supervisor()
    moment = datetime(2025, 1, 1, tzinfo=UTC)
    understand("hello", cards=CARDS(), vocabulary=Vocabulary(), directory=Prefetched(()), now=moment)
