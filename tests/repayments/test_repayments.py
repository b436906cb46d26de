"""Money comes back: what is owed, part payments, paid ahead, taken back, given freely; and what is refused in words."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from flask import Flask

from fund import db
from fund.awards import payments
from fund.decisions import service as decisions
from fund.decisions.models import Decision
from fund.errors import Forbidden, FundError, Invalid, WrongState
from fund.foundation import service as foundation
from fund.ledger import losses
from fund.ledger import reading as books
from fund.ledger.losses import Loss
from fund.repayments import arrangements, reading, schedule, service
from fund.repayments.models import Arrangement, RepaymentSchedule
from tests import factories
from tests.awards import winners
from tests.ledger import money
from tests.repayments import loans
from tests.repayments.loans import Loan


@pytest.fixture(autouse=True)
def _charter(app: Flask) -> None:
    factories.adopt()


def owed(loan: Loan) -> reading.Owed:
    (one,) = reading.of_person(factories.actor(loan.shop))
    return one


def refused(act: Any, error: type[FundError] = Invalid) -> str:
    with pytest.raises(error) as told:
        act()
    return str(told.value)


def test_a_loan_without_interest_is_planned_at_its_first_payment_and_again_at_its_second(app: Flask) -> None:
    loan = loans.loan("zero_interest", 600_000, parts=1)
    assert [one.amount_minor for one in loan.state().open] == [12_500] * 24
    winners_part = winners.tranches(loan.award_id)[1]
    payments.request_tranche(winners_part.id, note="The order.", by=factories.actor(loan.shop))
    winners.paid(winners_part, factories.actor(loan.steward), factories.actor(loan.second), treasurer=loan.by)
    state = loan.state()
    assert [one.amount_minor for one in state.open] == [25_000] * 24
    assert (state.current and state.current.version, state.open[0].due.due_on) == (2, loans.day(3))
    assert (owed(loan).now_minor, owed(loan).coming) == (0, reading.Coming(loans.day(3), 25_000))
    assert loans.broken() == []


def test_part_payments_are_set_against_the_oldest_and_more_than_is_owed_wants_a_mark(app: Flask) -> None:
    loan = loans.loan("zero_interest", 600_000)
    factories.later(days=100)
    assert owed(loan).now_minor == 25_000
    loan.pays(10_000)
    assert owed(loan).now_minor == 15_000
    assert "Only 400 USD can be paid now" in refused(lambda: loan.pays(40_001))
    loan.pays(40_000)
    assert (owed(loan).now_minor, len(loan.state().open)) == (0, 22)
    factories.later(days=31)
    loan.pays(35_000, "ahead")
    assert [one.amount_minor for one in loan.state().open][:2] == [15_000, 25_000], "it counts for what comes next"
    assert (loan.state().capital_minor, money.held(f"receivable:award-{loan.award_id}")) == (515_000, 515_000)
    assert "still to be paid back" in refused(lambda: loan.pays(515_001, "ahead"))
    loan.pays(515_000, "ahead")
    assert loan.award().state == "completed"
    assert "Everything is paid back" in refused(lambda: loan.pays(1))
    assert books.money().repaid_minor == 600_000
    assert loans.broken() == []


def test_what_cannot_be_is_refused_and_nothing_is_written(app: Flask) -> None:
    loan = loans.loan("zero_interest", 600_000)
    for amount in (0, -5, 10**16):
        refused(lambda amount=amount: loan.pays(amount))
    refused(lambda: loan.pays(100, on=loans.day(days=1)))
    refused(lambda: loan.pays(100, on=loans.day(days=-1)))
    refused(lambda: loan.pays(100, "gift"))
    refused(lambda: loan.pays(100, "aporte"), WrongState)
    refused(lambda: loan.pays(100, "redemption"), WrongState)
    refused(lambda: loan.pays(100, "recovery"))
    shop = factories.actor(loan.shop)
    new = service.NewRepayment(100, foundation.today(), uuid.uuid4())
    refused(lambda: service.receive(loan.award_id, new, by=shop), Forbidden)
    assert loan.state().capital_minor == 600_000
    assert money.entries("repayment") == []


def test_a_form_sent_twice_writes_once_and_with_other_content_nothing(app: Flask) -> None:
    loan, key = loans.loan("zero_interest", 600_000), uuid.uuid4()
    first = loan.pays(10_000, key=key)
    assert loan.pays(10_000, key=key).id == first.id
    assert "other content" in refused(lambda: loan.pays(10_001, key=key))
    assert loan.state().capital_minor == 590_000


def test_a_repayment_is_taken_back_once_and_is_owed_again(app: Flask) -> None:
    loan = loans.loan("zero_interest", 600_000)
    factories.later(days=100)
    wrong = loan.pays(25_000)
    ahead = loan.pays(100_000, "ahead")
    refused(lambda: service.take_back(wrong.id, reason=" ", new_id=uuid.uuid4(), by=loan.by))
    service.take_back(wrong.id, reason="Another shop's money", new_id=uuid.uuid4(), by=loan.by)
    assert (owed(loan).now_minor, loan.state().capital_minor) == (25_000, 500_000)
    refused(lambda: service.take_back(wrong.id, reason="Again", new_id=uuid.uuid4(), by=loan.by), WrongState)
    service.take_back(ahead.id, reason="Another shop's money", new_id=uuid.uuid4(), by=loan.by)
    assert (loan.state().capital_minor, owed(loan).now_minor) == (600_000, 25_000)
    assert loans.broken() == []


def test_interest_is_booked_apart_from_capital_to_the_cent(app: Flask) -> None:
    loan = loans.loan("fixed", 1_200_000, months=3, rate_bp=400)
    for number, (capital, gain) in enumerate([(398_669, 4_000), (399_998, 2_671), (401_333, 1_337)]):
        factories.later(days=31)
        came = loan.pays(capital + gain)
        assert (came.principal_minor, came.gain_minor) == (capital, gain), number
    assert (money.held("income:interest"), loan.award().state) == (-8_008, "completed")
    assert books.money().repaid_minor == 1_208_008
    assert books.money().adds_up
    assert loans.broken() == []


def test_paying_ahead_lowers_the_interest(app: Flask) -> None:
    loan = loans.loan("fixed", 1_200_000, months=12, rate_bp=400)
    before = sum(one.gain_minor for one in loan.state().open)
    loan.pays(600_000, "ahead")
    after = loan.state().open
    assert len(after) == 12
    assert sum(one.principal_minor for one in after) == 600_000
    assert sum(one.gain_minor for one in after) < before * 51 // 100


def test_a_share_of_sales_returns_the_capital_first_and_ends_at_its_cap(app: Flask) -> None:
    loan = loans.loan("revenue_share", 100_000, grace_months=0, percent=50, cap_multiple_percent=120, max_months=None)
    came = []
    for sales in (120_000, 0, 100_000, 100_000):
        factories.later(days=32)
        due = loan.tell_and_accept(sales)
        came.append((one.principal_minor, one.gain_minor) if due and (one := loan.pays(due)) else (0, 0))
    assert came == [(60_000, 0), (0, 0), (40_000, 10_000), (0, 10_000)]
    assert (loan.award().state, money.held("income:profit_share")) == ("completed", -20_000)
    assert loans.broken() == []


def test_a_figure_is_told_once_in_order_after_its_time_and_answered_by_another(app: Flask) -> None:
    loan = loans.loan("profit_share", 100_000, percent=20, cap_multiple_percent=100)
    shop = factories.actor(loan.shop)

    def told(period: int, amount: int = 5_000) -> Any:
        return service.tell_figure(loan.award_id, period=period, amount_minor=amount, by=shop)

    assert "not ended yet" in refused(lambda: told(0), WrongState)
    factories.later(days=93)
    refused(lambda: told(1), WrongState)
    assert "too large" in refused(lambda: told(0, 10**16))
    first = service.tell_figure(loan.award_id, period=0, amount_minor=5_000, by=factories.actor(loan.steward))
    assert "told already" in refused(lambda: told(0))
    refused(lambda: service.accept(first.id, by=factories.actor(loan.steward)), Forbidden)
    refused(lambda: service.accept(first.id, by=shop), Forbidden)
    refused(lambda: service.give_back(first.id, answer="", by=loan.by))
    service.give_back(first.id, answer="Are wages in it?", by=loan.by)
    refused(lambda: service.accept(first.id, by=loan.by), WrongState)
    second = told(0, 10_000)
    assert service.accept(second.id, by=loan.by).due_minor == 2_000
    assert (owed(loan).now_minor, owed(loan).coming) == (0, reading.Coming(loans.day(days=30), 2_000))
    sales = loans.loan("revenue_share", 100_000, slug="bread", hands=_hands(loan))
    factories.later(days=130)
    refused(lambda: service.tell_figure(sales.award_id, period=0, amount_minor=-1, by=factories.actor(sales.shop)))
    plain = loans.loan("zero_interest", 100_000, slug="plain", hands=_hands(loan))
    refused(
        lambda: service.tell_figure(plain.award_id, period=0, amount_minor=1, by=factories.actor(plain.shop)),
        WrongState,
    )


def test_shares_pay_a_dividend_out_of_surplus_and_are_bought_back_in_their_time(app: Flask) -> None:
    loan = loans.loan("nonvoting_share", 1_000_000, target_dividend_bp=300, redeem_after_months=24)
    assert owed(loan).now_minor == 0
    factories.later(days=367)
    assert loan.tell_and_accept(-10) == 0
    assert "bought back from" in refused(lambda: loan.pays(1_000, "redemption"))
    factories.later(days=366)
    assert loan.tell_and_accept(900_000) == 30_000
    assert loan.pays(30_000).gain_minor == 30_000
    loan.pays(400_000, "redemption")
    assert (loan.state().capital_minor, loan.award().state) == (600_000, "active")
    loan.pays(600_000, "redemption")
    assert loan.award().state == "completed"
    assert loans.broken() == []


def test_an_aporte_is_given_once_everything_is_paid_back_and_is_a_gift(app: Flask) -> None:
    loan = loans.loan("zero_interest", 10_000, aporte="optional")
    assert "once everything is paid back" in refused(lambda: loan.pays(500, "aporte"), WrongState)
    loan.pays(10_000, "ahead")
    loan.pays(500, "aporte")
    whole = books.money()
    assert [(line.label, line.amount_minor) for line in whole.came_in if line.code == "income:aporte"] == [
        ("Aportes: given freely after paying back", 500)
    ]
    assert whole.adds_up
    assert loan.award().state == "completed"
    assert loans.broken() == []


def test_a_holiday_moves_what_is_to_come_and_names_its_decision(app: Flask) -> None:
    loan = loans.loan("zero_interest", 600_000)
    factories.later(days=100)
    number = loan.arranged("holiday", months=6)
    rows = loan.state().open
    assert (rows[0].due.due_on < foundation.today(), rows[1].due.due_on) == (
        True,
        schedule.add_months(loans.day(days=-100), 10),
    )
    arranged = db.session.get_one(Arrangement, number)
    decision = db.session.get_one(Decision, arranged.decision_id)
    newest = db.session.query(RepaymentSchedule).order_by(RepaymentSchedule.id.desc()).first()
    assert (arranged.state, decision.stands, newest and newest.decision_id) == ("in_force", True, decision.id)
    assert "hush" not in decision.title + decision.text
    assert loans.broken() == []


def test_what_is_due_is_put_off_and_nothing_is_added(app: Flask) -> None:
    loan = loans.loan("zero_interest", 600_000)
    assert "Nothing is due" in refused(lambda: loan.arranged("deferral", until=loans.day(2)))
    factories.later(days=160)
    assert owed(loan).now_minor == 75_000
    refused(lambda: loan.arranged("deferral", until=foundation.today()))
    loan.arranged("deferral", until=loans.day(3))
    assert (owed(loan).now_minor, loan.state().open_minor) == (0, 600_000)
    assert loans.broken() == []


def test_a_new_plan_may_not_cost_more_than_the_agreement(app: Flask) -> None:
    loan = loans.loan("fixed", 120_000, months=12, rate_bp=400)
    for wrong in ({"months": 60, "rate_bp": 400}, {"months": 12, "rate_bp": 900}):
        assert "would cost the business" in refused(
            lambda wrong=wrong: loan.arranged("restructure", until=loans.day(1), **wrong)
        )
    assert db.session.query(Decision).filter_by(kind="consent").count() == 0, "nothing is recorded"
    loan.arranged("restructure", months=60, rate_bp=80, until=loans.day(2))
    assert (len(loan.state().open), loan.state().rate_bp) == (60, 80)
    share = loans.loan("profit_share", 100_000, percent=20, slug="share", hands=_hands(loan))
    assert "before costs and wages" in refused(lambda: share.arranged("restructure", months=12, until=loans.day(1)))
    assert loans.broken() == []


def test_a_waiver_forgives_the_oldest_first_and_is_a_loss(app: Flask) -> None:
    loan = loans.loan("zero_interest", 600_000)
    factories.later(days=130)
    loan.arranged("waiver", amount_minor=30_000)
    assert (money.held("expense:losses-gift"), loan.state().capital_minor) == (30_000, 570_000)
    refused(lambda: loan.arranged("waiver", amount_minor=570_001))
    loan.arranged("waiver", amount_minor=570_000)
    assert (loan.award().state, owed(loan).now_minor) == ("forgiven", 0)
    strict = loans.loan("zero_interest", 1_000, forgive_by="none", slug="strict", hands=_hands(loan))
    assert "does not let" in refused(lambda: strict.arranged("waiver", amount_minor=1))
    assert loans.broken() == []


@pytest.mark.parametrize("product", ["zero_interest", "profit_share"])
def test_a_loan_that_the_bank_sent_back_whole_is_owed_no_more_until_it_is_paid_again(app: Flask, product: str) -> None:
    loan = loans.loan(product, 600_000, parts=1)
    first = winners.tranches(loan.award_id)[0]
    payments.record_bounced(winners.payment_of(first).id, reason="Account closed", new_id=uuid.uuid4(), by=loan.by)
    state = loan.state()
    assert (state.capital_minor, state.open, state.current and state.current.principal_minor) == (0, [], 0)
    assert loans.broken() == []
    payments.request_tranche(first.id, note="Anew", by=factories.actor(loan.shop))
    winners.paid(first, factories.actor(loan.steward), factories.actor(loan.second), treasurer=loan.by)
    assert loan.state().capital_minor == first.amount_minor
    assert sum(one.principal_minor for one in loan.state().open) in (0, first.amount_minor)
    assert loans.broken() == []


@pytest.mark.parametrize(("product", "terms"), [
    ("zero_interest", {}), ("fixed", {"months": 10, "rate_bp": 400}), ("profit_share", {"percent": 20, "cap_multiple_percent": 120}),
])  # fmt: skip
def test_what_is_written_off_lies_in_the_losses_and_may_come_back(
    app: Flask, product: str, terms: dict[str, int]
) -> None:
    heard: list[Loss] = []
    loan = loans.loan(product, 600_000, **terms)
    losses.LISTENERS.append(lambda _tx, loss: heard.append(loss))
    try:
        loan.arranged("write_off", amount_minor=200_000)
        assert (loan.state().capital_minor, loan.award().state) == (400_000, "active")
        loan.arranged("write_off", amount_minor=400_000)
    finally:
        losses.LISTENERS.pop()
    assert [(one.award_id, one.amount_minor) for one in heard] == [(loan.award_id, 200_000), (loan.award_id, 400_000)]
    assert (money.held("expense:losses"), money.held("expense:losses-gift")) == (0, 600_000)
    assert loan.award().state == "defaulted"
    assert "no more can be recovered" in refused(lambda: loan.pays(600_001, "recovery"))
    loan.pays(150_000, "recovery")
    refused(lambda: loan.pays(450_001, "recovery"))
    assert (money.held("income:recoveries"), loan.award().state) == (-150_000, "defaulted")
    assert books.money().adds_up
    assert loans.broken() == []


def test_one_proposes_another_confirms_and_nobody_with_a_tie(app: Flask) -> None:
    loan = loans.loan("zero_interest", 600_000)
    new = service.NewArrangement("holiday", "Six months without a repayment.", months=6)
    refused(lambda: service.propose(loan.award_id, service.NewArrangement("holiday", " ", months=6), by=loan.by))
    refused(lambda: service.propose(loan.award_id, service.NewArrangement("gift", "x"), by=loan.by))
    refused(lambda: service.propose(loan.award_id, new, by=factories.actor(loan.shop)), Forbidden)
    made = service.propose(loan.award_id, new, by=loan.by)
    assert "Another arrangement waits" in refused(lambda: service.propose(loan.award_id, new, by=loan.by), WrongState)
    assert "another person" in refused(lambda: service.confirm(made.id, by=loan.by), Forbidden)
    assert loan.state().open[0].due.due_on == loans.day(3), "nothing holds before the second person"
    refused(lambda: service.withdraw(made.id, reason=" ", by=loan.by))
    service.withdraw(made.id, reason="It goes better.", by=loan.by)
    refused(lambda: service.confirm(made.id, by=factories.actor(loan.steward)), WrongState)
    again = service.propose(loan.award_id, new, by=loan.by)
    decisions.confirm(again.decision_id, by=factories.actor(loan.steward))
    assert service.settle_due() == 1
    assert service.settle_due() == 0
    assert loan.state().open[0].due.due_on == loans.day(9)


def test_no_cost_can_rest_on_an_arrangement(app: Flask) -> None:
    loan = loans.loan("zero_interest", 600_000)
    number = loan.arranged("holiday", months=6)
    decision = db.session.get_one(Decision, db.session.get_one(Arrangement, number).decision_id)
    money.gift(10_000, by=loan.by)
    assert "beyond what the decision allows" in refused(lambda: money.cost(1, decision, by=loan.by))


def test_a_payment_that_the_bank_sent_back_takes_its_plan_along(app: Flask) -> None:
    loan = loans.loan("zero_interest", 600_000)
    second = winners.payment_of(winners.tranches(loan.award_id)[1])
    payments.record_bounced(second.id, reason="Closed account", new_id=uuid.uuid4(), by=loan.by)
    assert [one.amount_minor for one in loan.state().open] == [12_500] * 24
    assert loans.broken() == []


def test_the_clock_catches_up_with_a_plan_that_was_not_made(app: Flask) -> None:
    kept, payments.MOVED[:] = payments.MOVED[:], []
    try:
        loan = loans.loan("zero_interest", 600_000)
    finally:
        payments.MOVED[:] = kept
    assert loan.state().current is None
    assert any("is owed by the books" in one for one in loans.broken())
    assert service.settle_due() == 1
    assert len(loan.state().open) == 24
    assert loans.broken() == []


def test_proposed_arrangements_are_listed(app: Flask) -> None:
    loan = loans.loan("zero_interest", 600_000)
    service.propose(loan.award_id, service.NewArrangement("holiday", "Six months.", months=6), by=loan.by)
    assert [one.award_id for one in arrangements.proposed()] == [loan.award_id]


def _hands(loan: Loan) -> dict[str, Any]:
    return {"treasurer": loan.treasurer, "steward": loan.steward, "second": loan.second}
