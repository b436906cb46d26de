"""Words of membership that several pages use."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from fund.charter.model import MemberClass
from fund.members import dues
from fund.presentation import money

BASIS: dict[str, Any] = {
    "lives": _l("I live here"),
    "works": _l("I work here"),
    "studies": _l("I study here"),
    "displaced": _l("I used to live here and had to move away"),
    "coop": _l("I am the delegate of a co-op"),
    "anyone": _l("I want to support the fund"),
}
BASIS_SHORT: dict[str, Any] = {
    "lives": _l("lives here"),
    "works": _l("works here"),
    "studies": _l("studies here"),
    "displaced": _l("lived here and had to move away"),
    "coop": _l("delegate of a co-op"),
    "anyone": _l("supports the fund"),
}
PERIODS: dict[str, Any] = {"year": _l("a year"), "month": _l("a month"), "once": _l("once")}
LANGUAGE_NAMES = {"en": "English", "es": "Español", "fr": "Français", "ht": "Kreyòl ayisyen", "ar": "العربية"}


def tier_choices(member_class: MemberClass) -> list[tuple[str, str]]:
    """The tiers of a class as one chooses among them."""
    period = PERIODS[member_class.dues.period]
    texts = {
        dues.OWN: _l("Another amount %(period)s, as much as I can", period=period),
        dues.HOURS: _l("%(n)s hours of help instead of money", n=member_class.dues.in_kind_hours),
        dues.NOTHING: _l("Nothing now: dues are waived for whoever asks"),
    }
    return [
        (tier, str(texts.get(tier) or _l("%(amount)s %(period)s", amount=money(amount_minor), period=period)))
        for tier, amount_minor in dues.tiers(member_class)
    ]
