"""What reaches standard error holds no value of a record or a person."""

from __future__ import annotations

import io
import logging
import sys
import threading
from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from agent.redaction import Alone, KnownName, NameIndex, NameKind, RecordRef, Vault
from agent.veil import Veil
from api import errors, logs

RAW = ("Isla Canary", "isla@canary.example", "+44 20 7946 0958")


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], str]]:
    """Logging as a door sets it up; what it has written to standard error."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    logs.configure()
    yield stream.getvalue
    root.handlers[:] = handlers
    root.setLevel(level)


def fail_with(text: str) -> None:
    raise LookupError(text)


def broken(text: str) -> BaseException:
    try:
        fail_with(text)
    except LookupError as error:
        return error
    raise AssertionError


def clean(said: str) -> bool:
    return bool(said) and not any(raw.lower() in said.lower() for raw in RAW)


@pytest.mark.parametrize(
    "name", ["rainmaker.agent", "openai._base_client", "httpx", "sqlalchemy.engine", "uvicorn.error"]
)
def test_messages_arguments_and_fields_are_scrubbed(written: Callable[[], str], name: str) -> None:
    logging.getLogger(name).warning("sent to %s", RAW[1], extra={"phone": RAW[2], "deep": {"to": [RAW[1]]}})
    assert clean(written())
    assert "<email>" in written()


def test_within_a_turn_the_names_it_knows_are_scrubbed(written: Callable[[], str]) -> None:
    veil = Veil(Vault()).worn()
    veil.learn_index(NameIndex.of([KnownName(RAW[0], NameKind.PERSON, RecordRef("contact", 1), Alone.EITHER)]))
    veil.hide(f"write to {RAW[0]}")
    logging.getLogger("openai").warning("no reply for Canary, isla canary")
    assert clean(written())
    assert "<person_1>" in written()


def test_of_an_error_only_kind_and_place_are_kept(written: Callable[[], str]) -> None:
    error = broken(f"no deal of {RAW[0]}")
    logging.getLogger("uvicorn.error").error("Exception in ASGI application", exc_info=error)
    logging.getLogger("asyncio").error(error)
    assert clean(written())
    assert written().count("LookupError at fail_with:") == 2
    assert len(written().splitlines()) == 2


def test_an_error_nobody_caught_shows_no_value(written: Callable[[], str]) -> None:
    error = broken(RAW[0])
    sys.excepthook(type(error), error, error.__traceback__)
    thread = threading.Thread(target=broken_in_a_thread)
    thread.start()
    thread.join()
    assert clean(written())
    assert written().count("program.failed LookupError at") == 2


def broken_in_a_thread() -> None:
    raise LookupError(RAW[0])


def test_a_fault_behind_a_route_is_a_problem_without_its_text() -> None:
    app = FastAPI()
    errors.install(app)

    @app.get("/")
    async def fault() -> None:
        raise LookupError(RAW[0])

    said = TestClient(app, raise_server_exceptions=False).get("/")
    assert (said.status_code, said.json()["code"]) == (500, "internal_error")
    assert RAW[0] not in said.text
