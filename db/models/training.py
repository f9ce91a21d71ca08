"""The training institute's records: who teaches, what is taught, when, and who learns."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Customised, Record


class BatchStatus(StrEnum):
    PLANNED = "planned"
    OPEN = "open"
    RUNNING = "running"
    FINISHED = "finished"
    CANCELLED = "cancelled"


class EnrolmentStatus(StrEnum):
    ENROLLED = "enrolled"
    WAITING = "waiting"
    COMPLETED = "completed"
    DROPPED = "dropped"


class Trainer(Customised):
    __tablename__ = "trainers"

    name: Mapped[str] = mapped_column(String(120), index=True)
    email: Mapped[str | None] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(String(40))
    speciality: Mapped[str | None] = mapped_column(String(120))
    active: Mapped[bool] = mapped_column(default=True)


class Course(Customised):
    __tablename__ = "courses"

    name: Mapped[str] = mapped_column(String(160), index=True)
    code: Mapped[str | None] = mapped_column(String(40))
    subject: Mapped[str | None] = mapped_column(String(80))
    hours: Mapped[int | None]
    fee_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None] = mapped_column(String(3))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("products.id"))


class Batch(Customised):
    """One run of a course, with its trainer and its seats."""

    __tablename__ = "batches"

    name: Mapped[str] = mapped_column(String(160), index=True)
    course_id: Mapped[int | None] = mapped_column(ForeignKey("courses.id"), index=True)
    trainer_id: Mapped[int | None] = mapped_column(ForeignKey("trainers.id"), index=True)
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    seats: Mapped[int | None]
    place: Mapped[str | None] = mapped_column(String(120))
    status: Mapped[BatchStatus] = mapped_column(String(16), default=BatchStatus.PLANNED)


class Learner(Customised):
    """Somebody who learns; a customer's person, or on their own account."""

    __tablename__ = "learners"

    first_name: Mapped[str | None] = mapped_column(String(80))
    last_name: Mapped[str | None] = mapped_column(String(80))
    email: Mapped[str | None] = mapped_column(String(254), index=True)
    phone: Mapped[str | None] = mapped_column(String(40))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"), index=True)
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("leads.id"), index=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    opted_out: Mapped[bool] = mapped_column(default=False)

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.first_name, self.last_name) if part)


class Enrolment(Record):
    """A learner's seat in a batch."""

    __tablename__ = "enrolments"
    __table_args__ = (UniqueConstraint("learner_id", "batch_id"),)

    learner_id: Mapped[int] = mapped_column(ForeignKey("learners.id"), index=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"), index=True)
    status: Mapped[EnrolmentStatus] = mapped_column(String(16), default=EnrolmentStatus.ENROLLED)
    enrolled_on: Mapped[date | None]
