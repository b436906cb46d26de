"""What waits because of businesses: named ones to reach, certifications that end soon; and one's own businesses."""

from __future__ import annotations

import datetime as dt

from flask_babel import gettext as _

from fund import db
from fund.businesses import nominations, service
from fund.businesses.models import Business
from fund.businesses.words import NOMINATION_WORDS
from fund.desk import Item
from fund.foundation import service as foundation
from fund.permissions import Actor, Role
from fund.presentation import date

REACH_WITHIN = dt.timedelta(days=14)


def waiting(actor: Actor) -> list[Item]:
    """Named businesses that nobody has reached yet, and certifications that end soon."""
    if not actor.has(Role.STEWARD):
        return []
    now = db.now()
    ending = [
        Item(
            _("The certification of %(name)s ends on %(day)s.", name=one.name, day=date(one.certified_until)),
            f"/businesses/{one.slug}/certify", who=_("stewards"), note=_("Visit it again, or let it end."),
            due_at=dt.datetime.combine(one.certified_until, dt.time(), foundation.zone()).astimezone(dt.UTC),
        )
        for one in service.certified_until_soon(foundation.today())
        if one.certified_until is not None and one.id not in actor.businesses
    ]  # fmt: skip
    return ending + [
        Item(
            _("Reach out to %(name)s", name=business.name), f"/businesses/named/{nomination.id}", who=_("stewards"),
            due_at=nomination.named_at + REACH_WITHIN, late=nomination.named_at + REACH_WITHIN < now,
            note=NOMINATION_WORDS[nomination.state],
        )
        for nomination, business in nominations.waiting()
        if nomination.state == "named"
    ]  # fmt: skip


def mine(actor: Actor) -> list[Item]:
    """Businesses the actor acts for, and those they named."""
    items = [
        Item(business.name, f"/businesses/{business.slug}", note=_next_step(business))
        for business in service.of_person(actor)
    ]
    if actor.person_id is not None:
        items += [
            Item(
                _("You named %(name)s", name=business.name), _page_of(business), note=NOMINATION_WORDS[nomination.state]
            )
            for nomination, business in nominations.of_person(actor.person_id)
            if nomination.state in nominations.OPEN_STATES
        ]
    return items


def _page_of(business: Business) -> str:
    return "/businesses" if business.state in service.HIDDEN else f"/businesses/{business.slug}"


def _next_step(business: Business) -> object:
    if business.state == "unlisted":
        return _("Not in the directory yet. It is listed when your proposal is admitted, or when you list it.")
    if business.state == "withdrawn":
        return _("You took it out of the directory.")
    if not business.about:
        return _("Say in a few sentences what it does.")
    return _("You act for it.")
