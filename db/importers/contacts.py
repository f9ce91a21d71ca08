"""The people named in deals, one row each, for personas and for import as contacts."""

from __future__ import annotations

import polars as pl

from db.importers.deal_fields import CONTACT_DETAILS
from db.importers.headers import Recognition
from db.importers.table import ROW, Table


def contacts_of(table: Table, found: Recognition, deals: pl.DataFrame) -> pl.DataFrame:
    """`deal_id` and the details of every person named in the deals of the frame, in the source's order."""
    people = table.contacts if table.contacts is not None else _from_columns(table, found)
    joined = people.join(deals.select(ROW, "deal_id"), on=ROW, how="inner", maintain_order="left")
    return joined.select("deal_id", *CONTACT_DETAILS)


def _from_columns(table: Table, found: Recognition) -> pl.DataFrame:
    columns = {detail: column for detail in CONTACT_DETAILS if (column := found.get(f"contact_{detail}"))}
    if not {"name", "title", "email"} & set(columns):
        return no_contacts()
    read = table.cells.select(
        ROW,
        *(
            table.text(columns[detail]).alias(detail) if detail in columns else pl.lit(None, pl.String).alias(detail)
            for detail in CONTACT_DETAILS
        ),
    )
    return read.filter(pl.any_horizontal(pl.col("name", "title", "email").is_not_null()))


def no_contacts() -> pl.DataFrame:
    """An empty frame of people by row."""
    return pl.DataFrame(schema={ROW: pl.UInt32, **dict.fromkeys(CONTACT_DETAILS, pl.String)})
