"""What the bar of a demo shows, and whom one may become."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select

from fund import db
from fund.demo.people import CHARACTERS, SECOND_STEWARD, STEWARDS, TREASURER
from fund.errors import NotFound
from fund.foundation import service as foundation
from fund.members.models import Person


@dataclass(frozen=True)
class Bar:
    """The fund's time, how many days the clock was moved, and (name, what they are) of those one may become."""

    now: str
    days_ahead: int
    people: list[tuple[str, str]]


def shown() -> Bar | None:
    """The bar, or None on an instance that is no demo."""
    from fund.db import Clock
    from fund.presentation import moment

    if foundation.fund().instance != "demo":
        return None
    clock = db.session.get(Clock, 1)
    return Bar(
        moment(db.now()),
        (clock.offset_seconds if clock else 0) // 86_400,
        [(name, role_of(name)) for name in CHARACTERS],
    )


def require_demo() -> None:
    """Raise NotFound on an instance that is no demo."""
    if foundation.fund().instance != "demo":
        raise NotFound(_("There is no such page."))


def character(name: str) -> Person:
    """One of those whom a visitor may become. Raises NotFound for anybody else, and outside a demo."""
    require_demo()
    allowed = {*CHARACTERS, *(steward for steward, _how in STEWARDS), TREASURER}
    person = db.session.scalars(select(Person).where(Person.display_name == name)).first() if name in allowed else None
    if person is None:
        raise NotFound(_("Nobody of that name lives in this demo."))
    return person


def role_of(name: str) -> str:
    """What a character is to the fund, in a word or two."""
    if name == TREASURER:
        return _("treasurer")
    if name == SECOND_STEWARD:
        return _("second steward")
    if name in {steward for steward, _how in STEWARDS}:
        return _("steward")
    return _("shopkeeper") if name.startswith("Lupe") else _("resident")
