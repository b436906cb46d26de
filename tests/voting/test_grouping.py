"""Set-asides, caps, rivals and parts of an ask: said before freezing, frozen with the ballot, kept by the count."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import delete, insert
from sqlalchemy.exc import SQLAlchemyError

from fund import db, jobs
from fund.counting.formats import ballot_file
from fund.db.engine import WRITING
from fund.errors import FundError, Invalid, WrongState
from fund.proposals import conflicts
from fund.proposals.models import Proposal
from fund.results import service as results
from fund.rounds import service as rounds
from fund.rounds.models import Round
from fund.voting import grouping
from fund.voting import service as voting
from fund.voting.models import ProposalGroup, ProposalRival
from tests import factories
from tests.voting import browser, stage
from tests.worked import pages

ASKS = {"alpha": 50_000, "beta": 30_000, "gamma": 20_000, "delta": 25_000, "young": 22_000}
POTS = """
[[setasides]]
code = "young-co-ops"
name = "Young co-ops"
percent = 20
unused = "{unused}"
overflow = "open_pool"
round_types = ["vote"]
[[caps]]
group = "Food"
percent = 40
round_types = ["vote"]
"""


def charter(unused: str = "open_pool", fit: str = "skip") -> str:
    text = stage.charter(
        form="approval", money=True, quorum='{ type = "none" }', assurance="open",
        count=f'rule = "greedy"\nfit = "{fit}"\nties = ["listed"]',
    )  # fmt: skip
    return text + POTS.format(unused=unused)


def money_round(steward, **parts: object) -> Round:  # type: ignore[no-untyped-def]
    return stage.money_round(steward, ASKS)


def test_the_page_marks_and_only_drafts_change(app: Flask) -> None:
    factories.adopt(text=charter())
    steward, tied = factories.officer(), factories.officer("Dana")
    member = stage.people(8)[0]
    round_ = money_round(steward)
    page = f"/rounds/{round_.slug}/groups"
    assert browser.of(app, member).get(page).status_code == 403
    marks = [("proposal", slug) for slug in ASKS] + [("group-young", "young-co-ops"), ("group-beta", "Food")]
    answer = pages.send(pages.browser(app, steward), page, page, marks)
    assert answer.status_code == 303
    exclusions = f"/rounds/{round_.slug}/exclusions"
    assert (
        pages.send(pages.browser(app, steward), exclusions, page, {"first": "beta", "second": "alpha"}).status_code
        == 303
    )
    proposal = db.session.query(Proposal).filter_by(slug="young").one()
    conflicts.declare(proposal.id, relation="A founder", by=factories.actor(tied))
    refused = pages.send(pages.browser(app, tied), page, page, [("proposal", "young")])
    assert refused.status_code == 403, "who has a tie says nothing of it"
    mine = [("proposal", "gamma"), ("group-gamma", "Food")]
    assert pages.send(pages.browser(app, tied), page, page, mine).status_code == 303, "the control: another proposal"
    with pytest.raises(Invalid):
        grouping.mark(round_.id, {"young": ["Elders"]}, by=factories.actor(steward))
    with pytest.raises(Invalid):
        grouping.exclude(round_.id, "alpha", "alpha", by=factories.actor(steward))
    rules = rounds.rules(voting.freeze(round_.id, by=factories.actor(steward)))
    groups = {one["id"]: one["groups"] for one in rules["options"]}
    assert groups == {"alpha": [], "beta": ["Food"], "delta": [], "gamma": ["Food"], "young": ["young-co-ops"]}
    assert rules["incompatible"] == [["alpha", "beta"]]
    ballot = " ".join(browser.of(app).get(f"/rounds/{round_.slug}/ballot").get_data(as_text=True).split())
    assert "$200 of the budget is kept for Young co-ops: Young." in ballot
    assert "Alpha and Beta cannot both be funded" in ballot
    by = factories.actor(steward)
    for act in (
        lambda: grouping.mark(round_.id, {"young": []}, by=by),
        lambda: grouping.allow(round_.id, "alpha", "beta", by=by),
    ):
        with pytest.raises(WrongState):
            act()


def test_the_database_keeps_what_was_frozen(app: Flask) -> None:
    factories.adopt(text=charter())
    steward = factories.officer()
    stage.people(8)
    round_ = money_round(steward)
    number = db.session.query(Proposal).filter_by(slug="young").one().id
    row = {"round_id": round_.id, "proposal_id": number}
    grouping.mark(round_.id, {"young": ["young-co-ops"]}, by=factories.actor(steward))
    attacks: list[Callable[[], object]] = [
        lambda: _sql(insert(ProposalGroup).values(**row, group_code="Food")),
        lambda: _sql(delete(ProposalGroup).where(ProposalGroup.round_id == round_.id)),
        lambda: _sql(insert(ProposalRival).values(round_id=round_.id, first_id=1, second_id=number)),
    ]
    assert [_done(one) for one in attacks] == [True, True, True], "the control: a draft can change"
    round_id = voting.freeze(round_.id, by=factories.actor(steward)).id
    attacks[0] = lambda: _sql(insert(ProposalGroup).values(**row, group_code="young-co-ops"))
    attacks[1] = lambda: _sql(delete(ProposalRival).where(ProposalRival.round_id == round_id))
    attacks[2] = lambda: _sql(insert(ProposalRival).values(round_id=round_id, first_id=2, second_id=number))
    assert [_done(one) for one in attacks] == [False, False, False]


def _sql(statement: object) -> None:
    db.session.rollback()
    with db.alchemy.engines[WRITING].begin() as connection:
        connection.execute(statement)  # type: ignore[call-overload]


def _done(act: Callable[[], object]) -> bool:
    try:
        act()
    except (FundError, SQLAlchemyError):
        return False
    return True


@pytest.mark.parametrize(
    ("unused", "fit", "supporters", "awards"),
    [
        # young takes 200 of its own and 20 of the open 800; alpha 500; beta is its rival; gamma and delta by votes
        ("open_pool", "skip", {"alpha": 6, "beta": 5, "gamma": 4, "delta": 3, "young": 2},
         {"young": 22_000, "alpha": 50_000, "gamma": 20_000}),
        # nobody supports young: its 200 go to the others, or back to the fund
        ("open_pool", "skip", {"alpha": 6, "gamma": 4, "delta": 3}, {"alpha": 50_000, "gamma": 20_000, "delta": 25_000}),
        ("back_to_fund", "skip", {"alpha": 6, "gamma": 4, "delta": 3}, {"alpha": 50_000, "gamma": 20_000}),
        # delta said that 80 would help: it gets the 100 that are left
        ("back_to_fund", "partial", {"alpha": 6, "gamma": 4, "delta": 3},
         {"alpha": 50_000, "gamma": 20_000, "delta": 10_000}),
        # food gets at most 400: beta 300, then gamma with 200 would break it
        ("open_pool", "skip", {"beta": 6, "gamma": 5, "delta": 3}, {"beta": 30_000, "delta": 25_000}),
    ],
    ids=["overflow", "opens", "returns", "partial", "cap"],
)  # fmt: skip
def test_the_count_keeps_set_aside_cap_and_rivals_and_pays_a_part(
    app: Flask, unused: str, fit: str, supporters: dict[str, int], awards: dict[str, int]
) -> None:
    factories.adopt(text=charter(unused, fit))
    officers = [factories.officer(name) for name in ("Imani", "Dana")]
    voters = stage.people(6)
    round_id = money_round(officers[0]).id
    by = factories.actor(officers[0])
    with db.writing() as tx:
        tx.session.query(Proposal).filter_by(slug="delta").one().least_minor = 8_000
    grouping.mark(round_id, {"young": ["young-co-ops"], "beta": ["Food"], "gamma": ["Food"]}, by=by)
    grouping.exclude(round_id, "alpha", "beta", by=by)
    voting.freeze(round_id, by=by)
    factories.later(hours=2)
    assert voting.settle(round_id) == "open"
    for number, voter in enumerate(voters):
        chosen = [slug for slug, n in supporters.items() if number < n]
        voting.cast(factories.actor(voter), round_id, {"approve": chosen}, "a-first-request")
    factories.later(days=15)
    assert jobs.tick() == []
    db.session.rollback()
    run = results.current(round_id)
    assert json.loads(run.result_bytes)["awards"] == awards
    stored = ballot_file.loads(bytes(run.input_bytes))
    assert [aside.group for aside in stored.set_asides] == ["young-co-ops"]
    assert dict(stored.caps) == {"Food": "2/5"}
    assert stored.incompatible == (("alpha", "beta"),)
    text = pages.certified_and_published(app, rounds.get(round_id), officers)
    assert "Parts of the budget that were counted first" in text
    if fit == "partial":
        assert "Funded in part with $100 of $250" in text
    if "beta" in supporters and "alpha" in supporters:
        assert "it cannot go together with Alpha" in text
