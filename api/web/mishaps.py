"""What the pages do with an error nobody declared: one sentence for the person, no value of a record in the log."""

from __future__ import annotations

import logging
import traceback

from nicegui import ui

_SAID = "Something went wrong on our side. Reload the page and try again."


class WithoutValues(logging.Filter):
    """Keeps the kind and the place of an error and drops its text, which may quote the values of a statement."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else record.msg
        if isinstance(error, BaseException):
            places = traceback.extract_tb(error.__traceback__)
            record.msg = "page.failed %s at %s"
            record.args = (type(error).__name__, " < ".join(f"{one.name}:{one.lineno}" for one in reversed(places)))
            record.exc_info = record.exc_text = None
        return True


def install() -> None:
    """On NiceGUI's logger, which writes down every error of a page."""
    log = logging.getLogger("nicegui")
    if not any(isinstance(one, WithoutValues) for one in log.filters):
        log.addFilter(WithoutValues())


def tell() -> None:
    """Say on this page that something went wrong."""
    ui.notify(_SAID, type="negative", position="top", timeout=8000)
