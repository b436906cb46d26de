"""What waits: figures to look at, arrangements to confirm, businesses to talk with; and what one's own business owes."""

from __future__ import annotations

import datetime as dt

from flask_babel import gettext as _

from fund.desk import Item
from fund.foundation import service as foundation
from fund.permissions import MONEY_HANDS, Actor
from fund.presentation import date, money
from fund.repayments import arrangements, reading
from fund.repayments.reading import Owed
from fund.repayments.service import AFTER


def waiting(actor: Actor) -> list[Item]:
    """What those who keep the money have to look at."""
    if not actor.roles & MONEY_HANDS:
        return []
    today = foundation.today()
    mine = [one for one, may_open in reading.everywhere(actor) if may_open]
    if not mine:
        return []
    items = [
        Item(_("Look at the figure of %(name)s", name=one.name), _page(one), who=_("treasurer"), note=_("it was told"))
        for one in mine
        if one.waiting is not None and one.waiting.told_by != actor.person_id
    ]
    items += [
        Item(_("Talk with %(name)s about what is owed", name=one.name), _page(one), who=_("treasurer"),
             note=_("%(sum)s since %(day)s", sum=money(one.now_minor), day=date(one.since)))
        for one in mine
        if one.since is not None and one.since + AFTER <= today
    ]  # fmt: skip
    names = {one.award.id: one.name for one in mine}
    items += [
        Item(_("Confirm what was arranged with %(name)s", name=names[one.award_id]), f"/awards/{one.award_id}/repayments",
             who=_("a second person"))
        for one in arrangements.proposed()
        if one.award_id in names and one.proposed_by != actor.person_id
    ]  # fmt: skip
    return items


def mine(actor: Actor) -> list[Item]:
    """What one's own businesses owe now."""
    if actor.person_id is None:
        return []
    return [
        Item(_("What %(name)s owes now", name=one.name), "/me/owed", note=_note(one), due_at=_moment(one))
        for one in reading.of_person(actor)
        if one.award.state == "active"
    ]


def _note(one: Owed) -> str:
    if one.now_minor:
        return money(one.now_minor)
    if one.wanted is not None:
        return _("nothing now; please tell a figure")
    return _("nothing now")


def _moment(one: Owed) -> dt.datetime | None:
    day = one.since or (one.coming.due_on if one.coming else None)
    return None if day is None else dt.datetime.combine(day, dt.time(), foundation.zone()).astimezone(dt.UTC)


def _page(one: Owed) -> str:
    return f"/awards/{one.award.id}/repayments"
