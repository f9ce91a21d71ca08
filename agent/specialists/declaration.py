"""What a specialist is: when to use it, its words, its tools."""

from __future__ import annotations

from dataclasses import dataclass

from prompts import Prompt, load
from tools.contract import Area, Tool
from tools.registry import of_area


@dataclass(frozen=True, slots=True)
class Specialist:
    area: Area
    when: str

    @property
    def prompt(self) -> Prompt:
        return load(f"specialists/{self.area}")

    @property
    def tools(self) -> tuple[Tool, ...]:
        return of_area(self.area)
