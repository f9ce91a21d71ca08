"""What a clause says a record is to become, whatever the order of its words: "Globex to negotiation", "lost it, price",
"Acme goes to Tobias, close date end of year, next step: get legal on the phone".

Fields and values are looked for and not a form of sentence. Each finder reads one sort of them.
"""

from agent.local.assigning.clause import Clause, assigned, fields_said, looked_for
from agent.local.assigning.imperative import orders
from agent.local.assigning.named_fields import fields_at
from agent.local.assigning.owners import is_owner

__all__ = ["Clause", "assigned", "fields_at", "fields_said", "is_owner", "looked_for", "orders"]
