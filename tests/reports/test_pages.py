"""The pages of reports and of the years: for anyone sums, for those who handle money every account."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from fund.foundation import service as foundation
from fund.ledger import years
from tests import factories
from tests.ledger import money
from tests.ledger.test_years import month_end
from tests.papers import text_of


def test_a_year_is_closed_on_the_pages_by_two_people(client: FlaskClient) -> None:
    factories.adopt()
    imani, wren = factories.officer("Imani", "treasurer"), factories.officer("Wren")
    money.gift(9_000, by=factories.actor(imani), on=month_end(3))
    factories.sign_in(client, imani)
    token = factories.csrf(client, "/treasury/years")
    wrong = client.post("/treasury/years", data={"csrf_token": token, "last_day": foundation.today().isoformat()})
    assert wrong.status_code == 422
    assert "once its last day has passed" in wrong.text
    sent = client.post("/treasury/years", data={"csrf_token": token, "last_day": month_end(2).isoformat()})
    page = sent.headers["Location"]
    seen = years.waiting()
    assert seen is not None
    own = client.get(page).text
    assert "because you proposed it" in own
    refused = client.post(page, data={"csrf_token": token, "seen": seen.trial_hash.hex()})
    assert refused.status_code == 403
    factories.sign_in(client, wren)
    assert "Compare the trial balance" in client.get("/treasury").text
    token = factories.csrf(client, page)
    assert client.post(page, data={"csrf_token": token, "seen": "zz"}).status_code == 422
    assert client.post(page, data={"csrf_token": token, "seen": "00"}).status_code == 409
    assert client.post(page, data={"csrf_token": token, "seen": seen.trial_hash.hex()}).status_code == 303
    assert years.closed_through() == month_end(2)
    assert "closed up to" in client.get("/money/reports").text


def test_a_proposal_is_withdrawn_on_the_page(client: FlaskClient) -> None:
    factories.adopt()
    imani = factories.officer("Imani", "treasurer")
    year = years.propose_to_close(month_end(2), by=factories.actor(imani))
    factories.sign_in(client, imani)
    token = factories.csrf(client, "/treasury/years")
    assert client.post(f"/treasury/years/{year.id}/withdraw", data={"csrf_token": token}).status_code == 303
    assert years.waiting() is None
    assert client.get(f"/treasury/years/{year.id}").status_code == 404


@pytest.mark.parametrize("path", ["/treasury/years", "/treasury/takeover", "/treasury/letter"])
def test_these_pages_are_for_those_who_handle_money(client: FlaskClient, path: str) -> None:
    factories.adopt()
    factories.sign_in(client, factories.member("Rosa"))
    assert client.get(path).status_code == 403


def test_the_files_to_take_away_stand_by_what_they_are(client: FlaskClient) -> None:
    factories.adopt()
    page = client.get("/money/reports").text
    for name, form in (
        ("journal.pdf", "PDF"),
        ("journal.csv", "CSV"),
        ("xero.zip", "Xero"),
        ("ledger.journal", "hledger"),
    ):
        assert f'<a href="/money/reports/files/{name}">{form}</a>' in page
    assert "ledger.jsonl" not in page
    factories.sign_in(client, factories.officer("Imani", "treasurer"))
    assert "ledger.jsonl" in client.get("/money/reports").text


def test_reports_on_paper_hold_the_figures(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    factories.adopt()
    imani = factories.officer("Imani", "treasurer")
    last, year = month_end(12), foundation.today().year
    money.gift(9_000_05, by=factories.actor(imani), on=last)
    money.gift(1_000, by=factories.actor(imani))
    trial = text_of(client.get("/money/reports/files/trial-balance.pdf").data)
    assert trial.count("9010.05") >= 4
    of_year = client.get(f"/money/reports/files/trial-balance.pdf?year={last.year}")
    assert f'filename="trial-balance-{last.year}.pdf"' in of_year.headers["Content-Disposition"]
    assert "9010.05" not in text_of(of_year.data)
    assert b"9000.05" in client.get(f"/money/reports/files/trial-balance.csv?year={last.year}").data
    assert "9010.05" not in client.get(f"/money/reports/files/trial-balance.csv?year={last.year}").text
    journal = text_of(client.get("/money/reports/files/journal.pdf").data)
    assert "9000.05" in journal
    assert "10.00" in journal
    this_year = text_of(client.get(f"/money/reports/files/journal.pdf?year={year}").data)
    assert ("9000.05" in this_year) == (last.year == year)
    assert "Reserve for losses" in text_of(client.get("/money/reports/files/portfolio.pdf").data)
    assert client.get("/treasury/letter.pdf").status_code in (303, 401, 403)
    factories.sign_in(client, imani)
    assert "Dear members and friends" in text_of(client.get("/treasury/letter.pdf").data)
    monkeypatch.setattr("fund.reports.papers.MOST_ROWS", 3)
    refused = client.get("/money/reports/files/journal.pdf")
    assert refused.status_code == 409
    assert "Take one year of it" in refused.text
