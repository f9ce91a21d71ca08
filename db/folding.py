"""Texts without their case on both databases: SQLite's own `lower` knows ASCII only, and JSON is kept escaped."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

FOLDED, FOLDED_JSON = "rainmaker_folded", "rainmaker_folded_json"


class Folded(GenericFunction[str]):
    """A text in small letters."""

    type = String()
    name = FOLDED
    inherit_cache = True


class FoldedJson(GenericFunction[str]):
    """A JSON value as text in small letters, its letters as they are written."""

    type = String()
    name = FOLDED_JSON
    inherit_cache = True


@compiles(Folded, "postgresql")
def _folded(element: Folded, compiler: Any, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's compiler
    return f"lower({compiler.process(element.clauses, **options)})"


@compiles(FoldedJson, "postgresql")
def _folded_json(element: FoldedJson, compiler: Any, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's compiler
    # JSONB is printed unescaped, JSON as it came.
    return f"lower(CAST(CAST({compiler.process(element.clauses, **options)} AS JSONB) AS TEXT))"


def folded(text: object) -> str | None:
    """What SQLite is given as `rainmaker_folded`."""
    return None if text is None else str(text).lower()


def folded_json(text: str | None) -> str | None:
    """What SQLite is given as `rainmaker_folded_json`."""
    return None if text is None else json.dumps(json.loads(text), ensure_ascii=False).lower()


def word(value: str) -> str:
    """A text as it stands inside folded JSON, without its quotation marks."""
    return json.dumps(value, ensure_ascii=False)[1:-1].lower()
