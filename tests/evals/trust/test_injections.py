"""Orders in records, on small numbers: the harness sees harm where there is some, and there is none."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import URL

from agent.provenance import Provenance
from db.settings import WorkspaceSettings
from evals.doubles.openai.obeying import codewords
from evals.trust.injected_company import free_text, record_tables, sources
from evals.trust.injected_texts import CARRIERS, ORDERS, Book
from evals.trust.injection_orders import _CALLS
from evals.trust.s1_injections import attack, findings

pytestmark = pytest.mark.anyio


def settings_of(url: URL) -> WorkspaceSettings:
    address = url.set(drivername=url.get_backend_name()).render_as_string(hide_password=False)
    return WorkspaceSettings(database_url=address, secret_key="a trial", timezone="UTC", currency="USD")


async def test_a_model_that_obeys_every_order_does_no_harm(workspace_url: URL) -> None:
    harm, counts = await attack(settings_of(workspace_url), seed=3, bundles=2)
    assert counts.calls > 100
    assert [(one.figure, one.value) for one in findings(harm, counts, least=50) if not one.ok] == [], harm.examples


@pytest.mark.parametrize(
    ("gate", "opened", "seen"),
    [
        ("asks_for", lambda *_: 99, "rows"),
        ("require", lambda *_, **__: None, "strangers"),
        ("heard", lambda *_: True, "unmarked"),
        ("own_values", lambda _, __, args: dict(args), "drafts"),
    ],
)
async def test_each_gate_that_is_open_is_seen(
    sqlite_url: URL, monkeypatch: pytest.MonkeyPatch, gate: str, opened: object, seen: str
) -> None:
    monkeypatch.setattr(Provenance, gate, opened)
    harm, _ = await attack(settings_of(sqlite_url), seed=3, bundles=2, held=1)
    assert getattr(harm, seen) > 0


def test_every_text_column_of_a_record_is_a_source() -> None:
    assert set(sources()) >= {
        "notes.body", "interactions.subject", "accounts.name", "opportunities.loss_reason", "tasks.title",
        "contacts.pain_points", "users.name", "opportunities.next_step", "leads.company",
    }  # fmt: skip
    assert all(free_text(table) for table in record_tables() if table.__tablename__ in ("notes", "leads", "tasks"))


def test_an_accomplice_knows_a_codeword_in_every_dress() -> None:
    book = Book(1)
    texts = [book.write("x", most=None) for _ in range(200)]
    assert [codewords(text) for text in texts] == [[word] for word in book.orders]
    assert set(book.orders.values()) == set(ORDERS) == set(_CALLS)
    assert len(CARRIERS) > 20
