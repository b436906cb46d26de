"""Why each option was funded or not, as a message code with its figures.

A `Reason` holds a code and exact figures; `MESSAGES` holds the English sentence of each code. Whoever shows a reason
translates the sentence and fills it with `Reason.text`: parameters named `*_minor` are money in minor units and go
through the caller's money formatter, parameters named `*_option` are option ids and go through its naming of options.
Every figure in a sentence is computed by the count; no sentence holds a number of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType


def N_(msgid: str) -> str:  # noqa: N802  # the name Babel looks for
    """Mark a sentence for translation; it is translated where it is shown."""
    return msgid


MESSAGES: Mapping[str, str] = MappingProxyType(
    {
        # money, in every rule
        "funded": N_("Funded with %(award_minor)s: place %(place)s, votes: %(votes)s."),
        "funded_in_part": N_("Funded in part with %(award_minor)s of %(cost_minor)s: that was all that was left."),
        "does_not_fit": N_(
            "Not funded: costs %(cost_minor)s, only %(left_minor)s was left (%(missing_minor)s missing)."
        ),
        "list_stopped": N_("Not funded: the list stopped at %(stopper_option)s, which did not fit."),
        "dearer_than_budget": N_("Not funded: costs %(cost_minor)s, more than the whole budget of %(budget_minor)s."),
        "below_minimum": N_(
            "Not funded: only %(left_minor)s was left, and the least useful amount is %(minimum_minor)s."
        ),
        "group_cap": N_(
            "Passed over: it would break the limit of %(cap_minor)s for %(group)s (%(left_minor)s left there)."
        ),
        "excluded_by": N_("Passed over: it cannot go together with %(winner_option)s, which was placed before it."),
        "no_votes": N_("Not funded: no ballot supports it."),
        "no_seat_left": N_(
            "Not chosen: it had votes: %(votes)s, the last one chosen %(least)s, %(missing)s more (places: %(seats)s)."
        ),
        "chosen": N_("Chosen: place %(place)s of %(seats)s, votes: %(votes)s."),
        "funded_in_order": N_("Funded with %(award_minor)s: place %(place)s in the order."),
        "chosen_in_order": N_("Chosen: place %(place)s in the order (places: %(seats)s)."),
        "too_late_in_order": N_("Not chosen: the places (%(seats)s) were taken before its turn in the order."),
        # floors and quorum
        "floor_votes": N_("Excluded: votes: %(votes)s, and at least %(needed)s are needed."),
        "floor_share": N_(
            "Excluded: supported by %(votes)s of %(voters)s voters; at a cost of %(cost_minor)s it needs %(needed)s."
        ),
        "floor_net": N_("Excluded: its votes against are at least as many as its votes in favour (net %(votes)s)."),
        "quorum_missed": N_("No decision: ballots cast: %(cast)s, the quorum is %(needed)s (%(missing)s missing)."),
        "quorum_missed_in": N_("No decision: ballots cast in %(chamber)s: %(cast)s, its quorum is %(needed)s."),
        # majority
        "adopted": N_("Adopted: %(yes)s yes, %(no)s no, %(abstain)s abstain; needed %(needed)s yes."),
        "adopted_everywhere": N_("Adopted: every chamber said yes (%(figures)s)."),
        "not_adopted": N_(
            "Not adopted: %(yes)s yes, %(no)s no, %(abstain)s abstain; needed %(needed)s yes, %(missing)s more."
        ),
        "not_adopted_in": N_(
            "Not adopted: %(chamber)s said %(yes)s yes, %(no)s no, and needed %(needed)s yes (%(figures)s)."
        ),
        # ranked
        "won": N_("Elected at stage %(stage)s (votes: %(votes)s); the quota was %(quota)s."),
        "won_last": N_("Elected at stage %(stage)s (votes: %(votes)s), as one of the last for the places left."),
        "won_tie": N_("Elected at stage %(stage)s by the tie rule (%(step)s), level at %(votes)s votes."),
        "eliminated": N_(
            "Eliminated at stage %(stage)s (votes: %(votes)s); %(missing)s more would have put it past %(next_option)s."
        ),
        "write_ins": N_(
            "Eliminated at stage %(stage)s (votes: %(votes)s): write-ins that were not declared are no one candidate."
        ),
        "barred_by": N_(
            "Excluded at stage %(stage)s (votes: %(votes)s): it cannot go together with %(winner_option)s, now elected."
        ),
        "barred_by_cap": N_(
            "Excluded at stage %(stage)s (votes: %(votes)s): it would break the limit of %(cap_minor)s for %(group)s "
            "(%(left_minor)s left there)."
        ),
        "not_reached": N_(
            "Not elected: still standing at the end (votes: %(votes)s), %(missing)s short of the quota of %(quota)s."
        ),
        "funded_as_best": N_(
            "Funded with %(award_minor)s: place %(place)s, named best by %(votes)s of %(active)s ballots."
        ),
        # equal shares
        "bought": N_(
            "Funded with %(award_minor)s: paid by its supporters (%(supporters)s), at most %(most_paid_minor)s each."
        ),
        "bought_by_votes": N_(
            "Funded with %(award_minor)s from what was left over: most votes among what still fitted (%(votes)s)."
        ),
        "supporters_short": N_(
            "Not funded: its supporters (%(supporters)s) had %(held_minor)s left, it costs %(cost_minor)s "
            "(%(short_minor)s short)."
        ),
        "other_outcome_preferred": N_(
            "Not funded: the comparison step chose the outcome by votes, which leaves it out "
            "(%(theirs)s voters for it, %(ours)s for that of equal shares)."
        ),
        "in_preferred_outcome": N_(
            "Funded with %(award_minor)s: the comparison step chose the outcome by votes (%(votes)s)."
        ),
        # phragmen
        "carried": N_(
            "Funded with %(award_minor)s: carried by its supporters (%(supporters)s), at most %(load_minor)s each."
        ),
        # one pot
        "share": N_("Awarded %(award_minor)s: %(votes)s of %(total)s votes."),
        "share_capped": N_("Awarded %(award_minor)s, all it may have: %(votes)s of %(total)s votes."),
        "share_in_group": N_(
            "Awarded %(award_minor)s: %(votes)s of %(total)s votes, within the limit of %(cap_minor)s for %(group)s."
        ),
        "share_aside": N_(
            "Awarded %(award_minor)s of the %(pot_minor)s set aside for %(group)s: %(votes)s of %(total)s votes there."
        ),
        "share_and_more": N_(
            "Awarded %(award_minor)s: %(aside_minor)s from the money set aside for %(group)s, and %(open_minor)s from "
            "the open pool by %(votes)s of %(total)s votes there."
        ),
        "share_too_small": N_(
            "No award: its share would have been %(share_minor)s, below the least award of %(minimum_minor)s."
        ),
        "not_positive": N_("No award: its votes add up to %(votes)s, which is not above zero."),
        # quadratic funding
        "matched": N_("Matched with %(award_minor)s on contributions of %(given_minor)s."),
        "matched_in_group": N_(
            "Matched with %(award_minor)s on contributions of %(given_minor)s, within the limit of %(cap_minor)s for "
            "%(group)s."
        ),
        "matched_and_more": N_(
            "Matched with %(award_minor)s on contributions of %(given_minor)s: %(aside_minor)s from the money set aside "
            "for %(group)s, and %(open_minor)s from the open pool."
        ),
        "no_match": N_(
            "No match: with contributions of %(given_minor)s, its share of the pool comes to less than one unit."
        ),
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
    missing = _figures_named(code) - params.keys()
    if missing:
        raise KeyError(f"{code}: {', '.join(sorted(missing))}")
    return Reason(code, MappingProxyType(params))


@cache
def _figures_named(code: str) -> frozenset[str]:
    return frozenset(re.findall(r"%\((\w+)\)s", MESSAGES[code]))


def money_text(amount_minor: int, currency: str, exponent: int) -> str:
    """`1,150.50 USD` or, for whole units, `1,150 USD`: plain text for the command line, exact."""
    sign, amount = ("-" if amount_minor < 0 else ""), abs(amount_minor)
    units, rest = divmod(amount, 10**exponent)
    decimals = f".{rest:0{exponent}d}" if rest else ""
    return f"{sign}{units:,}{decimals} {currency}".rstrip()
