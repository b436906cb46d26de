"""Which counting rules accept which ballot forms, and what each rule takes when the charter is silent.

The names and the pairs are those of COUNTING.md's two tables. The form `consent` has no count (a round of consent is a
record of objections) and the form `none` has no ballot (a lot decides).
"""

from __future__ import annotations

FORMS = ("approve_deny", "approval", "knapsack", "ranked", "points", "quadratic", "consent", "none")

ACCEPTS = {
    "majority": ("approve_deny",),
    "greedy": ("approval", "knapsack", "points", "quadratic", "ranked"),
    "irv": ("ranked",),
    "sequential_irv": ("ranked",),
    "stv": ("ranked",),
    "stv_scottish": ("ranked",),
    "stv_meek": ("ranked",),
    "equal_shares": ("approval", "points", "ranked"),
    "phragmen": ("approval",),
    "expanding_approvals": ("ranked",),
    "proportional_capped": ("quadratic", "points"),
    "borda": ("ranked",),
    "condorcet": ("ranked",),
    "lot": ("none",),
    "objections": ("consent",),
}
RULES = tuple(ACCEPTS)

USUAL_RULE = {
    "approve_deny": "majority",
    "approval": "greedy",
    "knapsack": "greedy",
    "ranked": "sequential_irv",
    "points": "greedy",
    "quadratic": "greedy",
    "consent": "objections",
    "none": "lot",
}

COMPLETIONS = ("none", "utilitarian", "add1", "add1_exhaustive", "add1+utilitarian", "add1_exhaustive+utilitarian")
TIE_BREAKERS = ("most_votes", "lower_cost", "higher_cost", "more_first_choices", "earlier_stage", "listed", "lot")

FORM_LIMITS = {
    "min": ("approval", "knapsack", "ranked", "points", "quadratic"),
    "max": ("approval",),
    "ranks": ("ranked",),
    "credits": ("quadratic",),
    "allow_negative": ("quadratic",),
    "total": ("points",),
    "max_each": ("points",),
}
"""Which limits of the ballot belong to which forms."""

RULE_SETTINGS = {
    "fit": ("majority", "greedy", "sequential_irv", "phragmen", "borda", "condorcet", "lot"),
    "min_award": ("proportional_capped",),
    "utility": ("equal_shares",),
    "completion": ("equal_shares",),
    "comparison": ("equal_shares",),
    "eliminate": ("irv", "sequential_irv"),
    "until": ("irv",),
    "seats": ("greedy", "sequential_irv", "stv", "stv_scottish", "stv_meek", "borda", "condorcet", "lot"),
    "quota": ("stv",),
    "whole_quota": ("stv",),
    "decimals": ("stv",),
    "elect_per_round": ("stv",),
}
"""Which settings of the count belong to which rules."""

RULES_OF = {
    "money": (
        "majority", "greedy", "irv", "sequential_irv", "equal_shares", "phragmen", "expanding_approvals",
        "proportional_capped", "borda", "condorcet", "lot", "objections",
    ),
    "resolution": ("majority", "objections"),
    "people": ("irv", *RULE_SETTINGS["seats"], "objections"),
}  # fmt: skip
"""Which rules decide what: amounts of money, yes or no, or a number of places."""

RULES_WITH_POTS = (
    "majority", "greedy", "sequential_irv", "equal_shares", "phragmen", "expanding_approvals", "proportional_capped",
    "borda", "condorcet", "lot",
)  # fmt: skip
"""Rules that divide a budget, and so can count set-asides first."""

RULES_WITH_CAPS = (*RULES_WITH_POTS, "irv")
"""Rules for money that keep caps and proposals that exclude each other."""

RULES_WITH_FLOOR = (
    "majority", "greedy", "irv", "sequential_irv", "stv", "stv_scottish", "stv_meek", "equal_shares", "phragmen",
    "expanding_approvals", "proportional_capped",
)  # fmt: skip
"""Rules under which an option can be too weakly supported to win."""

USUAL_SETTINGS: dict[str, str | int | bool] = {
    "fit": "skip",
    "min_award_minor": 0,
    "utility": "cost",
    "completion": "add1+utilitarian",
    "comparison": "none",
    "eliminate": "lowest",
    "until": "majority",
    "quota": "droop",
    "whole_quota": True,
    "decimals": 5,
    "elect_per_round": "all",
}

PAPER_SETTINGS = {"overvotes": "exhaust", "repeats": "skip"}
"""What a ranking on paper with two names at one rank, or one name twice, counts for (FIELD.md B3)."""


def usual_setting(setting: str, rule: str) -> str | int | bool | None:
    """What a setting is where the charter is silent; None where silence means that it is not set."""
    if setting == "fit" and rule == "phragmen":
        return "stop"
    return USUAL_SETTINGS.get(setting)


def check_form_rule(form: str, rule: str) -> bool:
    """Whether this rule can count ballots of this form."""
    return form in ACCEPTS.get(rule, ())


def usual_ties(form: str, rule: str) -> tuple[str, ...]:
    """The tie chain where the charter is silent: support first, then the cheaper, then a public draw."""
    if rule in ("stv", "stv_scottish", "stv_meek"):
        return ("earlier_stage", "lot")
    if rule == "lot":
        return ("lot",)
    if form == "ranked":
        return ("more_first_choices", "lower_cost", "lot")
    return ("most_votes", "lower_cost", "lot") if rule == "equal_shares" else ("lower_cost", "lot")
