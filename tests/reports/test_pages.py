"""The pages of reports and of the years: for anyone sums, for those who handle money every account."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from fund.foundation import service as foundation
from fund.ledger import years
from tests import factories
from tests.ledger import money
from tests.ledger.test_years import month_end


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
