"""What became of the four awards of Round 1: signed, paid in instalments, partly repaid.

Alder Bread waits for the second yes to its last instalment; Lupe has still half of her loan to ask for; the bicycle
workshop has all its money and the childcare circle too, whose report is due in twelve days.
"""

from __future__ import annotations

from sqlalchemy import select

from fund import db
from fund.awards import payments
from fund.awards import service as awards
from fund.awards.evidence import Evidence
from fund.awards.models import Award, Tranche
from fund.demo import history
from fund.demo.people import TREASURER
from fund.demo.receipt import oven_receipt
from fund.demo.round_one_texts import ALDER, LUPE, QUILT, WHEELHOUSE
from fund.demo.stage import Stage, key
from fund.ledger.models import OPEN_DISBURSEMENTS, Disbursement
from fund.proposals.models import Proposal
from fund.rounds.models import Round

WINNERS = (ALDER, WHEELHOUSE, LUPE, QUILT)
HANDS = ("Walter Pike", "Kwame Mensah")
"""Who approved the payments that were made; the treasurer recorded them."""
REPAID = {
    ALDER.title: ((150, 330), (90, 352), (30, 344)),
    WHEELHOUSE.title: ((153, 250), (123, 250), (92, 250), (62, 250), (31, 250), (2, 250)),
}
"""Repayments as (days ago, whole dollars): 1,026 as a share of sales, and six parts of a loan."""


def sign(stage: Stage, round_: Round) -> None:
    """All four accept and sign; Imani signs for the fund. The bicycle workshop lets anyone see what it has paid back."""
    for one in WINNERS:
        award, by = _award(round_, one.title), stage.actor(one.who)
        seen = award.agreement_hash or b""
        with db.writing():
            awards.accept(award.id, show_repayments=one is WHEELHOUSE, by=by)
            awards.sign(award.id, typed_name=one.who, seen_hash=seen, by=by)
            awards.countersign(award.id, typed_name="Imani Walker", seen_hash=seen, by=stage.actor("Imani Walker"))


def pay_first(stage: Stage, round_: Round, *, days_ago: int) -> None:
    """The instalments that were due at signature are approved by two and paid."""
    for one in WINNERS:
        _pay(stage, _award(round_, one.title), 1, days_ago)


def pay_next(stage: Stage, round_: Round, title: str, note: str, *, days_ago: int) -> None:
    """A business shows what its second instalment asks for; it is approved by two and paid."""
    award = _award(round_, title)
    who = next(one.who for one in WINNERS if one.title == title)
    payments.request_tranche(_tranche(award, 2).id, note=note, by=stage.actor(who))
    _pay(stage, award, 2, days_ago)


def last_of_the_bread(stage: Stage, round_: Round) -> None:
    """The bakery shows the receipt of its oven and asks for the last 1,800."""
    evidence = Evidence("oven receipt.png", oven_receipt(stage.day(6)))
    payments.request_tranche(
        _tranche(_award(round_, ALDER.title), 3).id, note="The oven is in, and it bakes evenly. Here is the receipt.",
        evidence=evidence, by=stage.actor(ALDER.who),
    )  # fmt: skip


def first_yes_to_the_bread(stage: Stage, round_: Round) -> None:
    """Priya approves; a second person is still needed."""
    waiting = _payment(_tranche(_award(round_, ALDER.title), 3))
    payments.approve_payment(waiting.id, seen_hash=waiting.payload_hash, by=stage.actor("Priya Raman"))


def repay(stage: Stage, round_: Round) -> None:
    """What came back so far, entered as history."""
    for title, parts in REPAID.items():
        history.repayments(stage, _award(round_, title).id, title, parts)


def _pay(stage: Stage, award: Award, number: int, days_ago: int) -> None:
    waiting = _payment(_tranche(award, number))
    seen = waiting.payload_hash
    for name in HANDS:
        payments.approve_payment(waiting.id, seen_hash=seen, by=stage.actor(name))
    payments.record_paid(
        waiting.id, paid_on=stage.day(days_ago), bank_reference=f"MC-{award.id:02d}-{number}",
        entry_id=key("paid", award.id, number), by=stage.actor(TREASURER),
    )  # fmt: skip


def _award(round_: Round, title: str) -> Award:
    return db.session.scalars(
        select(Award).join(Proposal, Proposal.id == Award.proposal_id)
        .where(Award.round_id == round_.id, Proposal.title == title)
    ).one()  # fmt: skip


def _tranche(award: Award, number: int) -> Tranche:
    return db.session.scalars(select(Tranche).where(Tranche.award_id == award.id, Tranche.number == number)).one()


def _payment(tranche: Tranche) -> Disbursement:
    return db.session.scalars(
        select(Disbursement).where(Disbursement.tranche_id == tranche.id, Disbursement.state.in_(OPEN_DISBURSEMENTS))
    ).one()
