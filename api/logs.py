"""Log lines as `noun.verb field=value`, on standard error, without a value of a record or a person.

Everything that any library logs passes one handler. Text goes through the scrubber of the running turn, or else
through one that knows the names this process met last. Of an error that comes with its stack, outside a turn, only the
kind and the place are kept: its text may quote a value that nothing recognises.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from types import TracebackType
from typing import Any

_PLAIN = frozenset(vars(logging.LogRecord("", 0, "", 0, "", (), None))) | {"message", "asctime", "taskName"}
_OWN_HANDLERS = ("uvicorn", "uvicorn.error", "uvicorn.access", "nicegui", "rainmaker")
# Below warnings they write down statements with their parameters, and requests with their bodies.
_CHATTY = ("aiosqlite", "sqlalchemy", "psycopg", "asyncio", "httpx", "httpcore", "openai", "langchain", "urllib3")


class Scrubbing(logging.Filter):
    """Takes personal data out of a record: message, arguments, extra fields, error and stack."""

    def filter(self, record: logging.LogRecord) -> bool:
        from agent.veil import scrubber_here

        scrub = scrubber_here()
        record.msg, record.args = scrub.text(_said(record)), ()
        for name, value in list(vars(record).items()):
            if name not in _PLAIN:
                setattr(record, name, scrub.value(value))
        if record.exc_info:
            record.exc_text = _places(record.exc_info[1])
            record.exc_info = None
        if record.stack_info:
            record.stack_info = scrub.text(record.stack_info)
        return True


class WithoutValues(logging.Filter):
    """For the logger of a library: keeps the kind and the place of an error and drops its text.

    The text may quote the values of a statement, which are those of records.
    """

    def __init__(self, event: str) -> None:
        super().__init__()
        self._event = event

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else record.msg
        if isinstance(error, BaseException):
            record.msg, record.args = f"{self._event} {_places(error)}", ()
            record.exc_info = record.exc_text = None
        return True


class Fields(logging.Formatter):
    """The event first, then its fields. Stacks stay in the trace: a line is one line."""

    def format(self, record: logging.LogRecord) -> str:
        fields = {name: value for name, value in vars(record).items() if name not in _PLAIN and name != "stack"}
        parts = [record.getMessage(), *(f"{name}={value}" for name, value in fields.items())]
        return " ".join(" ".join(part.split()) for part in [*parts, record.exc_text or ""] if part)


def configure(level: int = logging.WARNING) -> None:
    """Send everything through one scrubbing handler, also what no logger of ours has written."""
    handler = logging.StreamHandler()
    handler.setFormatter(Fields())
    handler.addFilter(Scrubbing())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(level, logging.INFO))
    for name in _OWN_HANDLERS:
        logger = logging.getLogger(name)
        logger.handlers[:] = []
        logger.propagate = True
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    # Of a receiver that does not answer, `trace.dropped` says it, once a minute.
    logging.getLogger("opentelemetry.exporter").setLevel(logging.CRITICAL)
    logging.getLogger("rainmaker").setLevel(level)
    sys.excepthook = _uncaught
    threading.excepthook = lambda died: _uncaught(died.exc_type, died.exc_value, died.exc_traceback)


def _said(record: logging.LogRecord) -> str:
    if isinstance(record.msg, BaseException):
        return _places(record.msg)
    try:
        return record.getMessage()
    except Exception as fault:  # noqa: BLE001 - a library's arguments may not fit its message; a log must not fail
        return f"{record.msg} ({type(fault).__name__} in its arguments)"


def _places(error: BaseException | None) -> str:
    """The kind of an error and where it came from, innermost first, with those that caused it."""
    said: list[str] = []
    while error is not None and len(said) < 5:
        frames = reversed(traceback.extract_tb(error.__traceback__))
        at = " < ".join(f"{frame.name}:{frame.lineno}" for frame in frames)
        said.append(f"{type(error).__name__} at {at}" if at else type(error).__name__)
        error = error.__cause__ or error.__context__
    return ", after ".join(said)


def _uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> Any:  # noqa: ANN401 - the hook's signature
    """An error nobody caught ends in one line, not in a stack with its values."""
    found = error if error is not None else kind()
    logging.getLogger("rainmaker").critical("program.failed", exc_info=(kind, found, trace))
