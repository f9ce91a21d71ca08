"""Every terminal verb as everybody: `--as` opens no more than a token does."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from api.cli import app
from db.access import GRANTS, Permission, Role
from tests.access.company import ACTORS, STAFF, sees
from tests.access.conftest import SECRET, Seeded
from tests.access.table import VERBS, Entry, Reach

Run = Callable[..., Result]
GONE = ("disabled@access.example", "removed@access.example", "nobody@access.example")
_DEALS = "deal_id,created_date,closed_date,region,deal_amount,outcome\nD1,2025-01-02,2025-02-01,EMEA,1000,Won\n"
_RATES = "currency,rate,date\nGBP,1.27,2025-05-01\n"
_JSON = frozenset(VERBS) - {"chat", "serve"}


@pytest.fixture
def run(seeded: Seeded, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    monkeypatch.setenv("RAINMAKER_DATABASE_URL", seeded.settings.database_url)
    monkeypatch.setenv("RAINMAKER_SECRET_KEY", SECRET)
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "SMTP_URL"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "deals.csv").write_text(_DEALS)
    (tmp_path / "rates.csv").write_text(_RATES)

    def running(verb: str, entry: Entry, email: str, key: str = "") -> Result:
        file = str(tmp_path / ("rates.csv" if verb == "rates import" else "deals.csv"))
        args = [one.replace("{id}", key).replace("{file}", file) for one in entry.args]
        json_too = ["--json"] if verb in _JSON else []
        return CliRunner().invoke(app, [*verb.split(), *args, "--as", email, *json_too], input="what is my pipeline\n")

    return running


def verbs(*reach: Reach) -> list[tuple[str, Entry]]:
    return [(verb, entry) for verb, entry in VERBS.items() if entry.reach in reach]


@pytest.mark.parametrize("email", GONE)
def test_who_is_gone_may_run_no_verb(seeded: Seeded, run: Run, email: str) -> None:
    for verb, entry in verbs(Reach.SCOPED, Reach.OWN, Reach.ADMIN):
        done = run(verb, entry, email, str(seeded.company.ids.get((entry.names, "rep"), "")))
        assert done.exit_code == 1, (verb, done.output)
        assert f"There is no active person {email}." in done.output
        assert not seeded.company.leaks("nobody", done.output)


@pytest.mark.parametrize("who", ACTORS)
def test_a_verb_shows_what_the_person_sees(seeded: Seeded, run: Run, who: str) -> None:
    for verb, entry in verbs(Reach.SCOPED):
        done = run(verb, entry, f"{who}@access.example")
        assert done.exit_code == 0, (verb, done.output)
        assert not seeded.company.leaks(who, done.output), verb


@pytest.mark.parametrize("who", ["rep", "manager", "executive", "admin"])
def test_what_belongs_to_others_does_not_exist(seeded: Seeded, run: Run, who: str) -> None:
    for verb, entry in verbs(Reach.OWN):
        missing = run(verb, entry, f"{who}@access.example", "0" * 32)
        assert missing.exit_code == 1, (verb, missing.output)
        for owner in ACTORS:
            key = str(seeded.company.ids[entry.names, owner])
            if owner == who or sees(who, entry.names, owner):
                continue
            done = run(verb, entry, f"{who}@access.example", key)
            assert done.output.replace(key, "ID") == missing.output.replace("0" * 32, "ID"), (verb, owner)


@pytest.mark.parametrize("who", ["rep", "manager", "executive"])
def test_a_colleagues_proposal_is_read_and_never_decided(seeded: Seeded, run: Run, who: str) -> None:
    for verb in ("proposals approve", "proposals decline"):
        for owner in ACTORS:
            if owner != who:
                key = str(seeded.company.ids["proposal", owner])
                assert f"There is no proposal {key}." in run(verb, VERBS[verb], f"{who}@access.example", key).output


@pytest.mark.parametrize("who", ["rep", "manager", "executive", "rival"])
def test_what_is_the_administrators_is_refused_to_everybody_else(seeded: Seeded, run: Run, who: str) -> None:
    for verb, entry in verbs(Reach.ADMIN):
        done = run(verb, entry, f"{who}@access.example")
        assert done.exit_code == 1, (verb, done.output)
        assert f"As {STAFF[who][0]} you may not do this" in done.output, verb


def test_the_administrator_may(seeded: Seeded, run: Run) -> None:
    done = {verb: run(verb, entry, "admin@access.example") for verb, entry in verbs(Reach.ADMIN)}
    # These name something that is not there.
    missing = {"tokens revoke", "erase", "imports undo"}
    assert {verb: one.exit_code for verb, one in done.items()} == {verb: int(verb in missing) for verb in done}
    assert json.loads(done["users add"].output)["email"] == "new@access.example"


def test_every_permission_is_somebodys_and_the_administrator_has_all() -> None:
    assert GRANTS[Role.ADMIN] == frozenset(Permission)
    assert all(GRANTS[role] <= GRANTS[Role.ADMIN] for role in Role)
