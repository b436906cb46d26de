"""Instalments by date and by a vote of the members, money that is given back, and reports in any form."""

from __future__ import annotations

import datetime as dt
import io
import json

import pytest
from flask import Flask
from PIL import Image

from fund import db
from fund.awards import invariants, payments, releasing, reports
from fund.awards.evidence import Evidence
from fund.awards.models import Award
from fund.charter.presets import preset
from fund.db.outbox import OutboxMessage
from fund.errors import Forbidden, Invalid, WrongState
from fund.ledger import invariants as books
from fund.permissions import Actor
from fund.results.models import CountRun
from fund.rounds.models import Round
from tests import factories
from tests.awards import winners
from tests.ledger import money

PARTS = """later_report_days = [90]
report_shown = "members"
tranches = [
  { percent = 50, due = "signature" },
  { percent = 30, due = "date", after_days = 20 },
  { percent = 20, due = "member_vote" },
]
report_days = 30
"""
CARE = ("quilt-street", 400_000, "grant")
BIKES = ("wheelhouse", 150_000, "grant")


def faults() -> list[str]:
    """What `fund check` finds in awards and books."""
    db.session.rollback()
    return [line for _name, check in (*invariants.INVARIANTS, *books.INVARIANTS) for line in check()]


def begun(
    *, awards: str = "", reserve: tuple[str, ...] = ()
) -> tuple[winners.Ended, Award, tuple[Actor, Actor, Actor]]:
    """A signed grant in three parts, the first paid; two stewards and the treasurer."""
    text = preset("millrace").text.replace("report_days = 270\n", PARTS)
    factories.adopt(text=text.replace("[awards]\n", f"[awards]\n{awards}"))
    hands = (
        factories.actor(factories.officer("Wren")), factories.actor(factories.officer("Dana")), money.treasurer("Imani T."),
    )  # fmt: skip
    ended = winners.final_round([CARE, BIKES], budget_minor=400_000, reserve=reserve)
    (award,) = winners.offered(ended, "quilt-street")
    winners.signed(ended, "quilt-street", award, hands[0])
    winners.paid(winners.tranches(award.id)[0], hands[0], hands[1], treasurer=hands[2])
    return ended, award, hands


def test_an_instalment_with_a_day_is_asked_for_by_itself(app: Flask) -> None:
    ended, award, hands = begun()
    second = winners.tranches(award.id)[1]
    with pytest.raises(WrongState, match="is due on"):
        payments.request_tranche(second.id, by=ended.agent("quilt-street"))
    assert payments.ask_for_what_is_due() == 0
    factories.later(days=21)
    assert (payments.ask_for_what_is_due(), payments.ask_for_what_is_due()) == (1, 0)
    assert winners.payment_of(second).requested_by == ended.agent("quilt-street").person_id
    winners.paid(second, hands[0], hands[1], treasurer=hands[2])
    assert faults() == []


def test_an_instalment_waits_for_the_yes_of_the_members(app: Flask) -> None:
    ended, award, hands = begun()
    factories.later(days=21)
    payments.ask_for_what_is_due()
    _first, second, third = winners.tranches(award.id)
    winners.paid(second, hands[0], hands[1], treasurer=hands[2])
    agent = ended.agent("quilt-street")
    vote = _vote(ended.round)
    with pytest.raises(Invalid, match="yes-or-no"):
        payments.link_vote(third.id, ended.round.slug, by=hands[0])
    payments.link_vote(third.id, vote, by=hands[0])
    with pytest.raises(WrongState, match="vote of the members"):
        payments.request_tranche(third.id, by=agent)
    for elected, passes in (([], False), (["resolution"], True)):
        payments.link_vote(third.id, _vote(ended.round, elected=elected), by=hands[0])
        if not passes:
            with pytest.raises(WrongState, match="vote of the members"):
                payments.request_tranche(third.id, by=agent)
    payments.request_tranche(third.id, by=agent)
    winners.paid(third, hands[0], hands[1], treasurer=hands[2])
    assert faults() == []


def test_what_is_not_needed_goes_to_the_next_in_line(app: Flask) -> None:
    ended, award, hands = begun(reserve=("wheelhouse",))
    with pytest.raises(Forbidden, match="business itself"):
        releasing.release_rest(award.id, reason="Enough", by=hands[0])
    with pytest.raises(Invalid):
        releasing.release_rest(award.id, reason=" ", by=ended.agent("quilt-street"))
    done = releasing.release_rest(award.id, reason="It cost less.", by=ended.agent("quilt-street"))
    assert (done.released_minor, money.held(f"cash:award-{award.id}")) == (200_000, 0)
    assert [t.state for t in winners.tranches(award.id)] == ["paid", "cancelled", "cancelled"]
    offered = db.session.query(Award).order_by(Award.id.desc()).first()
    assert offered is not None
    assert (offered.amount_minor, offered.proposal_id) == (150_000, ended.proposals["wheelhouse"].id)
    with pytest.raises(WrongState, match="Nothing is left"):
        releasing.release_rest(award.id, reason="Again", by=ended.agent("quilt-street"))
    assert faults() == []


def test_where_the_charter_says_so_savings_go_home(app: Flask) -> None:
    ended, award, _hands = begun(awards='savings_to = "fund"\n', reserve=("wheelhouse",))
    before = money.held("cash:free")
    releasing.release_rest(award.id, reason="It cost less.", by=ended.agent("quilt-street"))
    assert money.held("cash:free") == before + 200_000
    assert db.session.query(Award).count() == 1
    assert faults() == []


def test_reports_in_any_form_shown_as_the_charter_says(app: Flask) -> None:
    ended, award, hands = begun()
    agent, rosa = ended.agent("quilt-street"), factories.actor(factories.member("Rosa"))
    factories.later(days=17)
    assert (reports.remind_due(), reports.remind_due()) == (1, 0)
    factories.later(days=21)
    assert (reports.remind_due(), reports.remind_due()) == (1, 0)
    factories.later(days=30)
    assert reports.remind_due() == 0, "two reminders, and no more"
    assert db.session.query(OutboxMessage).filter_by(kind="report_due").count() == 2
    with pytest.raises(Invalid):
        reports.tell_report(award.id, by=agent)
    with pytest.raises(Forbidden):
        reports.tell_report(award.id, text="I saw it", by=rosa)
    out = io.BytesIO()
    Image.new("RGB", (30, 20), "teal").save(out, "JPEG")
    assert (
        reports.tell_report(award.id, text="Six cots.", photo=Evidence("a.jpg", out.getvalue()), by=agent).by_phone
        is False
    )
    assert reports.tell_report(award.id, text="Twelve cots now.", by=hands[0]).by_phone is True
    with pytest.raises(WrongState, match="No report"):
        reports.tell_report(award.id, text="More", by=agent)
    known = db.session.get_one(Award, award.id)
    assert known.reported_on is not None
    assert reports.may_read(known, rosa, frozenset())
    assert not reports.may_read(known, Actor(), frozenset())
    assert reports.photo_of(award.id, 1).media_type == "image/jpeg"


def _vote(like: Round, *, elected: list[str] | None = None) -> str:
    """A yes-or-no vote in a state, with its count."""
    with db.writing() as tx:
        now = tx.now()
        made = tx.add(
            Round(
                slug=f"vote-{tx.session.query(Round).count()}", title="Release it?", decides="resolution", round_type="resolution",
                charter_version_id=like.charter_version_id, status="final" if elected is not None else "draft",
                rules_bytes=like.rules_bytes, rules_hash=like.rules_hash, electorate_n=0, opens_at=now,
                closes_at=now + dt.timedelta(days=1),
                created_at=now,
            )
        )  # fmt: skip
        if elected is not None:
            result = json.dumps({"elected": elected}).encode()
            tx.add(
                CountRun(
                    round_id=made.id, number=1, state="computed", input_bytes=b"in", input_hash=b"i" * 32,
                    result_bytes=result, result_hash=b"r" * 32, computed_at=now,
                )
            )  # fmt: skip
    return made.slug
