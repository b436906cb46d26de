"""What people see of money set aside: each pot with who decides about it, what it holds, and what became of the rest.

Read in the same few queries however many lots there are. No giver and nobody who receives is named here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import case, func, select

from fund import db
from fund.charter import Charter
from fund.db import Transaction
from fund.decisions import consent
from fund.decisions.models import Consent, Decision
from fund.errors import NotFound
from fund.foundation import service as foundation
from fund.ledger.models import Account
from fund.pots.available import grantable_minor
from fund.pots.incoming import names_of
from fund.pots.models import PotLot

MODES = {
    "hand_over": _l("handed over to the council’s own body: no application, no report"),
    "council_decides": _l("to those whom the council’s decision names"),
    "rounds": _l("in rounds, by the vote of the members"),
}


@dataclass(frozen=True)
class Pot:
    """One pot. `held_minor` lies in it, `in_rounds_minor` is being decided about; `mode` says how it is given.

    `land_minor` is kept out of it for buying land, in a pot of its own, whose `within` names this one. `is_free`: its
    money lies with the free money.
    """

    code: str
    name: str
    decided_by: str
    decider: str
    mode: str
    who_may_receive: str = ""
    release_after_days: int | None = None
    within: str = ""
    is_free: bool = False
    held_minor: int = 0
    in_rounds_minor: int = 0
    given_minor: int = 0
    released_minor: int = 0
    land_minor: int = 0

    @property
    def whole_minor(self) -> int:
        """What it holds with the part that is kept for buying land."""
        return self.held_minor + self.land_minor

    @property
    def how(self) -> Any:
        """How it is given, in words."""
        return MODES[self.mode]


@dataclass(frozen=True)
class Released:
    """A sum that was not used in its time and is open to all since."""

    name: str
    amount_minor: int
    since: dt.date


def pots() -> list[Pot]:
    """Every pot of the charter in force, and those of earlier charters that hold something still."""
    version = foundation.current_version()
    if version is None:
        return []
    charter = foundation.parsed(version.text_bytes)
    sums = _sums()
    land = {pool.code: sums.get(pool.reserve_code, {}).get("held_minor", 0) for pool in charter.pools}
    found = [_with(pot, sums.pop(pot.code, {}) | {"land_minor": land.get(pot.code, 0)}) for pot in _of_charter(charter)]
    if sums:
        names = dict(
            db.session.execute(
                select(Account.code, Account.name).where(Account.code.in_([f"cash:pot-{code}" for code in sums]))
            ).all()
        )
        found += [
            _with(Pot(code, names.get(f"cash:pot-{code}", code), "", "", "rounds"), kept)
            for code, kept in sums.items()
            if kept["held_minor"] or kept["in_rounds_minor"]
        ]
    return found


def receives_land_gifts() -> bool:
    """Whether the charter in force names a pool that takes part of each land gift."""
    version = foundation.current_version()
    return version is not None and any(one.land_tax for one in foundation.parsed(version.text_bytes).pools)


def pot(code: str) -> Pot:
    """One pot. Raises NotFound."""
    for one in pots():
        if one.code == code:
            return one
    raise NotFound(_l("There is no such pot."))


def released(*, most: int = 10) -> list[Released]:
    """What was released last, newest first."""
    rows = db.session.execute(
        select(PotLot.pot_code, PotLot.released_minor, PotLot.releases_on, Account.name)
        .outerjoin(Account, Account.code == "cash:pot-" + PotLot.pot_code)
        .where(PotLot.released_minor > 0)
        .order_by(PotLot.releases_on.desc(), PotLot.id.desc())
        .limit(most)
    )
    return [Released(name or code, amount, since) for code, amount, since, name in rows if since is not None]


def lots_of(code: str, *, most: int = 100) -> Sequence[PotLot]:
    """The lots of a pot of which something is left, oldest first."""
    return db.session.scalars(
        select(PotLot)
        .where(PotLot.pot_code == code, PotLot.left_minor > 0)
        .order_by(PotLot.fed_on, PotLot.id)
        .limit(most)
    ).all()


def asked_about(code: str) -> Sequence[Consent]:
    """What the council was asked about a pot, newest first."""
    return consent.about_pot(Transaction(db.session()), code)


def decisions_about(one: Pot) -> Sequence[Decision]:
    """Decisions about a pot, by who decides about it, that stand."""
    return db.session.scalars(
        select(Decision)
        .join(Consent, Consent.decision_id == Decision.id)
        .where(Consent.pot_code == one.code, Consent.body_code == one.decided_by, Decision.confirmed_by.is_not(None))
        .order_by(Decision.id.desc())
    ).all()


def _of_charter(charter: Charter) -> list[Pot]:
    found = []
    names = names_of(charter.pools)
    for pool in charter.pools:
        who = str(charter.bodies.get(pool.decided_by, _l("The members")))
        mode = pool.mode if pool.is_apart else "rounds"
        found.append(
            Pot(pool.code, pool.name, pool.decided_by, who, mode, pool.who_may_receive, is_free=not pool.is_apart)
        )
        if pool.is_apart and pool.land_reserve:
            reserve = pool.reserve_code
            found.append(Pot(reserve, names[reserve], pool.decided_by, who, "council_decides", within=pool.name))
    for aside in charter.setasides:
        if aside.unused == "kept" or aside.who_decides != "members":
            who = str(charter.bodies.get(aside.who_decides, _l("The members")))
            mode = "rounds" if aside.who_decides == "members" else "council_decides"
            found.append(
                Pot(
                    aside.code, aside.name, aside.who_decides, who, mode, aside.who_may_receive,
                    aside.release_after_days,
                )
            )  # fmt: skip
    return found


def _with(pot: Pot, sums: dict[str, int]) -> Pot:
    if pot.is_free:
        sums = {**sums, "held_minor": grantable_minor(Transaction(db.session()))}
    return Pot(**{**pot.__dict__, **sums})


def _sums() -> dict[str, dict[str, int]]:
    """What lies where, by the pot's code; what came back from an award counts as not given."""
    here = case((PotLot.in_round_id.is_(None), PotLot.left_minor), else_=0)
    returned = case((PotLot.came_from == "returned", PotLot.amount_minor), else_=0)
    rows = db.session.execute(
        select(
            PotLot.pot_code, func.sum(here), func.sum(PotLot.left_minor), func.sum(PotLot.spent_minor - returned),
            func.sum(PotLot.released_minor),
        )
        .group_by(PotLot.pot_code)
        .order_by(PotLot.pot_code)
    )  # fmt: skip
    return {
        code: {
            "held_minor": int(held), "in_rounds_minor": int(left) - int(held), "given_minor": int(given),
            "released_minor": int(free),
        }
        for code, held, left, given, free in rows
    }  # fmt: skip
