"""Acts on payments; each condition looks at a standing: who is who to this payment at this moment."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from fund.permissions import MONEY_HANDS, SIGNED_IN, Actor, declare


def no_tie(actor: Actor, standing: Any) -> Any:
    """Condition: the actor has no tie to who is paid, and does not act for them."""
    if actor.person_id in standing.tied:
        return _l("You have a tie to who is paid, so others take this on.")
    return None


def money_hand(actor: Actor, standing: Any) -> Any:
    """Condition: a steward, the treasurer, or somebody who stands in for them."""
    if actor.roles & MONEY_HANDS or actor.person_id in standing.substitutes:
        return None
    return _l("This is for stewards, the treasurer, or those who stand in for them.")


def asks(actor: Actor, standing: Any) -> Any:
    """Condition: who is paid asks, or a money hand without a tie types what they said."""
    if actor.person_id in standing.party:
        return None
    return money_hand(actor, standing) or no_tie(actor, standing)


def another_person(actor: Actor, standing: Any) -> Any:
    """Condition: the actor neither asked for this payment nor approved it before."""
    if actor.person_id == standing.requested_by:
        return _l("You asked for this payment, so others approve it.")
    if actor.person_id in standing.approved_by:
        return _l("You have approved this payment already; another person is needed.")
    return None


def not_alone(actor: Actor, standing: Any) -> Any:
    """Condition: whoever records a payment is not the only one who approved it."""
    if standing.approvals_needed == 1 and standing.approved_by == {actor.person_id}:
        return _l("You alone approved this payment, so another person pays it.")
    return None


def looks_anew(actor: Actor, standing: Any) -> Any:
    """Condition: the actor had no hand in the payment that is reviewed."""
    if actor.person_id == standing.requested_by or actor.person_id in standing.approved_by:
        return _l("You had a hand in this payment, so another person reviews it.")
    return None


declare("payment.ask", "ask for a payment of the fund itself", MONEY_HANDS)
declare("payment.approve", "approve a payment", SIGNED_IN, money_hand, no_tie, another_person)
declare("payment.read", "read a payment that is asked for", SIGNED_IN, asks)
declare("payment.end", "refuse or withdraw a payment that was not made", SIGNED_IN, asks)
declare("payment.pay", "record that a payment was made or came back", MONEY_HANDS, no_tie, not_alone)
declare("payment.list", "see payments and put them on pay lists", MONEY_HANDS)
declare("payment.review", "review payments of the small lane", MONEY_HANDS, looks_anew, no_tie)
declare("payment.stand_in", "find somebody who stands in for an approval", MONEY_HANDS)
declare("payee.manage", "note who is paid and by which account", MONEY_HANDS)
