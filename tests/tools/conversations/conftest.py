"""A desk on each kind of database."""

from __future__ import annotations

import pytest

from tests.tools.desk import Desk
from tests.tools.effects.conftest import database, office
from tests.tools.effects.office import Office

__all__ = ["database", "office"]


@pytest.fixture
def desk(office: Office) -> Desk:
    return Desk(office)
