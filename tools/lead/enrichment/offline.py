"""What the workspace itself knows: employers by mail domain, countries by number, levels by title."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from db.likeness_keys import domain_of, mail_of
from db.repositories.enrichment import Employer, EnrichmentRepository
from tools.contract import ToolContext
from tools.lead.enrichment.phones import country_of, zone_of
from tools.lead.enrichment.provider import Facts, Suggestion
from tools.science.mailboxes import names_an_employer
from tools.science.titles import department, seniority
from tools.wording import clean

_BY_RULE = 0.95
"""Of what follows from a number or a title by rule."""
_ITS_OWN = 0.95
"""Of an account whose own domain is that of the address."""


class OfflineProvider:
    """Looks only at what the person sees, and asks nobody outside."""

    def __init__(self, at: ToolContext) -> None:
        self._at = at
        self._repository = EnrichmentRepository(at.session, at.actor)

    async def suggest(self, several: Sequence[Facts]) -> Mapping[int, Sequence[Suggestion]]:
        domains = {one.id: employer_domain(one) for one in several}
        employers = await self._repository.employers(sorted({one for one in domains.values() if one}))
        found: dict[int, Sequence[Suggestion]] = {}
        for one in several:
            employer = employers.get(domains[one.id] or "")
            made = [*(_of_employer(one, employer, domains[one.id] or "") if employer else ()), *_of_number(one)]
            made += _of_title(one)
            if one.kind == "account":
                made += await self._of_people(one)
            found[one.id] = made
        return found

    async def _of_people(self, account: Facts) -> list[Suggestion]:
        """An account's domain is the one most of its people write from."""
        counts = await self._repository.mail_domains(account.id)
        total = counts.total()
        for domain, count in counts.most_common(1):
            if names_an_employer(domain):
                why = f"{count} of {total} people there have an address at it"
                return [Suggestion("domain", domain, "addresses of its people", agreement(count, total), why)]
        return []


def employer_domain(facts: Facts) -> str | None:
    """The mail domain that names an employer; None for a free mail provider's."""
    mail = mail_of(facts.values.get("email"))
    domain = mail[1] if mail else domain_of(facts.values.get("domain"))
    return domain if domain and names_an_employer(domain) else None


def agreement(agree: int, known: int) -> float:
    """The share of those who agree, drawn towards a half where few are known (Laplace 1814)."""
    return (agree + 1) / (known + 2)


def _of_employer(facts: Facts, employer: Employer, domain: str) -> Iterator[Suggestion]:
    if facts.kind not in ("contact", "lead"):
        return
    sure = agreement(employer.agree, employer.known) if employer.known else _ITS_OWN
    name = clean(employer.ref.name, most=80)
    why = (
        f"{employer.agree} of {employer.known} people with an address at {domain} are there"
        if employer.known
        else f"its domain is {domain}"
    )
    link = {"kind": "account", "id": employer.ref.id, "name": employer.ref.name}
    yield Suggestion("account", link, f"the account {name}", sure, why)
    if facts.kind != "lead":
        return
    yield Suggestion("company", employer.ref.name, f"the account {name}", sure, why)
    for field in ("industry", "region", "country", "employees"):
        value = getattr(employer, field)
        if value is not None:
            yield Suggestion(field, value, f"the account {name}", sure, f"that of {name}")


def _of_number(facts: Facts) -> Iterator[Suggestion]:
    phone = facts.values.get("phone")
    country, zone = country_of(phone), zone_of(phone)
    if facts.kind in ("lead", "account") and country:
        yield Suggestion("country", country, "the phone number", _BY_RULE, "by its country code")
    if facts.kind == "contact" and zone:
        yield Suggestion("time_zone", zone, "the phone number", _BY_RULE, "the one time zone of its country or area")


def _of_title(facts: Facts) -> Iterator[Suggestion]:
    if facts.kind != "contact":
        return
    title = facts.values.get("title")
    said = f"by the title “{clean(title or '', most=60)}”"
    if level := seniority(title):
        yield Suggestion("seniority", level, "the title", _BY_RULE, said)
    if part := department(title):
        yield Suggestion("department", part, "the title", _BY_RULE, said)
