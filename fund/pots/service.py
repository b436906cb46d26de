"""Pots: the verbs that other rooms use, each in a room of its own beside this one.

A round takes, holds and brings home (`round_money`), a budget by percent is reckoned (`available`), a contribution is
shared out (`incoming`), older books are taken over (`taking_over`), the clock releases (`releasing`), a council's pot is
given (`giving`).
"""

from __future__ import annotations

from fund.pots import incoming, taking_over
from fund.pots.available import budget_minor, grantable_minor
from fund.pots.giving import ask
from fund.pots.incoming import shares
from fund.pots.releasing import release_due
from fund.pots.round_money import carried, commit, left_minor, reserve, send_home, take_back, take_carried

__all__ = [
    "ask", "budget_minor", "carried", "commit", "grantable_minor", "incoming", "left_minor", "release_due", "reserve",
    "send_home", "shares", "take_back", "take_carried", "taking_over",
]  # fmt: skip
