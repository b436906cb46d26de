"""The roll: who may vote in a round, fixed at freezing; with `walk_up` people are added while voting runs.

Nobody is ever taken off. Additions are counted in public only in batches of at least five, so that one more name and
one more ballot cannot be put together (TRUST 3.3). Why somebody is not on the roll is told to that person alone.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection, Sequence
from typing import Any

from flask_babel import format_date
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from fund import audit, db
from fund.db import Transaction
from fund.errors import Invalid, WrongState
from fund.foundation import service as foundation
from fund.members import service as members
from fund.permissions import Actor, require
from fund.rounds import service as rounds
from fund.rounds.models import Round
from fund.voting.models import Elector, Participation, RollAddition

BATCH = 5
SALT_BYTES = 16


def put_on_roll(
    tx: Transaction, round_: Round, people: Sequence[members.ElectorRow], *, batch: int = 0,
    chambers: Collection[str] = (),
) -> None:  # fmt: skip
    """Write electors, each with a salt of their own, sorted by person. A class that is a chamber votes in it."""
    tx.session.add_all(
        Elector(
            round_id=round_.id, member_id=one.person_id, class_code=one.class_code, verified_how=one.verified_how,
            chamber=one.class_code if one.class_code in chambers else "", leaf_salt=secrets.token_bytes(SALT_BYTES),
            added_batch=batch,
        )
        for one in sorted(people, key=lambda one: one.person_id)
    )  # fmt: skip
    tx.session.flush()


def add_to_roll(round_id: int, person_id: int, *, by: Actor) -> Elector:
    """Add a verified member to a walk-up roll, after freezing and until voting ends.

    Adding somebody who is on the roll changes nothing. Raises WrongState when the roll is fixed or voting has ended,
    Invalid when the person may not vote.
    """
    require(by, "roll.add")
    with db.writing() as tx:
        round_ = tx.lock(Round, round_id)
        if round_.roll != "walk_up":
            raise WrongState(_l("The roll of this round was fixed when it was frozen."))
        if round_.status not in ("frozen", "open") or tx.now() >= _closing(round_):
            raise WrongState(_l("People are added to the roll between freezing and the end of voting."))
        known = tx.session.get(Elector, (round_id, person_id))
        if known is not None:
            return known
        row = {one.person_id: one for one in members.electorate(tx, rounds.rules(round_)["voters"], tx.now())}.get(
            person_id
        )
        if row is None:
            raise Invalid(
                _personal(person_id, rounds.rules(round_)["voters"], tx.now())
                or _l("This person may not vote in this round."),
                field="person",
            )
        batch = _open_batch(tx, round_)
        put_on_roll(tx, round_, [row], batch=batch.batch)
        batch.added_n += 1
        if batch.added_n >= BATCH:
            batch.closed_at = tx.now()
        audit.record(tx, "roll.add", by=by.person_id, on=("round", round_id), batch=batch.batch)
        return tx.get(Elector, (round_id, person_id))


def roll_shown(round_: Round) -> int:
    """How many people are on the roll, as far as it is public: additions count once their batch holds five."""
    added = db.session.scalar(
        select(func.sum(RollAddition.added_n)).where(
            RollAddition.round_id == round_.id, RollAddition.closed_at.is_not(None)
        )
    )
    return (round_.electorate_n or 0) + int(added or 0)


def by_way_of_verification(round_: Round) -> list[tuple[str, str, int]]:
    """The roll in numbers: class, way of verification, how many; additions only from batches that are public."""
    public = select(RollAddition.batch).where(RollAddition.round_id == round_.id, RollAddition.closed_at.is_not(None))
    rows = db.session.execute(
        select(Elector.class_code, Elector.verified_how, func.count())
        .where(Elector.round_id == round_.id, (Elector.added_batch == 0) | Elector.added_batch.in_(public))
        .group_by(Elector.class_code, Elector.verified_how)
        .order_by(Elector.class_code, Elector.verified_how)
    )
    return [(code, how, count) for code, how, count in rows]


def is_elector(round_id: int, person_id: int | None) -> bool:
    """Whether a person is on the roll of a round."""
    return person_id is not None and db.session.get(Elector, (round_id, person_id)) is not None


def chamber_of(round_id: int, person_id: int | None) -> str:
    """The code of the chamber in which a person votes in a round; empty where there are none."""
    found = db.session.get(Elector, (round_id, person_id)) if person_id is not None else None
    return found.chamber if found is not None else ""


def has_taken_part(round_id: int, person_id: int | None) -> bool:
    """Whether a person has cast a ballot in a round."""
    return person_id is not None and db.session.get(Participation, (round_id, person_id)) is not None


def why_not(round_: Round, actor: Actor) -> Any:
    """Why this person will not be able to vote in this round, in words; None when they can (once voting is open).

    Before freezing it speaks of the roll as it would be when voting opens; afterwards the roll itself decides.
    """
    if actor.person_id is None:
        return _l("Sign in, and this page tells you whether you can vote.")
    voters = rounds.rules(round_)["voters"]
    if round_.status == "draft":
        return _unverified(actor.person_id, voters) or _personal(actor.person_id, voters, round_.opens_at or db.now())
    if is_elector(round_.id, actor.person_id):
        return None
    personal = _unverified(actor.person_id, voters) or _personal(actor.person_id, voters, round_.frozen_at or db.now())
    if round_.roll == "walk_up" and round_.status in ("frozen", "open"):
        return personal or _l("You are not on the roll yet. A steward can add you today, while voting runs.")
    return _closed_before(round_, actor.person_id, personal)


def _closed_before(round_: Round, person_id: int, personal: Any) -> Any:
    """That the list of voters was closed before this person's vote began; to who has no vote to come, just why."""
    voters = rounds.rules(round_)["voters"]
    membership = members.newest_membership(person_id)
    if members.why_not_voting(person_id, voters, db.now()) is None:
        why = _l("You can vote from the next round on.")
    elif (
        membership is not None
        and membership.class_code in voters
        and membership.state in ("applied", *members.VERIFIED)
    ):
        why = personal
    else:
        return personal
    closed = (round_.frozen_at or db.now()).astimezone(foundation.zone()).date()
    return _l(
        "The list of voters of this round was closed on %(day)s. %(why)s", day=format_date(closed, "long"), why=why
    )


def _personal(person_id: int, voters: Collection[str], at: dt.datetime) -> Any:
    """Why a person is no voter of these classes at a moment; to who only has to wait, the day is told."""
    reason = members.why_not_voting(person_id, voters, at)
    membership = members.newest_membership(person_id)
    if reason is None or membership is None or membership.class_code not in voters:
        return reason
    if membership.voting_from is None or membership.voting_from <= at:
        return reason
    day = format_date(membership.voting_from.astimezone(foundation.zone()).date(), "long")
    return _l("New members wait before they vote. Your vote begins on %(day)s.", day=day)


def _unverified(person_id: int, voters: Collection[str]) -> Any:
    """To who waits to be verified for a class that votes: the first day they could vote; None for anybody else."""
    membership = members.newest_membership(person_id)
    if membership is None or membership.state != "applied" or membership.class_code not in voters:
        return None
    classes = {one.code: one for one in foundation.current_charter().classes}
    if membership.class_code not in classes:
        return None
    begins = db.now() + dt.timedelta(days=classes[membership.class_code].waiting_days)
    day = format_date(begins.astimezone(foundation.zone()).date(), "long")
    return _l("You are not verified yet. If it were done today, your vote would begin on %(day)s at the earliest, in"
              " rounds whose roll is not fixed by then.", day=day)  # fmt: skip


def _open_batch(tx: Transaction, round_: Round) -> RollAddition:
    last = tx.lock_all(
        select(RollAddition).where(RollAddition.round_id == round_.id).order_by(RollAddition.batch.desc()).limit(1)
    )
    if last and last[0].closed_at is None:
        return last[0]
    return tx.add(RollAddition(round_id=round_.id, batch=(last[0].batch if last else 0) + 1))


def _closing(round_: Round) -> dt.datetime:
    assert round_.closes_at is not None, "a frozen round has a closing time"
    return round_.closes_at
