"""A contest: what there is to choose between, what was cast, and the rule that decides.

Words: an *option* is a proposal or a candidate; a *ballot* here is a group of equal ballots with their number; the
*rule* is a method with its settings in force; the *form* is what a voter filled in, with its limits. Money is in minor
units of `currency` (10 to the power `currency_exponent` of them make one unit).

A Contest that exists is sound: every id is known, every amount in range, the rule accepts the form. Whoever builds one
from outside data gets BadContest with the JSON path of the first fault (`Contest.check`). Source: COUNTING.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from fund.counting.errors import BadContest
from fund.counting.rules.registry import all_rules, rule_named
from fund.counting.settings import read_setting
from fund.currency import exponent

# How a ballot of each kind is named in a ballot file, and the form it belongs to where the file states none.
FORM_OF_KIND: Mapping[str, str] = MappingProxyType(
    {
        "ranking": "ranked",
        "approve": "approval",
        "marks": "approve_deny",
        "points": "points",
        "votes": "quadratic",
        "contributions": "contributions",
    }
)
KINDS_OF_FORM: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "ranked": ("ranking",),
        "approval": ("approve",),
        "knapsack": ("approve",),
        "approve_deny": ("marks",),
        "points": ("points",),
        "quadratic": ("votes",),
        "contributions": ("contributions",),
        "none": (),
    }
)


@dataclass(frozen=True, slots=True)
class Option:
    """One proposal: `cost` is what it asks for, `minimum` the least amount that is still of use (both minor units)."""

    id: str
    name: str = ""
    cost: int = 0
    groups: tuple[str, ...] = ()
    minimum: int | None = None


Content = Any  # by kind: ((id, ...), ...) for ranking, (id, ...) for approve, ((id, value), ...) for the others


@dataclass(frozen=True, slots=True)
class Ballot:
    """`count` equal ballots of one kind. `kind` is `void` where a lenient reader kept a ballot it could not accept.

    `content` by kind: `ranking` ((id, ...), ...), one tuple a rank; `approve` (id, ...); `marks` ((id, "yes"), ...);
    `points`, `votes`, `contributions` ((id, n), ...); `void` the reason as text. `given` is a void ballot as its file
    had it, so that it can be written again.
    """

    kind: str
    content: Content
    count: int = 1
    chamber: str | None = None
    given: Any = field(default=None, compare=False, repr=False)

    @classmethod
    def ranking(cls, *ranks: Sequence[str] | str, count: int = 1) -> Ballot:
        """A ranked ballot; a rank is an id, or a sequence of ids (none: a skip, two: an overvote)."""
        return cls("ranking", tuple((rank,) if isinstance(rank, str) else tuple(rank) for rank in ranks), count)

    @classmethod
    def approve(cls, *ids: str, count: int = 1) -> Ballot:
        """A ballot that names a set of options."""
        return cls("approve", tuple(ids), count)

    @classmethod
    def marks(cls, marks: Mapping[str, str], count: int = 1, chamber: str | None = None) -> Ballot:
        """A yes / no / abstain ballot."""
        return cls("marks", tuple(marks.items()), count, chamber)

    @classmethod
    def points(cls, points: Mapping[str, int], count: int = 1) -> Ballot:
        """Whole points per option."""
        return cls("points", tuple(points.items()), count)

    @classmethod
    def votes(cls, votes: Mapping[str, int], count: int = 1) -> Ballot:
        """Quadratic votes per option; v votes cost v * v credits."""
        return cls("votes", tuple(votes.items()), count)


@dataclass(frozen=True, slots=True)
class Form:
    """What a voter fills in and its limits; a ballot outside them is void, never repaired. None: no such limit.

    `min`, `max`: options marked (for `points`, `max` is the most points one option may get). `k`: ranks. `total`:
    points in all. `credits`: quadratic credits. `negative`: whether votes against are allowed.
    """

    form: str
    min: int | None = None
    max: int | None = None
    k: int | None = None
    total: int | None = None
    credits: int | None = None
    negative: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A counting method with the settings its charter states; `rule["ties"]` is the stated value or the default."""

    method: str
    stated: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def of(cls, method: str, **settings: Any) -> Rule:
        """A rule from plain values. Raises BadContest for an unknown method, setting or value."""
        return cls.read({"method": method, **settings}, "$.rule")

    @classmethod
    def read(cls, given: Any, path: str) -> Rule:
        """A rule from the object of a ballot file; every value canonical, every name one this rule uses."""
        if not isinstance(given, Mapping) or not isinstance(given.get("method"), str):
            raise BadContest(path, 'an object with "method", the name of a counting rule')
        spec = rule_named(given["method"], f"{path}.method")
        stated = {
            name: read_setting(name, value, f"{path}.{name}") for name, value in given.items() if name != "method"
        }
        spec.refuse_foreign(stated, path)
        if stated.get("chambers"):
            stated["chambers"] = _whole_terms(stated)
        return cls(spec.name, MappingProxyType(stated))

    def __getitem__(self, name: str) -> Any:
        return self.stated[name] if name in self.stated else rule_named(self.method).settings[name]

    def with_settings(self, **settings: Any) -> Rule:
        """The same method with some settings replaced."""
        return Rule.of(self.method, **{**self.stated, **settings})

    def in_force(self) -> dict[str, Any]:
        """The method and every setting that bears on this count, defaults filled in; what a count publishes."""
        defaults = rule_named(self.method).settings
        return {"method": self.method, **{name: self[name] for name in sorted({*defaults, *self.stated})}}


def _whole_terms(stated: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Quorum and threshold of every chamber: its own, or else what the rule says for all."""
    for_all = {"quorum": stated.get("quorum"), "threshold": stated.get("threshold", "majority")}
    return {
        name: {key: for_all[key] if terms[key] is None else terms[key] for key in for_all}
        for name, terms in stated["chambers"].items()
    }


@dataclass(frozen=True, slots=True)
class SetAside:
    """Money kept for the options of one group and counted first.

    `amount` minor units, or `share` (exact fraction text) of the budget. `overflow`: whether an option dearer than
    what is left here may take the missing part from the open pool. `release`: `never`, `at_count` (what is left joins
    the open pool before it is counted) or a number of days after which the fund itself releases it.
    """

    group: str
    share: str | None = None
    amount: int | None = None
    overflow: str = "refuse"
    release: str | int = "never"


@dataclass(frozen=True, slots=True)
class Contest:
    """Everything a count needs. `roll` is the number of electors, or one number a chamber. Amounts in minor units."""

    options: tuple[Option, ...]
    rule: Rule
    ballots: Sequence[Ballot] = ()
    budget: int | None = None
    currency: str = ""
    title: str = ""
    roll: int | Mapping[str, int] | None = None
    form: Form | None = None
    set_asides: tuple[SetAside, ...] = ()
    caps: Mapping[str, str | int] = field(default_factory=lambda: MappingProxyType({}))
    incompatible: tuple[tuple[str, ...], ...] = ()
    compare_with: Rule | None = None
    exponent: int | None = None
    metadata: Mapping[str, Any] | None = field(default=None, repr=False)  # what a file says beside; never counted
    ballots_checked: bool = field(default=False, compare=False)  # a reader that checked each ballot says so

    @property
    def currency_exponent(self) -> int:
        """Decimal places of the currency: stated by whoever built the contest, else by its code, else two."""
        return self.exponent if self.exponent is not None else exponent(self.currency)

    @property
    def unit(self) -> int:
        """Minor units in one unit of the currency."""
        return int(10**self.currency_exponent)

    @property
    def form_in_force(self) -> Form:
        """The form stated, or the one the ballots themselves show; without ballots, the first one the rules accept."""
        if self.form is not None:
            return self.form
        for ballot in self.ballots:
            if ballot.kind in FORM_OF_KIND:
                return Form(FORM_OF_KIND[ballot.kind])
        forms = rule_named(self.rule.method).forms
        also = rule_named(self.compare_with.method).forms if self.compare_with is not None else forms
        return Form(next((form for form in forms if form in also), forms[0]))

    def replace(self, **changes: Any) -> Contest:
        """The same contest with some fields changed. Other ballots, options or forms are checked anew."""
        if changes.keys() & {"ballots", "options", "form"}:
            changes.setdefault("ballots_checked", False)
        return replace(self, **changes)

    def check(self) -> None:
        """Raise BadContest at the first thing that makes this contest uncountable. Counting starts with it."""
        from fund.counting.forms import check_contest

        check_contest(self)


def check_form_rule(form: str, rule: str | Rule | Mapping[str, Any]) -> None:
    """Raise BadContest unless the rule can count ballots of this form; for the charter and the web app."""
    if isinstance(rule, Mapping):
        rule = Rule.read(rule, "$.rule")
    spec = rule_named(rule.method if isinstance(rule, Rule) else rule)
    if form not in spec.forms:
        raise BadContest("$.form", f"a form that {spec.name} can count: {', '.join(spec.forms)} (not {form})")


def rules_for_form(form: str) -> tuple[str, ...]:
    """Names of the counting rules that accept this ballot form, in the order of the registry."""
    return tuple(spec.name for spec in all_rules() if form in spec.forms)
