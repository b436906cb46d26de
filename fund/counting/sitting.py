"""One sitting of the count: the contest on the table, the money, and the log that becomes the published result.

`sit` reads the ballots, looks at the quorum, applies the floor, and lets the rule count: the set-asides first, each
with the options of its group, then the open pool with everyone who is left. A rule speaks to the sitting in five verbs:
`stage` (what the table shows now), `elect` (with the amount), `add` (a further amount), `refuse` (with the reason) and
`prefer`/`last` (a tie).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from fund.counting import floor
from fund.counting.contest import Contest, Option, Rule
from fund.counting.count import Count, Quorum, Stage, Tie
from fund.counting.errors import BadContest, UnbrokenTie
from fund.counting.forms import share_or_amount
from fund.counting.profile import Profile, profile_of
from fund.counting.purse import Limits, Purse
from fund.counting.reasons import Reason, reason
from fund.counting.rules.registry import RuleSpec, rule_named
from fund.counting.settings import fraction_text, quorum_needed
from fund.counting.ties import Chain, Number

# Ties that go a certain way: by purpose and the positions that are level, the position chosen.
TieKey = tuple[str, frozenset[int]]
Forced = Mapping[TieKey, int]
NO_DIFFERENCE = "no_difference"  # the step of a tie on which nothing depends and which the chain does not break

# Reasons that keep an option off the reserve list's front, whatever its place: nobody, or too few, wanted it.
NEVER_NEXT = ("floor_votes", "floor_share", "floor_net", "no_votes", "not_positive")


class Sitting:
    """What a rule sees and writes to. Options are positions in `options`; `candidates` are those in this phase."""

    def __init__(
        self,
        contest: Contest,
        spec: RuleSpec,
        profile: Profile,
        forced: Forced,
        settled: frozenset[TieKey] = frozenset(),
    ) -> None:
        self.contest = contest
        self.rule: Rule = contest.rule
        self.spec = spec
        self.profile = profile
        self.options: tuple[Option, ...] = contest.options
        self._ids = [option.id for option in contest.options]
        self.votes: list[Number] = list(profile.first_choices() if spec.first_choices else profile.totals())
        self.candidates: list[int] = list(range(len(self.options)))
        seats = self.rule["seats"] if "seats" in spec.settings else None
        self.limits = Limits(
            caps={g: share_or_amount(cap, contest.budget or 0, f"$.caps.{g}") for g, cap in contest.caps.items()},
            seats=seats,
            rivals=_rivals(contest.incompatible),
        )
        self.purse = Purse(contest.budget, self.rule["fit"] if "fit" in spec.settings else "skip", self.limits)
        first = profile.first_choices() if "more_first_choices" in self.rule["ties"] else ()
        self.chain = Chain(self.rule["ties"], self.rule["seed"], self.options, self.votes, first)
        self.forced = forced
        self.settled = settled
        self.quorum: tuple[Quorum, ...] = ()
        self.work = work_of(contest, profile)
        self.stages: list[Stage] = []
        self.ties: list[Tie] = []
        self.elected: list[int] = []
        self.order: list[int] = []
        self.awards: dict[int, int] = {}
        self.parts: dict[int, str] = {}  # who was paid by which group's set-aside, and may get more from the open pool
        self.reasons: dict[int, Reason] = {}
        self.facts: dict[str, str | int] = {}
        self.exhausted: Number | str = 0

    # What the rule writes -------------------------------------------------------------------------------------------
    def stage(
        self,
        tally: Mapping[int, Number | str],
        *,
        quota: Number | str | None = None,
        elected: Iterable[int] = (),
        eliminated: Iterable[int] = (),
        exhausted: Number | str = 0,
        facts: Mapping[str, str | int] | None = None,
    ) -> None:
        """Put one stage in the log. Figures are exact numbers, or exact text where the rule fixes the decimals."""
        ids = self._ids
        self.stages.append(
            Stage(
                tally={ids[place]: _text(value) for place, value in sorted(tally.items())},
                quota=None if quota is None else _text(quota),
                elected=self.ids(elected),
                eliminated=self.ids(eliminated),
                exhausted=_text(exhausted),
                facts=facts,
            )
        )

    def with_elected(self, stage: Stage) -> Stage:
        """The stage with everyone elected so far, for a rule that decides all at once."""
        return replace(stage, elected=self.ids(self.elected))

    def elect(self, place: int, why: Reason, amount: int | None = None) -> None:
        """Elect an option, with the amount it is awarded where there is money."""
        self.elected.append(place)
        self.order.append(place)
        self.reasons[place] = why
        if amount is not None and self.contest.budget is not None:
            self.awards[place] = amount

    def add(self, place: int, why: Reason, amount: int) -> None:
        """Give an option that its set-aside paid a further amount."""
        self.awards[place] += amount
        self.reasons[place] = why

    def refuse(self, place: int, why: Reason) -> None:
        """Say why an option is not funded; the first reason given to it in its last phase stands."""
        self.order.append(place)
        self.reasons[place] = why

    def prefer(self, tied: Sequence[int], purpose: str, *, harmless: bool = False) -> int:
        """The tied option that goes first. `harmless`: the order cannot matter, so an unbroken tie needs no draw."""
        return self._break(tied, purpose, best=True, harmless=harmless)

    def last(self, tied: Sequence[int], purpose: str, *, harmless: bool = False) -> int:
        """The tied option that goes out first."""
        return self._break(tied, purpose, best=False, harmless=harmless)

    def _break(self, tied: Sequence[int], purpose: str, *, best: bool, harmless: bool) -> int:
        if len(tied) == 1:
            return tied[0]
        key = (purpose, frozenset(tied))
        forced = self.forced.get(key)
        try:
            if forced is not None:
                chosen, step = forced, NO_DIFFERENCE if key in self.settled else "forced"
            else:
                chosen, step = self.chain.prefer(tied, purpose) if best else self.chain.last(tied, purpose)
        except UnbrokenTie as fault:
            if not harmless:
                fault.tied, fault.best = frozenset(tied), best
                raise
            level = [place for place in tied if self.options[place].id in fault.options]
            chosen, step = (min(level) if best else max(level)), NO_DIFFERENCE
        self.ties.append(
            Tie(len(self.stages) + 1, self.ids(sorted(tied)), purpose, step, self.options[chosen].id,
                False if harmless or key in self.settled else None)
        )  # fmt: skip
        return chosen

    # What the rule asks ---------------------------------------------------------------------------------------------
    def ids(self, places: Iterable[int]) -> tuple[str, ...]:
        """Positions as ids."""
        return tuple(map(self._ids.__getitem__, places))

    def text(self, number: Number) -> str:
        """An exact number as published."""
        return _text(number)

    @property
    def stage_number(self) -> int:
        """The number of the stage that is being counted, from 1."""
        return len(self.stages) + 1


def work_of(contest: Contest, profile: Profile) -> int:
    """What one count costs at least: marks on ballots read, and figures in the log."""
    return profile.size + len(contest.options) ** 2


def _text(value: Number | str) -> str:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) else fraction_text(value)


def _rivals(incompatible: Sequence[Sequence[str]]) -> dict[str, frozenset[str]]:
    rivals: dict[str, set[str]] = {}
    for together in incompatible:
        for id_ in together:
            rivals.setdefault(id_, set()).update(other for other in together if other != id_)
    return {id_: frozenset(others) for id_, others in rivals.items()}


def hold(
    contest: Contest,
    profile: Profile | None = None,
    forced: Forced | None = None,
    settled: frozenset[TieKey] = frozenset(),
) -> Sitting:
    """Count a checked contest. `profile`: its ballots, where they are read already. `forced` says how certain ties go
    whatever the chain says (branches.py), `settled` on which of these nothing depends.
    """
    spec = rule_named(contest.rule.method)
    sitting = Sitting(contest, spec, profile_of(contest) if profile is None else profile, forced or {}, settled)
    sitting.quorum = _quorums(contest, sitting.profile)
    missed = next((each for each in sitting.quorum if not each.met), None)
    if missed is not None:
        _no_decision(sitting, missed)
    else:
        if "floor" in spec.settings:
            floor.apply(sitting)
        _count_pots(sitting)
    return sitting


def beside(contest: Contest) -> Contest | None:
    """The contest under the rule that is shown beside the one in force, with its chain and draw where it states none.
    It decides nothing, so a tie there asks for no draw: in the end the order of the file is taken.
    """
    rule, compared = contest.rule, contest.compare_with
    if compared is None:
        return None
    seed = compared.stated.get("seed", rule["seed"])
    ties = compared.stated.get("ties") or rule["ties"]
    chain = [step for step in ties if step != "lot" or seed is not None]
    chain = [*chain, "listed"] if "listed" not in chain else chain
    return contest.replace(rule=compared.with_settings(seed=seed, ties=chain), compare_with=None)


def _quorums(contest: Contest, profile: Profile) -> tuple[Quorum, ...]:
    chambers = contest.rule["chambers"] if "chambers" in rule_named(contest.rule.method).settings else None
    if chambers is None:
        wanted = contest.rule["quorum"]
        if wanted is None:
            return ()
        roll = sum(contest.roll.values()) if isinstance(contest.roll, Mapping) else contest.roll
        return (Quorum(None, quorum_needed(wanted, roll), profile.voters),)
    found = []
    for name, terms in chambers.items():
        if terms["quorum"] is not None:
            roll = contest.roll.get(name) if isinstance(contest.roll, Mapping) else None
            needed = quorum_needed(terms["quorum"], roll, f"$.roll.{name}")
            found.append(Quorum(name, needed, profile.chambers[name].voters))
    return tuple(found)


def _no_decision(sitting: Sitting, missed: Quorum) -> None:
    """The quorum is missed: the votes are shown, nothing is decided, and nobody was denied."""
    sitting.stage(dict(enumerate(sitting.votes)))
    for place in sitting.candidates:
        missing = missed.needed - missed.cast
        if missed.chamber is None:
            why = reason("quorum_missed", cast=missed.cast, needed=missed.needed, missing=missing)
        else:
            why = reason("quorum_missed_in", cast=missed.cast, needed=missed.needed, chamber=missed.chamber)
        sitting.refuse(place, why)


def _count_pots(sitting: Sitting) -> None:
    """Run the rule over each set-aside, then over the open pool with everyone not funded yet; and, where the rule shares
    a pot among all, with those too whom a set-aside that may overflow gave a part.
    """
    contest, everyone = sitting.contest, list(sitting.candidates)
    if not contest.set_asides or contest.budget is None:
        sitting.spec.run(sitting)
        return
    if not sitting.spec.pots:
        raise BadContest("$.set_asides", f"no set-asides ({sitting.spec.name} does not divide a budget)")
    amounts = [
        share_or_amount(aside.share if aside.amount is None else aside.amount, contest.budget, f"$.set_asides[{n}]")
        for n, aside in enumerate(contest.set_asides)
    ]
    fit = sitting.purse.fit
    open_pool = Purse(contest.budget - sum(amounts), fit, sitting.limits)
    for aside, amount in zip(contest.set_asides, amounts, strict=True):
        sitting.candidates = [
            place for place in everyone
            if place not in sitting.elected and aside.group in sitting.options[place].groups
        ]  # fmt: skip
        reserve = open_pool if aside.overflow == "open_pool" else None
        sitting.purse = Purse(amount, fit, sitting.limits, reserve, aside.group)
        before = len(sitting.elected)
        if sitting.candidates:
            sitting.spec.run(sitting)
        if sitting.spec.shares and reserve is not None:
            sitting.parts.update(dict.fromkeys(sitting.elected[before:], aside.group))
        left = sitting.purse.left or 0
        sitting.facts[f"set_aside:{aside.group}:left_minor"] = left
        if aside.release == "at_count" and open_pool.left is not None:
            open_pool.left += left
    open_pool.budget = open_pool.left  # less what overflowed, and with what was released
    sitting.purse = open_pool
    sitting.candidates = [place for place in everyone if place not in sitting.elected or place in sitting.parts]
    if sitting.candidates:
        sitting.spec.run(sitting)


def published(sitting: Sitting, compared: Count | None = None) -> Count:
    """The result of a sitting, ids and exact text instead of positions and numbers."""
    contest, profile, options = sitting.contest, sitting.profile, sitting.options
    refused = [place for place in dict.fromkeys(reversed(sitting.order)) if place not in sitting.elected][::-1]
    refused.sort(key=lambda place: sitting.reasons[place].code in NEVER_NEXT)
    order = [*sitting.elected, *refused]
    return Count(
        rule=contest.rule.in_force(),
        options=options,
        elected=sitting.ids(sitting.elected),
        order=sitting.ids(order),
        awards={options[place].id: amount for place, amount in sitting.awards.items()},
        scores={options[place].id: _text(votes) for place, votes in enumerate(sitting.votes)},
        ballots=profile.voters + profile.void,
        blank=profile.blank,
        valid=profile.valid,
        void=profile.void,
        voids=profile.voids,
        exhausted=_text(sitting.exhausted),
        rounds=tuple(sitting.stages),
        ties=tuple(sitting.ties),
        reasons={options[place].id: sitting.reasons[place] for place in range(len(options))},
        quorum=sitting.quorum,
        outcome="decided" if all(each.met for each in sitting.quorum) else "no_decision",
        budget=contest.budget,
        currency=contest.currency,
        currency_exponent=contest.currency_exponent,
        roll=contest.roll,
        facts=sitting.facts,
        compare=compared,
    )
