"""Round 1, with credits: from the first business that was named to the final count, nine months ago.

31 of 48 vote. The count funds four proposals with the whole budget; the tool library is next in line, and two proposals
that nobody gave a credit miss the floor.
"""

from __future__ import annotations

from itertools import cycle

from fund.businesses import agents, nominations
from fund.businesses.nominations import Named
from fund.demo import applying, history
from fund.demo.people import VOTING, WITHOUT_EMAIL
from fund.demo.round_one_texts import APPLICANTS, WHEELHOUSE
from fund.demo.stage import Stage
from fund.proposals.models import Proposal
from fund.results import service as results
from fund.rounds import service as rounds
from fund.rounds.models import Round
from fund.rounds.service import NewRound
from fund.voting import beside

VOTERS = 31
ON_PAPER = 12
ALDER = "alder-bread-co-op"
WHEEL = "wheelhouse-bike-repair"
TAMALES = "lupe-daughters-tamales"
QUILT = "quilt-street-childcare-circle"
TOOLS = "lanternfish-tool-library"
PATTERNS: tuple[dict[str, int], ...] = (
    {ALDER: 4, TAMALES: 3},
    {ALDER: 3, WHEEL: 3, QUILT: 2, TOOLS: 1},
    {TAMALES: 3, QUILT: 3, ALDER: 2, TOOLS: 1},
    {WHEEL: 4, ALDER: 2, TOOLS: 2},
    {QUILT: 3, WHEEL: 2, TAMALES: 2, ALDER: 2, TOOLS: 2},
    {ALDER: 3, WHEEL: 2, TAMALES: 2, QUILT: 2},
)
"""How people spread 25 credits. Over 31 ballots: bread 84 votes, bicycles 55, tamales 53, childcare 50, tools 30."""
REASONS = (
    (ALDER, "Bread for the school is money that stays in our streets."),
    (WHEEL, "My bicycle is how I get to work."),
    (QUILT, "Two of these families work nights. The fence alone is worth it."),
)


def prepare(stage: Stage) -> Round:
    """A steward prepares the round."""
    return rounds.create_round(
        NewRound(
            "quadratic", "Round 1: a first round with credits", slug="round-1",
            question="Everybody has 25 credits. One vote for a proposal costs one credit, two cost four, three nine.",
            phases=stage.spans(
                submissions=(350, 322), review=(322, 301), appeal=(301, 294), deliberation=(294, 287), voting=(287, 273)
            ),
        ),
        by=stage.actor("Imani Walker"),
    )  # fmt: skip


def apply(stage: Stage, round_: Round) -> dict[str, Proposal]:
    """Seven businesses apply. Gives the proposals by title."""
    claimed = _wheelhouse_claims_its_page(stage, round_)
    return {
        one.title: applying.hand_in(stage, round_, one, business_id=claimed if one is WHEELHOUSE else None)
        for one in APPLICANTS
    }


def review(stage: Stage, round_: Round, proposals: dict[str, Proposal]) -> None:
    """Two stewards look at each, and all seven are admitted."""
    for one in APPLICANTS:
        applying.admit(stage, round_, proposals[one.title], one)


def talk(stage: Stage, proposals: dict[str, Proposal]) -> None:
    """Members ask, applicants answer."""
    applying.ask_and_answer(stage, [(proposals[one.title], one) for one in APPLICANTS])


def vote(stage: Stage, round_: Round) -> None:
    """31 members vote, twelve of them on paper; some say why, or how else they will help."""
    names = voters()
    stage.cast(round_, {name: {"votes": votes} for name, votes in zip(names, cycle(PATTERNS))})
    history.came_on_paper(stage, round_.id, names[:ON_PAPER])
    for name, (option, words) in zip(names[ON_PAPER:], REASONS, strict=False):
        beside.give_reason(round_.id, option, words, by=stage.actor(name))
    for name in names[ON_PAPER : ON_PAPER + 9]:
        beside.pledge(
            round_.id, {ALDER: ["I will buy there"], WHEEL: ["I will tell others about it"]}, by=stage.actor(name)
        )


def certify_and_publish(stage: Stage, round_: Round) -> None:
    """Two stewards certify the count, a third publishes it."""
    for name in ("Walter Pike", "Priya Raman"):
        results.certify(round_.id, by=stage.actor(name))
    results.publish(round_.id, by=stage.actor("Imani Walker"))


def voters() -> list[str]:
    """Who voted: the seven without e-mail and five neighbours on paper, nineteen online."""
    paper = [one.name for one in VOTING if one.name in WITHOUT_EMAIL]
    others = [one.name for one in VOTING if one.name not in WITHOUT_EMAIL]
    return [*paper, *others[: VOTERS - len(paper)]]


def _wheelhouse_claims_its_page(stage: Stage, round_: Round) -> int:
    """Hana names the workshop, Walter visits it, Jamal uses the code that Walter left."""
    named = nominations.name_business(
        Named(
            WHEELHOUSE.title, "He mends everybody's bicycle and has no room left to stand.",
            "Corner of Alder and Third, after four", WHEELHOUSE.neighbourhood, round_.id,
        ),
        by=stage.actor("Hana Sato"),
    )  # fmt: skip
    walter = stage.actor("Walter Pike")
    nominations.record_contact(
        named.id, state="contacted", note="Glad to be asked; will talk to his apprentices.", by=walter
    )
    code = nominations.make_claim(named.id, by=walter)
    return agents.claim(code, by=stage.actor(WHEELHOUSE.who)).id
