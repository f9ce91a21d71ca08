"""Countries by ISO code and by their common English names."""

from __future__ import annotations

import phonenumbers

_WRITTEN = {
    "united states": "US", "usa": "US", "united states of america": "US", "united kingdom": "GB", "uk": "GB",
    "great britain": "GB", "england": "GB", "germany": "DE", "deutschland": "DE", "austria": "AT", "switzerland": "CH",
    "france": "FR", "spain": "ES", "italy": "IT", "netherlands": "NL", "belgium": "BE", "sweden": "SE", "norway": "NO",
    "denmark": "DK", "finland": "FI", "ireland": "IE", "portugal": "PT", "poland": "PL", "canada": "CA",
    "mexico": "MX", "brazil": "BR", "india": "IN", "china": "CN", "japan": "JP", "singapore": "SG", "australia": "AU",
    "new zealand": "NZ", "south africa": "ZA", "russia": "RU", "ukraine": "UA", "greece": "GR", "turkey": "TR",
    "israel": "IL", "south korea": "KR", "united arab emirates": "AE", "argentina": "AR", "chile": "CL",
    "colombia": "CO", "czechia": "CZ", "czech republic": "CZ", "hungary": "HU", "romania": "RO", "luxembourg": "LU",
}  # fmt: skip


def country_code(country: str | None) -> str | None:
    """The ISO code of a country written as code or by its common English name; None when neither is known."""
    written = (country or "").strip()
    code = _WRITTEN.get(written.lower(), written.upper())
    return code if code in phonenumbers.SUPPORTED_REGIONS else None


def country_name(code: str | None) -> str | None:
    """The common English name of an ISO code, "Germany" of DE; None for one that is not in the table."""
    return _NAMES.get((code or "").upper())


_NAMES: dict[str, str] = {}
for _name, _code in _WRITTEN.items():
    _NAMES.setdefault(_code, _name.title())
