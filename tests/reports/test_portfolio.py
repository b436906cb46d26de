"""The portfolio: what is not back yet told kindly and to few, nothing due as a normal state, outcomes as stated."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from fund import db
from fund.awards import reports
from fund.awards.reports import Outcomes
from fund.charter import preset
from fund.errors import Invalid
from fund.foundation import service as foundation
from fund.ledger import service as ledger
from fund.ledger.contributions import NewContribution
from fund.reports import files, letter, reading
from fund.reports.portfolio import Holding, Portfolio, portfolio
from tests import factories
from tests.papers import text_of
from tests.repayments import loans
from tests.worked import pages


def words(text: str) -> str:
    """The words of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def one(found: Portfolio, number: int) -> Holding:
    """One award of the portfolio."""
    return next(holding for holding in found.holdings if holding.award_id == number)


def both(app: Flask) -> tuple[Portfolio, Portfolio]:
    """The portfolio as those who handle money see it, and as everybody does."""
    db.session.rollback()
    with app.test_request_context():
        return portfolio(exact=True), portfolio(exact=False)


def test_what_is_waited_for_is_told_to_those_who_handle_money_alone(app: Flask) -> None:
    factories.adopt()
    shy = loans.loan("zero_interest", 600_000)
    hands = {"treasurer": shy.treasurer, "steward": shy.steward, "second": shy.second}
    open_ = loans.loan("zero_interest", 400_000, agreed=True, slug="open", hands=hands)
    whole, public = both(app)
    assert (whole.late_minor, whole.at_risk_minor) == (0, 0)
    assert one(whole, shy.award_id).due.startswith("Nothing due; next $")
    factories.later(days=130)
    open_.pays(12_345)
    whole, public = both(app)
    late = one(whole, shy.award_id)
    assert "is waited for since" in late.due
    assert (late.late_minor or 0) > 0
    assert late.at_risk_minor == 600_000
    assert whole.at_risk_minor == 600_000 + 400_000 - 12_345
    assert (public.late_minor, public.at_risk_minor) == (None, None), "two loans: a sum would name them"
    assert one(public, shy.award_id).repaid_minor is None
    assert one(public, shy.award_id).back == "nothing yet"
    assert one(public, open_.award_id).back == "$123.45"
    assert {(each.late_minor, each.due) for each in public.holdings} == {(None, "")}
    seen = words(pages.browser(app).get("/money/reports").text)
    assert "waited for" not in seen
    assert "late" not in seen.replace("related", "")
    third = loans.loan("zero_interest", 100_000, slug="third", hands=hands)
    whole, public = both(app)
    assert (public.late_minor, public.at_risk_minor) == (whole.late_minor, whole.at_risk_minor)
    assert one(public, third.award_id).owed_minor is None
    with app.test_request_context():
        told = " ".join(letter.draft(letter.recent(foundation.today())[0]))
    assert "is not here yet" in told


def test_nothing_due_is_never_late(app: Flask) -> None:
    factories.adopt("c4-coop-federation")
    loan = loans.loan("profit_share", 1_200_000)
    factories.later(days=100)
    assert loan.tell_and_accept(-80_000) == 0
    factories.later(days=200)
    whole, _public = both(app)
    assert (whole.late_minor, whole.at_risk_minor) == (0, 0)
    assert one(whole, loan.award_id).due == "Nothing due"


def test_the_reserve_is_the_account_of_the_loss_reserve(app: Flask) -> None:
    factories.adopt(text=preset("c1-commons-fund").text)
    treasurer = factories.officer("Ines", "treasurer", class_code="voting")
    member = factories.member("Rosa", class_code="voting")
    new = NewContribution("dues", foundation.today(), 2_500, person_id=member.id)
    ledger.record_contribution(new, by=factories.actor(treasurer))
    assert both(app)[1].reserve_minor == 2_500


def test_outcomes_are_told_as_the_business_stated_them(app: Flask) -> None:
    factories.adopt()
    loan = loans.loan("zero_interest", 600_000)
    with db.writing() as tx:
        award = tx.lock(type(loan.award()), loan.award_id)
        award.terms = {**award.terms, "report_days": 30, "later_report_days": [60]}
    shop = factories.actor(loan.shop)
    with pytest.raises(Invalid):
        reports.tell_report(loan.award_id, stated=Outcomes(jobs_kept=-1), by=shop)
    client = pages.browser(app, loan.shop)
    page = f"/awards/{loan.award_id}/report"
    for wrong in ("-1", "two", "1.5"):
        answer = pages.send(client, page, page, {"text": "x", "jobs_kept": wrong})
        assert answer.status_code == 422
        assert f'value="{wrong}"' in answer.text
    told = {"text": "", "jobs_kept": "3", "jobs_made": "", "outcomes": "40 meals a week\n\n=SUM(A1)"}
    assert pages.send(client, page, page, told).status_code == 303
    reports.tell_report(loan.award_id, stated=Outcomes(jobs_made=2), by=shop)
    stated = one(both(app)[1], loan.award_id).stated
    assert stated is not None
    assert (stated.jobs_kept, stated.jobs_made, stated.lines) == (3, 2, ("40 meals a week", "=SUM(A1)"))
    for path in ("/money/reports", f"/awards/{loan.award_id}"):
        assert "40 meals a week" in words(pages.browser(app).get(path).text)
    with app.test_request_context():
        assert "40 meals a week" in text_of(files.make("portfolio.pdf", exact=False).data)


def test_outcomes_that_are_not_public_stay_with_those_who_may_read_them(app: Flask) -> None:
    factories.adopt()
    loan = loans.loan("zero_interest", 600_000)
    with db.writing() as tx:
        award = tx.lock(type(loan.award()), loan.award_id)
        award.terms = {**award.terms, "report_days": 30, "report_shown": "members"}
    reports.tell_report(loan.award_id, stated=Outcomes(jobs_kept=3), by=factories.actor(loan.shop))
    whole, public = both(app)
    assert (len(whole.stated), whole.jobs_kept) == (1, 3)
    assert (public.stated, public.jobs_kept) == ((), 0)


def test_what_single_businesses_paid_back_leaves_by_month_unless_they_agreed(app: Flask) -> None:
    factories.adopt()
    shy = loans.loan("zero_interest", 600_000)
    hands = {"treasurer": shy.treasurer, "steward": shy.steward, "second": shy.second}
    open_ = loans.loan("zero_interest", 400_000, agreed=True, slug="open", hands=hands)
    other = loans.loan("zero_interest", 300_000, slug="other", hands=hands)
    for loan, amount in ((shy, 12_345), (other, 1_111), (open_, 7_777)):
        loan.pays(amount, "ahead")
    db.session.rollback()
    with app.test_request_context():
        made = {exact: {name: files.make(name, exact=exact).data.decode("utf-8-sig") for name in ("journal.csv", "ledger.journal", "chart.csv", "quickbooks.csv")}
                for exact in (True, False)}  # fmt: skip
        books = {exact: reading.books(exact=exact) for exact in (True, False)}
        cash = {exact: sum(one.balance_minor for one in books[exact].accounts if one.kind == "cash") for exact in books}
        added = sum(
            amount for entry in books[False].entries for code, amount in entry.lines if code.startswith("cash:")
        )
    for text in (made[False]["journal.csv"], made[False]["ledger.journal"], made[False]["quickbooks.csv"]):
        assert "123.45" not in text
        assert "11.11" not in text
        assert "134.56" in text, "both together, in one entry of the month"
        assert "77.77" in text, "this business agreed"
    for number, shown in ((shy.award_id, False), (other.award_id, False), (open_.award_id, True)):
        assert (f"receivable:award-{number}" in made[False]["chart.csv"]) == shown
        assert f"receivable:award-{number}" in made[True]["chart.csv"]
    assert all(sum_ in made[True]["journal.csv"] for sum_ in ("123.45", "11.11", "77.77"))
    assert cash[True] == cash[False] == added
    page = words(pages.browser(app).get("/money/journal").text)
    assert "$123.45" not in page


@pytest.mark.parametrize("agreed", [True, False])
def test_where_the_charter_says_bands_nobody_can_agree_to_exact_figures(app: Flask, agreed: bool) -> None:
    text = preset("millrace").text.replace('repayments = "exact_if_agreed"', 'repayments = "bands"')
    factories.adopt(text=text)
    loan = loans.loan("zero_interest", 600_000, agreed=agreed)
    with db.writing() as tx:
        award = tx.lock(type(loan.award()), loan.award_id)
        award.terms = {**award.terms, "repayments_shown": True}
    loan.pays(12_345, "ahead")
    assert one(both(app)[1], loan.award_id).back == "less than a quarter"
    with app.test_request_context():
        assert f"receivable:award-{loan.award_id}" not in files.make("chart.csv", exact=False).data.decode()
