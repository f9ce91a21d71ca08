"""The demo company: invented, the same for the same day, with a story that can be found in its figures.

`build(DemoPlan(as_of))` makes the tables, `insert_company(connection, company)` stores them.
"""

from db.demo.company import Company, build
from db.demo.errors import DemoError, ImpossiblePlan
from db.demo.plan import Cause, DemoPlan, Happening, Sizes
from db.demo.store import insert_company, require_empty

__all__ = [
    "Cause", "Company", "DemoError", "DemoPlan", "Happening", "ImpossiblePlan", "Sizes", "build", "insert_company",
    "require_empty",
]  # fmt: skip
