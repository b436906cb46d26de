"""Rounds, applicants and applications for tests, through the services."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from flask import Flask

from fund import db
from fund.businesses import service as businesses
from fund.foundation import service as foundation
from fund.identity import actor_for
from fund.members.models import Person
from fund.permissions import VISITOR, Actor
from fund.proposals import service as proposals
from fund.proposals.models import Proposal
from fund.proposals.service import Application, Finding
from fund.rounds.models import Phase, Round, RoundQuestion
from tests import factories

STANDARD = "Everyone who works here is paid at least the local living wage, or the plan says by when."
PROMISE = "What will you not grow into?"

BREAD = Application(
    title="Alder Bread Co-op",
    summary="A second oven, so that we can bake for the school.",
    purpose="An oven for 8,000 and its installation.\n\nIt replaces one from 1988.",
    benefits="Six workers, and 200 children who get bread at noon.",
    ask_minor=900_000,
    least_minor=700_000,
    product="zero_interest",
    neighbourhood="Tannery Flats",
    ownership="worker_owned",
    contact_name="Ada Baker",
    contact_email="ada@example.org",
    contact_phone="555 0100",
    standards={STANDARD: "yes", PROMISE: "More than two shops."},
)


def money_round(
    slug: str = "spring", *, preset: str = "millrace", round_type: str = "ranked", at: str = "submissions"
) -> Round:
    """A draft round that stands in the given phase, with three questions of its own."""
    if foundation.current_version() is None:
        factories.adopt(preset)
    version = foundation.current_version()
    assert version is not None
    spans = {
        "submissions": (-5, 20),
        "review": (20, 40),
        "appeal": (40, 47),
        "deliberation": (47, 54),
        "voting": (54, 68),
    }
    shift = {"submissions": 0, "review": 22, "appeal": 42, "deliberation": 49}[at]
    with db.writing() as tx:
        now = tx.now() - dt.timedelta(days=shift)
        round_ = tx.add(
            Round(
                slug=slug, title=f"Round of {slug}", decides="money", round_type=round_type,
                charter_version_id=version.id, budget_minor=3_000_000, created_at=now,
            )
        )  # fmt: skip
        for position, (label, (start, end)) in enumerate(spans.items()):
            tx.add(
                Phase(
                    round_id=round_.id, position=position, label=label, starts_at=now + dt.timedelta(days=start),
                    ends_at=now + dt.timedelta(days=end),
                )
            )  # fmt: skip
        ask = [("How many people work with you?", False, True, "application"),
               ("Who owes you money?", True, False, "application"), ("Last year's income?", True, True, "details")]  # fmt: skip
        for position, (text, private, required, stage) in enumerate(ask):
            tx.add(
                RoundQuestion(
                    round_id=round_.id, position=position, text=text, private=private, required=required, stage=stage
                )
            )
    return round_


def answered(round_: Round, application: Application = BREAD, **changes: object) -> Application:
    """An application with every question of the round answered."""
    questions = db.session.query(RoundQuestion).filter_by(round_id=round_.id, stage="application")
    return replace(application, answers={one.id: f"Answer to {one.position}" for one in questions}, **changes)


def handed_in(round_: Round, *, who: Person | None = None, **changes: object) -> Proposal:
    """An application that was handed in, by a person with an account or (without `who`) with a return code."""
    by = factories.actor(who) if who is not None else VISITOR
    draft, _code = proposals.start(round_.id, answered(round_, **changes), by=by)
    return proposals.submit(draft.id, by=by, keys=keys_of(draft))


def keys_of(proposal: Proposal) -> dict[int, str]:
    """What a browser holds that came with the return code."""
    fresh = db.session.get_one(Proposal, proposal.id)
    return {proposal.id: fresh.return_hash} if fresh.return_hash else {}


def reviewed(
    proposal: Proposal, *reviewers: Person, by: Actor, kinds: tuple[str, ...] = ("standards", "feasibility")
) -> None:
    """Reviews of each kind, each by one of the people, all passing."""
    from fund.proposals import review
    from fund.rounds import service as rounds

    for kind, who in zip(kinds, reviewers, strict=False):
        row = proposals.assign(proposal.id, kind=kind, reviewer_id=who.id, by=by)
        points = review.points(rounds.charter(rounds.get(proposal.round_id)), kind)
        finding = Finding(dict.fromkeys(points, "yes"), "pass", "seen the books", f"A memo on {kind}.")
        proposals.write(row.id, finding, done=True, by=actor_for(who.id))


def admitted(round_: Round, *stewards: Person, **changes: object) -> Proposal:
    """A proposal that two stewards reviewed and the first admitted."""
    proposal = handed_in(round_, **changes)
    by = factories.actor(stewards[0])
    reviewed(proposal, *stewards, by=by)
    return proposals.admit(proposal.id, by=factories.actor(stewards[0]))


def fresh(proposal: Proposal) -> Proposal:
    """The proposal as the database has it now."""
    db.session.rollback()
    return db.session.get_one(Proposal, proposal.id)


def business_of(app: Flask, proposal: Proposal) -> businesses.Business:
    """The business that the proposal belongs to."""
    assert proposal.business_id is not None
    return businesses.get(proposal.business_id)
