"""Rules that spend a budget, voter by voter."""

from __future__ import annotations

from fractions import Fraction

from fund.counting.contest import Contest
from tests.counting.naive.chain import TIES, Chain, above_floor, rows
from tests.counting.naive.limits import Rules
from tests.counting.naive.ranked import orders_of


def values(contest: Contest) -> list[dict[str, int]]:
    """What each voter gives each option."""
    found = []
    for ballot in contest.ballots:
        for _ in range(ballot.count):
            if ballot.kind == "approve":
                found.append(dict.fromkeys(ballot.content, 1))
            else:
                found.append(dict(ballot.content))
    return found


def sums(contest: Contest) -> tuple[dict[str, Fraction], dict[str, int]]:
    voters = values(contest)
    votes = {o.id: Fraction(sum(v.get(o.id, 0) for v in voters)) for o in contest.options}
    support = {o.id: sum(v.get(o.id, 0) > 0 for v in voters) for o in contest.options}
    return votes, support


def down_the_list(contest: Contest, order, funded, left, fit="skip"):
    """Pay the options in order; `order` is the full list."""
    rules = Rules(contest)
    for id_ in order:
        option = rules.options[id_]
        if not rules.allow(id_, funded):
            continue
        if option.cost <= left:
            funded[id_] = option.cost
        elif fit == "partial" and option.minimum is not None and left > 0:
            if left < option.minimum:
                continue
            funded[id_] = left
        elif fit == "stop":
            break
        else:
            continue
        left -= funded[id_]
    return funded


def by_votes(contest: Contest, ids, votes) -> list[str]:
    chain, waiting, order = Chain(contest, votes), [i for i in ids if votes[i] > 0], []
    while waiting:
        best = chain.best(i for i in waiting if votes[i] == max(votes[j] for j in waiting))
        order.append(best)
        waiting.remove(best)
    return order


def greedy(contest: Contest) -> dict[str, int]:
    if contest.form_in_force.form == "ranked":
        orders = orders_of(contest)
        votes = {o.id: Fraction(sum(order[:1] == [o.id] for order in orders)) for o in contest.options}
        support = {o.id: sum(o.id in order for order in orders) for o in contest.options}
        floored = {id_: Fraction(number) for id_, number in support.items()}
    else:
        votes, support = sums(contest)
        floored = votes
    ids = above_floor(contest, floored, support, len(rows(contest)))
    return pots(contest, ids, votes)


def pots(contest: Contest, ids, votes) -> dict[str, int]:
    """Each set-aside down its own list, then the open pool down the list of all the others."""
    funded: dict[str, int] = {}
    kept = [a.amount if a.amount is not None else int(Fraction(a.share) * contest.budget) for a in contest.set_asides]
    open_pool = contest.budget - sum(kept)
    groups = {option.id: option.groups for option in contest.options}
    for aside, amount in zip(contest.set_asides, kept, strict=True):
        inside = [id_ for id_ in ids if aside.group in groups[id_] and id_ not in funded]
        more = open_pool if aside.overflow == "open_pool" else 0
        before = sum(funded.values())
        down_the_list(contest, by_votes(contest, inside, votes), funded, amount + more, contest.rule["fit"])
        spent = sum(funded.values()) - before
        open_pool -= max(0, spent - amount)
        if aside.release == "at_count":
            open_pool += max(0, amount - spent)
    rest = [id_ for id_ in ids if id_ not in funded]
    return down_the_list(contest, by_votes(contest, rest, votes), funded, open_pool, contest.rule["fit"])


def price(money: list[Fraction], gains: list[int], cost: int) -> Fraction | None:
    """Least rho with sum of min(money, rho * gain) = cost, tried at every breakpoint."""
    if sum(money) < cost:
        return None
    for broke in sorted({m / g for m, g in zip(money, gains, strict=True)} | {Fraction(0)}):
        poor = sum(m for m, g in zip(money, gains, strict=True) if m / g <= broke)
        rich = sum(g for m, g in zip(money, gains, strict=True) if m / g > broke)
        if rich == 0:
            return broke if poor == cost else None
        rho = Fraction(cost - poor) / rich
        least = min(m / g for m, g in zip(money, gains, strict=True) if m / g > broke)
        if broke <= rho <= least:
            return rho
    return None


def one_run(contest: Contest, ids, share: Fraction, voters, votes) -> list[str]:
    """Equal shares with this share for every voter."""
    rules, chain, cost = Rules(contest), Chain(contest, votes), {o.id: o.cost for o in contest.options}
    money = [share] * len(voters)
    funded: dict[str, int] = {}
    waiting = list(ids)
    by_cost, by_score = contest.rule["utility"] == "cost", contest.rule["utility"] == "score"
    while True:
        offers = {}
        for id_ in waiting:
            fans = [n for n, voter in enumerate(voters) if voter.get(id_, 0) > 0]
            if not fans or not rules.allow(id_, funded):
                continue
            gains = [voters[n][id_] if by_score else 1 for n in fans]
            rho = price([money[n] for n in fans], gains, cost[id_])
            if rho is not None:
                offers[id_] = rho
        if not offers:
            return list(funded)
        ratio = {id_: (rho / (cost[id_] or 1) if by_cost else rho) for id_, rho in offers.items()}
        best = chain.best(id_ for id_ in ratio if ratio[id_] == min(ratio.values()))
        for n, voter in enumerate(voters):
            if voter.get(best, 0) > 0:
                money[n] -= min(money[n], offers[best] * (voter[best] if by_score else 1))
        funded[best] = cost[best]
        waiting.remove(best)


def equal_shares(contest: Contest) -> dict[str, int]:
    voters = values(contest) if contest.ballots and contest.ballots[0].kind != "ranking" else positions(contest)
    votes = {o.id: Fraction(sum(v.get(o.id, 0) for v in voters)) for o in contest.options}
    support = {o.id: sum(v.get(o.id, 0) > 0 for v in voters) for o in contest.options}
    if contest.ballots and contest.ballots[0].kind == "ranking":
        votes = {id_: Fraction(number) for id_, number in support.items()}
    cost = {o.id: o.cost for o in contest.options}
    admitted = above_floor(contest, votes, support, len(voters))
    ids = [id_ for id_ in admitted if cost[id_] <= contest.budget]
    steps = contest.rule["completion"].split("+")
    raised = voters and steps[0].startswith("add1") and sum(cost[id_] for id_ in admitted) > contest.budget
    if not raised:
        chosen = one_run(contest, ids, Fraction(contest.budget, len(voters) or 1), voters, votes)
        ties = list(TIES)
    else:
        share = contest.budget // len(voters) // contest.unit * contest.unit
        chosen = None
        while True:
            TIES.clear()
            outcome = one_run(contest, ids, Fraction(share), voters, votes)
            spent = sum(cost[id_] for id_ in outcome)
            if spent > contest.budget and chosen is not None:
                break
            chosen, ties = outcome, list(TIES)
            bought = {id_: cost[id_] for id_ in outcome}
            rest = [i for i in ids if support[i] and i not in bought and Rules(contest).allow(i, bought)]
            if not rest:
                break
            if steps[0] == "add1_exhaustive" and all(spent + cost[id_] > contest.budget for id_ in rest):
                break
            share += contest.unit
    TIES[:] = ties
    funded = {id_: cost[id_] for id_ in chosen}
    if "utilitarian" in steps:
        rest = [id_ for id_ in admitted if id_ not in funded]
        order = by_votes(contest, rest, votes)
        down_the_list(contest, order, funded, contest.budget - sum(funded.values()))
    if contest.rule["comparison"] == "none":
        return funded
    theirs = down_the_list(contest, by_votes(contest, admitted, votes), {}, contest.budget)
    return theirs if more_voices(contest, voters, theirs, funded) else funded


def more_voices(contest: Contest, voters, first, second) -> bool:
    """Whether more voters speak for the first outcome: they get more by it, or do not go with nothing."""

    def gain(voter, outcome) -> int:
        mine = [id_ for id_ in outcome if voter.get(id_, 0) > 0]
        if contest.rule["utility"] == "cost":
            return sum(option.cost for option in contest.options if option.id in mine)
        return sum(voter[id_] if contest.rule["utility"] == "score" else 1 for id_ in mine)

    if contest.rule["comparison"] == "satisfaction":
        return sum(gain(v, first) > gain(v, second) for v in voters) > sum(
            gain(v, second) > gain(v, first) for v in voters
        )
    return sum(gain(v, first) > 0 for v in voters) > sum(gain(v, second) > 0 for v in voters)


def positions(contest: Contest) -> list[dict[str, int]]:
    orders = orders_of(contest)
    blank = sum(ballot.count for ballot in contest.ballots if not any(ballot.content))
    top = max(map(len, orders), default=0)
    return [{id_: top - rank for rank, id_ in enumerate(order)} for order in orders] + [{}] * blank


def phragmen(contest: Contest) -> dict[str, int]:
    voters, (votes, support) = values(contest), sums(contest)
    cost = {o.id: o.cost for o in contest.options}
    waiting = [id_ for id_ in cost if support[id_] and cost[id_] <= contest.budget]
    loads, funded, chain, stopped = [Fraction(0)] * len(voters), {}, Chain(contest, votes), False
    while waiting:
        after = {}
        for id_ in waiting:
            fans = [n for n, voter in enumerate(voters) if voter.get(id_, 0) > 0]
            after[id_] = (cost[id_] + sum(loads[n] for n in fans)) / len(fans)
        best = chain.best(id_ for id_ in waiting if after[id_] == min(after.values()))
        waiting.remove(best)
        if sum(funded.values()) + cost[best] > contest.budget:
            stopped = contest.rule["fit"] == "stop"
        if stopped or sum(funded.values()) + cost[best] > contest.budget:
            continue
        funded[best] = cost[best]
        for n, voter in enumerate(voters):
            if voter.get(best, 0) > 0:
                loads[n] = after[best]
    return funded


def expanding(contest: Contest) -> dict[str, int]:
    """Equal payments by those who rank the option among their first `top`."""
    orders = orders_of(contest)
    voters = len(rows(contest))
    votes = {o.id: Fraction(sum(o.id in order for order in orders)) for o in contest.options}
    cost, chain, rules = {o.id: o.cost for o in contest.options}, Chain(contest, votes), Rules(contest)
    money = [Fraction(contest.budget, voters)] * len(orders) if voters else []
    funded: dict[str, int] = {}
    for top in range(1, len(cost) + 1):
        while True:
            offers = {}
            for id_ in cost:
                fans = [n for n, order in enumerate(orders) if id_ in order[:top]]
                if id_ in funded or not fans or not rules.allow(id_, funded):
                    continue
                rho = price([money[n] for n in fans], [1] * len(fans), cost[id_])
                if rho is not None:
                    offers[id_] = rho
            if not offers:
                break
            ratio = {id_: rho / (cost[id_] or 1) for id_, rho in offers.items()}
            best = chain.best(id_ for id_ in ratio if ratio[id_] == min(ratio.values()))
            for n, order in enumerate(orders):
                if best in order[:top]:
                    money[n] -= min(money[n], offers[best])
            funded[best] = cost[best]
    return funded


def proportional(contest: Contest) -> dict[str, int]:
    """The pots by votes, with a least award, caps and whole units."""
    votes, support = sums(contest)
    chain = Chain(contest, votes)
    admitted = above_floor(contest, votes, support, len(rows(contest)))
    ids = [id_ for id_ in admitted if votes[id_] > 0]
    return shared_pots(contest, ids, lambda pot, inside, paid: one_pot(contest, chain, votes, pot, inside, paid))


def shared_pots(contest: Contest, ids, share_out) -> dict[str, int]:
    """Each set-aside among its group; then the open pool among those with nothing yet and those who may have more."""
    paid: dict[str, int] = {}
    kept = [a.amount if a.amount is not None else int(Fraction(a.share) * contest.budget) for a in contest.set_asides]
    open_pool = contest.budget - sum(kept)
    groups, more = {option.id: option.groups for option in contest.options}, set()
    for aside, amount in zip(contest.set_asides, kept, strict=True):
        inside = [id_ for id_ in ids if aside.group in groups[id_] and id_ not in paid]
        given = {id_: money for id_, money in share_out(amount, inside, paid).items() if money}
        paid |= given
        if aside.overflow == "open_pool":
            more |= given.keys()
        if aside.release == "at_count":
            open_pool += amount - sum(given.values())
    rest = [id_ for id_ in ids if id_ not in paid or id_ in more]
    for id_, money in share_out(open_pool, rest, dict(paid)).items():
        if money:
            paid[id_] = paid.get(id_, 0) + money
    return paid


def room_of_groups(contest: Contest, paid) -> tuple[dict[str, int], dict[str, list[str]]]:
    """What each cap leaves after what was paid before, and who is in the group."""
    rules = Rules(contest)
    member = {g: [option.id for option in contest.options if g in option.groups] for g in rules.caps}
    return {g: cap - sum(paid.get(id_, 0) for id_ in member[g]) for g, cap in rules.caps.items()}, member


def one_pot(contest: Contest, chain: Chain, votes, pot, ids, paid) -> dict[str, int]:
    """What each gets from one pot, where some may have been paid before."""
    unit, rule, own = contest.unit, contest.rule, {}
    for option in contest.options:
        if rule["cap"] != "none":
            own[option.id] = (option.cost if rule["cap"] == "ask" else rule["cap"]) - paid.get(option.id, 0)
    ids = [id_ for id_ in ids if id_ not in paid or own.get(id_, 1) > 0]
    sharing = without_rivals(contest, chain, votes, ids, paid)
    room, member = room_of_groups(contest, paid)
    while any(id_ not in paid for id_ in sharing):

        def part(id_: str) -> Fraction:
            pots = [(pot, sharing)]
            pots += [(room[g], [i for i in sharing if i in member[g]]) for g in member if id_ in member[g]]
            return min(Fraction(money) * votes[id_] / sum(votes[i] for i in among) for money, among in pots)

        low = min(part(id_) for id_ in sharing if id_ not in paid)
        if low >= rule["min_award"]:
            break
        sharing.remove(chain.worst([id_ for id_ in sharing if id_ not in paid and part(id_) == low]))
    own = {id_: own[id_] for id_ in sharing if id_ in own}
    shares, at_cap = raised_together(pot, {id_: votes[id_] for id_ in sharing}, own, room, member)
    awards = {id_: shares[id_] if id_ in at_cap else shares[id_] // unit * unit for id_ in sharing}
    waiting = [id_ for id_ in sharing if id_ not in at_cap]
    spare = sum(shares.values()) - sum(awards.values())
    rest = hand_out_rest(chain, shares, awards, waiting, spare, unit, own, room, member)
    return {id_: int(amount) for id_, amount in rest.items()}


def without_rivals(contest: Contest, chain: Chain, votes, ids: list[str], paid=()) -> list[str]:
    """Of those that cannot go together, the one that was paid before stays, else the one with more votes."""
    pairs = {(a, b) for together in contest.incompatible for a in together for b in together if a != b}
    ids = [a for a in ids if not any((a, b) in pairs for b in paid)]
    undecided, gone = [a for a in ids if any((a, b) in pairs for b in ids)], set()
    while undecided:
        top = [id_ for id_ in undecided if votes[id_] == max(votes[other] for other in undecided)]
        quarrel = [a for a in top if any((a, b) in pairs for b in top)]
        stays = chain.best(quarrel) if quarrel else top[0]
        gone |= {b for b in undecided if (stays, b) in pairs}
        undecided = [id_ for id_ in undecided if id_ != stays and id_ not in gone]
    return [id_ for id_ in ids if id_ not in gone]


def raised_together(pot, votes, own, caps, member):
    """Raise every share by its votes, from one stop to the next; the shares, and who stopped at its own cap."""
    shares: dict[str, Fraction] = {}
    at_cap: set[str] = set()
    while True:
        rest = [id_ for id_ in votes if id_ not in shares]
        if not rest:
            return shares, at_cap
        end = Fraction(pot - sum(shares.values())) / sum(votes[id_] for id_ in rest)
        stops = [(Fraction(own[id_]) / votes[id_], 0, id_) for id_ in rest if id_ in own]
        for group, cap in caps.items():
            inside = [id_ for id_ in rest if id_ in member[group]]
            if inside:
                spent = sum(share for id_, share in shares.items() if id_ in member[group])
                stops.append(((cap - spent) / Fraction(sum(votes[id_] for id_ in inside)), 1, group))
        rate, kind, name = min(stops, default=(end + 1, 0, ""))
        if rate > end:
            return {**shares, **{id_: end * votes[id_] for id_ in rest}}, at_cap
        if kind == 0:
            shares[name] = Fraction(own[name])
            at_cap.add(name)
        else:
            shares.update({id_: rate * votes[id_] for id_ in rest if id_ in member[name]})


def hand_out_rest(chain: Chain, shares, awards, waiting, spare, unit, own, caps, member):
    """Whole units to the largest remainders, to nobody whose own cap or group's cap it would break."""
    while spare >= unit and waiting:
        best = chain.best(i for i in waiting if shares[i] - awards[i] == max(shares[j] - awards[j] for j in waiting))
        waiting.remove(best)
        more = {**awards, best: awards[best] + unit}
        full = [g for g in caps if best in member[g] and sum(more.get(i, 0) for i in member[g]) > caps[g]]
        if (best not in own or more[best] <= own[best]) and not full:
            awards = more
            spare -= unit
    return awards


def schulze_and_borda(contest: Contest) -> tuple[list[str], dict[str, int]]:
    """Schulze's order by the definition of paths, and Borda points."""
    orders, ids = orders_of(contest), [option.id for option in contest.options]
    chain = Chain(contest, {})

    def prefer(a: str, b: str) -> int:
        return sum(a in o and (b not in o or o.index(a) < o.index(b)) for o in orders)

    strong = {(a, b): prefer(a, b) if prefer(a, b) > prefer(b, a) else 0 for a in ids for b in ids if a != b}
    changed = True
    while changed:
        changed = False
        for a in ids:
            for b in ids:
                for c in ids:
                    if len({a, b, c}) == 3 and min(strong[a, c], strong[c, b]) > strong[a, b]:
                        strong[a, b] = min(strong[a, c], strong[c, b])
                        changed = True
    order, waiting = [], list(ids)
    while waiting and orders:
        best = [a for a in waiting if all(strong[a, b] >= strong[b, a] for b in waiting if b != a)]
        order.append(chain.best(best))
        waiting.remove(order[-1])
    points = {id_: sum(len(ids) - 1 - o.index(id_) for o in orders if id_ in o) for id_ in ids}
    return order, points
