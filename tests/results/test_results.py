"""From opened ballots to a final result: counted, recounted, certified by two, published, disputed, corrected."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fund import db
from fund.awards import service as awards
from fund.errors import Forbidden, Invalid, NotFound, WrongState
from fund.foundation import service as foundation
from fund.identity import actor_for
from fund.ledger import contributions
from fund.ledger.contributions import NewContribution
from fund.members.models import Person
from fund.permissions import CLOCK, VISITOR
from fund.proposals.models import Proposal, Substitute
from fund.results import conflicts, disputes, draws, reading, service
from fund.rounds import service as rounds
from fund.rounds.models import Round
from fund.stewards.models import StewardTerm
from fund.voting import service as voting
from tests import factories
from tests.awards import winners
from tests.voting import stage


def counted(app: Flask, *, yes: int = 9, no: int = 5) -> tuple[Round, list[Person]]:
    """A secret resolution of 24 members and three stewards, counted."""
    factories.adopt(text=stage.charter())
    officers = [factories.officer(name) for name in ("Imani", "Dana", "Walter")]
    voters = stage.people(24)
    round_ = stage.opened(officers[0])
    for number, voter in enumerate(voters[: yes + no]):
        stage.cast(voter, round_, stage.yes("yes" if number < yes else "no"))
    stage.ended(round_)
    service.count_due()
    return rounds.get(round_.id), officers


def test_a_count_is_recounted_from_the_stored_file(app: Flask) -> None:
    round_, _officers = counted(app)
    run = service.current(round_.id)
    assert (round_.status, run.state) == ("counted", "recounted")
    result = json.loads(run.result_bytes)
    assert result["elected"] == ["resolution"]
    assert "9 yes, 5 no" in result["reasons"]["resolution"]


def test_nobody_but_stewards_sees_a_result_before_it_is_published(app: Flask, client: FlaskClient) -> None:
    round_, officers = counted(app)
    with pytest.raises(NotFound):
        reading.outcome_of(round_, VISITOR)
    page = client.get(f"/rounds/{round_.slug}/results")
    assert "There is no result yet" in page.text
    assert client.get(f"/rounds/{round_.slug}/results/files/result.json").status_code == 404
    factories.sign_in(client, officers[1])
    assert "9 yes, 5 no" in client.get(f"/rounds/{round_.slug}/results").text


def test_two_different_people_certify(app: Flask) -> None:
    round_, (imani, dana, _walter) = counted(app)
    service.certify(round_.id, by=factories.actor(imani))
    with pytest.raises(WrongState):
        service.certify(round_.id, by=factories.actor(imani))
    with pytest.raises(WrongState):
        service.publish(round_.id, by=factories.actor(imani))
    assert service.certify(round_.id, by=factories.actor(dana)).state == "certified"


def test_a_member_cannot_certify(app: Flask) -> None:
    round_, _officers = counted(app)
    with pytest.raises(Forbidden):
        service.certify(round_.id, by=factories.actor(factories.member("Rosa")))


def test_who_has_signed_is_not_asked_again_and_certified_is_not_yet_published(app: Flask, client: FlaskClient) -> None:
    round_, (imani, dana, _walter) = counted(app)
    here, stranger = f"/rounds/{round_.slug}", app.test_client()
    service.certify(round_.id, by=factories.actor(imani))
    factories.sign_in(client, imani)
    page = client.get(f"{here}/results").text
    assert "You have signed; another must sign too." in page
    assert "I certify this count" not in page
    factories.sign_in(client, dana)
    assert "I certify this count" in client.get(f"{here}/results").text
    service.certify(round_.id, by=factories.actor(dana))
    for page in (stranger.get(here).text, client.get(f"{here}/manage").text):
        assert "The result is not yet published." in page
        assert "The result is published" not in page
    assert "Publish the result" in client.get(f"{here}/manage").text
    page = client.get(f"{here}/results").text
    assert ">Publish<" in page
    assert "tell every applicant" not in page
    service.publish(round_.id, by=factories.actor(dana))
    assert "The result is published. It can still be disputed." in client.get(f"{here}/manage").text


def test_a_resolutions_result_shows_its_text_and_every_figure(app: Flask, client: FlaskClient) -> None:
    round_, _officers = published(app)
    page = client.get(f"/rounds/{round_.slug}/results").text
    assert "The text that was adopted" in page
    assert page.index("The text that was adopted") < page.index(round_.question)
    table = page.partition("The same in figures")[2].partition("Yes needed")[2].partition("</table>")[0]
    assert [int(figure) for figure in re.findall(r">\s*(\d+)\s*<", table)] == [9, 5, 0, 8]


def published(app: Flask) -> tuple[Round, list[Person]]:
    """The same, certified by two and published."""
    round_, officers = counted(app)
    for who in officers[:2]:
        service.certify(round_.id, by=factories.actor(who))
    service.publish(round_.id, by=factories.actor(officers[0]))
    return rounds.get(round_.id), officers


def test_a_published_result_is_final_when_the_time_for_disputes_is_over(app: Flask) -> None:
    round_, _officers = published(app)
    factories.later(hours=71)
    assert service.finalise_due() == 0
    factories.later(hours=2)
    assert service.finalise_due() == 1
    assert rounds.get(round_.id).status == "final"


def test_anybody_reads_a_published_result_and_its_files(app: Flask, client: FlaskClient) -> None:
    round_, _officers = published(app)
    page = client.get(f"/rounds/{round_.slug}/results").text
    assert "9 yes, 5 no" in page
    assert "Imani" in page
    for name in ("totals.csv", "totals.xlsx", "result.json", "ballots.json"):
        assert client.get(f"/rounds/{round_.slug}/results/files/{name}").status_code == 200
    assert client.get(f"/rounds/{round_.slug}/results/files/nothing.csv").status_code == 404


def test_the_published_ballot_file_gives_the_published_result(app: Flask, client: FlaskClient) -> None:
    from fund.counting.count import count
    from fund.counting.formats import ballot_file

    round_, _officers = published(app)
    file = client.get(f"/rounds/{round_.slug}/results/files/ballots.json").data
    assert count(ballot_file.loads(file)).bytes() == client.get(f"/rounds/{round_.slug}/results/files/result.json").data


def test_a_dispute_keeps_a_result_from_being_final_until_two_have_answered(app: Flask) -> None:
    round_, (imani, dana, _walter) = published(app)
    dispute = disputes.raise_dispute(round_.id, "I was not asked.", by=factories.actor(factories.member("Rosa")))
    factories.later(hours=80)
    assert service.finalise_due() == 0
    disputes.answer_dispute(dispute.id, "You were on leave of absence.", by=factories.actor(imani))
    with pytest.raises(WrongState):
        disputes.answer_dispute(dispute.id, "Again.", by=factories.actor(imani))
    disputes.answer_dispute(dispute.id, "", by=factories.actor(dana))
    assert service.finalise_due() == 1


def test_a_correction_is_a_new_count_beside_the_old_one(app: Flask, client: FlaskClient) -> None:
    round_, (imani, dana, _walter) = published(app)
    disputes.raise_dispute(round_.id, "Please count again.", by=factories.actor(factories.member("Rosa")))
    run = disputes.correct(round_.id, "A member asked for it.", by=factories.actor(imani))
    assert run.number == 2
    assert rounds.get(round_.id).status == "counted"
    for who in (imani, dana):
        service.certify(round_.id, by=factories.actor(who))
    service.publish(round_.id, by=factories.actor(dana))
    page = client.get(f"/rounds/{round_.slug}/results").text
    assert "A member asked for it." in page
    assert "older count" in client.get(f"/rounds/{round_.slug}/results?count=1").text.lower()


def tied(app: Flask) -> tuple[Round, list[Person]]:
    """Two proposals with the same ticks that ask for the whole budget, under a rule that ends in a public draw."""
    rule = 'rule = "greedy"\nties = ["lot"]\ndraw_source = "Three dice thrown in public"'
    factories.adopt(text=stage.charter(form="approval", ballot="min = 0\nmax = 2", count=rule, money=True))
    officers = [factories.officer(name, "steward", "treasurer") for name in ("Imani", "Dana", "Walter")]
    voters = stage.people(24)
    contributions.record_contribution(
        NewContribution("gift", foundation.today(), 200_000), by=factories.actor(officers[0])
    )
    round_ = stage.prepared(officers[0])
    with db.writing() as tx:
        for slug in ("bread", "bikes"):
            tx.add(
                Proposal(
                    round_id=round_.id, slug=slug, title=slug.title(), ask_minor=100_000, product="grant", state="admitted",
                    started_at=tx.now(), submitted_at=tx.now(), admitted_at=tx.now(), applicant_id=voters[0].id,
                )
            )  # fmt: skip
    voting.freeze(round_.id, by=factories.actor(officers[0]))
    factories.later(hours=2)
    voting.settle(round_.id)
    for number, voter in enumerate(voters[:14]):
        stage.cast(voter, round_, {"approve": [("bread", "bikes")[number % 2]]})
    stage.ended(round_)
    return rounds.get(round_.id), officers


def test_the_draw_is_typed_by_two_before_any_result_is_shown(app: Flask, client: FlaskClient) -> None:
    round_, (imani, dana, _walter) = tied(app)
    service.count_due()
    assert rounds.get(round_.id).status == "awaiting_draw"
    with pytest.raises(NotFound):
        reading.outcome_of(rounds.get(round_.id), factories.actor(imani))
    assert "Three dice thrown in public" in client.get(f"/rounds/{round_.slug}/results").text
    draws.enter_draw(round_.id, "3 5 1", by=factories.actor(imani))
    with pytest.raises(Invalid):
        draws.enter_draw(round_.id, "3 5 1", by=factories.actor(imani))
    with pytest.raises(Invalid):
        draws.enter_draw(round_.id, "3 5 2", by=factories.actor(dana))
    draws.enter_draw(round_.id, "3  5 1", by=factories.actor(dana))
    assert service.count_due() == 1
    result = json.loads(service.current(round_.id).result_bytes)
    assert result["rule"]["seed"] == "3 5 1"
    assert result["ties"][0]["decided_by"] == "lot"
    smallest = min(("bread", "bikes"), key=lambda option: hashlib.sha256(b"3 5 1\x00" + option.encode()).digest())
    assert result["elected"] == [smallest]


def test_a_funded_proposal_becomes_an_award_when_the_result_is_final(app: Flask) -> None:
    round_, (imani, dana, _walter) = tied(app)
    service.count_due()
    draws.enter_draw(round_.id, "3 5 1", by=factories.actor(imani))
    draws.enter_draw(round_.id, "3 5 1", by=factories.actor(dana))
    service.count_due()
    for who in (imani, dana):
        service.certify(round_.id, by=factories.actor(who))
    service.publish(round_.id, by=factories.actor(imani))
    assert {p.state for p in db.session.query(Proposal)} == {"winner", "reserve"}
    assert service.awarded(round_.id) == []
    factories.later(hours=73)
    service.finalise_due()
    assert [amount for _proposal, amount in service.awarded(round_.id)] == [100_000]
    assert awards.offer_due() == 1


def test_a_round_is_counted_once(app: Flask) -> None:
    round_, _officers = counted(app)
    with pytest.raises(WrongState):
        service.count(round_.id, by=CLOCK)
    assert db.session.query(service.CountRun).count() == 1


def test_who_stands_in_certifies_and_nobody_else_does(app: Flask, client: FlaskClient) -> None:
    round_, (imani, _dana, _walter) = tied(app)
    service.count_due()
    draws.enter_draw(round_.id, "3 5 1", by=factories.actor(imani))
    draws.enter_draw(round_.id, "3 5 1", by=factories.actor(_walter))
    service.count_due()
    rosa = factories.member("Rosa")
    with pytest.raises(Forbidden):
        service.certify(round_.id, by=factories.actor(rosa))
    proposal = db.session.query(Proposal).first()
    assert proposal is not None
    with db.writing() as tx:
        tx.add(
            Substitute(
                round_id=round_.id,
                proposal_id=proposal.id,
                person_id=rosa.id,
                task="certify",
                found_how="drawn by lot",
                named_by=imani.id,
                named_at=tx.now(),
            )
        )
    factories.sign_in(client, rosa)
    assert "I certify this count" in client.get(f"/rounds/{round_.slug}/results").text
    service.certify(round_.id, by=factories.actor(rosa))


def test_whoever_applied_cannot_certify(app: Flask) -> None:
    round_, _officers = tied(app)
    service.count_due()
    applicant = db.session.query(Proposal).first().applicant_id
    with db.writing() as tx:
        start = foundation.today_in(tx)
        tx.add(
            StewardTerm(
                person_id=applicant,
                role="steward",
                selected_by="vote",
                starts_on=start - dt.timedelta(days=2),
                ends_on=start + dt.timedelta(days=9),
            )
        )
    assert conflicts.conflicted_in_round(actor_for(applicant), rounds.get(round_.id))
    with pytest.raises(Forbidden):
        draws.enter_draw(round_.id, "3 5 1", by=actor_for(applicant))


def test_a_place_in_line_whose_day_is_over_reads_as_lapsed(app: Flask) -> None:
    factories.adopt()
    ended = winners.final_round(
        [("alder-bread", 450_000, "grant"), ("quilt-street", 400_000, "grant")], reserve=["quilt-street"]
    )
    assert set(reading.reserve_of(ended.round.id)["reserve_states"].values()) == {"waiting"}
    assert reading.places_over(ended.round.id) == set()
    factories.later(days=181)
    assert "its time is over" in str(reading.reserve_of(ended.round.id)["reserve_states"])
    assert reading.places_over(ended.round.id) == {ended.proposals["quilt-street"].id}


def test_a_result_of_credits_says_why_there_are_more_votes_than_people(app: Flask, client: FlaskClient) -> None:
    factories.adopt(text=stage.charter(form="quadratic", count='rule = "greedy"', ballot="credits = 9", money=True))
    officers = [factories.officer(name) for name in ("Imani", "Dana")]
    (voter,) = stage.people(1)
    round_ = stage.opened(officers[0], asks={"oven": 50_000, "cart": 40_000})
    for one in (voter, *officers):
        stage.cast(one, round_, {"votes": {"oven": 2, "cart": 1}})
    stage.ended(round_)
    service.count_due()
    for who in officers:
        service.certify(round_.id, by=factories.actor(who))
    service.publish(round_.id, by=factories.actor(officers[0]))
    page = client.get(f"/rounds/{round_.slug}/results").text
    assert "Votes are bought with credits" in page
    assert ">Ballots used up<" not in page, "credits are never used up in the count"
    assert "Exhausted" not in page
