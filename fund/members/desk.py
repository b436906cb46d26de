"""What waits in membership: the queue for stewards; for everybody, where their own membership stands."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from fund.desk import Item
from fund.foundation import service as foundation
from fund.members import registrar, service, vouching
from fund.members.service import STATE_REASONS
from fund.permissions import Actor, may
from fund.presentation import moment


def waiting(actor: Actor) -> list[Item]:
    """Newcomers to verify, appeals and objections to decide."""
    if not may(actor, "member.queue"):
        return []
    counts = registrar.count_waiting()
    items = []
    if counts.get("appealed"):
        n = counts["appealed"]
        text = ngettext("%(num)s appeal against a refusal to decide", "%(num)s appeals against refusals to decide", n)
        items.append(Item(text, "/members/queue"))
    if counts.get("suspended"):
        n = counts["suspended"]
        text = ngettext("%(num)s objection to a suspension to answer", "%(num)s objections to suspensions to answer", n)
        items.append(Item(text, "/members/queue"))
    if counts.get("applied"):
        n = counts["applied"]
        items.append(Item(ngettext("%(num)s newcomer to verify", "%(num)s newcomers to verify", n), "/members/queue"))
    n = registrar.count_without_help()
    if n:
        text = ngettext("%(num)s person asks for help to take part", "%(num)s people ask for help to take part", n)
        items.append(Item(text, f"/members?state={service.NEEDS_HELP}"))
    return items


def mine(actor: Actor) -> list[Item]:
    """Where one's own membership stands."""
    if actor.person_id is None:
        return []
    membership = service.newest_membership(actor.person_id)
    if membership is None:
        return [Item(_("You are not a member yet."), "/join", note=_("Joining takes a few minutes."))]
    if membership.state == "verified" and membership.voting_from is not None:
        return [Item(_("You can vote from %(day)s.", day=moment(membership.voting_from)), "/me/membership")]
    if membership.state in ("active", "verified"):
        return [Item(_("Your membership"), "/me/membership", note=_("Active member"))]
    note = ""
    if membership.state == "applied":
        note = vouching.next_step(
            foundation.current_charter(), membership, registrar.waiting(membership.id).standing
        ) or _("A steward has a look at what you said, and you are told.")
    return [Item(STATE_REASONS[membership.state], "/me/membership", note=note)]
