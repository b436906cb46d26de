"""The end of a vote as the charter has it: quorum, one extension, no decision; with the figures of charter C1."""

from __future__ import annotations

import pytest
from flask import Flask

from fund import db
from fund.counting.count import count
from fund.db.outbox import OutboxMessage
from fund.errors import Forbidden, WrongState
from fund.foundation import service as foundation
from fund.ledger import service as ledger
from fund.rounds import service as rounds
from fund.rounds.models import Round
from fund.rounds.schedule import days_later
from fund.rounds.words import status_words
from fund.voting import envelopes
from fund.voting import service as voting
from fund.voting.models import Envelope, OpenedBallot
from tests import factories
from tests.voting import stage


def c1(app: Flask, ballots: list[str]) -> Round:
    """C1's investment vote with 40 voting members, three supporters, and these ballots cast."""
    factories.adopt("c1-commons-fund")
    steward = factories.officer("Imani", class_code="solidarity")
    voters = stage.people(40, class_code="voting")
    stage.people(3, class_code="solidarity")
    round_ = stage.c1_round(steward, "saltgrass", 1_150_000)
    factories.later(hours=2)
    voting.settle(round_.id)
    for voter, mark in zip(voters, ballots, strict=False):
        stage.cast(voter, round_, {"marks": {"saltgrass": mark}})
    return rounds.get(round_.id)


def test_c1_approves_with_23_of_40(app: Flask) -> None:
    round_ = c1(app, ["yes"] * 19 + ["no"] * 3 + ["abstain"])
    turnout = voting.turnout(round_)
    assert (turnout.needed, turnout.still_needed, turnout.shown) == (21, 0, 20)
    assert stage.ended(round_, days=22) == "opened"
    with db.writing() as tx:
        outcome = count(voting.contest(tx, round_.id))
    assert outcome.elected == ("saltgrass",)
    assert voting.turnout(rounds.get(round_.id)).shown == 23


def test_c1_extends_once_with_20_of_40_and_then_there_is_no_decision(app: Flask) -> None:
    round_ = c1(app, ["yes"] * 20)
    assert voting.turnout(round_).still_needed == 1
    with db.writing() as tx:
        assert ledger.round_money_minor(tx, round_.id) == 2_500_000
    first_end = round_.closes_at
    assert stage.ended(round_, days=21) == "open"
    extended = rounds.get(round_.id)
    assert extended.closes_at == days_later(first_end, 7, foundation.zone())
    assert extended.extended_times == 1
    assert "extended once" in str(status_words(extended, db.now()))
    assert stage.ended(round_, days=7) == "lapsed"
    lapsed = rounds.get(round_.id)
    said = str(status_words(lapsed, db.now()))
    assert "No decision" in said
    assert "denied" not in said
    assert db.session.query(OpenedBallot).count() == db.session.query(Envelope).count() == 0
    assert not envelopes.has_keys(round_.uuid)
    with db.writing() as tx:
        assert ledger.round_money_minor(tx, round_.id) == 0
        with pytest.raises(WrongState):
            voting.ballot_groups(tx, round_.id)


def test_the_last_vote_may_come_in_the_extension(app: Flask) -> None:
    round_ = c1(app, ["yes"] * 20)
    factories.later(days=21)
    late = db.session.query(stage.Person).filter_by(display_name="Member 040").one()
    assert stage.cast(late, round_, {"marks": {"saltgrass": "no"}}).cast_n == 1
    assert stage.ended(round_, days=7) == "opened"


def test_a_solidarity_member_is_refused_with_the_reason(app: Flask) -> None:
    round_ = c1(app, [])
    supporter = db.session.query(stage.Person).filter_by(display_name="Member 003").all()[-1]
    with pytest.raises(Forbidden) as refusal:
        stage.cast(supporter, round_, {"marks": {"saltgrass": "yes"}})
    assert "do not vote in this round" in str(refusal.value)


def test_a_secret_vote_is_opened_only_with_ten_ballots(app: Flask) -> None:
    factories.adopt(text=stage.charter(quorum='{ type = "none" }'))
    steward, voters = factories.officer(), stage.people(24)
    nine, ten = stage.opened(steward), stage.opened(steward)
    for round_, ballots in ((nine, 9), (ten, 10)):
        for voter in voters[:ballots]:
            stage.cast(voter, round_)
    factories.later(days=40)
    assert voting.settle(ten.id) == "opened"
    assert voting.settle(nine.id) == "lapsed"
    assert rounds.get(nine.id).ended_reason == "too_few_to_open"


def test_a_charter_without_extension_lapses_at_once(app: Flask) -> None:
    factories.adopt(text=stage.charter(quorum='{ type = "count", value = 15, on_miss = "lapse" }'))
    steward = factories.officer()
    stage.people(24)
    round_ = stage.opened(steward)
    assert stage.ended(round_, days=14) == "lapsed"


def test_a_cast_that_comes_after_the_end_closes_the_round_first(app: Flask) -> None:
    factories.adopt(text=stage.charter(quorum='{ type = "none" }'))
    steward, voters = factories.officer(), stage.people(24)
    round_ = stage.opened(steward)
    for voter in voters[:10]:
        stage.cast(voter, round_)
    factories.later(days=15)
    with pytest.raises(WrongState):
        stage.cast(voters[11], round_)
    assert rounds.get(round_.id).status == "opened"
    assert rounds.get(round_.id).ballots_cast == 10


def test_a_cast_at_the_opening_hour_opens_the_round_first(app: Flask) -> None:
    factories.adopt(text=stage.charter())
    steward, voters = factories.officer(), stage.people(24)
    round_ = stage.frozen(steward)
    with pytest.raises(WrongState):
        stage.cast(voters[0], round_)
    factories.later(hours=2)
    assert stage.cast(voters[0], round_).cast_n == 1


def test_settling_twice_changes_nothing(app: Flask) -> None:
    factories.adopt(text=stage.charter(quorum='{ type = "none" }'))
    steward, voters = factories.officer(), stage.people(24)
    round_ = stage.opened(steward)
    for voter in voters[:12]:
        stage.cast(voter, round_)
    factories.later(days=15)
    assert {voting.settle(round_.id) for _ in range(3)} == {"opened"}
    assert voting.settle_all() == 0
    assert db.session.query(OpenedBallot).count() == 12


def test_a_round_whose_budget_is_not_there_stays_shut_and_then_lapses(app: Flask) -> None:
    factories.adopt(text=stage.charter(money=True, form="approval", count='rule = "greedy"\ndraw_source = "Dice"'))
    steward = factories.officer()
    stage.people(24)
    round_ = stage.money_round(steward, {"alpha": 40_000}, in_pool_minor=99_999)
    voting.freeze(round_.id, by=stage.actor(steward))
    factories.later(hours=2)
    assert voting.settle(round_.id) == "frozen"
    factories.later(days=20)
    assert voting.settle(round_.id) == "lapsed"
    assert rounds.get(round_.id).ended_reason == "not_opened"


def test_that_people_took_part_is_told_in_shuffled_batches_and_never_what_they_chose(app: Flask) -> None:
    factories.adopt(text=stage.charter(quorum='{ type = "none" }'))
    steward, voters = factories.officer(), stage.people(24)
    round_ = stage.opened(steward)
    for voter in voters[:9]:
        stage.cast(voter, round_)
    told = db.session.query(OutboxMessage).filter_by(kind="took_part")
    factories.later(minutes=16)
    voting.settle(round_.id)
    assert told.count() == 0
    for voter in voters[9:20]:
        stage.cast(voter, round_)
    factories.later(minutes=16)
    voting.settle(round_.id)
    people = [message.person_id for message in told.order_by(OutboxMessage.id)]
    assert sorted(people) == sorted(voter.id for voter in voters[:20])
    assert people != sorted(people)
    assert all(set(message.facts) == {"round", "slug", "closes_at", "ended"} for message in told)
