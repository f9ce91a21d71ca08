"""Decisions, rules and absences in the terminal."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from api.cli import app
from api.cli.output import failing_in_words
from db.settings import WorkspaceSettings
from tests.agent.conftest import SECRET

REP, MANAGER, OTHER = "rep@demo.example", "manager@demo.example", "executive@demo.example"
REMIND = ("ask", "remind me to order the brochures tomorrow at 10", "--as", REP)


@pytest.fixture
def verb(settings: WorkspaceSettings, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A verb of the program: its JSON, or with `ok=False` the sentence it fails with."""
    monkeypatch.setenv("RAINMAKER_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("RAINMAKER_SECRET_KEY", SECRET)
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "SMTP_URL"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str, ok: bool = True) -> Any:
        with failing_in_words():
            done: Result = CliRunner().invoke(app, [*arguments, *(["--json"] if ok else [])])
        assert (done.exit_code == 0) is ok, done.stderr
        return json.loads(done.stdout) if ok else done.stderr.strip()

    return run


def test_a_rule_is_set_and_shown_and_an_unsafe_one_is_refused(verb: Any) -> None:
    assert verb("policy", "set", "write", "four_eyes")["before"]["rule"] == "apply_own_words"
    rules = {one["effect"]: one["rule"] for one in verb("policy", "list")}
    assert (rules["WRITE"], rules["OUTWARD"]) == ("four_eyes", "propose")
    assert "always needs a person's approval" in verb("policy", "set", "OUTWARD", "apply_own_words", ok=False)
    assert "you may not do this" in verb("policy", "set", "WRITE", "forbid", "--as", REP, ok=False)
    assert "“SHOUT” is none" in verb("policy", "set", "SHOUT", "forbid", ok=False)


def test_a_proposal_waits_for_the_manager_and_is_approved_once(verb: Any) -> None:
    verb("policy", "set", "WRITE", "four_eyes")
    (proposal,) = verb(*REMIND)["proposals"]
    assert "Somebody else has to approve" in verb("proposals", "approve", proposal["id"], "--as", REP, ok=False)
    (listed,) = verb("proposals", "list", "--as", MANAGER)
    assert (listed["mine"], listed["asker"], listed["waits_for"]) == (True, listed["asker"], proposal["waits_for"])
    wrong = verb("proposals", "approve", proposal["id"], "--as", MANAGER, "--digest", "0", ok=False)
    assert "changed" in wrong
    assert verb("proposals", "approve", proposal["id"], "--as", MANAGER)["status"] == "applied"
    assert "decided before" in verb("proposals", "decline", proposal["id"], "--as", REP, ok=False)
    assert verb("proposals", "undo", proposal["id"], "--as", REP)["undone"] is True
    assert "taken back before" in verb("proposals", "undo", proposal["id"], "--as", REP, ok=False)


def test_a_stand_in_decides_while_the_manager_is_away(verb: Any) -> None:
    verb("policy", "set", "WRITE", "four_eyes")
    until = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
    (proposal,) = verb(*REMIND)["proposals"]
    peer = next(one["email"] for one in verb("users", "list") if one["role"] == "rep" and one["email"] != REP)
    assert "There is no proposal" in verb("proposals", "approve", proposal["id"], "--as", peer, ok=False)
    assert verb("users", "away", MANAGER, "--until", until, "--stand-in", peer)["stand_in"] == peer
    assert verb("proposals", "approve", proposal["id"], "--as", peer)["status"] == "applied"
    assert verb("users", "back", MANAGER)["away"] is False


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("users", "away", MANAGER, "--until", "soon", "--stand-in", OTHER), "is not a date"),
        (("users", "away", MANAGER, "--until", "2020-01-01", "--stand-in", OTHER), "over before it begins"),
        (("users", "away", MANAGER, "--until", "2099-01-01", "--stand-in", MANAGER), "for oneself"),
        (("users", "away", MANAGER, "--until", "2099-01-01", "--stand-in", "x@y.example"), "no active person"),
        (("users", "away", MANAGER, "--until", "2099-01-01", "--stand-in", OTHER, "--as", REP), "may not do this"),
        (("users", "back", MANAGER), "There is no absence"),
        (("proposals", "settle", "pr_none"), "--arrived or --not-arrived"),
        (("proposals", "settle", "pr_none", "--arrived"), "There is no proposal"),
    ],
)
def test_what_cannot_be_is_one_sentence(verb: Any, arguments: tuple[str, ...], sentence: str) -> None:
    assert sentence in verb(*arguments, ok=False)
