"""A verb that makes no workspace leaves nothing behind where there is none, and says how one is made."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from api.cli import app
from api.cli.output import failing_in_words
from tests.access.table import VERBS

MAKING = {"demo", "import", "serve", "users add", "users invite", "teams add"}
WITHOUT = {"bench", "evals run", "check-config"}
"""Verbs that need no workspace."""
ARGUMENTS = {
    "users away": ("rep@access.example", "--until", "2030-01-01", "--stand-in", "peer@access.example"),
    "users back": ("rep@access.example",),
    "worker": ("--once",),
}
DEALS = "deal_id,created_date,closed_date,region,deal_amount,outcome\nD1,2025-01-02,2025-02-01,EMEA,1000,Won\n"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RAINMAKER_DATABASE_URL", f"sqlite:///{tmp_path / 'var' / 'none.db'}")
    for name in ("RAINMAKER_SECRET_KEY", "OPENAI_API_KEY", "OPENAI_BASE_URL", "SMTP_URL"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "var"


def run(*arguments: str) -> Result:
    with failing_in_words():
        return CliRunner().invoke(app, [*arguments], input="hi\n")


@pytest.mark.parametrize("verb", sorted(VERBS.keys() - MAKING - WITHOUT - {"db restore"}))
def test_a_missing_workspace_is_named_and_not_made(place: Path, verb: str) -> None:
    rates = place.parent / "rates.csv"
    rates.write_text("currency,rate,from\nEUR,1.08,2025-01-01\n", encoding="utf-8")
    told = [one.replace("{file}", str(rates)) for one in ARGUMENTS.get(verb, VERBS[verb].args)]
    done = run(*verb.split(), *told)
    assert done.exit_code == 1, done.output
    assert f"There is no workspace at {place / 'none.db'}. Run “rainmaker demo”" in done.stderr
    assert (done.stdout, done.stderr.count("\n"), place.exists()) == ("", 1, False)


def test_no_workspace_is_made_for_a_file_that_is_no_backup(place: Path) -> None:
    Path("text").write_text("hello")
    assert "is not a whole backup" in run("db", "restore", "text", "--yes").stderr
    assert not place.exists()


def test_no_workspace_is_made_to_check_the_settings(place: Path) -> None:
    assert run("check-config").exit_code == 0
    assert not place.exists()


def test_a_dry_run_tells_what_a_new_workspace_would_hold_and_makes_none(place: Path) -> None:
    Path("deals.csv").write_text(DEALS)
    done = run("import", "deals", "deals.csv", "--dry-run", "--json")
    assert json.loads(done.stdout)["created"] == 1
    assert not place.exists()


def test_no_workspace_is_made_for_a_server_that_is_refused(place: Path) -> None:
    done = run("serve", "--host", "0.0.0.0", "--port", "18473")  # noqa: S104 - refused
    assert "RAINMAKER_SECRET_KEY is not set" in done.stderr
    assert not place.exists()
