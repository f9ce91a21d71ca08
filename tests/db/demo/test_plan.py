from __future__ import annotations

from datetime import date

import pytest

from db.demo import Cause, DemoPlan, Happening, ImpossiblePlan, Sizes, build

SMALL = Sizes().scaled(0.03)


@pytest.mark.parametrize(
    ("kind", "size", "where"),
    [
        (Happening.RATE, -1.5, {}),
        (Happening.MIX, 2.0, {}),
        (Happening.MIX, -1.0, {"product": "Pro"}),
        (Happening.FEED_GAP, 1.2, {}),
        (Happening.RATE, -0.1, {"weather": "rain"}),
    ],
)
def test_a_senseless_cause_is_refused(kind: Happening, size: float, where: dict[str, str]) -> None:
    with pytest.raises(ImpossiblePlan):
        Cause(kind, size, where)


def test_a_segment_that_does_not_exist_is_refused_by_name() -> None:
    plan = DemoPlan(date(2026, 5, 20), sizes=SMALL, causes=(Cause(Happening.RATE, -0.1, {"product": "Gold"}),))
    with pytest.raises(ImpossiblePlan, match="no product Gold"):
        build(plan)


def test_a_fall_below_nothing_is_refused() -> None:
    plan = DemoPlan(date(2026, 5, 20), sizes=SMALL, causes=(Cause(Happening.RATE, -0.6),))
    with pytest.raises(ImpossiblePlan, match="would be left"):
        build(plan)


def test_sizes_are_kept_to_the_record() -> None:
    sizes = Sizes(accounts=200, contacts=700, leads=2_000, opportunities=1_500, duplicates=30, stuck_deals=9)
    tables = build(DemoPlan(date(2026, 5, 20), sizes=sizes)).tables
    assert tables["accounts"].height == 200
    assert tables["contacts"].height == 710
    assert tables["leads"].height == 2_020
    assert tables["opportunities"].height == 1_500


def test_too_small_a_company_is_refused() -> None:
    with pytest.raises(ImpossiblePlan):
        Sizes(accounts=10)
    with pytest.raises(ImpossiblePlan):
        Sizes(contacts=3_000)
