"""Which fields leads, contacts, accounts and campaigns have, what exports call them, and what a usable row needs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from db.importers.headers import Content, Field, called

_TEXT, _DATE, _FLAG, _NUMBER, _MONEY = Content.TEXT, Content.DATE, Content.FLAG, Content.NUMBER, Content.MONEY


class RecordKind(StrEnum):
    """The kinds of record a table may hold, as `rainmaker import` names them."""

    LEADS = "leads"
    CONTACTS = "contacts"
    ACCOUNTS = "accounts"
    CAMPAIGNS = "campaigns"


@dataclass(frozen=True, slots=True)
class RecordDeclaration:
    """What is known of one kind.

    Attributes:
        fields: its fields.
        prefixes: words exports put before a field.
        identity: fields of which at least one has to be filled in.
        id_field: the field that may not repeat.
        never_negative: fields of numbers that cannot be below zero.
        interval: fields of a first and a last day, in order.
    """

    fields: tuple[Field, ...]
    prefixes: tuple[str, ...]
    identity: tuple[str, ...]
    id_field: str
    never_negative: tuple[str, ...] = ()
    interval: tuple[str, str] | None = None


_OWNER = Field(
    "owner", _TEXT, called("owner name, sales rep, rep, assigned to, owner id, besitzer, propietario, proprietaire")
)
_CREATED = Field(
    "created_date",
    _DATE,
    called(
        "create date, created, created at, created on, date created, creation date, created time, add time, added on"
    )
    + called("erstellt am, erstelldatum, fecha de creacion, date de creation"),
)
_COUNTRY = Field("country", _TEXT, called("country region, mailing country, billing country, land, pais, pays"))
_REGION = Field("region", _TEXT, called("state, state region, province, territory, billing state, mailing state"))
_CITY = Field("city", _TEXT, called("mailing city, billing city, town, stadt, ort, ciudad, ville"))
_INDUSTRY = Field("industry", _TEXT, called("sector, vertical, branche, industria, secteur"))
_EMPLOYEES = Field(
    "employees", _NUMBER, called("number of employees, no of employees, employee count, headcount, mitarbeiter")
)
_REVENUE = Field("revenue", _MONEY, called("annual revenue, yearly revenue, turnover, umsatz, ingresos"))
_WEBSITE = Field("website", _TEXT, called("website url, company domain name, domain, web, url, homepage"))
_STATUS = Field("status", _TEXT, called("lifecycle stage, stage, lead state, estado, statut"))
_NOTES = Field("notes", _TEXT, called("note, description, comment, comments, beschreibung, notizen, notas"))
_COMPANY = Field(
    "company",
    _TEXT,
    called("company name, organization, organisation, account name, account, associated company, employer")
    + called("firma, unternehmen, empresa, societe, entreprise"),
)
_SOURCE = Field(
    "source",
    _TEXT,
    called(
        "lead source, original source, original source type, lead origin, channel, quelle, herkunft, origen, fuente"
    ),
)

_PERSON: tuple[Field, ...] = (
    Field("first_name", _TEXT, called("firstname, given name, forename, vorname, nombre, prenom")),
    Field("last_name", _TEXT, called("lastname, surname, family name, nachname, apellido, apellidos, nom de famille")),
    Field("full_name", _TEXT, called("name, contact name, lead name, person name, contact person, full name, nom")),
    Field("email", _TEXT, called("e mail, email address, e mail address, work email, mail, correo, courriel")),
    Field("phone", _TEXT, called("phone number, telephone, work phone, business phone, telefon, telefono")),
    Field("mobile", _TEXT, called("mobile phone, mobile phone number, mobile number, cell, cell phone, handy, movil")),
    Field("title", _TEXT, called("job title, position, role, designation, titel, cargo, puesto, fonction, poste")),
    Field("department", _TEXT, called("abteilung, departamento, service")),
    Field("seniority", _TEXT, called("seniority level, management level, employment seniority")),
    _COMPANY,
    _WEBSITE,
    _COUNTRY,
    _REGION,
    _CITY,
    _INDUSTRY,
    _EMPLOYEES,
    _REVENUE,
    _SOURCE,
    _STATUS,
    _OWNER,
    _CREATED,
    Field("last_contacted_date", _DATE, called("last contacted, last activity date, last activity, last touch")),
    Field("do_not_contact", _FLAG, called("do not email, email opt out, opted out of email, unsubscribed, opt out")),
    Field("do_not_call", _FLAG, called("phone opt out")),
    _NOTES,
)

_PERSON_IDENTITY = ("full_name", "last_name", "email", "phone", "mobile")

RECORDS: dict[RecordKind, RecordDeclaration] = {
    RecordKind.LEADS: RecordDeclaration(
        fields=(
            Field("lead_id", _TEXT, called("id, record id, lead number, prospect id, hs object id")),
            *_PERSON,
            Field("score", _NUMBER, called("lead score, hubspot score, rating score")),
            Field("converted", _FLAG, called("is converted, converted flag, won")),
            Field("converted_date", _DATE, called("conversion date, converted on, became a customer date")),
        ),
        prefixes=("lead", "contact", "person", "prospect"),
        identity=("lead_id", "company", *_PERSON_IDENTITY),
        id_field="lead_id",
        never_negative=("employees", "revenue"),
    ),
    RecordKind.CONTACTS: RecordDeclaration(
        fields=(
            Field("contact_id", _TEXT, called("id, record id, person id, hs object id, contact number")),
            *_PERSON,
            Field("preferred_channel", _TEXT, called("preferred contact method, preferred channel")),
        ),
        prefixes=("contact", "person", "primary"),
        identity=_PERSON_IDENTITY,
        id_field="contact_id",
        never_negative=("employees", "revenue"),
    ),
    RecordKind.ACCOUNTS: RecordDeclaration(
        fields=(
            Field("account_id", _TEXT, called("id, record id, company id, organization id, hs object id, customer id")),
            Field(
                "name",
                _TEXT,
                called("account name, account, company name, company, organization name, organization, organisation")
                + called("customer, client, firma, kunde, unternehmen, empresa, cliente, entreprise, societe, nom"),
            ),
            _WEBSITE,
            _INDUSTRY,
            _EMPLOYEES,
            _REVENUE,
            Field("year_founded", _NUMBER, called("year established, founded, founded year, grundungsjahr")),
            Field("parent", _TEXT, called("parent account, parent company, subsidiary of, muttergesellschaft")),
            Field("account_type", _TEXT, called("type, customer type")),
            Field("phone", _TEXT, called("phone number, telephone, main phone, telefon, telefono")),
            Field("country", _TEXT, (*_COUNTRY.also_called, "office location", "headquarters")),
            _REGION,
            _CITY,
            _STATUS,
            _OWNER,
            _CREATED,
            _NOTES,
        ),
        prefixes=("account", "company", "organization", "organisation"),
        identity=("name",),
        id_field="account_id",
        never_negative=("employees", "revenue"),
    ),
    RecordKind.CAMPAIGNS: RecordDeclaration(
        fields=(
            Field("campaign_id", _TEXT, called("id, record id, utm id, hs object id")),
            Field("name", _TEXT, called("campaign name, campaign, title, utm campaign, kampagne, campana, campagne")),
            Field("channel", _TEXT, called("campaign type, type, medium, utm medium, source, kanal, canal")),
            Field(
                "start_date", _DATE, called("start, starts, begin date, from, launch date, startdatum, fecha de inicio")
            ),
            Field("end_date", _DATE, called("end, ends, until, to, finish date, enddatum, fecha de fin, date de fin")),
            Field("budget", _MONEY, called("budgeted cost, planned cost, planned spend, presupuesto")),
            Field("cost", _MONEY, called("actual cost, spend, amount spent, total spend, spent, kosten, coste, cout")),
            Field("expected_revenue", _MONEY, called("expected return, target revenue")),
            Field("currency", _TEXT, called("currency code, currency iso code, wahrung, moneda, devise")),
            Field("sent", _NUMBER, called("num sent, number sent, emails sent, recipients")),
            Field("responses", _NUMBER, called("num responses, replies, total responses")),
            Field("status", _TEXT, called("campaign status, state")),
            _OWNER,
            _CREATED,
            _NOTES,
        ),
        prefixes=("campaign",),
        identity=("name",),
        id_field="campaign_id",
        never_negative=("budget", "cost", "expected_revenue", "sent", "responses"),
        interval=("start_date", "end_date"),
    ),
}
