"""Acts on money."""

from __future__ import annotations

from fund.permissions import EVERYONE, MONEY_HANDS, TREASURERS, declare

declare("money.read", "see where every dollar is", EVERYONE)
declare("contribution.record", "record what was given", MONEY_HANDS)
declare("cost.record", "record a cost under a decision", MONEY_HANDS)
declare("entry.reverse", "correct an entry by its mirror image", TREASURERS)
declare("history.enter", "enter what happened before these books", MONEY_HANDS)
