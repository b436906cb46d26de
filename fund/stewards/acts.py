"""Acts of stewardship."""

from __future__ import annotations

from fund.permissions import ADMINISTRATORS, MONEY_HANDS, OVERSIGHT, STEWARDS, declare

declare("term.begin", "begin a steward's term", STEWARDS | ADMINISTRATORS)
declare("term.end", "end a steward's term", STEWARDS | ADMINISTRATORS)
declare("desk.steward", "open the steward's desk", STEWARDS)
declare("desk.treasury", "open the treasurer's desk", MONEY_HANDS)
declare("desk.oversight", "read what stewards did", OVERSIGHT)
