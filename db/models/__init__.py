"""Every table, one module per aggregate. Read only through `db`."""

from db.models.accounts import Account, Contact
from db.models.activity import Channel, Direction, Interaction, Linked, Note, Task, TaskStatus
from db.models.base import Base, Json, Named, Record, new_id
from db.models.campaigns import Campaign, CampaignMember
from db.models.conversations import Conversation, Evidence, Turn, TurnEvent, TurnStatus, VaultEntry
from db.models.effects import Change, Proposal, ProposalStatus
from db.models.facts import DealFact, DimensionValue, NameToken, Spelling
from db.models.leads import Lead, LeadStatus
from db.models.notifications import Notification, NotificationKind
from db.models.operations import AuditEntry, Budget, ImportBatch, Setting, Settlement, Span, Usage
from db.models.opportunities import Opportunity, Outcome, Product, Stage, StageChange
from db.models.people import ApiToken, Invitation, Purpose, Role, Scope, SignIn, SignInAttempts, Team, User
from db.models.policy import Approver, EffectPolicy, Rule, StandIn
from db.models.targets import Quota
from db.models.workers import Worker

__all__ = [
    "Account",
    "ApiToken",
    "Approver",
    "AuditEntry",
    "Base",
    "Budget",
    "Campaign",
    "CampaignMember",
    "Change",
    "Channel",
    "Contact",
    "Conversation",
    "DealFact",
    "DimensionValue",
    "Direction",
    "EffectPolicy",
    "Evidence",
    "ImportBatch",
    "Interaction",
    "Invitation",
    "Json",
    "Lead",
    "LeadStatus",
    "Linked",
    "NameToken",
    "Named",
    "Note",
    "Notification",
    "NotificationKind",
    "Opportunity",
    "Outcome",
    "Product",
    "Proposal",
    "ProposalStatus",
    "Purpose",
    "Quota",
    "Record",
    "Role",
    "Rule",
    "Scope",
    "Setting",
    "Settlement",
    "SignIn",
    "SignInAttempts",
    "Span",
    "Spelling",
    "Stage",
    "StageChange",
    "StandIn",
    "Task",
    "TaskStatus",
    "Team",
    "Turn",
    "TurnEvent",
    "TurnStatus",
    "Usage",
    "User",
    "VaultEntry",
    "Worker",
    "new_id",
]
