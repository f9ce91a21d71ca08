import pytest

from db.errors import NotFound
from tools.automation import CreateTask, OverdueTasks, create_task, overdue_tasks
from tools.contract import Action, RecordArgument
from tools.errors import BadArgument, NeedsChoice
from tools.evidence import rendered

pytestmark = pytest.mark.anyio


def shown(found):
    return "\n".join(rendered(part, found.figures) for part in found.said)


async def propose(as_person, *, email="rep@demo.example", **arguments):
    async with as_person(email) as at:
        return await create_task.run(CreateTask(**arguments), at)


async def test_a_reminder_is_one_new_record_with_its_time_in_utc(as_person):
    made = await propose(
        as_person, title="Call Jane", due="2025-06-12T10:00", remind=True, record=RecordArgument(kind="contact", id=1)
    )
    (operation,) = made.operations
    assert (operation.action, operation.kind) == (Action.CREATE, "task")
    assert operation.values["due_at"] == operation.values["remind_at"] == "2025-06-12T08:00:00+00:00"
    assert (operation.values["kind"], operation.values["contact_id"], operation.values["owner_id"]) == (
        "reminder",
        1,
        12,
    )
    assert made.done == "Reminder “Call Jane” created for Thursday 12 June at 10:00, about Jane Miller."


@pytest.mark.parametrize(
    ("due", "remind", "stored"),
    [
        ("2025-06-13", False, "2025-06-13T15:00:00+00:00"),
        ("2025-06-13", True, "2025-06-13T07:00:00+00:00"),
        ("2025-06-11", True, "2025-06-11T08:00:00+00:00"),
        ("2025-06-13T09:00:00+09:00", False, "2025-06-13T00:00:00+00:00"),
        ("2025-12-13T09:00", False, "2025-12-13T08:00:00+00:00"),
    ],
)
async def test_due_times_are_read_in_the_zone_of_the_person(as_person, due, remind, stored):
    made = await propose(as_person, title="x", due=due, remind=remind)
    assert made.operations[0].values["due_at"] == stored


@pytest.mark.parametrize("due", ["2025-06-10", "2025-06-11T08:59", "2025-06-11T06:59:00Z"])
async def test_a_time_that_has_passed_is_asked_about(as_person, due):
    with pytest.raises(NeedsChoice, match="has passed already"):
        await propose(as_person, title="x", due=due)


async def test_a_reminder_without_a_time_is_asked_about(as_person):
    with pytest.raises(NeedsChoice, match="When should I remind you"):
        await propose(as_person, title="x", remind=True)


async def test_a_task_without_a_date_has_none(as_person):
    made = await propose(as_person, title="Tidy up", assignee="me")
    assert made.operations[0].values["due_at"] is None
    assert made.said == "I would create the task “Tidy up” without a due date."


async def test_only_visible_active_colleagues_get_tasks(as_person):
    made = await propose(as_person, email="manager@demo.example", title="x", assignee="dana")
    assert made.operations[0].values["owner_id"] == 13
    with pytest.raises(BadArgument, match="no colleague"):
        await propose(as_person, title="x", assignee="Dana Weiss")
    with pytest.raises(BadArgument, match="no longer works"):
        await propose(as_person, email="manager@demo.example", title="x", assignee="Rolf")


async def test_a_task_cannot_hang_on_a_hidden_record_or_a_product(as_person):
    with pytest.raises(NotFound):
        await propose(as_person, title="x", record=RecordArgument(kind="opportunity", id=3))
    with pytest.raises(BadArgument, match="not a product"):
        await propose(as_person, title="x", record=RecordArgument(kind="product", id=1))


async def test_nonsense_dates_and_blank_titles_are_refused(as_person):
    with pytest.raises(BadArgument, match="ISO date"):
        await propose(as_person, title="x", due="someday")
    with pytest.raises(BadArgument, match="title"):
        await propose(as_person, title=" \u200b ")


async def test_overdue_tasks_of_a_rep_are_the_reps_own(as_person):
    async with as_person() as at:
        found = await overdue_tasks.run(OverdueTasks(), at)
    assert shown(found) == (
        "1 overdue task for you:\n1. Send roll-out plan: due Tuesday 10 June at 09:00, about Acme Planner"
    )


async def test_a_manager_sees_the_team_and_can_name_one(as_person):
    async with as_person("manager@demo.example") as at:
        team = await overdue_tasks.run(OverdueTasks(), at)
        dana = await overdue_tasks.run(OverdueTasks(owner="Dana"), at)
    assert {row["id"] for row in team.rows} == {1, 3}
    assert shown(dana).startswith("1 overdue task for Dana Weiss:")


async def test_today_names_what_is_left_over_from_before(as_person):
    async with as_person() as at:
        found = await overdue_tasks.run(OverdueTasks(scope="today"), at)
    assert [row["id"] for row in found.rows] == [2]
    assert "1 more is overdue from earlier days." in shown(found)


async def test_nothing_due_is_said_plainly(as_person):
    async with as_person("executive@demo.example") as at:
        found = await overdue_tasks.run(OverdueTasks(owner="me"), at)
    assert shown(found) == "Nothing is overdue for you."
