"""A proposal as it is read, and the digests that bind it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from db.models import Proposal, ProposalStatus, Rule


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """A proposal as one person sees it now.

    Attributes:
        digest: binds a decision to exactly what is shown here.
        rule: the one it was made under; what the policy says now may be stricter.
        asker: name of who asked for it.
        waits_for: names of those whose approval counts and who are there; empty once it is decided.
        mine: whether the reader may approve it.
        reason: why the asker cannot, in a sentence; empty where that is not so.
        changes: what was carried out, in order.
        hidden: (kind, column or field) pairs that are not shown to the reader.
    """

    id: str
    turn_id: str
    step: int
    tool: str
    effect: str
    arguments: dict[str, Any]
    preview: dict[str, Any]
    versions: dict[str, Any]
    digest: str
    status: ProposalStatus
    asked_by: int
    expires_at: datetime
    outcome: str | None
    rule: Rule
    decided_by: int | None = None
    asker: str = ""
    waits_for: tuple[str, ...] = ()
    mine: bool = False
    reason: str = ""
    changes: tuple[str, ...] = ()
    hidden: frozenset[tuple[str, str]] = frozenset()

    @property
    def change_id(self) -> str | None:
        return self.changes[0] if self.changes else None

    @property
    def shown_arguments(self) -> dict[str, Any]:
        """The arguments as they are shown to the reader; what would be carried out are `arguments`."""
        if not self.hidden:
            return self.arguments
        kinds = {one.get("kind") for one in self.arguments.get("operations", ()) if isinstance(one, dict)}
        found: dict[str, Any] = _without({name for kind, name in self.hidden if kind in kinds}, self.arguments)
        return found

    @property
    def shown_preview(self) -> dict[str, Any]:
        """The preview as it is shown to the reader."""
        keys = {f"{kind}.{name}" for kind, name in self.hidden}
        found: dict[str, Any] = _without(keys, self.preview) if keys else self.preview
        return found


def _without(names: Container[str], value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """The value without what stands under these names, at any depth."""
    if isinstance(value, list):
        return [_without(names, one) for one in value]
    if isinstance(value, dict):
        return {name: _without(names, one) for name, one in value.items() if name not in names}
    return value


def call_digest(tool: str, arguments: Mapping[str, Any]) -> str:
    """What was called, whatever the records were then and whenever it was: a call that is repeated has the same."""
    return _hashed([tool, {name: value for name, value in arguments.items() if name != "operations"}])


def digest(proposal: Proposal) -> str:
    """Binds a decision to everything a person is shown and everything that would be carried out."""
    return _hashed(
        [
            proposal.turn_id, proposal.step, proposal.asked_by, proposal.tool, proposal.effect, str(proposal.rule),
            proposal.arguments, proposal.preview, proposal.versions, proposal.read_before,
            proposal.expires_at.astimezone(UTC).isoformat(),
        ]
    )  # fmt: skip


def _hashed(value: Any) -> str:  # noqa: ANN401 - any JSON value
    canonical = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


def line(one: Proposal) -> ProposalLine:
    return ProposalLine(
        one.id, one.turn_id, one.step, one.tool, one.effect, one.arguments, one.preview, one.versions, one.digest,
        ProposalStatus(one.status), one.asked_by, one.expires_at, one.outcome, Rule(one.rule), one.decided_by,
    )  # fmt: skip
