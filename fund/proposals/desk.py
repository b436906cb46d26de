"""What waits because of proposals: to assign, to review, to answer, to tell; and one's own applications."""

from __future__ import annotations

import datetime as dt

from flask_babel import gettext as _

from fund import db
from fund.desk import Item
from fund.foundation import service as foundation
from fund.permissions import Actor, Role
from fund.proposals import application, deciding, reading
from fund.proposals.models import Proposal
from fund.proposals.news import WORDS
from fund.proposals.words import KIND_WORDS
from fund.rounds import service as rounds

REVIEW_WITHIN = dt.timedelta(days=14)


def waiting(actor: Actor) -> list[Item]:
    """Work on proposals that this actor may take: reviews given to them, and for stewards what nobody has taken yet."""
    if actor.person_id is None:
        return []
    now = db.now()
    items = [
        Item(
            _("Review %(title)s: %(kind)s", title=proposal.title, kind=KIND_WORDS[review.kind]),
            f"/review/{proposal.id}/write/{review.id}", who=actor.display_name,
            due_at=review.assigned_at + REVIEW_WITHIN, late=review.assigned_at + REVIEW_WITHIN < now,
        )
        for review, proposal, _round in reading.given_to(actor.person_id)
        if proposal.id not in actor.conflicts
    ]  # fmt: skip
    return items + (_for_stewards(actor) if actor.has(Role.STEWARD) else [])


def mine(actor: Actor) -> list[Item]:
    """The actor's applications with their next step."""
    if actor.person_id is None:
        return []
    rows = application.mine(actor, {})
    waits = reading.unanswered([row["proposal"].id for row in rows if row["proposal"].state == "admitted"])
    items = []
    for row in rows:
        proposal, round_ = row["proposal"], row["round"]
        note = reading.next_step(proposal, deciding.appeal_until(proposal, round_))
        if waits.get(proposal.id):
            note = _("Questions that wait for your answer: %(n)s", n=waits[proposal.id])
        items.append(
            Item(
                proposal.title or _("An application without a name yet"),
                f"/applications/{proposal.id}",
                note=note,
                who=round_.title,
            )
        )
    return items


def _for_stewards(actor: Actor) -> list[Item]:
    items = [item for line in reading.reviewers_list(actor) if not line.tied for item in _line(actor, line)]
    items += [
        Item(_("Tell %(who)s by phone: %(news)s", who=one.contact_name or one.title, news=WORDS[one.tell_by_phone or ""]),
             f"/review/{one.id}", who=_("stewards"))
        for one in reading.to_tell()
        if one.id not in actor.conflicts
    ]  # fmt: skip
    items += [
        Item(_("Review %(title)s again: a reviewer has a tie", title=proposal.title), f"/review/{proposal.id}",
             who=_("stewards"), late=True)
        for proposal, _count in reading.late_conflicts()
        if proposal.id not in actor.conflicts
    ]  # fmt: skip
    return items


def _line(actor: Actor, line: reading.Line) -> list[Item]:
    proposal, url = line.proposal, f"/review/{line.proposal.id}"
    due = _end_of(proposal)
    if proposal.state == "appealed":
        if proposal.refused_by == actor.person_id:
            return []
        return [Item(_("Answer the appeal of %(title)s", title=proposal.title), f"{url}/appeal", who=_("stewards"),
                     due_at=due, late=line.late)]  # fmt: skip
    running = [review for review, _name in line.reviews if review.state == "assigned"]
    done = {review.reviewer_id for review, _name in line.reviews if review.state == "done"}
    if len(done) >= rounds.charter(line.round).review.reviewers and not running:
        text = _("Decide on %(title)s: its reviews are in", title=proposal.title)
    elif len(done) + len(running) < rounds.charter(line.round).review.reviewers:
        text = _("Find a reviewer for %(title)s", title=proposal.title)
    elif line.late:
        text = _("%(title)s: the answer that was promised is late", title=proposal.title)
    else:
        return []
    return [Item(text, url, who=_("stewards"), due_at=due, late=line.late, note=line.round.title)]


def _end_of(proposal: Proposal) -> dt.datetime | None:
    """The end of the day by which an answer was promised."""
    if proposal.next_answer_by is None:
        return None
    after = proposal.next_answer_by + dt.timedelta(days=1)
    return dt.datetime.combine(after, dt.time(), foundation.zone()).astimezone(dt.UTC)
