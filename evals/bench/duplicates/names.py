"""Names in the proportions in which they occur: a few very common ones and a long tail."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Strings = npt.NDArray[np.str_]

_COMMON_FIRST_WRITTEN = """
James Robert John Michael David William Richard Joseph Thomas Christopher Daniel Matthew Anthony Mark Steven Andrew
Joshua Kenneth Kevin Brian Timothy Ronald Jason Edward Jeffrey Ryan Jacob Nicholas Gary Eric Jonathan Stephen Larry
Justin Scott Brandon Benjamin Samuel Gregory Alexander Patrick Frank Raymond Jack Dennis Jerry Mary Patricia Jennifer
Linda Elizabeth Barbara Susan Jessica Karen Sarah Lisa Nancy Sandra Ashley Emily Kimberly Margaret Donna Michelle
Carol Amanda Melissa Deborah Stephanie Rebecca Laura Helen Sharon Cynthia Amy Kathleen Angela Anna Erica Daniela
Christine Andreas Stefan Jürgen Björn Sabine Petra Günther Katharina Heike Jörg Uwe Jean Pierre François Hélène Zoé
Élodie José María Carmen Lucía Álvaro Javier Francisco Guillermo Priya Rahul Amit Sunita Wei Li Fang Hiroshi Yuki
Mohammed Ahmed Fatima Omar Aleksandr Sergei Dmitri Elena Olga Natalia Agnieszka Łukasz Søren Åsa
"""
COMMON_FIRST = _COMMON_FIRST_WRITTEN.split()
_COMMON_LAST_WRITTEN = """
Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez Wilson Anderson
Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark Ramirez Lewis Robinson Walker Young
Allen King Wright Scott Torres Nguyen Hill Flores Green Adams Nelson Baker Hall Rivera Campbell Mitchell Carter
Roberts Müller Schmidt Schneider Fischer Weber Meyer Meier Wagner Becker Schulz Hoffmann Schäfer Köhler Jäger Weiß
Dubois Durand Lefèvre Moreau Girard Bonnet Rossi Russo Ferrari Esposito Patel Singh Kumar Sharma Khan Gupta Wang Zhang
Chen Liu Yang Huang Tanaka Suzuki Ivanov Petrov Kuznetsov Novák Kowalski Nowak Hansen Jensen Andersen Larsen Hanson
Jansen Bakker Silva Santos Oliveira Costa O'Brien Murphy Kelly McDonald Sørensen Ångström
"""
COMMON_LAST = _COMMON_LAST_WRITTEN.split()
_ONSETS_WRITTEN = """
b br c ch d dr f fr g gr h j k kl kr l m n p pr qu r s sch sh st t th tr v w z
"""
_ONSETS = _ONSETS_WRITTEN.split()
_VOWELS_WRITTEN = """
a e i o u ai ee ie ou ey
"""
_VOWELS = _VOWELS_WRITTEN.split()
_MIDDLES_WRITTEN = """
b d ff g k l ll m mm n nn nd p r rr rt s ss st t tt v z ck lm nk
"""
_MIDDLES = _MIDDLES_WRITTEN.split()
_FIRST_ENDS_WRITTEN = """
a e ia o ina an en is us elle ette y ik ar
"""
_FIRST_ENDS = _FIRST_ENDS_WRITTEN.split()
_LAST_ENDS_WRITTEN = """
er man son ley ton ski ov ez ini berg feld stein ard en ko wicz aux s mann ham worth
"""
_LAST_ENDS = _LAST_ENDS_WRITTEN.split()


def first_names(rng: np.random.Generator, count: int = 4_000) -> tuple[Strings, npt.NDArray[np.float64]]:
    return _with_tail(rng, COMMON_FIRST, _FIRST_ENDS, count, exponent=0.95)


def last_names(rng: np.random.Generator, count: int = 60_000) -> tuple[Strings, npt.NDArray[np.float64]]:
    return _with_tail(rng, COMMON_LAST, _LAST_ENDS, count, exponent=0.85)


def _with_tail(
    rng: np.random.Generator, common: list[str], ends: list[str], count: int, *, exponent: float
) -> tuple[Strings, npt.NDArray[np.float64]]:
    """The common names and invented ones, with shares that fall with the rank (Zipf)."""
    made = np.char.add(np.char.add(rng.choice(_ONSETS, count), rng.choice(_VOWELS, count)), rng.choice(_MIDDLES, count))
    longer = rng.random(count) < 0.4
    more = np.char.add(rng.choice(_VOWELS, count), rng.choice(_MIDDLES, count))
    made = np.char.add(np.where(longer, np.char.add(made, more), made), rng.choice(ends, count))
    names = np.array([*common, *np.char.capitalize(np.unique(made)[rng.permutation(len(np.unique(made)))])])
    share = 1 / (np.arange(len(names)) + 8.0) ** exponent
    return names, share / share.sum()
