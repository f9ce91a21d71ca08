"""Our own style sheet, script and icon, served from here with a name that changes when they do."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

_FOLDER = Path(__file__).parent / "static"
_PATH = "/assets"


def serve(app: FastAPI) -> None:
    app.mount(_PATH, StaticFiles(directory=_FOLDER), name="assets")


@cache
def url(name: str) -> str:
    digest = hashlib.sha256((_FOLDER / name).read_bytes()).hexdigest()[:12]
    return f"{_PATH}/{name}?v={digest}"


def favicon() -> str:
    return (_FOLDER / "favicon.svg").read_text(encoding="utf-8")


def head(theme: str) -> str:
    """For the head of a page. The theme is set before the first paint, so that nothing flashes."""
    return (
        '<meta name="theme-color" content="#0e6a6b">'
        f'<script>document.documentElement.dataset.theme="{theme}"==="auto"?'
        '(matchMedia("(prefers-color-scheme: dark)").matches?"dark":"light"):'
        f'"{theme}";document.documentElement.dataset.themeChoice="{theme}"</script>'
        f'<link rel="stylesheet" href="{url("page.css")}"><script defer src="{url("page.js")}"></script>'
    )


def page_html(title: str, body: str, *, theme: str, attributes: str = "") -> str:
    """A small page in the middle of the window that needs no NiceGUI, only the typeface it brings along.

    Args:
        body: HTML.
        attributes: further attributes of `main`, as HTML.
    """
    from nicegui import __version__

    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} · Rainmaker</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="icon" href="{url("favicon.svg")}">'
        f'<link rel="stylesheet" href="/_nicegui/{__version__}/static/fonts.css">{head(theme)}</head>'
        f'<body class="small"><main{attributes}>{body}</main></body></html>'
    )
