"""The byte scan on small numbers; the full one is the trial S4."""

from __future__ import annotations

import pytest

from db.settings import WorkspaceSettings
from evals.trust.leaving import attack
from evals.trust.stored import people

pytestmark = pytest.mark.anyio


async def test_no_value_of_any_person_is_in_what_leaves(settings: WorkspaceSettings) -> None:
    everybody = people(settings)
    left = await attack(settings, everybody, turns=12, seed=11)
    assert set(left.parts) == {"log records", "model requests", "OTLP", "Langfuse", "trace table", "audit chain"}
    assert {where: values for where, values in left.leaks(everybody).items() if values} == {}
