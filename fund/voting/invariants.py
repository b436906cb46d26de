"""What always holds of ballots: as many as people who took part, and the rules as they were frozen (TRUST 3.4)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from sqlalchemy import func, select

from fund import db
from fund.rounds.models import Round
from fund.voting.models import Elector, Envelope, NamedBallot, OpenedBallot, Participation

COLLECTING = ("open", "closed")
OPENED = ("opened", "awaiting_draw", "counted", "certified", "final", "disputed")


def one_ballot_for_each_who_took_part() -> list[str]:
    """A round has as many live ballots as people who took part: envelopes until they are opened, then opened ballots,
    named ballots in an open round and in a chamber that votes openly."""
    took_part = _counts(select(Participation.round_id, func.count()).group_by(Participation.round_id))
    envelopes = _counts(
        select(Envelope.round_id, func.count()).where(Envelope.replaced.is_(False)).group_by(Envelope.round_id)
    )
    opened = _counts(select(OpenedBallot.round_id, func.count()).group_by(OpenedBallot.round_id))
    named = _counts(select(NamedBallot.round_id, func.count()).group_by(NamedBallot.round_id))
    faults = []
    for round_ in db.session.scalars(select(Round).where(Round.status.in_(COLLECTING + OPENED)).order_by(Round.id)):
        if round_.assurance == "open":
            ballots = named.get(round_.id, 0)
        else:
            hidden = envelopes if round_.status in COLLECTING else opened
            ballots = hidden.get(round_.id, 0) + named.get(round_.id, 0)
        people = took_part.get(round_.id, 0)
        if ballots != people:
            faults.append(f"round {round_.slug}: {people} people took part, there are {ballots} live ballots")
    return faults


def roll_is_as_frozen() -> list[str]:
    """The roll of a round has as many people as were counted when it was frozen, unless people may walk up."""
    rows = db.session.execute(
        select(Round.slug, Round.electorate_n, func.count(Elector.member_id))
        .outerjoin(Elector, Elector.round_id == Round.id)
        .where(Round.electorate_n.is_not(None), Round.roll == "fixed")
        .group_by(Round.id, Round.slug, Round.electorate_n)
    )
    return [
        f"round {slug}: {frozen} people were on the roll when it was frozen, now there are {now}"
        for slug, frozen, now in rows
        if frozen != now
    ]


def rules_are_as_frozen() -> list[str]:
    """The rules of a frozen round are the bytes that were hashed."""
    return [
        f"round {round_.slug}: its rules are not the ones that were hashed"
        for round_ in db.session.scalars(select(Round).where(Round.rules_bytes.is_not(None)).order_by(Round.id))
        if hashlib.sha256(round_.rules_bytes or b"").digest() != round_.rules_hash
    ]


INVARIANTS: tuple[tuple[str, Callable[[], list[str]]], ...] = (
    ("there is one live ballot for each person who took part", one_ballot_for_each_who_took_part),
    ("rolls are as they were frozen", roll_is_as_frozen),
    ("the rules of frozen rounds are as they were frozen", rules_are_as_frozen),
)


def _counts(statement: object) -> dict[int, int]:
    return {round_id: int(number) for round_id, number in db.session.execute(statement)}  # type: ignore[call-overload]
