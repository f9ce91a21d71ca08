"""The closed sets that fields choose from, for those who may not read tables."""

from db.models import (
    AccountStatus,
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
    "Channel",
    "Direction",
    "LeadStatus",
    "MeetingStatus",
    "MemorySource",
    "Outcome",
    "TaskStatus",
    "Topic",
]
