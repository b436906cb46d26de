"""What a plan may never ask: the rules of non-extractive finance, checked and not promised (FIELD A2, B2; B3 "missed payment").

The fund never gains more than the charter's terms allow; nothing is due before costs and wages are covered, so a share of
a surplus never becomes a debt with days; nothing is ever added for paying late. A plan that would ask any of it is
refused with the reason in words. Pure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from fund.charter.messages import N_, Message
from fund.repayments.schedule import Due, Terms, instalment_days, level

_ANY_DAY = dt.date(2000, 1, 1)


def gain_allowed(terms: Terms, paid_out_minor: int) -> int | None:
    """The most that the fund may gain on what was paid out, in minor units; None where only each year has a limit."""
    if terms.kind == "zero_interest":
        return 0
    if terms.kind == "fixed":
        days = instalment_days(terms, _ANY_DAY) or [_ANY_DAY]
        return sum(row.gain_minor for row in level(paid_out_minor, terms.rate_bp, days))
    if terms.kind == "nonvoting_share":
        return None
    return max(0, terms.cap_minor(paid_out_minor) - paid_out_minor)


def objections(
    terms: Terms, rows: Sequence[Due], *, principal_minor: int, paid_out_minor: int, gained_minor: int, currency: str
) -> Iterator[Message]:
    """Why a plan of days may not stand: nothing when it may.

    `principal_minor` is the capital that is still out, `gained_minor` what the fund has gained on this award so far.
    """
    if terms.is_contingent:
        yield N_(
            "This is paid back out of what the business makes. A plan of fixed days would ask for money before costs and "
            "wages are covered."
        )
    if any(row.principal_minor < 0 or row.gain_minor < 0 for row in rows):
        yield N_("No instalment can be less than nothing.")
    if sum(row.principal_minor for row in rows) != principal_minor:
        yield N_("The instalments must add up to what is still to be paid back.")
    allowed = gain_allowed(terms, paid_out_minor)
    gain = gained_minor + sum(row.gain_minor for row in rows)
    if allowed is not None and gain > allowed:
        yield N_(
            "This would cost the business %(asked_minor)s in all; the agreement allows at most %(allowed_minor)s. Take a "
            "lower rate or a shorter time.",
            asked_minor=gain, allowed_minor=allowed, currency=currency,
        )  # fmt: skip
