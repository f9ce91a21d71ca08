"""The terminal door: `rainmaker VERB`. Each verb parses, calls one use case, and sets the exit code."""

from __future__ import annotations

import typer

from api import logs
from api.cli import (
    asking,
    auditing,
    checks,
    companies,
    dbase,
    diagnosing,
    erasing,
    exporting,
    fields,
    importing,
    imports,
    people,
    permissions,
    policies,
    proposals,
    rates,
    rules,
    scoring,
    serving,
    teams,
    tokens,
    traces,
    working,
)
from api.cli.output import failing_in_words

app = typer.Typer(
    name="rainmaker",
    help="A sales colleague you talk to: sourced, statistically honest answers from your CRM.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for module in (
    asking, companies, importing, imports, exporting, diagnosing, scoring, traces, proposals, policies, rules, rates,
    permissions, fields, people, teams, tokens, erasing, auditing, dbase, serving, working, checks,
):  # fmt: skip
    module.register(app)


def main() -> None:
    logs.configure()
    with failing_in_words():
        app()
