"""E-mail addresses and domains: what names a person, what names an employer, what names nobody."""

from __future__ import annotations

import polars as pl

from tools.science.mailboxes import FREE, PLACEHOLDERS, ROLES

_DOTLESS = ("gmail.com", "googlemail.com")


def address(email: pl.Expr) -> dict[str, pl.Expr]:
    """`email` normalised (None when it names nobody), its `local` part and its `mail_domain`.

    Case, what follows a plus, and dots in Gmail addresses do not count; info@ and its like name nobody.
    """
    bare = email.str.strip_chars(" <>;,'\"").str.to_lowercase().str.strip_prefix("mailto:")
    good = bare.str.contains(r"^[^@\s]+@[^@\s]+\.[a-z0-9-]{2,}$")
    local: pl.Expr = pl.when(good).then(bare.str.extract(r"^([^@+]+)", 1))
    domain: pl.Expr = pl.when(good).then(bare.str.extract(r"@(.+)$", 1))
    dotless = domain.is_in(_DOTLESS)
    local = pl.when(dotless).then(local.str.replace_all(".", "", literal=True)).otherwise(local)
    domain = pl.when(dotless).then(pl.lit("gmail.com")).otherwise(domain)
    named = ~local.is_in(sorted(ROLES)) & ~domain.is_in(PLACEHOLDERS) & local.is_not_null()
    return {
        "email": pl.when(named).then(local + "@" + domain),
        "local": pl.when(named).then(local),
        "mail_domain": domain,
    }


def employer_domain(domain: pl.Expr, mail_domain: pl.Expr) -> pl.Expr:
    """The domain that names the employer: the mail address's, else the record's, never a free mail provider's."""
    stripped = domain.str.strip_chars().str.to_lowercase().str.replace(r"^[a-z]+://", "").str.extract(r"^([^/:?#]+)", 1)
    stripped = stripped.str.replace(r"^www\d?\.", "")
    shared = [*sorted(FREE), *PLACEHOLDERS]

    def own(expr: pl.Expr) -> pl.Expr:
        return pl.when(expr.str.contains(".", literal=True) & ~expr.is_in(shared)).then(expr)

    return pl.coalesce(own(mail_domain), own(stripped))
