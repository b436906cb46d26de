"""Acts on awards and their payments; each condition looks at `Standing`: who is who to this award at this moment."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from fund.permissions import EVERYONE, MONEY_HANDS, SIGNED_IN, STEWARDS, Actor, declare


def _the_business_itself(actor: Actor, standing: Any) -> Any:
    """Condition: the actor acts for the business, or applied."""
    return None if actor.person_id in standing.party else _l("This is for the business itself.")


def _no_tie(actor: Actor, standing: Any) -> Any:
    """Condition: the actor has no tie to the proposal, and does not act for its business."""
    if actor.person_id in standing.tied:
        return _l("You have a tie to this proposal, so others take this on.")
    return None


def _money_hand(actor: Actor, standing: Any) -> Any:
    """Condition: a steward, the treasurer, or somebody who stands in for them."""
    if actor.roles & MONEY_HANDS or actor.person_id in standing.substitutes:
        return None
    return _l("This is for stewards, the treasurer, or those who stand in for them.")


def _asks(actor: Actor, standing: Any) -> Any:
    """Condition: the business itself asks, or a money hand without a tie types what it said."""
    if actor.person_id in standing.party:
        return None
    return _money_hand(actor, standing) or _no_tie(actor, standing)


def _another_person(actor: Actor, standing: Any) -> Any:
    """Condition: the actor neither asked for this payment nor approved it before."""
    if actor.person_id == standing.requested_by:
        return _l("You asked for this payment, so others approve it.")
    if actor.person_id in standing.approved_by:
        return _l("You have approved this payment already; another person is needed.")
    return None


declare("award.read", "see what became of an award", EVERYONE)
declare("award.answer", "accept, decline or sign an award for the business", SIGNED_IN, _the_business_itself)
declare("award.countersign", "sign an agreement for the fund", STEWARDS, _no_tie)
declare("award.note_report", "note that the report on an award has come", MONEY_HANDS, _no_tie)
declare("tranche.request", "ask for an instalment", SIGNED_IN, _asks)
declare("evidence.read", "read what was shown for an instalment", SIGNED_IN, _asks)
declare("payment.approve", "approve a payment", SIGNED_IN, _money_hand, _no_tie, _another_person)
declare("payment.read", "read a payment that is asked for", SIGNED_IN, _asks)
declare("payment.end", "refuse or withdraw a payment that was not made", SIGNED_IN, _asks)
declare("payment.pay", "record that a payment was made or came back", MONEY_HANDS, _no_tie)
