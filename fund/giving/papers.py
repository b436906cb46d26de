"""What givers keep on paper: a receipt, the list of a giver's year, and for the books the year of all givers.

Each says what the page says, and promises nothing about taxes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from fund.foundation import service as foundation
from fund.giving import receipts
from fund.ledger.models import Contribution
from fund.letterhead import drawn
from fund.paper import Facts, Grid, Paragraph, Part
from fund.presentation import date, money, number


def receipt(one: Contribution) -> bytes:
    """One receipt."""
    title = _("Receipt %(n)s", n=one.id)
    return drawn(title, [Facts(facts(one)), Paragraph(about_taxes(one.kind)), Paragraph(_("Thank you."))])


def facts(one: Contribution) -> list[tuple[str, str]]:
    """What a receipt says: from whom, when, what, for what, and whether it was given back."""
    return [
        (_("From"), receipts.giver(one) or _("not named")),
        (_("Received on"), date(one.given_on)),
        (_("What"), what(one)),
        (_("For"), one.purpose or (_("dues") if one.kind == "dues" else _("the fund"))),
        (_("Given back"), _("yes") if one.state == "refunded" else _("no")),
        (_("Written on"), date(foundation.today())),
    ]


def about_taxes(kind: str) -> str:
    """What is said of taxes: nothing is promised."""
    if kind == "land_tax":
        return _("Voluntary; not a tax in law; whether a gift is deductible is not promised.")
    return _("Whether a gift is deductible from taxes is not promised here; ask who knows the law where you live.")


def what(one: Contribution) -> str:
    """What was given: a sum, hours, or goods in words."""
    if one.kind == "hours":
        return _("%(n)s hours", n=number(one.hours))
    return one.note if one.kind == "goods" else money(one.amount_minor)


def kind_words() -> dict[str, str]:
    """The kinds of contribution in the reader's language."""
    return {
        "dues": _("Dues"), "hours": _("Hours of help"), "goods": _("Goods"), "gift": _("Gift"),
        "land_tax": _("Voluntary land gift"), "note": _("Note"),
    }  # fmt: skip


def year_of(giver: str, year: int, given: Sequence[Contribution]) -> bytes:
    """Everything one giver gave in a year, given back told apart, with the sum that stayed."""
    kinds = kind_words()
    rows = [
        [
            str(one.id),
            date(one.given_on),
            kinds[one.kind],
            _("given back") if one.state == "refunded" else "",
            what(one),
        ]
        for one in given
    ]
    kept = [one for one in given if one.state == "received"]
    sums = [money(sum(one.amount_minor for one in kept))]
    hours = sum(one.hours for one in kept)
    if hours:
        sums.append(_("%(n)s hours", n=number(hours)))
    total = ["", "", _("All together"), "", " · ".join(sums)]
    parts: list[Part] = [
        Facts([(_("From"), giver), (_("Written on"), date(foundation.today()))]),
        Grid([_("Receipt"), _("Day"), _("What"), _("State"), _("Amount")], [*rows, total], figures=(4,), total=True),
        Paragraph(about_taxes("gift")),
    ]
    return drawn(_("What was given in %(year)s", year=year), parts)


def all_givers(year: int) -> bytes:
    """The year of all givers, for those who keep the books."""
    heads = {
        "receipt": _("receipt"), "day": _("day"), "giver": _("giver"), "kind": _("kind"), "amount": _("amount"),
        "hours": _("hours"), "purpose": _("purpose"), "state": _("state"),
    }  # fmt: skip
    rows: list[list[Any]] = [[*row[:5], row[5] or "", *row[6:]] for row in receipts.rows(year)]
    return drawn(
        _("Givers in %(year)s", year=year),
        [
            Paragraph(_("For those who keep the books. Whoever gave sees the same on a page of their own.")),
            Grid([heads[name] for name in receipts.HEAD], rows, figures=(0, 4, 5)),
        ],
        wide=True,
    )
