"""The entry points as the program itself declares them."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from fastapi import FastAPI
from typer.main import get_command

from api.cli import app as terminal

_LIBRARY = "/_nicegui/"


def routes(app: FastAPI) -> set[str]:
    """`METHOD path` of everything the application answers, its mounted applications included."""
    return set(_routes(app.routes, ""))


def _routes(listed: Any, prefix: str) -> Iterator[str]:
    for route in listed:
        included = getattr(route, "effective_candidates", None)
        if included is not None:
            yield from _routes(included(), prefix)
            continue
        path = prefix + route.path
        inner = getattr(getattr(route, "app", None), "routes", None)
        shown = f"{_LIBRARY}*" if path.startswith(_LIBRARY) else path
        if inner is not None:
            yield from _routes(inner, path)
        methods = (getattr(route, "methods", None) or set()) - {"HEAD"}
        yield from (f"{method} {shown}" for method in methods)
        if not methods and not inner:
            yield f"MOUNT {shown}"


def verbs() -> set[str]:
    return set(_verbs(get_command(terminal), ()))


def _verbs(command: Any, path: tuple[str, ...]) -> Iterator[str]:
    for name, inner in getattr(command, "commands", {}).items():
        yield from _verbs(inner, (*path, name)) if hasattr(inner, "commands") else (" ".join((*path, name)),)


def others() -> set[str]:
    """What the doors for programs offer, from `ROSTER` of each, as soon as there is one."""
    doors = [door for door in ("mcp", "slack") if find_spec(f"api.{door}") is not None]
    return {f"{door} {name}" for door in doors for name in import_module(f"api.{door}").ROSTER}
