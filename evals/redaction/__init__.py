"""How well redaction finds what it must and leaves what it may: a generated corpus and what is measured on it."""
