"""Pages of money set aside: who decides about it, a council's answer in numbers, giving on its decision."""

from __future__ import annotations

import re
import uuid
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from fund import db
from fund.charter import preset
from fund.foundation import service as foundation
from fund.ledger import service as ledger
from fund.ledger.contributions import NewContribution
from fund.ledger.models import Disbursement
from fund.members.models import Person
from tests import factories
from tests.ledger import money
from tests.worked import pages


@pytest.fixture
def hands(app: Flask) -> list[Person]:
    """The land fund with the gifts of the worked example, and three who may handle money."""
    factories.adopt("c6-land-return")
    people = [factories.officer(n, "steward", "treasurer", class_code="neighbour") for n in ("Imani", "Dana", "Wren")]
    for kind, amount in (("land_tax", 1_440_000), ("gift", 1_000_000)):
        ledger.record_contribution(
            NewContribution(kind, foundation.today(), amount), by=factories.actor(people[0])
        )  # fmt: skip
    return people


def text_of(client: FlaskClient, path: str) -> str:
    """A page's words."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def test_anyone_sees_each_pot_with_who_decides(app: Flask, hands: list[Person]) -> None:
    for path in ("/money", "/pots"):
        words = text_of(pages.browser(app), path)
        assert "Indigenous-led pool The council $20,400" in words
        assert "Land purchase reserve (Indigenous-led pool) part of Indigenous-led pool The council $10,200" in words
        assert "Open pool this is the free money The members $4,000" in words
        assert "not a tax in law" in words


def asked(app: Flask, hands: list[Person]) -> int:
    """What the council is asked, noted on the page; gives its number."""
    client = pages.browser(app, hands[0])
    form = {
        "about": "council|indigenous-led", "title": "To the Nation", "text": "Hand it over.", "limit": "10200",
        "minutes": "Said by Ruth",
    }  # fmt: skip
    answer = pages.send(client, "/councils/ask", "/councils/ask", form)
    assert answer.status_code == 303, answer.text
    return int(answer.location.rsplit("/", 1)[1])


def test_an_objection_an_amendment_and_consent_stand_in_the_log_and_nobody_votes(
    app: Flask, hands: list[Person]
) -> None:
    page = f"/councils/{asked(app, hands)}"
    client, contributor = pages.browser(app, hands[0]), factories.member("Giver", class_code="contributor")
    short = pages.send(client, f"{page}/answer", page, {"present": "4", "objections": "0"})
    assert short.status_code == 422
    assert "5 must be there for the council to decide; 4 were." in short.text
    assert 'value="4"' in short.text
    assert pages.send(client, f"{page}/answer", page, {"present": "7", "objections": "1"}).status_code == 303
    amended = {"text": "Hand it over, half in spring.", "limit": "10200"}
    assert pages.send(client, f"{page}/amend", page, amended).status_code == 303
    assert pages.send(client, f"{page}/answer", page, {"present": "6", "objections": "0"}).status_code == 303
    seen = pages.browser(app, contributor)
    words = text_of(seen, page)
    steps = r"1 Asked .*1 Paramount objection 7 1 .*2 Amended .*2 Consented 6 0"
    assert re.search(steps, words)
    assert "There is no ballot here" in words
    assert "Ruth" not in words
    html = seen.get(page).text
    main = html[html.index("<main") : html.index("</main>")]
    assert "<form" not in main, "a summary to read, and nothing to send"
    assert "Said by Ruth" in text_of(client, page)
    assert pages.send(client, f"{page}/withdraw-minutes", page).status_code == 303
    assert "Said by Ruth" not in client.get(page).text


def test_the_pool_is_handed_over_on_the_pages(app: Flask, hands: list[Person]) -> None:
    page = f"/councils/{asked(app, hands)}"
    one, other, third = (pages.browser(app, who) for who in hands)
    pages.send(one, f"{page}/answer", page, {"present": "5", "objections": "0"})
    give = "/pots/indigenous-led/give"
    assert "No decision about this pot stands yet" in text_of(one, give)
    decision = re.search(r'href="(/decisions/\d+)"', one.get(page).text)
    assert decision is not None
    assert pages.send(other, f"{decision[1]}/confirm", decision[1]).status_code == 303
    number = decision[1].rsplit("/", 1)[1]
    too_much = pages.send(one, give, give, {"decision": number, "payee": "The Nation", "amount": "10200.01"})
    assert too_much.status_code == 422
    assert "This goes beyond what the decision allows." in too_much.text
    assert "10200.01" in too_much.text
    sent = pages.send(one, give, give, {"decision": number, "payee": "The Nation", "amount": "10200"})
    assert sent.status_code == 303
    payment = sent.location
    seen = db.session.query(Disbursement).one().payload_hash.hex()
    for client in (other, third):
        assert pages.send(client, f"{payment}/approve", payment, {"seen": seen}).status_code == 303
    assert money.held("cash:pot-indigenous-led") == 1_020_000
    paid = {"paid_on": foundation.today().isoformat(), "bank_reference": "B-1", "request_id": str(uuid.uuid4())}
    assert pages.send(one, f"{payment}/paid", payment, paid).status_code == 303
    assert money.held("cash:pot-indigenous-led") == 0
    assert "Given so far $10,200" in text_of(one, "/pots/indigenous-led")
    assert "The Nation" not in text_of(pages.browser(app), "/pots/indigenous-led")


def test_members_of_the_fund_cannot_ask_for_a_pots_money(app: Flask, hands: list[Person]) -> None:
    client = pages.browser(app, factories.member("Nell", class_code="neighbour"))
    for path in ("/pots/indigenous-led/give", "/councils/ask"):
        assert client.get(path).status_code == 403
    assert pages.browser(app, hands[0]).get("/pots/open/give").status_code == 404
    assert client.get("/pots/nothing").status_code == 404
    assert client.get("/councils/99").status_code == 404


def test_adopting_such_a_charter_says_to_ask_counsel_and_no_other_does(app: Flask) -> None:
    factories.adopt()
    steward = factories.officer("Imani")
    for code, told in (("c6-land-return", True), ("c8-main-street", False)):
        version = foundation.propose_charter(preset(code).text, by=factories.actor(steward))
        for path in (f"/charter/versions/{version.number}", f"/charter/versions/{version.number}/adopt"):
            words = text_of(pages.browser(app, steward), path)
            assert ("Ask counsel before you adopt it" in words) == told
            assert ("legal risk in some countries" in words) == told


def test_no_page_asks_for_an_enrolment_number() -> None:
    root = Path(__file__).parents[2]
    for path in (*(root / "templates").rglob("*.html"), *(root / "fund").rglob("forms*.py")):
        assert not re.search(r"enrol|tribal id|blood quantum", path.read_text(), re.IGNORECASE), path


def test_the_pages_ask_no_more_however_many_gifts_came(app: Flask, hands: list[Person]) -> None:
    asked_: list[str] = []
    event.listen(db.alchemy.engine, "before_cursor_execute", lambda *about: asked_.append(about[2]))
    client, counts = pages.browser(app), []
    for _ in range(2):
        asked_.clear()
        client.get("/pots")
        counts.append(len(asked_))
        for _ in range(5):
            money.gift(700, by=factories.actor(hands[0]))
    assert counts[0] == counts[1] < 25
