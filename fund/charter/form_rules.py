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
    "min": ("approval", "points"),
    "max": ("approval",),
    "ranks": ("ranked",),
    "credits": ("quadratic",),
    "allow_negative": ("quadratic",),
    "total": ("points",),
    "max_each": ("points",),
}
"""Which limits of the ballot belong to which forms."""

RULE_SETTINGS = {
    "fit": ("majority", "greedy", "sequential_irv"),
    "min_award": ("proportional_capped",),
    "utility": ("equal_shares",),
    "completion": ("equal_shares",),
    "eliminate": ("irv", "sequential_irv"),
    "until": ("irv",),
}
"""Which settings of the count belong to which rules."""

RULES_WITH_FLOOR = (
    "majority", "greedy", "sequential_irv", "equal_shares", "phragmen", "expanding_approvals", "proportional_capped",
)  # fmt: skip
"""Rules under which an option can be too weakly supported to win."""

USUAL_SETTINGS: dict[str, str | int] = {
    "fit": "skip",
    "min_award_minor": 0,
    "utility": "cost",
    "completion": "add1+utilitarian",
    "eliminate": "lowest",
    "until": "majority",
}

PAPER_SETTINGS = {"overvotes": "exhaust", "repeats": "skip"}
"""What a ranking on paper with two names at one rank, or one name twice, counts for (FIELD.md B3)."""


def check_form_rule(form: str, rule: str) -> bool:
    """Whether this rule can count ballots of this form."""
    return form in ACCEPTS.get(rule, ())


def usual_ties(form: str, rule: str) -> tuple[str, ...]:
    """The tie chain where the charter is silent: support first, then the cheaper, then a public draw."""
    if form == "ranked":
        return ("more_first_choices", "lower_cost", "lot")
    return ("most_votes", "lower_cost", "lot") if rule == "equal_shares" else ("lower_cost", "lot")
