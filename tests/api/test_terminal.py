"""The terminal door, as a person uses it: the program started anew each time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from agent.schema import TurnAnswer
from api.cli.output import print_table
from api.schemas import DiagnosisShape
from db.settings import WorkspaceSettings
from tests.agent.conftest import SECRET

PROGRAM = Path(sys.executable).parent / "rainmaker"
DEALS = """deal_id,created_date,closed_date,region,lead_source,deal_amount,outcome
D1,2025-01-02,2025-02-01,EMEA,Inbound,1000,Won
D2,2025-01-03,2025-02-05,APAC,Outbound,2000,Lost
D3,2025-01-03,not a date,APAC,Outbound,2000,Lost
"""


@pytest.fixture
def run(settings: WorkspaceSettings, tmp_path: Path) -> Any:
    def running(*arguments: str, ok: bool = True, **environment: str) -> subprocess.CompletedProcess[str]:
        mine = {
            "RAINMAKER_DATABASE_URL": settings.database_url, "RAINMAKER_SECRET_KEY": SECRET, "PATH": os.environ["PATH"],
            "HOME": str(tmp_path), "OPENBLAS_NUM_THREADS": "1",
        }  # fmt: skip
        done = subprocess.run(  # noqa: S603 - our own program
            [str(PROGRAM), *arguments],
            env=mine | environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode == 0) is ok, done.stderr
        return done

    return running


def test_ask_gives_the_published_json_and_nothing_else(run: Any) -> None:
    done = run("ask", "why did win rate drop", "--as", "manager@demo.example", "--json")
    answer = TurnAnswer.model_validate_json(done.stdout)
    assert answer.steps[0].tool == "explain_win_rate"


def test_a_second_question_goes_on_with_the_conversation(run: Any) -> None:
    first = json.loads(run("ask", "what is our win rate", "--as", "executive@demo.example", "--json").stdout)
    second = json.loads(run("ask", "and for APAC only?", "--as", "executive@demo.example", "--json").stdout)
    assert second["conversation"] == first["conversation"]
    assert second["steps"][0]["args"]["filters"] == {"region": ["APAC"]}


def test_diagnose_gives_the_published_json(run: Any) -> None:
    found = json.loads(run("diagnose", "--as", "executive@demo.example", "--json").stdout)
    DiagnosisShape.model_validate(found)
    assert (found["verdict"], found["top"]["segment"]) == ("rate_change", "Pro")


def test_an_import_keeps_the_good_rows_and_sets_the_bad_ones_aside(run: Any, tmp_path: Path) -> None:
    (tmp_path / "deals.csv").write_text(DEALS)
    url = f"sqlite:///{tmp_path / 'new.db'}"
    first = json.loads(run("import", "deals", "deals.csv", "--json", RAINMAKER_DATABASE_URL=url).stdout)
    again = json.loads(run("import", "deals", "deals.csv", "--json", RAINMAKER_DATABASE_URL=url).stdout)
    assert (first["created"], first["rejected"], again["created"], again["unchanged"]) == (2, 1, 0, 2)
    assert "D3" in Path(first["rejected_file"]).read_text()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("ask", "hi", "--as", "nobody@demo.example"), "There is no active person"),
        (("ask", "x" * 9_000), "9,000 characters"),
        (("diagnose", "--at", "spring"), "is not a period"),
        (("diagnose", "--csv", "missing.csv"), "missing.csv"),
        (("diagnose", "--period", "week"), "is not a length of period"),
        (("import", "deals", "missing.csv"), "missing.csv"),
        (("import", "wishes", "missing.csv"), "is not a kind of record that can be imported"),
        (("demo", "--as-of", "tomorrow"), "is not a date"),
        (("demo",), "already holds"),
        (("traces", "show", "0" * 32), "There is no trace"),
    ],
)
def test_bad_input_ends_in_one_sentence_on_standard_error(run: Any, arguments: tuple[str, ...], sentence: str) -> None:
    done = run(*arguments, ok=False)
    assert sentence in done.stderr
    assert (done.stdout, done.stderr.count("\n")) == ("", 1)


def test_an_empty_database_says_what_to_do(run: Any, tmp_path: Path) -> None:
    done = run("ask", "hi", ok=False, RAINMAKER_DATABASE_URL=f"sqlite:///{tmp_path / 'none.db'}")
    assert "rainmaker demo" in done.stderr


def test_check_config_names_the_wrong_value(run: Any) -> None:
    done = run("check-config", ok=False, RAINMAKER_TIMEZONE="Mars/Olympus")
    assert "Mars/Olympus" in done.stdout
    assert "Traceback" not in done.stderr


def test_a_trace_is_shown_as_a_waterfall(run: Any) -> None:
    answer = json.loads(run("ask", "what is my pipeline", "--as", "rep@demo.example", "--json").stdout)
    shown = run("traces", "show", answer["trace_id"], "--as", "rep@demo.example").stdout
    assert "execute_tool pipeline" in shown


def test_a_token_made_here_is_shown_once_and_can_be_revoked(run: Any) -> None:
    made = json.loads(run("tokens", "create", "--for", "rep@demo.example", "--json").stdout)
    assert made["token"].startswith("rmk_")
    run("tokens", "revoke", made["id"])
    run("tokens", "revoke", made["id"], ok=False)


@pytest.mark.parametrize("on_a_terminal", [True, False])
def test_a_table_cuts_no_id_however_narrow_it_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *, on_a_terminal: bool
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("FORCE_COLOR", "1" if on_a_terminal else "")
    ids = [f"{letter}{'0' * 60}" for letter in "abc"]
    print_table(("proposal", "again", "what became of it"), [(one, one, f"in doubt: see <{one}@x>") for one in ids])
    shown = capsys.readouterr().out
    assert [shown.count(one) for one in ids] == [3, 3, 3]
