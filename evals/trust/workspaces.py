"""Fresh workspaces for a trial: a small demo company, built once for each engine and copied for each use."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from itertools import count
from pathlib import Path

import anyio
from sqlalchemy.engine import URL

from db.demo import DemoPlan, Sizes
from db.demo.workspace import found
from db.session import Database
from db.settings import WorkspaceSettings
from evals.doubles.postgres import PostgresServer, postgres_server
from tools.scoring.demo import score_company

AS_OF = date(2025, 5, 21)
SECRET = "a trial keeps nothing"  # noqa: S105 - the workspace is thrown away
SMALL = Sizes(accounts=300, contacts=900, leads=500, opportunities=4000, duplicates=10, stuck_deals=10)
_TEMPLATE = "trial_template"


class Workspaces:
    """Makes workspaces on one engine; a context manager that takes everything away in the end.

    `fresh()` gives the settings of a new copy: `with workspaces.fresh() as settings: ...`.
    """

    def __init__(self, folder: Path, *, on_postgres: bool, sizes: Sizes = SMALL) -> None:
        self._folder, self._on_postgres, self._sizes = folder, on_postgres, sizes
        self._numbers = count(1)
        self._stack = ExitStack()
        self._server: PostgresServer | None = None

    def __enter__(self) -> Workspaces:
        if self._on_postgres:
            self._server = self._stack.enter_context(postgres_server())
            self._build(self._server.create(_TEMPLATE))
        else:
            self._build(WorkspaceSettings(database_url=f"sqlite:///{self._template_file}").url)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @contextmanager
    def fresh(self, *, empty: bool = False) -> Iterator[WorkspaceSettings]:
        """A copy of the demo company, or a database without tables."""
        name = f"trial_{next(self._numbers)}"
        if self._server is not None:
            url = self._server.create(name, template=None if empty else _TEMPLATE)
            try:
                yield self._settings(url.set(drivername="postgresql").render_as_string(hide_password=False))
            finally:
                self._server.drop(name)
            return
        path = self._folder / f"{name}.db"
        if not empty:
            shutil.copy(self._template_file, path)
        try:
            yield self._settings(f"sqlite:///{path}")
        finally:
            for left in self._folder.glob(f"{name}.db*"):
                left.unlink()

    @property
    def _template_file(self) -> Path:
        return self._folder / "template.db"

    def _settings(self, url: str) -> WorkspaceSettings:
        return WorkspaceSettings(database_url=url, secret_key=SECRET, timezone="UTC", currency="USD")

    def _build(self, url: URL) -> None:
        async def build() -> None:
            database = Database(url)
            try:
                await found(database, DemoPlan(AS_OF, sizes=self._sizes), standing=True, scoring=score_company)
            finally:
                await database.close()

        anyio.run(build)
