"""The rules of a workspace: those in force, and what each comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from db.acting import works_unscoped
from db.models import WorkspaceRule
from db.repositories.base import Repository
from db.rules import RULES, RuleKind, RuleSource, effective
from db.session import ReadSession
from db.settings import WorkspaceSettings


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule in force. `id` and `version` are those of its row, None where the workspace has not set it."""

    rule: RuleKind
    value: str
    source: RuleSource
    id: int | None = None
    version: int | None = None
    changed_at: datetime | None = None

    @property
    def text(self) -> str:
        return self.rule.shown(self.value)


@works_unscoped  # They are asked for before it is known for whom the session works.
async def stored_rules(session: ReadSession) -> Mapping[str, str]:
    """What the workspace set, by key: one small statement."""
    rows = await session.execute(
        select(WorkspaceRule.key, WorkspaceRule.value).where(WorkspaceRule.deleted_at.is_(None))
    )
    return {row.key: row.value for row in rows}


async def in_force(session: ReadSession, settings: WorkspaceSettings) -> WorkspaceSettings:
    """The settings as the workspace has them; the session reckons in its currency from now on."""
    ruled = effective(settings, await stored_rules(session))
    session.reckon_in(ruled.currency)
    return ruled


class RuleRepository(Repository):
    async def lines(self, settings: WorkspaceSettings) -> list[RuleLine]:
        """Every rule, in the order of the roster.

        Args:
            settings: those of the environment, before any rule.
        """
        statement = select(WorkspaceRule).where(WorkspaceRule.deleted_at.is_(None))
        rows = {row.key: row for row in (await self.session.execute(statement)).scalars()}
        return [_line(rule, rows.get(rule.key), settings) for rule in RULES.values()]


def _line(rule: RuleKind, row: WorkspaceRule | None, settings: WorkspaceSettings) -> RuleLine:
    if row is not None:
        return RuleLine(rule, row.value, RuleSource.WORKSPACE, row.id, row.version, row.updated_at)
    if rule.setting and rule.setting in settings.model_fields_set:
        return RuleLine(rule, str(getattr(settings, rule.setting)), RuleSource.ENVIRONMENT)
    return RuleLine(rule, str(getattr(settings, rule.setting)) if rule.setting else rule.default, RuleSource.DEFAULT)
