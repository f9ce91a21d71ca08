"""Every table, one module per aggregate. Read only through `db`."""

from db.models.accounts import Account, AccountStatus, Contact
from db.models.activity import (
    Channel,
    Direction,
    Interaction,
    Linked,
    MeetingStatus,
    Memory,
    MemorySource,
    Note,
    Task,
    TaskStatus,
    Topic,
)
from db.models.assignment import AssignmentPlan, AssignmentRule
from db.models.base import Base, Customised, Json, Named, Record, new_id
from db.models.campaigns import Campaign, CampaignMember
from db.models.conversations import (
    Conversation,
    Evidence,
    SpokenOf,
    SpokenTopic,
    Turn,
    TurnEvent,
    TurnStatus,
    VaultEntry,
)
from db.models.effects import Change, Proposal, ProposalStatus
from db.models.enrichment import EnrichmentAnswer
from db.models.facts import DealFact, DimensionValue, LikenessKey, NameToken, Spelling
from db.models.imports import ImportBatch, ImportedRow, Origin
from db.models.leads import Lead, LeadScore, LeadStatus, LifecycleChange, ScoringRules
from db.models.library import Objection, ObjectionUse, Template
from db.models.notifications import Notification, NotificationKind
from db.models.operations import AuditEntry, Budget, Setting, Settlement, Span, Usage
from db.models.opportunities import Opportunity, Outcome, Product, Stage, StageChange
from db.models.people import ApiToken, Invitation, Purpose, Role, Scope, SignIn, SignInAttempts, Team, User
from db.models.policy import Approver, EffectPolicy, Rule, StandIn
from db.models.qualification import AnswerState, QualificationAnswer, QualificationCriterion
from db.models.rules import CustomField, ExchangeRate, HiddenField, RecordGrant, WorkspaceRule
from db.models.targets import Quota
from db.models.training import Batch, BatchStatus, Course, Enrolment, EnrolmentStatus, Learner, Trainer
from db.models.workers import Worker

__all__ = [
    "Account",
    "AccountStatus",
    "AnswerState",
    "ApiToken",
    "Approver",
    "AssignmentPlan",
    "AssignmentRule",
    "AuditEntry",
    "Base",
    "Batch",
    "BatchStatus",
    "Budget",
    "Campaign",
    "CampaignMember",
    "Change",
    "Channel",
    "Contact",
    "Conversation",
    "Course",
    "CustomField",
    "Customised",
    "DealFact",
    "DimensionValue",
    "Direction",
    "EffectPolicy",
    "EnrichmentAnswer",
    "Enrolment",
    "EnrolmentStatus",
    "Evidence",
    "ExchangeRate",
    "HiddenField",
    "ImportBatch",
    "ImportedRow",
    "Interaction",
    "Invitation",
    "Json",
    "Lead",
    "LeadScore",
    "LeadStatus",
    "Learner",
    "LifecycleChange",
    "LikenessKey",
    "Linked",
    "MeetingStatus",
    "Memory",
    "MemorySource",
    "NameToken",
    "Named",
    "Note",
    "Notification",
    "NotificationKind",
    "Objection",
    "ObjectionUse",
    "Opportunity",
    "Origin",
    "Outcome",
    "Product",
    "Proposal",
    "ProposalStatus",
    "Purpose",
    "QualificationAnswer",
    "QualificationCriterion",
    "Quota",
    "Record",
    "RecordGrant",
    "Role",
    "Rule",
    "Scope",
    "ScoringRules",
    "Setting",
    "Settlement",
    "SignIn",
    "SignInAttempts",
    "Span",
    "Spelling",
    "SpokenOf",
    "SpokenTopic",
    "Stage",
    "StageChange",
    "StandIn",
    "Task",
    "TaskStatus",
    "Team",
    "Template",
    "Topic",
    "Trainer",
    "Turn",
    "TurnEvent",
    "TurnStatus",
    "Usage",
    "User",
    "VaultEntry",
    "Worker",
    "WorkspaceRule",
    "new_id",
]
