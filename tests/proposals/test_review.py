"""Review, ties, substitutes, refusal and appeal: who may, who may not, and what everybody is told."""

from __future__ import annotations

import datetime as dt
import threading
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import event

from fund import db
from fund.db.outbox import OutboxMessage
from fund.errors import Forbidden, FundError, Invalid, NotFound, WrongState
from fund.members.models import Person
from fund.messages import wording
from fund.permissions import VISITOR
from fund.proposals import conflicts, deciding, desk, public, questions, review, substitutes, versions
from fund.proposals import service as proposals
from fund.proposals.models import Conflict, Proposal, Review
from fund.proposals.service import Finding
from fund.rounds import service as rounds
from fund.rounds.models import Round
from tests import factories
from tests.proposals import makers

REASON = "The oven was bought before the round opened."


def kinds_told() -> list[str]:
    """Kinds of the messages in the outbox, in order."""
    return [row.kind for row in db.session.query(OutboxMessage).order_by(OutboxMessage.id)]


def two() -> tuple[Person, Person]:
    """Two stewards."""
    return factories.officer("Imani"), factories.officer("Dana")


def test_admission_waits_for_as_many_reviewers_as_the_charter_asks_and_for_standards(app: Flask) -> None:
    imani, dana = two()
    round_ = makers.money_round()
    proposal = makers.handed_in(round_)
    by = factories.actor(imani)
    makers.reviewed(proposal, imani, by=by, kinds=("feasibility",))
    with pytest.raises(WrongState, match="1 of 2"):
        proposals.admit(proposal.id, by=by)
    makers.reviewed(proposal, dana, by=by, kinds=("diligence",))
    with pytest.raises(WrongState, match="standards"):
        proposals.admit(proposal.id, by=by)
    makers.reviewed(proposal, dana, by=by, kinds=("standards",))
    assert proposals.admit(proposal.id, by=by).state == "admitted"


def test_a_standard_that_is_not_met_keeps_a_proposal_from_being_admitted(app: Flask) -> None:
    imani, dana = two()
    round_ = makers.money_round()
    proposal = makers.handed_in(round_)
    by = factories.actor(imani)
    makers.reviewed(proposal, dana, by=by, kinds=("feasibility",))
    row = proposals.assign(proposal.id, kind="standards", reviewer_id=imani.id, by=by)
    points = review.points(rounds.charter(rounds.get(round_.id)), "standards")
    assert makers.STANDARD in points
    found = {**dict.fromkeys(points, "yes"), makers.STANDARD: "no"}
    proposals.write(row.id, Finding(found, "pass_with_conditions", "", "A memo"), done=True, by=by)
    with pytest.raises(WrongState, match="0 of 1"):
        proposals.admit(proposal.id, by=by)
    makers.reviewed(proposal, imani, by=by, kinds=("standards",))
    assert proposals.admit(proposal.id, by=by).state == "admitted"


def test_a_review_is_written_by_whom_it_was_given_to_and_stands_once_handed_in(app: Flask) -> None:
    imani, dana = two()
    proposal = makers.handed_in(makers.money_round())
    row = proposals.assign(proposal.id, kind="feasibility", reviewer_id=dana.id, by=factories.actor(imani))
    with pytest.raises(Forbidden):
        proposals.write(row.id, Finding({}, "pass", "", "x"), done=False, by=factories.actor(imani))
    with pytest.raises(Invalid):
        proposals.write(row.id, Finding({}, "pass", "", "x"), done=True, by=factories.actor(dana))
    proposals.write(row.id, Finding({"invented": "yes"}, None, "half", ""), done=False, by=factories.actor(dana))
    assert db.session.get_one(Review, row.id).checklist == {}
    points = review.points(rounds.charter(rounds.get(proposal.round_id)), "feasibility")
    whole = Finding(dict.fromkeys(points, "yes"), "pass", "", "A memo")
    proposals.write(row.id, whole, done=True, by=factories.actor(dana))
    with pytest.raises(WrongState):
        proposals.write(row.id, whole, done=False, by=factories.actor(dana))


def test_reviews_go_to_stewards_without_a_tie_only(app: Flask) -> None:
    imani, dana = two()
    rosa = factories.member("Rosa")
    proposal = makers.handed_in(makers.money_round())
    proposals.conflict.declare(proposal.id, relation="Landlord", by=factories.actor(dana))
    for nobody in (rosa, dana):
        with pytest.raises(Invalid):
            proposals.assign(proposal.id, kind="standards", reviewer_id=nobody.id, by=factories.actor(imani))
    with pytest.raises(Forbidden):
        proposals.assign(proposal.id, kind="standards", reviewer_id=imani.id, by=factories.actor(rosa))


def test_a_tie_stops_everything_even_with_an_actor_from_before(app: Flask) -> None:
    imani, dana = two()
    proposal = makers.handed_in(makers.money_round())
    before = factories.actor(dana)
    row = proposals.assign(proposal.id, kind="feasibility", reviewer_id=dana.id, by=factories.actor(imani))
    proposals.conflict.declare(proposal.id, relation="Founder", by=before)
    assert db.session.get_one(Review, row.id).state == "conflicted"
    attempts = [
        lambda by: proposals.write(row.id, Finding({}, None), done=False, by=by),
        lambda by: proposals.assign(proposal.id, kind="standards", reviewer_id=imani.id, by=by),
        lambda by: proposals.shortlist(proposal.id, by=by),
        lambda by: proposals.admit(proposal.id, by=by),
        lambda by: proposals.refuse(proposal.id, code="other", reason=REASON, by=by),
        lambda by: proposals.promise_answer(proposal.id, on=dt.date(2027, 1, 1), by=by),
    ]
    for by in (before, factories.actor(dana)):
        for attempt in attempts:
            with pytest.raises(Forbidden):
                attempt(by)
    assert proposals.shortlist(proposal.id, by=factories.actor(imani)).shortlisted_at is not None


def test_a_tie_is_cleared_only_by_another_without_one_and_with_a_reason(app: Flask) -> None:
    imani, dana = two()
    third = factories.officer("Joon")
    proposal = makers.handed_in(makers.money_round())
    tie = proposals.conflict.declare(proposal.id, relation="Neighbour", by=factories.actor(dana))
    proposals.conflict.declare(proposal.id, relation="Cousin", by=factories.actor(third))
    for by in (dana, third, factories.member("Rosa")):
        with pytest.raises(Forbidden):
            proposals.conflict.clear(tie.id, reason="It does not matter", by=factories.actor(by))
    with pytest.raises(Invalid):
        proposals.conflict.clear(tie.id, reason=" ", by=factories.actor(imani))
    proposals.conflict.clear(tie.id, reason="They live streets apart", by=factories.actor(imani))
    assert proposal.id not in factories.actor(dana).conflicts
    again = proposals.conflict.declare(proposal.id, relation="Partner since May", by=factories.actor(dana))
    assert (again.id, again.state, again.cleared_by) == (tie.id, "recused", None)


def test_a_tie_of_another_is_declared_with_words_and_told_to_them(app: Flask) -> None:
    imani, dana = two()
    rosa = factories.member("Rosa")
    proposal = makers.handed_in(makers.money_round())
    with pytest.raises(Forbidden):
        proposals.conflict.declare(proposal.id, relation="Sister", person_id=dana.id, by=factories.actor(rosa))
    with pytest.raises(Invalid):
        proposals.conflict.declare(proposal.id, relation="", person_id=dana.id, by=factories.actor(imani))
    proposals.conflict.declare(proposal.id, relation="Sister", person_id=dana.id, by=factories.actor(imani))
    assert proposals.conflicted_people(proposal.id) == {dana.id}
    assert "conflict_declared" in kinds_told()
    assert proposals.funnel(proposal.round_id).recusals == 1


def test_a_steward_who_acts_for_the_business_is_recused_without_being_asked_and_for_good(app: Flask) -> None:
    imani, dana = two()
    proposal = makers.handed_in(makers.money_round(), who=dana)
    tie = db.session.query(Conflict).one()
    assert (tie.person_id, tie.state) == (dana.id, "recused")
    with pytest.raises(WrongState):
        proposals.conflict.clear(tie.id, reason="Only a little", by=factories.actor(imani))
    with pytest.raises(Forbidden):
        proposals.shortlist(proposal.id, by=factories.actor(dana))


def test_a_tie_found_late_takes_the_review_and_its_memo_out_and_waits_on_the_desk(app: Flask) -> None:
    imani, dana = two()
    round_ = makers.money_round()
    proposal = makers.admitted(round_, imani, dana)
    assert len(public.memos(proposal)) == 2
    proposals.conflict.declare(proposal.id, relation="Brother", person_id=dana.id, by=factories.actor(imani))
    assert [kind for kind, _outcome, _memo in public.memos(proposal)] == ["standards"]
    assert any("again" in str(item.text) for item in desk.waiting(factories.actor(imani)))


def test_a_substitute_is_drawn_only_when_too_few_are_free_and_anybody_can_draw_again(app: Flask) -> None:
    imani, dana = two()
    members = [factories.member(f"Member {i}") for i in range(5)]
    proposal = makers.handed_in(makers.money_round())
    by = factories.actor(imani)
    with pytest.raises(WrongState):
        substitutes.draw(proposal.id, task="review", source="dice", text="4 1 6", by=by)
    proposals.conflict.declare(proposal.id, relation="Cook there", by=factories.actor(dana))
    proposals.conflict.declare(proposal.id, relation="Cousin", person_id=members[0].id, by=by)
    assert substitutes.shortage(proposal, "review") == 1
    can = substitutes.eligible(db.session(), proposal, "review")
    assert can == [one.id for one in members[1:]]
    row = substitutes.draw(proposal.id, task="review", source="Three dice", text="4 1 6", by=by)
    assert row.person_id in can
    assert "4 1 6" in row.found_how
    drawn = next(one for one in members if one.id == row.person_id)
    assert substitutes.shortage(proposal, "review") == 0
    with pytest.raises(WrongState):
        substitutes.draw(proposal.id, task="review", source="Three dice", text="1 1 1", by=by)
    makers.reviewed(proposal, imani, drawn, by=by)
    assert proposals.admit(proposal.id, by=factories.actor(drawn)).state == "admitted"
    with pytest.raises(Forbidden):
        proposals.refuse(proposal.id, code="other", reason=REASON, by=factories.actor(members[0]))


def test_the_charter_says_who_stands_in(app: Flask) -> None:
    imani, dana = two()
    proposal = makers.handed_in(makers.money_round())
    proposals.conflict.declare(proposal.id, relation="Cook there", by=factories.actor(dana))
    factories.person("Neighbour", email="n@example.org")
    with pytest.raises(WrongState):
        substitutes.name(proposal.id, task="review", email="n@example.org", how="Next fund", by=factories.actor(imani))


def test_a_refusal_has_a_reason_an_appeal_and_another_who_answers_it(app: Flask) -> None:
    imani, dana = two()
    round_ = makers.money_round(at="review")
    proposal = _handed_in_before(round_)
    keys = makers.keys_of(proposal)
    for code, reason in (("invented", REASON), ("other", "no")):
        with pytest.raises(Invalid):
            proposals.refuse(proposal.id, code=code, reason=reason, by=factories.actor(imani))
    proposals.refuse(proposal.id, code="not_eligible", reason=REASON, by=factories.actor(imani))
    message = db.session.query(OutboxMessage).filter_by(kind="proposal_refused").one()
    assert message.facts["reason"] == REASON
    assert message.facts["appeal_until"]
    with pytest.raises(NotFound):
        proposals.appeal(proposal.id, "It was the old oven", by=VISITOR, keys={})
    proposals.appeal(proposal.id, "It was the old oven", by=VISITOR, keys=keys)
    with pytest.raises(Forbidden):
        proposals.answer_appeal(proposal.id, admitted=False, answer=REASON, by=factories.actor(imani))
    answered = proposals.answer_appeal(
        proposal.id, admitted=True, answer="You are right about that.", by=factories.actor(dana)
    )
    assert (answered.outcome, makers.fresh(proposal).state) == ("admitted", "admitted")


def test_an_appeal_ends_with_its_days_and_is_heard_once(app: Flask) -> None:
    imani, dana = two()
    round_ = makers.money_round(at="review")
    proposal = _handed_in_before(round_)
    keys = makers.keys_of(proposal)
    proposals.refuse(proposal.id, code="other", reason=REASON, by=factories.actor(imani))
    until = deciding.appeal_until(makers.fresh(proposal), rounds.get(round_.id))
    assert until is not None
    proposals.appeal(proposal.id, "Please look again", by=VISITOR, keys=keys)
    proposals.answer_appeal(proposal.id, admitted=False, answer="The receipt is dated 2 May.", by=factories.actor(dana))
    assert makers.fresh(proposal).state == "refused"
    with pytest.raises(WrongState):
        proposals.appeal(proposal.id, "And again", by=VISITOR, keys=keys)
    late = _handed_in_before(round_, title="Gym")
    proposals.refuse(late.id, code="other", reason=REASON, by=factories.actor(imani))
    factories.later(seconds=(until - db.now()).total_seconds() + 1)
    with pytest.raises(WrongState):
        proposals.appeal(late.id, "Please look again", by=VISITOR, keys=makers.keys_of(late))


def test_the_public_sees_counts_by_reason_and_names_only_with_consent(app: Flask) -> None:
    imani, _dana = two()
    round_ = makers.money_round()
    shy = makers.handed_in(round_, title="Cove Point Charters")
    open_ = makers.handed_in(round_, title="Ropewalk Gym", name_public_if_refused=True)
    makers.handed_in(round_, title="Pier Nine")
    proposals.refuse(shy.id, code="outside_area", reason=REASON, by=factories.actor(imani))
    proposals.refuse(open_.id, code="not_feasible", reason=REASON, by=factories.actor(imani))
    found = proposals.funnel(round_.id)
    assert (found.applied, found.in_review, found.refused_total) == (3, 1, 2)
    assert found.refused == {"outside_area": 1, "not_feasible": 1}
    assert found.refused_names == (("Ropewalk Gym", "not_feasible"),)
    assert proposals.public_on(round_.id) == []


def test_freezing_takes_what_is_admitted_and_closes_the_rest(app: Flask) -> None:
    imani, dana = two()
    round_ = makers.money_round()
    proposal = makers.admitted(round_, imani, dana)
    waits = makers.handed_in(round_, title="Gym")
    assert [one.id for one in proposals.unsettled(None, round_.id)] == [waits.id]
    with db.writing() as tx:
        assert [one.id for one in proposals.mark_on_ballot(tx, round_.id)] == [proposal.id]
        assert proposals.mark_on_ballot(tx, round_.id) == []
    with pytest.raises(WrongState):
        proposals.withdraw(proposal.id, "", by=VISITOR, keys=makers.keys_of(proposal))
    with pytest.raises(WrongState):
        questions.ask(proposal.id, "Why?", by=factories.actor(factories.member("Rosa")))
    for outcome in ("winner", "winner", "not_funded"):
        with db.writing() as tx:
            proposals.mark_outcome(tx, proposal.id, outcome)
    assert kinds_told().count("proposal_winner") == 1
    assert makers.fresh(proposal).state == "not_funded"


def test_nothing_moves_once_the_round_is_not_a_draft(app: Flask) -> None:
    imani, _dana = two()
    round_ = makers.money_round()
    proposal = makers.handed_in(round_)
    with db.writing() as tx:
        tx.lock(Round, round_.id).status = "cancelled"
    for attempt in (
        lambda: proposals.refuse(proposal.id, code="other", reason=REASON, by=factories.actor(imani)),
        lambda: proposals.admit(proposal.id, by=factories.actor(imani)),
        lambda: proposals.save(proposal.id, makers.BREAD, by=VISITOR, keys=makers.keys_of(proposal)),
    ):
        with pytest.raises(WrongState):
            attempt()


def test_every_message_has_words(app: Flask) -> None:
    imani, dana = two()
    round_ = makers.money_round()
    proposals.start(round_.id, makers.BREAD, by=VISITOR)
    proposal = makers.handed_in(round_)
    by = factories.actor(imani)
    proposals.shortlist(proposal.id, by=by)
    proposals.promise_answer(proposal.id, on=db.now().date() + dt.timedelta(days=9), by=by)
    makers.reviewed(proposal, imani, dana, by=by)
    proposals.admit(proposal.id, by=by)
    questions.ask(proposal.id, "Why two?", by=factories.actor(factories.member("Rosa")))
    versions.correct(proposal.id, {"title": "Alder Bread"}, why="The name", by=by)
    proposals.conflict.declare(proposal.id, relation="Sister", person_id=dana.id, by=by)
    other = makers.handed_in(round_, title="Gym")
    proposals.refuse(other.id, code="other", reason=REASON, by=by)
    proposals.appeal(other.id, "Look again", by=VISITOR, keys=makers.keys_of(other))
    proposals.answer_appeal(other.id, admitted=False, answer=REASON, by=factories.actor(dana))
    proposals.withdraw(other.id, "", by=VISITOR, keys=makers.keys_of(other))
    with db.writing() as tx:
        proposals.mark_on_ballot(tx, round_.id)
        for outcome in ("winner", "reserve", "not_funded"):
            proposals.mark_outcome(tx, proposal.id, outcome)
    told = {row.kind for row in db.session.query(OutboxMessage)}
    assert len(told) >= 16
    with app.test_request_context():
        for row in db.session.query(OutboxMessage):
            letter = wording.word(row.kind, row.facts, name="Ada", language="en")
            assert letter.subject
            assert "None" not in letter.text


def test_admission_and_withdrawal_at_the_same_moment_leave_one_of_them(app: Flask) -> None:
    imani, dana = two()
    round_ = makers.money_round()
    for i in range(4):
        proposal = makers.handed_in(round_, title=f"Stall {i}")
        by, keys = factories.actor(imani), makers.keys_of(proposal)
        makers.reviewed(proposal, imani, dana, by=by)
        gate, ends = threading.Barrier(2), []

        def race(act, gate=gate, ends=ends) -> None:  # type: ignore[no-untyped-def]
            with app.app_context():
                gate.wait()
                try:
                    act()
                    ends.append("done")
                except FundError as error:
                    ends.append(type(error).__name__)

        acts = [
            partial(proposals.refuse, proposal.id, code="other", reason=REASON, by=by),
            partial(proposals.admit, proposal.id, by=by),
        ]
        threads = [threading.Thread(target=race, args=(one,)) for one in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(ends) == ["WrongState", "done"], keys
        assert makers.fresh(proposal).state in ("admitted", "refused")


def _handed_in_before(round_: Round, **changes: object) -> Proposal:
    """A proposal that was handed in while submissions were open, in a round that has moved on."""
    from fund.rounds.models import Phase

    with db.writing() as tx:
        phase = tx.session.query(Phase).filter_by(round_id=round_.id, label="submissions").one()
        ends_at = phase.ends_at
        phase.ends_at = tx.now() + dt.timedelta(days=1)
    proposal = makers.handed_in(round_, **changes)
    with db.writing() as tx:
        tx.session.query(Phase).filter_by(round_id=round_.id, label="submissions").one().ends_at = ends_at
    return proposal


def test_the_desk_says_what_waits_for_whom(app: Flask) -> None:
    imani, dana = two()
    ada = factories.person("Ada")
    round_ = makers.money_round()
    proposal = makers.handed_in(round_, who=ada)
    by = factories.actor(imani)
    assert [str(item.text) for item in desk.waiting(by)] == ["Find a reviewer for Alder Bread Co-op"]
    assert [item.url for item in desk.mine(factories.actor(ada))] == [f"/applications/{proposal.id}"]
    row = proposals.assign(proposal.id, kind="standards", reviewer_id=dana.id, by=by)
    proposals.promise_answer(proposal.id, on=db.now().date() + dt.timedelta(days=1), by=by)
    assert desk.waiting(factories.actor(dana))[0].url == f"/review/{proposal.id}/write/{row.id}"
    factories.later(days=3)
    assert any(item.late for item in desk.waiting(by))
    assert desk.waiting(VISITOR) == desk.mine(VISITOR) == []
    assert desk.waiting(factories.actor(ada)) == []
    assert conflicts.of(proposal.id) == []


def test_an_appeal_in_a_fund_where_only_the_one_who_refused_is_free_finds_somebody(app: Flask) -> None:
    imani, dana = two()
    rosa = factories.member("Rosa")
    proposal = makers.handed_in(makers.money_round())
    proposals.conflict.declare(proposal.id, relation="Cook there", by=factories.actor(dana))
    proposals.refuse(proposal.id, code="other", reason=REASON, by=factories.actor(imani))
    proposals.appeal(proposal.id, "Look again", by=VISITOR, keys=makers.keys_of(proposal))
    assert substitutes.shortage(makers.fresh(proposal), "review") == 1
    row = substitutes.draw(proposal.id, task="review", source="Dice", text="3", by=factories.actor(imani))
    assert row.person_id == rosa.id
    answer = proposals.answer_appeal(proposal.id, admitted=False, answer=REASON, by=factories.actor(rosa))
    assert answer.outcome == "upheld"


def test_lists_ask_as_many_questions_for_60_proposals_as_for_3(app: Flask) -> None:
    imani, dana = two()
    round_ = makers.money_round()
    client = app.test_client()
    factories.sign_in(client, imani)
    first = makers.handed_in(round_)
    proposals.assign(first.id, kind="standards", reviewer_id=dana.id, by=factories.actor(imani))
    asked: list[str] = []
    event.listen(db.alchemy.engines[None], "before_cursor_execute", lambda *args: asked.append(args[2]))

    def questions_of(path: str) -> int:
        client.get(path)
        asked.clear()
        assert client.get(path).status_code == 200
        return len(asked)

    few = {path: questions_of(path) for path in ("/review", "/apply", "/businesses/named")}
    with db.writing() as tx:
        for i in range(60):
            row = tx.add(
                Proposal(
                    round_id=round_.id, slug=f"p{i}", title=f"P {i}", product="grant", state="in_review", submitted_at=tx.now(),
                    applicant_id=imani.id if i < 5 else None, started_at=tx.now(),
                )
            )  # fmt: skip
            tx.add(Review(proposal_id=row.id, kind="standards", reviewer_id=dana.id, assigned_at=tx.now()))
    assert {path: questions_of(path) for path in few} == few
