"""Who stands in when too few stewards are free of ties: a member drawn by lot, or a neighbouring fund's steward.

The charter says which (`safeguards.substitutes`). A lot is drawn from a public source: members who vote, hold no office
and have no tie stand in the order of their numbers, and the text of the draw decides, so that anybody who has the text
and the list can draw again. Every draw is kept with its text; nobody is drawn twice for one task.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from fund import audit, db
from fund.charter import Charter
from fund.db import Transaction, outbox
from fund.errors import Invalid, WrongState
from fund.foundation import service as foundation
from fund.members.models import Membership, Person
from fund.permissions import Actor, require
from fund.proposals import access, review
from fund.proposals.models import Proposal, Substitute
from fund.rounds import service as rounds
from fund.rounds.models import Round
from fund.stewards.models import StewardTerm

TASKS = ("review", "certify", "pay")
NEEDED = {"certify": 2, "pay": 2}
"""How many people without a tie each task asks for; a review asks for as many as the charter says, and an appeal for
one who did not refuse."""
CONTEXT = b"commonpool/v1/substitute\x00"


def free_stewards(session: Session, proposal: Proposal) -> set[int]:
    """Stewards without a tie to a proposal."""
    return review.serving(session) - access.tied(session, proposal)


def shortage(proposal: Proposal, task: str) -> int:
    """How many people a task on a proposal still lacks, counting stewards without a tie and substitutes; 0 is enough."""
    return _shortage(db.session(), proposal, task, rounds.charter(rounds.get(proposal.round_id)))


def draw(proposal_id: int, *, task: str, source: str, text: str, by: Actor) -> Substitute:
    """Draw a member by lot for a task, from the text of a public draw that `source` names.

    Raises WrongState when enough people are free of ties, the charter knows no lot, or no member is left to draw.
    """
    require(by, "substitute.name")
    _check(task, source=source, text=text)
    with db.writing() as tx:
        proposal, _rules = _short(tx, proposal_id, task, "member_by_lot")
        members = eligible(tx.session, proposal, task)
        if not members:
            raise WrongState(_l("No member without a tie and without an office is left to draw."))
        round_ = tx.get(Round, proposal.round_id)
        ticket = f"{round_.uuid}\x00{proposal.slug}\x00{task}\x00{text.strip()}".encode()
        drawn = members[int.from_bytes(hashlib.sha256(CONTEXT + ticket).digest()) % len(members)]
        how = _l("drawn by lot among %(n)s members; %(source)s: %(text)s", n=len(members), source=source.strip(),
                 text=text.strip())  # fmt: skip
        return _name(tx, proposal, drawn, task, str(how), by)


def name(proposal_id: int, *, task: str, email: str, how: str, by: Actor) -> Substitute:
    """Name a neighbouring fund's steward who stands in, where the charter allows it, saying who they are.

    They have signed in here before; `email` says who it is. Raises Invalid when nobody, or more than one, has it.
    """
    require(by, "substitute.name")
    _check(task, how=how)
    with db.writing() as tx:
        proposal, _rules = _short(tx, proposal_id, task, "neighbouring_fund")
        found = tx.session.scalars(select(Person.id).where(Person.email == email.strip().lower())).all()
        if len(found) != 1:
            raise Invalid(_l("Not exactly one person signed in here with this address."), field="email")
        person_id = found[0]
        if person_id in access.tied(tx.session, proposal):
            raise Invalid(_l("This person has a tie to the proposal."), field="email")
        return _name(tx, proposal, person_id, task, how.strip(), by)


def eligible(session: Session, proposal: Proposal, task: str) -> list[int]:
    """Members who can be drawn, in the order of their numbers: they vote, hold no office, have no tie, were not drawn."""
    today = foundation.today()
    charter = rounds.charter(rounds.get(proposal.round_id))
    members = session.scalars(
        select(Membership.person_id)
        .where(
            Membership.state == "active", Membership.class_code.in_(charter.voting_classes),
            Membership.voting_from <= db.now(),
        )
        .order_by(Membership.person_id)
    )  # fmt: skip
    officers = set(session.scalars(select(StewardTerm.person_id).where(StewardTerm.not_over_on(today))))
    drawn = {row.person_id for row in _named(session, proposal, task)}
    out = officers | drawn | access.tied(session, proposal) | {proposal.refused_by}
    return [number for number in members if number not in out]


def how_many(proposal: Proposal) -> int:
    """How many members can be drawn to review a proposal."""
    return len(eligible(db.session(), proposal, access.REVIEWING))


def stand_in(session: Session, proposal: Proposal, task: str) -> set[int]:
    """Numbers of those who stand in for a task on a proposal, without a tie: results and payments ask this."""
    return {row.person_id for row in _named(session, proposal, task)} - access.tied(session, proposal)


def of(proposal_id: int) -> Sequence[tuple[Substitute, str]]:
    """Everybody named for a proposal, with names; how they were found is public."""
    rows = db.session.execute(
        select(Substitute, Person.display_name)
        .join(Person, Person.id == Substitute.person_id)
        .where(Substitute.proposal_id == proposal_id)
        .order_by(Substitute.id)
    ).all()
    return [(row, person) for row, person in rows]


def _named(session: Session, proposal: Proposal, task: str) -> Sequence[Substitute]:
    return session.scalars(
        select(Substitute).where(
            Substitute.round_id == proposal.round_id, Substitute.task == task,
            (Substitute.proposal_id == proposal.id) | Substitute.proposal_id.is_(None),
        )
    ).all()  # fmt: skip


def _shortage(session: Session, proposal: Proposal, task: str, charter: Charter) -> int:
    people = free_stewards(session, proposal) | stand_in(session, proposal, task)
    if task == access.REVIEWING and proposal.state == "appealed":
        return 0 if people - {proposal.refused_by} else 1
    return max(0, NEEDED.get(task, charter.review.reviewers) - len(people))


def _short(tx: Transaction, proposal_id: int, task: str, way: str) -> tuple[Proposal, Charter]:
    proposal = tx.lock(Proposal, proposal_id)
    rules = rounds.charter(tx.get(Round, proposal.round_id))
    if way not in rules.safeguards.substitutes:
        raise WrongState(_l("The charter does not know this way of finding a substitute."))
    if proposal.state in ("draft", "withdrawn") or _shortage(tx.session, proposal, task, rules) == 0:
        raise WrongState(_l("Enough people without a tie are there; nobody needs to stand in."))
    return proposal, rules


def _check(task: str, **words: str) -> None:
    if task not in TASKS:
        raise Invalid(_l("Choose the task."), field="task")
    for field, said in words.items():
        if not said.strip() or len(said) > 120:
            raise Invalid(_l("Please fill this in, in at most 120 characters."), field=field)


def _name(tx: Transaction, proposal: Proposal, person_id: int, task: str, how: str, by: Actor) -> Substitute:
    if any(row.person_id == person_id for row in _named(tx.session, proposal, task)):
        raise Invalid(_l("This person stands in already."), field="person")
    assert by.person_id is not None
    row = tx.add(
        Substitute(
            round_id=proposal.round_id, proposal_id=proposal.id, person_id=person_id, task=task, found_how=how[:300],
            named_by=by.person_id, named_at=tx.now(),
        )
    )  # fmt: skip
    audit.record(tx, "substitute.name", by=by.person_id, on=("proposal", proposal.id), person=person_id, task=task)
    outbox.post(
        tx, "substitute_named", person_id=person_id, title=proposal.title, task=task, proposal_id=proposal.id, how=how
    )
    return row
