"""Quadratic funding, yes or no, and the lot: from COUNTING.md, Buterin, Hitzig and Weyl 2019, and FIELD.md."""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction
from hashlib import sha256
from itertools import combinations
from math import floor

from fund.counting.contest import Contest
from tests.counting.naive.budget import (
    by_votes,
    down_the_list,
    hand_out_rest,
    raised_together,
    room_of_groups,
    shared_pots,
    without_rivals,
)
from tests.counting.naive.chain import Chain, above_floor, rows

PRECISE = Context(prec=200)


def root(amount: int) -> Fraction:
    return Fraction(PRECISE.sqrt(Decimal(amount)))


def rounded(number: Fraction) -> Fraction:
    """To thirty decimals."""
    return Fraction(floor(number * 10**30 + Fraction(1, 2)), 10**30)


def matches(contest: Contest) -> dict[str, Fraction]:
    """What each option should have from the pool: the sum over pairs of givers of twice the root of their product."""
    givers = [dict(content) for content in rows(contest)]
    found = {option.id: Fraction(0) for option in contest.options}
    for one, other in combinations(givers, 2):
        shared = {id_: root(one[id_] * other[id_]) for id_ in one.keys() & other.keys()}
        factor = Fraction(1)
        if contest.rule["pairwise"]:
            bound = contest.rule["pairwise_bound"]
            factor = bound / (bound + sum(shared.values(), Fraction(0)))
        for id_, product in shared.items():
            found[id_] += 2 * product * factor
    return {id_: rounded(match) for id_, match in found.items()}


def quadratic_funding(contest: Contest) -> dict[str, int]:
    """All matches scaled alike, nobody above the match or the cap, whole minor units by largest remainder."""
    full = {id_: match for id_, match in matches(contest).items() if match > 0}
    given = {o.id: sum(a for content in rows(contest) for i, a in content if i == o.id) for o in contest.options}
    most = dict(full)
    for option in contest.options:
        cap = contest.rule["cap"]
        if option.id in full and cap != "none":
            limit = max(0, option.cost - given[option.id]) if cap == "ask" else cap
            most[option.id] = min(full[option.id], Fraction(limit))
    chain = Chain(contest, {id_: Fraction(number) for id_, number in given.items()})

    def one_pool(pool, ids, paid):
        """What is missing to each match, scaled alike to this pool."""
        ids = [id_ for id_ in ids if id_ not in paid or most[id_] > paid[id_]]
        missing = {id_: full[id_] - paid.get(id_, 0) for id_ in ids}
        kept = without_rivals(contest, chain, missing, ids, paid)
        caps, member = room_of_groups(contest, paid)
        own = {id_: most[id_] - paid.get(id_, 0) for id_ in kept}
        shares, _ = raised_together(pool, {id_: missing[id_] for id_ in kept}, own, caps, member)
        awards = {id_: floor(share) for id_, share in shares.items()}
        waiting = [id_ for id_ in shares if shares[id_] > awards[id_]]
        spare = sum(shares.values()) - sum(awards.values())
        return hand_out_rest(chain, shares, awards, waiting, spare, 1, {}, caps, member)

    return shared_pots(contest, list(full), one_pool)


def needed(quorum, roll: int) -> int:
    """Ballots a quorum asks for."""
    if quorum["type"] == "count":
        return quorum["value"]
    if quorum["type"] == "majority_of_roll":
        return floor(Fraction(roll, 2)) + 1
    share = Fraction(quorum["value"]) / 100 * roll
    return floor(share) + (share != floor(share))


def majority(contest: Contest) -> dict[str, int] | None:
    """The adopted proposals that can be paid; None where a quorum is missed."""
    rule = contest.rule
    chambers = rule["chambers"] or {None: {"quorum": rule["quorum"], "threshold": rule["threshold"]}}
    said = {
        name: [b.content for b in contest.ballots for _ in range(b.count) if name is None or b.chamber == name]
        for name in chambers
    }
    for name, terms in chambers.items():
        roll = contest.roll if name is None else contest.roll[name]
        if terms["quorum"] is not None and len(said[name]) < needed(terms["quorum"], roll):
            return None
    yes = {o.id: Fraction(sum(dict(c).get(o.id) == "yes" for b in said.values() for c in b)) for o in contest.options}
    support = {id_: int(number) for id_, number in yes.items()}
    everyone = [content for ballots in said.values() for content in ballots]
    net = {id_: number - sum(dict(c).get(id_) == "no" for c in everyone) for id_, number in yes.items()}
    floored = net if rule["floor"] == "net > 0" else yes
    standing = above_floor(contest, floored, support, len(everyone))
    for name, terms in chambers.items():
        for id_ in list(standing):
            votes = [dict(content).get(id_) for content in said[name]]
            for_it, against = votes.count("yes"), votes.count("no")
            if terms["threshold"] == "majority":
                enough = for_it > against
            else:
                enough = for_it > 0 and Fraction(for_it, for_it + against) >= Fraction(terms["threshold"])
            if not enough:
                standing.remove(id_)
    return down_the_list(contest, by_votes(contest, standing, yes), {}, contest.budget, rule["fit"])


def lot(contest: Contest) -> dict[str, int]:
    """Down the order of the draw."""
    seed = contest.rule["seed"].encode()
    order = sorted(
        (option.id for option in contest.options), key=lambda id_: sha256(seed + b"\0" + id_.encode()).digest()
    )
    return down_the_list(contest, order, {}, contest.budget, contest.rule["fit"])
