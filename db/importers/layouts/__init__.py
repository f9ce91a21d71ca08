"""The exports of other programs, recognised by their headers; each program is a file of data beside this one.

Headers are those of HubSpot's record exports, of Salesforce's data export and reports, and of Pipedrive's list exports.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from db.importers.headers import words_of

OWN_ID = "rainmaker_id"
"""The column of a record's number in exports of our own, `3f9a2c01:17`: a workspace and an id in it."""
OWN_SOURCE = "rainmaker"
LONGEST_ID = 120
"""The longest id that is kept."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Where a field comes from: the first filled in of these columns.

    Attributes:
        begins: only cells that begin so count (Salesforce tells kinds apart by the first letters of an id).
        times: what a number is multiplied by.
    """

    columns: tuple[str, ...]
    begins: str = ""
    times: int = 1


@dataclass(frozen=True, slots=True)
class Layout:
    """One export of one program.

    Attributes:
        source: whose ids its records carry.
        kind: what kind of record it becomes here; `holds` is what the program calls them.
        tells: sets of headers; one of them has to be there as a whole.
        never: headers that speak against it.
        values: field -> words of the program -> choices here.
        usual: values of fields where the file says nothing.
        own: an export of our own: cells are exactly what was stored.
    """

    program: str
    source: str
    kind: str
    holds: str
    tells: tuple[frozenset[str], ...] = ()
    never: frozenset[str] = frozenset()
    columns: Mapping[str, Taken] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    usual: Mapping[str, str] = field(default_factory=dict)
    own: bool = False

    @property
    def name(self) -> str:
        """In a sentence: `contacts of HubSpot`."""
        return f"{self.holds} of {self.program}"

    def fits(self, headers: frozenset[str]) -> bool:
        """Whether a file with these headers (as `key_of` writes them) is such an export."""
        return any(told <= headers for told in self.tells) and not self.never & headers

    def share(self, headers: frozenset[str]) -> int:
        """How many of its headers are there."""
        there = {key_of(one) for taken in self.columns.values() for one in taken.columns}
        return len((there | frozenset().union(*self.tells)) & headers)


def key_of(header: str) -> str:
    """A header without case, spaces and punctuation."""
    return words_of(header).replace(" ", "")


def recognised(headers: Sequence[str]) -> tuple[Layout, ...]:
    """The exports a file may be, the likeliest first; of one program and set of headers several kinds may be made."""
    keys = frozenset(key_of(header) for header in headers)
    fitting = [layout for layout in _ALL() if layout.fits(keys)]
    return tuple(sorted(fitting, key=lambda layout: -layout.share(keys)))


@cache
def _ALL() -> tuple[Layout, ...]:  # noqa: N802 - a constant that is read when it is first wanted
    found = [file for file in files(__package__).iterdir() if file.name.endswith(".json")]
    return tuple(
        layout for file in sorted(found, key=lambda one: one.name) for layout in _read(file.read_text("utf-8"))
    )


def _read(text: str) -> Iterable[Layout]:
    program = json.loads(text)
    for export in program["exports"]:
        yield Layout(
            program=program["program"], source=program["source"], kind=export["kind"], holds=export["holds"],
            tells=tuple(frozenset(map(key_of, told)) for told in export["tells"]),
            never=frozenset(map(key_of, export.get("never", ()))),
            columns={name: _taken(said) for name, said in export.get("columns", {}).items()},
            values=export.get("values", {}), usual=export.get("usual", {}),
        )  # fmt: skip


def _taken(said: str | list[str] | dict[str, object]) -> Taken:
    match said:
        case str():
            return Taken((said,))
        case list():
            return Taken(tuple(said))
        case _:
            return Taken((str(said["column"]),), str(said.get("begins", "")), int(str(said.get("times", 1))))
