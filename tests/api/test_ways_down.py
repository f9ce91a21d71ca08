"""Down to no tables and back by the terminal: the same workspace, and its audit chain holds."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy.engine import URL
from typer.testing import CliRunner, Result

from api.cli import app
from api.cli.output import failing_in_words


def run(*arguments: str, said: str = "") -> Result:
    with failing_in_words():
        return CliRunner().invoke(app, [*arguments], input=said)


@pytest.fixture
def workspace(sqlite_url: URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with a person in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RAINMAKER_DATABASE_URL", f"sqlite:///{sqlite_url.database}")
    monkeypatch.setenv("RAINMAKER_SECRET_KEY", "only for tests")
    run("users", "add", "anna@real.example", "--name", "Anna", "--role", "admin")
    return Path(str(sqlite_url.database))


def down(*more: str) -> Result:
    return run("db", "downgrade", "--to", "base", "--yes", *more)


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


def test_a_way_down_is_asked_about_and_not_gone_unless_agreed(workspace: Path) -> None:
    asked = run("db", "downgrade", said="n\n")
    assert (asked.exit_code, "Go on?" in asked.stderr) == (1, True)
    assert "Say --yes" in run("db", "downgrade", "--json").stderr
    assert run("users", "list").exit_code == 0
    assert run("db", "downgrade", said="y\n").exit_code == 0


@pytest.mark.parametrize("verb", [("downgrade", "--yes"), ("upgrade",)])
def test_the_tables_are_not_moved_under_a_process_that_has_them_open(workspace: Path, verb: tuple[str, ...]) -> None:
    if verb[0] == "upgrade":
        run("db", "downgrade", "--yes")
    with contextlib.closing(sqlite3.connect(workspace)) as other:
        other.execute("PRAGMA journal_mode=WAL")
        other.execute("SELECT count(*) FROM users").fetchall()
        refused = run("db", *verb)
    assert (refused.exit_code, "Stop the server first" in refused.stderr) == (1, True)
    assert run("db", *verb).exit_code == 0


def test_an_upgrade_that_changes_nothing_minds_nobody(workspace: Path) -> None:
    with contextlib.closing(sqlite3.connect(workspace)) as other:
        other.execute("SELECT count(*) FROM users").fetchall()
        assert "nothing was changed" in run("db", "upgrade").stdout


def test_a_file_that_is_not_there_is_said_before_anything_is_asked(workspace: Path) -> None:
    done = run("db", "restore", "none.gz", said="y\n")
    assert (done.exit_code, done.stderr) == (1, "There is no file none.gz to restore. Nothing was changed.\n")
