"""The closed sets that fields choose from, for those who may not read tables."""

from db.models import (
    AccountStatus,
    AnswerState,
    Channel,
    Direction,
    LeadStatus,
    MeetingStatus,
    MemorySource,
    Outcome,
    TaskStatus,
    Topic,
)

__all__ = [
    "AccountStatus",
    "AnswerState",
    "Channel",
    "Direction",
    "LeadStatus",
    "MeetingStatus",
    "MemorySource",
    "Outcome",
    "TaskStatus",
    "Topic",
]
