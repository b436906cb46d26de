"""Acts on statements of the bank and their lines."""

from __future__ import annotations

from fund.permissions import MONEY_HANDS, Role, declare

declare("bank.read", "see the lines of the bank beside the books", MONEY_HANDS | {Role.AUDITOR})
declare("bank.take_in", "take in a statement of the bank", MONEY_HANDS)
declare("bank.match", "say what a line of the bank is in the books", MONEY_HANDS)
declare("bank.ignore", "leave a line of the bank out, with another person", MONEY_HANDS)
