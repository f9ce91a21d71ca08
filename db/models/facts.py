"""The narrow table the analyses read: one integer-coded row per deal, kept in step by the repositories."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, BigId


class DealFact(Base):
    """A deal as numbers. Days count from 1970-01-01; dimension codes are those of `DimensionValue`; 0 = not filled in.

    The segment columns are those at the time of closing: a later change of region or team does not move history.
    `owner_id` is today's owner, because visibility goes by today's owner.
    """

    __tablename__ = "deal_facts"
    __table_args__ = (Index("ix_deal_facts_owner_id", "owner_id"),)

    opportunity_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    outcome: Mapped[int] = mapped_column(SmallInteger)
    created_day: Mapped[int | None]
    closed_day: Mapped[int | None]
    amount_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[int] = mapped_column(SmallInteger, default=0)
    account_id: Mapped[int | None] = mapped_column(BigInteger)
    owner_id: Mapped[int | None] = mapped_column(BigInteger)
    team_id: Mapped[int | None] = mapped_column(BigInteger)
    owner: Mapped[int] = mapped_column(default=0)
    team: Mapped[int] = mapped_column(default=0)
    region: Mapped[int] = mapped_column(default=0)
    industry: Mapped[int] = mapped_column(default=0)
    product: Mapped[int] = mapped_column(default=0)
    lead_source: Mapped[int] = mapped_column(default=0)
    deal_type: Mapped[int] = mapped_column(SmallInteger, default=0)
    competitor: Mapped[int] = mapped_column(default=0)


class DimensionValue(Base):
    """What a code of `DealFact` means."""

    __tablename__ = "dimension_values"
    __table_args__ = (UniqueConstraint("dimension", "label"),)

    dimension: Mapped[str] = mapped_column(String(40), primary_key=True)
    code: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    label: Mapped[str] = mapped_column(String(200))


class NameToken(Base):
    """One word of a record's name, folded."""

    __tablename__ = "name_tokens"
    __table_args__ = (Index("ix_name_tokens_token", "token", "kind"),)

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    record_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    token: Mapped[str] = mapped_column(String(60))


class Spelling(Base):
    """A key under which a word of a name is found although it was mistyped; see `db.names`."""

    __tablename__ = "spellings"

    key: Mapped[str] = mapped_column(String(61), primary_key=True)
    token: Mapped[str] = mapped_column(String(60), primary_key=True)


class LikenessKey(Base):
    """What two records of one person share: address, number or domain, as a digest; see `db.likeness_keys`."""

    __tablename__ = "likeness_keys"
    __table_args__ = (Index("ix_likeness_keys_kind_record_id", "kind", "record_id"),)

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    record_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
