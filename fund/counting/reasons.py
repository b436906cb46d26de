"""Why each option was funded or not, as a message code with its figures.

A `Reason` holds a code and exact figures; `MESSAGES` holds the English sentence of each code. Whoever shows a reason
translates the sentence and fills it with `Reason.text`: parameters named `*_minor` are money in minor units and go
through the caller's money formatter, parameters named `*_option` are option ids and go through its naming of options.
Every figure in a sentence is computed by the count; no sentence holds a number of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

MESSAGES: Mapping[str, str] = MappingProxyType(
    {
        # money, in every rule
        "funded": "Funded with %(award_minor)s: place %(place)s, votes: %(votes)s.",
        "funded_in_part": "Funded in part with %(award_minor)s of %(cost_minor)s: that was all that was left.",
        "does_not_fit": "Not funded: costs %(cost_minor)s, only %(left_minor)s was left (%(missing_minor)s missing).",
        "list_stopped": "Not funded: the list stopped at %(stopper_option)s, which did not fit.",
        "dearer_than_budget": "Not funded: costs %(cost_minor)s, more than the whole budget of %(budget_minor)s.",
        "below_minimum": "Not funded: only %(left_minor)s was left, and the least useful amount is %(minimum_minor)s.",
        "group_cap": (
            "Passed over: it would break the limit of %(cap_minor)s for %(group)s (%(left_minor)s left there)."
        ),
        "excluded_by": "Passed over: it cannot go together with %(winner_option)s, which was placed before it.",
        "no_votes": "Not funded: no ballot supports it.",
        "no_seat_left": "Not chosen: it had votes: %(votes)s, the last one chosen %(least)s (places: %(seats)s).",
        "chosen": "Chosen: place %(place)s of %(seats)s, votes: %(votes)s.",
        "funded_in_order": "Funded with %(award_minor)s: place %(place)s in the order.",
        "chosen_in_order": "Chosen: place %(place)s in the order (places: %(seats)s).",
        "too_late_in_order": "Not chosen: the places (%(seats)s) were taken before its turn in the order.",
        # floors and quorum
        "floor_votes": "Excluded: it has %(votes)s votes, and at least %(needed)s are needed.",
        "floor_share": (
            "Excluded: %(votes)s of %(voters)s voters support it; at a cost of %(cost_minor)s it needs %(needed)s."
        ),
        "floor_net": "Excluded: its votes against are at least as many as its votes in favour (net %(votes)s).",
        "quorum_missed": "No decision: %(cast)s ballots were cast, the quorum is %(needed)s (%(missing)s missing).",
        "quorum_missed_in": "No decision: %(cast)s ballots were cast in %(chamber)s, its quorum is %(needed)s.",
        # majority
        "adopted": "Adopted: %(yes)s yes, %(no)s no, %(abstain)s abstain; needed %(needed)s yes.",
        "adopted_everywhere": "Adopted: every chamber said yes (%(figures)s).",
        "not_adopted": (
            "Not adopted: %(yes)s yes, %(no)s no, %(abstain)s abstain; needed %(needed)s yes, %(missing)s more."
        ),
        "not_adopted_in": (
            "Not adopted: %(chamber)s said %(yes)s yes, %(no)s no, and needed %(needed)s yes (%(figures)s)."
        ),
        # ranked
        "won": "Elected at stage %(stage)s (votes: %(votes)s); the quota was %(quota)s.",
        "won_last": "Elected at stage %(stage)s (votes: %(votes)s), as one of the last for the places left.",
        "won_tie": "Elected at stage %(stage)s by the tie rule (%(step)s), level at %(votes)s votes.",
        "eliminated": (
            "Eliminated at stage %(stage)s (votes: %(votes)s); %(missing)s more would have put it past %(next_option)s."
        ),
        "not_reached": "Not elected: still standing at the end (votes: %(votes)s), the quota was %(quota)s.",
        "funded_as_best": (
            "Funded with %(award_minor)s: place %(place)s, named best by %(votes)s of %(active)s ballots."
        ),
        # equal shares
        "bought": (
            "Funded with %(award_minor)s: its %(supporters)s supporters paid for it, at most %(most_paid_minor)s each."
        ),
        "bought_by_votes": (
            "Funded with %(award_minor)s from what was left over: most votes among what still fitted (%(votes)s)."
        ),
        "supporters_short": (
            "Not funded: its %(supporters)s supporters had %(held_minor)s left, it costs %(cost_minor)s "
            "(%(short_minor)s short)."
        ),
        "other_outcome_preferred": "Not funded: the comparison step chose the outcome by votes, which leaves it out.",
        "in_preferred_outcome": (
            "Funded with %(award_minor)s: the comparison step chose the outcome by votes (%(votes)s)."
        ),
        # phragmen
        "carried": "Funded with %(award_minor)s: its %(supporters)s supporters carry at most %(load_minor)s each.",
        # one pot
        "share": "Awarded %(award_minor)s: %(votes)s of %(total)s votes.",
        "share_capped": "Awarded %(award_minor)s, all it may have: %(votes)s of %(total)s votes.",
        "share_too_small": (
            "No award: its share would have been %(share_minor)s, below the least award of %(minimum_minor)s."
        ),
        "not_positive": "No award: its votes add up to %(votes)s, which is not above zero.",
        # quadratic funding
        "matched": "Matched with %(award_minor)s on contributions of %(given_minor)s.",
        "no_match": "No match: contributions of %(given_minor)s from one giver at most, or no room below the cap.",
    }
)


@dataclass(frozen=True, slots=True)
class Reason:
    """A message code and its figures: text and whole numbers only."""

    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)

    def text(
        self,
        money: Callable[[int], str] = str,
        option: Callable[[str], str] = str,
        translate: Callable[[str], str] = str,
    ) -> str:
        """The sentence: `translate` the English template, then fill it in. `money` formats minor units."""
        filled: dict[str, str | int] = {}
        for name, value in self.params.items():
            if name.endswith("_minor"):
                filled[name] = money(int(value))
            elif name.endswith("_option"):
                filled[name] = option(str(value))
            else:
                filled[name] = value
        return translate(MESSAGES[self.code]) % filled


def reason(code: str, **params: str | int) -> Reason:
    """A reason by its code; the code and every figure its sentence names must be there."""
    made = Reason(code, MappingProxyType(params))
    made.text()
    return made


def money_text(amount_minor: int, currency: str, exponent: int) -> str:
    """`1,150.50 USD` or, for whole units, `1,150 USD`: plain text for the command line, exact."""
    sign, amount = ("-" if amount_minor < 0 else ""), abs(amount_minor)
    units, rest = divmod(amount, 10**exponent)
    decimals = f".{rest:0{exponent}d}" if rest else ""
    return f"{sign}{units:,}{decimals} {currency}".rstrip()
