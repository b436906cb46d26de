"""What waits for those who handle money: decisions to confirm, pledges that may have come, books that disagree."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select

from fund import db
from fund.decisions import service as decisions
from fund.desk import Item
from fund.ledger import years
from fund.ledger.models import BooksCheck, Contribution
from fund.members.service import names
from fund.permissions import MONEY_HANDS, Actor
from fund.presentation import date


def waiting(actor: Actor) -> list[Item]:
    """Work for stewards and the treasurer."""
    if not actor.roles & MONEY_HANDS:
        return []
    items = _to_confirm(actor)
    found = db.session.get(BooksCheck, 1)
    if found is not None and found.faults:
        items.append(
            Item(
                _("The books disagree with themselves, and money stands still"),
                "/money",
                late=True,
                note=found.faults[0],
            )
        )
    items += _year_to_close(actor)
    open_pledges = db.session.scalar(
        select(func.count()).select_from(Contribution).where(Contribution.state == "pledged")
    )
    if open_pledges:
        words = ngettext("%(num)s pledge has not come yet", "%(num)s pledges have not come yet", open_pledges)
        items.append(Item(words, "/treasury#pledges", who=_("treasurer")))
    return items


def _year_to_close(actor: Actor) -> list[Item]:
    """A year of the books that another person proposed to close."""
    year = years.waiting()
    if year is None or year.proposed_by == actor.person_id:
        return []
    words = _("Compare the trial balance of %(day)s and close the books", day=date(year.last_day))
    return [Item(words, f"/treasury/years/{year.id}", who=_("stewards, treasurer"))]


def _to_confirm(actor: Actor) -> list[Item]:
    """Decisions that wait for a second person: never on the desk of whoever recorded them."""
    others = [one for one in decisions.unconfirmed() if one.recorded_by != actor.person_id]
    recorders = names([one.recorded_by for one in others if one.recorded_by is not None])
    return [
        Item(
            _("Confirm or talk over: %(title)s", title=one.title),
            f"/decisions/{one.id}",
            who=_("stewards, treasurer"),
            note=_("waits for somebody other than %(name)s", name=recorders[one.recorded_by])
            if one.recorded_by in recorders
            else "",
        )
        for one in others
    ]
