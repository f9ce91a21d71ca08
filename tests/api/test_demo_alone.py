"""The demo's people, who need no password, never come where somebody real works."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from sqlalchemy.engine import URL
from typer.testing import CliRunner, Result

from agent.settings import AgentSettings
from api.app import build
from api.cli import app
from api.cli.output import failing_in_words
from api.settings import ServerSettings
from db.repositories import signing_in
from db.settings import WorkspaceSettings
from tests.api.test_people import PASSWORD, SESSION


def run(*arguments: str) -> Result:
    with failing_in_words():
        return CliRunner().invoke(app, [*arguments])


@pytest.fixture
def fresh(sqlite_url: URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WorkspaceSettings:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RAINMAKER_DATABASE_URL", f"sqlite:///{sqlite_url.database}")
    monkeypatch.setenv("RAINMAKER_SECRET_KEY", "only for tests")
    return WorkspaceSettings()


def test_no_demo_beside_a_person_that_was_added(fresh: WorkspaceSettings) -> None:
    assert run("users", "add", "anna@real.example", "--name", "Anna", "--role", "admin").exit_code == 0
    done = run("demo")
    assert (done.exit_code, "already holds people" in done.stderr) == (1, True)
    assert "demo.example" not in run("users", "list", "--json").stdout


def test_no_demo_beside_a_question_that_was_asked(fresh: WorkspaceSettings) -> None:
    assert run("ask", "what is my pipeline").exit_code == 0
    assert "already holds" in run("demo").stderr


def test_a_question_about_deals_that_were_never_brought_in_points_to_the_import(fresh: WorkspaceSettings) -> None:
    said = run("ask", "what is my pipeline").stdout
    assert "“rainmaker import deals deals.csv”" in said


@pytest.mark.anyio
async def test_who_set_the_workspace_up_is_not_offered_the_demo(fresh: WorkspaceSettings) -> None:
    application = build(fresh, AgentSettings(OPENAI_API_KEY=None, OPENAI_BASE_URL=None), ServerSettings())
    transport = httpx.ASGITransport(application, client=("127.0.0.1", 50_000))
    async with (
        application.router.lifespan_context(application),
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as browser,
    ):
        async with application.state.runtime.database.write() as session:
            code = await signing_in.link(session, signing_in.Purpose.SETUP, None)
        body = {"email": "anna@real.example", "name": "Anna", "password": PASSWORD, "code": code}
        assert (await browser.post(f"{SESSION}/setup", json=body)).status_code == 200
        page = (await browser.get("/")).text
    assert "rainmaker import deals" in page
    assert "rainmaker demo" not in page
