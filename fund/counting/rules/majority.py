"""Yes or no (`majority`): each proposal is adopted where enough say yes.

The threshold is a share of yes in yes + no; `majority` means more yes than no. An abstention counts for the quorum
only. With chambers, every chamber needs its own quorum and its own threshold (the rule's where it states none), every
ballot is of one of them, and one chamber's no is enough to refuse. Adopted proposals that cost money are paid from most
yes votes down, under the round's `fit`. Source: COUNTING.md; FIELD.md A1 and C4.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from fund.counting.reasons import Reason, reason
from fund.counting.rules.funding import by_votes, offer_and_pay
from fund.counting.rules.registry import MONEY, RuleSpec

if TYPE_CHECKING:
    from fund.counting.sitting import Sitting


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one chamber (or everyone, `chamber` None) said of one proposal, and the yes votes it needed."""

    chamber: str | None
    yes: int
    no: int
    abstain: int
    needed: int

    @property
    def adopted(self) -> bool:
        """Whether the yes votes are enough; a proposal without any yes is never adopted."""
        return self.yes > 0 and self.yes >= self.needed


def yes_needed(threshold: str, votes: int) -> int:
    """Least yes votes among `votes` yes and no: more than half, or at least the stated share of them."""
    if threshold == "majority":
        return votes // 2 + 1
    share = Fraction(threshold) * votes
    return -(-share.numerator // share.denominator)


def count_majority(sitting: Sitting) -> None:
    """Adopt or refuse each proposal, then pay the adopted ones."""
    terms = sitting.rule["chambers"] or {None: {"threshold": sitting.rule["threshold"]}}
    marks = _marks(sitting)
    verdicts: dict[int, list[Verdict]] = {place: [] for place in sitting.candidates}
    for chamber, wanted in terms.items():
        for place in sitting.candidates:
            yes, no, abstain = marks[chamber, place]
            verdicts[place].append(Verdict(chamber, yes, no, abstain, yes_needed(wanted["threshold"], yes + no)))
        _show(sitting, chamber, {place: found[-1] for place, found in verdicts.items()})
    sitting.votes[:] = [sum(marks[chamber, place][0] for chamber in terms) for place in range(len(sitting.options))]
    adopted = [place for place in sitting.candidates if all(each.adopted for each in verdicts[place])]
    for place in by_votes(sitting, {place: sitting.votes[place] for place in adopted}):
        offered = offer_and_pay(sitting, place)
        if isinstance(offered, Reason):
            sitting.refuse(place, offered)
        else:
            sitting.elect(place, _why_adopted(verdicts[place]), offered)
    for place in sitting.candidates:
        if place not in adopted:
            sitting.refuse(place, _why_refused(verdicts[place]))
    sitting.stages[-1] = sitting.with_elected(sitting.stages[-1])


def _marks(sitting: Sitting) -> dict[tuple[str | None, int], tuple[int, int, int]]:
    """Yes, no and abstain for every chamber (None: no chambers) and proposal."""
    said = sitting.profile.chambers if sitting.rule["chambers"] else {None: sitting.profile}
    return {
        (chamber, place): each
        for chamber, profile in said.items()
        for place, each in enumerate(zip(*profile.valued((1, -1, 0)), strict=True))
    }


def _show(sitting: Sitting, chamber: str | None, verdicts: dict[int, Verdict]) -> None:
    facts: dict[str, str | int] = {} if chamber is None else {"chamber": chamber}
    for place, verdict in verdicts.items():
        id_ = sitting.options[place].id
        facts[f"no:{id_}"] = verdict.no
        facts[f"abstain:{id_}"] = verdict.abstain
        facts[f"needed:{id_}"] = verdict.needed
    sitting.stage({place: verdict.yes for place, verdict in verdicts.items()}, facts=facts)


def _figures(verdicts: list[Verdict]) -> str:
    return "; ".join(f"{each.chamber} {each.yes}-{each.no}" for each in verdicts)


def _why_adopted(verdicts: list[Verdict]) -> Reason:
    if len(verdicts) == 1 and verdicts[0].chamber is None:
        only = verdicts[0]
        return reason("adopted", yes=only.yes, no=only.no, abstain=only.abstain, needed=only.needed)
    return reason("adopted_everywhere", figures=_figures(verdicts))


def _why_refused(verdicts: list[Verdict]) -> Reason:
    against = next(each for each in verdicts if not each.adopted)
    facts = {"yes": against.yes, "no": against.no, "needed": against.needed}
    if against.chamber is None:
        missing = max(1, against.needed - against.yes)
        return reason("not_adopted", **facts, abstain=against.abstain, missing=missing)
    return reason("not_adopted_in", **facts, chamber=against.chamber, figures=_figures(verdicts))


RULES = (
    RuleSpec(
        name="majority",
        forms=("approve_deny",),
        settings={**MONEY, "threshold": "majority", "chambers": None},
        run=count_majority,
        pots=True,
    ),
)
