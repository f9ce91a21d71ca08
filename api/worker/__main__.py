"""`python -m api.worker`: the same as `rainmaker worker`, without the other verbs."""

from __future__ import annotations

import typer

from api import logs
from api.cli.output import failing_in_words
from api.cli.working import worker

if __name__ == "__main__":
    logs.configure()
    with failing_in_words():
        typer.run(worker)
