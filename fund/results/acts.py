"""Acts on results, and who is kept from them by a conflict."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from fund.permissions import CLOCKWORK, EVERYONE, MEMBERS, SIGNED_IN, STEWARDS, Actor, Role, declare
from fund.results.conflicts import conflicted_in_round, stands_in


def _certifies(actor: Actor, obj: Any) -> Any:
    """Condition: the actor is a steward, or was named to stand in for this round's certifying."""
    if not actor.has(Role.STEWARD) and not stands_in(actor, obj):
        return _l("Stewards certify a count, or who was named to stand in for them.")
    return None


def _unconflicted(actor: Actor, obj: Any) -> Any:
    """Condition: the actor is recused from no proposal of this round."""
    if conflicted_in_round(actor, obj):
        return _l("You have declared a stake in a proposal of this round, so others certify its count.")
    return None


declare("result.read", "read a published result", EVERYONE)
declare("result.count", "count a closed round", STEWARDS | CLOCKWORK)
declare("result.certify", "certify a count", SIGNED_IN, _certifies, _unconflicted)
declare("result.publish", "publish a certified result", STEWARDS)
declare("result.draw", "enter or confirm the text of a public draw", STEWARDS, _unconflicted)
declare("result.dispute", "dispute a published result", MEMBERS)
declare("result.answer", "answer a dispute", STEWARDS, _unconflicted)
declare("result.correct", "count again beside the old count", STEWARDS, _unconflicted)
declare("round.look_ahead", "count made-up ballots before voting opens", STEWARDS, _unconflicted)
