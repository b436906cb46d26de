"""The Method of Equal Shares (`equal_shares`), its completions and its comparison step.

`utility` says what a voter gets from a funded option she supports: its cost, one vote, or the points she gave (on
ranked ballots: by position). Plain equal shares gives each voter budget/n. It often leaves money over; the
completions are

- `add1`: begin at floor(budget/n) whole units and raise every voter's share by one unit at a time, counting anew each
  time; the last outcome that costs no more than the budget stands. It does not stop at an outcome that leaves no room.
- `add1_exhaustive`: the same, and stop at the first outcome after which nothing more would fit.
- `utilitarian`, alone or after one of these: whatever still fits is added by votes.

If all options together are affordable, shares are not raised. The comparison step then asks whether the plain list by
votes would please more voters (`satisfaction`) or leave fewer with nothing (`exclusion`); if so, that list stands.
Ties: the option of equal price the chain prefers. Source: Peters, Pierczynski and Skowron 2021; equalshares.net.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from fund.counting.errors import BadContest
from fund.counting.purse import Limits, Purse
from fund.counting.reasons import Reason, reason
from fund.counting.rules.buying import MOST_VOTERS, Market, Purchase, Till, are_many, buy, tills_for
from fund.counting.rules.funding import by_votes, fund
from fund.counting.rules.registry import MONEY, RANKED, RuleSpec

if TYPE_CHECKING:
    from fund.counting.rules.raising import Raise
    from fund.counting.sitting import Sitting

LITTLE_WORK = 5_000  # marks looked at before it is worth looking at many shares at once
MOST_RAISES = 1_000_000  # of the share by add1: some seconds for a small contest
FIRST_BLOCK = 128  # shares looked at together to begin with: what a block costs beside its shares is as much as ninety


def count_equal_shares(sitting: Sitting) -> None:
    """Buy, complete and compare; then give every candidate its reason."""
    budget = sitting.purse.budget
    if budget is None:
        raise BadContest("$.budget", "a budget in minor units")
    if sitting.profile.ranked:
        sitting.votes[:] = sitting.profile.supporters()
    market = market_of(sitting)
    tills = tills_for(market)
    candidates = [place for place in sitting.candidates if sitting.options[place].cost <= budget]
    completion = sitting.rule["completion"].split("+")
    share = Fraction(budget, market.voters) if market.voters else Fraction(0)
    if sum(sitting.options[place].cost for place in sitting.candidates) <= budget:
        completion[0] = completion[0] if completion[0] == "utilitarian" else "none"
    if completion[0].startswith("add1") and market.voters:
        share = add1(sitting, tills, candidates, budget, exhaustive=completion[0] == "add1_exhaustive")
    till = tills(share)
    sitting.facts["share_minor"] = sitting.text(share)
    for purchase in _buy(sitting, till, candidates, sitting.limits):
        fund_bought(sitting, purchase)
    if not sitting.stages:
        sitting.stage({place: sitting.votes[place] for place in sitting.candidates})
    if "utilitarian" in completion:
        _complete_by_votes(sitting)
    refuse_rest(sitting, till)
    if sitting.rule["comparison"] != "none":
        _compare(sitting, market)


def market_of(sitting: Sitting) -> Market:
    """The market of this contest: groups of equal ballots, their voters, and their utilities."""
    utility, profile = sitting.rule["utility"], sitting.profile
    costs = [option.cost for option in sitting.options]
    divisor = [cost or 1 for cost in costs] if utility == "cost" else [1] * len(costs)
    if are_many(profile.groups, profile.voters):
        from fund.counting.rules.buying_many import market_of_marks

        marks = profile.marks.with_positions(profile.longest_ranking) if profile.is_ranked else profile.marks
        return market_of_marks(marks, profile.voters, costs, divisor, score=utility == "score")
    supporters: list[list[tuple[int, int]]] = [[] for _ in sitting.options]
    groups = profile.utilities()
    for number, (values, _) in enumerate(groups):
        for place, value in values:
            supporters[place].append((number, value if utility == "score" else 1))
    weights = [weight for _, weight in groups]
    utilities = [sum(weights[group] * value for group, value in fans) for fans in supporters]
    return Market(profile.voters, weights, costs, supporters, utilities, divisor)


def _buy(sitting: Sitting, till: Till, candidates: Sequence[int], limits: Limits) -> Iterator[Purchase]:
    """One run; `limits` are asked before every purchase, and told of it by whoever receives it."""
    return buy(
        till,
        candidates,
        prefer=lambda tied: sitting.prefer(tied, "fund"),
        may_buy=lambda place: limits.refusal(sitting.options[place], sitting.options[place].cost) is None,
    )


def _trial(sitting: Sitting, till: Till, candidates: Sequence[int]) -> tuple[list[int], list[int]]:
    """What one run at this share would buy, and which supported options it leaves out though no limit of the round
    forbids them; its ties are not part of the log.
    """
    limits, ties = sitting.limits.copy(), len(sitting.ties)
    places = []
    for purchase in _buy(sitting, till, candidates, limits):
        limits.record(sitting.options[purchase.place], sitting.options[purchase.place].cost)
        places.append(purchase.place)
    del sitting.ties[ties:]
    rest = [
        place
        for place in candidates
        if till.market.utility[place]
        and place not in places
        and limits.refusal(sitting.options[place], sitting.options[place].cost) is None
    ]
    return places, rest


def add1(
    sitting: Sitting, tills: Callable[[Fraction], Till], candidates: Sequence[int], budget: int, *, exhaustive: bool
) -> Fraction:
    """The last share, in steps of one unit, whose outcome is within the budget; raised no further than until every
    option with a supporter is bought or kept out by a limit of the round.
    """
    unit, costs = sitting.contest.unit, [option.cost for option in sitting.options]
    least = share = Fraction(budget // (sitting.profile.voters * unit) * unit)
    if not _limited(sitting):
        by_points = sitting.rule["utility"] == "score"
        supporters = sitting.profile.supporters() if by_points else tills(share).market.utility
        share = _first_in_doubt(sitting, candidates, supporters, share, budget, exhaustive=exhaustive)
    for places, rest in _raised(sitting, tills, candidates, share):
        if share - least > MOST_RAISES * unit:
            raise BadContest("$.rule.completion", f"an outcome within {MOST_RAISES} raises of the share by one unit")
        cost = sum(costs[place] for place in places)
        if cost > budget:
            return share - unit
        if not rest or (exhaustive and all(cost + costs[place] > budget for place in rest)):
            return share
        share += unit
    raise AssertionError("shares are raised without end")


def _limited(sitting: Sitting) -> bool:
    return bool(sitting.limits.caps or sitting.limits.rivals or sitting.forced)


def _first_in_doubt(
    sitting: Sitting,
    candidates: Sequence[int],
    supporters: Sequence[int],
    share: Fraction,
    budget: int,
    *,
    exhaustive: bool,
) -> Fraction:
    """The first share at which `add1` may have to stop; below it the count is not needed.

    At a share that times their number falls short of an option's cost, its supporters cannot buy it, whoever else pays
    what. So what is bought costs no more than all other options together; while that is within the budget, the share is
    raised, for the option they cannot buy is left over (under `exhaustive`: and would still fit).
    """
    unit = sitting.contest.unit
    costs = {place: sitting.options[place].cost for place in candidates if supporters[place]}
    order = sorted(costs, key=lambda place: Fraction(costs[place], supporters[place]))
    within_reach = 0
    for number, place in enumerate(order):
        more = min(costs[other] for other in order[number:]) if exhaustive else 0
        if within_reach + more > budget:
            break
        needed = -(-costs[place] // (supporters[place] * unit)) * unit
        share = max(share, Fraction(needed))
        within_reach += costs[place]
    return share


def _raised(
    sitting: Sitting, tills: Callable[[Fraction], Till], candidates: Sequence[int], share: Fraction
) -> Iterator[tuple[list[int], list[int]]]:
    """The outcomes (`_trial`) at this share and, unit by unit, above it; counted anew only where raising.py, which
    looks at many shares at once, cannot prove what is bought.
    """
    unit, work, looked = sitting.contest.unit, sitting.work, 0
    market = tills(share).market
    utilities = [market.utility[place] for place in candidates]
    limited = _limited(sitting) or not any(utilities) or max(utilities) > MOST_VOTERS
    while limited or looked + work <= LITTLE_WORK:
        sitting.work += work
        looked += work
        yield _trial(sitting, tills(share), candidates)
        share += unit
    block = raise_of(sitting, market, candidates)
    rows = FIRST_BLOCK
    while True:
        shares = [share + unit * number for number in range(min(rows, block.rows_at_once))]
        for outcome, at in zip(block.outcomes(shares), shares, strict=True):
            sitting.work += work
            if outcome is None:
                yield _trial(sitting, tills(at), candidates)
            else:
                bought = set(outcome)
                yield outcome, [place for place in block.places if place not in bought]
        share, rows = shares[-1] + unit, rows * 2


def raise_of(sitting: Sitting, market: Market, candidates: Sequence[int]) -> Raise:
    """What raising.py needs: the options somebody supports, and their order by the price at which nobody runs short,
    equal ones by the chain (or together, where only a draw can tell).
    """
    from fund.counting.rules.raising import Raise

    places = [place for place in candidates if market.utility[place]]
    levels: dict[Fraction, list[int]] = {}
    for place in places:
        price = Fraction(market.costs[place], market.utility[place] * market.divisor[place])
        levels.setdefault(price, []).append(place)
    rank: dict[int, int] = {}
    for price in sorted(levels):
        order = sitting.chain.standing_order(levels[price])
        first = len(rank)
        for number, place in enumerate(order or levels[price]):
            rank[place] = first + (number if order else 0)
    return Raise(market, places, [rank[place] for place in places])


def fund_bought(sitting: Sitting, purchase: Purchase, facts: Mapping[str, str | int] | None = None) -> None:
    """Elect an option its supporters bought, and write the stage."""
    place, option = purchase.place, sitting.options[purchase.place]
    standing = {other: sitting.votes[other] for other in sitting.candidates if other not in sitting.elected}
    sitting.purse.pay(option, option.cost)
    most = -(-purchase.most_paid.numerator // purchase.most_paid.denominator)
    supporters = purchase.supporters
    why = reason("bought", award_minor=option.cost, supporters=supporters, most_paid_minor=most)
    sitting.elect(place, why, option.cost)
    left = sitting.purse.left or 0
    shown = {"most_paid_minor": most, "supporters": supporters, "left_minor": left, **(facts or {})}
    sitting.stage(standing, elected=[place], facts=shown)


def _complete_by_votes(sitting: Sitting) -> None:
    """Add what still fits, most votes first."""
    standing = {place: sitting.votes[place] for place in sitting.candidates if place not in sitting.elected}
    waiting = {place: votes for place, votes in standing.items() if votes > 0}
    for place in by_votes(sitting, waiting):
        award = fund(sitting, place, sitting.votes[place])
        if award is not None:
            if award == sitting.options[place].cost:
                votes = sitting.text(sitting.votes[place])
                sitting.reasons[place] = reason("bought_by_votes", award_minor=award, votes=votes)
            sitting.stage(
                standing, elected=[place], facts={"award_minor": award, "left_minor": sitting.purse.left or 0}
            )
            del standing[place]


def refuse_rest(sitting: Sitting, till: Till) -> None:
    """Reasons for those not funded: what their supporters held against what they cost."""
    order = sorted(
        (place for place in sitting.candidates if place not in sitting.elected),
        key=lambda place: (-sitting.votes[place], place),
    )
    supporters = sitting.profile.supporters()
    for place in order:
        option, votes = sitting.options[place], supporters[place]
        limit = sitting.limits.refusal(option, option.cost)
        if votes == 0:
            why = reason("no_votes")
        elif sitting.purse.budget is not None and option.cost > sitting.purse.budget:
            why = reason("dearer_than_budget", cost_minor=option.cost, budget_minor=sitting.purse.budget)
        elif limit is not None:
            why = limit
        else:
            held = till.held_minor(place)
            why = reason(
                "supporters_short",
                supporters=votes,
                held_minor=held,
                cost_minor=option.cost,
                short_minor=option.cost - held,
            )
        sitting.refuse(place, why)


def _compare(sitting: Sitting, market: Market) -> None:
    """Let the list by votes stand instead where more voters prefer it, or fewer are left with nothing by it."""
    pot = sitting.purse.budget
    ours = [place for place in sitting.candidates if place in sitting.elected]
    limits = Limits(sitting.limits.caps, sitting.limits.seats, sitting.limits.rivals)
    rival_purse = Purse(pot, "skip", limits)
    kept, sitting.purse = sitting.purse, rival_purse
    theirs = []
    for place in by_votes(
        sitting, {p: sitting.votes[p] for p in sitting.candidates if sitting.votes[p] > 0}, "compare"
    ):
        if not isinstance(rival_purse.offer(sitting.options[place]), Reason):
            rival_purse.pay(sitting.options[place], sitting.options[place].cost)
            theirs.append(place)
    sitting.purse = kept
    prefer_ours, prefer_theirs = _voices(sitting, market, set(ours), set(theirs))
    sitting.facts["comparison_for_equal_shares"] = prefer_ours
    sitting.facts["comparison_for_votes"] = prefer_theirs
    if prefer_theirs <= prefer_ours:
        return
    for place in ours:
        sitting.elected.remove(place)
        del sitting.awards[place]
        sitting.refuse(place, reason("other_outcome_preferred", theirs=prefer_theirs, ours=prefer_ours))
    for place in theirs:
        cost, votes = sitting.options[place].cost, sitting.text(sitting.votes[place])
        sitting.elect(place, reason("in_preferred_outcome", award_minor=cost, votes=votes), cost)
    sitting.stage({place: sitting.votes[place] for place in theirs}, elected=theirs)


def _voices(sitting: Sitting, market: Market, ours: set[int], theirs: set[int]) -> tuple[int, int]:
    """Voters for each outcome: who gets more from it (satisfaction), or gets anything at all (exclusion)."""
    by_cost, weights = sitting.rule["utility"] == "cost", market.weights
    exclusion = sitting.rule["comparison"] == "exclusion"
    mine, others = [0] * len(weights), [0] * len(weights)
    for outcome, got in ((ours, mine), (theirs, others)):
        for place in outcome:
            for group, value in market.supporters[place]:
                got[group] += market.costs[place] if by_cost else value
    first = second = 0
    for weight, my, other in zip(weights, mine, others, strict=True):
        first += int(weight) * (my > 0 if exclusion else my > other)
        second += int(weight) * (other > 0 if exclusion else other > my)
    return first, second


RULES = (
    RuleSpec(
        name="equal_shares",
        forms=("approval", "points", "ranked"),
        settings={
            **MONEY,
            **RANKED,
            "ties": ["most_votes", "lower_cost", "listed"],
            "utility": "cost",
            "completion": "none",
            "comparison": "none",
        },
        run=count_equal_shares,
        pots=True,
    ),
)
