"""What the settings name, tried: the database, the model endpoint, the mail server and the receivers of traces."""

from __future__ import annotations

import asyncio

from agent import reaching
from agent.reaching import SECONDS, Answer
from agent.settings import AgentSettings
from api import exposure
from db.errors import StorageAway, StoreError, WorkspaceMissing
from db.row_security import Standing, standing
from db.session import Database
from db.settings import WorkspaceSettings
from db.workspace import require_current, require_file
from tools.delivery import Delivery
from tools.errors import DeliveryUnavailable

_DATABASE = "database"
_MAIL = "mail server"
_GUARDED = {
    Standing.UP: "the database itself keeps people to the rows they may see",
    Standing.AWAITED: "not yet; “rainmaker db upgrade” or “rainmaker serve” puts it up",
    Standing.REFUSED: (
        "only the program keeps people to their rows, because the database user {user} may not create the roles that "
        "row-level security needs. Let the server's administrator say “ALTER ROLE {user} CREATEROLE”, run “rainmaker "
        "db upgrade”, and take it back with “ALTER ROLE {user} NOCREATEROLE”"
    ),
}


async def database(workspace: WorkspaceSettings) -> tuple[Answer, bool]:
    """Whether it can be worked on, and whether the demo's people live there. None is made to find out."""
    try:
        require_file(workspace)
    except WorkspaceMissing as error:
        # Where nothing is yet, the first verb that makes a workspace finds it in order.
        return Answer(_DATABASE, ok=True, says=str(error), there=False), False
    opened = Database(workspace.url, currency=workspace.currency)
    try:
        async with asyncio.timeout(SECONDS):
            await require_current(opened)
            return Answer(_DATABASE, ok=True, says="answers, with tables up to date"), await exposure.holds_demo(opened)
    except WorkspaceMissing as error:
        return Answer(_DATABASE, ok=True, says=str(error), there=False), False
    except StorageAway as error:
        return Answer(_DATABASE, ok=False, says=_reason(error)), False
    except StoreError as error:
        return Answer(_DATABASE, ok=False, says=str(error)), False
    except TimeoutError:
        return Answer(_DATABASE, ok=False, says=f"did not answer within {SECONDS:g} seconds"), False
    finally:
        await opened.close()


async def row_security(workspace: WorkspaceSettings) -> list[Answer]:
    """Whether PostgreSQL keeps people to their rows itself; nothing to say of SQLite, or where nothing answers."""
    if workspace.file is not None or workspace.url.get_backend_name() == "sqlite":
        return []
    opened = Database(workspace.url)
    try:
        async with asyncio.timeout(SECONDS), opened.owning().read() as session:
            found, user = await standing(session)
    except (StoreError, TimeoutError):
        return []
    finally:
        await opened.close()
    says = _GUARDED[found].format(user=user)
    return [Answer("row-level security", ok=True, says=says, there=found is Standing.UP)]


async def others(agent: AgentSettings) -> list[Answer]:
    """Those that are configured, at the same time."""
    tries = [reaching.tried(agent)]
    if agent.smtp_url:
        tries.append(_mail(agent.smtp_url))
    return [one for found in await asyncio.gather(*tries) for one in found]


def _reason(error: StorageAway) -> str:
    """The first line of what the driver said, which names host, port and person, and no password."""
    said = str(getattr(error.__cause__, "orig", None) or "").strip()
    return f"does not answer: {said.splitlines()[0]}" if said else str(error)


async def _mail(url: str) -> list[Answer]:
    try:
        await Delivery(url).tried(SECONDS)
    except DeliveryUnavailable as error:
        return [Answer(_MAIL, ok=False, says=str(error))]
    return [Answer(_MAIL, ok=True, says=f"answers at {reaching.shown(url)}")]
