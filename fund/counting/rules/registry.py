"""The counting rules there are. A new rule is one new module that defines its `RuleSpec`s, and one line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from fund.counting.errors import BadContest

if TYPE_CHECKING:
    from fund.counting.sitting import Sitting

# Name of the rule -> module that holds it (as `RULES`, a tuple of RuleSpec).
MODULES: dict[str, str] = {
    "majority": "majority",
    "greedy": "greedy",
    "irv": "irv",
    "sequential_irv": "irv",
    "stv": "stv",
    "stv_scottish": "stv",
    "stv_meek": "meek",
    "equal_shares": "equal_shares",
    "phragmen": "phragmen",
    "expanding_approvals": "expanding",
    "proportional_capped": "proportional",
    "quadratic_funding": "matching",
    "borda": "orders",
    "condorcet": "orders",
    "lot": "orders",
}

# Settings every rule has, those of every rule that hands out money, those of every rule on ranked ballots.
COMMON: dict[str, Any] = {"ties": [], "seed": None, "quorum": None}
MONEY: dict[str, Any] = {**COMMON, "floor": "none", "fit": "skip"}
RANKED: dict[str, Any] = {"overvotes": "exhaust", "max_skipped_ranks": None, "repeats": "skip"}
ALWAYS_ALLOWED = frozenset({"credits", *RANKED})  # they speak of ballots, whatever the rule


@dataclass(frozen=True, slots=True)
class RuleSpec:
    """A counting rule: the forms it accepts, its settings with their defaults, and the function that counts."""

    name: str
    forms: tuple[str, ...]
    settings: Mapping[str, Any]
    run: Callable[[Sitting], None]
    first_choices: bool = False  # whether an option's votes are the ballots that put it first
    pots: bool = False  # whether it can count set-asides first
    shares: bool = False  # whether it shares a pot among all at once, so that the open pool may add to a part

    def refuse_foreign(self, stated: Mapping[str, Any], path: str) -> None:
        """A setting this rule does not have is a misunderstanding, and named as one."""
        for name in stated:
            if name == "fit" and name not in self.settings:
                raise BadContest(
                    f"{path}.fit", f"no fit, for {self.name} pays down no list: nothing has to fit in turn"
                )
            if name not in self.settings and name not in ALWAYS_ALLOWED:
                raise BadContest(f"{path}.{name}", f"a setting of {self.name}: {', '.join(sorted(self.settings))}")


def rule_named(name: str, path: str = "$.rule.method") -> RuleSpec:
    """The rule of that name. Raises BadContest for a name that is not in the registry."""
    if name not in MODULES:
        raise BadContest(path, "one of " + ", ".join(MODULES))
    return _loaded(name)


@cache
def _loaded(name: str) -> RuleSpec:
    module = import_module(f"fund.counting.rules.{MODULES[name]}")
    return next(spec for spec in module.RULES if spec.name == name)


def all_rules() -> tuple[RuleSpec, ...]:
    """Every rule, in the order of the registry."""
    return tuple(rule_named(name) for name in MODULES)
