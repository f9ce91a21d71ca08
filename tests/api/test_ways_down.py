"""Down to no tables and back by the terminal: the same workspace, and its audit chain holds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy.engine import URL
from typer.testing import CliRunner, Result

from api.cli import app
from api.cli.output import failing_in_words


def run(*arguments: str) -> Result:
    with failing_in_words():
        return CliRunner().invoke(app, [*arguments])


@pytest.fixture
def workspace(sqlite_url: URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with a person in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RAINMAKER_DATABASE_URL", f"sqlite:///{sqlite_url.database}")
    monkeypatch.setenv("RAINMAKER_SECRET_KEY", "only for tests")
    run("users", "add", "anna@real.example", "--name", "Anna", "--role", "admin")
    return Path(str(sqlite_url.database))


def down(*more: str) -> Result:
    return run("db", "downgrade", "--to", "base", *more)


def test_a_backup_comes_back_where_no_tables_are_left_and_the_chain_holds(workspace: Path) -> None:
    kept = json.loads(down("--json").stdout)["backup"]
    assert "This database is empty" in run("ask", "hi").stderr
    done = run("db", "restore", kept, "--yes")
    assert (done.exit_code, "rows" in done.stdout) == (0, True)
    assert run("audit", "verify").exit_code == 0
    assert "anna@real.example" in run("users", "list", "--json").stdout


@pytest.mark.parametrize("verb", [("demo",), ("users", "add", "b@real.example", "--name", "B", "--role", "admin")])
def test_another_workspace_is_begun_where_no_tables_are_left(workspace: Path, verb: tuple[str, ...]) -> None:
    down("--json")
    assert run(*verb).exit_code == 0
    assert run("audit", "verify").exit_code == 0
