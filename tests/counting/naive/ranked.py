"""Ranked rules: one ballot at a time, from the top at every stage."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

from fund.counting.contest import Contest
from tests.counting.naive.chain import Chain, rows
from tests.counting.naive.limits import barred, can_stand, one_by_one


def read(content, rule) -> list[str]:
    """The strict order on a paper ballot."""
    order, seen, skipped = [], [], 0
    for rank in content:
        if len(rank) == 0:
            skipped += 1
            continue
        if rule["max_skipped_ranks"] is not None and skipped > rule["max_skipped_ranks"]:
            return order
        skipped = 0
        if rule["repeats"] == "exhaust" and set(rank) & set(seen):
            return order
        seen += rank
        if len(rank) >= 2:
            if rule["overvotes"] == "exhaust":
                return order
            continue
        if rank[0] not in order:
            order.append(rank[0])
    return order


def orders_of(contest: Contest) -> list[list[str]]:
    return [read(content, contest.rule) for content in rows(contest) if any(content)]


def first(order: list[str], standing) -> str | None:
    return next((id_ for id_ in order if id_ in standing), None)


def irv(orders, standing, contest, chain, until="majority"):
    """Winner and the stages as (tally, elected, eliminated)."""
    standing, stages, winner = list(standing), [], None
    chain.stages = []
    while True:
        tally = {id_: Fraction(sum(first(order, standing) == id_ for order in orders)) for id_ in standing}
        active = sum(tally.values())
        if winner is None:
            if active == 0:
                stages.append((tally, [], []))
                return None, stages
            for id_ in standing:
                if tally[id_] > active / 2:
                    winner = id_
            if winner is None and len(standing) == 2:
                winner = chain.best(standing)
            if winner is not None:
                stages.append((tally, [winner], []))
                if until == "majority" or len(standing) <= 2:
                    return winner, stages
                chain.stages.append(tally)
                continue
        elif len(standing) <= 2:
            stages.append((tally, [], []))
            return winner, stages
        out = batch(tally, 2 if until == "two" else 1) if contest.rule["eliminate"] == "batch" else []
        if len(out) < 2:
            out = [chain.worst(id_ for id_ in standing if tally[id_] == min(tally.values()))]
        stages.append((tally, [], out))
        chain.stages.append(tally)
        standing = [id_ for id_ in standing if id_ not in out]


def batch(tally, keep):
    """Largest set of lowest options with a sum below the next one."""
    best = []
    for edge in set(tally.values()):
        low = [id_ for id_ in tally if tally[id_] < edge]
        if sum(tally[id_] for id_ in low) < edge and len(tally) - len(low) >= keep and len(low) > len(best):
            best = low
    return best


def sequential(contest: Contest, standing):
    """Options named best, one after the other."""
    orders = orders_of(contest)
    standing, named = list(standing), []
    while standing:
        chain = Chain(contest, {})
        winner, _ = irv(orders, standing, contest, chain)
        if winner is None:
            break
        named.append(winner)
        standing.remove(winner)
    return named


def cut(number: Fraction, decimals: int) -> Fraction:
    return Fraction(floor(number * 10**decimals), 10**decimals)


def stv(contest: Contest):
    """Elected in order, quota, and stages as (tally, elected, eliminated)."""
    rule, orders = contest.rule, orders_of(contest)
    seats, decimals = rule["seats"], rule["decimals"]
    standing, elected, stages = can_stand(contest, orders), [], []
    chain = Chain(contest, {})
    papers = [[order, Fraction(1), first(order, standing)] for order in orders]
    places = 0 if rule["whole_quota"] else decimals
    total = Fraction(sum(1 for paper in papers if paper[2] is not None))
    if total == 0:
        return [], None, []
    step = Fraction(1, 10**places)
    quota = cut(total / (seats + 1), places) + step if rule["quota"] == "droop" else step * ceil(total / seats / step)
    held: dict[str, Fraction] = {}
    waiting: list[str] = []  # elected, their surplus not moved yet
    while len(elected) < seats and standing:
        tally = {id_: sum((p[1] for p in papers if p[2] == id_), Fraction(0)) for id_ in standing}
        shown = {**tally, **held}
        reached = [i for i in standing if tally[i] >= quota or len(standing) <= seats - len(elected)]
        if rule["elect_per_round"] == "one" and len(reached) > 1:
            new = [chain.best(id_ for id_ in reached if tally[id_] == max(tally[i] for i in reached))]
        else:
            new = one_by_one(contest, chain, tally, reached, elected)
        elected += new
        waiting += new
        held.update({id_: tally[id_] for id_ in new})
        standing = [id_ for id_ in standing if id_ not in new]
        out = barred(contest, standing, elected) if new else []
        if not out and not waiting:
            out = [chain.worst(i for i in standing if tally[i] == min(tally.values()))]
        stages.append((shown, new, out))
        chain.stages.append(shown)
        standing = [id_ for id_ in standing if id_ not in out]
        for paper in papers:
            if paper[2] in waiting and not out:
                surplus = held[paper[2]] - quota
                paper[1] = cut(paper[1] * surplus / held[paper[2]], decimals) if surplus > 0 else Fraction(0)
            if paper[2] in out or (paper[2] in waiting and not out):
                paper[2] = first(paper[0], standing)
        if not out:
            held = {id_: min(quota, votes) for id_, votes in held.items()}
            waiting = []
    return elected, quota, stages


def scottish(contest: Contest):
    """The Order: one surplus a stage, largest first; five decimals. Elected, and the tally of every stage but the last."""
    orders, seats = orders_of(contest), contest.rule["seats"]
    standing, elected, out = can_stand(contest, orders), [], []
    chain = Chain(contest, {})
    papers = [[order, Fraction(1), first(order, standing)] for order in orders]
    total = sum(1 for paper in papers if paper[2] is not None)
    if not total:
        return [], []
    quota = total // (seats + 1) + 1
    votes = {id_: Fraction(0) for id_ in standing}

    def recount():
        for id_ in standing:
            votes[id_] = sum((p[1] for p in papers if p[2] == id_), Fraction(0))

    def move(sources, value_of):
        for paper in papers:
            if paper[2] in sources:
                paper[1] = value_of(paper[1])
                paper[2] = first(paper[0], standing)

    surplus: list[str] = []
    while True:
        recount()
        reached = [i for i in standing if votes[i] >= quota or len(standing) <= seats - len(elected)]
        new = one_by_one(contest, chain, votes, reached, elected)
        elected += new
        standing = [i for i in standing if i not in new]
        surplus += [i for i in new if votes[i] > quota]
        if len(elected) >= seats or not standing:
            return elected, chain.stages
        shown = {i: v for i, v in votes.items() if i not in out}
        excluded = barred(contest, standing, elected) if new else []
        if excluded:
            chain.stages.append(dict(shown))
            standing = [i for i in standing if i not in excluded]
            out += excluded
            move(excluded, lambda value: value)
        elif surplus:
            source = chain.best(i for i in surplus if votes[i] == max(votes[j] for j in surplus))
            surplus.remove(source)
            extra, held = votes[source] - quota, votes[source]
            chain.stages.append(dict(shown))
            move([source], lambda value, extra=extra, held=held: cut(value * extra / held, 5))
            votes[source] = Fraction(quota)
        elif new:
            chain.stages.append(dict(shown))
        else:
            source = chain.worst(i for i in standing if votes[i] == min(votes[j] for j in standing))
            chain.stages.append(dict(shown))
            standing.remove(source)
            out.append(source)
            move([source], lambda value: value)


def raised(number: Fraction) -> Fraction:
    """Up to nine decimals."""
    return Fraction(ceil(number * 10**9), 10**9)


def hand_out(orders, keep) -> dict[str, Fraction]:
    """Votes of every option: each keeps its factor of what reaches it."""
    votes = {id_: Fraction(0) for id_ in keep}
    for order in orders:
        weight = Fraction(1)
        for id_ in order:
            if id_ in keep and weight > 0:
                part = raised(weight * keep[id_])
                votes[id_] += part
                weight -= part
    return votes


def meek(contest: Contest):
    """The reference rule in Fractions, each product and quotient raised to nine decimals. Elected, and the tallies."""
    orders, seats, nano = orders_of(contest), contest.rule["seats"], Fraction(1, 10**9)
    hopeful, elected = can_stand(contest, orders), []
    keep = {id_: Fraction(1) for id_ in hopeful}
    chain = Chain(contest, {})
    if not orders:
        return [], []
    while len(elected) < seats and len(elected) + len(hopeful) > seats:
        before = None
        while True:
            votes = hand_out(orders, keep)
            quota = floor(sum(votes.values()) / (seats + 1) / nano) * nano + nano
            new = one_by_one(contest, chain, votes, [i for i in hopeful if votes[i] >= quota], elected)
            elected += new
            hopeful = [id_ for id_ in hopeful if id_ not in new]
            surplus = max(Fraction(0), sum((votes[id_] - quota for id_ in elected), Fraction(0)))
            if new or surplus < Fraction(1, 10**6) or (before is not None and surplus >= before):
                break
            before = surplus
            for id_ in elected:
                keep[id_] = raised(raised(keep[id_] * quota) / votes[id_])
        for out in barred(contest, hopeful, elected) if new else []:
            hopeful.remove(out)
            del keep[out]
        if not new:
            low = min(votes[id_] for id_ in hopeful)
            out = chain.worst(id_ for id_ in hopeful if votes[id_] <= low + surplus)
            hopeful.remove(out)
            del keep[out]
        chain.stages.append(dict(votes))
    if len(elected) < seats:
        votes = hand_out(orders, keep)
        elected += one_by_one(contest, chain, votes, hopeful, elected)
    return elected, chain.stages
