"""`check-config` tries what the settings name, says the reason of each in a line, and prints no secret."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from api.cli import app
from api.cli.output import failing_in_words
from api.settings import ServerSettings
from evals.doubles.mail import mail_server

SECRET = "sk-not-to-be-printed"


class _Endpoint(BaseHTTPRequestHandler):
    """Lists one model, takes traces, and knows the key `SECRET`."""

    def do_GET(self) -> None:
        known = SECRET in self.headers["Authorization"] or self.headers["Authorization"].startswith("Basic")
        self._answer(200 if known else 401, {"data": [{"id": "models/mine"}]})

    def do_POST(self) -> None:
        self._answer(200 if self.path == "/v1/traces" else 404, {})

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def endpoint() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Endpoint) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://user:{SECRET}@127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What is found with some settings: names with whether they are in order, and all that was printed."""
    monkeypatch.setenv("RAINMAKER_DATABASE_URL", f"sqlite:///{tmp_path / 'none.db'}")
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "SMTP_URL", "OTEL_EXPORTER_OTLP_ENDPOINT", "LANGFUSE_PUBLIC_KEY"):
        monkeypatch.delenv(name, raising=False)

    def run(*flags: str, **environment: str) -> tuple[dict[str, bool], str]:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        with failing_in_words():
            done = CliRunner().invoke(app, ["check-config", *flags, "--json"])
        found = json.loads(done.stdout)
        assert (done.exit_code == 0) is found["ok"]
        assert SECRET not in done.output
        return {one["what"]: one["ok"] for one in found["findings"]}, done.stdout

    return run


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_what_answers_is_in_order(checked: Any, endpoint: str) -> None:
    with mail_server() as mail:
        found, said = checked(
            OPENAI_API_KEY=SECRET, OPENAI_BASE_URL=endpoint, RAINMAKER_MODEL="mine", SMTP_URL=mail.url,
            OTEL_EXPORTER_OTLP_ENDPOINT=endpoint, LANGFUSE_PUBLIC_KEY="pk", LANGFUSE_SECRET_KEY=SECRET,
            LANGFUSE_HOST=endpoint,
        )  # fmt: skip
        assert mail.messages == []
    assert [what for what in found if found[what]] == [
        "workspace", "model", "server", "database", "model endpoint", "OTLP receiver", "Langfuse", "mail server",
    ]  # fmt: skip
    assert "offers mine" in said


def test_what_is_not_there_is_wrong_with_its_reason(checked: Any) -> None:
    nowhere = f"http://user:{SECRET}@127.0.0.1:{closed_port()}"
    found, said = checked(
        OPENAI_API_KEY=SECRET, OPENAI_BASE_URL=nowhere, SMTP_URL=nowhere.replace("http", "smtp"),
        OTEL_EXPORTER_OTLP_ENDPOINT=nowhere, LANGFUSE_PUBLIC_KEY="pk", LANGFUSE_SECRET_KEY=SECRET,
        LANGFUSE_HOST=nowhere, RAINMAKER_DATABASE_URL=nowhere.replace("http", "postgresql") + "/r",
    )  # fmt: skip
    assert {what for what, ok in found.items() if not ok} == {
        "database", "model endpoint", "OTLP receiver", "Langfuse", "mail server",
    }  # fmt: skip
    assert said.count("onnection refused") == 2
    assert said.count("could not be reached") == 4


@pytest.mark.parametrize(
    ("key", "model", "says"), [("wrong", "mine", "refused the key"), (SECRET, "other", "does not offer “other”, but")]
)
def test_a_key_and_a_model_the_endpoint_does_not_know_are_named(
    checked: Any, endpoint: str, key: str, model: str, says: str
) -> None:
    plain = endpoint.replace(f"user:{SECRET}@", "")
    found, said = checked(OPENAI_API_KEY=key, OPENAI_BASE_URL=plain, RAINMAKER_MODEL=model)
    assert (found["model endpoint"], says in said) == (False, True)


def test_offline_connects_to_nothing(checked: Any) -> None:
    nowhere = f"http://127.0.0.1:{closed_port()}"
    found, _ = checked("--offline", OPENAI_BASE_URL=nowhere, OTEL_EXPORTER_OTLP_ENDPOINT=nowhere)
    assert found == {"workspace": True, "model": True, "server": True, "database": True}


def test_a_file_that_is_no_database_is_wrong(checked: Any, tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("no database at all, only words " * 99)
    found, said = checked(RAINMAKER_DATABASE_URL=f"sqlite:///{tmp_path / 'text.db'}")
    assert (found["database"], "not a database of ours" in said) == (False, True)


def sentences(said: str) -> list[str]:
    return [one["says"] for one in json.loads(said)["findings"] if not one["ok"]]


def test_every_fault_is_one_line_with_its_variable_and_the_rest_is_still_looked_at(checked: Any) -> None:
    wrong = {
        "RAINMAKER_FISCAL_YEAR_START": "13", "RAINMAKER_CURRENCY": "euro", "RAINMAKER_ROUTER": "both",
        "AGENT_BUDGET_CEILING": "-1", "RAINMAKER_PORT": "x", "LANGFUSE_PUBLIC_KEY": "pk", "RAINMAKER_TLS_CERT": "c.pem",
        "RAINMAKER_MODEL_PRICES": '{"a": {"input": "x"}}',
    }  # fmt: skip
    found, said = checked(**wrong)
    begun = [one.split(" ")[0] for one in sentences(said)]
    assert sorted(begun) == sorted(wrong)
    assert found["database"]


def test_a_key_is_not_sent_elsewhere_because_its_address_is_wrong(checked: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("agent.reaching._OPENAI", "http://127.0.0.1:1/must-not-be-tried")
    found, said = checked(OPENAI_API_KEY=SECRET, OPENAI_BASE_URL="nowhere", RAINMAKER_DATABASE_URL="nowhere")
    assert [one.split(" ")[0] for one in sentences(said)] == ["RAINMAKER_DATABASE_URL", "OPENAI_BASE_URL"]
    assert {"database", "model endpoint"}.isdisjoint(found)


@pytest.mark.parametrize(
    "url",
    ["smtp://user:%s@host:no", "smtp://user:%s@host:99999", "smtp://user:%s@host:0", "http://%s@host", "smtp://",
     "smtp://[%s"],
)  # fmt: skip
def test_a_mail_server_that_cannot_be_meant_is_one_sentence(checked: Any, url: str) -> None:
    _, said = checked(SMTP_URL=url.replace("%s", SECRET))
    (sentence,) = sentences(said)
    assert sentence.startswith("SMTP_URL ")


def test_a_verb_that_cannot_begin_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RAINMAKER_PORT", "x")
    with pytest.raises(SystemExit), failing_in_words():
        ServerSettings()
    assert "RAINMAKER_PORT should be a valid integer" in capsys.readouterr().err


@pytest.mark.parametrize("flags", [(), ("--offline",)])
def test_a_workspace_that_is_not_there_yet_is_neither_in_order_nor_wrong(checked: Any, flags: tuple[str, ...]) -> None:
    checked(*flags)
    done = CliRunner().invoke(app, ["check-config", *flags])
    assert "NONE  database: There is no workspace at" in done.stdout
    assert done.exit_code == 0
