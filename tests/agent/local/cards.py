"""The tools of the local model's tests, as data."""

# ruff: noqa: E501  a table of data reads better in its rows
from __future__ import annotations

from agent.local import Argument, Effect, PeriodRole, SlotType, ToolCard

S = SlotType
_BY = (
    "month",
    "quarter",
    "year",
    "owner",
    "team",
    "region",
    "industry",
    "product",
    "lead_source",
    "deal_type",
    "size_band",
)
_GROUPS = ("stage", "owner", "team", "region", "product", "industry", "lead_source", "deal_type", "month")
_ANYONE = ("opportunity", "account", "contact", "lead")
_SOMEONE = ("contact", "lead", "account", "opportunity")


def _period(name: str, role: PeriodRole = PeriodRole.PAST) -> Argument:
    return Argument(name, S.PERIOD, role=role)


CARDS = (
    ToolCard("explain_win_rate", "analytics", Effect.READ, ("why did win rate drop",), (
        _period("at"), _period("versus", PeriodRole.VERSUS), Argument("grain", S.GRAIN),
        Argument("direction", S.CHOICE, choices=("down", "up")), Argument("filters", S.FILTERS),
        Argument("what", S.CHOICE, choices=("drivers", "risk")),
    )),
    ToolCard("win_rate", "analytics", Effect.READ, ("win rate by region",), (
        Argument("by", S.DIMENSIONS, choices=_BY), _period("period"), Argument("filters", S.FILTERS),
    )),
    ToolCard("pipeline", "opportunity", Effect.READ, ("what is my pipeline",), (
        Argument("by", S.DIMENSIONS, choices=_GROUPS), Argument("filters", S.FILTERS),
        _period("closing", PeriodRole.CLOSING),
    )),
    ToolCard("find_opportunities", "opportunity", Effect.READ, ("what are my top deals",), (
        Argument("owner", S.USER), Argument("stage", S.STAGE), Argument("min_amount", S.MONEY_MIN),
        Argument("max_amount", S.MONEY_MAX), Argument("status", S.CHOICE, choices=("open", "won", "lost", "closed", "any")),
        _period("closing", PeriodRole.CLOSING), _period("closed", PeriodRole.CLOSED),
        Argument("condition", S.CHOICE, choices=("stuck", "at_risk")), Argument("stage_days", S.STAGE_DAYS),
        Argument("silent_days", S.SILENT_DAYS), Argument("no_next_step", S.FLAG), Argument("filters", S.FILTERS),
        Argument("sort", S.CHOICE, choices=("amount", "close_date", "age")), Argument("limit", S.COUNT),
    )),
    ToolCard("find_leads", "lead", Effect.READ, ("new leads this week",), (
        Argument("status", S.CHOICE, choices=("new", "contacted", "qualified", "unqualified")),
        Argument("source", S.VALUE, vocabulary="lead_source"), Argument("owner", S.USER), Argument("country", S.COUNTRY),
        _period("created", PeriodRole.CREATED), Argument("uncontacted", S.FLAG), Argument("min_score", S.SCORE_MIN),
        Argument("sort", S.CHOICE, choices=("score", "newest", "oldest")), Argument("limit", S.COUNT),
        Argument("filters", S.FILTERS, choices=("industry", "region")), Argument("where", S.WHERE, kinds=("lead",)),
    )),
    ToolCard("brief_record", "lead", Effect.READ, ("brief me on Acme",), (
        Argument("record", S.RECORD, required=True, kinds=("account", "opportunity", "contact", "lead")),
    )),
    ToolCard("draft_email", "communication", Effect.READ, ("draft a follow-up to Acme",), (
        Argument("record", S.RECORD, required=True, kinds=_SOMEONE),
        Argument("kind", S.CHOICE, choices=("first_touch", "follow_up", "proposal", "renewal", "objection", "thank_you", "meeting_request", "win_back")),
        Argument("tone", S.CHOICE, choices=("formal", "friendly", "direct", "apologetic")),
        Argument("length", S.CHOICE, choices=("short", "normal")), Argument("language", S.LANGUAGE),
        Argument("instruction", S.INSTRUCTION),
    )),
    ToolCard("revise_draft", "communication", Effect.READ, ("make it shorter",), (
        Argument("draft", S.DRAFT), Argument("tone", S.CHOICE, choices=("formal", "friendly", "direct", "apologetic")),
        Argument("length", S.CHOICE, choices=("short", "normal")), Argument("language", S.LANGUAGE),
        Argument("instruction", S.INSTRUCTION),
    )),
    ToolCard("call_script", "communication", Effect.READ, ("call script for Acme",), (
        Argument("record", S.RECORD, required=True, kinds=("account", "opportunity", "contact", "lead")),
    )),
    ToolCard("send_email", "communication", Effect.OUTWARD, ("send it",), (
        Argument("draft", S.DRAFT, required=True), Argument("record", S.RECORD, kinds=_SOMEONE),
    )),
    ToolCard("create_task", "automation", Effect.WRITE, ("remind me to call Acme on Thursday at 10",), (
        Argument("title", S.TITLE, required=True), Argument("due", S.DUE), Argument("record", S.RECORD, kinds=_ANYONE),
        Argument("assignee", S.USER), Argument("remind", S.FLAG),
    )),
    ToolCard("overdue_tasks", "automation", Effect.READ, ("what is overdue",), (
        Argument("owner", S.USER), Argument("scope", S.CHOICE, choices=("overdue", "today", "week", "open")),
    )),
    ToolCard("win_loss_patterns", "intelligence", Effect.READ, ("why do we lose deals",), (
        Argument("by", S.DIMENSION, choices=_BY), _period("period"), Argument("filters", S.FILTERS),
        Argument("focus", S.CHOICE, choices=("win", "loss")),
    )),
    ToolCard("next_best_action", "intelligence", Effect.READ, ("what should I do next",), (
        Argument("record", S.RECORD, kinds=("opportunity", "account", "lead", "contact")), Argument("limit", S.COUNT),
    )),
)  # fmt: skip
