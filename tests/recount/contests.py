"""Random small contests for each rule that the pages recount: small figures, many ties, every setting now and then."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

from fund.counting.contest import Ballot, Contest, Form, Option, Rule, SetAside

IDS = "abcdefg"
FLOORS = ("none", "none", "none", "votes >= 2", "net > 0", "votes/voters >= cost/(3*budget)")
COMPLETIONS = ("none", "utilitarian", "add1", "add1_exhaustive", "add1+utilitarian", "add1_exhaustive+utilitarian")
CURRENCIES = ("JPY", "JPY", "USD", "KWD")


def options(dice: random.Random, *, money: bool = True) -> tuple[Option, ...]:
    found = []
    for id_ in IDS[: dice.randint(1, 7)]:
        cost = dice.choice((0, 100, 200, 300, 500, dice.randint(1, 900))) if money else 0
        minimum = dice.choice((None, cost // 2)) if money else None
        groups = tuple(dice.sample(("n", "s"), dice.randint(0, 2)))
        found.append(Option(id_, name=f"Option {id_}", cost=cost, groups=groups, minimum=minimum))
    return tuple(found)


def ballots(dice: random.Random, form: Form, ids: list[str]) -> tuple[Ballot, ...]:
    make = {"approval": approval, "knapsack": approval, "points": points, "quadratic": votes, "ranked": ranking}.get(
        form.form, marks
    )
    return tuple(make(dice, ids) for _ in range(dice.randint(0, 9)))


def _some(dice: random.Random, ids: list[str]) -> list[str]:
    return dice.sample(ids, dice.randint(0, len(ids)))


def approval(dice: random.Random, ids: list[str]) -> Ballot:
    return Ballot.approve(*_some(dice, ids), count=dice.randint(1, 4))


def points(dice: random.Random, ids: list[str]) -> Ballot:
    return Ballot.points({id_: dice.randint(0, 4) for id_ in _some(dice, ids)}, dice.randint(1, 3))


def votes(dice: random.Random, ids: list[str]) -> Ballot:
    return Ballot.votes({id_: dice.randint(-2, 4) for id_ in _some(dice, ids)}, dice.randint(1, 3))


def marks(dice: random.Random, ids: list[str]) -> Ballot:
    given = {id_: dice.choice(("yes", "yes", "no", "abstain")) for id_ in _some(dice, ids)}
    return Ballot.marks(given, dice.randint(1, 4), dice.choice((None, "coops", "members")))


def ranking(dice: random.Random, ids: list[str]) -> Ballot:
    order: list[tuple[str, ...]] = [(id_,) for id_ in _some(dice, ids)]
    for _ in range(dice.randint(0, 2) if dice.random() < 0.4 else 0):
        mark = dice.choice(((), (dice.choice(ids),), tuple(dice.sample(ids, min(2, len(ids))))))
        order.insert(dice.randint(0, len(order)), mark)
    return Ballot("ranking", tuple(order), dice.randint(1, 5))


def form_of(dice: random.Random, names: tuple[str, ...]) -> Form:
    """A form, now and then with limits that make some ballots void."""
    name = dice.choice(names)
    narrow: dict[str, Any] = {}
    if dice.random() < 0.3:
        narrow = {
            "approval": {"max": 4, "min": 1}, "points": {"total": 9, "max": 3}, "quadratic": {"credits": 30}, "ranked": {"k": 4, "min": 1},
        }.get(name, {})  # fmt: skip
    return Form(name, negative=name == "quadratic" and dice.random() < 0.5, **narrow)


def chain(dice: random.Random, *, stages: bool) -> dict[str, Any]:
    """A chain that always decides, by the order of the file or by a public draw."""
    steps = ["most_votes", "lower_cost", "higher_cost", "more_first_choices", *(["earlier_stage"] if stages else [])]
    found = dice.sample(steps, dice.randint(0, 2))
    return {"ties": [*found, dice.choice(("listed", "lot"))], "seed": dice.choice(("4 1 3", "ünï 🎲"))}


def paper(dice: random.Random) -> dict[str, Any]:
    return {
        "overvotes": dice.choice(("exhaust", "skip")), "max_skipped_ranks": dice.choice((None, 0, 1)), "repeats": dice.choice(("skip", "exhaust")),
    }  # fmt: skip


def money_settings(dice: random.Random) -> dict[str, Any]:
    return {"floor": dice.choice(FLOORS), "fit": dice.choice(("skip", "stop", "partial")), **quorum(dice)}


def quorum(dice: random.Random) -> dict[str, Any]:
    return {"quorum": dice.choice(("majority_of_roll", "40%", 5))} if dice.random() < 0.2 else {}


def limits(dice: random.Random, ids: list[str], *, asides: bool = True) -> dict[str, Any]:
    """Caps, exclusions and set-asides, each now and then."""
    kept: tuple[SetAside, ...] = ()
    if asides and dice.random() < 0.3:
        size: dict[str, Any] = dice.choice(({"share": "1/5"}, {"amount": 0}, {"share": "1/3"}))
        kept = (
            SetAside(
                "s",
                overflow=dice.choice(("open_pool", "refuse")),
                release=dice.choice(("never", "at_count", 90)),
                **size,
            ),
        )
    return {
        "caps": {"n": dice.choice((300, "1/2"))} if dice.random() < 0.3 else {},
        "incompatible": (tuple(dice.sample(ids, 2)),) if len(ids) > 1 and dice.random() < 0.3 else (),
        "set_asides": kept,
        "roll": dice.randint(1, 40),
    }  # fmt: skip


def majority(dice: random.Random) -> Contest:
    choices = options(dice)
    ids = [option.id for option in choices]
    settings = {
        **chain(dice, stages=False),
        **money_settings(dice),
        "threshold": dice.choice(("majority", "2/3", "60%")),
    }
    more = limits(dice, ids)
    if dice.random() < 0.4:
        settings["chambers"] = {"coops": {"quorum": 3}, "members": {"threshold": "2/3", "quorum": "40%"}}
        more["roll"] = {"coops": 5, "members": dice.randint(1, 20)}
    budget = dice.choice((None, dice.randint(1, 1500)))
    if budget is None:
        more["set_asides"] = ()
        more["caps"] = dict.fromkeys(more["caps"], 300)
        settings["floor"] = dice.choice(("none", "votes >= 2"))
    rule = Rule.of("majority", **settings)
    cast = tuple(
        replace(ballot, chamber=dice.choice(("coops", "members")) if "chambers" in settings else None)
        for ballot in ballots(dice, Form("approve_deny"), ids)
    )
    return Contest(choices, rule, cast, budget=budget, **more)


def greedy(dice: random.Random) -> Contest:
    choices = options(dice)
    ids = [option.id for option in choices]
    form = form_of(dice, ("approval", "knapsack", "points", "quadratic", "ranked"))
    seats = {"seats": dice.randint(1, 3)} if dice.random() < 0.3 else {}
    rule = Rule.of("greedy", **chain(dice, stages=False), **money_settings(dice), **paper(dice), **seats)
    return Contest(
        choices, rule, ballots(dice, form, ids), budget=dice.randint(1, 1500), form=form, **limits(dice, ids)
    )


def irv(dice: random.Random) -> Contest:
    choices = options(dice, money=dice.random() < 0.3)
    ids = [option.id for option in choices]
    form = form_of(dice, ("ranked",))
    settings = {"eliminate": dice.choice(("lowest", "batch")), "until": dice.choice(("majority", "two"))}
    settings["floor"] = dice.choice(("none", "none", "votes >= 3", "net > 0"))
    rule = Rule.of("irv", **chain(dice, stages=True), **paper(dice), **quorum(dice), **settings)
    more = limits(dice, ids, asides=False)
    more["caps"] = {group: dice.choice((150, 300)) for group in more["caps"]}
    return Contest(choices, rule, ballots(dice, form, ids), budget=dice.choice((None, 400)), form=form, **more)


def sequential_irv(dice: random.Random) -> Contest:
    choices = options(dice)
    ids = [option.id for option in choices]
    form = form_of(dice, ("ranked",))
    seats = {"seats": dice.randint(1, 3)} if dice.random() < 0.3 else {}
    settings = {**money_settings(dice), **paper(dice), **seats, "eliminate": dice.choice(("lowest", "batch"))}
    rule = Rule.of("sequential_irv", **chain(dice, stages=True), **settings)
    return Contest(
        choices, rule, ballots(dice, form, ids), budget=dice.randint(1, 1500), form=form, **limits(dice, ids)
    )


def equal_shares(dice: random.Random) -> Contest:
    choices = options(dice)
    ids = [option.id for option in choices]
    form = form_of(dice, ("approval", "points", "ranked"))
    settings = {
        "utility": dice.choice(("cost", "votes", "score")),
        "completion": dice.choice(COMPLETIONS),
        "comparison": dice.choice(("none", "none", "satisfaction", "exclusion")),
    }
    rule = Rule.of("equal_shares", **chain(dice, stages=False), **money_settings(dice), **settings)
    currency = dice.choice(CURRENCIES)
    budget = dice.randint(1, 1500) * (100 if currency == "USD" else 1)
    if currency == "USD":
        choices = tuple(Option(o.id, o.name, o.cost * 100, o.groups, o.minimum and o.minimum * 100) for o in choices)
    return Contest(
        choices, rule, ballots(dice, form, ids), budget=budget, form=form, currency=currency, **limits(dice, ids)
    )


def proportional_capped(dice: random.Random) -> Contest:
    choices = options(dice)
    ids = [option.id for option in choices]
    form = form_of(dice, ("points", "quadratic"))
    settings = {
        "min_award": dice.choice((0, 50, 200)),
        "cap": dice.choice(("ask", "none", 250)),
        "floor": dice.choice(FLOORS),
    }
    rule = Rule.of("proportional_capped", **chain(dice, stages=False), **quorum(dice), **settings)
    more = {**limits(dice, ids), "budget": dice.randint(1, 1500), "currency": dice.choice(CURRENCIES)}
    if dice.random() < 0.3:
        more["caps"] = {"n": dice.choice((0, 77, 300)), "s": "1/3"}
    return Contest(choices, rule, ballots(dice, form, ids), form=form, **more)


RULES = {make.__name__: make for make in (majority, greedy, irv, sequential_irv, proportional_capped, equal_shares)}


def drawn(name: str, many: int) -> list[Contest]:
    """Contests of one rule, the same ones every time."""
    return [RULES[name](random.Random(f"recount {name} {number}")) for number in range(many)]
