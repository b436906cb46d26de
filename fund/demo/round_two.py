"""Round 2, ranked: seven proposals are voted on now, nine of fourteen days are gone, 19 of 48 have voted.

The quorum is 25, so six more votes are needed in five days. Rosa Marín and Lupe Arroyo have not voted: a visitor of the
demo may do it for them.
"""

from __future__ import annotations

from itertools import cycle

from fund.demo import applying
from fund.demo.people import VOTING, WITHOUT_EMAIL
from fund.demo.round_two_texts import ANSWER, APPEAL, COVE_POINT, MOSSY_LOG, ON_BALLOT, REFUSAL, SALTGRASS
from fund.demo.stage import Stage
from fund.permissions import VISITOR
from fund.proposals import access, application, conflicts, deciding
from fund.proposals.models import Proposal
from fund.rounds import service as rounds
from fund.rounds.models import Round
from fund.rounds.service import NewRound
from fund.voting import beside, grouping

VOTERS = 19
WITHOUT_EMAIL_WHO_VOTED = ("Hettie Barlow", "Pearl Okafor")
LEFT_TO_VISITORS = ("Rosa Marín", "Lupe Arroyo")
LAUNDRY, MENDING, PRINTING = "saltgrass-laundry-co-op", "second-spool-mending", "locks-street-print-collective"
CARE, PLANTS = "kestrel-home-care-workers", "fernbank-native-plants"
FRIDGE, REPAIR = "night-shift-pantry", "bluebottle-repair-cafe"
YOUNG = "young-co-ops"
"""Code of the charter's set-aside for co-ops younger than two years."""
RANKINGS = (
    (CARE, MENDING, FRIDGE, LAUNDRY),
    (LAUNDRY, CARE, PRINTING, FRIDGE, PLANTS),
    (FRIDGE, MENDING, REPAIR),
    (PRINTING, LAUNDRY, CARE),
    (CARE, FRIDGE, PLANTS, PRINTING, REPAIR),
    (PLANTS, REPAIR, MENDING),
    (MENDING, CARE, LAUNDRY, FRIDGE),
)


def prepare(stage: Stage) -> Round:
    """Imani prepares the round, and the stewards share its tasks."""
    imani = stage.actor("Imani Walker")
    round_ = rounds.create_round(
        NewRound(
            "ranked", "Round 2: what to fund first", slug="round-2",
            question="Put up to five proposals in order. The fund pays for as many as the money reaches.",
            phases=stage.spans(
                submissions=(72, 44), review=(44, 23), appeal=(23, 16), deliberation=(16, 9), voting=(9, -5)
            ),
        ),
        by=imani,
    )  # fmt: skip
    for name, task in (("Imani Walker", "outreach"), ("Greta Holm", "outreach"), ("Walter Pike", "certifier")):
        rounds.give_task(round_.id, stage.number(name), task, by=imani)
    return round_


def apply(stage: Stage, round_: Round) -> dict[str, Proposal]:
    """Eight members and one man without an account apply. Gives the proposals by title."""
    proposals = {one.title: applying.hand_in(stage, round_, one) for one in (*ON_BALLOT, MOSSY_LOG)}
    draft, _code = application.start(
        round_.id, applying.written(round_, COVE_POINT, named_if_refused=True), by=VISITOR
    )  # fmt: skip
    proposals[COVE_POINT.title] = application.submit(draft.id, by=VISITOR, keys=_keys(draft))
    return proposals


def dana_steps_out(stage: Stage, proposals: dict[str, Proposal]) -> None:
    """Dana Okonjo is one of the founders of the laundry: from now on others take care of it."""
    conflicts.declare(
        proposals[SALTGRASS.title].id, relation="One of its founders, and a worker there until last year",
        by=stage.actor("Dana Okonjo"),
    )  # fmt: skip


def review(stage: Stage, round_: Round, proposals: dict[str, Proposal]) -> None:
    """Two stewards look at each; eight are admitted, one lies outside the area."""
    for one in (*ON_BALLOT, MOSSY_LOG):
        applying.admit(stage, round_, proposals[one.title], one)
    cove = proposals[COVE_POINT.title]
    applying.look_at(stage, round_, cove, COVE_POINT, outcome="fail")
    deciding.refuse(cove.id, code="outside_area", reason=REFUSAL, by=stage.actor("Priya Raman"))


def appeal(stage: Stage, proposals: dict[str, Proposal]) -> None:
    """The man from Cove Point appeals."""
    cove = proposals[COVE_POINT.title]
    deciding.appeal(cove.id, APPEAL, by=VISITOR, keys=_keys(cove))


def answer_appeal(stage: Stage, proposals: dict[str, Proposal]) -> None:
    """A steward who did not refuse it answers: the refusal stands."""
    by = stage.actor("Kwame Mensah")
    deciding.answer_appeal(proposals[COVE_POINT.title].id, admitted=False, answer=ANSWER, by=by)


def talk(stage: Stage, proposals: dict[str, Proposal]) -> None:
    """Questions and answers; the café has lost its lease and withdraws."""
    applying.ask_and_answer(stage, [(proposals[one.title], one) for one in ON_BALLOT])
    application.withdraw(
        proposals[MOSSY_LOG.title].id, "We have lost our lease. Thank you all; we will be back with another room.",
        by=stage.actor(MOSSY_LOG.who), keys={},
    )  # fmt: skip


def set_aside(stage: Stage, round_: Round) -> None:
    """One co-op is younger than two years: a fifth of the budget, 6,000, is kept for it. It asks for 500 more than that,
    which must come from the open money."""
    grouping.mark(round_.id, {PLANTS: [YOUNG]}, by=stage.actor("Imani Walker"))


def vote(stage: Stage, round_: Round) -> None:
    """19 members have voted so far."""
    names = voters()
    stage.cast(
        round_,
        {name: {"ranking": [[option] for option in ranking]} for name, ranking in zip(names, cycle(RANKINGS))},
    )
    beside.give_reason(round_.id, CARE, "They looked after my father for two years.", by=stage.actor(names[0]))
    beside.pledge(round_.id, {MENDING: ["I will buy there"]}, by=stage.actor("Agnes Fairweather"))


def voters() -> list[str]:
    """Who has voted: seventeen members with e-mail and two without."""
    waiting = {*LEFT_TO_VISITORS, *WITHOUT_EMAIL}
    others = [one.name for one in VOTING if one.name not in waiting]
    return [*WITHOUT_EMAIL_WHO_VOTED, *others[::2][: VOTERS - len(WITHOUT_EMAIL_WHO_VOTED)]]


def _keys(proposal: Proposal) -> access.Keys:
    """What the browser of somebody without an account keeps of the return code."""
    return {proposal.id: proposal.return_hash or ""}
