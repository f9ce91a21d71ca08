"""Every entry point of the program, and who may use it. What is not in here fails a test by its name.

| reach  | what others' things are to the caller                                                      |
|--------|--------------------------------------------------------------------------------------------|
| public | anybody may call it; it tells nothing about the workspace                                  |
| scoped | a signed-in person; rows are those the person may see                                      |
| own    | a signed-in person; it names one thing that belongs to one person, others' do not exist    |
| record | a signed-in person; it names a record of a kind, those beyond sight do not exist           |
| admin  | administrators; everybody else is refused, whether what it names exists or not             |
| local  | a person at the machine itself, who owns the files it reads or writes                      |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from db.access import Grant, Permission, RecordAction
from db.records import KINDS as RECORDS


class Reach(StrEnum):
    PUBLIC = "public"
    SCOPED = "scoped"
    OWN = "own"
    RECORD = "record"
    ADMIN = "admin"
    LOCAL = "local"


@dataclass(frozen=True, slots=True)
class Entry:
    """`names` is the kind of thing it names; `body`, `query` or `args` are what it is called with, `{id}` standing for
    it."""

    reach: Reach
    touches: str
    names: str = ""
    body: Mapping[str, Any] | None = None
    query: Mapping[str, str] | None = None
    args: tuple[str, ...] = ()
    cookie_only: bool = False
    page: bool = False


_V = "/api/v2"
ROUTES: dict[str, Entry] = {
    f"POST {_V}/chat": Entry(Reach.SCOPED, "a turn of one's own", body={"message": "what is my pipeline"}),
    f"GET {_V}/turns/{{turn_id}}": Entry(Reach.OWN, "an answer", "turn"),
    f"GET {_V}/turns/{{turn_id}}/events": Entry(Reach.OWN, "the events of a turn", "turn"),
    f"POST {_V}/turns/{{turn_id}}/stop": Entry(Reach.OWN, "a turn that runs", "turn"),
    f"POST {_V}/turns/{{turn_id}}/retry": Entry(Reach.OWN, "a message, asked once more", "turn"),
    f"GET {_V}/conversations": Entry(Reach.SCOPED, "one's own conversations"),
    f"GET {_V}/conversations/{{conversation_id}}": Entry(Reach.OWN, "the turns of a conversation", "conversation"),
    f"GET {_V}/evidence/{{evidence_id}}": Entry(Reach.OWN, "a figure that was shown", "evidence"),
    f"POST {_V}/evidence/{{evidence_id}}/verify": Entry(Reach.OWN, "the same, computed again", "evidence"),
    f"GET {_V}/proposals": Entry(Reach.SCOPED, "proposals of the people one sees"),
    f"POST {_V}/proposals/{{proposal_id}}/approve": Entry(Reach.OWN, "a decision", "proposal"),
    f"POST {_V}/proposals/{{proposal_id}}/decline": Entry(Reach.OWN, "a decision", "proposal"),
    f"POST {_V}/proposals/{{proposal_id}}/undo": Entry(Reach.OWN, "what an approved proposal changed", "proposal"),
    f"POST {_V}/proposals/{{proposal_id}}/settle": Entry(
        Reach.OWN, "what became of a message in doubt", "proposal", body={"arrived": True}
    ),
    f"GET {_V}/policy": Entry(Reach.ADMIN, "the rules of effects"),
    f"PUT {_V}/policy": Entry(Reach.ADMIN, "the rules of effects", body={"effect": "WRITE", "rule": "propose"}),
    f"GET {_V}/rules": Entry(Reach.SCOPED, "the rules of the workspace, for all"),
    f"PUT {_V}/rules/{{rule}}": Entry(Reach.ADMIN, "a rule of the workspace", body={"value": "sunday"}),
    f"GET {_V}/rates": Entry(Reach.SCOPED, "the rates of exchange, for all"),
    f"POST {_V}/rates": Entry(
        Reach.ADMIN, "rates of exchange", body={"rates": [{"currency": "EUR", "rate": "1.08", "from": "2025-05-01"}]}
    ),
    f"GET {_V}/permissions": Entry(Reach.ADMIN, "the permission matrix"),
    f"PUT {_V}/permissions/{{role}}": Entry(
        Reach.ADMIN,
        "a cell of the permission matrix",
        body={"kind": "contacts", "action": "export", "permission": "deny"},
    ),
    f"GET {_V}/fields": Entry(Reach.SCOPED, "the workspace's own fields, for all; what is hidden for administrators"),
    f"POST {_V}/fields": Entry(
        Reach.ADMIN, "a field of the workspace's own", body={"kind": "accounts", "name": "seats"}
    ),
    f"PATCH {_V}/fields/{{kind}}/{{name}}": Entry(
        Reach.ADMIN, "a field of the workspace's own", body={"label": "licences"}
    ),
    f"DELETE {_V}/fields/{{kind}}/{{name}}": Entry(Reach.ADMIN, "a field of the workspace's own"),
    f"PUT {_V}/fields/{{kind}}/{{name}}/shown": Entry(
        Reach.ADMIN, "which fields a role sees", body={"role": "rep", "shown": False}
    ),
    f"GET {_V}/absences": Entry(Reach.SCOPED, "one's own absences, and where one stands in; all for administrators"),
    f"PUT {_V}/absences/{{email}}": Entry(
        Reach.ADMIN,
        "who stands in for a colleague",
        "email",
        body={"until": "2030-01-01", "stand_in": "rep@access.example"},
    ),
    f"DELETE {_V}/absences/{{email}}": Entry(Reach.ADMIN, "who stands in for a colleague", "email"),
    f"POST {_V}/changes/{{change_id}}/undo": Entry(Reach.OWN, "a change of one's own", "change"),
    f"GET {_V}/imports": Entry(Reach.ADMIN, "the files that were imported"),
    f"POST {_V}/imports/{{plural}}": Entry(Reach.ADMIN, "records of a file"),
    f"POST {_V}/imports/{{import_id}}/undo": Entry(Reach.ADMIN, "what an import made and changed"),
    f"GET {_V}/notifications": Entry(Reach.SCOPED, "what one was told"),
    f"POST {_V}/notifications/{{notification_id}}/read": Entry(Reach.OWN, "a notification", "notification"),
    f"POST {_V}/ai/diagnose": Entry(Reach.SCOPED, "the closed deals one sees", body={"at": "2025Q2"}),
    f"GET {_V}/search": Entry(Reach.SCOPED, "the records one sees, by their texts", query={"q": "example"}),
    f"GET {_V}/ai/leads/{{lead_id}}/score": Entry(Reach.RECORD, "the score of a lead"),
    f"POST {_V}/ai/leads/score": Entry(Reach.SCOPED, "the scores of leads one sees", body={"lead_ids": []}),
    f"GET {_V}/traces": Entry(Reach.SCOPED, "one's own traces; all for administrators"),
    f"GET {_V}/traces/{{trace_id}}": Entry(Reach.OWN, "a trace", "trace"),
    f"GET {_V}/session": Entry(Reach.SCOPED, "who is signed in", cookie_only=True),
    f"POST {_V}/session": Entry(Reach.PUBLIC, "a sign-in by token", body={"token": "rmk_nothing"}),
    f"POST {_V}/session/setup": Entry(
        Reach.PUBLIC,
        "the first administrator, with a link that is good once",
        body={"code": "nothing", "password": "a long password", "email": "a@access.example", "name": "A"},
    ),
    f"POST {_V}/session/password": Entry(
        Reach.PUBLIC,
        "a password, with a link that is good once",
        body={"code": "nothing", "password": "a long password"},
    ),
    f"POST {_V}/session/demo": Entry(Reach.PUBLIC, "a demo sign-in", body={"email": "admin@access.example"}),
    f"DELETE {_V}/session": Entry(Reach.PUBLIC, "the sign-out of the session sent along"),
    f"GET {_V}/openapi.json": Entry(Reach.PUBLIC, "the description of the routes"),
    "GET /healthz": Entry(Reach.PUBLIC, "whether the process lives"),
    "GET /readyz": Entry(Reach.PUBLIC, "whether the database is ready"),
    "GET /setup": Entry(Reach.PUBLIC, "the page of the first administrator"),
    "GET /welcome": Entry(Reach.PUBLIC, "the page of an invitation"),
    "GET /login": Entry(Reach.PUBLIC, "the sign-in page"),
    "GET /": Entry(Reach.SCOPED, "the page of a new conversation", page=True),
    "GET /c/{conversation}": Entry(Reach.OWN, "the page of a conversation", "conversation", page=True),
    "GET /favicon.ico": Entry(Reach.PUBLIC, "the icon of the pages"),
    "MOUNT /assets": Entry(Reach.PUBLIC, "style and script of the pages"),
    "MOUNT /_nicegui_ws": Entry(Reach.PUBLIC, "the socket of a page that was built for its reader"),
    "GET /_nicegui/*": Entry(Reach.PUBLIC, "style and script of the page library"),
    "MOUNT /_nicegui/*": Entry(Reach.PUBLIC, "style and script of the page library"),
}
VERBS_OF_RECORDS: dict[str, RecordAction] = {
    "read": RecordAction.READ, "check": RecordAction.READ, "find": RecordAction.READ, "summarise": RecordAction.READ,
    "create": RecordAction.CREATE,
    "update": RecordAction.UPDATE, "update_all": RecordAction.UPDATE, "delete": RecordAction.DELETE,
    "restore": RecordAction.DELETE, "merge": RecordAction.UPDATE,
}  # fmt: skip
"""What each verb of the record tools asks for, on its own kind."""
_OWNED = ("account", "contact", "lead", "opportunity", "learner")
_HANGING = ("interaction", "email", "call", "meeting", "sms", "whatsapp", "task", "note", "memory")
_SHARED = (
    "product", "stage", "campaign", "template", "objection", "trainer", "course", "batch", "assignment_rule",
    "assignment_plan", "qualification_criterion",
)  # fmt: skip
KINDS: dict[str, str] = {
    **dict.fromkeys(_OWNED, "where the owner, or what it hangs on, is seen"),
    **dict.fromkeys(_HANGING, "on a record that is seen, or one's own"),
    **dict.fromkeys(("stage_change", "lead_score", "lifecycle_change"), "read only, with its deal or lead"),
    **dict.fromkeys(("campaign_member", "objection_use", "enrolment", "qualification_answer"), "with what it links to"),
    **dict.fromkeys(_SHARED, "the workspace's, for all"),
    "quota": "one's own and one's team's",
}
"""Every kind of record, and who sees which of them."""
KEPT = ("stage_change", "lead_score", "lifecycle_change")
MERGED = ("account", "contact", "lead")
READING: dict[str, Entry] = {
    "GET {plural}": Entry(Reach.SCOPED, "the records of a kind that one sees"),
    "GET {plural}/export": Entry(Reach.SCOPED, "the records of a kind that one sees, as a file"),
    "GET {plural}/{{record_id}}": Entry(Reach.RECORD, "a record"),
}
CHANGING: dict[str, Entry] = {
    "POST {plural}": Entry(Reach.RECORD, "a new record, and what it points at", body={}),
    "PATCH {plural}/{{record_id}}": Entry(Reach.RECORD, "a record", body={"empty": ["nothing"]}),
    "DELETE {plural}/{{record_id}}": Entry(Reach.RECORD, "a proposal to delete a record"),
    "POST {plural}/{{record_id}}/restore": Entry(Reach.RECORD, "a proposal to bring a record back"),
    "POST {plural}/bulk": Entry(Reach.RECORD, "a proposal about many records", body={"action": "delete"}),
}
MERGING: dict[str, Entry] = {
    "POST {plural}/merge": Entry(
        Reach.RECORD, "a proposal to merge records", body={"keep": 999_999, "merge": [999_998]}
    )
}


def routes_of(kind: str) -> dict[str, Entry]:
    """The routes of a kind of record: all of them, but that what the program keeps is only read."""
    found = READING | ({} if kind in KEPT else CHANGING) | (MERGING if kind in MERGED else {})
    named = [(*route.split(" ", 1), entry) for route, entry in found.items()]
    return {f"{method} {_V}/{path.format(plural=RECORDS[kind].plural)}": entry for method, path, entry in named}


ROUTES |= {route: entry for kind in KINDS for route, entry in routes_of(kind).items()}
TOOLS: dict[str, tuple[Permission | Grant, str]] = {
    "find_leads": (Permission.LEADS_READ, "leads"),
    "find_duplicates": (Grant("contact", RecordAction.READ), "contacts, leads or accounts that look alike"),
    "search_records": (Permission.ACCOUNTS_READ, "records of every kind by their texts"),
    "merge_duplicates": (Grant("contact", RecordAction.UPDATE), "a contact, lead or account and its duplicates"),
    "enrich_record": (Grant("contact", RecordAction.UPDATE), "a contact, lead or account, and what is known of it"),
    "enrich_leads": (Grant("lead", RecordAction.UPDATE), "leads, and what is known of them"),
    "ask_provider": (Grant("contact", RecordAction.UPDATE), "a question about a record to a provider outside"),
    "assign_lead": (Grant("lead", RecordAction.UPDATE), "a lead, and the colleagues one sees"),
    "assign_leads": (Grant("lead", RecordAction.UPDATE), "leads nobody owns, and the colleagues one sees"),
    "qualify_record": (Grant("lead", RecordAction.READ), "a lead or deal and all that was said about it"),
    "set_qualification": (Grant("qualification_answer", RecordAction.CREATE), "an answer about a lead or deal"),
    "score_lead": (Permission.LEADS_READ, "a lead and what happened with it"),
    "lead_score_history": (Permission.LEADS_READ, "the scores of a lead"),
    "prioritise_leads": (Permission.LEADS_READ, "leads"),
    "lead_lifecycle": (Permission.LEADS_READ, "the history of leads"),
    "convert_lead": (Grant("lead", RecordAction.UPDATE), "a lead, contacts and accounts like it, and a new deal"),
    "brief_record": (Permission.ACCOUNTS_READ, "a record and all that hangs on it"),
    "pipeline": (Permission.OPPORTUNITIES_READ, "open deals"),
    "find_opportunities": (Permission.OPPORTUNITIES_READ, "deals"),
    "draft_email": (Permission.MESSAGES_DRAFT, "the history of a record"),
    "revise_draft": (Permission.MESSAGES_DRAFT, "the last draft of the conversation"),
    "call_script": (Permission.MESSAGES_DRAFT, "the history of a record"),
    "send_email": (Permission.MESSAGES_SEND, "a message to a contact or lead"),
    "explain_win_rate": (Permission.ANALYTICS_READ, "closed deals"),
    "win_rate": (Permission.ANALYTICS_READ, "closed deals"),
    "create_task": (Permission.TASKS_WRITE, "a new task"),
    "overdue_tasks": (Permission.TASKS_READ, "tasks"),
    "next_best_action": (Permission.OPPORTUNITIES_READ, "deals, leads, tasks and what was said"),
    "workspace_rules": (Permission.ANALYTICS_READ, "the rules of the workspace, for all"),
    "set_rule": (Permission.POLICY_MANAGE, "a rule of the workspace"),
    "list_permissions": (Permission.ANALYTICS_READ, "what one's own role may do; all roles for administrators"),
    "set_permission": (Permission.POLICY_MANAGE, "what a role may do with a kind of record"),
    "set_field_shown": (Permission.POLICY_MANAGE, "which fields a role sees"),
    "list_fields": (Permission.ANALYTICS_READ, "the workspace's own fields that one sees"),
    "set_custom_field": (Permission.POLICY_MANAGE, "a field of the workspace's own"),
    "exchange_rates": (Permission.ANALYTICS_READ, "the rates of exchange, for all"),
    "set_exchange_rate": (Permission.POLICY_MANAGE, "rates of exchange"),
    "win_loss_patterns": (Permission.ANALYTICS_READ, "closed deals"),
    "list_changes": (Permission.ACCOUNTS_READ, "changes of records one sees, without hidden fields"),
    "undo_changes": (Permission.EFFECTS_PROPOSE, "one's own changes"),
    "recap_conversation": (Permission.ACCOUNTS_READ, "a conversation of one's own"),
    "remember": (Grant("memory", RecordAction.CREATE), "a new memory, or fields of the person it is about"),
    "recall": (Grant("memory", RecordAction.READ), "what is remembered of a record, its notes and exchanges"),
    "forget": (Grant("memory", RecordAction.DELETE), "what is remembered of a record"),
    "gather_memories": (Grant("memory", RecordAction.CREATE), "the notes and exchanges of a record"),
}
VERBS: dict[str, Entry] = {
    "ask": Entry(Reach.SCOPED, "a turn of one's own", args=("what is my pipeline",)),
    "chat": Entry(Reach.SCOPED, "turns of one's own"),
    "diagnose": Entry(Reach.SCOPED, "the closed deals one sees", args=("--at", "2025Q2")),
    "score leads": Entry(Reach.SCOPED, "leads one sees"),
    "score rules": Entry(Reach.SCOPED, "the rules of scores; set by administrators"),
    "traces list": Entry(Reach.SCOPED, "one's own traces; all for administrators"),
    "traces show": Entry(Reach.OWN, "a trace", "trace", args=("{id}",)),
    "proposals list": Entry(Reach.SCOPED, "proposals of the people one sees"),
    "proposals approve": Entry(Reach.OWN, "a decision", "proposal", args=("{id}",)),
    "proposals decline": Entry(Reach.OWN, "a decision", "proposal", args=("{id}",)),
    "proposals undo": Entry(Reach.OWN, "what an approved proposal changed", "proposal", args=("{id}",)),
    "proposals settle": Entry(Reach.OWN, "what became of a message in doubt", "proposal", args=("{id}", "--arrived")),
    "policy list": Entry(Reach.ADMIN, "the rules of effects"),
    "policy set": Entry(Reach.ADMIN, "the rules of effects", args=("WRITE", "propose")),
    "rules list": Entry(Reach.SCOPED, "the rules of the workspace, for all"),
    "rules set": Entry(Reach.ADMIN, "a rule of the workspace", args=("week_start", "sunday")),
    "rates list": Entry(Reach.SCOPED, "the rates of exchange, for all"),
    "rates add": Entry(Reach.ADMIN, "a rate of exchange", args=("EUR", "1.08", "--from", "2025-05-01")),
    "rates import": Entry(Reach.ADMIN, "rates of exchange of a file", args=("{file}",)),
    "permissions list": Entry(Reach.ADMIN, "the permission matrix"),
    "permissions grant": Entry(Reach.ADMIN, "a cell of the matrix", args=("manager", "products", "update")),
    "permissions deny": Entry(Reach.ADMIN, "a cell of the matrix", args=("rep", "contacts", "export")),
    "permissions reset": Entry(Reach.ADMIN, "a cell of the matrix", args=("rep", "contacts", "export")),
    "fields list": Entry(Reach.SCOPED, "the workspace's own fields; what is hidden for administrators"),
    "fields add": Entry(Reach.ADMIN, "a field of the workspace's own", args=("accounts", "seats")),
    "fields rename": Entry(Reach.ADMIN, "a field of the workspace's own", args=("accounts", "seats", "licences")),
    "fields remove": Entry(Reach.ADMIN, "a field of the workspace's own", args=("accounts", "seats")),
    "fields hide": Entry(Reach.ADMIN, "which fields a role sees", args=("rep", "opportunities", "amount")),
    "fields show": Entry(Reach.ADMIN, "which fields a role sees", args=("rep", "opportunities", "amount")),
    "users away": Entry(Reach.LOCAL, "an absence; one's own, or for administrators anybody's"),
    "users back": Entry(Reach.LOCAL, "the same, taken back"),
    "users list": Entry(Reach.SCOPED, "the colleagues one sees"),
    "users add": Entry(Reach.ADMIN, "a new colleague", args=("new@access.example", "--name", "New")),
    "users disable": Entry(Reach.ADMIN, "a colleague's way in", args=("peer@access.example",)),
    "users change": Entry(Reach.ADMIN, "a colleague's role", args=("rep@access.example", "--name", "Rep")),
    "users enable": Entry(Reach.ADMIN, "a colleague's way in", args=("peer@access.example",)),
    "users invite": Entry(Reach.ADMIN, "a link for a colleague", args=("guest@access.example", "--name", "Guest")),
    "users reset": Entry(Reach.ADMIN, "a link for a colleague", args=("rep@access.example",)),
    "teams add": Entry(Reach.ADMIN, "a new team", args=("New team",)),
    "teams list": Entry(Reach.ADMIN, "the teams"),
    "tokens list": Entry(Reach.ADMIN, "the ways in for programs"),
    "audit verify": Entry(Reach.LOCAL, "the audit chain"),
    "audit anchor": Entry(Reach.LOCAL, "the end of the audit chain"),
    "db backup": Entry(Reach.LOCAL, "a file of the whole workspace"),
    "db restore": Entry(Reach.LOCAL, "the workspace, from such a file"),
    "db upgrade": Entry(Reach.LOCAL, "the tables"),
    "db downgrade": Entry(Reach.LOCAL, "the tables"),
    "tokens create": Entry(Reach.ADMIN, "a way in for a program", args=("--for", "rival@access.example")),
    "tokens revoke": Entry(Reach.ADMIN, "a way in for a program", args=("tk_none",)),
    "import": Entry(Reach.ADMIN, "records of a file", args=("deals", "{file}")),
    "imports list": Entry(Reach.ADMIN, "the files that were imported"),
    "imports undo": Entry(Reach.ADMIN, "what an import made and changed", args=("im_none",)),
    "export": Entry(Reach.SCOPED, "the records of a kind that one sees, as a file", args=("contacts",)),
    "erase": Entry(Reach.ADMIN, "everything that is kept of a person", args=("contact", "999999", "--yes")),
    "worker": Entry(Reach.LOCAL, "the worker"),
    "demo": Entry(Reach.LOCAL, "an empty workspace"),
    "serve": Entry(Reach.LOCAL, "the server"),
    "check-config": Entry(Reach.LOCAL, "the settings"),
    "bench": Entry(Reach.LOCAL, "figures of speed"),
    "evals run": Entry(Reach.LOCAL, "figures of understanding"),
}
OTHERS: dict[str, Entry] = {}
"""MCP tools as `mcp NAME`, Slack actions as `slack NAME`."""
