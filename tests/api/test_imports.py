"""Files in and out over HTTP: uploads with a report, exports in scope, and who may."""

from __future__ import annotations

import csv
import io
import json

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from db.models import Account, AuditEntry, HiddenField, Lead, Scope
from tests.api.test_records import Client, app, sign

__all__ = ["app", "sign"]
pytestmark = pytest.mark.anyio
COMPANIES = "Record ID,Company name,Company owner\n9001,Initech,Rep\n9002,,Rep\n"


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


async def test_a_file_is_imported_with_a_report_of_what_became_of_each_row(app: FastAPI, sign: Client) -> None:
    admin = await sign("admin")
    reply = await admin.post("imports/companies", files={"file": ("c.csv", COMPANIES)})
    report = reply.json()
    assert (reply.status_code, report["created"], report["recognised_as"]) == (200, 1, "companies of HubSpot")
    assert report["rejected_rows"] == [{"row_number": 3, "reason": "The row has no name."}]
    (listed,) = (await admin.get("imports")).json()
    assert (listed["id"], listed["file"], listed["rejected"]) == (report["import_id"], "c.csv", 1)


async def test_a_dry_run_writes_nothing_and_a_mapping_names_columns(app: FastAPI, sign: Client) -> None:
    admin = await sign("admin")
    data = {"map": json.dumps({"name": "wer"})}
    reply = await admin.post("imports/accounts?dry_run=true", files={"file": ("c.csv", "wer\nBeta\n")}, data=data)
    assert (reply.json()["created"], reply.json()["import_id"]) == (1, None)
    async with app.state.runtime.database.read() as session:
        assert await session.scalar(select(Account.id).where(Account.name == "Beta")) is None


async def test_an_import_is_taken_back_once(sign: Client) -> None:
    admin = await sign("admin")
    done = (await admin.post("imports/companies", files={"file": ("c.csv", COMPANIES)})).json()
    assert (await admin.post(f"imports/{done['import_id']}/undo")).json()["removed"] == 1
    assert (await admin.post(f"imports/{done['import_id']}/undo")).json()["code"] == "import_undone"


@pytest.mark.parametrize(
    ("path", "files", "code"),
    [
        ("imports/companies", {"file": ("c.csv", "")}, "file_unusable"), ("imports/companies", None, "file_missing"),
        ("imports/stage_changes", {"file": ("c.csv", COMPANIES)}, "file_unusable"),
        ("imports/contacts", {"file": ("c.csv", COMPANIES)}, "file_unusable"),
        ("imports/contacts", {"file": ("c.xlsx", b"PK\x03\x04")}, "file_unusable"),
    ],
)  # fmt: skip
async def test_what_cannot_be_read_is_a_sentence(sign: Client, path: str, files: object, code: str) -> None:
    reply = await (await sign("admin")).post(path, files=files)  # type: ignore[arg-type]
    assert (reply.status_code, reply.json()["code"]) == (422, code)
    assert reply.json()["detail"].endswith(".")


async def test_a_program_may_import_and_a_rep_and_a_chat_may_not(sign: Client) -> None:
    files = {"file": ("c.csv", COMPANIES)}
    assert (await (await sign("admin", Scope.PROGRAM)).post("imports/companies", files=files)).status_code == 200
    for who in (await sign("rep"), await sign("admin", Scope.CHAT)):
        assert (await who.post("imports/companies", files=files)).status_code == 403
        assert (await who.get("imports")).status_code == 403


async def test_an_export_holds_what_the_person_sees_and_meets_the_conditions(app: FastAPI, sign: Client) -> None:
    reply = await (await sign("rep")).get("leads/export")
    (mine,) = rows(reply.text)
    assert (mine["first_name"], mine["owner"], reply.headers["x-total-count"]) == ("Ann", "rep@x.example", "1")
    found = await (await sign("admin")).get("leads/export?format=json&region=APAC")
    assert [one["first_name"] for one in found.json()] == ["Bob"]


async def test_an_export_is_written_down_without_the_values_asked_for(app: FastAPI, sign: Client) -> None:
    await (await sign("admin")).get("leads/export?first_name=Ann")
    async with app.state.runtime.database.read() as session:
        entry = (await session.scalars(select(AuditEntry).where(AuditEntry.action == "records.exported"))).one()
    assert (entry.details["kind"], entry.details["records"]) == ("lead", 1)
    assert entry.details["conditions"] == ["first_name is"]


async def test_hidden_fields_have_no_column_and_formulas_do_not_run(app: FastAPI, sign: Client) -> None:
    async with app.state.runtime.database.write() as session:
        session.add(HiddenField(role="rep", kind="lead", field="region"))
        lead = await session.get_one(Lead, app.state.ids["mine"])
        lead.company, lead.title = "=HYPERLINK(1)", "＝1"
    (mine,) = rows((await (await sign("rep")).get("leads/export")).text)
    assert "region" not in mine
    assert (mine["company"], mine["title"]) == ("'=HYPERLINK(1)", "'＝1")


async def test_a_token_that_only_reads_or_chats_exports_nothing(sign: Client) -> None:
    for scope in (Scope.READ, Scope.CHAT):
        assert (await (await sign("admin", scope)).get("leads/export")).status_code == 403
