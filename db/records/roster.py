"""Every kind of record there is. A kind that stands here has tools, routes, search, import and export."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from db.errors import UnknownKind
from db.records import activity, judging, library, people, selling, training
from db.records.declaration import RecordKind

_ALL: tuple[RecordKind, ...] = (
    people.ACCOUNT, people.CONTACT, people.LEAD,
    selling.OPPORTUNITY, selling.STAGE_CHANGE, selling.PRODUCT, selling.STAGE, selling.QUOTA,
    selling.CAMPAIGN, selling.CAMPAIGN_MEMBER,
    activity.INTERACTION, activity.EMAIL, activity.CALL, activity.MEETING, activity.SMS, activity.WHATSAPP,
    activity.NOTE, activity.MEMORY, activity.TASK,
    library.TEMPLATE, library.OBJECTION, library.OBJECTION_USE, library.LEAD_SCORE, library.LIFECYCLE_CHANGE,
    judging.ASSIGNMENT_RULE, judging.ASSIGNMENT_PLAN, judging.QUALIFICATION_CRITERION, judging.QUALIFICATION_ANSWER,
    training.TRAINER, training.COURSE, training.BATCH, training.LEARNER, training.ENROLMENT,
)  # fmt: skip
KINDS: Mapping[str, RecordKind] = MappingProxyType({kind.name: kind for kind in _ALL})
PLURALS: Mapping[str, RecordKind] = MappingProxyType({kind.plural: kind for kind in _ALL})


def kind_named(name: str) -> RecordKind:
    """The kind by its singular or plural name. Raises `UnknownKind`."""
    found = KINDS.get(name) or PLURALS.get(name)
    if found is None:
        raise UnknownKind(name, tuple(PLURALS))
    return found
