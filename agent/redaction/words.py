"""Names cut into words, folded for comparison; and the words that are names and ordinary words at once."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Ideographs, kana and hangul are written without spaces: each character is a word of its own.


def listed(words: str) -> frozenset[str]:
    """The words of a list written as running text."""
    return frozenset(words.split())


WORD = re.compile(r"[぀-ヿ㐀-鿿가-힣]|[^\W_぀-ヿ㐀-鿿가-힣]+")

_SPECIAL = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i", "ħ": "h", "ŋ": "n"}
    # Letters of other scripts that look like Latin ones (Unicode TR39, the lower-case pairs).
    | dict(zip("аеорсухіјѕԁһӏԛԝвкмнт", "aeopcyxijsdhlqwbkmht", strict=True))
    | dict(zip("αεικνορτυχγ", "aeikvoptuxy", strict=True))
)
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa"})


def fold(word: str) -> str:
    """The word without case, diacritics and look-alike letters."""
    return word.lower() if word.isascii() else _fold_foreign(word)


@lru_cache(maxsize=8192)
def _fold_foreign(word: str) -> str:
    bare = "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))
    return bare.translate(_SPECIAL)


def fold_transcribed(word: str) -> str:
    """The word folded with umlauts written out (Müller -> mueller), the other way people type it."""
    return fold(word.casefold().translate(_GERMAN))


TITLES = listed(
    "mr mrs ms miss mx dr prof professor sir madam herr frau hr fr mme mlle monsieur madame sr sra señor señora senor "
    "senora signor signora sig dott don doña shri smt mister"
)
PARTICLES = listed(
    "de del della der den di da das do dos du la le las los van von vom zu zum zur ter ten bin ibn al el"
)
"""Folded words that open a family name of several words ("van der Berg")."""

MONTHS = listed("january february march april may june july august september october november december")

ORDINARY = listed(
    """
    ace alley amber angel apple armor ash aspen autumn baker banks baron bass bay bear bell best bill bird
    bishop black blue bond bower bowl branch brand bright brook brown buck bud burns bush butcher butler buyer
    camp cannon canyon cap carpenter case cash chance chapel chase cherry china chip church city clay cliff
    close clover cloud coach cook coral cost count court cross crystal current daisy dash dawn day days deacon
    deal diamond dick dollar don dove drew driver duke early east easter ember english faith fair farmer fern
    field fields finch fish fisher flint flora flower flowers ford forest fort foster fox frank freed freeman
    french frost game garden gardener gates gem genesis ginger glory gold golden good grace grant gray grey
    green grove guy hall hand happy hardy harmony hart haven hawk hay head heath heaven hill hills holiday
    holland home honey honor hood hook hope horn house hunt hunter ice india iris ivory ivy jack jade jeans jet
    job jobs jordan journey joy judge june justice key keys king knight lake lamb land lane lark law lead leaf
    lee lily link little lock lodge london long lord lotus love low lucky lynx mace major maker march marina
    mark marks marshal max may meadow melody mercy miles mill miller mills mint miracle miss mister moon moss
    navy noble north nova nurse oak oaks oasis ocean olive opal open orange outlaw page paris park parker parks
    parson part parsons pat patience patient pearl peg penny pepper petty phoenix pierce pike plant poe point
    pope port porter potter pound power powers precious price pride prince princess prior quest quick quota rain
    ram ranger ray read reed reign rice rich rider ridge ring rip river rivers rob rock rocket rocky rod rose
    royal ruby rusty rush sable sage sailor sales salmon sand sandy saint savage saw seal sean season self
    senior serene shade sharp shell sherry short shore silver singer skip sky slate sloan small smart snow
    south spark sparks spear spring star starr steel stern sterling still stock stone storm story street strong
    summer summers sun sunny sure swan sweet swift tab tad team temple thorn tiger tile tim time tower town
    trace trail trinity true turner van venture venus victor victory violet violin virgin walker wall walls ward
    ware warner waters wave way web weeks welcome wells west white wild will win wing winner winter winters wise
    wolf won wood woods word world worth wren wright york young zen art august april cat chad christian dot flip
    gay georgia virginia israel jersey lima manor merit misty paisley pace polish prime reality reason record
    rally rover scout sierra sigma sol stark tally teal trip trust unity vale vesper wilder account accounts
    amount average board budget call calls campaign client clients closed company contact contacts contract
    customer customers date demo director discount draft email enterprise europe finance follow forecast friday
    health hi hello hey thanks thank dear invoice item launch list lost manager marketing meeting monday month
    negotiation new note notes offer office old opportunity order partner pipeline plan please product project
    proposal purchase quarter question rate region renewal report revenue review risk saturday send show stage
    sunday support task tech template thursday today tomorrow tuesday update upgrade user value vendor wednesday
    week year yesterday about after before from with for and the are was has had not but who what why how when
    where which
    """
)
"""Folded words that are a name only with evidence: a title, a full name, or a capital inside a sentence."""

NEVER_ALONE = listed(
    "a an and are as at be but by can do for from go has he her his how i if in is it its la le let me my no not "
    "of on or "
    "our she so than that the them they this to up us was we were what who why with you your de van von der da "
    "di du del "
    "el al bin ibn den ten ter st jr sr ii iii phd md esq inc ltd llc gmbh corp co plc"
)
"""Folded words that never stand for a person by themselves."""
