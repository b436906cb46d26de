"""Round 3, an evening that is being prepared, and Round 4, a resolution whose voting ends tomorrow."""

from __future__ import annotations

import datetime as dt
from itertools import cycle

from fund.demo import applying
from fund.demo.applying import Applicant
from fund.demo.people import FLATS, HILL, VOTING
from fund.demo.round_two import LEFT_TO_VISITORS
from fund.demo.stage import Stage
from fund.foundation import service as foundation
from fund.proposals import review
from fund.rounds import service as rounds
from fund.rounds.models import Round
from fund.rounds.schedule import Span
from fund.rounds.service import NewRound

SEEDS = Applicant(
    title="Seed Swap on the Landing",
    who="Lenora Cray",
    ask=280,
    product="grant",
    neighbourhood=FLATS,
    ownership="informal",
    summary="Envelopes, jars and a cupboard for seeds that neighbours swap on the landing stage.",
    purpose="A dry cupboard (160), jars and envelopes (80), a sign (40).",
    benefits="Everyone with a window box.",
    wages="Volunteers only.",
    promise="Selling seeds.",
    memo="",
    reviewers=("Imani Walker", "Walter Pike"),
)
LADDER = Applicant(
    title="A Ladder for Quarry Hill",
    who="Rafe Lindqvist",
    ask=240,
    product="grant",
    neighbourhood=HILL,
    ownership="informal",
    summary="One long ladder that eleven houses share for gutters and lamps.",
    purpose="A ladder of seven metres (210) and a chain with two keys (30).",
    benefits="Eleven houses, and whoever asks them.",
    wages="Volunteers only.",
    promise="A second ladder.",
    memo="",
    reviewers=("Imani Walker", "Greta Holm"),
)
RESOLUTION_VOTERS = 27
QUESTION = (
    "Evenings with a pot of at most 600 dollars need 15 ballots today. Shall ten be enough from now on? Everything else in "
    "the charter stays as it is."
)


def prepare_evening(stage: Stage) -> Round:
    """Walter prepares an evening in the Lock House: soup, pitches, one pot of 600, and a vote on that one evening."""
    evening = dt.datetime.combine(stage.day(-13), dt.time(20), foundation.zone()).astimezone(dt.UTC)
    return rounds.create_round(
        NewRound(
            "evening", "Round 3: soup evening in the Lock House", slug="round-3",
            question="Soup at six, pitches of four minutes at seven; we vote with our names on this one evening, from"
            " eight until ten. The pot is 600 dollars.",
            phases=[
                *stage.spans(submissions=(4, -9), review=(-9, -12)),
                Span("voting", evening, evening + dt.timedelta(hours=2)),
            ],
        ),
        by=stage.actor("Walter Pike"),
    )  # fmt: skip


def two_apply(stage: Stage, round_: Round) -> None:
    """Two small things are asked for; one waits for Imani's review, the other for somebody to review it."""
    seeds = applying.hand_in(stage, round_, SEEDS)
    applying.hand_in(stage, round_, LADDER)
    review.assign(seeds.id, kind="standards", reviewer_id=stage.number("Imani Walker"), by=stage.actor("Walter Pike"))


def prepare_resolution(stage: Stage) -> Round:
    """Priya puts a question to the members."""
    return rounds.create_round(
        NewRound(
            "resolution", "Round 4: a lower quorum for small rounds?", slug="round-4", question=QUESTION,
            phases=stage.spans(deliberation=(27, 13), voting=(13, -1)),
        ),
        by=stage.actor("Priya Raman"),
    )  # fmt: skip


def vote_on_resolution(stage: Stage, round_: Round) -> None:
    """27 of 48 have voted, so there will be a decision tomorrow."""
    names = [one.name for one in VOTING if one.name not in LEFT_TO_VISITORS][:RESOLUTION_VOTERS]
    marks = cycle(("yes", "yes", "no", "yes", "yes", "abstain"))
    stage.cast(round_, {name: {"marks": {"resolution": mark}} for name, mark in zip(names, marks, strict=False)})
