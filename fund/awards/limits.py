"""What holds of a round's money also when the next in line is asked: set-asides, caps, proposals that exclude each other.

The count kept them; this keeps them after it, so that money set aside for some never goes to others from the reserve
list, a group stays below its cap, and of two rivals one is funded. Sources: FIELD.md B1 (invariants), B3; COUNTING.md.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select

from fund.awards.models import Award
from fund.counting.forms import share_or_amount
from fund.db import Transaction
from fund.proposals.models import Proposal
from fund.rounds import service as rounds
from fund.rounds.models import Round


def most_for(tx: Transaction, round_: Round, option_id: str, left_minor: int, *, live: Collection[str]) -> int:
    """The most that a proposal (by its id on the ballot) may be offered of what the round holds still, minor units.

    `live` are the states of awards that stand.
    """
    rows = tx.session.execute(
        select(Proposal.slug, Award.amount_minor - Award.released_minor)
        .join(Proposal, Proposal.id == Award.proposal_id)
        .where(Award.round_id == round_.id, Award.state.in_(live))
    )
    return within(rounds.rules(round_), {slug: amount for slug, amount in rows}, option_id, left_minor)


def groups_of(rules: Mapping[str, Any], option_id: str) -> Collection[str]:
    """The groups a proposal was frozen with: set-asides, categories, its neighbourhood."""
    return next((one["groups"] for one in rules.get("options") or () if one["id"] == option_id), ())


def within(rules: Mapping[str, Any], taken: Mapping[str, int], option_id: str, left_minor: int) -> int:
    """The same from plain values: the frozen rules, and amounts that stand by option."""
    groups = {one["id"]: one["groups"] for one in rules.get("options") or ()}
    own, budget = groups.get(option_id, []), rules.get("budget_minor") or 0
    pairs = [set(pair) for pair in rules.get("incompatible") or () if option_id in pair]
    if any(not taken.keys().isdisjoint(pair - {option_id}) for pair in pairs):
        return 0

    def used(group: str) -> int:
        return sum(amount for id_, amount in taken.items() if group in groups.get(id_, []))

    most = left_minor
    for aside in rules.get("set_asides") or ():
        if aside["release"] == "never" and aside["group"] not in own:
            kept = share_or_amount(aside["share"], budget, "$")
            most -= kept - min(kept, used(aside["group"]))
    for group, share in (rules.get("caps") or {}).items():
        if group in own:
            most = min(most, share_or_amount(share, budget, "$") - used(group))
    return max(0, most)
