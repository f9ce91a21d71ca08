"""What tools really said to a model in some turns, with the labels of their figures."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.grounding import Judgement, Statement, Told, judge, statements_of


@dataclass(frozen=True, slots=True)
class Output:
    statements: tuple[Statement, ...]
    labels: dict[str, str]
    counts: frozenset[str]

    def judged(self, text: str) -> Judgement:
        return judge(text, self.statements, self.labels, counts=self.counts)

    @property
    def recited(self) -> str:
        """The tools' own sentences."""
        return "\n".join(statement.text for statement in self.statements)


def _output(stored: dict[str, Any]) -> Output:
    told = [Told(one["position"], tuple(one["texts"]), one["owed"], tuple(one["also"])) for one in stored["told"]]
    return Output(statements_of(told, stored["names"]), stored["labels"], frozenset(stored["counts"]))


OUTPUTS: dict[str, Output] = {
    name: _output(stored)
    for name, stored in json.loads(Path(__file__).with_name("outputs.json").read_text(encoding="utf-8")).items()
}
