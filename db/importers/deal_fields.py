"""The fields of a deal and what CRMs and spreadsheets call them (English, German, Spanish, French).

Names follow the exports of Salesforce (report and API names), HubSpot (label and internal name) and Pipedrive.
"""

from __future__ import annotations

from db.importers.headers import Content, Field, called

_TEXT, _DATE, _FLAG, _NUMBER, _MONEY = Content.TEXT, Content.DATE, Content.FLAG, Content.NUMBER, Content.MONEY

DEAL_FIELDS: tuple[Field, ...] = (
    Field(
        "deal_id",
        _TEXT,
        called(
            "opportunity id, opp id, deal number, opportunity number, deal nr, 18 digit id, hs object id, "
            "record id, crm id, id, angebotsnummer, id del negocio, id de l opportunite"
        ),
    ),
    Field(
        "outcome",
        _TEXT,
        called(
            "deal outcome, final outcome, result, deal result, won lost, won or lost, win loss, win or loss, "
            "deal status, opportunity status, closed status, final status, status, ergebnis, ausgang, resultado, "
            "estado, resultat, statut"
        ),
    ),
    Field("is_won", _FLAG, called("is closed won, closed won, won, win, gewonnen, ganado, ganada, gagne")),
    Field("is_closed", _FLAG, called("is deal closed, closed, geschlossen, cerrado, ferme")),
    Field(
        "stage",
        _TEXT,
        called(
            "deal stage, stage name, opportunity stage, sales stage, pipeline stage, deal phase, phase, "
            "verkaufsphase, etapa, etapa del negocio, fase, etape, etape de vente, phase de vente"
        ),
    ),
    Field(
        "expected_close_date",
        _DATE,
        called(
            "expected close, estimated close date, forecast close date, target close date, planned close date, "
            "erwartetes abschlussdatum, fecha de cierre prevista, fecha prevista de cierre, "
            "date de cloture prevue, date de cloture estimee"
        ),
    ),
    Field(
        "close_date",
        _DATE,
        called(
            "actual close date, actual closed date, closed date, date closed, closed at, closed on, "
            "deal closed on, closed time, close time, closing date, closed, close, outcome date, decision date, "
            "abschlussdatum, geschlossen am, fecha de cierre, fecha cierre, date de cloture, date de fermeture"
        ),
    ),
    Field("won_date", _DATE, called("won time, won at, won on, date won, won, gewonnen am, fecha ganado")),
    Field("lost_date", _DATE, called("lost time, lost at, lost on, date lost, lost, verloren am, fecha perdido")),
    Field(
        "created_date",
        _DATE,
        called(
            "create date, date created, created at, created on, created time, creation date, deal created, "
            "add time, created, opened date, open date, date opened, opened, engage date, entered date, "
            "start date, erstellt am, erstellungsdatum, erstelldatum, angelegt am, fecha de creacion, "
            "fecha creacion, date de creation, cree le"
        ),
    ),
    Field(
        "amount",
        _MONEY,
        called(
            "deal amount, deal value, opportunity amount, opportunity value, close value, closed value, "
            "contract value, total contract value, tcv, annual contract value, acv, deal size, total value, "
            "value, booking amount, amount in company currency, sales amount, wert, betrag, auftragswert, "
            "volumen, importe, valor, monto, cantidad, montant, valeur"
        ),
    ),
    Field(
        "currency",
        _TEXT,
        called(
            "currency code, currency iso code, deal currency, amount currency, opportunity currency, "
            "currency of value, wahrung, waehrung, moneda, divisa, devise"
        ),
    ),
    Field(
        "account",
        _TEXT,
        called(
            "account name, company name, company, organization, organisation, customer, customer name, client, "
            "client name, associated company, associated company primary, primary associated company, "
            "account id, company id, customer id, firma, kunde, unternehmen, empresa, cliente, cuenta, "
            "entreprise, compte, societe"
        ),
    ),
    Field(
        "deal_name",
        _TEXT,
        called(
            "opportunity name, deal title, title, name, deal, opportunity, titel, bezeichnung, "
            "nombre del negocio, nombre de la oportunidad, nombre, nom de l opportunite, nom"
        ),
    ),
    Field(
        "owner",
        _TEXT,
        called(
            "deal owner, opportunity owner, owner name, sales rep, sales rep id, sales rep name, rep, rep id, "
            "rep name, sales agent, salesperson, sales person, seller, account executive, ae, assigned to, "
            "owner id, besitzer, verantwortlicher, vertriebsmitarbeiter, zustandig, propietario, comercial, "
            "vendedor, proprietaire, responsable, commercial"
        ),
    ),
    Field("manager", _TEXT, called("sales manager, owner manager, team lead, vertriebsleiter")),
    Field("team", _TEXT, called("sales team, equipo, equipe")),
    Field("region", _TEXT, called("sales region, territory, regional office, geo, area, gebiet, zona")),
    Field("country", _TEXT, called("land, pais, pays, office location")),
    Field("industry", _TEXT, called("sector, vertical, account industry, branche, industria, secteur")),
    Field("product", _TEXT, called("product type, product name, product line, produkt, producto, produit")),
    Field("product_family", _TEXT, called("product series, series, product group")),
    Field(
        "lead_source",
        _TEXT,
        called(
            "source, original source, original source type, original traffic source, lead origin, "
            "source channel, lead channel, quelle, herkunft, origen, fuente, origine"
        ),
    ),
    Field("record_type", _TEXT, called("deal type, opportunity type, opportunity record type, business type, type")),
    Field("pipeline", _TEXT, called("pipeline name, deal pipeline")),
    Field(
        "loss_reason",
        _TEXT,
        called(
            "lost reason, closed lost reason, reason lost, reason for loss, loss reason detail, verlustgrund, "
            "motivo de perdida, razon de perdida, raison de perte, motif de perte"
        ),
    ),
    Field("win_reason", _TEXT, called("won reason, closed won reason, reason won, reason for win")),
    Field(
        "competitor",
        _TEXT,
        called(
            "main competitor, main competitor s, competitors, main competitors, primary competitor, lost to, "
            "wettbewerber, competidor, concurrent"
        ),
    ),
    Field("qualification_score", _NUMBER, called("qualification, qualification rating, qualifizierung")),
    Field(
        "sales_cycle_days",
        _NUMBER,
        called("sales cycle, cycle days, cycle length, cycle time, days to close, verkaufszyklus"),
    ),
    Field("probability", _NUMBER, called("deal probability, win probability, wahrscheinlichkeit, probabilidad")),
    Field("account_revenue", _MONEY, called("annual revenue, company revenue, account annual revenue, umsatz")),
    Field("employees", _NUMBER, called("number of employees, employee count, no of employees, mitarbeiter")),
    Field(
        "contact_name",
        _TEXT,
        called("contact person, primary contact, associated contact, associated contacts, ansprechpartner"),
    ),
    Field("contact_title", _TEXT, called("contact job title, job title, primary contact title")),
    Field("contact_email", _TEXT, called("contact e mail, email, e mail, primary contact email")),
    Field("contact_phone", _TEXT, called("phone, primary contact phone")),
    Field("contact_department", _TEXT, called("department")),
    Field("contact_role", _TEXT, called("buying role")),
    Field("contact_seniority", _TEXT, called("seniority")),
)

DEAL_PREFIXES = ("deal", "opportunity", "opp", "hs")

CONTACT_DETAILS = ("name", "title", "department", "role", "seniority", "email", "phone")

PEOPLE = ("owner", "manager")
"""Fields that hold persons of the selling company: reported, named as a cause only under the rules for people."""

SEGMENT_FIELDS = (
    *PEOPLE,
    *("team", "region", "country", "industry", "product", "product_family", "lead_source", "record_type", "pipeline"),
    *("loss_reason", "win_reason", "competitor", "stage", "contact_department", "contact_role", "contact_seniority"),
)
"""Fields whose few values make segments even where a file is too small to show that they repeat."""

RENAMED = ("deal_id", "deal_name", "outcome", "close_date", "created_date", "expected_close_date", "amount", "currency")
RENAMED_TOO = ("account", "loss_reason", "win_reason", "competitor", "qualification_score")
"""Fields that carry their fixed name in the frame; every other column keeps the source's own."""
