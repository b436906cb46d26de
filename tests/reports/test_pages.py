"""The pages of reports and of the years: for anyone sums, for those who handle money every account."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from fund.foundation import service as foundation
from fund.ledger import years
from fund.reports import letter
from tests import factories
from tests.demo.conftest import Demo, demo  # noqa: F401  (the fixture)
from tests.ledger import money
from tests.ledger.test_years import month_end


def test_anyone_reads_the_reports_and_sees_sums(demo: Demo) -> None:  # noqa: F811
    told = demo.words("/money/reports")
    assert "$19,700" in told
    assert "$2,526" in told
    assert "$1,026" not in told
    whole = demo.words("/money/reports/trial-balance")
    assert "Owed by businesses" in whole
    assert "owed back" not in whole
    exact = demo.words("/money/reports", "Ruth Ansel")
    assert "$1,026" in exact
    assert "owed back" in demo.words("/money/reports/trial-balance", "Ruth Ansel")
    assert "cash:free" in demo.words("/money/reports/chart")


def test_a_year_of_the_trial_balance_is_asked_for_by_its_number(demo: Demo) -> None:  # noqa: F811
    visitor = demo.visitor()
    for year in ("2025", "x", "-1", "99999999999", "1900"):
        assert visitor.get(f"/money/reports/trial-balance?year={year}").status_code == 200
    with demo.app.app_context():
        first = foundation.today().year - 1
    assert f"The year {first}" in demo.words(f"/money/reports/trial-balance?year={first}")


def test_files_are_told_by_name_and_the_exact_one_is_not_for_everybody(demo: Demo) -> None:  # noqa: F811
    visitor, imani = demo.visitor(), demo.visitor("Ruth Ansel")
    assert visitor.get("/money/reports/files/journal.csv").status_code == 200
    assert visitor.get("/money/reports/files/no-such.csv").status_code == 404
    assert visitor.get("/money/reports/files/ledger.jsonl").status_code in (302, 303, 401, 403)
    assert imani.get("/money/reports/files/ledger.jsonl").data.startswith(b'{"ledger":')


def test_the_letter_is_a_draft_with_the_figures(demo: Demo) -> None:  # noqa: F811
    assert "$53,586" in demo.words("/treasury/letter", "Ruth Ansel")
    assert demo.visitor().get("/treasury/letter").status_code in (302, 303, 401, 403)
    with demo.app.app_context():
        today = foundation.today()
    newest = letter.quarter_of(None, today)
    assert newest == letter.quarter_of("2026-q9", today) == letter.recent(today)[0]
    assert letter.quarter_of("2024-q4", today).last_day.isoformat() == "2024-12-31"


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
