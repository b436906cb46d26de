"""Opening the vote: by the clock at its time, or earlier by two people with a reason.

A round about money opens only when the pool can set its whole budget aside. Rehearsal ballots are thrown away. With a
walk-up roll the quorum is a share of the roll as it is at this moment (FIELD B2).
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select

from fund import audit, db
from fund.db import Transaction
from fund.errors import WrongState
from fund.ledger import service as ledger
from fund.permissions import CLOCK, Actor
from fund.pots import service as pots
from fund.proposals import service as proposals
from fund.rounds import service as rounds
from fund.rounds.models import Round
from fund.voting import telling
from fund.voting.models import Elector, RehearsalBallot


def open_voting(round_id: int, *, by: Actor = CLOCK) -> Round:
    """Open the vote of a frozen round whose time has come.

    Raises WrongState before its time, when it is not frozen, or when the fund's free money does not cover the budget.
    """
    with db.writing() as tx:
        round_ = tx.lock(Round, round_id)
        if round_.status != "frozen":
            raise WrongState(_l("Only a frozen round is opened for voting."))
        if round_.opens_at is None or tx.now() < round_.opens_at:
            raise WrongState(_l("Voting opens at its time, or earlier when two people agree with a reason."))
        open_now(tx, round_, by=by)
    return rounds.get(round_id)


def open_now(tx: Transaction, round_: Round, *, by: Actor) -> None:
    """Open a frozen round that the caller holds, whatever the time."""
    if round_.closes_at is None or tx.now() >= round_.closes_at:
        raise WrongState(_l("The vote would be over already."))
    if round_.decides == "money":
        ledger.claim_grants(tx, round_.id, min(proposals.grants_asked(tx, round_.id), round_.budget_minor or 0))
        pots.reserve(tx, round_.id, round_.budget_minor, title=round_.title, pots=rounds.pots_of(round_))
    tx.session.execute(delete(RehearsalBallot).where(RehearsalBallot.round_id == round_.id))
    if round_.roll == "walk_up":
        round_.electorate_n = tx.session.scalar(
            select(func.count()).select_from(Elector).where(Elector.round_id == round_.id)
        )
    round_.opened_for_voting_at = tx.now()
    if round_.opens_at is None or round_.opens_at > tx.now():
        round_.opens_at = tx.now()
    round_.status = "open"
    tx.session.flush()
    audit.record(tx, "voting.open", by=by.person_id, on=("round", round_.id), electors=round_.electorate_n or 0)
    if rounds.rules(round_)["form"]["form"] != "none":
        telling.electors(tx, round_, "voting_opened")
