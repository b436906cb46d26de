"""C6: every land gift and part of general gifts are Indigenous-led; the council decides, members have no ballot on it."""

from __future__ import annotations

import uuid

import pytest
from flask import Flask

from fund import db
from fund.charter import load, preset
from fund.decisions import consent
from fund.decisions import service as decisions
from fund.decisions.models import Consent, ConsentStep, Decision
from fund.errors import Forbidden, Invalid, WrongState
from fund.foundation import service as foundation
from fund.giving import refunds
from fund.ledger import contributions, reading
from fund.ledger import service as ledger
from fund.ledger.contributions import NewContribution
from fund.ledger.models import Contribution, Disbursement
from fund.payments import service as payments
from fund.permissions import Actor
from fund.pots import giving, invariants
from fund.pots.incoming import shares
from tests import factories
from tests.ledger import money
from tests.notes import terms

LED, LAND = "cash:pot-indigenous-led", "cash:pot-indigenous-led-land"


@pytest.fixture
def hands(app: Flask) -> list[Actor]:
    """The land fund with three who may handle money."""
    factories.adopt("c6-land-return")
    return [
        factories.actor(factories.officer(name, "steward", "treasurer", class_code="neighbour"))
        for name in ("Imani", "Dana", "Wren")
    ]


def given(kind: str, amount_minor: int, *, by: Actor) -> Contribution:
    """A land gift or a general gift."""
    new = NewContribution(kind, foundation.today(), amount_minor, request_id=uuid.uuid4())
    return ledger.record_contribution(new, by=by)


def year(by: Actor) -> None:
    """The gifts of the worked example."""
    given("land_tax", 1_440_000, by=by)
    given("gift", 1_000_000, by=by)


def consented(by: Actor, other: Actor, *, limit_minor: int = 1_020_000, pot: str = "indigenous-led") -> Decision:
    """A decision of the council about a pot that two people stand for."""
    asked = consent.ask(consent.Question("council", "To the Nation", "All of it.", limit_minor, pot), by=by)
    made = consent.hear(asked.id, present=5, objections=0, by=by)
    assert made.decision_id is not None
    return decisions.confirm(made.decision_id, by=other)


def whole() -> None:
    """Every pot holds what it should, and the pool adds up."""
    db.session.rollback()
    assert [fault for _name, look in invariants.INVARIANTS for fault in look()] == []
    assert reading.money().adds_up


def test_the_pools_of_the_worked_example(hands: list[Actor]) -> None:
    year(hands[0])
    assert money.held(LED) + money.held(LAND) == 2_040_000
    assert money.held("cash:free") == 400_000
    assert money.held(LAND) == 1_020_000
    whole()


@pytest.mark.parametrize(
    ("amount", "led", "land"), [(1, 1, 0), (2, 1, 0), (3, 1, 1), (4, 1, 1), (5, 1, 2), (99, 30, 29)]
)
def test_every_cent_is_shared_out_by_largest_remainder(amount: int, led: int, land: int) -> None:
    found = shares(load(preset("c6-land-return").text).pools, "gift", amount)
    assert sorted((found.get("indigenous-led", 0), found.get("indigenous-led-land", 0))) == sorted((led, land))


def test_a_gift_taken_back_takes_its_shares_back_first(hands: list[Actor]) -> None:
    gift = given("gift", 1_000_000, by=hands[0])
    contributions.void(gift.id, reason="Recorded twice", new_id=uuid.uuid4(), by=hands[0])
    assert money.held(LED) == money.held(LAND) == money.held("cash:free") == 0
    whole()


def test_a_gift_that_was_given_on_is_not_taken_back(hands: list[Actor]) -> None:
    gift = given("land_tax", 1_440_000, by=hands[0])
    handed_over(hands, consented(hands[0], hands[1]), 100_000)
    with pytest.raises(WrongState, match="Part of this was given out of the pot"):
        contributions.void(gift.id, reason="Recorded twice", new_id=uuid.uuid4(), by=hands[0])
    whole()


def refund(hands: list[Actor], gift: Contribution, amount_minor: int) -> Disbursement:
    """A refund that is asked for."""
    decision = terms.decided("refund", by=hands[0], second=hands[1]).id
    return refunds.request(gift.id, amount_minor=amount_minor, payee="Ada", decision_id=decision, by=hands[0])


def test_a_refund_takes_its_shares_out_of_the_pools(hands: list[Actor]) -> None:
    kept = given("gift", 1_000_000, by=hands[0])
    gift = given("gift", 1_000_000, by=hands[0])
    asked = refund(hands, gift, 1_000_000)
    assert (money.held(LED), money.held(LAND), money.held("cash:free")) == (300_000, 300_000, 1_400_000)
    for hand in hands[1:]:
        payments.approve(asked.id, seen_hash=asked.payload_hash, by=hand)
    payments.settle(asked.id, paid_on=foundation.today(), entry_id=uuid.uuid4(), by=hands[0])
    assert (money.held(LED), money.held(LAND), money.held("cash:free")) == (300_000, 300_000, 400_000)
    whole()
    payments.bounce(asked.id, reason="Account closed", new_id=uuid.uuid4(), by=hands[0])
    assert (money.held(LED), money.held(LAND), money.held("cash:free")) == (600_000, 600_000, 800_000)
    contributions.void(gift.id, reason="Never ours", new_id=uuid.uuid4(), by=hands[0])
    assert (money.held(LED), money.held("cash:free"), kept.state) == (300_000, 400_000, "received")
    whole()


def test_a_refund_in_part_takes_each_pools_part_and_gives_it_back_when_refused(hands: list[Actor]) -> None:
    gift = given("gift", 1_000_000, by=hands[0])
    for _time in range(2):
        asked = refund(hands, gift, 333_333)
        assert (money.held(LED), money.held(LAND)) == (200_000, 200_000)
        with pytest.raises(WrongState, match="on its way"):
            refund(hands, gift, 1)
        payments.end(asked.id, reason="She wants it to stay", by=hands[1])
        assert (money.held(LED), money.held(LAND), money.held("cash:free")) == (300_000, 300_000, 400_000)
        whole()


def test_a_refund_of_what_the_pool_gave_on_is_refused(hands: list[Actor]) -> None:
    gift = given("land_tax", 1_440_000, by=hands[0])
    handed_over(hands, consented(hands[0], hands[1]), 100_000)
    with pytest.raises(WrongState, match="Part of this was given out of the pot"):
        refund(hands, gift, 1_440_000)
    assert refund(hands, gift, 500_000).amount_minor == 500_000
    whole()


def handed_over(hands: list[Actor], decision: Decision, amount_minor: int) -> None:
    """Asked for by one, approved by two others, recorded as paid."""
    asked = giving.ask(giving.Ask("indigenous-led", decision.id, "The Nation’s treasury", amount_minor), by=hands[0])
    for hand in hands[1:]:
        payments.approve(asked.id, seen_hash=asked.payload_hash, by=hand)
    payments.settle(asked.id, paid_on=foundation.today(), entry_id=uuid.uuid4(), by=hands[0])


def test_the_pool_is_handed_over_on_the_councils_decision(hands: list[Actor]) -> None:
    year(hands[0])
    handed_over(hands, consented(hands[0], hands[1]), 1_020_000)
    assert (money.held(LED), money.held(LAND)) == (0, 1_020_000)
    (entry,) = money.entries("hand_over")
    assert entry.decision_id is not None
    assert reading.money().out_minor == 1_020_000
    whole()


def test_a_hand_over_that_the_bank_sends_back_lies_in_the_pot_again(hands: list[Actor]) -> None:
    year(hands[0])
    handed_over(hands, consented(hands[0], hands[1]), 1_020_000)
    (asked,) = db.session.query(Disbursement)
    payments.bounce(asked.id, reason="Account closed", new_id=uuid.uuid4(), by=hands[0])
    assert money.held(LED) == 1_020_000
    whole()


def test_no_other_decision_opens_the_pot(hands: list[Actor]) -> None:
    year(hands[0])
    rule = money.rule_for_costs(5_000_000)
    other = consented(hands[0], hands[1], pot="indigenous-led-land")
    for decision in (rule, other):
        with pytest.raises(Invalid, match="needs a decision about this pot by those who decide about it"):
            giving.ask(giving.Ask("indigenous-led", decision.id, "Somebody", 100), by=hands[0])


def test_who_asked_does_not_approve_and_the_limit_holds(hands: list[Actor]) -> None:
    year(hands[0])
    decision = consented(hands[0], hands[1], limit_minor=100_000)
    asked = giving.ask(giving.Ask("indigenous-led", decision.id, "The Nation", 60_000), by=hands[0])
    with pytest.raises(Forbidden):
        payments.approve(asked.id, seen_hash=asked.payload_hash, by=hands[0])
    with pytest.raises(Invalid, match="beyond what the decision allows"):
        giving.ask(giving.Ask("indigenous-led", decision.id, "The Nation", 40_001), by=hands[0])
    with pytest.raises(WrongState, match="not approved"):
        payments.settle(asked.id, paid_on=foundation.today(), entry_id=uuid.uuid4(), by=hands[0])
    payments.end(asked.id, reason="Another account", by=hands[1])
    assert giving.ask(giving.Ask("indigenous-led", decision.id, "The Nation", 100_000), by=hands[0])


def test_an_unconfirmed_decision_moves_nothing(hands: list[Actor]) -> None:
    year(hands[0])
    asked = consent.ask(consent.Question("council", "To the Nation", "All.", 100, "indigenous-led"), by=hands[0])
    decision_id = consent.hear(asked.id, present=6, objections=0, by=hands[0]).decision_id
    assert decision_id is not None
    with pytest.raises(WrongState, match="waits for a second person"):
        giving.ask(giving.Ask("indigenous-led", decision_id, "The Nation", 100), by=hands[0])
    with pytest.raises(Forbidden):
        decisions.confirm(decision_id, by=hands[0])


def test_an_objection_is_met_by_an_amendment_and_the_log_shows_both(hands: list[Actor]) -> None:
    by = hands[0]
    asked = consent.ask(consent.Question("council", "A house", "Buy the mill.", 900_000, minutes="hush"), by=by)
    assert consent.hear(asked.id, present=7, objections=1, by=by).state == "objections"
    with pytest.raises(Invalid, match="the text that was objected to"):
        consent.amend(asked.id, text="Buy the mill.", limit_minor=900_000, by=by)
    consent.amend(asked.id, text="Buy the mill, and give the meadow back.", limit_minor=900_000, by=by)
    done = consent.hear(asked.id, present=6, objections=0, by=by)
    assert [(one.round_number, one.step, one.present_n, one.objections_n) for one in done.steps] == [
        (1, "proposed", None, 0), (1, "objections", 7, 1), (2, "amended", None, 0), (2, "consented", 6, 0),
    ]  # fmt: skip
    assert decisions.get(done.decision_id or 0).text == "Buy the mill, and give the meadow back."
    consent.withdraw_minutes(asked.id, by=by)
    assert db.session.get_one(Consent, asked.id).minutes is None
    with pytest.raises(WrongState):
        consent.hear(asked.id, present=7, objections=3, by=by)


def test_five_of_seven_must_be_there(hands: list[Actor]) -> None:
    asked = consent.ask(consent.Question("council", "A house", "Buy it."), by=hands[0])
    with pytest.raises(Invalid, match="5 must be there for the council to decide; 4 were"):
        consent.hear(asked.id, present=4, objections=0, by=hands[0])
    with pytest.raises(Invalid, match="No more than 7"):
        consent.hear(asked.id, present=8, objections=0, by=hands[0])
    assert db.session.query(ConsentStep).count() == 1
    assert consent.give_up(asked.id, by=hands[0]).state == "lapsed"


def test_a_blocked_question_stays_blocked(hands: list[Actor]) -> None:
    asked = consent.ask(consent.Question("council", "A house", "Buy it."), by=hands[0])
    consent.hear(asked.id, present=5, objections=2, by=hands[0])
    assert consent.give_up(asked.id, by=hands[0]).state == "blocked"
    with pytest.raises(WrongState):
        consent.amend(asked.id, text="Rent it.", limit_minor=None, by=hands[0])


def test_members_alone_cannot_change_the_pools(hands: list[Actor]) -> None:
    text = preset("c6-land-return").text.replace("gift = 60", "gift = 10").replace("gift = 40", "gift = 90")
    version = foundation.propose_charter(text, by=hands[0])
    adoption = foundation.Adoption(on=foundation.today(), how="assembly", votes_for=90, votes_against=0)
    with pytest.raises(Invalid, match="the consent of council is missing"):
        foundation.adopt_charter(version.id, adoption, by=hands[0])


def test_money_of_the_pool_is_in_no_budget(hands: list[Actor]) -> None:
    year(hands[0])
    with db.writing() as tx, pytest.raises(Invalid, match="has 4,000 USD free"):
        ledger.reserve_for_round(tx, 1, 400_001)


def test_a_pot_that_pays_without_its_decision_is_named(hands: list[Actor]) -> None:
    year(hands[0])
    assert invariants.pots_pay_only_for_their_own() == []
    with db.writing() as tx:
        account = ledger.accounts.of_pot(tx, "indigenous-led")
        sink = ledger.accounts.named(tx, "expense:elsewhere")
        ledger.post_entry(
            tx,
            ledger.Draft(
                id=uuid.uuid4(), kind="loss", memo="Astray", lines=[(sink, 5), (account, -5)],
                occurred_on=foundation.today(),
            ),
        )  # fmt: skip
    db.session.rollback()
    assert (
        "takes money out of cash:pot-indigenous-led without a decision" in invariants.pots_pay_only_for_their_own()[0]
    )
