"""What a kind of payment brings with it: who is who, what it is about, and what its own feature does as it moves on.

A feature that pays in its own way registers a `Way` for its kind when the program starts; every other kind (a cost, a
fee) is paid as the plain way says. So the room of payments never knows awards or notes, and they add nothing to how a
payment is approved, sent or booked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from fund.db import Transaction
from fund.ledger.models import Disbursement

WORDS = {
    "award": _l("Instalment of an award"),
    "cost": _l("Cost of running the fund"),
    "fee": _l("Fee"),
    "refund": _l("Refund"),
    "note_payout": _l("Payout to a note-holder"),
    "surplus_payout": _l("Share of surplus"),
    "hand_over": _l("Hand-over to others"),
    "micro_grant": _l("Micro-grants of a week"),
}


@dataclass(frozen=True)
class Parties:
    """Who is who: `party` is paid (or acts for who is), `tied` may decide nothing about it, `substitutes` stand in."""

    name: str
    party: frozenset[int] = frozenset()
    tied: frozenset[int] = frozenset()
    substitutes: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Story:
    """What a payment is about, for those who handle it: facts, what was shown for it, where to read on."""

    title: str
    url: str = ""
    facts: Sequence[tuple[str, str]] = ()
    shown: str = ""
    file: tuple[str, str] | None = None


@dataclass(frozen=True)
class Caution:
    """One thing about a payment to look at twice: `token` says which (kept with the approval), `words` say it."""

    token: str
    words: Any


@dataclass(frozen=True)
class Step:
    """A payment moved on: to which state, by whom, why, and on which day it was paid."""

    state: str
    by: int | None
    reason: str = ""
    paid_on: Any = None


def _nothing(_tx: Transaction, _payment: Disbursement) -> None:
    """Hold nothing more than the payment itself."""


def _plain_parties(_session: Session, payment: Disbursement) -> Parties:
    return Parties(payment.payee_name)


def _plain_story(_session: Session, payment: Disbursement) -> Story:
    return Story(payment.purpose or str(WORDS[payment.kind]))


def _no_cautions(_session: Session, _payments: Sequence[Disbursement], _named: bool) -> Mapping[int, list[Caution]]:
    """Nothing more to look at twice than with any payment."""
    return {}


def _no_step(_tx: Transaction, _payment: Disbursement, _step: Step) -> None:
    """Nothing else follows."""


@dataclass(frozen=True)
class Way:
    """The parts of a kind: `hold` locks what must be locked before the payment, `cautions` adds what is to be looked at
    twice (for many payments at once, with names or without), `moved` follows each step."""

    hold: Callable[[Transaction, Disbursement], None] = field(default=_nothing)
    parties: Callable[[Session, Disbursement], Parties] = field(default=_plain_parties)
    story: Callable[[Session, Disbursement], Story] = field(default=_plain_story)
    cautions: Callable[[Session, Sequence[Disbursement], bool], Mapping[int, list[Caution]]] = field(
        default=_no_cautions
    )
    moved: Callable[[Transaction, Disbursement, Step], None] = field(default=_no_step)


PLAIN = Way()
_ways: dict[str, Way] = {}


def register(kind: str, way: Way) -> None:
    """Say how payments of one kind are; done once, when a feature is loaded."""
    _ways[kind] = way


def way_of(payment: Disbursement) -> Way:
    """How this payment is."""
    return of_kind(payment.kind)


def of_kind(kind: str) -> Way:
    """How payments of this kind are."""
    return _ways.get(kind, PLAIN)
