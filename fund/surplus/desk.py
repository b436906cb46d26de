"""What waits in the sharing of surpluses, and what a member has in their account."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from fund import db
from fund.desk import Item
from fund.permissions import MONEY_HANDS, Actor
from fund.presentation import money
from fund.surplus import reading
from fund.surplus.models import SurplusPeriod, SurplusRun


def waiting(actor: Actor) -> list[Item]:
    """Surpluses that wait for a second person, and accounts whose day has come."""
    if not actor.roles & MONEY_HANDS:
        return []
    rows = db.session.execute(
        select(SurplusRun.id, SurplusPeriod.name)
        .join(SurplusPeriod, SurplusPeriod.id == SurplusRun.period_id)
        .where(
            SurplusRun.entry_id.is_(None), SurplusRun.dropped_at.is_(None), SurplusRun.recorded_by != actor.person_id
        )
        .order_by(SurplusRun.id)
    )
    who = _("stewards, treasurer")
    items = [Item(_("Confirm the surplus of %(name)s", name=name), f"/surplus/runs/{n}", who=who) for n, name in rows]
    due = reading.redeemable()
    if due:
        words = ngettext("%(num)s member account can be paid out", "%(num)s member accounts can be paid out", due)
        items.append(Item(words, "/surplus/periods", who=who))
    return items


def mine(actor: Actor) -> list[Item]:
    """One's own member account, once there is something in it or to be paid."""
    lines = reading.account_of(actor.person_id) if actor.person_id is not None else []
    if not lines:
        return []
    cash, kept = reading.standing(lines)
    note = _("%(cash)s to be paid, %(kept)s in your account", cash=money(cash), kept=money(kept))
    return [Item(_("Your member account"), "/me/surplus", note=note)]
