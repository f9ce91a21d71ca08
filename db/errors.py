"""What can go wrong with stored things.

StoreError
├── NotFound            no such record among those the actor may see
├── Conflict            the record was changed by someone else in the meantime
├── AlreadyDecided      the proposal was decided before
├── Expired             the proposal waited too long
├── NotPermitted        the actor's role does not grant the action
├── WorkspaceMissing    the database has no tables yet
├── WorkspaceOutdated   the tables are older (or newer) than the program
├── NotADatabase        the file belongs to something else
├── ForeignDatabase     the database holds another program's tables
├── WorkspaceInUse      the demo would mix with other data
├── StorageFull         the disk is full or read-only; nothing was written
└── StorageBusy         another process held the database too long; nothing was written
"""

from __future__ import annotations


class StoreError(Exception):
    """Root of everything the store refuses. The message is one sentence for the person who asked."""

    code = "store_error"


class NotFound(StoreError):
    code = "not_found"

    def __init__(self, kind: str, key: object) -> None:
        self.kind, self.key = kind, key
        super().__init__(f"There is no {kind} {key}.")


class Conflict(StoreError):
    code = "conflict"

    def __init__(self, kind: str, key: object, fields: tuple[str, ...] = ()) -> None:
        self.kind, self.key, self.fields = kind, key, fields
        which = f" ({', '.join(fields)})" if fields else ""
        super().__init__(f"The {kind} {key} was changed by someone else in the meantime{which}.")


class AlreadyDecided(Conflict):
    code = "already_decided"

    def __init__(self, key: str, status: str) -> None:
        StoreError.__init__(self, f"The proposal {key} was decided before: it is {status}.")


class Expired(Conflict):
    code = "expired"

    def __init__(self, key: str) -> None:
        StoreError.__init__(self, f"The proposal {key} has expired. Ask again to get a new one.")


class NotPermitted(StoreError):
    code = "not_permitted"

    def __init__(self, permission: str, role: str) -> None:
        self.permission, self.role = permission, role
        super().__init__(f"As {role} you may not do this ({permission}).")


class WorkspaceMissing(StoreError):
    code = "workspace_missing"

    def __init__(self) -> None:
        super().__init__(
            "This database is empty. Run “rainmaker demo” for a demo company or “rainmaker import deals FILE”."
        )


class WorkspaceOutdated(StoreError):
    code = "workspace_outdated"

    def __init__(self, found: str, wanted: str) -> None:
        self.found, self.wanted = found, wanted
        # Revisions are numbers of one width, so they compare as text.
        remedy = (
            f"the program needs {wanted}. Start “rainmaker serve” once: it brings the tables up to date."
            if found < wanted
            else f"this program knows only up to {wanted}. Use the newer program that made it; nothing was changed."
        )
        super().__init__(f"This database is at revision {found}, {remedy}")


class WorkspaceInUse(StoreError):
    code = "workspace_in_use"

    def __init__(self, found: str) -> None:
        self.found = found
        super().__init__(
            f"This database already holds {found}; the demo company needs an empty one. Nothing was changed."
        )


class NotADatabase(StoreError):
    code = "not_a_database"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(
            f"RAINMAKER_DATABASE_URL names a file that is not a database of ours ({reason}). Nothing was changed."
        )


class ForeignDatabase(StoreError):
    code = "foreign_database"

    def __init__(self, tables: tuple[str, ...]) -> None:
        self.tables = tables
        some = ", ".join(tables[:3])
        super().__init__(
            f"This database holds tables of another program ({some}). Nothing was changed; use an empty one."
        )


class StorageFull(StoreError):
    code = "storage_full"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"The database could not be written ({reason}). Nothing was changed.")


class StorageBusy(StoreError):
    code = "storage_busy"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"The database is in use by another process ({reason}). Nothing was changed; try again.")
