"""What waits because of terms: one that ends soon needs somebody who follows, who then reads what was handed over."""

from __future__ import annotations

import datetime as dt

from flask_babel import gettext as _

from fund.desk import Item
from fund.foundation import service as foundation
from fund.permissions import Actor, Role
from fund.presentation import date
from fund.stewards import confirming, ending, service
from fund.stewards.forms import ROLE_WORDS


def waiting(actor: Actor) -> list[Item]:
    """Terms that another recorded and this actor can confirm, and terms that end soon."""
    if not actor.has(Role.STEWARD, Role.ADMINISTRATOR):
        return []
    today = foundation.today()
    unconfirmed = [
        Item(
            _("Confirm the term of %(name)s (%(role)s)", name=row.term.person.display_name, role=ROLE_WORDS[row.term.role]),
            "/stewards", who=_("one more person"), note=row.term.selected_how,
        )
        for row in confirming.waiting()
        if row.can_confirm(actor)
    ]  # fmt: skip
    leaving = [
        Item(
            _("Confirm that the term of %(name)s (%(role)s) ends", name=term.person.display_name,
              role=ROLE_WORDS[term.role]),
            "/stewards", who=_("one more person"), note=term.ended_reason,
        )
        for term in ending.asked_for()
        if term.end_asked_by != actor.person_id
    ]  # fmt: skip
    return [*unconfirmed, *leaving] + [
        Item(
            _(
                "The term of %(name)s (%(role)s) ends on %(day)s.",
                name=term.person.display_name,
                role=ROLE_WORDS[term.role],
                day=date(term.ends_on),
            ),
            "/stewards",
            who=_("stewards"),
            note=_("Agree on who follows and record the new term."),
            due_at=dt.datetime.combine(term.ends_on, dt.time(), foundation.zone()).astimezone(dt.UTC),
        )
        for term in service.all_serving()
        if term.ends_on <= service.soon(today)
    ]


def mine(actor: Actor) -> list[Item]:
    """What somebody handed over to this person a short while ago."""
    if actor.person_id is None:
        return []
    return [
        Item(
            _("%(name)s handed over to you (%(role)s).", name=term.person.display_name, role=ROLE_WORDS[term.role]),
            "/stewards#earlier",
            note=_("Read what you must know."),
        )
        for term in service.handed_to(actor.person_id)
    ]
