"""A week that the second person does not stand for: sent back with a reason that stays, and drawn anew."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fund import db
from fund.decisions import service as decisions
from fund.errors import Forbidden, FundError, Invalid, WrongState
from fund.micro_grants import reading, running, sending_back, service
from fund.micro_grants.invariants import INVARIANTS
from fund.micro_grants.models import MicroRun
from fund.permissions import VISITOR
from tests import factories
from tests.ledger import money
from tests.micro_grants import week

WHY = "The text was typed as 4 2, but 4 3 was read out."


def faults() -> list[str]:
    db.session.rollback()
    return [fault for _words, look in INVARIANTS for fault in look()]


def test_a_week_is_sent_back_and_drawn_anew(app: Flask) -> None:
    wren, dana = hands = week.funded()
    request, code = week.asked("A", 100)
    week.asked("B", 50)
    first = week.drawn(hands)
    running.propose(first.id, by=wren)
    sending_back.send_back(first.id, reason=WHY, by=dana)
    first = week.fresh(first)
    assert (first.state, first.sent_back_by, first.sent_back_reason) == ("sent_back", dana.person_id, WHY)
    assert service.by_code(code).request.state == "waiting"
    assert not service.by_code(code).offered
    assert not decisions.get(first.decision_id or 0).stands
    assert decisions.unconfirmed() == []
    service.withdraw(code, by=VISITOR)
    second = week.drawn(hands)
    assert (second.week_of, second.id != first.id, len(week.lines(second))) == (first.week_of, True, 1)
    assert not any(one.carried for one in week.lines(second)), "a week that was sent back carries nobody over"
    week.paid(hands, week.approved(hands, second))
    assert money.held("cash:micro-grants") == 0
    assert faults() == []
    assert reading.open_week() is None
    assert len(reading.draws()) == 2, "the draw that was sent back stays public"
    assert request.id not in {one.request_id for one in week.lines(second)}


def test_only_another_person_sends_back_and_only_what_waits_for_them(app: Flask) -> None:
    wren, dana = hands = week.funded()
    week.asked("A", 100)
    run = week.drawn(hands)
    with pytest.raises(WrongState):
        sending_back.send_back(run.id, reason=WHY, by=dana)
    decision = running.propose(run.id, by=wren)
    wrong: tuple[tuple[str, object, type[FundError]], ...] = ((WHY, wren, Forbidden), (" ", dana, Invalid))
    for reason, by, error in wrong:
        with pytest.raises(error):
            sending_back.send_back(run.id, reason=reason, by=by)  # type: ignore[arg-type]
    running.approve(run.id, by=dana)
    with pytest.raises(WrongState):
        sending_back.send_back(run.id, reason=WHY, by=dana)
    assert decisions.get(decision.id).stands


def test_a_decision_that_was_refused_never_stands(app: Flask) -> None:
    wren, dana = hands = week.funded()
    request, _code = week.asked("A", 100)
    run = week.drawn(hands)
    decision = running.propose(run.id, by=wren)
    sending_back.send_back(run.id, reason=WHY, by=dana)
    with pytest.raises(WrongState, match="4 3 was read"):
        decisions.confirm(decision.id, by=dana)
    with pytest.raises(WrongState):
        running.record_paid(run.id, request.id, by=dana)
    with pytest.raises(WrongState):
        running.approve(run.id, by=dana)


def test_the_page_takes_a_reason_and_tells_it(app: Flask, client: FlaskClient) -> None:
    hands = week.funded()
    week.asked("A", 100)
    run = week.drawn(hands)
    running.propose(run.id, by=hands[0])
    here = f"/micro-grants/weeks/{run.id}"
    factories.sign_in(client, factories.officer("Sol", class_code="neighbour"))
    token = factories.csrf(client, here)
    empty = client.post(f"{here}/send-back", data={"csrf_token": token, "reason": ""})
    assert (empty.status_code, "Please fill this in" in empty.text) == (422, True)
    assert db.session.get_one(MicroRun, run.id).state == "proposed"
    sent = client.post(f"{here}/send-back", data={"csrf_token": token, "reason": WHY})
    assert (sent.status_code, sent.location) == (303, "/micro-grants/weeks")
    for path in (here, "/micro-grants", f"/decisions/{run.decision_id}"):
        assert WHY in client.get(path).text
    assert "Close this week" in client.get("/micro-grants/weeks").text
