"""Carrying out what a tool proposed: at once, or after a person decided; and taking it back.

The policy of the workspace says which (`policy.decide`). A proposal is bound to exactly what was shown and to the
versions of the records it touches or points at. Deciding claims it with one guarded update, so of a hundred
simultaneous clicks one wins. A message goes out at most once: the claim is committed before the mail server is spoken
to, and a message cut off in between stays marked as in doubt until a person settles it. A turn that is run again finds
what it did, proposed, declined and took back, and does none of it twice. Each effect and each decision is recorded in
its own transaction; a database that does not record (`recording.recorded`) is refused.
"""

from tools.effects.applying import apply
from tools.effects.carrying import Call, Carried, carry_out
from tools.effects.correcting import correcting
from tools.effects.deciding import approve, decline, settle
from tools.effects.policy import Asked, Verdict, decide
from tools.effects.proposing import preview, propose
from tools.effects.rules import set_rule
from tools.effects.undoing import redo, undo, undo_proposal, undo_together

__all__ = [
    "Asked", "Call", "Carried", "Verdict", "apply", "approve", "carry_out", "correcting", "decide", "decline",
    "preview", "propose", "redo", "set_rule", "settle", "undo", "undo_proposal",
    "undo_together",
]  # fmt: skip
