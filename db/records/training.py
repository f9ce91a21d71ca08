"""The training institute's records."""

from __future__ import annotations

from db.models import Batch, BatchStatus, Course, Enrolment, EnrolmentStatus, Learner, Trainer
from db.records.declaration import Field, FieldType, RecordKind
from db.records.people import ARRIVED, CHANGED, EMAIL, FIRST_NAME, LAST_NAME, OPTED_OUT, OWNER, PHONE

TRAINER = RecordKind(
    "trainer", "trainers", Trainer,
    (
        Field("name", required=True),
        Field("email", FieldType.EMAIL, label="e-mail", said=("mail",)),
        Field("phone", FieldType.PHONE, said=("phone number", "mobile")),
        Field("speciality", labels=True, said=("subject", "specialty", "expertise")),
        Field("active", FieldType.FLAG),
        ARRIVED, CHANGED,
    ),
    title=("name",), detail=("speciality",), area="lead", said=("instructor", "instructors", "teacher"), order="name",
    shared=True,
)  # fmt: skip

COURSE = RecordKind(
    "course", "courses", Course,
    (
        Field("name", required=True),
        Field("code", said=("course code",)),
        Field("subject", labels=True),
        Field("hours", FieldType.WHOLE, said=("length", "duration")),
        Field("fee", FieldType.MONEY, said=("price", "cost")),
        Field("product", FieldType.LINK, to="product"),
        ARRIVED, CHANGED,
    ),
    title=("name",), detail=("code",), area="lead", said=("class", "classes"), order="name",
    shared=True,
)  # fmt: skip

BATCH = RecordKind(
    "batch", "batches", Batch,
    (
        Field("name", required=True),
        Field("course", FieldType.LINK, to="course"),
        Field("trainer", FieldType.LINK, to="trainer", said=("instructor",)),
        Field("starts_on", FieldType.DATE, label="starts", said=("start date", "start")),
        Field("ends_on", FieldType.DATE, label="ends", said=("end date", "end")),
        Field("seats", FieldType.WHOLE, said=("capacity", "places")),
        Field("place", said=("location", "room")),
        Field("status", FieldType.CHOICE, choices=tuple(BatchStatus)),
        ARRIVED, CHANGED,
    ),
    title=("name",), detail=("place",), area="lead", said=("cohort", "cohorts"), order="-starts_on",
    shared=True,
)  # fmt: skip

LEARNER = RecordKind(
    "learner", "learners", Learner,
    (
        FIRST_NAME, LAST_NAME, EMAIL, PHONE,
        Field("account", FieldType.LINK, to="account", said=("company", "employer")),
        Field("contact", FieldType.LINK, to="contact"),
        Field("lead", FieldType.LINK, to="lead"),
        OPTED_OUT, OWNER, ARRIVED, CHANGED,
    ),
    title=("first_name", "last_name"), detail=("email",), area="lead", said=("student", "students", "trainee"),
    owner="owner_id", order="last_name",
)  # fmt: skip

ENROLMENT = RecordKind(
    "enrolment", "enrolments", Enrolment,
    (
        Field("learner", FieldType.LINK, to="learner", required=True, said=("student",)),
        Field("batch", FieldType.LINK, to="batch", required=True),
        Field("status", FieldType.CHOICE, choices=tuple(EnrolmentStatus)),
        Field("enrolled_on", FieldType.DATE, label="enrolled"),
    ),
    title=("status",), area="lead", said=("enrollment", "enrollments", "registration"), order="-enrolled_on",
)  # fmt: skip
