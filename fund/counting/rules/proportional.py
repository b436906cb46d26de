"""One pot split by votes (`proportional_capped`).

Every option with votes above zero gets the pot's share of its votes. Shares below the least award drop out, the
lowest first, one at a time, and the pot is shared anew among the rest. Nobody gets more than was asked for (`cap:
ask`, or a fixed amount): what is over a cap is shared among those below theirs, by votes. Awards are whole units of
the currency: the shares are cut, and the units left over go one each to the largest remainders, ties by the chain; an
award that meets its cap is exactly the cap.

Of options that cannot go together the one with more votes stays, level ones by the chain; the others drop out first.
With caps by group all shares are raised together, each by its votes: one that meets its own cap stops there, and when a
group meets its cap all in it stop; so what is over goes to the others, by votes. No group passes its cap by rounding
either: a unit left over that would do so goes to the next remainder. And below the least award is whoever has less of
the pot, or of the cap of its group, by its part of the votes there.

A set-aside is shared first, among the options of its group and by all of the above, with its own money as the pot. Whom it
gives nothing shares in the open pool like everyone. Whom it gives a part has that, and where the set-aside may overflow
also shares in the open pool, by all its votes and up to what is still missing to its cap; the least award is one of the
whole, so nobody who has it already drops out there. COUNTING.md says that set-asides are counted first and that an option
dearer than one takes the missing part from the open pool; how a share is missing a part is our reading of it.
Source: COUNTING.md; FIELD.md C8.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from fund.counting.errors import BadContest
from fund.counting.reasons import Reason, reason
from fund.counting.rules.registry import COMMON, RuleSpec

if TYPE_CHECKING:
    from fund.counting.sitting import Sitting


def count_proportional(sitting: Sitting) -> None:
    """Split what is in the purse among the candidates."""
    pot = sitting.purse.budget
    if pot is None:
        raise BadContest("$.budget", "the pot to split, in minor units")
    _show_plain_shares(sitting)
    votes = {place: int(sitting.votes[place]) for place in sitting.candidates}
    sharing = {place: number for place, number in votes.items() if number > 0}
    for place, number in votes.items():
        if number <= 0:
            sitting.refuse(place, reason("not_positive", votes=number))
    caps = {place: _cap(sitting, place) for place in sharing}
    sharing = {place: number for place, number in sharing.items() if caps[place] != 0 or place not in sitting.parts}
    sharing = drop_rivals(sitting, sharing)
    groups = groups_of(sitting)
    sharing = _drop_small(sitting, pot, sharing, groups)
    ceilings = Ceilings({place: caps[place] for place in sharing}, groups)
    shares, stops = fill(Fraction(pot), sharing, ceilings)
    awards = whole_units(sitting, pot, shares, stops, ceilings)
    before = len(sitting.elected)
    for place in sorted(awards, key=lambda place: (-awards[place], place)):
        _award(sitting, place, awards, shares, stops, sharing)
    sitting.stage(sharing, elected=sitting.elected[before:], facts=parts_of(sitting, awards))


def _award(
    sitting: Sitting,
    place: int,
    awards: Mapping[int, int],
    shares: Mapping[int, Fraction],
    stops: Mapping[int, Stop],
    sharing: Mapping[int, int],
) -> None:
    """Give the option its part of this pot, and say why it is so much."""
    award, stop, group = awards[place], stops.get(place), sitting.purse.group
    figures: dict[str, int] = {"award_minor": award, "votes": sharing[place], "total": sum(sharing.values())}
    if place in sitting.parts:
        if award:
            had, figures["award_minor"] = sitting.awards[place], sitting.awards[place] + award
            more = {"aside_minor": had, "open_minor": award, **figures}
            sitting.add(place, reason("share_and_more", group=sitting.parts[place], **more), award)
    elif award == 0 and isinstance(stop, Group):
        sitting.refuse(place, stop.refusal(awards))
    elif award == 0:
        sitting.refuse(place, reason("share_too_small", share_minor=nearest(shares[place]), minimum_minor=1))
    elif isinstance(stop, Group):
        sitting.elect(place, reason("share_in_group", group=stop.name, cap_minor=stop.cap, **figures), award)
    elif place in stops:
        sitting.elect(place, reason("share_capped", **figures), award)
    elif group is not None:
        pot = sitting.purse.budget or 0
        sitting.elect(place, reason("share_aside", group=group, pot_minor=pot, **figures), award)
    else:
        sitting.elect(place, reason("share", **figures), award)


def parts_of(sitting: Sitting, awards: Mapping[int, int]) -> dict[str, str | int] | None:
    """Pay the purse's money out; where there are set-asides, what everyone got from this pot, for the log."""
    for place, award in awards.items():
        if award:
            sitting.purse.pay(sitting.options[place], award)
    if not sitting.contest.set_asides:
        return None
    facts: dict[str, str | int] = {f"part_minor:{sitting.options[place].id}": award for place, award in awards.items()}
    return facts if sitting.purse.group is None else {"set_aside": sitting.purse.group, **facts}


def _show_plain_shares(sitting: Sitting) -> None:
    """Once, before the first pot, for the whole budget and everyone above the floor; for comparison only."""
    if any(name.startswith("plain_share_minor:") for name in sitting.facts):
        return
    votes = {place: int(number) for place, number in enumerate(sitting.votes) if place not in sitting.reasons}
    for place, share in plain_shares(sitting.contest.budget or 0, votes, sitting.contest.unit).items():
        sitting.facts[f"plain_share_minor:{sitting.options[place].id}"] = share


def plain_shares(pot: int, votes: Mapping[int, int], unit: int) -> dict[int, int]:
    """What a simple share of the pot would have given each option, in whole units by largest remainder (equal ones in
    the order of the file): a figure for comparison only.
    """
    total = sum(number for number in votes.values() if number > 0)
    if not total:
        return dict.fromkeys(votes, 0)
    shares = {place: Fraction(pot * max(number, 0), total) for place, number in votes.items()}
    given = {place: int(share // unit) * unit for place, share in shares.items()}
    by_remainder = sorted(shares, key=lambda place: (given[place] - shares[place], place))
    for place in by_remainder[: (pot - sum(given.values())) // unit]:
        given[place] += unit
    return given


def nearest(amount: Fraction) -> int:
    """The nearest whole minor unit, halves upwards; for figures that are shown, never for awards."""
    return int((2 * amount.numerator + amount.denominator) // (2 * amount.denominator))


def _cap(sitting: Sitting, place: int) -> int | None:
    """The most the option may get from this pot: its cap, less what its set-aside gave it."""
    cap = sitting.rule["cap"]
    if cap == "none":
        return None
    most = sitting.options[place].cost if cap == "ask" else int(cap)
    return max(0, most - sitting.awards.get(place, 0))


def drop_rivals(sitting: Sitting, votes: Mapping[int, int]) -> dict[int, int]:
    """Without those that cannot go together with one that has more and stays, or that a set-aside paid; together they are
    one stage.
    """
    rivals, ids = sitting.limits.rivals, {sitting.options[place].id: place for place in votes}
    against = {place: {ids[other] for other in rivals.get(id_, ()) if other in ids} for id_, place in ids.items()}
    paid = [place for place in sitting.elected if sitting.options[place].id in rivals]
    dropped = {
        place: winner
        for id_, place in ids.items()
        for winner in paid
        if sitting.options[winner].id in rivals.get(id_, ())
    }
    waiting = {place for place, others in against.items() if others - dropped.keys()} - dropped.keys()
    while waiting:
        most = max(votes[place] for place in waiting)
        level = sorted(place for place in waiting if votes[place] == most)
        quarrel = [place for place in level if against[place] & set(level)]
        stays = sitting.prefer(quarrel, "fund") if quarrel else level[0]
        waiting.remove(stays)
        for place in sorted(waiting & against[stays]):
            waiting.remove(place)
            dropped[place] = stays
    for place, stays in dropped.items():
        sitting.refuse(place, reason("excluded_by", winner_option=sitting.options[stays].id))
    if dropped:
        sitting.stage({place: sitting.votes[place] for place in votes}, eliminated=sorted(dropped))
    return {place: number for place, number in votes.items() if place not in dropped}


@dataclass(frozen=True, slots=True)
class Group:
    """Options that share a cap: what they get together is at most `cap` minor units, of which earlier pots took some
    and left `room`.
    """

    name: str
    members: frozenset[int]
    cap: int
    room: int

    def paid(self, awards: Mapping[int, int]) -> int:
        """What its members get together from this pot."""
        return sum(awards[place] for place in self.members if place in awards)

    def refusal(self, awards: Mapping[int, int]) -> Reason:
        """Why a member gets nothing."""
        left = self.room - self.paid(awards)
        return reason("group_cap", group=self.name, cap_minor=self.cap, left_minor=left)


@dataclass(frozen=True, slots=True)
class Ceilings:
    """What shares may not pass: `own` by option (None: no cap), and the caps of groups."""

    own: Mapping[int, int | Fraction | None]
    groups: Sequence[Group] = ()

    def room(self, place: int, more: int, awards: Mapping[int, int]) -> bool:
        """Whether the option may get so much more than it has."""
        cap = self.own[place]
        if cap is not None and awards[place] + more > cap:
            return False
        return all(group.paid(awards) + more <= group.room for group in self.groups if place in group.members)


def groups_of(sitting: Sitting) -> list[Group]:
    """The groups that have a cap, with those of the candidates that belong to them."""
    found = []
    for name, cap in sitting.limits.caps.items():
        members = frozenset(place for place in sitting.candidates if name in sitting.options[place].groups)
        found.append(Group(name, members, cap, cap - sitting.limits.spent_in.get(name, 0)))
    return found


def _drop_small(sitting: Sitting, pot: int, sharing: dict[int, int], groups: Sequence[Group]) -> dict[int, int]:
    """Without the options whose share is below the least award; each of them is one stage of the log. Who has a part of
    a set-aside stays.
    """
    least = sitting.rule["min_award"]
    sharing = dict(sharing)
    while any(place not in sitting.parts for place in sharing):
        share, lowest = _lowest(pot, sharing, groups, sitting.parts)
        if share >= least:
            break
        rest = sum(sharing.values()) - sum(sharing[place] for place in lowest[1:])
        all_go = Fraction(pot * sharing[lowest[0]], rest) < least
        out = sitting.last(lowest, "eliminate", harmless=all_go and not groups)
        sitting.stage(sharing, eliminated=[out])
        sitting.refuse(out, reason("share_too_small", share_minor=nearest(share), minimum_minor=least))
        del sharing[out]
    return sharing


def _lowest(
    pot: int, sharing: Mapping[int, int], groups: Sequence[Group], parts: Mapping[int, str]
) -> tuple[Fraction, list[int]]:
    """The smallest share by votes, of the pot or of the cap of a group where that is less, and whose it is; of those who
    have no part of a set-aside.
    """
    rate = Fraction(pot, sum(sharing.values()))
    rates = _rates(rate, sharing, [(group, group.room) for group in groups])
    measured = {place: number for place, number in sharing.items() if place not in parts}
    if pot and not rates:
        fewest = min(measured.values())
        return rate * fewest, sorted(place for place, number in measured.items() if number == fewest)
    shares = {place: rates.get(place, rate) * number for place, number in measured.items()}
    smallest = min(shares.values())
    return smallest, sorted(place for place, share in shares.items() if share == smallest)


def _rates(
    rate: Fraction, votes: Mapping[int, int], groups: Sequence[tuple[Group, int | Fraction]]
) -> dict[int, Fraction]:
    """Money for each vote of the members of these groups: what is left for the group by its votes, and at most `rate`."""
    found: dict[int, Fraction] = {}
    for group, left in groups:
        inside = [place for place in group.members if place in votes]
        if inside:
            own = Fraction(left) / sum(votes[place] for place in inside)
            found.update({place: min(found.get(place, rate), own) for place in inside})
    return found


Stop = Group | None  # what stopped an option: its group's cap, or (None) its own


def fill(pot: Fraction, votes: Mapping[int, int], ceilings: Ceilings) -> tuple[dict[int, Fraction], dict[int, Stop]]:
    """Exact shares with nobody above a ceiling, and what stopped whom. All are raised at one rate per vote.

    Whoever would pass its own cap at the rate the pot and its groups still allow it gets exactly the cap, for that rate
    can only rise when others stop. Where nobody would, the group that allows least is the next to stop, if that is no
    more than what the pot allows; else everybody left gets what the pot allows.
    """
    shares: dict[int, Fraction] = {}
    stops: dict[int, Stop] = {}
    open_, left = dict(votes), pot
    while open_:
        rate = left / sum(open_.values())
        rooms = [(each, each.room - sum(shares.get(place, 0) for place in each.members)) for each in ceilings.groups]
        rates = _rates(rate, open_, rooms)
        stopping: dict[int, Stop] = {}
        for place, number in open_.items():
            cap = ceilings.own[place]
            if cap is not None and rates.get(place, rate) * number >= cap:
                shares[place], stopping[place] = Fraction(cap), None
        if not stopping:
            for group, room in rooms:
                inside = [place for place in group.members if place in open_]
                if inside and room / Fraction(sum(open_[place] for place in inside)) == min(rates.values()):
                    stopping.update({place: group for place in inside if place not in stopping})
            shares.update({place: rates[place] * open_[place] for place in stopping})
        if not stopping:
            shares.update({place: rate * number for place, number in open_.items()})
            break
        left -= sum(shares[place] for place in stopping)
        stops.update(stopping)
        open_ = {place: number for place, number in open_.items() if place not in stopping}
    return shares, stops


def whole_units(
    sitting: Sitting, pot: int, shares: Mapping[int, Fraction], stops: Mapping[int, Stop], ceilings: Ceilings
) -> dict[int, int]:
    """Awards in whole units of the currency by largest remainder; those at their own cap keep exactly the cap."""
    unit = sitting.contest.unit
    exactly = {place for place, stop in stops.items() if stop is None}
    awards = {place: int(share) if place in exactly else int(share // unit) * unit for place, share in shares.items()}
    waiting = {place: shares[place] - awards[place] for place in shares if place not in exactly}
    left = min(pot - sum(awards.values()), int(sum(waiting.values())))
    while left >= unit and waiting:
        largest = max(waiting.values())
        level = sorted(place for place, remainder in waiting.items() if remainder == largest)
        harmless = len(level) * unit <= left and not ceilings.groups
        place = sitting.prefer(level, "remainder", harmless=harmless)
        del waiting[place]
        if ceilings.room(place, unit, awards):
            awards[place] += unit
            left -= unit
    return awards


RULES = (
    RuleSpec(
        name="proportional_capped",
        forms=("quadratic", "points"),
        settings={**COMMON, "floor": "none", "min_award": 0, "cap": "ask"},
        run=count_proportional,
        pots=True,
        shares=True,
    ),
)
