"""What a visitor of the demo can do, through the pages: the bar, Rosa's ballot, the second yes, the clock."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import select

from fund import db
from fund.counting.count import count
from fund.counting.formats import ballot_file
from fund.demo import beginnings, is_wanted, loading
from fund.demo.stage import Stage
from fund.foundation import service as foundation
from fund.ledger.models import Disbursement
from fund.operations import check
from fund.results import service as results
from fund.rounds import service as rounds
from fund.voting import service as voting
from tests import factories
from tests.demo.conftest import Demo

RANKS = {"rank-night-shift-pantry": "1", "rank-second-spool-mending": "2"}


def send(browser: FlaskClient, page: str, action: str, **typed: str) -> str:
    """Send a form that stands on a page, and give the text of the page that follows."""
    token = factories.csrf(browser, page)
    answer = browser.post(action, data={"csrf_token": token, **typed}, follow_redirects=True)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def become(demo: Demo, name: str) -> FlaskClient:
    """A browser that has become somebody by the bar."""
    browser = demo.visitor()
    assert name in send(browser, "/", "/demo/become", person=name)
    return browser


def test_the_bar_makes_nobody_else(own_demo: Demo) -> None:
    browser = own_demo.visitor()
    token = factories.csrf(browser, "/")
    answer = browser.post("/demo/become", data={"csrf_token": token, "person": "Hana Sato"})
    assert answer.status_code == 404


def test_rosas_ballot_counts_for_the_quorum(own_demo: Demo) -> None:
    rosa = become(own_demo, "Rosa Marín")
    looked_over = send(rosa, "/rounds/round-2/ballot", "/rounds/round-2/ballot", **RANKS)
    request = re.search(r'name="request" value="([^"]+)"', looked_over)
    assert request is not None
    send(rosa, "/rounds/round-2/ballot", "/rounds/round-2/ballot/cast", request=request[1], **RANKS)
    assert "On the roll 48 Quorum 25 Still needed 5" in own_demo.words("/rounds/round-2")


def test_imani_gives_the_second_yes_and_ruth_pays(own_demo: Demo) -> None:
    with own_demo.app.app_context():
        waiting = db.session.scalars(select(Disbursement).where(Disbursement.state == "requested")).one()
        page, seen, day = f"/payments/{waiting.id}", waiting.payload_hash.hex(), foundation.today().isoformat()
    assert "Approve $1,800" in own_demo.words(page, "Imani Walker")
    send(become(own_demo, "Imani Walker"), page, f"{page}/approve", seen=seen)
    send(
        become(own_demo, "Ruth Ansel"),
        page,
        f"{page}/paid",
        paid_on=day,
        bank_reference="MC-01-3",
        request_id=str(uuid.uuid4()),
    )
    assert "Paid out $21,500" in own_demo.words("/money")


def test_one_day_ends_round_4_and_five_days_extend_round_2(own_demo: Demo) -> None:
    browser = own_demo.visitor()
    send(browser, "/", "/demo/clock", days="1", next="/rounds")
    with own_demo.app.app_context():
        ended = rounds.by_slug("round-4")
        assert (ended.status, ended.ballots_cast) == ("counted", 27)
        assert ended.publication == "full", "once it is published anybody can count it again"
    send(browser, "/", "/demo/clock", days="5", next="/rounds")
    with own_demo.app.app_context():
        extended = rounds.by_slug("round-2")
        assert (extended.status, extended.extended_times) == ("open", 1)


def test_the_clock_goes_to_what_happens_next_so_that_two_hours_can_be_met(own_demo: Demo) -> None:
    browser = own_demo.visitor()
    assert "To the next thing that happens: Round 4: a lower quorum for small rounds?: voting ends" in own_demo.words(
        "/"
    )
    send(browser, "/", "/demo/clock", until="next", next="/rounds")
    with own_demo.app.app_context():
        ended, before = rounds.by_slug("round-4"), db.now()
        assert ended.status == "counted"
        assert before - ended.closes_at < dt.timedelta(minutes=1)
    send(browser, "/", "/demo/clock", until="next", next="/rounds")
    with own_demo.app.app_context():
        assert rounds.by_slug("round-2").extended_times == 1
        evening = rounds.by_slug("round-3")
        assert before < db.now() < evening.opens_at


def test_a_tie_waits_for_its_draw_and_a_missed_quorum_is_no_decision(examples_only: Demo) -> None:
    assert examples_only.told == [
        "Example: an evening that ends in a tie.",
        "Example: a vote that misses its quorum, is extended and lapses.",
    ]
    with examples_only.app.app_context():
        missed, tied = rounds.by_slug("league"), rounds.by_slug("spring-evening")
        assert (missed.status, missed.ended_reason, missed.extended_times) == ("lapsed", "no_quorum", 1)
        assert tied.status == "awaiting_draw"
        assert voting.turnout(missed).shown == 12
    here = "/rounds/spring-evening/results"
    imani, priya = become(examples_only, "Imani Walker"), become(examples_only, "Priya Raman")
    assert "a second steward types it too" in send(imani, f"{here}/draw", f"{here}/draw", text="4 and 2")
    assert "Confirm the text of the draw" not in imani.get(here).text
    assert "Confirm the text of the draw" in priya.get(here).text
    send(priya, f"{here}/draw", f"{here}/draw", text="4 and 2")
    with examples_only.app.app_context():
        results.count_due()
    for steward in (imani, priya):
        send(steward, here, f"{here}/certify")
    send(priya, here, f"{here}/publish")
    published = examples_only.words(here)
    assert "A Bench at the Lower Lock $300" in published
    assert "It was decided by the public draw" in published
    assert "Anyone can repeat this count" in published
    file = examples_only.visitor().get(f"{here}/files/ballots.json").get_data()
    result = examples_only.visitor().get(f"{here}/files/result.json").get_data()
    assert count(ballot_file.loads(file)).bytes() == result


def test_a_loading_that_was_broken_off_is_undone(database_url: str, tmp_path: Path) -> None:
    app = factories.application(database_url, tmp_path)
    with app.app_context():
        assert is_wanted()
        foundation.found(instance="demo", clock_offset_seconds=-loading.DAY)
        beginnings.found(Stage())
        assert loading.is_broken_off()
        assert is_wanted()
        loading.begin_again()
        assert loading.is_empty()
        assert check.guards_in_place() == []
        factories.dispose()


def test_a_demo_in_use_is_not_undone(own_demo: Demo) -> None:
    with own_demo.app.app_context():
        assert not loading.is_broken_off()
        assert not is_wanted()
