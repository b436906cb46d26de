"""An applicant who lost the return code: a steward makes a new one, and gets no hand on an application by it."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fund.errors import Forbidden, Invalid, NotFound, WrongState
from fund.permissions import VISITOR
from fund.proposals import questions, returning
from fund.proposals import service as proposals
from tests import factories
from tests.members import steps
from tests.proposals import makers


def test_without_an_address_the_code_is_shown_once_and_the_old_one_opens_nothing(
    app: Flask, client: FlaskClient
) -> None:
    round_ = makers.money_round()
    imani = factories.officer("Imani")
    proposal = makers.handed_in(round_, contact_email=None)
    before = makers.keys_of(proposal)
    factories.sign_in(client, imani)
    review = f"/review/{proposal.id}"
    assert "Lost return code?" in steps.text_of(client.get(review))
    shown = steps.text_of(steps.post(client, f"{review}/code", review))
    code = re.search(r"([2-9A-HJ-NP-Z]{4}(-[2-9A-HJ-NP-Z]{4}){3})", shown)
    assert code is not None
    assert returning.open_with(code[0]).id == proposal.id
    with pytest.raises(NotFound):
        proposals.withdraw(proposal.id, "", by=VISITOR, keys=before)
    shopkeeper = app.test_client()
    lost = steps.text_of(shopkeeper.get(f"/applications/{proposal.id}"))
    assert "/applications/return" in lost, "whoever comes without the code is told where to type it"
    assert steps.post(shopkeeper, "/applications/return", code=code[0]).status_code == 303
    assert shopkeeper.get(f"/applications/{proposal.id}").status_code == 200


def test_with_an_address_the_code_goes_there_and_the_steward_does_not_see_it(app: Flask, client: FlaskClient) -> None:
    round_ = makers.money_round()
    imani = factories.officer("Imani")
    proposal = makers.handed_in(round_)
    factories.sign_in(client, imani)
    review = f"/review/{proposal.id}"
    answer = steps.post(client, f"{review}/code", review)
    assert answer.location == review
    mail = steps.last_message("application_code")
    assert mail.address == "ada@example.org"
    assert mail.facts["code"] not in steps.text_of(client.get(review))
    assert returning.open_with(mail.facts["code"]).id == proposal.id


def test_no_code_for_a_draft_an_account_or_a_steward_with_a_tie(app: Flask) -> None:
    round_ = makers.money_round()
    imani, rosa = factories.officer("Imani"), factories.member("Rosa")
    by = factories.actor(imani)
    draft, code = proposals.start(round_.id, makers.BREAD, by=VISITOR)
    with pytest.raises(NotFound):
        returning.new_code_for_author(draft.id, by=by)
    assert code is not None
    assert returning.open_with(code).id == draft.id
    kept = makers.handed_in(round_, who=rosa, title="Gym")
    with pytest.raises(WrongState, match="account"):
        returning.new_code_for_author(kept.id, by=by)
    tied = makers.handed_in(round_, title="Laundry")
    proposals.conflict.declare(tied.id, relation="Founder", by=by)
    for actor in (by, factories.actor(imani), factories.actor(rosa)):
        with pytest.raises(Forbidden):
            returning.new_code_for_author(tied.id, by=actor)


def test_who_has_a_tie_asks_nothing_in_public(app: Flask, client: FlaskClient) -> None:
    imani, dana, sister = factories_of_three()
    round_ = makers.money_round()
    proposal = makers.admitted(round_, imani, dana)
    path = f"/rounds/{round_.slug}/proposals/{makers.fresh(proposal).slug}"
    factories.sign_in(client, sister)
    assert 'name="text"' in steps.text_of(client.get(path))
    proposals.conflict.declare(proposal.id, relation="Sister of the owner", by=factories.actor(sister))
    assert 'name="text"' not in steps.text_of(client.get(path))
    with pytest.raises(Forbidden, match="tie"):
        questions.ask(proposal.id, "Is it not lovely?", by=factories.actor(sister))
    assert questions.ask(proposal.id, "Why two?", by=factories.actor(factories.member("Rosa"))).id


def factories_of_three():  # type: ignore[no-untyped-def]
    """Three stewards under the demo's charter."""
    factories.adopt()
    return factories.officer("Imani"), factories.officer("Dana"), factories.officer("Sister")


def test_nobody_is_given_a_review_by_accident(app: Flask, client: FlaskClient) -> None:
    imani, dana, _sister = factories_of_three()
    proposal = makers.handed_in(makers.money_round())
    factories.sign_in(client, imani)
    review = f"/review/{proposal.id}"
    for sent, status in (("", 422), ("x", 422), (str(dana.id), 303)):
        answer = steps.post(client, f"{review}/assign", review, kind="standards", reviewer=sent)
        assert answer.status_code == status, sent
    assert "Choose a person" in steps.text_of(client.get(review))
    with pytest.raises(Invalid):
        proposals.assign(proposal.id, kind="standards", reviewer_id=dana.id, by=factories.actor(imani))
