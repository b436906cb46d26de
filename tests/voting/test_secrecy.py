"""After the end nobody can say whose a ballot was: a probe on our tables, and on a naive design that it must break."""

from __future__ import annotations

import random
import secrets
from itertools import permutations

from flask import Flask
from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table, insert

from fund import db
from fund.db.engine import WRITING
from fund.rounds import service as rounds
from fund.voting import choices, envelopes
from fund.voting import service as voting
from fund.voting.models import OpenedBallot, Participation
from tests import factories
from tests.voting import probe, stage

VOTERS = 300
BY_CHANCE = 9
"""One right claim is expected of 300 by chance; nine or more happen once in a million. TRUST allows chance + 1 %."""
NAMES = [f"option-{n}" for n in range(6)]


def _all_different() -> list[dict[str, list[list[str]]]]:
    """Rankings of which no two are equal, so that a right claim is a right link."""
    ballots = [{"ranking": [[name] for name in order]} for order in list(permutations(NAMES, 5))[:VOTERS]]
    random.Random(7).shuffle(ballots)
    return ballots


def test_no_strategy_links_people_to_ballots_after_the_end(app: Flask) -> None:
    ranked = {"form": "ranked", "ballot": "ranks = 5", "count": 'rule = "sequential_irv"\ndraw_source = "Dice"'}
    factories.adopt(text=stage.charter(money=True, quorum='{ type = "none" }', **ranked))
    steward, voters = factories.officer(), stage.people(VOTERS)
    round_ = stage.opened(steward, asks=dict.fromkeys(NAMES, 10_000))
    random.Random(3).shuffle(voters)
    truth = {}
    for voter, ballot in zip(voters, _all_different(), strict=True):
        stage.cast(voter, round_, ballot, key=secrets.token_hex(8))
        truth[voter.id] = choices.to_bytes(choices.read(ballot, rounds.rules(round_)))
    assert stage.ended(round_) == "opened"
    with db.alchemy.engines[WRITING].connect() as connection:
        for people in (("participation", "member_id"), ("elector", "member_id"), ("outbox_message", "person_id")):
            for name, made in probe.claims(connection, people, ("opened_ballot", "choices_bytes")):
                right = sum(truth.get(person) == ballot for person, ballot in made)
                assert right < BY_CHANCE, f"{name}: {right} of {VOTERS} linked"


def test_the_probe_links_everybody_in_a_naive_design(app: Flask) -> None:
    """No person in the ballot's row, random names, one transaction a vote: and yet every ballot has its owner."""
    metadata = MetaData()
    took_part = Table(
        "naive_participation", metadata, Column("round_id", Integer, primary_key=True),
        Column("member_id", Integer, primary_key=True),
    )  # fmt: skip
    ballot = Table(
        "naive_ballot", metadata, Column("id", LargeBinary, primary_key=True), Column("choices", LargeBinary)
    )
    people = random.Random(5).sample(range(1, VOTERS + 1), VOTERS)
    truth = {person: secrets.token_bytes(8) for person in people}
    engine = db.alchemy.engines[WRITING]
    metadata.create_all(engine)
    for person in people:
        with engine.begin() as connection:
            connection.execute(insert(took_part).values(round_id=1, member_id=person))
            connection.execute(insert(ballot).values(id=secrets.token_bytes(16), choices=truth[person]))
    with engine.connect() as connection:
        made = probe.claims(connection, ("naive_participation", "member_id"), ("naive_ballot", "choices"))
        linked = [sum(truth[person] == found for person, found in claims) for _name, claims in made]
    metadata.drop_all(engine)
    assert max(linked) == VOTERS


def test_nothing_that_links_outlives_the_end(app: Flask) -> None:
    factories.adopt(text=stage.charter(quorum='{ type = "none" }'))
    steward, voters = factories.officer(), stage.people(24)
    round_ = stage.opened(steward)
    for voter in voters[:12]:
        stage.cast(voter, round_)
    assert envelopes.has_keys(round_.uuid)
    stage.ended(round_)
    assert not envelopes.has_keys(round_.uuid)
    assert {(p.envelope_link, p.idem_hash) for p in db.session.query(Participation)} == {(None, None)}
    codes = [ballot.code for ballot in db.session.query(OpenedBallot)]
    assert codes == sorted(codes)
    assert len({ballot.nonce for ballot in db.session.query(OpenedBallot)}) == 12


def test_keys_left_by_a_crash_are_destroyed_later(app: Flask) -> None:
    factories.adopt(text=stage.charter(quorum='{ type = "none" }'))
    steward, voters = factories.officer(), stage.people(24)
    ended, running = stage.opened(steward), stage.opened(steward, days=300)
    for voter in voters[:12]:
        stage.cast(voter, ended)
    stage.ended(ended)
    envelopes.make_keys(rounds.get(ended.id))
    voting.settle_all()
    assert not envelopes.has_keys(ended.uuid)
    assert envelopes.has_keys(running.uuid)
