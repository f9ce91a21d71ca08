"""What the pages do with an error nobody declared: one sentence for the person, no value of a record in the log."""

from __future__ import annotations

import logging

from nicegui import ui

from api.logs import WithoutValues

_SAID = "Something went wrong on our side. Reload the page and try again."


def install() -> None:
    """On NiceGUI's logger, which writes down every error of a page."""
    log = logging.getLogger("nicegui")
    if not any(isinstance(one, WithoutValues) for one in log.filters):
        log.addFilter(WithoutValues("page.failed"))


def tell() -> None:
    """Say on this page that something went wrong."""
    ui.notify(_SAID, type="negative", position="top", timeout=8000)
