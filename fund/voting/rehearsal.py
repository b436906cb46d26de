"""Rehearsal: trying the ballot out between freezing and opening. Nothing of it is kept when voting opens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from fund import db
from fund.errors import SignInNeeded, WrongState
from fund.permissions import Actor, require
from fund.rounds import service as rounds
from fund.rounds.models import Round
from fund.voting import choices as ballot_choices
from fund.voting.models import RehearsalBallot


def rehearse(round_id: int, choices: Mapping[str, Any], *, by: Actor) -> None:
    """Cast a trial ballot, which is checked like a real one. Raises WrongState unless the round is frozen."""
    require(by, "ballot.rehearse")
    if by.person_id is None:
        raise SignInNeeded(_l("Please sign in first."))
    with db.writing() as tx:
        round_ = tx.lock_shared(Round, round_id)
        if round_.status != "frozen":
            raise WrongState(_l("A rehearsal is possible between freezing and the opening of the vote."))
        chosen = ballot_choices.to_bytes(ballot_choices.read(choices, rounds.rules(round_)))
        tx.session.merge(RehearsalBallot(round_id=round_id, person_id=by.person_id, choices_bytes=chosen))


def rehearsed(round_id: int) -> int:
    """How many people have tried the ballot out."""
    counted = select(func.count()).select_from(RehearsalBallot).where(RehearsalBallot.round_id == round_id)
    return int(db.session.scalar(counted) or 0)
