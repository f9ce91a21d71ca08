"""Files that were imported, what each did to which record, and under which ids other programs know the records."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, BigId, Named


class ImportBatch(Named):
    """One imported file: what it held and what became of its rows.

    `source` is the program the ids of the file are of; `layout` the export of another program it was recognised as.
    """

    __tablename__ = "imports"

    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[str] = mapped_column(String(24))
    file_name: Mapped[str] = mapped_column(String(300))
    source: Mapped[str | None] = mapped_column(String(40))
    layout: Mapped[str | None] = mapped_column(String(60))
    content_hash: Mapped[str] = mapped_column(String(64), index=True)
    created: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)
    oddities: Mapped[list[Any]]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class ImportedRow(Base):
    """What one import did to one record: made it, or wrote over the values in `before`.

    `version_after` tells whether somebody has changed it since.
    """

    __tablename__ = "import_rows"
    __table_args__ = (Index("ix_import_rows_import_id_kind", "import_id", "kind"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    import_id: Mapped[str] = mapped_column(ForeignKey("imports.id"))
    kind: Mapped[str] = mapped_column(String(24))
    record_id: Mapped[int] = mapped_column(BigInteger)
    made: Mapped[bool]
    before: Mapped[dict[str, Any] | None]
    version_after: Mapped[int]


class Origin(Base):
    """A record as another program knows it, for what has no columns for that of its own."""

    __tablename__ = "origins"
    __table_args__ = (
        Index("ix_origins_kind_source_external_id", "kind", "source", "external_id", unique=True),
        Index("ix_origins_kind_record_id", "kind", "record_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(24))
    source: Mapped[str] = mapped_column(String(40))
    external_id: Mapped[str] = mapped_column(String(120))
    record_id: Mapped[int] = mapped_column(BigInteger)
