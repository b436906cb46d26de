"""Layers of capital as the charter orders them: the gift layer and one layer for each class of notes (FIELD B2).

A class is known by a code made of its name in the charter ("Anchor notes" is `anchor`); its accounts are
`liability:notes-<code>` and `liability:interest-<code>`. A class of notes that the charter in force does not name (an
older one did) is senior to all that it names: nobody bears more than they agreed to.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from fund.charter.model import Charter
from fund.db import Transaction
from fund.ledger import accounts
from fund.ledger.models import Account


@dataclass(frozen=True)
class NoteClass:
    """A class of notes with the terms of the charter: rate in hundredths of a percent a year, least sum, who may hold."""

    code: str
    name: str
    rate_bp: int
    term_months: int | None
    min_minor: int
    only_for: str | None


def code_of(name: str) -> str:
    """The code of a layer from its name."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return re.sub(r"-notes?$", "", base)[:60].strip("-") or "class"


def classes(charter: Charter) -> list[NoteClass]:
    """The classes of notes in the order in which they bear losses."""
    return [
        NoteClass(code_of(one.name), one.name, one.rate_bp, one.term_months, one.min_minor, one.only_for)
        for one in charter.capital
        if one.kind == "note"
    ]


def gift_layer(charter: Charter) -> str | None:
    """The name of the layer of gifts, None where the charter has none."""
    return next((one.name for one in charter.capital if one.kind == "gift"), None)


def order(charter: Charter) -> list[tuple[str, str, str]]:
    """Every layer as (kind, code, name), first-loss first; the loss reserve comes before all of them."""
    return [("reserve", "reserve", str(accounts.LABELS[accounts.LOSS_RESERVE]))] + [
        (one.kind, "gift" if one.kind == "gift" else code_of(one.name), one.name) for one in charter.capital
    ]


def owed_account(tx: Transaction, code: str, name: str) -> Account:
    """What the fund owes on the notes of a class."""
    return accounts.named(tx, f"liability:notes-{code}", name)


def interest_account(tx: Transaction, code: str, name: str) -> Account:
    """Interest of a class that is owed and not yet paid."""
    return accounts.named(tx, f"liability:interest-{code}", f"{name}: interest"[:160])
