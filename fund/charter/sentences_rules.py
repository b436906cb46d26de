"""Sentences about counting rules: how winners follow, what decides between equals, what happens with money left over."""

from __future__ import annotations

from fund.charter.messages import N_

RULES = {
    "majority": N_(
        "A proposal is accepted when it reaches the needed share of yes; abstaining counts for the quorum only."
    ),
    "greedy": N_("The proposal with the most votes is funded first, then the next, until the money ends."),
    "irv": N_("The last is taken out, its ballots go to their next choice, until one has more than half."),
    "sequential_irv": N_(
        "The ballots name the best proposal: the last is taken out, its ballots go to their next choice, until one has"
        " more than half. It is funded, taken off the ballots, and the next best is named, until the money ends."
    ),
    "stv": N_("Places are shared in proportion: votes beyond what a winner needs go on to the next choice."),
    "stv_scottish": N_("Places are shared in proportion by the rules of Scottish local elections."),
    "stv_meek": N_("Places are shared in proportion by Meek's method."),
    "equal_shares": N_(
        "The money is shared equally among the voters; a proposal is funded when its supporters can pay for it."
    ),
    "phragmen": N_(
        "Every voter earns money at the same pace; a proposal is funded once its supporters can pay for it."
    ),
    "expanding_approvals": N_(
        "Rankings are widened place by place; a proposal is funded once enough voters support it."
    ),
    "proportional_capped": N_("Each proposal gets its share of the votes in money, never more than it asked for."),
    "borda": N_("Each place on a ballot gives points; most points win."),
    "condorcet": N_("Every pair is compared; who beats all others wins."),
    "lot": N_("A public draw decides; nobody votes on who gets the money."),
    "objections": N_("A proposal goes ahead unless somebody has a paramount objection with a reason."),
}
RULES_FOR_PLACES = {
    "greedy": N_("Those with the most votes are chosen, as many as there are places."),
    "sequential_irv": N_(
        "The ballots name the best: the last is taken out, its ballots go to their next choice, until one has more than"
        " half. That one is chosen and taken off the ballots, and the next best is named, until the places are filled."
    ),
    "borda": N_("Each place on a ballot gives points; most points are chosen, as many as there are places."),
    "condorcet": N_("Every pair is compared; those who beat the others are chosen, as many as there are places."),
    "lot": N_("A public draw decides who is chosen."),
}
"""The same rules where they fill places instead of giving money."""
TIES = {
    "most_votes": N_("more votes"),
    "lower_cost": N_("the cheaper one"),
    "higher_cost": N_("the dearer one"),
    "more_first_choices": N_("more first choices"),
    "earlier_stage": N_("who was ahead at the last stage at which they differed"),
    "listed": N_("the order on the ballot"),
    "lot": N_("a public draw"),
}
COMPLETIONS = {
    "none": N_("Money left over stays unspent."),
    "utilitarian": N_("Money left over goes to what still fits, most votes first."),
    "add1": N_("Shares are raised step by step while the money lasts."),
    "add1_exhaustive": N_("Shares are raised step by step until nothing more fits."),
    "add1+utilitarian": N_(
        "Shares are raised step by step while the money lasts; the rest goes by votes to what still fits."
    ),
    "add1_exhaustive+utilitarian": N_("Shares are raised until nothing more fits; the rest goes by votes."),
}
