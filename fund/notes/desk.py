"""What waits for the treasurer and those who approve; and what a holder has going on with the fund."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from fund.desk import Item
from fund.notes import reading
from fund.permissions import Actor, may
from fund.presentation import date, money


def waiting(actor: Actor) -> list[Item]:
    """Notes that are due, payments that wait for a yes, losses that nobody has borne yet."""
    items = []
    if may(actor, "note.request"):
        due = len(reading.due())
        if due:
            words = ngettext("%(num)s note is due to be paid", "%(num)s notes are due to be paid", due)
            items.append(Item(words, "/treasury/notes#due", who=_("treasurer")))
    if may(actor, "loss.record"):
        lost, recovered = reading.unshared()
        if lost and reading.layers_bear():
            items.append(Item(_("A loss of %(sum)s is not shared yet", sum=money(lost)), "/treasury/losses"))
        if recovered and reading.layers_bear():
            items.append(
                Item(_("%(sum)s was recovered and is not given back", sum=money(recovered)), "/treasury/losses")
            )
    return items


def mine(actor: Actor) -> list[Item]:
    """What a holder is owed."""
    if actor.person_id is None or not reading.holds_notes(actor.person_id):
        return []
    held = reading.of_holder(actor.person_id)
    note = _("the next matures on %(day)s", day=date(held.next_on)) if held.next_on else ""
    owed = money(held.owed_minor + held.interest_minor)
    return [Item(_("The fund owes you %(sum)s on your notes", sum=owed), "/me/notes", note=note)]
