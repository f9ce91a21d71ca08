"""Identity numbers of persons, labelled account numbers and labelled dates of birth.

A national number counts without a label only where its form and check digit leave little room for chance; the check
digits are those of `python-stdnum`. Everything else needs its label next to it.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from functools import lru_cache

from agent.redaction.kinds import Kind, Sighting
from agent.redaction.rules import Rule

_LEFT, _RIGHT = r"(?<![\w-])(?<!\d[./])", r"(?![\w-])(?![./]\d)"

# Form -> module of python-stdnum that confirms it; None where the form itself is the check.
_FORMS: tuple[tuple[str, str | None], ...] = (
    (r"(?!000|666)[0-8]\d\d-(?!00)\d\d-(?!0000)\d{4}", None),  # US social security number
    (r"9\d\d-(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])-\d{4}", None),  # US taxpayer identification number
    (r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D]", None),  # UK NI number
    (r"\d{8}-?[A-Z]", "es.dni"),
    (r"[XYZ]-?\d{7}-?[A-Z]", "es.nie"),
    (r"[12]\d\d(?:0[1-9]|1[0-2]|[2-9]\d)\d[\dAB]\d{6} ?\d\d", "fr.nir"),
    (r"[12] \d\d (?:0[1-9]|1[0-2]|[2-9]\d) \d[\dAB] \d{3} \d{3} \d\d", "fr.nir"),
    (r"[A-Z]{6}\d\d[A-EHLMPRST]\d\d[A-Z]\d{3}[A-Z]", "it.codicefiscale"),
    (r"\d\d[. ]\d\d[. ]\d\d[- ]\d{3}[. ]\d\d", "be.nn"),
    (r"(?:\d\d)?\d{6}[-+]\d{4}", "se.personnummer"),
    (r"(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d\d[-+A-FU-Y]\d{3}[0-9A-Y]", "fi.hetu"),
    (r"(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d\d-\d{4}", "dk.cpr"),
    (r"756\.?\d{4}\.?\d{4}\.?\d\d", "ch.ssn"),
    (r"[2-9]\d{3}[ -]\d{4}[ -]\d{4}", "in_.aadhaar"),
    (r"[A-Z]{3}[PCHFATBLJG][A-Z]\d{4}[A-Z]", "in_.pan"),
    (r"\d{3}\.\d{3}\.\d{3}-\d\d", "br.cpf"),
    (r"[A-Z]{4}\d{6}[HM][A-Z]{5}[0-9A-Z]\d", "mx.curp"),
    (r"[1-9]\d \d{3} \d{3} \d{3}", "de.idnr"),
    (r"\d{2}(?:[02468][1-9]|[13579][0-2])(?:0[1-9]|[12]\d|3[01])\d{5}", "pl.pesel"),
)
_NATIONAL = Rule(_LEFT + "(?:" + "|".join(form for form, _ in _FORMS) + ")" + _RIGHT)
_DATE_OR_YEAR = Rule(
    r"(?:19|20)\d\d(?:[-/. ]\d{1,2}[-/. ]\d{1,2})?|(?:0?[1-9]|[12]\d|3[01])[-/.](?:0?[1-9]|[12]\d"
    r"|3[01])[-/.](?:19|20)\d\d"
)

_IS = r"(?:\s?(?:number|num|no|nr|code|\#)\.?)?(?:\s?\(\w{2,12}\))?(?:\s?(?:is|was|are|:|=|\#|-)){0,2}[\s\"']{0,3}"
_VALUE = r"(?P<value>(?=[A-Z0-9 ./-]{0,12}\d)[A-Z0-9](?:[ ./-]?[A-Z0-9]){3,23})(?!\w)"
_NATIONAL_LABEL = Rule(
    r"\b(?:ssn|s\.s\.n\.|social security|social insurance|sin|itin|tin|tax(?:payer)? (?:id|identification)|tax file|tfn"
    r"|national (?:id|identity|identification|insurance)|nino|ni number|identity card|id card|passport"
    r"|pass(?:port)?-?nr"
    r"|reisepass|personalausweis|steuer-?id(?:entifikationsnummer)?|steuernummer|sozialversicherungsnummer|svnr"
    r"|driv(?:er'?s?|ing) licen[cs]e|dl|dni|nie|nif|nss|codice fiscale|cod\. ?fisc\.?|bsn|burgerservicenummer|pesel"
    r"|personnummer|cpr|hetu|fødselsnummer|nir|pps|aadhaar|pan card|cpf|curp|nhs|emirates id|residence permit|visa no)"
    rf"(?![^\W\d_]){_IS}{_VALUE}",
    re.IGNORECASE,
    needs=(
        "ssn s.s.n. social sin tin tax tfn national nino ni  identity id dl dni nie nif nss fisc bsn burger "
        "pesel person cpr hetu fødsel nir pps aadhaar pan cpf curp nhs emirates residence visa pass licen "
        "steuer sozial svnr"
    ),
)
_ACCOUNT_LABEL = Rule(
    r"\b(?:(?:bank |checking |savings |customer |client |member(?:ship)? |policy |patient |employee |staff "
    r"|student |loan "
    r"|medical record |insurance |mortgage |beneficiary )?(?:account|acct|a/c)\s?(?:number|num|no|nr|id|\#)\.?"
    r"|(?:customer|client|member(?:ship)?|policy|policyholder|patient|employee|staff|student|payroll|mrn|loan|subscriber"
    r"|medical record|health insurance)\s?(?:number|num|no|nr|id|\#)\.?"
    r"|(?:account|acct\.?|a/c)(?=[\s:]{1,3}\d{6})"
    r"|konto(?:nummer|-?nr\.?)|kunden(?:nummer|-?nr\.?)|routing(?: number)?|aba|sort code|swift|bic|bsb|ifsc|blz"
    rf"|bankleitzahl|vin|license plate|number plate|kennzeichen|imei)(?:(?<=\#)|(?![^\W\d_]))(?:\s?(?:is|was|:|="
    rf"|\#|-)){{0,2}}[\s\"']{{0,3}}{_VALUE}",
    re.IGNORECASE,
    needs=(
        "account acct a/c customer client member policy patient employee staff student payroll mrn loan "
        "subscriber medical insurance konto kunden routing aba sort swift bic bsb ifsc blz bankleitzahl vin "
        "plate kennzeichen imei"
    ),
)
_MONTH = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mai|okt|dez|ene|abr|ago|dic|janv|févr|avr|juil|août|déc)"
    r"[a-zäéû]{0,8}\.?"
)
_DAY = (
    rf"(?:\d{{4}}[-./]\d{{1,2}}[-./]\d{{1,2}}|\d{{1,2}}[-./ ]{{1,2}}\d{{1,2}}[-./ ]{{1,2}}\d{{2,4}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th|\.)?(?: of| de)? {_MONTH}(?:,?(?: de)? \d{{4}})?"
    rf"|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?)"
)
_BIRTH = Rule(
    r"(?:\b(?:date of birth|birth ?date|birthday|d\.?o\.?b\.?|born|geburtsdatum|geboren|geb\.|date de naissance|née?"
    r"|fecha de nacimiento|nacid[oa]|data di nascita|nat[oa]|geboortedatum|data de nascimento)(?!\w))"
    r"(?:\s?(?:\([\w/. -]+\)|is|was|on|:|=|-|am|le|el|il|the|in)){0,3}\s{0,3}"
    rf"(?P<value>{_DAY})(?!\w)",
    re.IGNORECASE,
    needs="birth born dob d.o.b geb naiss né nacimiento nacid nasc nat",
)


def find_identity(text: str, lowered: str) -> Iterator[Sighting]:
    """National numbers by form or label, labelled account numbers, labelled dates of birth, in cleaned text."""
    for match in _NATIONAL.matches(text, lowered):
        if _is_confirmed(match.group()):
            yield _sighting(text, *match.span(), Kind.NATIONAL_ID)
    labelled = (
        (_NATIONAL_LABEL, Kind.NATIONAL_ID),
        (_ACCOUNT_LABEL, Kind.ACCOUNT_NUMBER),
        (_BIRTH, Kind.BIRTH_DATE),
    )
    for rule, kind in labelled:
        for match in rule.matches(text, lowered):
            start, end = match.span("value")
            end = start + len(_without_words(text[start:end])) if kind is not Kind.BIRTH_DATE else end
            if kind is Kind.BIRTH_DATE or _is_number(text[start:end]):
                yield _sighting(text, start, end, kind)


def _is_number(shown: str) -> bool:
    return sum(c.isdigit() for c in shown) >= 3 and _DATE_OR_YEAR.fullmatch(shown) is None


def _sighting(text: str, start: int, end: int, kind: Kind) -> Sighting:
    return Sighting(start, end, kind, re.sub(r"[^0-9A-Z]", "", text[start:end].upper()))


def _without_words(shown: str) -> str:
    """The value up to the first plain word behind it ("AB123456 and ...")."""
    parts = re.split(r"( )", shown)
    kept = [parts[0]]
    for part in parts[1:]:
        if part != " " and not any(c.isdigit() for c in part) and (len(part) > 3 or not part.isupper()):
            break
        kept.append(part)
    return "".join(kept).rstrip(" .-/")


def _is_confirmed(number: str) -> bool:
    """Whether any country that writes its numbers in this form would have issued it."""
    return any(
        module is None or _checks(module, number) for form, module in _FORMS if re.fullmatch(form, number) is not None
    )


@lru_cache(maxsize=1024)
def _checks(module: str, number: str) -> bool:
    # Loaded one by one at the first number of the form: the package holds some 250 modules.
    return bool(importlib.import_module(f"stdnum.{module}").is_valid(number))
