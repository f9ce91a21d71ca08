"""Amounts in minor units of one currency, and how many of them make one major unit."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

ODD_DIGITS: dict[int, frozenset[str]] = {
    0: frozenset({
        "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF",
        "XPF",
    }),
    3: frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"}),
    4: frozenset({"CLF", "UYW"}),
}  # fmt: skip
"""Minor unit digits of ISO 4217 (list one) that are not `USUAL_DIGITS`."""
_IN_USE = """AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE
    CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD
    HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD
    MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR
    RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH
    UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG"""
_WITHDRAWN = "ANG BGN CUC EEK HRK LTL LVL MRO SLL STD VEF ZMK ZWL"
"""Left the list after 2010, so that deals of earlier years may be in them; all with the usual digits."""
CURRENCIES = frozenset(f"{_IN_USE} {_WITHDRAWN}".split())
"""Codes of ISO 4217 in which an amount can be: list one without metals, test codes and units of account of banks."""
LARGEST_MINOR = 2**53 - 1
"""The largest amount a record holds, in minor units: beyond it a float skips whole units, and sums leave 64 bits."""
USUAL_DIGITS = 2
_DIGITS = {code: digits for digits, codes in ODD_DIGITS.items() for code in codes}


def digits_of(currency: str) -> int:
    """Digits after the point of an amount in this currency (ISO 4217): 2 for USD, 0 for JPY, 3 for KWD."""
    return _DIGITS.get(currency, USUAL_DIGITS)


def in_minor(amount: Decimal, digits: int) -> int:
    """Major units as minor ones, half a minor unit to the even side.

    Raises:
        ValueError, OverflowError: the amount is not a number, or is infinite.
    """
    return int(amount.scaleb(digits).to_integral_value(ROUND_HALF_EVEN))


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (cents, yen, fils) of one currency."""

    minor: int
    currency: str

    @classmethod
    def of(cls, amount: Decimal, currency: str) -> Money:
        """An amount in major units, as `in_minor` rounds it."""
        return cls(in_minor(amount, digits_of(currency)), currency)

    @property
    def amount(self) -> Decimal:
        return Decimal(self.minor).scaleb(-digits_of(self.currency))


def stored(minor: int | None, currency: str | None, *, usual: str) -> Money | None:
    """An amount as a record holds it; one that names no currency is in the workspace's usual one."""
    return None if minor is None else Money(int(minor), currency or usual)
