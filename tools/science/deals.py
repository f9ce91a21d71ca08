"""The one shape in which deals reach the science: columns, never objects.

Every source (database fact table, CSV, JSON, simulator) delivers a `Deals`; every method takes one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

WON, LOST, OPEN = 1, 0, -1
NOT_FILLED_IN = "not filled in"


@dataclass(frozen=True, slots=True)
class Deals:
    """Deals of one scope, one row each (latest state).

    Columns of `frame` with a fixed name, each optional but `outcome`:

    | column         | type        | meaning                                                       |
    |----------------|-------------|---------------------------------------------------------------|
    | `outcome`      | Int8        | `WON` 1, `LOST` 0, `OPEN` -1; never null                      |
    | `close_date`   | Date        | day the outcome was entered; null for open and undated deals  |
    | `created_date` | Date        | day the deal was created; null when unknown                   |
    | `amount`       | Float64     | deal value in major currency units; null when unknown         |
    | `account`      | UInt32      | code of the account, for clustering; null when unknown        |

    Beside them stand the `dimensions` (type `pl.Enum` with dense categories, null = not filled in) and
    the `measures` (Float64). Their names are those of the source, because answers name them.
    Nothing is filtered beforehand: the guard against columns known only afterwards works on all.

    Attributes:
        dimensions: columns whose values may be segments (`region`, `product_type`, ...).
        measures: numeric columns beside `amount` (`sales_cycle_days`, ...).
        source_names: fixed name -> the source's own name where it differs (`amount` -> `close_value`),
            used whenever a column is named to a person.
        people: those of the dimensions that are persons (an owner). They are reported, but a person is
            named as a cause only under the rules for people.
        grouped: those of the dimensions that only roll another dimension up or are not manageable; they may
            explain but need not be named first. Usually empty.
        with_open: whether open deals are in the frame; without them timing cannot be checked.
        as_of: the day the data reaches to; None = the latest date found in it.
        scope: who and what the rows are, in words ("your team", "the file").
        set_aside: reason -> number of rows that were left out before (undated, impossible, duplicate).
        currency: ISO code of `amount`, None when unknown.
    """

    frame: pl.DataFrame
    dimensions: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    source_names: Mapping[str, str] = field(default_factory=dict)
    people: tuple[str, ...] = ()
    grouped: tuple[str, ...] = ()
    with_open: bool = False
    as_of: date | None = None
    scope: str = "all deals"
    set_aside: Mapping[str, int] = field(default_factory=dict)
    currency: str | None = None

    def name_of(self, column: str) -> str:
        """The name a person knows the column by."""
        return self.source_names.get(column, column)
