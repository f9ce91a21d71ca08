"""Country and time zone of a number that is written with its country code; without one nothing is guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.science.countries import country_name

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber


def country_of(phone: str | None) -> str | None:
    """The English name of the country, "Germany" of +49 …; None for numbers of several countries or of none."""
    return country_name(_region(phone))


def zone_of(phone: str | None) -> str | None:
    """The time zone, where the country or area has only one."""
    from phonenumbers import timezone

    number = _number(phone)
    zones = timezone.time_zones_for_number(number) if number is not None else ()
    return zones[0] if len(zones) == 1 and zones[0] != timezone.UNKNOWN_TIMEZONE else None


def _region(phone: str | None) -> str | None:
    from phonenumbers import region_code_for_number

    number = _number(phone)
    return region_code_for_number(number) if number is not None else None


def _number(phone: str | None) -> PhoneNumber | None:
    from phonenumbers import NumberParseException, is_possible_number, parse

    text = (phone or "").strip()
    if not text.startswith(("+", "00")):
        return None
    try:
        number = parse(f"+{text[2:]}" if text.startswith("00") else text, None)
    except NumberParseException:
        return None
    return number if is_possible_number(number) else None
