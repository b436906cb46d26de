"""One round from draft to opened ballots, through the services."""

from __future__ import annotations

import json

from flask import Flask

from fund import db
from fund.rounds import service as rounds
from fund.voting import envelopes
from fund.voting import service as voting
from fund.voting.models import Envelope, OpenedBallot, Participation
from tests import factories
from tests.voting import stage


def test_a_secret_round_goes_from_draft_to_opened_ballots(app: Flask) -> None:
    factories.adopt(text=stage.charter())
    steward = factories.officer()
    voters = stage.people(24)
    round_ = stage.opened(steward)
    assert (round_.assurance, round_.electorate_n) == ("secret", 25)
    for number, voter in enumerate(voters[:14]):
        stage.cast(voter, round_, stage.yes("yes" if number < 9 else "no"))
    stage.cast(voters[0], round_, stage.yes("no"), key="a-second-request")
    assert stage.ended(round_) == "opened"
    assert stage.groups(round_) == {json.dumps(stage.yes("yes")): 8, json.dumps(stage.yes("no")): 6}
    assert db.session.query(Envelope).count() == 0
    assert db.session.query(OpenedBallot).count() == 14
    assert {(p.envelope_link, p.idem_hash) for p in db.session.query(Participation)} == {(None, None)}
    assert not envelopes.has_keys(round_.uuid)
    assert rounds.get(round_.id).ballots_cast == 14


def test_the_count_takes_what_was_opened(app: Flask) -> None:
    from fund.counting.count import count

    factories.adopt(text=stage.charter())
    steward = factories.officer()
    voters = stage.people(24)
    round_ = stage.opened(steward)
    for number, voter in enumerate(voters[:14]):
        stage.cast(voter, round_, stage.yes("yes" if number < 9 else "no"))
    stage.ended(round_)
    with db.writing() as tx:
        outcome = count(voting.contest(tx, round_.id))
    assert outcome.elected == ("resolution",)
