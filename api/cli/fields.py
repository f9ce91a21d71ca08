"""`fields list|add|rename|remove|hide|show`: fields of one's own, and which fields a role gets to see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.output import As, AsJson, print_json, print_table, run
from api.cli.rules import tell
from db.doors import Door

if TYPE_CHECKING:
    from agent.turns.requested import Requested

DOOR = Door.TERMINAL
Kind = Annotated[str, typer.Argument(metavar="RECORDS", help="A kind of record, such as accounts.")]
Name = Annotated[str, typer.Argument(metavar="FIELD")]
Role_ = Annotated[str, typer.Argument(metavar="ROLE", help="rep, manager or executive.")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="Fields of your own, and which fields a role gets to see.", no_args_is_help=True)
    for name, verb in (
        ("list", list_), ("add", add), ("rename", rename), ("remove", remove), ("hide", hide), ("show", show),
    ):  # fmt: skip
        group.command(name)(verb)
    app.add_typer(group, name="fields")


def list_(email: As = None, as_json: AsJson = False) -> None:
    """The fields this workspace added; for administrators also what is hidden from whom."""
    own, hidden = run(_list(email))
    if as_json:
        print_json({"fields": own, "hidden": hidden})
        return
    rows = [(one["kind"], one["name"], one["label"], one["type"], ", ".join(one["choices"]) or "–") for one in own]
    print_table(("kind", "name", "label", "type", "choices"), rows)
    if hidden:
        print_table(("hidden from", "kind", "field"), [(one["role"], one["kind"], one["field"]) for one in hidden])


def add(
    records: Kind,
    name: Name,
    type_: Annotated[str, typer.Option("--type", help="text, whole, number, date, flag, choice …")] = "text",
    choices: Annotated[str, typer.Option(help="Of a choice, with commas between them.")] = "",
    email: As = None,
    as_json: AsJson = False,
) -> None:
    """Add a field to a kind of record."""
    said = f"{type_}: {choices}" if choices else type_
    tell(run(_field(email, f"add a field {name} ({said}) to {records}")), as_json=as_json)


def rename(records: Kind, name: Name, to: Annotated[str, typer.Argument(metavar="LABEL")], email: As = None,
           as_json: AsJson = False) -> None:  # fmt: skip
    """Give a field of your own another name; its values stay."""
    tell(run(_field(email, f"rename the field {name} of {records} to {to}")), as_json=as_json)


def remove(records: Kind, name: Name, email: As = None, as_json: AsJson = False) -> None:
    """Take a field of your own away. Its values stay in the records until those are erased."""
    tell(run(_field(email, f"remove the field {name} from {records}")), as_json=as_json)


def hide(role: Role_, records: Kind, name: Name, email: As = None, as_json: AsJson = False) -> None:
    """Do not show a field to a role, anywhere."""
    tell(run(_shown(email, f"hide the {name} of {records} from {role}")), as_json=as_json)


def show(role: Role_, records: Kind, name: Name, email: As = None, as_json: AsJson = False) -> None:
    """Show a field to a role again."""
    tell(run(_shown(email, f"show the {name} of {records} to {role}")), as_json=as_json)


async def _list(email: str | None) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    from api.cli.workspace import acting
    from tools.matrix.telling import hidden_rows, own_rows

    async with acting(email) as (runtime, actor), runtime.database.read() as session:
        at = await runtime.context(actor, session)
        return await own_rows(at), await hidden_rows(at)


async def _field(email: str | None, words: str) -> Requested:
    from agent.turns.requested import Wanted
    from api.cli.workspace import acting
    from tools.matrix import set_custom_field

    async with acting(email) as (runtime, actor):
        actor.require(set_custom_field.requires)
        ask = set_custom_field.ask.model_validate({"instruction": words.replace("_", " ")})
        return await runtime.decided(actor, Wanted(set_custom_field, ask, DOOR, "fields set"))


async def _shown(email: str | None, words: str) -> Requested:
    from agent.turns.requested import Wanted
    from api.cli.workspace import acting
    from tools.matrix import set_field_shown

    async with acting(email) as (runtime, actor):
        actor.require(set_field_shown.requires)
        ask = set_field_shown.ask.model_validate({"instruction": words.replace("_", " ")})
        return await runtime.decided(actor, Wanted(set_field_shown, ask, DOOR, "fields shown"))
