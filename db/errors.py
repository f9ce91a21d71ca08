"""What can go wrong with stored things.

StoreError
├── NotFound            no such record among those the actor may see
│   ├── UnknownKind     no such kind of record
│   └── UnknownRule     no such rule of the workspace
├── BadRule             a value that a rule of the workspace does not take
├── BadField            a field, value or condition that the record does not take
├── Conflict            the record was changed by someone else in the meantime
│   ├── EditedSince     what a change wrote was edited, so it cannot be taken back
│   ├── LinkedSince     others hang on the record a change created
│   ├── AlreadyUndone   the change was taken back before
│   ├── AlreadyDecided  the proposal was decided before
│   ├── Expired         the proposal waited too long
│   ├── AskerLeft       who asked for it no longer works here
│   └── NotInDoubt      what became of the message is known
├── NotPermitted        the actor's role does not grant the action
│   ├── AnotherDecides  four eyes: who asked may not approve it
│   ├── NobodyDecides   four eyes, and nobody is left to approve it
│   └── Forbidden       the policy of the workspace rules it out
├── AbsenceRefused      an absence that cannot be: over already, or with a stand-in who is away as well
├── WorkspaceMissing    there is no database, or it has no tables yet
├── WorkspaceOutdated   the tables are older (or newer) than the program
├── RevisionUnknown     the program has no such revision to bring the tables to
├── OtherDirection      the wanted revision lies the other way
├── RolesMissing        the roles that guard the rows are not there, or not ours to take
├── NotADatabase        the file belongs to something else
├── ForeignDatabase     the database holds another program's tables
├── WorkspaceInUse      the demo would mix with other data
├── DemoWorkspace       real data would mix with the demo
├── ImportUndone        the import was taken back before
├── ImportEdited        records of the import were changed since, so it is not taken back
├── WorkspaceOpen       another process works on the tables that are to be moved or replaced
├── AnchorUnreadable    the file is no anchor of this workspace's audit chain
├── BackupUnreadable    the file is no whole backup of ours
├── BackupFailed        the backup could not be written
├── RestoreRefused      the workspace cannot be replaced now
├── LastAdministrator   nobody would be left to run the workspace
├── AlreadyThere        a person or team of that name exists
├── TerminalOnly        nothing signs in as the terminal's administrator
├── LinkSpent           the link was used, has expired, or never was
├── PasswordRefused     the password is too easy to guess
├── TooManyAttempts     signing in was tried too often
├── StorageFull         the disk is full or read-only; nothing was written
├── NotStorable         a text or number that the database cannot hold
├── StorageAway         the database does not answer
└── StorageBusy         another process held the database too long; nothing was written
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from db.field_words import in_words


class StoreError(Exception):
    """Root of everything the store refuses. The message is one sentence for the person who asked."""

    code = "store_error"


class NotFound(StoreError):
    code = "not_found"

    def __init__(self, kind: str, key: object) -> None:
        self.kind, self.key = kind, key
        super().__init__(f"There is no {kind} {key}.")


class UnknownKind(NotFound):
    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__("kind of record", name)
        self.args = (f"“{name}” is no kind of record here; there are {', '.join(known)}.",)


class BadField(StoreError):
    code = "bad_field"

    def __init__(self, kind: str, name: str, problem: str) -> None:
        self.kind, self.field = kind, name
        super().__init__(f"{name}: {problem}")


class NotShown(BadField):
    """A field that is hidden from the person's role, where something would rest on it. `many` are the records."""

    code = "not_shown"

    def __init__(self, kind: str, many: str, words: str) -> None:
        super().__init__(kind, words, "is not shown")
        self.args = (
            f"The {words} of {many} is not shown to your role, so I do not list, filter, order or reckon by it.",
        )


class UnknownRule(NotFound):
    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__("rule", name)
        self.args = (f"“{name[:60]}” is no rule of the workspace; there are {', '.join(known)}.",)


class BadRule(StoreError):
    code = "bad_rule"

    def __init__(self, key: str, value: str, problem: str) -> None:
        self.rule, self.value = key, value
        said = f"{key}: {problem}" if not value else f"{key}: “{value[:60]}” cannot be used; {problem}"
        super().__init__(f"{said}.")


class Conflict(StoreError):
    code = "conflict"

    def __init__(self, kind: str, key: object, fields: tuple[str, ...] = ()) -> None:
        self.kind, self.key, self.fields = kind, key, fields
        which = f" ({', '.join(fields)})" if fields else ""
        super().__init__(f"The {kind} {key} was changed by someone else in the meantime{which}.")


class EditedSince(Conflict):
    """`fields` are columns; the sentence names them in words, and who edited them and when, as far as it is known."""

    def __init__(
        self, kind: str, key: object, fields: tuple[str, ...], *, by: str | None = None, at: datetime | None = None
    ) -> None:
        self.kind, self.key, self.fields, self.by, self.at = kind, key, fields, by, at
        words = [in_words(field) for field in fields]
        named = " and ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words)
        whom = f" by {by}" if by else " by someone else"
        when = f" on {at:%Y-%m-%d at %H:%M} UTC" if at else ""
        verb = "were" if words[1:] else "was"
        StoreError.__init__(
            self,
            f"{named[0].upper()}{named[1:]} of the {kind} {key} {verb} edited since{whom}{when}, so it stays as it is.",
        )


class LinkedSince(Conflict):
    def __init__(self, kind: str, key: object, linked: tuple[str, ...]) -> None:
        self.kind, self.key, self.linked = kind, key, linked
        what = " and ".join(linked) if linked else "another record"
        StoreError.__init__(self, f"Since then, {what} was linked to the {kind} {key}, so it stays.")


class AlreadyUndone(Conflict):
    code = "already_undone"

    def __init__(self, key: str) -> None:
        StoreError.__init__(self, f"The change {key} was taken back before.")


class AlreadyDecided(Conflict):
    code = "already_decided"

    def __init__(self, key: str, status: str) -> None:
        StoreError.__init__(self, f"The proposal {key} was decided before: it is {status}.")


class Expired(Conflict):
    code = "expired"

    def __init__(self, key: str) -> None:
        StoreError.__init__(self, f"The proposal {key} has expired. Ask again to get a new one.")


class AskerLeft(Conflict):
    code = "asker_left"

    def __init__(self, key: str) -> None:
        StoreError.__init__(self, f"Who asked for the proposal {key} no longer works here, so it is not carried out.")


class NotInDoubt(Conflict):
    code = "not_in_doubt"

    def __init__(self, key: str, status: str) -> None:
        StoreError.__init__(self, f"The proposal {key} is {status}; only a message in doubt can be settled.")


class NotPermitted(StoreError):
    code = "not_permitted"

    def __init__(self, permission: str, role: str, *, scope: str | None = None) -> None:
        """`scope`: that of the credential, where the role alone would grant it."""
        self.permission, self.role, self.scope = permission, role, scope
        who = f"As {role} you" if scope is None else f"A token of scope “{scope}”"
        super().__init__(f"{who} may not do this ({permission}).")


class AnotherDecides(NotPermitted):
    code = "another_decides"

    def __init__(self, key: str, names: tuple[str, ...]) -> None:
        self.names = names
        StoreError.__init__(
            self, f"Somebody else has to approve the proposal {key}: it waits for {' or '.join(names)}."
        )


class NobodyDecides(NotPermitted):
    code = "nobody_decides"

    def __init__(self, key: str) -> None:
        StoreError.__init__(
            self,
            f"Nobody is there who may approve the proposal {key}; an administrator can name a manager or a stand-in.",
        )


class Forbidden(NotPermitted):
    code = "forbidden"

    def __init__(self, what: str) -> None:
        StoreError.__init__(self, f"The policy of this workspace rules out {what}; an administrator can change it.")


class AbsenceRefused(StoreError):
    code = "absence_refused"


class WorkspaceMissing(StoreError):
    code = "workspace_missing"

    def __init__(self, file: Path | None = None) -> None:
        """`file`: the one that is not there; None for a database without tables."""
        self.file = file
        found = "This database is empty." if file is None else f"There is no workspace at {file}."
        super().__init__(
            f"{found} Run “rainmaker demo” for a demo company, or “rainmaker import deals FILE” or “rainmaker serve” "
            "to begin one of your own."
        )


class WorkspaceOutdated(StoreError):
    code = "workspace_outdated"

    def __init__(self, found: str, wanted: str) -> None:
        self.found, self.wanted = found, wanted
        # Revisions are numbers of one width, so they compare as text.
        remedy = (
            f"the program needs {wanted}. Run “rainmaker db upgrade” or “rainmaker serve”: both back it up first."
            if found < wanted
            else f"this program knows only up to {wanted}. Use the newer program that made it; nothing was changed."
        )
        super().__init__(f"This database is at revision {found}, {remedy}")


class RevisionUnknown(StoreError):
    code = "revision_unknown"

    def __init__(self, wanted: str, known: tuple[str, ...]) -> None:
        self.wanted, self.known = wanted, known
        super().__init__(f"There is no revision {wanted}; there is {', '.join(known)}. Nothing was changed.")


class OtherDirection(StoreError):
    code = "other_direction"

    def __init__(self, found: str, wanted: str, *, down: bool) -> None:
        """`down`: what was asked for."""
        self.found, self.wanted = found, wanted
        asked, other = ("downgrade", "upgrade") if down else ("upgrade", "downgrade")
        way = "up" if down else "down"
        super().__init__(
            f"The database is at revision {found}, and the {asked} does not go {way} to {wanted}. "
            f"Run “rainmaker db {other} --to {wanted}”."
        )


class WorkspaceInUse(StoreError):
    code = "workspace_in_use"

    def __init__(self, found: str) -> None:
        self.found = found
        super().__init__(
            f"This database already holds {found}; the demo company needs an empty one (RAINMAKER_DATABASE_URL). "
            "Nothing was changed."
        )


class DemoWorkspace(StoreError):
    code = "demo_workspace"

    def __init__(self) -> None:
        super().__init__(
            "This workspace holds the demo company, and real data never mixes with it. Set RAINMAKER_DATABASE_URL to a "
            "fresh one. Nothing was changed."
        )


class ImportUndone(StoreError):
    code = "import_undone"

    def __init__(self, key: str) -> None:
        super().__init__(f"The import {key} was taken back before.")


class ImportEdited(StoreError):
    code = "import_edited"

    def __init__(self, key: str, *, edited: int, linked: int, examples: tuple[str, ...]) -> None:
        """`edited`: records changed since; `linked`: records that others point at now; `examples` of both."""
        self.edited, self.linked = edited, linked
        said = [f"{edited:,} of its records were changed since"] if edited else []
        said += [f"others are linked to {linked:,} of them"] if linked else []
        super().__init__(
            f"The import {key} was not taken back: {' and '.join(said)} ({', '.join(examples)}). Take back all but "
            "those with --keep-edited."
        )


class WorkspaceOpen(StoreError):
    code = "workspace_open"

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(
            f"Another process has {what} open. Stop the server first, and the worker beside it. Nothing was changed."
        )


class RolesMissing(StoreError):
    code = "roles_missing"

    def __init__(self, role: str) -> None:
        self.role = role
        super().__init__(
            f"The rows of this workspace are guarded by the database role {role}, which is not there or not granted to "
            "the user of RAINMAKER_DATABASE_URL. Run “rainmaker db upgrade” as the owner of the tables."
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


class AnchorUnreadable(StoreError):
    code = "anchor_unreadable"

    def __init__(self, path: object) -> None:
        self.path = path
        super().__init__(
            f"{path} is not an anchor made with this workspace's secret key. It was altered, or RAINMAKER_SECRET_KEY "
            "is another than it was."
        )


class BackupUnreadable(StoreError):
    code = "backup_unreadable"

    def __init__(self, path: object, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(f"{path} is not a whole backup of Rainmaker ({reason}). Nothing was changed.")


class BackupFailed(StoreError):
    code = "backup_failed"

    def __init__(self, path: object, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(f"The backup {path} could not be written ({reason}). The workspace was left as it is.")


class RestoreRefused(StoreError):
    code = "restore_refused"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"{reason} Nothing was changed.")


class LastAdministrator(Conflict):
    code = "last_administrator"

    def __init__(self, email: str) -> None:
        self.email = email
        StoreError.__init__(self, f"{email} is the last administrator. Make somebody else one first.")


class AlreadyThere(Conflict):
    code = "already_there"

    def __init__(self, kind: str, key: str) -> None:
        StoreError.__init__(self, f"There is a {kind} {key} already.")


class TerminalOnly(StoreError):
    code = "terminal_only"

    def __init__(self, email: str) -> None:
        super().__init__(
            f"{email} acts in the terminal only. Add yourself: “rainmaker users invite EMAIL --name NAME --role admin”."
        )


class LinkSpent(StoreError):
    code = "link_spent"

    def __init__(self) -> None:
        super().__init__("This link was used before or has expired. Ask an administrator for a new one.")


class PasswordRefused(StoreError):
    code = "password_refused"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"Choose another password: {reason}.")


class TooManyAttempts(StoreError):
    code = "too_many_attempts"

    def __init__(self, minutes: int) -> None:
        self.minutes = minutes
        super().__init__(f"Signing in was tried too often. Try again in {minutes} minutes.")


class StorageAway(StoreError):
    code = "storage_away"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"The database does not answer ({reason}). Try again in a moment.")


class NotStorable(StoreError):
    code = "not_storable"

    def __init__(self) -> None:
        super().__init__("That holds characters that are none, or a number that is too large.")
