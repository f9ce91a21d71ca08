"""Log lines as `noun.verb field=value`, on standard error."""

from __future__ import annotations

import logging

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
