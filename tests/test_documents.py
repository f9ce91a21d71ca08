"""Documents that cannot drift: published shapes, the settings table, prompts, and the README."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from pydantic_settings import BaseSettings

import prompts
from agent.settings import AgentSettings
from agent.version import version
from api.schemas import FOLDER, PUBLISHED, published
from api.settings import ServerSettings
from db.settings import WorkspaceSettings
from tests.access.rosters import verbs

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("name", sorted(PUBLISHED))
def test_a_published_shape_is_that_of_the_code(name: str) -> None:
    assert json.loads((FOLDER / f"{name}.schema.json").read_text(encoding="utf-8")) == published(name)


@pytest.mark.parametrize("name", sorted(PUBLISHED))
def test_the_example_fits_its_shape(name: str) -> None:
    schema = published(name)
    Draft202012Validator(schema).validate(schema["examples"][0])


def variables(settings: type[BaseSettings]) -> set[str]:
    prefix = settings.model_config.get("env_prefix", "")
    return {str(field.alias or f"{prefix}{name}").upper() for name, field in settings.model_fields.items()}


def test_the_settings_table_names_every_variable_and_no_other() -> None:
    table = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    written = set(re.findall(r"^\| `([A-Z_]+)` \|", table, re.MULTILINE))
    assert written == variables(WorkspaceSettings) | variables(AgentSettings) | variables(ServerSettings)


@pytest.mark.parametrize(
    "path", sorted(path.relative_to(ROOT / "prompts") for path in (ROOT / "prompts").rglob("*.md"))
)
def test_a_prompt_declares_its_version_and_inputs(path: Path) -> None:
    assert prompts.load(str(path.with_suffix(""))).version >= 1


def test_a_prompt_refuses_a_missing_input() -> None:
    with pytest.raises(prompts.PromptError, match="context"):
        prompts.load("supervisor").render(house_rules="", specialists="")


def test_a_rendered_prompt_knows_every_prompt_in_it() -> None:
    rules = prompts.load("house_rules")
    made = prompts.load("composer").render(house_rules=rules.render())
    assert made.ids == f"{prompts.load('composer').id} {rules.id}"
    assert rules.render().text in made.text
    assert prompts.ids(made, made, rules.render()) == made.ids


def test_the_readme_gives_the_two_commands_and_the_rooms() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for wanted in (
        "make run",
        "make test",
        "docs/pictures/chat.png",
        *(f"`{room}/`" for room in ("db", "tools", "agent")),
    ):
        assert wanted in readme


def test_the_version_is_written_once() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    sources = [path for room in ("agent", "api", "db", "tools") for path in (ROOT / room).rglob("*.py")]
    again = [path.name for path in sources if f'"{project["version"]}"' in path.read_text(encoding="utf-8")]
    assert (version(), again) == (project["version"], [])


def test_the_readme_names_every_verb_of_the_terminal() -> None:
    (row,) = re.findall(r"^\| terminal \|.*$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    named = set(re.findall(r"`(?:rainmaker )?([a-z][a-z-]*)`", row))
    assert named == {verb.split()[0] for verb in verbs()}


def test_every_roster_that_is_named_is_there() -> None:
    told = (ROOT / "AGENTS.md").read_text(encoding="utf-8")
    (rosters,) = re.findall(r"one roster each for .*$", told, re.MULTILINE)
    named = re.findall(r"`([a-z_/]+\.py)`", rosters)
    assert len(named) >= 8
    assert [name for name in named if not (ROOT / name).is_file()] == []
