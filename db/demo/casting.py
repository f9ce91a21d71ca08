"""Gives the accounts people will ask for by name one open deal each, in different stages, with the demo rep."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from db.demo.accounts import NAMED, NAMESAKES
from db.demo.deals import Deals
from db.demo.firm import Firm
from db.demo.pipeline import Pipeline

STAGES_OF_NAMED = (2, 2, 1, 0, 3)
"""Acme and Globex in Proposal, the three Orions in Qualification, Discovery and Negotiation."""
IDEAL_DAYS_IN_STAGE = 12


def cast_named_deals(firm: Firm, deals: Deals, pipeline: Pipeline) -> Deals:
    """Open deals only change hands between accounts of one rep, so no figure about closed deals moves."""
    span, accounts, contacts = firm.span, firm.accounts, firm.contacts
    rep = int(accounts.ownership.holder[0, 0])
    account, contact, named = deals.account.copy(), deals.contact.copy(), len(NAMED)
    mine = ~deals.closed & (deals.rep == rep)
    others = np.flatnonzero(
        accounts.ownership.at(np.arange(len(accounts.weight)), np.full(len(accounts.weight), span.today)) == rep
    )
    others = others[others >= named]
    for turn, row in enumerate(np.flatnonzero(mine & (account < named) & (len(others) > 0))):
        account[row] = others[turn % len(others)]
        contact[row] = contacts.start[account[row]]
    waiting = mine & (deals.kind == 0) & ~deals.stuck
    days = np.abs(span.today - pipeline.stage_entered - IDEAL_DAYS_IN_STAGE)
    for index, stage in enumerate(STAGES_OF_NAMED):
        rows = np.flatnonzero(waiting)
        if not len(rows):
            break
        row = rows[np.lexsort((days[rows], pipeline.stage[rows] != stage))[0]]
        waiting[row] = False
        account[row] = index
        contact[row] = contacts.start[index] + (NAMED[index][0] == NAMESAKES[0][0])
    return replace(
        deals, account=account, contact=contact, industry=np.where(mine, accounts.industry[account], deals.industry)
    )
