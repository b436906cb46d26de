"""Offering awards: to the winners of a final count, and to the next on the reserve list when an award is not taken up.

An award is one proposal's, its money leaves the round's account at once, and its agreement and instalments are fixed
from the round's own charter. An award that is not accepted and signed in time expires; its money goes back to the round
for the next in line that it is enough for, and home when nobody waits (FIELD B3).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fund import audit, db
from fund.awards import agreement, limits, standing
from fund.awards.models import Award, Tranche
from fund.charter import Charter
from fund.db import Transaction, outbox
from fund.decisions import service as decisions
from fund.errors import WrongState
from fund.foundation import service as foundation
from fund.ledger import service as ledger
from fund.permissions import CLOCK, Actor
from fund.pots import service as pots
from fund.proposals import service as proposals
from fund.proposals.models import Proposal
from fund.results.models import ReserveEntry
from fund.rounds import service as rounds
from fund.rounds.models import Round

UNSIGNED = ("offered", "accepted")
LIVE = ("offered", "accepted", "agreement_signed", "active", "completed")


def offer_due() -> int:
    """Offer what final money rounds owe their winners. Returns how many awards were offered; safe to repeat."""
    ended = db.session.scalars(
        select(Round.id)
        .where(Round.status == "final", Round.decides == "money")
        .where(~select(Award.id).where(Award.round_id == Round.id).exists())
        .order_by(Round.id)
    ).all()
    return sum(len(offer_winners(round_id)) for round_id in ended)


def offer_winners(round_id: int) -> list[Award]:
    """Offer the awards of one round's final count; winners that have theirs are passed over."""
    from fund.results import service as results

    winners = results.awarded(round_id)
    return offer_awards(round_id, winners) if winners else []


def offer_awards(round_id: int, winners: Sequence[tuple[int, int]], *, by: Actor = CLOCK) -> list[Award]:
    """Offer awards to (proposal id, minor units) on the round's certified result. What nobody was awarded goes home
    unless somebody waits on the reserve list. Raises Invalid when the round holds less than is awarded."""
    with db.writing() as tx:
        round_ = tx.lock(Round, round_id)
        taken = set(tx.session.scalars(select(Award.proposal_id).where(Award.round_id == round_id)))
        offered = [
            _offer(tx, round_, proposal_id, amount_minor, by=by)
            for proposal_id, amount_minor in winners
            if proposal_id not in taken
        ]
        saved = frozen_charter(round_).awards.savings_to == "fund"
        if saved or not _someone_waits(tx, round_id):
            pots.send_home(tx, round_id, rounds.pots_of(round_), by=by.person_id)
    return offered


def expire_due() -> int:
    """End offers that were not accepted and signed in time and send home what no list waits for any more. Returns how
    many offers ended; safe to repeat."""
    late = db.session.scalars(
        select(Award.id).where(Award.state.in_(UNSIGNED), Award.expires_at <= db.now()).order_by(Award.id)
    ).all()
    ended = sum(_expire(award_id) for award_id in late)
    _lapse_lists()
    return ended


def end_unsigned(tx: Transaction, award: Award, *, state: str, reason: str, by: int | None) -> None:
    """End an offer inside an open transaction: declined or expired; its money serves the next on the list."""
    award.state, award.ended_reason = state, reason
    for tranche in tx.lock_all(select(Tranche).where(Tranche.award_id == award.id).order_by(Tranche.number)):
        tranche.state = "cancelled"
    tx.session.flush()
    title = standing.payee(tx.session, tx.get(Proposal, award.proposal_id))
    pots.take_back(tx, award_id=award.id, round_id=award.round_id, reason=title, by=by)
    audit.record(tx, f"award.{state}", by=by, on=("award", award.id))
    offer_next(tx, tx.lock(Round, award.round_id))


def _offer(
    tx: Transaction, round_: Round, proposal_id: int, amount_minor: int, *, by: Actor, kind: str = "award_offered"
) -> Award:
    """Make one award with its instalments and agreement, and move its money."""
    charter = foundation.charter_of(round_.charter_version_id)
    proposal = tx.get(Proposal, proposal_id)
    decision = decisions.of_count_in_round(tx, round_.id)
    product = agreement.product_of(charter, proposal.product)
    parts = agreement.instalments(product, amount_minor)
    title = standing.payee(tx.session, proposal)
    now = tx.now()
    text = agreement.text_of(
        charter, business=title, proposal=proposal.title, amount_minor=amount_minor, product=product, parts=parts,
        on=now.astimezone(foundation.zone()).date(),
    )  # fmt: skip
    award = tx.add(
        Award(
            round_id=round_.id, proposal_id=proposal_id, decision_id=decision.id, amount_minor=amount_minor,
            product=proposal.product, offered_at=now,
            terms=agreement.terms_of(product) | agreement.dates_of(charter, parts),
            expires_at=now + dt.timedelta(days=charter.awards.expires_days), agreement_bytes=text,
            agreement_hash=agreement.text_hash(text),
        )
    )  # fmt: skip
    for part in parts:
        tx.add(
            Tranche(
                award_id=award.id, number=part.number, amount_minor=part.amount_minor, condition=part.condition,
                what_is_shown=part.what_is_shown,
            )
        )  # fmt: skip
    pots.commit(
        tx, award_id=award.id, round_id=round_.id, amount_minor=amount_minor, title=title, decision_id=decision.id,
        pots=rounds.pots_of(round_), groups=limits.groups_of(rounds.rules(round_), proposal.option_id),
    )  # fmt: skip
    if proposal.product == "grant":
        ledger.award_is_grant(tx, award.id, amount_minor)
    audit.record(tx, "award.offer", by=by.person_id, on=("award", award.id), amount_minor=amount_minor)
    tell(tx, award, kind, expires_at=award.expires_at.isoformat())
    return award


def tell(tx: Transaction, award: Award, kind: str, *, once: str | None = None, **facts: Any) -> None:
    """Post a message about an award to those who act for its business; with `once`, each person gets it once."""
    who = standing.of_award(tx.session, award)
    for person_id in sorted(who.party):
        outbox.post(
            tx, kind, person_id=person_id, award=award.id, business=who.business_name,
            amount_minor=award.amount_minor, dedupe_key=f"{once}:{person_id}" if once else None, **facts,
        )  # fmt: skip


def offer_next(tx: Transaction, round_: Round) -> None:
    """Offer what the round holds to the first on the list that it is enough for; send it home when nobody waits, or the
    charter sends savings home."""
    if frozen_charter(round_).awards.savings_to == "fund":
        pots.send_home(tx, round_.id, rounds.pots_of(round_))
        return
    left = pots.left_minor(tx, round_.id, rounds.pots_of(round_))
    today = foundation.today_in(tx)
    for entry in tx.lock_all(_waiting(round_.id)):
        if entry.lapses_on <= today:
            entry.state = "lapsed"
            continue
        proposal = tx.get(Proposal, entry.proposal_id)
        amount_minor = _fits(proposal, limits.most_for(tx, round_, proposal.option_id, left, live=LIVE))
        if amount_minor is None:
            continue
        entry.state = "offered"
        proposals.mark_outcome(tx, entry.proposal_id, "winner")
        _offer(tx, round_, entry.proposal_id, amount_minor, by=CLOCK, kind="award_offered_from_reserve")
        left -= amount_minor
    tx.session.flush()
    if not _someone_waits(tx, round_.id):
        pots.send_home(tx, round_.id, rounds.pots_of(round_))


def _fits(proposal: Proposal, left_minor: int) -> int | None:
    """What can be offered: the whole ask, or a part if the applicant stated a least amount. None when neither fits."""
    if proposal.state == "withdrawn":
        return None
    if proposal.ask_minor <= left_minor:
        return proposal.ask_minor
    least = proposal.least_minor
    return left_minor if least is not None and least <= left_minor else None


def _expire(award_id: int) -> bool:
    with db.writing() as tx:
        round_id = tx.get(Award, award_id).round_id
        tx.lock(Round, round_id)
        award = tx.lock(Award, award_id)
        if award.state not in UNSIGNED or award.expires_at > tx.now():
            return False
        tell(tx, award, "award_expired")
        end_unsigned(tx, award, state="expired", reason=str(_l("It was not accepted and signed in time.")), by=None)
    return True


def _lapse_lists() -> None:
    """Send home what a round still holds once nobody waits for it."""
    stale = db.session.scalars(
        select(ReserveEntry.round_id)
        .where(ReserveEntry.state == "waiting", ReserveEntry.lapses_on <= foundation.today())
        .distinct()
    ).all()
    for round_id in stale:
        with db.writing() as tx:
            round_ = tx.lock(Round, round_id)
            offer_next(tx, round_)


def _waiting(round_id: int):  # type: ignore[no-untyped-def]
    return (
        select(ReserveEntry)
        .where(ReserveEntry.round_id == round_id, ReserveEntry.state == "waiting")
        .order_by(ReserveEntry.position)
    )


def _someone_waits(tx: Transaction, round_id: int) -> bool:
    return tx.session.scalars(_waiting(round_id).limit(1)).first() is not None


def refuse_unless(award: Award, *states: str) -> None:
    """Raise WrongState unless the award is in one of these states."""
    if award.state not in states:
        raise WrongState(_l("This is not possible in the award's present state."))


def frozen_charter(round_: Round) -> Charter:
    """The charter that the round pinned."""
    return foundation.charter_of(round_.charter_version_id)
