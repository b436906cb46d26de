"""Interest on a note: exact whole numbers, no rounding that adds up (FIELD B2 `capital.layers`).

The rule: actual days over 365, simple, on what is owed. Interest runs from the day after the note was issued to its
maturity, both days included once; nothing is added to what is late. A day's interest is principal x rate / (365 x
10,000); it is counted in units of one minor unit's 3,650,000th. Whole minor units are booked, the rest is carried to the
next day, so that cutting a year into months gives the same sum as taking it whole, and no holder ever loses or gains
more than a part of one minor unit.
"""

from __future__ import annotations

import datetime as dt

DAYS_OF_A_YEAR = 365
WHOLE = 10_000 * DAYS_OF_A_YEAR
"""Units in one minor unit: a rate is in hundredths of a percent, a year has 365 days."""


def days_between(accrued_through: dt.date, through: dt.date, matures_on: dt.date | None) -> int:
    """Days for which interest is still to be counted: after `accrued_through`, up to `through`, never past maturity."""
    end = through if matures_on is None else min(through, matures_on)
    return max(0, (end - accrued_through).days)


def accrue(owed_minor: int, rate_bp: int, days: int, carry_units: int) -> tuple[int, int]:
    """Interest of so many days: whole minor units to book, and units carried on.

    Raises ValueError for a negative sum, rate or time, or a carry that is no part of one minor unit.
    """
    if min(owed_minor, rate_bp, days, carry_units) < 0 or carry_units >= WHOLE:
        raise ValueError("interest is counted on what is owed, forward in time")
    return divmod(owed_minor * rate_bp * days + carry_units, WHOLE)
