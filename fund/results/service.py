"""From opened ballots to a published result: count, recount and compare, certify by two, publish, make final.

A count is kept as two pieces of bytes, the ballot file that went in and the result that came out. The recount reads the
stored ballot file again, as any outsider would, and must give the same bytes. Nothing is shown to anybody but
unconflicted stewards before two of them have certified. A tie that needs a public draw leaves the round waiting for it,
before any result is shown (COUNTING.md "Ties").
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from fund import audit, db
from fund.counting.count import count as count_contest
from fund.counting.errors import DrawNeeded
from fund.counting.formats import ballot_file
from fund.db import Transaction, outbox
from fund.decisions import service as decisions
from fund.errors import FundError, WrongState
from fund.foundation import service as foundation
from fund.permissions import CLOCK, Actor, require
from fund.proposals import service as proposals
from fund.proposals.models import Proposal
from fund.results.models import Certification, CountRun, Dispute, Draw, ReserveEntry
from fund.rounds import service as rounds
from fund.rounds.models import Round
from fund.voting import service as voting

CERTIFIERS = 2


class CountsDiffer(FundError):
    """The recount of the stored ballot file gave other bytes: nothing may be certified."""

    status = 409
    title = "The recount differs"


def count_due() -> int:
    """Count every round whose ballots are opened, or whose draw is confirmed. Returns how many were counted."""
    due = db.session.scalars(select(Round.id).where(Round.status == "opened")).all()
    drawn = db.session.scalars(
        select(Round.id)
        .join(Draw, Draw.round_id == Round.id)
        .where(Round.status == "awaiting_draw", Draw.confirmed_by.is_not(None))
    ).all()
    for round_id in [*due, *drawn]:
        count(round_id, by=CLOCK)
    return len(due) + len(drawn)


def count(round_id: int, *, by: Actor) -> CountRun | None:
    """Count a round and recount it from the stored file. None when a tie needs the public draw first.

    Raises WrongState unless its ballots are opened, or it waits for a draw that is confirmed.
    """
    require(by, "result.count")
    with db.writing() as tx:
        round_ = tx.lock(Round, round_id)
        draw = tx.session.get(Draw, round_id)
        seed = draw.text if draw is not None and draw.confirmed_by is not None else None
        if round_.status != "opened" and not (round_.status == "awaiting_draw" and seed is not None):
            raise WrongState(_l("This round is not ready to be counted."))
        return count_inside(tx, round_, seed, reason="", by=by)


def count_inside(tx: Transaction, round_: Round, seed: str | None, *, reason: str, by: Actor) -> CountRun | None:
    """Count inside a transaction that holds the round. A later count of the same round gets the next number."""
    input_bytes = ballot_file.dumps(voting.contest(tx, round_.id, seed=seed))
    try:
        result_bytes = count_contest(ballot_file.loads(input_bytes)).bytes()
    except DrawNeeded as tie:
        round_.status = "awaiting_draw"
        audit.record(tx, "result.draw_needed", by=by.person_id, on=("round", round_.id), options=list(tie.options))
        return None
    number = 1 + int(
        tx.session.scalar(select(func.count()).select_from(CountRun).where(CountRun.round_id == round_.id)) or 0
    )
    run = tx.add(
        CountRun(
            round_id=round_.id,
            number=number,
            input_bytes=input_bytes,
            input_hash=hashlib.sha256(input_bytes).digest(),
            result_bytes=result_bytes,
            result_hash=hashlib.sha256(result_bytes).digest(),
            reason=reason,
            computed_at=tx.now(),
        )
    )
    if count_contest(ballot_file.loads(bytes(run.input_bytes))).bytes() != result_bytes:
        raise CountsDiffer(_l("Counting the stored ballots again gave another result. Nothing was kept."))
    run.state, run.recounted_at = "recounted", tx.now()
    round_.status = "counted"
    audit.record(tx, "result.count", by=by.person_id, on=("count", run.id), number=number, hash=run.result_hash.hex())
    tx.wake()
    return run


def certify(round_id: int, *, by: Actor) -> CountRun:
    """Give one's word that the current count is right; the second word certifies it.

    Raises Forbidden for a recused steward, WrongState when there is nothing to certify or the same person asks twice.
    """
    with db.writing() as tx:
        round_ = tx.lock(Round, round_id)
        require(by, "result.certify", round_)
        run = _current(tx, round_id)
        if round_.status != "counted" or run is None or run.state != "recounted":
            raise WrongState(_l("There is no count of this round to certify now."))
        given = tx.session.scalars(select(Certification).where(Certification.count_id == run.id)).all()
        if any(one.person_id == by.person_id for one in given):
            raise WrongState(_l("You have certified this count already; a second person is needed."))
        tx.add(
            Certification(count_id=run.id, person_id=by.person_id, result_hash=run.result_hash, certified_at=tx.now())
        )
        audit.record(tx, "result.certify", by=by.person_id, on=("count", run.id), hash=run.result_hash.hex())
        if len(given) + 1 >= CERTIFIERS:
            run.state, run.certified_at = "certified", tx.now()
            round_.status = "certified"
    return run


def publish(round_id: int, *, by: Actor) -> CountRun:
    """Publish the certified result: outcomes to every applicant, the reserve list, the recorded decision.

    Raises WrongState unless the count is certified and not yet published.
    """
    require(by, "result.publish")
    with db.writing() as tx:
        round_ = tx.lock(Round, round_id)
        run = _current(tx, round_id)
        if round_.status != "certified" or run is None or run.state != "certified":
            raise WrongState(_l("Two people must certify the count before it is published."))
        if round_.published_at is not None and run.number == 1:
            raise WrongState(_l("This result is published already."))
        round_.published_at = round_.published_at or tx.now()
        result = json.loads(run.result_bytes)
        _record_decision(tx, round_, run, result)
        _tell_outcomes(tx, round_, result)
        audit.record(tx, "result.publish", by=by.person_id, on=("count", run.id), hash=run.result_hash.hex())
        tx.wake()
    return run


def finalise_due() -> int:
    """Make published results final whose time for disputes is over, with no dispute open. Returns how many."""
    due = db.session.scalars(
        select(Round.id).where(Round.status.in_(("certified", "disputed")), Round.published_at.is_not(None))
    ).all()
    return sum(1 for round_id in due if _finalise(round_id))


def _finalise(round_id: int) -> bool:
    with db.writing() as tx:
        round_ = tx.lock(Round, round_id)
        run = _current(tx, round_id)
        if (
            round_.published_at is None
            or run is None
            or run.state != "certified"
            or round_.status not in ("certified", "disputed")
        ):
            return False
        ends_at = final_at(round_) or tx.now()
        open_disputes = tx.session.scalar(
            select(func.count()).select_from(Dispute).where(Dispute.round_id == round_id, Dispute.outcome.is_(None))
        )
        if tx.now() < ends_at or open_disputes:
            return False
        round_.status, round_.final_at = "final", tx.now()
        audit.record(tx, "result.final", by=None, on=("round", round_id))
        tx.wake()
    return True


def final_at(round_: Round) -> dt.datetime | None:
    """When a published result becomes final if nobody disputes it; None before publication."""
    if round_.published_at is None:
        return None
    return round_.published_at + dt.timedelta(hours=rounds.type_of(round_).dispute_hours)


def awarded(round_id: int) -> list[tuple[int, int]]:
    """Winners of a final money round as (proposal id, amount in minor units), in the order of election."""
    round_ = db.session.get_one(Round, round_id)
    run = current(round_id)
    if round_.status != "final" or round_.decides != "money" or run is None:
        return []
    result = json.loads(run.result_bytes)
    ids = _proposal_ids(db.session(), round_id)
    return [(ids[option], result["awards"][option]) for option in result["elected"] if option in result["awards"]]


def current(round_id: int) -> CountRun | None:
    """The count of a round that is not superseded, None before there is one."""
    return db.session.scalars(
        select(CountRun).where(CountRun.round_id == round_id, CountRun.state != "superseded")
    ).first()


def next_reserve(tx: Transaction, round_id: int) -> ReserveEntry | None:
    """The first place on the reserve list that still waits and has not lapsed, locked."""
    today = foundation.today_in(tx)
    waiting = tx.lock_all(
        select(ReserveEntry)
        .where(ReserveEntry.round_id == round_id, ReserveEntry.state == "waiting")
        .order_by(ReserveEntry.position)
    )
    for entry in waiting:
        if entry.lapses_on <= today:
            entry.state = "lapsed"
            tx.lock(Proposal, entry.proposal_id).state = "not_funded"
        else:
            return entry
    return None


def _record_decision(tx: Transaction, round_: Round, run: CountRun, result: dict[str, Any]) -> None:
    decisions.record(
        tx,
        kind="certified_result",
        title=round_.title,
        text=round_.question,
        round_id=round_.id,
        count_id=run.id,
        limit_minor=round_.budget_minor if round_.decides == "money" else None,
        charter_version_id=round_.charter_version_id,
    )


def _tell_outcomes(tx: Transaction, round_: Round, result: dict[str, Any]) -> None:
    """Give every proposal on the ballot its outcome, and the reserve list its order."""
    ids = _proposal_ids(tx.session, round_.id)
    elected = set(result["elected"])
    days = rounds.charter(round_).awards.reserve_expires_days
    lapses_on = foundation.today_in(tx) + dt.timedelta(days=days)
    position = 0
    decided = result["outcome"] == "decided"
    for option in result["order"]:
        if option not in ids:
            continue
        if option in elected:
            proposals.mark_outcome(tx, ids[option], "winner")
        elif decided and round_.decides == "money" and _may_wait(result, option):
            proposals.mark_outcome(tx, ids[option], "reserve")
            position += 1
            if tx.session.scalar(select(ReserveEntry.id).where(ReserveEntry.proposal_id == ids[option])) is None:
                tx.add(
                    ReserveEntry(round_id=round_.id, position=position, proposal_id=ids[option], lapses_on=lapses_on)
                )
        else:
            proposals.mark_outcome(tx, ids[option], "not_funded")
    if round_.created_by is not None:
        outbox.post(
            tx,
            "result_published",
            person_id=round_.created_by,
            dedupe_key=f"result-{round_.id}-{result['spent']}",
            round=round_.title,
            url=f"/rounds/{round_.slug}/results",
        )


def _may_wait(result: dict[str, Any], option: str) -> bool:
    """Next in line is who was left out for want of money, not who missed a floor or had no support."""
    return result["reason_codes"][option]["code"] in (
        "does_not_fit",
        "list_stopped",
        "pot_empty",
        "supporters_short",
        "below_minimum",
    )


def _current(tx: Transaction, round_id: int) -> CountRun | None:
    found = tx.lock_all(select(CountRun).where(CountRun.round_id == round_id, CountRun.state != "superseded"))
    return found[0] if found else None


def _proposal_ids(session: Any, round_id: int) -> dict[str, int]:
    rows = session.execute(select(Proposal.slug, Proposal.id).where(Proposal.round_id == round_id))
    return dict(rows.all())
