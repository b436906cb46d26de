"""From the first word to admission, through the services."""

from __future__ import annotations

import dataclasses

import pytest
from flask import Flask

from fund import db
from fund.businesses import service as businesses
from fund.db.outbox import OutboxMessage
from fund.errors import Forbidden, Invalid, NotFound, WrongState
from fund.permissions import VISITOR
from fund.proposals import news, returning, versions
from fund.proposals import service as proposals
from fund.proposals.models import Proposal
from tests import factories
from tests.proposals import makers


def messages(kind: str) -> list[OutboxMessage]:
    """Messages of one kind in the outbox."""
    return list(db.session.query(OutboxMessage).filter_by(kind=kind))


def test_an_application_goes_from_draft_to_admitted(app: Flask) -> None:
    round_ = makers.money_round()
    imani, dana = factories.officer("Imani"), factories.officer("Dana")
    shopkeeper = factories.person("Ada", email="ada@example.org")
    draft, code = proposals.start(round_.id, makers.answered(round_), by=factories.actor(shopkeeper))
    assert code is None
    assert draft.slug.startswith("draft-")

    handed_in = proposals.submit(draft.id, by=factories.actor(shopkeeper), keys={})
    assert (handed_in.state, handed_in.slug) == ("submitted", "alder-bread-co-op")
    assert len(messages("proposal_submitted")) == 1
    assert businesses.directory().total == 0

    makers.reviewed(handed_in, imani, dana, by=factories.actor(imani))
    admitted = proposals.admit(handed_in.id, by=factories.actor(imani))
    assert admitted.state == "admitted"
    assert [one.slug for one in proposals.admitted(None, round_.id)] == ["alder-bread-co-op"]
    assert businesses.directory().rows[0].name == "Alder Bread Co-op"
    assert messages("proposal_admitted")[0].person_id == shopkeeper.id


def test_the_kind_of_money_may_be_missing_until_an_application_is_handed_in(app: Flask) -> None:
    round_ = makers.money_round()
    unsaid = makers.answered(round_, product=None)
    draft, _code = proposals.start(round_.id, unsaid, by=VISITOR)
    keys = makers.keys_of(draft)
    with pytest.raises(Invalid):
        proposals.submit(draft.id, by=VISITOR, keys=keys)
    proposals.save(draft.id, makers.answered(round_), by=VISITOR, keys=keys)
    proposals.submit(draft.id, by=VISITOR, keys=keys)
    with pytest.raises(Invalid, match="kind of money"):
        proposals.save(draft.id, unsaid, by=VISITOR, keys=keys)


def test_without_an_account_the_code_opens_this_draft_and_no_other(app: Flask) -> None:
    round_ = makers.money_round()
    mine, code = proposals.start(round_.id, makers.BREAD, by=VISITOR)
    other, _ = proposals.start(round_.id, dataclasses.replace(makers.BREAD, title="Another"), by=VISITOR)
    assert code is not None
    assert returning.open_with(code.lower().replace("-", " ")).id == mine.id
    assert messages("application_code")[0].address == "ada@example.org"
    keys = makers.keys_of(mine)
    proposals.save(mine.id, dataclasses.replace(makers.BREAD, title="Bread"), by=VISITOR, keys=keys)
    for stolen in (keys, {other.id: keys[mine.id]}, {}):
        with pytest.raises(NotFound):
            proposals.save(other.id, makers.BREAD, by=VISITOR, keys=stolen)
    with pytest.raises(Invalid):
        returning.open_with("AAAA-BBBB-CCCC-DDDD")


def test_a_new_code_shuts_out_the_old_one(app: Flask) -> None:
    round_ = makers.money_round()
    draft, old = proposals.start(round_.id, makers.BREAD, by=VISITOR)
    held = makers.keys_of(draft)
    fresh = returning.renew_code(draft.id, by=VISITOR, keys=held)
    assert returning.open_with(fresh).id == draft.id
    assert old is not None
    with pytest.raises(Invalid):
        returning.open_with(old)
    with pytest.raises(NotFound):
        proposals.submit(draft.id, by=VISITOR, keys=held)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"summary": ""}, "summary"),
        ({"ask_minor": None, "least_minor": None}, "ask"),
        ({"ask_minor": 1_200_001}, "ask"),
        ({"product": "grant", "ask_minor": 500_001, "least_minor": None}, "ask"),
        ({"product": "profit_share"}, "product"),
        ({"neighbourhood": "elsewhere"}, "neighbourhood"),
        ({"neighbourhood": None}, "neighbourhood"),
        ({"standards": {makers.STANDARD: "yes"}}, "standard1"),
        ({"contact_email": None, "contact_phone": None}, "contact_phone"),
    ],
)
def test_what_the_charter_does_not_allow_is_said_beside_the_field(
    app: Flask, changes: dict[str, object], field: str
) -> None:
    round_ = makers.money_round()
    draft, _ = proposals.start(round_.id, makers.answered(round_, **changes), by=VISITOR)
    with pytest.raises(Invalid) as refused:
        proposals.submit(draft.id, by=VISITOR, keys=makers.keys_of(draft))
    assert list(refused.value.fields) == [field]
    assert makers.fresh(draft).state == "draft"


def test_a_required_question_is_asked_for_and_a_private_answer_stays_out_of_the_versions(app: Flask) -> None:
    round_ = makers.money_round()
    whole = makers.answered(round_)
    first, second = sorted(whole.answers)
    draft, _ = proposals.start(round_.id, dataclasses.replace(whole, answers={second: "The mill"}), by=VISITOR)
    with pytest.raises(Invalid) as refused:
        proposals.submit(draft.id, by=VISITOR, keys=makers.keys_of(draft))
    assert list(refused.value.fields) == [f"answer{first}"]
    proposals.save(draft.id, whole, by=VISITOR, keys=makers.keys_of(draft))
    proposals.submit(draft.id, by=VISITOR, keys=makers.keys_of(draft))
    assert versions.of(draft.id)[0].content["answers"] == {"How many people work with you?": "Answer to 0"}


def test_the_least_amount_cannot_exceed_what_is_asked_for(app: Flask) -> None:
    round_ = makers.money_round()
    with pytest.raises(Invalid):
        proposals.start(round_.id, dataclasses.replace(makers.BREAD, least_minor=900_001), by=VISITOR)
    assert db.session.query(Proposal).count() == 0


def test_applications_are_taken_only_while_submissions_are_open(app: Flask) -> None:
    round_ = makers.money_round()
    draft, _ = proposals.start(round_.id, makers.answered(round_), by=VISITOR)
    factories.later(days=21)
    with pytest.raises(WrongState):
        proposals.start(round_.id, makers.BREAD, by=VISITOR)
    with pytest.raises(WrongState):
        proposals.submit(draft.id, by=VISITOR, keys=makers.keys_of(draft))


def test_the_clock_tells_authors_of_drafts_once_and_moves_the_rest_into_review(app: Flask) -> None:
    round_ = makers.money_round()
    draft, _ = proposals.start(round_.id, makers.BREAD, by=VISITOR)
    done = makers.handed_in(round_, title="Wheelhouse")
    factories.later(days=21)
    assert proposals.settle_phases() == 2
    assert proposals.settle_phases() == 0
    assert makers.fresh(done).state == "in_review"
    assert makers.fresh(draft).state == "draft"
    assert len(messages("proposals_closed_draft")) == 1


def test_one_business_has_one_application_in_a_round_and_one_person_three(app: Flask) -> None:
    round_ = makers.money_round()
    ada = factories.person("Ada")
    first = makers.handed_in(round_, who=ada)
    draft, _ = proposals.start(
        round_.id, makers.answered(round_, business_id=first.business_id), by=factories.actor(ada)
    )
    with pytest.raises(Invalid):
        proposals.submit(draft.id, by=factories.actor(ada), keys={})
    proposals.start(round_.id, makers.BREAD, by=factories.actor(ada))
    with pytest.raises(WrongState):
        proposals.start(round_.id, makers.BREAD, by=factories.actor(ada))


def test_nobody_applies_for_a_business_of_others(app: Flask) -> None:
    round_ = makers.money_round()
    ada, eve = factories.person("Ada"), factories.person("Eve")
    hers = makers.handed_in(round_, who=ada)
    with pytest.raises(Invalid):
        proposals.start(round_.id, makers.answered(round_, business_id=hers.business_id), by=factories.actor(eve))


def test_a_name_alone_does_not_make_an_agent_of_a_listed_business(app: Flask) -> None:
    from fund.businesses import nominations

    round_ = makers.money_round()
    rosa, eve = factories.member("Rosa"), factories.person("Eve")
    nominations.name_business(
        nominations.Named("Alder Bread Co-op", "Best bread", "at the shop"), by=factories.actor(rosa)
    )
    proposal = makers.handed_in(round_, who=eve)
    assert proposal.business_id not in factories.actor(eve).businesses
    assert businesses.agents_of(proposal.business_id or 0) == set()


def test_an_application_told_by_phone_names_who_typed_it_and_waits_to_be_told(app: Flask) -> None:
    round_ = makers.money_round()
    imani, dana = factories.officer("Imani"), factories.officer("Dana")
    said = makers.answered(round_, contact_email=None)
    draft, code = proposals.start(round_.id, said, told_by_phone=True, by=factories.actor(imani))
    assert code is not None
    assert (draft.told_by_phone, draft.typed_by, draft.applicant_id) == (True, imani.id, None)
    proposal = proposals.submit(draft.id, by=factories.actor(imani), keys={})
    assert proposal.tell_by_phone == "proposal_submitted"
    proposals.save(proposal.id, said, by=factories.actor(imani), keys={})
    with pytest.raises(NotFound):
        proposals.save(proposal.id, said, by=factories.actor(dana), keys={})
    assert news.told(proposal.id, by=factories.actor(dana)).tell_by_phone is None
    proposals.conflict.declare(proposal.id, relation="Sister", by=factories.actor(imani))
    with pytest.raises(NotFound):
        proposals.save(proposal.id, said, by=factories.actor(imani), keys={})


def test_only_a_steward_types_for_another(app: Flask) -> None:
    round_ = makers.money_round()
    rosa = factories.member("Rosa")
    draft, _ = proposals.start(round_.id, makers.BREAD, told_by_phone=True, by=factories.actor(rosa))
    assert (draft.told_by_phone, draft.applicant_id) == (False, rosa.id)


def test_a_draft_is_thrown_away_and_a_handed_in_application_stays_as_withdrawn(app: Flask) -> None:
    round_ = makers.money_round()
    draft, _ = proposals.start(round_.id, makers.answered(round_), by=VISITOR)
    number = draft.id
    proposals.withdraw(number, "", by=VISITOR, keys=makers.keys_of(draft))
    assert db.session.get(Proposal, number) is None
    proposal = makers.handed_in(round_)
    proposals.withdraw(proposal.id, "Lost the lease", by=VISITOR, keys=makers.keys_of(proposal))
    assert makers.fresh(proposal).state == "withdrawn"
    assert proposals.funnel(round_.id).withdrawn == 1


def test_who_signs_in_later_keeps_the_application_in_the_account(app: Flask) -> None:
    round_ = makers.money_round()
    proposal = makers.handed_in(round_)
    ada = factories.person("Ada")
    with pytest.raises(NotFound):
        returning.keep_in_account(proposal.id, by=factories.actor(ada), keys={})
    kept = returning.keep_in_account(proposal.id, by=factories.actor(ada), keys=makers.keys_of(proposal))
    assert kept.applicant_id == ada.id
    assert kept.business_id in factories.actor(ada).businesses


def test_the_author_mends_it_until_admission_and_each_change_is_a_version(app: Flask) -> None:
    round_ = makers.money_round()
    imani, dana = factories.officer("Imani"), factories.officer("Dana")
    proposal = makers.handed_in(round_)
    mended = makers.answered(round_, summary="A second oven, so that we can bake for two schools.")
    proposals.save(proposal.id, mended, by=VISITOR, keys=makers.keys_of(proposal))
    first, second = versions.of(proposal.id)
    (change,) = versions.compare(first.content, second.content)
    assert [(one.kind, one.text) for one in change.changes if one.kind != "same"] == [
        ("removed", "the"), ("added", "two"), ("removed", "school"), ("added", "schools"),
    ]  # fmt: skip
    makers.reviewed(proposal, imani, dana, by=factories.actor(imani))
    proposals.admit(proposal.id, by=factories.actor(dana))
    with pytest.raises(WrongState):
        proposals.save(proposal.id, mended, by=VISITOR, keys=makers.keys_of(proposal))


def test_a_correction_after_admission_says_why_and_ends_with_freezing(app: Flask) -> None:
    round_ = makers.money_round()
    imani, dana = factories.officer("Imani"), factories.officer("Dana")
    proposal = makers.admitted(round_, imani, dana)
    with pytest.raises(Invalid):
        versions.correct(proposal.id, {"title": "Alder Bread"}, why="", by=factories.actor(imani))
    versions.correct(proposal.id, {"title": "Alder Bread"}, why="The name had changed", by=factories.actor(imani))
    assert versions.of(proposal.id)[-1].why == "The name had changed"
    with pytest.raises(Forbidden):
        versions.correct(proposal.id, {"title": "X"}, why="because", by=factories.actor(factories.member("Rosa")))
    with db.writing() as tx:
        proposals.mark_on_ballot(tx, round_.id)
    with pytest.raises(WrongState):
        versions.correct(proposal.id, {"title": "X"}, why="because", by=factories.actor(imani))
