"""Acts on the frame of a round."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from fund.permissions import MONEY_HANDS, OVERSIGHT, STEWARDS, Actor, declare


def still_draft(_actor: Actor, round_: Any) -> Any:
    """Condition: the round is still being prepared."""
    if round_.status != "draft":
        return _l("This round is frozen: what it is about, its rules and its dates no longer change.")
    return None


declare("round.create", "prepare a round", STEWARDS)
declare("round.manage", "see what to do next in a round", OVERSIGHT)
declare("round.edit", "change a round that is being prepared", STEWARDS)
declare("round.task", "give a task in a round to somebody", STEWARDS)
declare("round.propose_act", "propose an act that needs a second person", STEWARDS | MONEY_HANDS)
declare("round.second_act", "second an act that another proposed", STEWARDS | MONEY_HANDS)
