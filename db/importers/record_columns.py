"""Which columns a file of a kind of record may have: its declared fields, and what exports call them."""

from __future__ import annotations

from collections.abc import Iterator

from db.importers.headers import Content, Field, called
from db.importers.layouts import OWN_ID
from db.records.declaration import Field as Declared
from db.records.declaration import FieldType, RecordKind

LEFT_OUT = frozenset({"score", "grade", "sentiment"})
"""Fields that are worked out here, with their reasons, and never taken from a file."""
EXTERNAL, CURRENCY, FULL_NAME, CREATED, UPDATED = "external_id", "currency", "full_name", "created_at", "updated_at"
_CONTENT = {
    FieldType.DATE: Content.DATE, FieldType.MOMENT: Content.DATE, FieldType.FLAG: Content.FLAG,
    FieldType.WHOLE: Content.NUMBER, FieldType.NUMBER: Content.NUMBER, FieldType.SHARE: Content.NUMBER,
    FieldType.MONEY: Content.MONEY,
}  # fmt: skip
_CREATED_NAMES = (
    "create date, created, created at, created on, created date, date created, creation date, created time, add time, "
    "added on, erstellt am, erstelldatum, fecha de creacion, date de creation"
)
_UPDATED_NAMES = "last modified date, last modified, updated, updated at, updated on, update time, geaendert am"
_COUNTRY = "country region, mailing country, billing country, land, pais, pays"
_REGION = "state, state region, province, territory, billing state, mailing state"
_CITY = "mailing city, billing city, town, stadt, ort, ciudad, ville"
_COMPANY = (
    "company name, organization, organisation, account name, account, associated company, employer, firma, "
    "unternehmen, empresa, societe, entreprise"
)
_OWNER = (
    "owner name, owner email, sales rep, rep, assigned to, owner id, account executive, besitzer, propietario, "
    "proprietaire"
)
_STARTS = "start, starts, begin date, from, launch date, startdatum, fecha de inicio, date de debut"
_ENDS = "end, ends, finish date, until, to, enddatum, fecha de fin, date de fin"
_CALLED: dict[str, str] = {
    "first_name": "firstname, given name, forename, vorname, nombre, prenom",
    "last_name": "lastname, surname, family name, nachname, apellido, apellidos, nom de famille",
    FULL_NAME: "name, contact name, lead name, person name, contact person, full name, nom",
    "email": "e mail, email address, e mail address, work email, mail, correo, courriel",
    "phone": "phone number, telephone, work phone, business phone, main phone, mobile phone, mobile phone number, "
    "mobile number, mobile, cell, cell phone, handy, movil, telefon, telefono",
    "title": "job title, position, role, designation, titel, cargo, puesto, fonction, poste",
    "department": "abteilung, departamento, service",
    "seniority": "seniority level, management level, employment seniority",
    "company": _COMPANY,
    "account": _COMPANY,
    "domain": "website, website url, company domain name, web, url, homepage",
    "country": _COUNTRY,
    "region": _REGION,
    "city": _CITY,
    "industry": "sector, vertical, branche, industria, secteur",
    "employees": "number of employees, no of employees, employee count, headcount, mitarbeiter",
    "annual_revenue": "revenue, yearly revenue, turnover, umsatz, ingresos",
    "source": "lead source, original source, original source type, lead origin, channel, quelle, herkunft, origen, "
    "fuente",
    "owner": _OWNER,
    "user": _OWNER,
    "author": _OWNER,
    "opted_out": "do not email, email opt out, opted out of email, unsubscribed, opt out",
    "do_not_contact": "do not call, dnc",
    "last_contacted_at": "last contacted date, last contacted, last activity date, last touch",
    CREATED: _CREATED_NAMES,
    "arrived_at": _CREATED_NAMES,
    UPDATED: _UPDATED_NAMES,
    "starts_on": _STARTS,
    "ends_on": _ENDS,
    "cost": "spend, actual cost, amount spent, kosten, costo",
    "budget": "budgeted cost, planned budget",
    CURRENCY: "currency code, currency iso code, wahrung, waehrung, moneda, divisa, devise",
    "due_at": "due, due date, due on, deadline, activity date, faellig am",
    "body": "text, note, notes, content, description, comment, comments, beschreibung, notizen, notas",
    "description": "note, notes, details, comment, comments, beschreibung, notizen, notas",
}
_CALLED_BY: dict[tuple[str, str], str] = {
    ("account", "name"): "account name, account, company name, company, organization name, organization, organisation, "
    "customer, client, firma, kunde, unternehmen, empresa, cliente, entreprise, societe, nom",
    ("account", "country"): f"{_COUNTRY}, office location, headquarters",
    ("campaign", "name"): "campaign name, campaign, title, utm campaign, kampagne, campana, campagne",
    ("campaign", "channel"): "campaign type, type, medium, utm medium, source, kanal, canal",
    ("task", "title"): "subject, task, task title, name, what to do",
    ("lead", "status"): "lifecycle stage, stage, lead state, lead status, estado, statut",
}
_PREFIXES: dict[str, tuple[str, ...]] = {
    "lead": ("contact", "person", "prospect"), "contact": ("person", "primary"),
    "account": ("company", "organization", "organisation"),
}  # fmt: skip
IDENTITY: dict[str, tuple[str, ...]] = {
    "lead": (FULL_NAME, "first_name", "last_name", "email", "phone", "company"),
    "contact": (FULL_NAME, "first_name", "last_name", "email", "phone"),
    "learner": (FULL_NAME, "first_name", "last_name", "email", "phone"),
}
"""Fields of which a row has to fill one in; of other kinds those that a record cannot be without."""


def importable(kind: RecordKind) -> bool:
    """Whether records of the kind come from files; what the program keeps itself does not."""
    return bool(kind.written)


def taken_over(field: Declared) -> bool:
    """Whether a field is taken from a file: history keeps its own days and authors, what is reckoned here does not."""
    return not field.derived and field.name not in LEFT_OUT


def columns_of(kind: RecordKind) -> tuple[Field, ...]:
    """Every column that is understood, the fields of the declaration first."""
    return tuple(_columns(kind))


def prefixes_of(kind: RecordKind) -> tuple[str, ...]:
    """Words exports put before a field: `Contact owner`."""
    return tuple(dict.fromkeys((kind.name.replace("_", " "), kind.one.lower(), *_PREFIXES.get(kind.name, ()))))


def identity_of(kind: RecordKind) -> tuple[str, ...]:
    """What tells which record a row is about; see `IDENTITY`."""
    return IDENTITY.get(kind.name) or tuple(one.name for one in kind.written if one.required and not one.custom)


def linked_kinds(field: Declared) -> bool:
    """Whether a link may be given as an id of the other record; people and teams are given by address or name."""
    return field.type is FieldType.LINK and field.to not in ("user", "team")


def _columns(kind: RecordKind) -> Iterator[Field]:
    names = {OWN_ID, EXTERNAL}
    yield Field(OWN_ID, Content.TEXT)
    yield Field(EXTERNAL, Content.TEXT, called(f"{kind.name} id, {kind.one} id, id, record id, hs object id"))
    for declared in kind.fields:
        if taken_over(declared):
            names.add(declared.name)
            yield _field(kind, declared)
            if linked_kinds(declared):
                yield Field(f"{declared.name}_id", Content.TEXT, called(f"associated {declared.name} ids"))
    if {"first_name", "last_name"} <= names:
        yield Field(FULL_NAME, Content.TEXT, called(_CALLED[FULL_NAME]))
    if hasattr(kind.table, "currency"):
        yield Field(CURRENCY, Content.TEXT, called(_CALLED[CURRENCY]))
    for name in (CREATED, UPDATED):
        if name not in names:
            yield Field(name, Content.DATE, called(_CALLED[name]))


def _field(kind: RecordKind, declared: Declared) -> Field:
    known = _CALLED_BY.get((kind.name, declared.name)) or _CALLED.get(declared.name, "")
    own = (declared.label, *declared.said) if declared.label else declared.said
    others = tuple(name for name in (*own, *(called(known) if known else ())) if name != declared.name)
    return Field(declared.name, _CONTENT.get(declared.type, Content.TEXT), tuple(dict.fromkeys(others)))
