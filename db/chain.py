"""What the audit entries of a workspace are made with: a key, and the anchor that follows them.

Whoever opens a database says so once (`carried_by`); from then on every session of it carries the chain, so that no
caller handles a key, and no entry forgets the anchor.
"""

from __future__ import annotations

from dataclasses import dataclass

from db.anchor import Anchor
from db.session import Database, ReadSession

_CHAIN = "audit chain"


class NotChained(RuntimeError):
    """An audit entry was asked for on a database that was opened without its chain."""

    def __init__(self) -> None:
        super().__init__("an audit entry needs a database that carries its chain")


@dataclass(frozen=True, slots=True)
class Chain:
    """`anchor` is None for a workspace in memory, which ends with its process."""

    key: bytes
    anchor: Anchor | None = None

    def carried_by(self, database: Database) -> Database:
        """The same database, whose sessions enter with this key and move this anchor."""
        return database.carrying({_CHAIN: self})


def chain_of(session: ReadSession) -> Chain:
    found = session.info.get(_CHAIN)
    if not isinstance(found, Chain):
        raise NotChained
    return found


def anchor_of(database: Database) -> Anchor | None:
    """The anchor its entries move; None where there is none."""
    found = database.carried(_CHAIN)
    return found.anchor if isinstance(found, Chain) else None
