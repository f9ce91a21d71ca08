"""Facts and events in the words of a sentence."""

from __future__ import annotations

from tools.science.lead_score.facts import LeadFacts

_FIELDS = {
    "budget_minor": "budget",
    "timeline_days": "days until the decision",
    "pain_points": "pain points",
    "decision_makers": "decision makers",
    "interactions_in": "messages and calls from them",
    "interactions_out": "messages and calls to them",
    "source": "lead source",
    "employees": "employees",
}
_EVENTS = {
    "email_open": "e-mails opened",
    "email_click": "links clicked",
    "email_reply": "e-mails from them",
    "message_reply": "messages from them",
    "page_visit": "page visits",
    "form": "forms filled in",
    "webinar": "webinars attended",
    "demo_request": "demo requests",
    "call_held": "calls held",
    "meeting": "meetings held",
    "bounce": "e-mails bounced",
    "unsubscribe": "unsubscribed",
}
_ASKED = {
    "seniority": "Find out the job title",
    "department": "Find out the department",
    "industry": "Find out the industry",
    "employees": "Find out how many people work there",
    "region": "Find out the region",
    "source": "Record where the lead came from",
    "budget_minor": "Ask for the budget",
    "timeline_days": "Ask when they want to decide",
    "pain_points": "Ask what problem they want solved",
    "decision_makers": "Ask who decides",
}


def field_word(name: str) -> str:
    return _FIELDS.get(name, name.replace("_", " "))


def event_word(kind: str) -> str:
    return _EVENTS.get(kind, kind.replace("_", " "))


def asking(name: str) -> str:
    """What a person does to learn a fact."""
    return _ASKED.get(name, f"Find out: {field_word(name)}")


def told(name: str, facts: LeadFacts) -> str:
    """A fact as a person reads it; money in whole units."""
    value = facts.value(name)
    if name == "budget_minor" and isinstance(value, int):
        return f"{value // 100:,}"
    return f"{value:,}" if isinstance(value, int) else str(value)
