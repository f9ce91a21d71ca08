import pytest
pytestmark = pytest.mark.anyio
async def test_x(database, cast):
    assert cast.actors["manager"].teams
    async with database.read() as s:
        from sqlalchemy import text
        print((await s.execute(text("select count(*) from deal_facts"))).scalar())
