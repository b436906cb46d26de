"""Two more rounds, loaded on demand: a tie that waits for its public draw, and a vote that missed its quorum twice."""

from __future__ import annotations

from collections.abc import Iterator

from fund.demo import applying
from fund.demo.applying import Applicant
from fund.demo.people import FLATS, HILL, LOCKS, VOTING
from fund.demo.stage import Stage
from fund.rounds import service as rounds
from fund.rounds.service import NewRound
from fund.voting import service as voting

TIE, MISSED = "tie", "missed"


def _small(title: str, who: str, place: str, ask: int, summary: str) -> Applicant:
    return Applicant(
        title=title, who=who, ask=ask, product="grant", neighbourhood=place, ownership="informal", summary=summary,
        purpose=f"All of it, for {ask} dollars.", benefits="Everyone who passes by.", wages="Volunteers only.",
        promise="Anything larger.", memo="Small, cheap and thought through.", reviewers=("Walter Pike", "Priya Raman"),
    )  # fmt: skip


BENCH = _small("A Bench at the Lower Lock", "Greta Holm", LOCKS, 300, "A bench from which one sees the boats go up.")
LAMP = _small("A Lamp for the Stairs", "Kwame Mensah", HILL, 300, "A lamp with a sensor on the hundred steps.")
BOARD = _small(
    "A Notice Board on the Square", "Silas Moon", FLATS, 300, "A board with a roof, for notes and lost cats."
)
PICKS = (
    *([("a-bench-at-the-lower-lock", "a-lamp-for-the-stairs")] * 5),
    *([("a-bench-at-the-lower-lock", "a-notice-board-on-the-square")] * 5),
    *([("a-lamp-for-the-stairs", "a-notice-board-on-the-square")] * 3),
    *([("a-bench-at-the-lower-lock",)] * 4),
)
"""17 ballots: the bench 14, lamp and board 8 each; the pot of 600 pays for two of the three."""
PROPOSED = "Shall the fund join the league of river towns, for a fee of 40 dollars a year?"


def scenes(stage: Stage, wanted: tuple[str, ...]) -> Iterator[str]:
    """The examples that are wanted, one after the other; they end before Round 2 begins."""
    if TIE in wanted:
        yield "Example: an evening that ends in a tie."
        a_tie(stage)
    if MISSED in wanted:
        yield "Example: a vote that misses its quorum, is extended and lapses."
        a_missed_quorum(stage)


def a_tie(stage: Stage) -> None:
    """An evening of 600 for three proposals of 300: the second place is a tie that a public draw must break."""
    stage.to(140)
    round_ = rounds.create_round(
        NewRound(
            "evening", "Spring evening: two of three", slug="spring-evening",
            draw_source="Two dice thrown in front of everybody", phases=stage.spans(
                submissions=(140, 126), review=(126, 123), voting=(123, 122)
            ),
        ),
        by=stage.actor("Imani Walker"),
    )  # fmt: skip
    stage.to(130)
    proposals = [(one, applying.hand_in(stage, round_, one)) for one in (BENCH, LAMP, BOARD)]
    stage.to(125)
    for one, proposal in proposals:
        applying.admit(stage, round_, proposal, one)
    stage.to(124)
    voting.freeze(round_.id, by=stage.actor("Imani Walker"))
    stage.to(123)
    voters = VOTING[5 : 5 + len(PICKS)]
    stage.cast(round_, {one.name: {"approve": list(picks)} for one, picks in zip(voters, PICKS, strict=True)})
    stage.to(122)


def a_missed_quorum(stage: Stage) -> None:
    """A resolution with 12 ballots of 48: extended by a week, then lapsed. That is no decision, and no refusal."""
    stage.to(121)
    round_ = rounds.create_round(
        NewRound(
            "resolution", "Shall we join the league of river towns?", slug="league", question=PROPOSED,
            phases=stage.spans(deliberation=(121, 107), voting=(107, 93)),
        ),
        by=stage.actor("Imani Walker"),
    )  # fmt: skip
    stage.to(108)
    voting.freeze(round_.id, by=stage.actor("Imani Walker"))
    stage.to(107)
    stage.to(100)
    stage.cast(
        round_,
        {one.name: {"marks": {"resolution": "yes" if i % 3 else "no"}} for i, one in enumerate(VOTING[3:15])},
    )
    stage.to(93)
    stage.to(85)
