"""Which proposals belong to a set-aside or a category, and which cannot go together: said before freezing.

A *group* is the code of a set-aside or the name of a capped category; a neighbourhood is a group by itself and is not
marked here. *Rivals* are two proposals of which the better placed one excludes the other. Both are frozen with the
ballot. Who has a tie to a proposal says neither of it. Source: COUNTING.md, "Settings common to all"; FIELD.md B2.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select

from fund import audit, db
from fund.db import Transaction
from fund.errors import Forbidden, Invalid, WrongState
from fund.permissions import Actor, require
from fund.proposals import service as proposals
from fund.proposals.models import Proposal
from fund.rounds import service as rounds
from fund.rounds.models import Round
from fund.voting.models import ProposalGroup, ProposalRival

ACT = "round.group"


def groups_of_round(round_: Round) -> list[tuple[str, str]]:
    """The groups that a steward marks in this round, as (code, name for people): set-asides, then capped categories."""
    rules = rounds.rules(round_)
    own = rounds.charter(round_).fund.neighbourhoods
    named = [(one["group"], one["name"]) for one in rules.get("set_asides") or ()]
    return named + [(group, group) for group in rules.get("caps") or {} if group not in own]


def mark(round_id: int, groups: Mapping[str, Collection[str]], *, by: Actor) -> None:
    """Say of admitted proposals (by short name) which groups they belong to; others keep theirs.

    Raises WrongState once frozen, Forbidden for a change to a proposal one has a tie to, Invalid for an unknown name.
    """
    require(by, ACT)
    with db.writing() as tx:
        round_ = rounds.lock_draft(tx, round_id)
        offered = {code for code, _name in groups_of_round(round_)}
        known = {one.slug: one for one in proposals.admitted(tx, round_id)}
        if not set(groups) <= set(known) or any(not set(wanted) <= offered for wanted in groups.values()):
            raise Invalid(_l("Please open this page again."))
        before = marks_of(tx, round_id)
        for slug, wanted in groups.items():
            proposal = known[slug]
            if set(wanted) == set(before.get(proposal.id, ())):
                continue
            _refuse_tied(tx, by, proposal)
            tx.session.execute(delete(ProposalGroup).where(ProposalGroup.proposal_id == proposal.id))
            tx.session.add_all(
                ProposalGroup(round_id=round_id, proposal_id=proposal.id, group_code=code) for code in sorted(wanted)
            )
            tx.session.flush()
            audit.record(
                tx, "proposal.group", by=by.person_id, on=("proposal", proposal.id), groups=",".join(sorted(wanted))
            )


def exclude(round_id: int, first: str, second: str, *, by: Actor) -> None:
    """Say that two admitted proposals (short names) cannot go together. Saying it twice changes nothing.

    Raises WrongState once frozen or where the rule cannot keep it, Invalid for a name that is not admitted or stands
    twice, Forbidden for one's own ties.
    """
    with db.writing() as tx:
        one, two = _pair(tx, round_id, first, second, by)
        if tx.session.get(ProposalRival, (round_id, one, two)) is None:
            tx.add(ProposalRival(round_id=round_id, first_id=one, second_id=two))
            audit.record(tx, "round.exclude", by=by.person_id, on=("round", round_id), first=first, second=second)


def allow(round_id: int, first: str, second: str, *, by: Actor) -> None:
    """Take back that two proposals cannot go together. Raises as `exclude` does."""
    with db.writing() as tx:
        one, two = _pair(tx, round_id, first, second, by)
        row = tx.session.get(ProposalRival, (round_id, one, two))
        if row is not None:
            tx.session.delete(row)
            tx.session.flush()
            audit.record(tx, "round.allow", by=by.person_id, on=("round", round_id), first=first, second=second)


def marks_of(tx: Transaction, round_id: int) -> dict[int, tuple[str, ...]]:
    """Marked groups by the proposal's number."""
    found: dict[int, tuple[str, ...]] = {}
    rows = tx.session.execute(
        select(ProposalGroup.proposal_id, ProposalGroup.group_code)
        .where(ProposalGroup.round_id == round_id)
        .order_by(ProposalGroup.proposal_id, ProposalGroup.group_code)
    )
    for proposal_id, code in rows:
        found[proposal_id] = (*found.get(proposal_id, ()), code)
    return found


def rivals(tx: Transaction, round_id: int, option_ids: Sequence[str]) -> list[list[str]]:
    """Pairs of options that exclude each other, both of them on this ballot."""
    names = dict(tx.session.execute(select(Proposal.id, Proposal.slug).where(Proposal.round_id == round_id)).all())
    rows = tx.session.scalars(select(ProposalRival).where(ProposalRival.round_id == round_id))
    pairs = [sorted((names[row.first_id], names[row.second_id])) for row in rows]
    return sorted(pair for pair in pairs if set(pair) <= set(option_ids))


def rivals_allowed(round_: Round) -> bool:
    """Whether the counting rule of this round can keep two proposals apart."""
    return round_.decides == "money" and rounds.keeps_rivals(round_)


def page(round_: Round) -> dict[str, Any]:
    """What the steward's page shows: proposals with their groups, pairs that exclude each other."""
    tx = Transaction(db.session())
    admitted = sorted(proposals.admitted(tx, round_.id), key=lambda proposal: proposal.slug)
    marked = marks_of(tx, round_.id)
    return {
        "proposals": [(one, marked.get(one.id, ())) for one in admitted],
        "groups": groups_of_round(round_),
        "pairs": rivals(tx, round_.id, [one.slug for one in admitted]) if admitted else [],
        "titles": {one.slug: one.title for one in admitted},
        "rivals_allowed": rivals_allowed(round_),
    }


def _pair(tx: Transaction, round_id: int, first: str, second: str, by: Actor) -> tuple[int, int]:
    require(by, ACT)
    round_ = rounds.lock_draft(tx, round_id)
    if not rivals_allowed(round_):
        raise WrongState(_l("The counting rule of this round cannot keep two proposals apart."))
    known = {one.slug: one for one in proposals.admitted(tx, round_id)}
    if first not in known or second not in known or first == second:
        raise Invalid(_l("Choose two different proposals that are admitted."))
    for slug in (first, second):
        _refuse_tied(tx, by, known[slug])
    one, two = sorted((known[first].id, known[second].id))
    return one, two


def _refuse_tied(tx: Transaction, by: Actor, proposal: Proposal) -> None:
    if by.person_id in proposals.tied(tx.session, proposal) or by.person_id == proposal.applicant_id:
        raise Forbidden(_l("You have a tie to %(title)s, so others say this of it.", title=proposal.title))
