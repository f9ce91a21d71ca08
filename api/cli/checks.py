"""`check-config`, and the measuring verbs that start `python -m evals`."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.output import AsJson, print_json, run

if TYPE_CHECKING:
    from agent.settings import AgentSettings
    from api.settings import ServerSettings
    from db.settings import WorkspaceSettings


def register(app: typer.Typer) -> None:
    app.command("check-config")(check_config)
    app.command("bench")(bench)
    evals = typer.Typer(no_args_is_help=True, help="How well questions are understood and answered.")
    evals.command("run")(run_evals)
    app.add_typer(evals, name="evals")


def check_config(
    offline: Annotated[bool, typer.Option("--offline", help="Read the settings only; connect to nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Check every setting and say what each gives; try the database, model, mail and traces that they name."""
    findings = _findings(offline=offline)
    if as_json:
        print_json({"ok": all(one["ok"] for one in findings), "findings": findings})
    else:
        for one in findings:
            print(f"{_verdict(one)} {one['what']}: {one['says']}")
    if not all(one["ok"] for one in findings):
        raise typer.Exit(1)


def _verdict(finding: dict[str, Any]) -> str:
    if not finding["ok"]:
        return "WRONG"
    return "ok   " if finding.get("there", True) else "NONE "


def _findings(*, offline: bool) -> list[dict[str, Any]]:
    """Each of the three by itself; what is wrong in one keeps nothing else from being looked at."""
    from agent.settings import AgentSettings
    from api.cli import misset
    from api.settings import ServerSettings
    from db.settings import WorkspaceSettings

    workspace, of_workspace = misset.read(WorkspaceSettings)
    agent, of_agent = misset.read(AgentSettings)
    server, of_server = misset.read(ServerSettings)
    findings = [
        *_read("workspace", workspace, of_workspace),
        *_read("model", agent, of_agent),
        *_read("server", server, of_server),
        *(_certificate(server) if server else []),
    ]
    found = workspace if "RAINMAKER_DATABASE_URL" not in of_workspace else None
    return findings + run(_connected(found, agent, server if not of_server else None, offline=offline))


def _read(what: str, settings: Any, faults: dict[str, str]) -> list[dict[str, Any]]:  # noqa: ANN401 - one of three settings classes
    if faults:
        return [{"what": what, "ok": False, "says": says} for says in faults.values()]
    return [{"what": what, "ok": True, "says": _told(settings)}]


def _certificate(server: ServerSettings) -> list[dict[str, Any]]:
    from api.errors import CertificateUnusable
    from api.listening import require_pair

    try:
        require_pair(server)
    except CertificateUnusable as error:
        return [{"what": "TLS", "ok": False, "says": str(error)}]
    return []


async def _connected(
    workspace: WorkspaceSettings | None, agent: AgentSettings | None, server: ServerSettings | None, *, offline: bool
) -> list[dict[str, Any]]:
    """What the settings name, tried; and what `serve` would refuse with them. None: not to be gone by."""
    from api import exposure
    from api.cli import trying

    tried, demo = [], False
    # A file is no connection.
    if workspace and (workspace.file is not None or not offline):
        answer, demo = await trying.database(workspace)
        tried.append(answer)
        if answer.ok:
            tried += await trying.row_security(workspace)
    if agent and not offline:
        tried += await trying.others(agent)
    open_ends = exposure.findings(server, workspace, demo=demo) if workspace and server else []
    return [
        *({"what": one.what, "ok": one.ok, "says": one.says, "there": one.there} for one in tried),
        *({"what": one.what, "ok": False, "says": one.says} for one in open_ends),
    ]


def _told(settings: Any) -> str:  # noqa: ANN401 - one of three settings classes
    from agent.settings import AgentSettings
    from db.settings import WorkspaceSettings

    if isinstance(settings, WorkspaceSettings):
        return f"{settings.url.render_as_string(hide_password=True)}, {settings.timezone}, {settings.currency}"
    if isinstance(settings, AgentSettings):
        return f"{_model(settings)}; {_receivers(settings)}"
    return f"{settings.host}:{settings.port}"


def _model(settings: Any) -> str:  # noqa: ANN401 - AgentSettings, which is imported late
    if not settings.has_model:
        return "no key and no endpoint: the local model answers"
    where = (
        f"{settings.model} at {_shown(settings.openai_base_url) or 'the default endpoint'}, router {settings.router}"
    )
    return f"{where}; {settings.price.in_words(at=datetime.now(UTC))}"


def _receivers(settings: Any) -> str:  # noqa: ANN401 - AgentSettings, which is imported late
    """Where traces go beside the local table."""
    found = [f"OTLP at {_shown(settings.otlp_endpoint)}"] if settings.otlp_endpoint else []
    found += [f"Langfuse at {_shown(settings.langfuse_host)}"] if settings.langfuse_public_key else []
    return f"traces stay here and go redacted to {' and '.join(found)}" if found else "traces stay here"


def _shown(url: str | None) -> str:
    from agent.reaching import shown

    return shown(url or "")


def bench(
    only: Annotated[str | None, typer.Option("--only", metavar="NAME")] = None,
    quick: Annotated[bool, typer.Option("--quick")] = False,
    as_json: AsJson = False,
) -> None:
    """Measure speed and memory beside their baselines."""
    command = [sys.executable, "-m", "evals.bench"]
    command += ["--only", only] if only else []
    command += ["--quick"] if quick else []
    command += ["--json"] if as_json else []
    raise typer.Exit(subprocess.run(command, check=False).returncode)  # noqa: S603 - our own module


def run_evals(
    suite: Annotated[str | None, typer.Option("--suite", metavar="NAME")] = None,
    as_json: AsJson = False,
) -> None:
    """Hold the evaluation cases against the thresholds: understanding, commands, diagnosis, or all."""
    command = [sys.executable, "-m", "evals"]
    command += ["--suite", suite] if suite else []
    command += ["--json"] if as_json else []
    raise typer.Exit(subprocess.run(command, check=False).returncode)  # noqa: S603 - our own module
