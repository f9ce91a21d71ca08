"""What is kept of a record beside its row and its changes: by imports, by providers asked, by conversations."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete

from db.acting import unscoped
from db.many_ids import among
from db.models import EnrichmentAnswer, ImportedRow, SpokenOf
from db.session import ReadSession


async def forget_copies(session: ReadSession, kind: str, ids: Sequence[int]) -> None:
    """Erase the images that imports kept, answers of providers, and the names in what conversations spoke of.

    An import that is taken back later leaves these records as they are.
    """
    dialect = session.get_bind().dialect
    # Nobody sees the rows of imports, and conversations are those of others.
    with unscoped(session):
        for table, named in ((ImportedRow, ImportedRow.kind), (EnrichmentAnswer, EnrichmentAnswer.kind)):
            mine = (named == kind, among(table.record_id, ids, dialect))
            await session.execute(delete(table).where(*mine).execution_options(synchronize_session=False))
        spoken = (SpokenOf.record_kind == kind, among(SpokenOf.record_id, ids, dialect))
        await session.execute(delete(SpokenOf).where(*spoken).execution_options(synchronize_session=False))
