"""What a charter says when its file says nothing: the defaults of FIELD.md B2 and B3."""

from __future__ import annotations

from typing import Any

import pytest

from fund.charter import Charter, load
from fund.charter.model_rounds import RoundType
from tests.charter.mistakes import HEAD

SHORTEST = load(HEAD)

DEFAULTS: dict[str, Any] = {
    "fund.area": "",
    "fund.currency": "USD",
    "fund.timezone": "UTC",
    "fund.languages": ("en",),
    "membership.appeal_days": 14,
    "membership.classes.0.code": "member",
    "membership.classes.0.votes": True,
    "membership.classes.0.basis": ("lives",),
    "membership.classes.0.min_age": 16,
    "membership.classes.0.waiting_days": 14,
    "membership.classes.0.verification": (("self_attested",),),
    "membership.classes.0.dues.waiver": "always",
    "membership.classes.0.dues.tiers_minor": (),
    "verification.vouched.members": 2,
    "verification.vouched.cap_per_year": 5,
    "eligibility.proposers": ("anyone",),
    "eligibility.where": "in_area",
    "eligibility.max_ask_minor": None,
    "round_types.0.code": "money",
    "round_types.0.decides": "money",
    "round_types.0.budget_minor": None,
    "round_types.0.phases.submit_days": 21,
    "round_types.0.phases.review_days": 14,
    "round_types.0.phases.appeal_days": 7,
    "round_types.0.phases.questions_days": 7,
    "round_types.0.phases.vote_days": 14,
    "round_types.0.max_on_ballot": 10,
    "round_types.0.preview_public": True,
    "round_types.0.itemised_budget": False,
    "round_types.0.ballot.form": "approve_deny",
    "round_types.0.ballot.comment": "optional",
    "round_types.0.count.rule": "majority",
    "round_types.0.count.fit": "skip",
    "round_types.0.count.floor": "none",
    "round_types.0.count.ties": ("lower_cost", "lot"),
    "round_types.0.count.compare_with": None,
    "round_types.0.quorum.type": "majority_of_roll",
    "round_types.0.quorum.on_miss": "extend_then_lapse",
    "round_types.0.quorum.extend_days": 7,
    "round_types.0.threshold": "majority",
    "round_types.0.roll": "fixed",
    "round_types.0.assurance": "secret",
    "round_types.0.publication": "aggregate",
    "round_types.0.participation_visible_to": "outreach_stewards",
    "round_types.0.dispute_hours": 72,
    "round_types.0.certified_by": "stewards",
    "round_types.0.paper": False,
    "round_types.1.code": "resolution",
    "round_types.1.count.ties": ("listed",),
    "round_types.1.count.fit": None,
    "setasides": (),
    "caps": (),
    "councils": (),
    "stewards.count": 5,
    "stewards.term_months": 12,
    "conflict.declare_by": "review",
    "conflict.recuse_from": ("review", "comment", "certify", "pay"),
    "conflict.may_still_vote": True,
    "safeguards.two_person": ("certify", "pay"),
    "safeguards.substitutes": ("member_by_lot",),
    "safeguards.small_payments": None,
    "safeguards.approvals": (),
    "review.reviewers": 1,
    "products.0.code": "grant",
    "products.0.kind": "grant",
    "products.0.guarantee": "none",
    "products.0.forgive_by": "decision",
    "products.0.aporte": "none",
    "products.0.tranches.0.percent": 100,
    "products.0.tranches.0.due": "signature",
    "awards.expires_days": 30,
    "awards.reserve_expires_days": 180,
    "awards.savings_to": "reserve_list",
    "capital": (),
    "surplus_split": (),
    "micro_grants": None,
    "privacy.comments": "unnamed",
    "privacy.applicants": "public",
    "privacy.refused": "named_if_agreed",
    "privacy.repayments": "bands",
    "privacy.tags": "private",
    "privacy.roll": "counts",
    "privacy.steward_votes": "public",
    "publication.csv": True,
    "amend.method": "resolution",
    "amend.threshold": "2/3",
    "amend.notice_days": 14,
}


def value_at(charter: Charter, path: str) -> Any:
    value: Any = charter
    for part in path.split("."):
        value = value[int(part)] if part.isdigit() else getattr(value, part)
    return value


@pytest.mark.parametrize(("path", "default"), DEFAULTS.items())
def test_default(path: str, default: Any) -> None:
    assert value_at(SHORTEST, path) == default


def round_type(toml: str) -> RoundType:
    return load(
        HEAD + '[[round_types]]\ncode = "a"\nname = "A"\n' + toml + "\n[amend]\nmethod = 'consent'\n"
    ).round_types[0]


@pytest.mark.parametrize(
    ("form", "rule", "ties", "limit"),
    [
        ("approve_deny", "majority", ("lower_cost", "lot"), {}),
        ("approval", "greedy", ("lower_cost", "lot"), {"min": 1}),
        ("knapsack", "greedy", ("lower_cost", "lot"), {}),
        ("ranked", "sequential_irv", ("more_first_choices", "lower_cost", "lot"), {"ranks": 5}),
        ("points", "greedy", ("lower_cost", "lot"), {"total": 10}),
        ("quadratic", "greedy", ("lower_cost", "lot"), {"credits": 25}),
        ("consent", "objections", ("lower_cost", "lot"), {}),
        ("none", "lot", ("lot",), {}),
    ],
)
def test_defaults_that_follow_from_the_ballot(
    form: str, rule: str, ties: tuple[str, ...], limit: dict[str, int]
) -> None:
    type_ = round_type(f"ballot = {{ form = '{form}' }}")
    assert (type_.count.rule, type_.count.ties) == (rule, ties)
    limits = {name: getattr(type_.ballot, name) for name in ("min", "max", "ranks", "credits", "total", "max_each")}
    assert {name: value for name, value in limits.items() if value is not None} == limit
    assert type_.threshold == ("majority" if rule == "majority" else None)


def test_defaults_that_follow_from_the_rule() -> None:
    shares = round_type("ballot = { form = 'approval' }\ncount = { rule = 'equal_shares' }").count
    assert (shares.utility, shares.completion, shares.fit) == ("cost", "add1+utilitarian", None)
    assert shares.ties == ("most_votes", "lower_cost", "lot")
    pot = round_type("ballot = { form = 'quadratic' }\ncount = { rule = 'proportional_capped' }").count
    assert (pot.min_award_minor, pot.fit) == (0, None)
    ranked = round_type("ballot = { form = 'ranked' }").count
    assert (ranked.eliminate, ranked.overvotes, ranked.repeats, ranked.max_skipped_ranks) == (
        "lowest",
        "exhaust",
        "skip",
        None,
    )
    assert round_type("ballot = { form = 'ranked' }\ncount = { rule = 'irv' }").count.until == "majority"


def test_money_is_kept_in_minor_units_of_the_currency() -> None:
    assert load(HEAD + "[eligibility]\nmax_ask = 12.5\n").eligibility.max_ask_minor == 1250
    assert load(HEAD + 'currency = "JPY"\n[eligibility]\nmax_ask = 500\n').eligibility.max_ask_minor == 500
    assert load(HEAD + 'currency = "KWD"\n[eligibility]\nmax_ask = 1.005\n').eligibility.max_ask_minor == 1005
    assert [load(HEAD + f'currency = "{code}"\n').currency_exponent for code in ("USD", "JPY", "KWD")] == [2, 0, 3]
    assert load(HEAD + "[eligibility]\nmax_ask = 1e3\n").eligibility.max_ask_minor == 100_000


def test_the_quorum_in_ballots() -> None:
    quorum = SHORTEST.round_type("money").quorum
    assert [quorum.ballots_needed(roll) for roll in (0, 1, 40, 41, 48)] == [1, 1, 21, 21, 25]
    percent = round_type("quorum = { type = 'percent', value = 80 }").quorum
    assert [percent.ballots_needed(roll) for roll in (5, 6, 0)] == [4, 5, 0]
    assert round_type("quorum = { type = 'count', value = 12 }").quorum.ballots_needed(3) == 12
    assert round_type("quorum = { type = 'none' }").quorum.ballots_needed(100) == 0


def test_codes_lead_to_sections() -> None:
    assert SHORTEST.voting_classes == ("member",)
    assert SHORTEST.voters("money") == ("member",)
    assert SHORTEST.member_class("member").name == "Member"
    assert SHORTEST.product("grant").kind == "grant"
    for ask in (SHORTEST.round_type, SHORTEST.member_class, SHORTEST.product, SHORTEST.review.checklists.of):
        with pytest.raises(KeyError):
            ask("nothing")


def test_the_file_names_its_version_and_rules_alone_make_charters_equal() -> None:
    other = load(HEAD + "# a remark\n")
    assert other == SHORTEST
    assert other.text.endswith("# a remark\n")
    assert other.sha256 != SHORTEST.sha256


def test_terms_of_a_product_are_plain_values_that_can_be_stored() -> None:
    toml = HEAD + "[[products]]\ncode = 'r'\nname = 'R'\nkind = 'revenue_share'\npercent = 4\ncap_multiple = 1.2\n"
    assert load(toml).product("r").terms() == {
        "percent": 4, "cap_multiple_percent": 120, "aporte": "none", "guarantee": "none", "forgive_by": "decision",
    }  # fmt: skip


def test_two_approve_a_payment_and_one_where_the_small_lane_says_so() -> None:
    assert SHORTEST.safeguards.approvers_for(1) == 2
    lane = load(HEAD + "[safeguards.small_payments]\nbelow = 500\n").safeguards
    assert (lane.approvers_for(49_999), lane.approvers_for(50_000)) == (1, 2)


def test_more_people_approve_what_is_larger() -> None:
    steps = "[[safeguards.approvals]]\nfrom = 5000\npeople = 3\n[[safeguards.approvals]]\nfrom = 20000\npeople = 4\n"
    rules = load(HEAD + steps).safeguards
    assert [rules.approvers_for(amount) for amount in (499_999, 500_000, 1_999_999, 2_000_000)] == [2, 3, 3, 4]


def test_an_agreement_is_filled_once_so_that_a_name_cannot_fill_another_hole() -> None:
    awards = load(HEAD + "[awards]\nagreement = '{fund} gives {amount} to {business}'\n").awards
    filled = awards.agreement_text(fund="F", amount="10", business="{fund} & Sons")
    assert filled == "F gives 10 to {fund} & Sons"
