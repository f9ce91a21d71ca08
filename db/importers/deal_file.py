"""The deals of one file or folder as values: what was read, what was left out, and what is strange about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from db.importers.findings import Oddity
from db.importers.layouts import Layout


@dataclass(frozen=True, slots=True)
class DealFile:
    """Deals of one source, one row each.

    Columns of `frame` with a fixed name (those marked * are always there):

    | column                                     | type    | meaning                                             |
    |--------------------------------------------|---------|-----------------------------------------------------|
    | `row_number` *                             | UInt32  | row of the source (header = 1; JSON: record from 1) |
    | `deal_id` *                                | String  | the source's id, or "row-12" where it has none      |
    | `outcome` *                                | Int8    | 1 won, 0 lost, -1 open; never null                  |
    | `close_date` *, `created_date` *           | Date    | `close_date` is null for open and undated deals     |
    | `amount` *                                 | Float64 | major units; all null when currencies are mixed     |
    | `amount_exact` *                           | Decimal | the same exactly, also with mixed currencies        |
    | `currency` *                               | String  | ISO code per row, null when unknown                 |
    | `account` *                                | String  | name of the account                                 |
    | `deal_name`, `stage`                       | String  | where there; `stage` only if it says the outcome    |
    | `expected_close_date`                      | Date    | where the source has it                             |
    | `loss_reason`, `win_reason`, `competitor`  | Enum    | dimensions under their fixed name                   |
    | `qualification_score`                      | Float64 | a measure under its fixed name                      |

    Beside them stand dimensions (`Enum` of exactly the values that occur, null = not filled in), measures (Float64)
    and further dates under the names of the source.

    Attributes:
        frame: the deals that are won, lost or open.
        dimensions: columns whose values may be segments; nothing known only afterwards is filtered out here.
        measures: numeric columns beside `amount`.
        dates: further date columns.
        people: those of the dimensions that are persons.
        roles: field -> column of `frame` for recognised columns that keep the source's name (`owner` ->
            `sales_rep_id`, `industry`, `product`, `lead_source`, `region`, `account_revenue`, `sales_cycle_days` ...).
        source_names: fixed name -> the source's own name where it differs.
        currency: ISO code of `amount`; None when unknown or mixed.
        as_of: the latest day found among the close and creation dates.
        with_open: whether open deals are in the frame.
        set_aside: reason -> number of rows left out, endings without a verdict included.
        rejected: rows that were left out as unusable: `row_number`, `reason` (a sentence), the original cells.
        oddities: what is strange about the file.
        contacts: people named in the deals, one row each: `deal_id`, `name`, `title`, `department`, `role`,
            `seniority`, `email`, `phone`; empty when there are none.
        layout: the export of another program it was recognised as.
    """

    frame: pl.DataFrame
    dimensions: tuple[str, ...]
    measures: tuple[str, ...]
    rejected: pl.DataFrame
    contacts: pl.DataFrame
    dates: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    roles: Mapping[str, str] = field(default_factory=dict)
    source_names: Mapping[str, str] = field(default_factory=dict)
    currency: str | None = None
    as_of: date | None = None
    with_open: bool = False
    set_aside: Mapping[str, int] = field(default_factory=dict)
    oddities: tuple[Oddity, ...] = ()
    layout: Layout | None = None
