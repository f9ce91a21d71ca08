"""Log lines as `noun.verb field=value`, on standard error."""

from __future__ import annotations

import logging
import traceback

_PLAIN = frozenset(vars(logging.LogRecord("", 0, "", 0, "", (), None))) | {"message", "asctime", "taskName"}


class Fields(logging.Formatter):
    """The event first, then its fields. Stacks stay in the trace: a line is one line."""

    def format(self, record: logging.LogRecord) -> str:
        fields = {name: value for name, value in vars(record).items() if name not in _PLAIN and name != "stack"}
        return " ".join([record.getMessage(), *(f"{name}={value}" for name, value in fields.items())])


def configure(level: int = logging.WARNING) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(Fields())
    logger = logging.getLogger("rainmaker")
    logger.setLevel(level)
    logger.handlers[:] = [handler]
    logger.propagate = False


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
            places = traceback.extract_tb(error.__traceback__)
            record.msg = f"{self._event} %s at %s"
            record.args = (type(error).__name__, " < ".join(f"{one.name}:{one.lineno}" for one in reversed(places)))
            record.exc_info = record.exc_text = None
        return True
