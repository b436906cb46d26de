"""Ways to vote, for people who choose one: each is a ballot form with a counting rule, told in three sentences.

The first sentence says what one does and how it is counted, the second when to choose it, the third what to know. Four
are plain and come first; the others stand behind "advanced". Ways that give places (and not amounts of money) are for
rounds that decide about people. Sources: COUNTING.md for the rules, docs/rules/ for their examples.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fund.charter.messages import N_, Message


@dataclass(frozen=True)
class Way:
    """One way to vote: its code, ballot form and rule, its name and its three sentences; `places`: it gives no money."""

    code: str
    form: str
    rule: str
    title: Message
    sentences: tuple[Message, Message, Message]
    places: bool = False


PLAIN: Final = (
    Way("yes_no", "approve_deny", "majority", N_("Yes or no, with a quorum"), (
        N_("People say yes, no or abstain to each proposal, and it needs more yes than no."),
        N_("Best for few, larger sums, one decision at a time."),
        N_("More than half of the members must take part, or there is no decision."),
    )),
    Way("pick", "approval", "greedy", N_("Pick several"), (
        N_("People tick every proposal they support; the one with most ticks is funded first, until the money ends."),
        N_("The easiest to explain and to count, also on paper."),
        N_("A large group with one taste can take the whole pot."),
    )),
    Way("rank", "ranked", "sequential_irv", N_("Rank"), (
        N_("People put proposals in order; the last is taken out and its ballots move on, until one has more than half."),
        N_("Good when a few proposals compete and a vote for a weak one should not be lost."),
        N_("After each winner the next best is named the same way, as long as it can be paid."),
    )),
    Way("split", "quadratic", "proportional_capped", N_("Split one pot"), (
        N_("People spread credits, and every proposal gets its share of the votes in money, at most what it asked for."),
        N_("Good when nearly everybody should get something, as on a street of shops."),
        N_("One vote costs 1 credit, two cost 4, three cost 9, so that nobody can put everything on one."),
    )),
)  # fmt: skip

ADVANCED: Final = (
    Way("fill", "knapsack", "greedy", N_("Fill the budget"), (
        N_("People choose a set of proposals that together cost no more than the budget; most votes are funded first."),
        N_("Good when voters should feel what things cost."),
        N_("The page adds up while one chooses; cheap proposals have it easier."),
    )),
    Way("points", "points", "greedy", N_("Spread points"), (
        N_("People spread ten points; the proposal with most points is funded first, until the money ends."),
        N_("Good when it matters how much somebody wants a thing, and simple to fill in."),
        N_("Whoever gives all points to one proposal helps it most."),
    )),
    Way("points_split", "points", "proportional_capped", N_("Split one pot by points"), (
        N_("People spread ten points, and every proposal gets its share of the points in money, at most what it asked for."),
        N_("Good when the pot should be divided and credits seem too hard to explain."),
        N_("A small group that agrees can draw a large part to one proposal."),
    )),
    Way("credits", "quadratic", "greedy", N_("Credits, most votes first"), (
        N_("People spread credits; one vote costs 1, two cost 4, three cost 9; most votes are funded first."),
        N_("Good when a minority that cares much should be heard beside a majority that cares little."),
        N_("With more than ten proposals the page lets people sort them first."),
    )),
    Way("credits_against", "quadratic", "greedy", N_("Credits, also against"), (
        N_("As with credits, but one may also vote against a proposal, at the same cost."),
        N_("Good when some proposals may harm others."),
        N_("A proposal needs more votes for than against; votes against can hurt feelings in a small group."),
    )),
    Way("fair_ticks", "approval", "equal_shares", N_("Equal shares"), (
        N_("The money is shared equally among the voters; a proposal is funded when its supporters can pay for it together."),
        N_("Good when every neighbourhood or group should get its part of a larger budget."),
        N_("A well-liked dear proposal can lose to several cheaper ones, which needs explaining."),
    )),
    Way("fair_loads", "approval", "phragmen", N_("Even loads"), (
        N_("Every voter earns money at the same pace; a proposal is funded once its supporters can pay for it."),
        N_("Fair to groups as equal shares are, and the list comes about one by one."),
        N_("It ends at the first proposal that does not fit."),
    )),
    Way("fair_ranks", "ranked", "expanding_approvals", N_("Fair rankings"), (
        N_("Rankings are widened place by place, and a proposal is funded once enough voters support it."),
        N_("Good when people rank and every group should get its part."),
        N_("It takes longer to explain than the other rankings."),
    )),
    Way("best_one", "ranked", "irv", N_("One winner by ranking"), (
        N_("People rank; the last is taken out and its ballots move on, until one has more than half; that one is funded."),
        N_("Good for one prize or one contract."),
        N_("Whatever the winner does not use goes back to the fund."),
    )),
    Way("places", "ranked", "borda", N_("Points for places"), (
        N_("Each place on a ballot gives points, the first place most; most points are funded first."),
        N_("Good when broad liking counts more than strong liking."),
        N_("Putting a rival last is a way to trick it; best among people who trust each other."),
    )),
    Way("pairs", "ranked", "condorcet", N_("Every pair compared"), (
        N_("Every two proposals are compared: how many ballots put one before the other; who wins most surely is first."),
        N_("Good when the winner should be the one that a majority prefers to each other."),
        N_("The table of pairs is easy to check and long to read."),
    )),
    Way("lot", "none", "lot", N_("A public draw"), (
        N_("Nobody votes: a public draw puts the proposals in order, and the money goes down that order."),
        N_("Good for money that must not be voted on, and where all proposals passed the review."),
        N_("Two stewards enter the text of the draw, and anybody can repeat it."),
    )),
)  # fmt: skip

PLACES: Final = (
    Way("seats", "ranked", "stv", N_("Several places, in proportion"), (
        N_("People rank; whoever reaches the quota has a place, and votes beyond it move on to the next choice."),
        N_("Good for a committee in which every larger group should have somebody."),
        N_("Quota and decimals can be set in the charter file."),
        ), places=True),
    Way("seats_scottish", "ranked", "stv_scottish", N_("Several places, as in Scotland"), (
        N_("The same idea by the rules of Scottish local elections: one surplus at a time, five decimals."),
        N_("Good when a rule is wanted that a law describes to the last step."),
        N_("Ties are decided by the last stage at which the two differed, else by a public draw."),
        ), places=True),
    Way("seats_meek", "ranked", "stv_meek", N_("Several places, by Meek's method"), (
        N_("The same idea counted again and again, so that every winner keeps exactly what it needs."),
        N_("Good when the count is done by a computer anyway and should be as even as it can be."),
        N_("It cannot well be counted by hand."),
        ), places=True),
)  # fmt: skip

ALL: Final = (*PLAIN, *ADVANCED, *PLACES)


def way(code: str) -> Way:
    """The way with this code. Raises KeyError."""
    return {one.code: one for one in ALL}[code]
