"""What became of the four awards of Round 1: signed, paid in instalments, partly repaid.

Alder Bread waits for the second yes to its last instalment; Lupe has still half of her loan to ask for, and may begin to
pay back later; the bicycle workshop has all its money and the childcare circle too, whose report is due in twelve days.
"""

from __future__ import annotations

from sqlalchemy import select

from fund import db
from fund.awards import payments
from fund.awards import service as awards
from fund.awards.evidence import Evidence
from fund.awards.models import Award, Tranche
from fund.demo.people import TREASURER
from fund.demo.receipt import oven_receipt
from fund.demo.round_one_texts import ALDER, LUPE, QUILT, WHEELHOUSE
from fund.demo.stage import Stage, key
from fund.ledger.models import OPEN_DISBURSEMENTS, Disbursement
from fund.proposals.models import Proposal
from fund.repayments import service as repayments
from fund.repayments.service import NewArrangement, NewRepayment
from fund.rounds.models import Round

WINNERS = (ALDER, WHEELHOUSE, LUPE, QUILT)
CENTS = 100
HANDS = ("Walter Pike", "Kwame Mensah")
"""Who approved the payments that were made; the treasurer recorded them."""
SALES = {123: 4_950, 92: 5_150, 62: 5_350, 31: 5_100, 2: 5_100}
"""What the bakery told of its months, by the days ago on which it told and paid: four in a hundred are 1,026 in all."""
PART = 250
"""One of 24 parts of the bicycle workshop's loan."""


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


def later_for_the_tamales(stage: Stage, round_: Round) -> None:
    """Lupe's stall opens later than planned, so her first repayment comes nine months later: by consent of two."""
    made = repayments.propose(
        _award(round_, LUPE.title).id,
        NewArrangement(
            "holiday", "Repayment begins nine months later than planned.", months=9,
            private_reason="The licence takes longer than the office had said.",
        ),
        by=stage.actor(TREASURER),
    )  # fmt: skip
    repayments.confirm(made.id, by=stage.actor("Imani Walker"))


def repay(stage: Stage, round_: Round, *, days_ago: int) -> None:
    """Money comes back: a part of the workshop's loan, and the bakery's share of the month's sales that it told."""
    _comes_back(stage, _award(round_, WHEELHOUSE.title), PART, days_ago)
    if days_ago in SALES:
        bread, by = _award(round_, ALDER.title), stage.actor(ALDER.who)
        told = repayments.tell_figure(
            bread.id, period=list(SALES).index(days_ago), amount_minor=SALES[days_ago] * CENTS, by=by
        )
        due = repayments.accept(told.id, by=stage.actor(TREASURER)).due_minor or 0
        _comes_back(stage, bread, due // CENTS, days_ago)


def _comes_back(stage: Stage, award: Award, amount: int, days_ago: int) -> None:
    new = NewRepayment(amount * CENTS, stage.day(days_ago), key("repaid", award.id, days_ago))
    repayments.receive(award.id, new, by=stage.actor(TREASURER))


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
