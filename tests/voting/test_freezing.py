"""Freezing: what it fixes, what it waits for, what it decides about secrecy and publication."""

from __future__ import annotations

import hashlib
import json

import pytest
from flask import Flask

from fund import db
from fund.errors import Forbidden, Invalid, WrongState
from fund.proposals.models import Proposal
from fund.rounds import service as rounds
from fund.voting import envelopes, rehearsal
from fund.voting import service as voting
from fund.voting.models import Elector, RehearsalBallot
from fund.voting.publication import decide, possible_ballots, unique_percent
from tests import factories
from tests.voting import stage

APPROVAL = {"form": "approval", "ballot": "min = 1\nmax = 3", "count": 'rule = "greedy"\ndraw_source = "Three dice"'}


def test_freezing_stores_the_rules_as_bytes_with_their_hash(app: Flask) -> None:
    factories.adopt(text=stage.charter(money=True, **APPROVAL))
    steward = factories.officer()
    stage.people(30)
    draft = stage.money_round(steward, {"beta": 30_000, "alpha": 40_000})
    round_ = voting.freeze(draft.id, by=stage.actor(steward))
    assert round_.rules_bytes is not None
    assert round_.rules_hash == hashlib.sha256(round_.rules_bytes).digest()
    rules = rounds.rules(round_)
    assert [(one["id"], one["cost"]) for one in rules["options"]] == [("alpha", 40_000), ("beta", 30_000)]
    assert rules["electors"] == round_.electorate_n == db.session.query(Elector).count() == 31
    assert rules["draw_source"] == "Three dice"
    assert json.dumps(rules["round"]["uuid"]) == json.dumps(str(round_.uuid))
    assert {proposal.state for proposal in db.session.query(Proposal)} == {"on_ballot"}
    assert envelopes.has_keys(round_.uuid)


def test_a_round_is_not_frozen_while_something_is_missing(app: Flask) -> None:
    factories.adopt(text=stage.charter(money=True, **APPROVAL))
    steward = factories.officer()
    stage.people(30)
    by = stage.actor(steward)
    empty = stage.money_round(steward, {})
    with pytest.raises(WrongState, match="no proposal is admitted"):
        voting.freeze(empty.id, by=by)
    waiting = stage.money_round(steward, {"alpha": 1_000, "beta": 2_000}, in_pool_minor=0)
    with db.writing() as tx:
        tx.session.query(Proposal).filter_by(slug="beta", round_id=waiting.id).update({"state": "in_review"})
    with pytest.raises(WrongState, match="These wait for a decision: Beta"):
        voting.freeze(waiting.id, by=by)
    with db.writing() as tx:
        tx.session.query(Proposal).filter_by(slug="beta").update({"state": "admitted"})
        tx.lock(rounds.Round, waiting.id).max_on_ballot = 1
    with pytest.raises(WrongState, match="2 are admitted and the ballot holds 1"):
        voting.freeze(waiting.id, by=by)
    assert rounds.get(waiting.id).status == "draft"
    assert db.session.query(Elector).count() == 0


def test_a_chain_that_ends_in_a_lot_needs_a_named_draw(app: Flask) -> None:
    factories.adopt(text=stage.charter(money=True, form="approval", count='rule = "greedy"\ndraw_source = ""'))
    steward = factories.officer()
    stage.people(30)
    draft = stage.money_round(steward, {"alpha": 1_000})
    with pytest.raises(WrongState, match="public draw"):
        voting.freeze(draft.id, by=stage.actor(steward))
    new = rounds.NewRound("vote", "Spring round", draw_source="Dice at the open meeting")
    rounds.edit_round(draft.id, new, by=stage.actor(steward))
    assert voting.freeze(draft.id, by=stage.actor(steward)).draw_source == "Dice at the open meeting"


def test_only_stewards_freeze_and_only_once(app: Flask) -> None:
    factories.adopt(text=stage.charter())
    steward, member = factories.officer(), factories.member("Ana")
    stage.people(20)
    draft = stage.prepared(steward)
    with pytest.raises(Forbidden):
        voting.freeze(draft.id, by=stage.actor(member))
    voting.freeze(draft.id, by=stage.actor(steward))
    with pytest.raises(WrongState):
        voting.freeze(draft.id, by=stage.actor(steward))


def test_below_twenty_electors_the_vote_is_open_and_says_why(app: Flask) -> None:
    factories.adopt(text=stage.charter())
    steward = factories.officer()
    stage.people(18)
    small = stage.frozen(steward)
    assert small.assurance == "open"
    assert "With fewer than 20" in " ".join(map(str, voting.assurance_sentences(small)))
    stage.people(1)
    large = stage.frozen(steward)
    assert large.assurance == "secret"
    assert "The server's operator is trusted" in " ".join(map(str, voting.assurance_sentences(large)))


def test_who_waits_or_only_supports_is_not_on_the_roll(app: Flask) -> None:
    factories.adopt(text=stage.charter())
    steward = factories.officer()
    stage.people(19)
    supporter = factories.member("Sol", class_code="solidarity")
    stranger = factories.person("Nobody")
    round_ = stage.frozen(steward)
    newcomer = factories.member("Late")
    assert round_.electorate_n == 20
    for person, words in ((supporter, "do not vote"), (stranger, "not a member"), (newcomer, "was closed on")):
        assert words in str(voting.why_not(round_, stage.actor(person)))
    assert voting.why_not(round_, stage.actor(steward)) is None


def test_possible_ballots_and_the_rule_of_publication() -> None:
    assert possible_ballots({"form": "approval", "min": 3, "max": 5}, 30) == 173_971
    assert possible_ballots({"form": "ranked", "k": 5}, 7) == 3_620
    assert possible_ballots({"form": "approve_deny"}, 2) == 9
    assert possible_ballots({"form": "quadratic", "credits": 4}, 2) == 6
    assert possible_ballots({"form": "quadratic", "credits": 4, "negative": True}, 2) == 13
    ranked = {"form": "ranked", "k": 5}
    assert decide("full", "secret", ranked, 7, 904).publication == "aggregate"
    assert decide("full", "secret", ranked, 7, 905).publication == "full"
    assert decide("full", "open", ranked, 7, 5).publication == "full"
    assert decide("aggregate", "secret", {"form": "approve_deny"}, 1, 100).publication == "aggregate"
    assert unique_percent(1, 100) == 0
    assert unique_percent(10**30, 5_000) == 99


def test_a_list_with_too_many_patterns_is_narrowed_to_totals(app: Flask) -> None:
    factories.adopt(text=stage.charter(money=True, **APPROVAL))
    steward = factories.officer()
    stage.people(24)
    few = stage.money_round(steward, dict.fromkeys(("a1", "a2", "a3"), 10_000))
    assert voting.plan(few).rules["publication"] == "full"
    many = stage.money_round(steward, {f"p{n}": 10_000 for n in range(10)}, in_pool_minor=0)
    planned = voting.plan(many)
    assert planned.rules["publication"] == "aggregate"
    assert planned.publication.narrowed
    assert voting.freeze(many.id, by=stage.actor(steward)).publication == "aggregate"


def test_a_rehearsal_is_checked_like_a_vote_and_thrown_away(app: Flask) -> None:
    factories.adopt(text=stage.charter())
    steward = factories.officer()
    stage.people(24)
    round_ = stage.frozen(steward)
    by = stage.actor(steward)
    with pytest.raises(Invalid):
        rehearsal.rehearse(round_.id, {"marks": {}}, by=by)
    rehearsal.rehearse(round_.id, stage.yes(), by=by)
    rehearsal.rehearse(round_.id, stage.yes("no"), by=by)
    assert rehearsal.rehearsed(round_.id) == 1
    factories.later(hours=2)
    voting.settle(round_.id)
    assert db.session.query(RehearsalBallot).count() == 0
    with pytest.raises(WrongState):
        rehearsal.rehearse(round_.id, stage.yes(), by=by)


def test_a_list_is_voted_on_line_by_line(app: Flask) -> None:
    factories.adopt(text=stage.charter())
    steward, voters = factories.officer(), stage.people(24)
    round_ = stage.opened(steward, lines=["Pays a living wage", "Hires nearby", "Hires nearby?"])
    ids = [option.option_id for option in voting.options(round_.id)]
    assert ids == ["pays-a-living-wage", "hires-nearby", "hires-nearby-3"]
    with pytest.raises(Invalid):
        stage.cast(voters[0], round_, {"marks": {ids[0]: "yes"}})
    assert stage.cast(voters[0], round_, {"marks": dict.fromkeys(ids, "yes")}).cast_n == 1
    with pytest.raises(WrongState):
        voting.write_lines(round_.id, ["Another"], by=stage.actor(steward))


def test_several_rounds_run_at_once(app: Flask) -> None:
    factories.adopt(text=stage.charter())
    steward, voters = factories.officer(), stage.people(24)
    first, second = stage.opened(steward), stage.opened(steward)
    assert first.slug != second.slug
    for voter in voters[:13]:
        stage.cast(voter, first, stage.yes("yes"))
        stage.cast(voter, second, stage.yes("no"))
    factories.later(days=20)
    voting.settle_all()
    assert stage.groups(first) == {json.dumps(stage.yes("yes")): 13}
    assert stage.groups(second) == {json.dumps(stage.yes("no")): 13}
