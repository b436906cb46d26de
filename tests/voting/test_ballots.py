"""Ballots: read, refused with the figures, replaced, acknowledged; and what stands beside them."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from fund import db
from fund.errors import Forbidden, FundError, Invalid, SignInNeeded, TooMany, WrongState
from fund.permissions import VISITOR
from fund.rounds import service as rounds
from fund.rounds.models import RoundTask
from fund.voting import beside, choices, outreach, roll
from fund.voting import service as voting
from fund.voting.models import Elector, Envelope, Participation, Reason, RollAddition
from tests import factories
from tests.voting import stage

OPTIONS = [{"id": name} for name in ("a", "b", "c", "d")]


def rules(**form: object) -> dict[str, object]:
    return {"form": form, "options": OPTIONS}


FORMS = {
    "approve_deny": rules(form="approve_deny"),
    "approval": rules(form="approval", min=1, max=2),
    "ranked": rules(form="ranked", k=3),
    "quadratic": rules(form="quadratic", credits=25),
}


def test_equal_ballots_give_equal_bytes() -> None:
    one = choices.read({"approve": ["c", "a"]}, FORMS["approval"])
    other = choices.read({"approve": ["a", "c"]}, FORMS["approval"])
    assert choices.to_bytes(one) == choices.to_bytes(other)
    assert choices.read({"votes": {"b": 0, "a": 3}}, FORMS["quadratic"]) == {"votes": {"a": 3}}


@pytest.mark.parametrize(
    ("form", "wrong", "words"),
    [
        ("approve_deny", {"marks": {"a": "yes"}}, "yes, no or abstain"),
        ("approval", {"approve": []}, "at least 1"),
        ("approval", {"approve": ["a", "b", "c"]}, "At most 2"),
        ("approval", {"approve": ["a", "a"]}, "once"),
        ("approval", {"approve": ["zz"]}, "not on it"),
        ("ranked", {"ranking": [["a"], ["a"]]}, "two ranks"),
        ("ranked", {"ranking": [["a"], ["b"], ["c"], ["d"]]}, "at most 3"),
        ("ranked", {"ranking": [["a", "b"]]}, "one proposal"),
        ("quadratic", {"votes": {"a": 5, "b": 1}}, r"25 \+ 1 = 26"),
        ("quadratic", {"votes": {"a": -1}}, "look at the votes"),
        ("quadratic", {"votes": {"a": True}}, "look at the votes"),
        ("quadratic", {"approve": ["a"]}, "not a ballot of this round"),
    ],
)
def test_a_ballot_outside_its_form_is_refused(form: str, wrong: object, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        choices.read(wrong, FORMS[form])


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.sampled_from(["a", "b", "yes"]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["a", "b", "zz", ""]), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(
    form=st.sampled_from(sorted(FORMS)),
    inner=ANYTHING,
    key=st.sampled_from(["marks", "approve", "ranking", "votes", "x"]),
)
def test_nothing_but_a_refusal_or_a_sound_ballot_comes_out(form: str, inner: object, key: str) -> None:
    try:
        sound = choices.read({key: inner}, FORMS[form])
    except FundError:
        return
    assert choices.read(sound, FORMS[form]) == sound
    json.loads(choices.to_bytes(sound))


def test_the_same_request_gives_the_same_receipt_even_after_a_change(app: Flask) -> None:
    factories.adopt(text=stage.charter())
    steward, voters = factories.officer(), stage.people(24)
    round_ = stage.opened(steward)
    first = stage.cast(voters[0], round_, stage.yes("yes"), key="request-one")
    second = stage.cast(voters[0], round_, stage.yes("no"), key="request-two")
    assert (first.cast_n, second.cast_n) == (1, 2)
    assert first.code != second.code
    assert stage.cast(voters[0], round_, stage.yes("yes"), key="request-one") == first
    assert db.session.query(Participation).one().cast_n == 2
    live = db.session.query(Envelope).filter_by(replaced=False)
    assert live.count() == 1
    assert voting.receipt_of(rounds.get(round_.id), voters[0].id) == second


def test_envelopes_are_sealed_and_of_one_length(app: Flask) -> None:
    factories.adopt(
        text=stage.charter(
            money=True, form="ranked", ballot="ranks = 5", count='rule = "sequential_irv"\ndraw_source = "Dice"'
        )
    )
    steward, voters = factories.officer(), stage.people(24)
    round_ = stage.opened(steward, asks={f"option-{n}": 10_000 for n in range(6)})
    stage.cast(voters[0], round_, {"ranking": []})
    stage.cast(voters[1], round_, {"ranking": [[f"option-{n}"] for n in range(5)]})
    contents = [envelope.content for envelope in db.session.query(Envelope)]
    assert len({len(content) for content in contents}) == 1
    assert not any(b"option" in content for content in contents)


def test_nobody_votes_without_signing_in_or_with_a_short_key(app: Flask) -> None:
    factories.adopt(text=stage.charter())
    steward, voters = factories.officer(), stage.people(24)
    round_ = stage.opened(steward)
    with pytest.raises(SignInNeeded):
        voting.cast(VISITOR, round_.id, stage.yes(), "a-long-enough-key")
    with pytest.raises(Invalid):
        stage.cast(voters[0], round_, key="short")


def test_a_vote_can_be_changed_often_but_not_without_end(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    factories.adopt(text=stage.charter())
    steward, voters = factories.officer(), stage.people(24)
    round_ = stage.opened(steward)
    monkeypatch.setattr(voting, "MOST_CASTS", 3)
    for n in range(3):
        stage.cast(voters[0], round_, key=f"request-number-{n}")
    with pytest.raises(TooMany):
        stage.cast(voters[0], round_, key="request-number-4")


def test_turnout_is_exact_up_to_the_quorum_and_then_in_steps_of_five(app: Flask) -> None:
    factories.adopt(text=stage.charter(quorum='{ type = "count", value = 12 }'))
    steward, voters = factories.officer(), stage.people(24)
    round_ = stage.opened(steward)
    for n, voter in enumerate(voters[:11]):
        assert voting.turnout(rounds.get(round_.id)).still_needed == 12 - n
        stage.cast(voter, round_)
    stage.cast(voters[11], round_)
    shown = voting.turnout(rounds.get(round_.id))
    assert (shown.still_needed, shown.shown) == (0, 10)
    for voter in voters[12:18]:
        stage.cast(voter, round_)
    assert voting.turnout(rounds.get(round_.id)).shown == 10
    factories.later(minutes=15)
    voting.settle(round_.id)
    shown = voting.turnout(rounds.get(round_.id))
    assert shown.shown == 15
    assert shown.as_of is not None
    assert stage.ended(round_) == "opened"
    assert voting.turnout(rounds.get(round_.id)).shown == 18


def test_a_walk_up_roll_grows_and_is_shown_in_fives(app: Flask) -> None:
    factories.adopt(text=stage.charter(roll="walk_up", quorum='{ type = "percent", value = 50 }'))
    steward = factories.officer()
    stage.people(23)
    round_ = stage.opened(steward)
    by = stage.actor(steward)
    newcomers = [factories.member(f"New {n}") for n in range(6)]
    for n, newcomer in enumerate(newcomers):
        assert "A steward can add you" in str(voting.why_not(round_, stage.actor(newcomer)))
        voting.add_to_roll(round_.id, newcomer.id, by=by)
        voting.add_to_roll(round_.id, newcomer.id, by=by)
        assert roll.roll_shown(rounds.get(round_.id)) == (24 if n < 4 else 29)
        assert stage.cast(newcomer, round_).cast_n == 1
    assert [(batch.batch, batch.added_n) for batch in db.session.query(RollAddition)] == [(1, 5), (2, 1)]
    assert rounds.get(round_.id).electorate_n == 24
    assert voting.turnout(rounds.get(round_.id)).needed == 12
    with pytest.raises(Invalid):
        voting.add_to_roll(round_.id, factories.member("Sol", class_code="solidarity").id, by=by)


def test_a_fixed_roll_takes_nobody(app: Flask) -> None:
    factories.adopt(text=stage.charter())
    steward = factories.officer()
    stage.people(24)
    round_ = stage.opened(steward)
    with pytest.raises(WrongState):
        voting.add_to_roll(round_.id, factories.member("Late").id, by=stage.actor(steward))
    assert db.session.query(Elector).count() == 25


def test_only_whom_the_charter_names_see_who_has_not_voted(app: Flask) -> None:
    factories.adopt(text=stage.charter())
    steward, other, voters = factories.officer("Imani"), factories.officer("Omar"), stage.people(24)
    round_ = stage.opened(steward)
    rounds.give_task(round_.id, steward.id, "outreach", by=stage.actor(steward))
    stage.cast(voters[0], round_)
    people = outreach.not_yet(rounds.get(round_.id), stage.actor(steward))
    assert len(people) == 25
    assert voters[0].id not in {one.person_id for one in people}
    for person in (other, voters[1]):
        with pytest.raises(Forbidden):
            outreach.not_yet(rounds.get(round_.id), stage.actor(person))
    assert outreach.remind(round_.id, by=stage.actor(steward)) == 25
    with pytest.raises(WrongState):
        outreach.remind(round_.id, by=stage.actor(steward))
    assert db.session.query(RoundTask).one().task == "outreach"


def test_reasons_and_pledges_stand_outside_the_ballot_and_wait_for_the_end(app: Flask) -> None:
    factories.adopt(text=stage.charter(ballot='pledge_questions = ["I will buy there"]', quorum='{ type = "none" }'))
    steward, voters = factories.officer(), stage.people(24)
    round_ = stage.opened(steward)
    with pytest.raises(Forbidden):
        beside.give_reason(round_.id, "", "Because.", by=stage.actor(voters[0]))
    for voter in voters[:10]:
        stage.cast(voter, round_)
        beside.pledge(round_.id, {"resolution": ["I will buy there"]}, by=stage.actor(voter))
        beside.give_reason(round_.id, "resolution", f"Reason of {voter.display_name}", by=stage.actor(voter))
    running = rounds.get(round_.id)
    assert beside.reasons(running) == []
    assert beside.pledge_counts(running) == {}
    with pytest.raises(Invalid):
        beside.pledge(round_.id, {"resolution": ["Something else"]}, by=stage.actor(voters[0]))
    stage.ended(round_)
    done = rounds.get(round_.id)
    assert beside.pledge_counts(done) == {"resolution": {"I will buy there": 10}}
    assert len(beside.reasons(done)) == 10
    assert {column.name for column in Reason.__table__.columns} == {"code", "round_id", "option_id", "text"}


def test_two_stewards_open_early_and_close_early(app: Flask) -> None:
    factories.adopt(text=stage.charter(quorum='{ type = "count", value = 12 }'))
    one, two, voters = factories.officer("Imani"), factories.officer("Omar"), stage.people(24)
    round_ = stage.frozen(one, opens_in=dt.timedelta(days=5))
    asked = rounds.propose_act(round_.id, "open_early", "Everybody is here today.", by=stage.actor(one))
    with pytest.raises(Forbidden):
        rounds.second_act(asked.id, by=stage.actor(one))
    rounds.second_act(asked.id, by=stage.actor(two))
    assert rounds.get(round_.id).status == "open"
    for voter in voters[:11]:
        stage.cast(voter, round_)
    with pytest.raises(WrongState):
        rounds.propose_act(round_.id, "close_early", "Enough.", by=stage.actor(one))
    stage.cast(voters[12], round_)
    asked = rounds.propose_act(round_.id, "close_early", "The hall closes.", by=stage.actor(one))
    rounds.second_act(asked.id, by=stage.actor(two))
    assert rounds.get(round_.id).status == "opened"
    assert rounds.get(round_.id).ballots_cast == 12


def test_cancelling_throws_ballots_away_unopened(app: Flask) -> None:
    factories.adopt(text=stage.charter())
    one, two, voters = factories.officer("Imani"), factories.officer("Omar"), stage.people(24)
    round_ = stage.opened(one)
    for voter in voters[:14]:
        stage.cast(voter, round_)
    asked = rounds.cancel(round_.id, "The text was wrong.", by=stage.actor(one))
    rounds.second_act(asked.id, by=stage.actor(two))
    done = rounds.get(round_.id)
    assert (done.status, done.ended_reason) == ("cancelled", "The text was wrong.")
    assert db.session.query(Envelope).count() == 0
    with pytest.raises(WrongState):
        stage.cast(voters[0], round_)
