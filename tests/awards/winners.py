"""A round that ended with winners, their businesses and the money set aside, as results leave it behind."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from fund import db
from fund.awards import payments
from fund.awards import service as awards
from fund.awards.models import Award, Tranche
from fund.businesses.models import Business, BusinessAgent
from fund.db import Transaction
from fund.decisions import service as decisions
from fund.foundation import service as foundation
from fund.ledger import service as ledger
from fund.ledger.models import Disbursement
from fund.members.models import Person
from fund.permissions import Actor
from fund.proposals.models import Proposal
from fund.results.models import Certification, CountRun, ReserveEntry
from fund.rounds.models import Round
from tests import factories
from tests.ledger import money

RULES = b'{"assurance": "open", "rule": {}}'
"""Frozen rules without a quorum."""


@dataclass
class Ended:
    """A final round with its proposals, by slug, and the person who acts for each business."""

    round: Round
    proposals: dict[str, Proposal]
    agents: dict[str, Person]

    def agent(self, slug: str) -> Actor:
        """Who acts for a business."""
        return factories.actor(self.agents[slug])


def final_round(
    asks: Sequence[tuple[str, int, str]], *, budget_minor: int = 2_400_000, reserve: Sequence[str] = (),
    pool_minor: int = 5_000_000,
) -> Ended:  # fmt: skip
    """A final money round; `asks` are (slug, ask in minor units, product). The pool holds money and the budget is set
    aside."""
    if pool_minor:
        money.gift(pool_minor, by=money.treasurer("Imani"))
    with db.writing() as tx:
        round_ = _round(tx, budget_minor)
        proposals, agents = {}, {}
        for slug, ask, product in asks:
            proposals[slug], agents[slug] = _proposal(tx, round_, slug, ask, product)
        ledger.reserve_for_round(tx, round_.id, budget_minor, title=round_.title)
        _count(tx, round_, budget_minor)
        for position, slug in enumerate(reserve, start=1):
            tx.add(
                ReserveEntry(
                    round_id=round_.id, position=position, proposal_id=proposals[slug].id,
                    lapses_on=foundation.today() + dt.timedelta(days=180),
                )
            )  # fmt: skip
    return Ended(round_, proposals, agents)


def offered(ended: Ended, *slugs: str) -> list[Award]:
    """Awards offered to these winners for what they asked."""
    winners = [(ended.proposals[slug].id, ended.proposals[slug].ask_minor) for slug in slugs]
    return awards.offer_awards(ended.round.id, winners)


def signed(ended: Ended, slug: str, award: Award, steward: Actor) -> Award:
    """An award that both sides signed."""
    assert award.agreement_hash is not None
    agent = ended.agent(slug)
    awards.accept(award.id, by=agent)
    awards.sign(award.id, typed_name="Rosa Diaz", seen_hash=award.agreement_hash, by=agent)
    return awards.countersign(award.id, typed_name="Wren Okafor", seen_hash=award.agreement_hash, by=steward)


def tranches(award_id: int) -> list[Tranche]:
    """The instalments of an award."""
    db.session.rollback()
    return list(db.session.scalars(select(Tranche).where(Tranche.award_id == award_id).order_by(Tranche.number)))


def payment_of(tranche: Tranche) -> Disbursement:
    """The newest payment of an instalment."""
    db.session.rollback()
    return db.session.scalars(
        select(Disbursement).where(Disbursement.tranche_id == tranche.id).order_by(Disbursement.id.desc())
    ).first()  # type: ignore[return-value]


def paid(tranche: Tranche, *hands: Actor, treasurer: Actor, on: dt.date | None = None) -> Disbursement:
    """The open payment of an instalment, approved by these hands and recorded as paid."""
    payment = payment_of(tranche)
    for hand in hands:
        payments.approve_payment(payment.id, seen_hash=payment.payload_hash, by=hand)
    return payments.record_paid(
        payment.id, paid_on=on or foundation.today(), bank_reference="B-17", entry_id=uuid.uuid4(), by=treasurer
    )


def _round(tx: Transaction, budget_minor: int) -> Round:
    version = foundation.current_version()
    assert version is not None
    now = tx.now()
    return tx.add(
        Round(
            slug=f"round-{uuid.uuid4().hex[:6]}", title="Spring round", decides="money", round_type="ranked",
            charter_version_id=version.id, status="final", budget_minor=budget_minor, rules_bytes=RULES,
            rules_hash=hashlib.sha256(RULES).digest(), electorate_n=0, opens_at=now - dt.timedelta(days=30),
            closes_at=now - dt.timedelta(days=16), published_at=now, final_at=now, created_at=now,
        )
    )  # fmt: skip


def _proposal(tx: Transaction, round_: Round, slug: str, ask: int, product: str) -> tuple[Proposal, Person]:
    title = slug.replace("-", " ").title()
    business = tx.add(Business(slug=f"{slug}-{round_.id}", name=title, listed_at=tx.now()))
    agent = tx.add(Person(display_name=f"{title} owner", registered_at=tx.now()))
    tx.add(BusinessAgent(business_id=business.id, person_id=agent.id, since=tx.now()))
    proposal = tx.add(
        Proposal(
            round_id=round_.id, business_id=business.id, applicant_id=agent.id, slug=slug, title=f"{title}: a new oven",
            ask_minor=ask, product=product, state="winner", started_at=tx.now(),
        )
    )  # fmt: skip
    return proposal, agent


def _count(tx: Transaction, round_: Round, budget_minor: int) -> None:
    run = tx.add(
        CountRun(
            round_id=round_.id, number=1, state="certified", input_bytes=b"in", input_hash=hashlib.sha256(b"in").digest(),
            result_bytes=b"out", result_hash=hashlib.sha256(b"out").digest(), computed_at=tx.now(), certified_at=tx.now(),
        )
    )  # fmt: skip
    for name in ("Certifier One", "Certifier Two"):
        someone = tx.add(Person(display_name=name, registered_at=tx.now()))
        tx.add(Certification(count_id=run.id, person_id=someone.id, result_hash=run.result_hash, certified_at=tx.now()))
    decisions.record(
        tx, "certified_result", round_.title, round_id=round_.id, count_id=run.id, limit_minor=budget_minor,
        charter_version_id=round_.charter_version_id,
    )  # fmt: skip
