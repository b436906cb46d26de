"""Every rule against the plain second engine, on random small contests full of ties: winners, awards, stages."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from fractions import Fraction
from itertools import permutations

import pytest

from fund.counting import profile
from fund.counting.contest import Ballot, Contest, Form, Option, Rule, SetAside
from fund.counting.count import Count, count
from fund.counting.rules import buying
from fund.counting.rules import equal_shares as equal_shares_module
from tests.counting.naive import budget as naive
from tests.counting.naive import gifts
from tests.counting.naive import ranked as naive_ranked
from tests.counting.naive.chain import TIES, Chain, above_floor
from tests.counting.naive.forms import valid
from tests.counting.naive.limits import can_stand

CONTESTS = int(os.environ.get("FUND_RANDOM_CONTESTS", "300"))
IDS = "abcdefg"


def options(dice: random.Random, *, money: bool = True) -> tuple[Option, ...]:
    found = []
    for id_ in IDS[: dice.randint(1, 7)]:
        cost = dice.choice((0, 100, 200, 300, 500, dice.randint(1, 900))) if money else 0
        groups = tuple(dice.sample(("n", "s"), dice.randint(0, 2)))
        minimum = dice.choice((None, cost // 2)) if money else None
        found.append(Option(id_, cost=cost, groups=groups, minimum=minimum))
    return tuple(found)


def approvals(dice: random.Random, ids: list[str]) -> tuple[Ballot, ...]:
    return tuple(
        Ballot.approve(*dice.sample(ids, dice.randint(0, len(ids))), count=dice.randint(1, 4))
        for _ in range(dice.randint(0, 8))
    )


def points(dice: random.Random, ids: list[str], *, negative: bool = False) -> tuple[Ballot, ...]:
    least = -3 if negative else 0
    make = Ballot.votes if negative else Ballot.points
    return tuple(
        make({id_: dice.randint(least, 4) for id_ in dice.sample(ids, dice.randint(0, len(ids)))}, dice.randint(1, 3))
        for _ in range(dice.randint(0, 8))
    )


def rankings(dice: random.Random, ids: list[str], *, paper: bool) -> tuple[Ballot, ...]:
    found = []
    for _ in range(dice.randint(0, 9)):
        order: list[tuple[str, ...]] = [(id_,) for id_ in dice.sample(ids, dice.randint(0, len(ids)))]
        for _ in range(dice.randint(0, 2) if paper else 0):
            mark = dice.choice(((), (dice.choice(ids),), tuple(dice.sample(ids, min(2, len(ids))))))
            order.insert(dice.randint(0, len(order)), mark)
        found.append(Ballot("ranking", tuple(order), dice.randint(1, 5)))
    return tuple(found)


def limits(dice: random.Random, ids: list[str]) -> dict:
    together = tuple(dice.sample(ids, 2)) if len(ids) > 1 and dice.random() < 0.3 else ()
    return {
        "caps": {"n": dice.choice((300, "1/2"))} if dice.random() < 0.3 else {},
        "incompatible": (together,) if together else (),
    }


def elective(dice: random.Random, ids: list[str]) -> dict:
    """Caps and exclusions where options are elected, half of the time, with a budget now and then."""
    if dice.random() < 0.5:
        return {}
    pairs = tuple(tuple(dice.sample(ids, 2)) for _ in range(dice.randint(0, 3)) if len(ids) > 1)
    caps = {group: dice.choice((300, 500, 900)) for group in dice.sample(("n", "s"), dice.randint(0, 2))}
    return {"caps": caps, "incompatible": pairs}


def paper(dice: random.Random) -> dict:
    return {
        "overvotes": dice.choice(("exhaust", "skip")),
        "max_skipped_ranks": dice.choice((None, 0, 1)),
        "repeats": dice.choice(("skip", "exhaust")),
    }


def tallies(result: Count) -> list[dict[str, Fraction]]:
    return [{id_: Fraction(votes) for id_, votes in stage.tally.items()} for stage in result.rounds]


def ties(result: Count) -> list[tuple[tuple[str, ...], str]]:
    """Who was level and who was chosen, tie by tie; to be compared with what the plain engine met."""
    return [(tie.options, tie.chosen) for tie in result.ties]


def each(check: Callable[[random.Random], None], contests: int = CONTESTS) -> None:
    for number in range(contests):
        TIES.clear()
        dice = random.Random(f"{check.__name__} {number}")
        try:
            check(dice)
        except Exception as error:
            error.add_note(f"random contest number {number} of {check.__name__}")
            raise


ELECTIVE_FLOORS = ("none", "none", "votes >= 2", "votes >= 9", "net > 0")
FLOORS = ("none", "none", "votes >= 2", "net > 0", "votes/voters >= cost/(3*budget)")
MONEY_TIES = ["most_votes", "lower_cost", "listed"]


def any_ties(dice: random.Random) -> dict:
    """A chain that decides in the end, by the order of the file or by the draw."""
    steps = dice.sample(["lower_cost", "higher_cost", "more_first_choices", "most_votes"], dice.randint(0, 2))
    return {"ties": [*steps, dice.choice(("listed", "lot"))], "seed": str(dice.random())}


def set_asides(dice: random.Random, budget: int) -> tuple[SetAside, ...]:
    found = []
    for group in dice.sample(("n", "s"), dice.choice((0, 0, 1, 2))):
        overflow, release = dice.choice(("refuse", "open_pool")), dice.choice(("never", "at_count", 30))
        if dice.random() < 0.5:
            found.append(SetAside(group, amount=dice.randint(0, budget // 2), overflow=overflow, release=release))
        else:
            found.append(SetAside(group, share=dice.choice(("1/5", "1/3")), overflow=overflow, release=release))
    return tuple(found)


def greedy(dice: random.Random) -> None:
    choices = options(dice)
    ids = [option.id for option in choices]
    form = dice.choice(("approval", "points", "quadratic", "ranked"))
    if form == "approval":
        ballots = approvals(dice, ids)
    elif form == "ranked":
        ballots = rankings(dice, ids, paper=False)
    else:
        ballots = points(dice, ids, negative=form == "quadratic")
    fit, floor, budget = dice.choice(("skip", "stop", "partial")), dice.choice(FLOORS), dice.randint(1, 1500)
    rule = Rule.of("greedy", fit=fit, floor=floor, **any_ties(dice))
    kept = set_asides(dice, budget)
    contest = Contest(choices, rule, ballots, budget=budget, set_asides=kept, **limits(dice, ids))
    contest = contest.replace(form=Form(form, negative=form == "quadratic"))
    result = count(contest)
    assert dict(result.awards) == naive.greedy(contest)
    assert ties(result) == TIES
    assert result.spent <= (contest.budget or 0)


def majority(dice: random.Random) -> None:
    choices = options(dice)
    ids = [option.id for option in choices]
    names = dice.choice((None, ["coops", "members"]))
    quorums = (None, 3, "majority_of_roll", "40%", {"type": "percent", "value": "33.3"})
    thresholds = ("majority", "2/3", "0.6", "1/2", "1")
    terms = [{"quorum": dice.choice(quorums), "threshold": dice.choice(thresholds)} for _ in range(2)]
    ballots = tuple(
        Ballot.marks(
            {id_: dice.choice(("yes", "yes", "no", "abstain")) for id_ in dice.sample(ids, dice.randint(0, len(ids)))},
            dice.randint(1, 4),
            dice.choice(names) if names else None,
        )
        for _ in range(dice.randint(0, 8))
    )
    stated = {"chambers": dict(zip(names, terms, strict=True))} if names else terms[0]
    rule = Rule.of(
        "majority", fit=dice.choice(("skip", "stop", "partial")), floor=dice.choice(FLOORS), **any_ties(dice), **stated
    )
    roll = {name: dice.randint(1, 20) for name in names} if names else dice.randint(1, 20)
    contest = Contest(choices, rule, ballots, budget=dice.randint(1, 1500), roll=roll, **limits(dice, ids))
    result, expected = count(contest), gifts.majority(contest)
    assert (result.outcome == "no_decision") == (expected is None)
    assert dict(result.awards) == (expected or {})
    assert ties(result) == TIES


def quadratic_funding(dice: random.Random) -> None:
    choices = options(dice)
    ids = [option.id for option in choices]
    rule = Rule.of(
        "quadratic_funding",
        ties=["lower_cost", "listed"],
        cap=dice.choice(("none", "ask", 120)),
        pairwise=dice.random() < 0.5,
        pairwise_bound=dice.choice((1, 50, 10_000)),
    )
    given = (0, 1, 4, 9, 100, dice.randint(1, 90))
    ballots = tuple(
        Ballot("contributions", tuple((id_, dice.choice(given)) for id_ in dice.sample(ids, dice.randint(0, len(ids)))))
        for _ in range(dice.randint(0, 7))
    )
    budget = dice.randint(1, 600)
    more = {**sharing_limits(dice, ids), "set_asides": set_asides(dice, budget)}
    contest = Contest(choices, rule, ballots, budget=budget, form=Form("contributions"), **more)
    result = count(contest)
    assert dict(result.awards) == gifts.quadratic_funding(contest)
    assert ties(result) == TIES
    assert result.spent <= (contest.budget or 0)


def lot(dice: random.Random) -> None:
    choices = options(dice)
    rule = Rule.of("lot", seed=str(dice.random()), fit=dice.choice(("skip", "stop", "partial")))
    contest = Contest(
        choices, rule, (), budget=dice.randint(1, 1500), form=Form("none"),
        **limits(dice, [option.id for option in choices]),
    )  # fmt: skip
    result = count(contest)
    assert dict(result.awards) == gifts.lot(contest)
    assert [id_ for id_ in result.elected if result.awards[id_]] == [
        i for i, paid in gifts.lot(contest).items() if paid
    ]


def equal_shares(dice: random.Random) -> None:
    choices = options(dice)
    ids = [option.id for option in choices]
    ballots = dice.choice((approvals, points, lambda d, i: rankings(d, i, paper=False)))(dice, ids)
    completions = ("none", "utilitarian", "add1", "add1_exhaustive", "add1+utilitarian", "add1_exhaustive+utilitarian")
    rule = Rule.of(
        "equal_shares",
        ties=MONEY_TIES,
        utility=dice.choice(("cost", "votes", "score")),
        completion=dice.choice(completions),
        comparison=dice.choice(("none", "none", "satisfaction", "exclusion")),
        floor=dice.choice(FLOORS),
    )
    contest = Contest(choices, rule, ballots, budget=dice.randint(1, 1500), exponent=1, **limits(dice, ids))
    result = count(contest)
    assert dict(result.awards) == naive.equal_shares(contest)
    assert ties(result) == TIES


def phragmen(dice: random.Random) -> None:
    choices = options(dice)
    rule = Rule.of("phragmen", ties=MONEY_TIES, fit=dice.choice(("stop", "skip")))
    ballots = approvals(dice, [option.id for option in choices])
    contest = Contest(choices, rule, ballots, budget=dice.randint(1, 1500))
    result = count(contest)
    assert dict(result.awards) == naive.phragmen(contest)
    assert ties(result) == TIES


def expanding(dice: random.Random) -> None:
    choices = options(dice)
    ids = [option.id for option in choices]
    contest = Contest(
        choices,
        Rule.of("expanding_approvals", ties=MONEY_TIES),
        rankings(dice, ids, paper=False),
        budget=dice.randint(1, 1500),
        **limits(dice, ids),
    )
    result = count(contest)
    assert dict(result.awards) == naive.expanding(contest)
    assert ties(result) == TIES


def sharing_limits(dice: random.Random, ids: list[str]) -> dict:
    """Caps and exclusions where one pot is shared, half of the time."""
    if dice.random() < 0.5:
        return {}
    pairs = tuple(tuple(dice.sample(ids, 2)) for _ in range(dice.randint(0, 3)) if len(ids) > 1)
    caps = {group: dice.choice(("0", 77, 300, 500, "1/3")) for group in dice.sample(("n", "s"), dice.randint(0, 2))}
    return {"caps": caps, "incompatible": pairs}


def proportional(dice: random.Random) -> None:
    choices = options(dice)
    ids = [option.id for option in choices]
    rule = Rule.of(
        "proportional_capped",
        min_award=dice.choice((0, 50, 200)),
        cap=dice.choice(("ask", "none", 250)),
        floor=dice.choice(FLOORS),
        **any_ties(dice),
    )
    exponent, budget = dice.choice((0, 1, 2, 2)), dice.randint(1, 1500)
    more = {**sharing_limits(dice, ids), "set_asides": set_asides(dice, budget)}
    contest = Contest(choices, rule, points(dice, ids), budget=budget, exponent=exponent, **more)
    result = count(contest)
    assert dict(result.awards) == naive.proportional(contest)
    assert ties(result) == TIES
    assert result.spent <= (contest.budget or 0)
    for group, cap in contest.caps.items():
        most = cap if isinstance(cap, int) else int(Fraction(cap) * budget)
        assert sum(result.awards.get(option.id, 0) for option in choices if group in option.groups) <= most


def irv(dice: random.Random) -> None:
    choices = options(dice)
    ids = [option.id for option in choices]
    rule = Rule.of(
        "irv",
        ties=["earlier_stage", "listed"],
        eliminate=dice.choice(("lowest", "batch")),
        until=dice.choice(("majority", "two")),
        floor=dice.choice(ELECTIVE_FLOORS),
        **paper(dice),
    )
    budget = dice.choice((None, 400))
    contest = Contest(choices, rule, rankings(dice, ids, paper=True), budget=budget, **elective(dice, ids))
    orders = naive_ranked.orders_of(contest)
    standing = [i for i in can_stand(contest, orders) if budget is None or choices[ids.index(i)].cost <= budget]
    winner, stages = naive_ranked.irv(orders, standing, contest, Chain(contest, {}), until=rule["until"])
    result = count(contest)
    assert result.elected == (() if winner is None else (winner,))
    assert [(set(stage.elected), set(stage.eliminated)) for stage in result.rounds] == [
        (set(elected), set(eliminated)) for _, elected, eliminated in stages
    ]
    assert tallies(result) == [tally for tally, _, _ in stages]
    assert ties(result) == TIES


def sequential_irv(dice: random.Random) -> None:
    choices = options(dice)
    ids = [option.id for option in choices]
    floor, fit = dice.choice(FLOORS), dice.choice(("skip", "stop", "partial"))
    rule = Rule.of("sequential_irv", ties=["earlier_stage", "listed"], floor=floor, fit=fit)
    contest = Contest(
        choices, rule, rankings(dice, ids, paper=False), budget=dice.randint(1, 1500), **limits(dice, ids)
    )
    orders = naive_ranked.orders_of(contest)
    ranked = {id_: sum(id_ in order for order in orders) for id_ in ids}
    voters = sum(ballot.count for ballot in contest.ballots)
    standing = above_floor(contest, {i: Fraction(n) for i, n in ranked.items()}, ranked, voters)
    named = naive_ranked.sequential(contest, standing)
    result = count(contest)
    assert ties(result) == TIES
    assert dict(result.awards) == naive.down_the_list(contest, named, {}, contest.budget, fit)


def stv(dice: random.Random) -> None:
    choices = options(dice)
    ids = [option.id for option in choices]
    rule = Rule.of(
        "stv",
        ties=["earlier_stage", "listed"],
        seats=dice.randint(1, 4),
        quota=dice.choice(("droop", "droop", "hare")),
        whole_quota=dice.random() < 0.5,
        decimals=dice.randint(0, 6),
        elect_per_round=dice.choice(("all", "one")),
        floor=dice.choice(ELECTIVE_FLOORS),
        **paper(dice),
    )
    contest = Contest(choices, rule, rankings(dice, ids, paper=True), **elective(dice, ids))
    elected, quota, stages = naive_ranked.stv(contest)
    result = count(contest)
    assert list(result.elected) == elected
    assert ties(result) == TIES
    if quota is not None:
        assert {Fraction(stage.quota or 0) for stage in result.rounds} == {quota}
        assert tallies(result)[:-1] == [tally for tally, _, _ in stages]
        assert [stage.eliminated for stage in result.rounds[:-1]] == [tuple(out) for _, _, out in stages]


def stv_scottish(dice: random.Random) -> None:
    choices = options(dice)
    ids = [option.id for option in choices]
    floor = dice.choice(ELECTIVE_FLOORS)
    rule = Rule.of("stv_scottish", ties=["earlier_stage", "listed"], seats=dice.randint(1, 4), floor=floor)
    contest = Contest(choices, rule, rankings(dice, ids, paper=False), **elective(dice, ids))
    result = count(contest)
    elected, stages = naive_ranked.scottish(contest)
    assert list(result.elected) == elected
    assert tallies(result)[: len(stages)] == stages
    assert len(stages) >= len(result.rounds) - 1
    assert ties(result) == TIES


def stv_meek(dice: random.Random) -> None:
    choices = options(dice)
    ids = [option.id for option in choices]
    floor = dice.choice(ELECTIVE_FLOORS)
    rule = Rule.of("stv_meek", ties=["earlier_stage", "listed"], seats=dice.randint(1, 4), floor=floor)
    contest = Contest(choices, rule, rankings(dice, ids, paper=False), **elective(dice, ids))
    result = count(contest)
    elected, stages = naive_ranked.meek(contest)
    assert list(result.elected) == elected
    assert tallies(result)[: len(stages)] == stages
    assert len(stages) >= len(result.rounds) - 1
    assert ties(result) == TIES


def orders(dice: random.Random) -> None:
    choices = options(dice, money=False)
    ids = [option.id for option in choices]
    contest = Contest(choices, Rule.of("condorcet", ties=["listed"], seats=7), rankings(dice, ids, paper=False))
    order, borda = naive.schulze_and_borda(contest)
    result = count(contest)
    assert list(result.elected) == order
    assert ties(result) == TIES
    scores = count(contest.replace(rule=Rule.of("borda", ties=["listed"]))).scores
    assert {id_: int(score) for id_, score in scores.items()} == borda


def voids(dice: random.Random) -> None:
    choices = options(dice)
    ids = [option.id for option in choices]
    name = dice.choice(("approval", "knapsack", "points", "quadratic", "ranked"))

    def most(number: int) -> int | None:
        return dice.choice((None, dice.randint(0, number)))

    if name in ("approval", "knapsack"):
        ballots, form = approvals(dice, ids), Form(name, min=most(2), max=most(4))
    elif name == "ranked":
        ballots, form = rankings(dice, ids, paper=True), Form(name, min=most(2), k=most(5))
    else:
        ballots = points(dice, ids, negative=name == "quadratic")
        limits_ = {"max": most(5), "total": most(12)} if name == "points" else {"credits": most(30)}
        form = Form(name, min=most(2), negative=dice.random() < 0.5, **limits_)
    rule = Rule.of("greedy", ties=["listed"])
    contest = Contest(choices, rule, ballots, budget=dice.randint(1, 900), form=form)
    kept = [ballot for ballot in ballots if valid(contest, ballot)]
    result = count(contest)
    assert result.valid + result.blank == sum(ballot.count for ballot in kept)
    assert result.void == sum(ballot.count for ballot in ballots) - result.valid - result.blank
    assert dict(result.awards) == naive.greedy(contest.replace(ballots=tuple(kept)))


def branches(dice: random.Random) -> None:
    """A tie changes the outcome where another order of the list, which alone breaks ties here, would change it."""
    choices = options(dice)[:4]
    ids = [option.id for option in choices]
    fit = dice.choice(("skip", "stop", "partial"))
    rule = Rule.of("greedy", fit=fit, ties=["listed"])
    ballots = approvals(dice, ids)[:3]
    contest = Contest(choices, rule, ballots, budget=dice.randint(1, 1000), form=Form("approval"), **limits(dice, ids))
    result = count(contest)
    outcomes = {tuple(sorted(naive.greedy(contest.replace(options=order)).items())) for order in permutations(choices)}
    assert any(tie.changes_outcome for tie in result.ties) == (len(outcomes) > 1)
    assert all(tie.changes_outcome is not None for tie in result.ties)


RULES = (
    voids,
    branches,
    greedy,
    majority,
    quadratic_funding,
    lot,
    equal_shares,
    phragmen,
    expanding,
    proportional,
    irv,
    sequential_irv,
    stv,
    stv_scottish,
    stv_meek,
    orders,
)


BUDGETS = (greedy, equal_shares, phragmen, expanding, proportional, sequential_irv, irv, stv, stv_scottish, majority,
           stv_meek, orders, quadratic_funding)  # fmt: skip


def as_if_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the arrays for many ballots be used from the first ballot on."""
    for module in (profile, buying):
        monkeypatch.setattr(module, "FEW", 0)
    monkeypatch.setattr(equal_shares_module, "LITTLE_WORK", 1)


@pytest.mark.parametrize("check", RULES, ids=lambda check: check.__name__)
def test_random_contests_agree_with_the_plain_engine(check):
    each(check)


@pytest.mark.parametrize("check", BUDGETS, ids=lambda check: check.__name__)
def test_arrays_of_many_ballots_agree_with_the_plain_engine_too(check, monkeypatch):
    as_if_many(monkeypatch)
    each(check, CONTESTS // 4)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("check", BUDGETS, ids=lambda check: check.__name__)
def test_arrays_agree_on_ten_thousand_random_contests(check, monkeypatch):
    as_if_many(monkeypatch)
    each(check, 10_000)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("check", RULES, ids=lambda check: check.__name__)
def test_ten_thousand_random_contests_agree_with_the_plain_engine(check):
    each(check, 10_000)
