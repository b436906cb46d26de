"""Acts on pots."""

from __future__ import annotations

from fund.permissions import EVERYONE, MONEY_HANDS, declare

declare("pot.read", "see what is set aside and who decides about it", EVERYONE)
declare("pot.give", "ask for a payment out of a council's pot", MONEY_HANDS)
