"""Settings that cannot be used: every fault in one line with the name of its variable, and what can be read in spite
of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError
from pydantic_settings import BaseSettings

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

S = TypeVar("S", bound=BaseSettings)
_ROUNDS = 3
_GO_TOGETHER: Mapping[str, tuple[str, ...]] = {
    "OPENAI_BASE_URL": ("OPENAI_API_KEY",),
    "RAINMAKER_MODEL": ("OPENAI_API_KEY", "OPENAI_BASE_URL"),
    "LANGFUSE_HOST": ("LANGFUSE_PUBLIC_KEY", "LANGFUSE_SECRET_KEY"),
}
"""What is worth nothing without another, or would go to the wrong place: a key is not sent to a default address."""


def read(kind: type[S]) -> tuple[S | None, dict[str, str]]:
    """The settings with what cannot be used left out, and what is wrong by variable; None where that does not help."""
    faults: dict[str, str] = {}
    names = {variable(kind, name): str(field.alias or name) for name, field in kind.model_fields.items()}
    blank: dict[str, Any] = {}
    for _ in range(_ROUNDS):
        try:
            return kind(**blank), faults
        except ValidationError as error:
            found = faults_of(error, kind)
        faults = found | faults
        for key in [part for one in found for part in one.split(" ")]:
            for left_out in (key, *_GO_TOGETHER.get(key, ())):
                if left_out in names:
                    blank[names[left_out]] = _default(kind, names[left_out])
    return None, faults


def faults_of(error: ValidationError, kind: type[BaseSettings] | None = None) -> dict[str, str]:
    """A sentence for each fault, by the variable, or by the several it is about with blanks between."""
    kind = kind or next((one for one in _kinds() if one.__name__ == error.title), None)
    if kind is None:
        return {str(number): _plain(fault) for number, fault in enumerate(error.errors())}
    variables = [variable(kind, name) for name in kind.model_fields]
    found: dict[str, str] = {}
    for fault in error.errors():
        said = _plain(fault)
        whose = variable(kind, str(fault["loc"][0])) if fault["loc"] else ""
        about = whose or " ".join(name for name in variables if name in said)
        within = ".".join(str(part) for part in fault["loc"][1:])
        sentence = said if not whose or whose in said else f"{whose}{f' ({within})' if within else ''} {said}"
        found[about] = f"{found[about]}; {sentence}" if about in found else sentence
    return found


def variable(kind: type[BaseSettings], name: str) -> str:
    """The environment variable of a field, by its name or its alias."""
    field = kind.model_fields.get(name)
    if field is None:
        return name
    return str(field.alias or f"{kind.model_config.get('env_prefix', '')}{name}").upper()


def _default(kind: type[BaseSettings], alias: str) -> Any:  # noqa: ANN401 - of any field
    field = next(field for name, field in kind.model_fields.items() if alias in (name, field.alias))
    return field.get_default(call_default_factory=True)


def _plain(fault: ErrorDetails) -> str:
    """What the library says, as the end of a sentence that begins with the variable."""
    said = str(fault["msg"]).removeprefix("Value error, ")
    for begins in ("Input should", "String should"):
        said = said.replace(begins, "should")
    return said.replace("Field required", "lacks this")


def _kinds() -> Sequence[type[BaseSettings]]:
    from agent.settings import AgentSettings
    from api.settings import ServerSettings
    from db.settings import WorkspaceSettings

    return WorkspaceSettings, AgentSettings, ServerSettings
