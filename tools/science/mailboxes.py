"""Mail domains and mailboxes that name no employer and no person."""

from __future__ import annotations

_FREE_WRITTEN = """
gmail.com googlemail.com yahoo.com yahoo.co.uk yahoo.fr yahoo.de ymail.com outlook.com hotmail.com hotmail.co.uk
hotmail.fr live.com msn.com icloud.com me.com mac.com aol.com gmx.de gmx.net gmx.com web.de t-online.de freenet.de
mail.com mail.ru yandex.ru proton.me protonmail.com orange.fr free.fr laposte.net wanadoo.fr libero.it qq.com 163.com
126.com rediffmail.com comcast.net verizon.net att.net btinternet.com sky.com zoho.com fastmail.com posteo.de
mailbox.org naver.com uol.com.br terra.com.br seznam.cz wp.pl onet.pl bluewin.ch telenet.be ziggo.nl
"""
FREE = frozenset(_FREE_WRITTEN.split())
_ROLES_WRITTEN = """
info sales contact office admin support hello mail team service enquiries inquiries accounts accounting billing
finance hr jobs careers marketing press media noreply no-reply donotreply postmaster webmaster reception kontakt
vertrieb buchhaltung einkauf purchasing orders bestellung help helpdesk legal privacy security ventas contacto
commercial direction secretariat empfang zentrale test none na unknown
"""
ROLES = frozenset(_ROLES_WRITTEN.split())
PLACEHOLDERS = ("example.com", "example.org", "test.com", "none.com", "noemail.com")


def names_an_employer(domain: str) -> bool:
    """Whether people who share this mail domain work for the same company."""
    return "." in domain and domain not in FREE and domain not in PLACEHOLDERS
