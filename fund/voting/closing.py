"""The end of voting: extend once, or lapse, or close; then open the ballots and cut every link (TRUST 3.4).

Closing is one-way and holds the round's row, so that no ballot can arrive after it: a cast holds the same row while it
writes. Too few ballots is never a refusal of anything: the vote is extended once where the charter says so, then it
lapses, which means *no decision*, and nothing that was cast is ever opened. After closing nothing in the database says
whose an opened ballot was: links and request marks are emptied and rewritten in the order of the members, envelopes are
deleted, opened ballots are written in the order of random codes, and both keys are destroyed after the commit.
"""

from __future__ import annotations

import datetime as dt
import logging
import secrets
from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from fund import audit, db
from fund.db import Transaction
from fund.errors import FundError, WrongState
from fund.foundation import service as foundation
from fund.permissions import CLOCK, Actor
from fund.pots import service as pots
from fund.rounds import schedule
from fund.rounds import service as rounds
from fund.rounds.models import Round
from fund.rounds.schedule import days_later
from fund.voting import envelopes, telling
from fund.voting.freezing import still_needed
from fund.voting.models import Elector, Envelope, NamedBallot, OpenedBallot, Participation, Reason, RollAddition

log = logging.getLogger("fund.voting")
NONCE_BYTES = 16
NO_QUORUM = "no_quorum"
TOO_FEW_TO_OPEN = "too_few_to_open"
NOT_OPENED = "not_opened"


class BallotsDisagree(FundError):
    """People who took part and live ballots differ in number: nothing is counted until a person has looked."""

    status = 503
    title = "The ballots do not add up"


def close(round_id: int, *, by: Actor = CLOCK) -> Round:
    """End the vote of a round whose time is over: extend it once, let it lapse, or close it and open its ballots.

    Raises WrongState when it is not open or its time is not over.
    """
    with db.writing() as tx:
        round_ = tx.lock(Round, round_id)
        if round_.status != "open":
            raise WrongState(_l("Voting is not open in this round."))
        if round_.closes_at is None or tx.now() < round_.closes_at:
            raise WrongState(_l("Voting ends at its time, or earlier when two people agree with a reason."))
        end(tx, round_, by=by)
    open_ballots(round_id)
    return rounds.get(round_id)


def end(tx: Transaction, round_: Round, *, by: Actor) -> None:
    """Do what follows from the time of an open round being over; the caller holds the round."""
    cast = cast_count(tx, round_)
    rules = rounds.rules(round_)
    cast_in = cast_in_chambers(tx.session, round_)
    if not still_needed(rules, round_.electorate_n or 0, cast, cast_in):
        _close(tx, round_, cast, by)
    elif rules["on_miss"] == "extend_then_lapse" and not round_.extended_times:
        _extend(tx, round_, rules["extend_days"])
    else:
        lapse(tx, round_, NO_QUORUM if _quorum_missed(rules, round_, cast, cast_in) else TOO_FEW_TO_OPEN)


def open_ballots(round_id: int) -> bool:
    """Open the ballots of a closed round and cut their links; False when there is nothing to do.

    Raises MissingSecret when the content key is gone, BallotsDisagree when a ballot is missing or one too many.
    """
    with db.writing() as tx:
        round_ = tx.lock(Round, round_id)
        if round_.status != "closed":
            return False
        named = tx.session.scalar(
            select(func.count()).select_from(NamedBallot).where(NamedBallot.round_id == round_.id)
        )
        if round_.assurance == "secret":
            _open_envelopes(tx, round_, int(named or 0))
        else:
            _require_equal(round_, int(named or 0))
        _cut(tx, round_)
        round_.status = "opened"
        audit.record(tx, "voting.opened_ballots", by=None, on=("round", round_.id), ballots=round_.ballots_cast)
        tx.wake()
    return True


def lapse(tx: Transaction, round_: Round, reason: str) -> None:
    """End a round without a decision. Nothing cast in secret is ever opened; reserved money is free again."""
    was_open = round_.status == "open"
    round_.ballots_cast = cast_count(tx, round_)
    round_.closed_at = tx.now()
    round_.ended_reason = reason
    round_.status = "lapsed"
    tx.session.flush()
    throw_away(tx, round_)
    if round_.decides == "money" and (was_open or rounds.pots_of(round_)):
        pots.send_home(tx, round_.id, rounds.pots_of(round_))
    audit.record(tx, "voting.lapse", by=None, on=("round", round_.id), reason=reason, ballots=round_.ballots_cast)
    telling.electors(tx, round_, "voting_lapsed", reason=reason)


def throw_away(tx: Transaction, round_: Round) -> None:
    """Delete the sealed ballots of a round that will not be counted, and cut their links."""
    tx.session.execute(delete(Envelope).where(Envelope.round_id == round_.id))
    _cut(tx, round_)


def cast_count(tx: Transaction, round_: Round) -> int:
    """How many people have cast a ballot."""
    return int(
        tx.session.scalar(
            select(func.count()).select_from(Participation).where(Participation.round_id == round_.id)
        )
        or 0
    )  # fmt: skip


def cast_in_chambers(session: Session, round_: Round) -> dict[str, int]:
    """How many people have cast a ballot in each chamber, by its code; empty for a round without chambers."""
    if not rounds.rules(round_).get("chambers"):
        return {}
    rows = session.execute(
        select(Elector.chamber, func.count())
        .join(
            Participation,
            (Participation.round_id == Elector.round_id) & (Participation.member_id == Elector.member_id),
        )
        .where(Elector.round_id == round_.id)
        .group_by(Elector.chamber)
    )
    return {chamber: count for chamber, count in rows}


def _quorum_missed(rules: Mapping[str, Any], round_: Round, cast: int, cast_in: Mapping[str, int]) -> bool:
    """Whether the charter's own quorum is missed, apart from the ten ballots a secret vote is opened with."""
    open_ = {
        **rules, "assurance": "open", "chambers": [{**one, "assurance": "open"} for one in rules.get("chambers") or ()]
    }  # fmt: skip
    return still_needed(open_, round_.electorate_n or 0, cast, cast_in) > 0


def destroy_leftover_keys() -> int:
    """Destroy keys that a crash between commit and destruction left behind; gives how many rounds had any."""
    left = [uuid for uuid in envelopes.leftovers() if envelopes.has_keys(uuid)]
    if not left:
        return 0
    alive = set(
        db.session.scalars(
            select(Round.uuid).where(Round.uuid.in_(left), Round.status.in_(("frozen", "open", "closed")))
        )
    )
    known = set(db.session.scalars(select(Round.uuid).where(Round.uuid.in_(left))))
    gone = [uuid for uuid in left if uuid in known and uuid not in alive]
    for uuid in gone:
        envelopes.destroy_keys(uuid)
    return len(gone)


def _close(tx: Transaction, round_: Round, cast: int, by: Actor) -> None:
    round_.ballots_cast = cast
    round_.closed_at = max(tx.now(), round_.opened_for_voting_at or tx.now())
    round_.status = "closed"
    for batch in tx.lock_all(
        select(RollAddition).where(RollAddition.round_id == round_.id, RollAddition.closed_at.is_(None))
    ):
        batch.closed_at = tx.now()
    tx.session.flush()
    audit.record(tx, "voting.close", by=by.person_id, on=("round", round_.id), ballots=cast)
    telling.took_part(tx, round_, all_of_them=True)
    tx.wake()


def _extend(tx: Transaction, round_: Round, days: int) -> None:
    ends_at: dt.datetime = days_later(round_.closes_at or tx.now(), days, foundation.zone())
    round_.extended_times = 1
    schedule.extend(tx, round_, ends_at)
    audit.record(tx, "voting.extend", by=None, on=("round", round_.id), days=days)
    telling.electors(tx, round_, "voting_extended", days=days)


def _open_envelopes(tx: Transaction, round_: Round, named: int) -> None:
    """Decrypt every live envelope and write the ballots under fresh random codes, in the order of these codes.

    `named` ballots are there already, with names, of chambers that vote openly.
    """
    contents = tx.session.scalars(
        select(Envelope.content).where(Envelope.round_id == round_.id, Envelope.replaced.is_(False))
    ).all()
    _require_equal(round_, len(contents) + named)
    rows = []
    for content in contents:
        chamber, chosen = envelopes.unseal(round_, content)
        rows.append(
            {
                "round_id": round_.id, "code": envelopes.new_code(), "chamber": chamber, "choices_bytes": chosen,
                "nonce": secrets.token_bytes(NONCE_BYTES),
            }
        )  # fmt: skip
    rows.sort(key=lambda row: str(row["code"]))
    if rows:
        tx.session.execute(insert(OpenedBallot), rows)
    tx.session.execute(delete(Envelope).where(Envelope.round_id == round_.id))


def _cut(tx: Transaction, round_: Round) -> None:
    """Empty links and request marks, and rewrite the rows sorted, so that not even their places tell an order."""
    rows = [
        {"round_id": round_.id, "member_id": member_id, "channel": channel, "cast_n": cast_n}
        for member_id, channel, cast_n in tx.session.execute(
            select(Participation.member_id, Participation.channel, Participation.cast_n)
            .where(Participation.round_id == round_.id)
            .order_by(Participation.member_id)
        )
    ]
    tx.session.execute(delete(Participation).where(Participation.round_id == round_.id))
    if rows:
        tx.session.execute(insert(Participation), rows)
    reasons = [
        {"code": reason.code, "round_id": round_.id, "option_id": reason.option_id, "text": reason.text}
        for reason in tx.session.scalars(select(Reason).where(Reason.round_id == round_.id).order_by(Reason.code))
    ]
    tx.session.execute(delete(Reason).where(Reason.round_id == round_.id))
    if reasons:
        tx.session.execute(insert(Reason), reasons)
    uuid = round_.uuid
    tx.after_commit(lambda: envelopes.destroy_keys(uuid))


def _require_equal(round_: Round, ballots: int) -> None:
    if ballots != round_.ballots_cast:
        log.error("round %s: %s took part, %s live ballots", round_.id, round_.ballots_cast, ballots)
        raise BallotsDisagree(_l("Those who took part and the ballots differ in number. Nothing was counted."))
