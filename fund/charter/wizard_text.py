"""The pieces of a charter that the wizard puts together: commented TOML with holes for the answers."""

from __future__ import annotations

HEAD = """\
# The charter of a fund. Every line can be changed before it is adopted; a # begins a comment.
format = "charter/1"

[fund]
name = {name}
area = {area}
currency = "{currency}"
timezone = "{timezone}"

# Who is a member. One person, one vote, whatever anyone pays.
[[membership.classes]]
code = "member"
name = "Member"
votes = true
# Who can join: lives, works, studies, displaced, coop, anyone. One is enough.
basis = ["lives", "works", "studies", "displaced"]
min_age = 16
# How newcomers are verified, one way is enough: self_attested, vouched, postal_code, seen_in_person.
verification = ["vouched", "seen_in_person"]
# Days between being verified and voting.
waiting_days = 0

# Who may ask for money.
[eligibility]
proposers = ["anyone"]
where = "in_area"
"""

ROUND = """\
# The round in which money is decided.
[[round_types]]
code = "money"
name = "Money round"
decides = "money"
# In whole units of the currency; without it each round says how much it decides.
{budget}
max_on_ballot = 10
phases = {{ submit_days = 21, review_days = 7, appeal_days = 5, questions_days = 5, vote_days = {days} }}
{quorum}
{assurance}
# full: every ballot without a name, so that anyone can count again; aggregate: totals only.
publication = "{publication}"

{ballot}"""

QUORUM = """\
# More than half must take part. If not, the vote is extended once, then there is no decision.
quorum = { type = "majority_of_roll", on_miss = "extend_then_lapse", extend_days = 7 }"""
NO_QUORUM = """\
# Nobody votes, so there is no quorum.
quorum = { type = "none" }"""

OPEN_VOTES = """\
# Few votes cannot be hidden, so everyone sees who voted how. From 20 voters on this can be "secret".
assurance = "open\""""
HIDDEN_VOTES = """\
# Secret from members and stewards. With fewer than 20 voters a round becomes open by itself.
assurance = "secret\""""

_BALLOT = """\
# {says}
[round_types.ballot]
{ballot}

[round_types.count]
rule = "{rule}"
{more}"""
_SKIP = 'fit = "skip"\nties = ["lower_cost", "lot"]\n'
_RANKED_TIES = 'ties = ["more_first_choices", "lower_cost", "lot"]\n'
_RANKS = 'form = "ranked"\nranks = 5'
_CREDITS = 'form = "quadratic"\ncredits = 25\norganise_first = true'

BALLOTS = {
    "yes_no": """\
# Yes, no or abstain to each proposal; more yes than no is needed.
[round_types.ballot]
form = "approve_deny"

[round_types.count]
rule = "majority"
# A proposal that costs more than is left is passed over.
fit = "skip"
# Between equals: the cheaper one, then a public draw.
ties = ["lower_cost", "lot"]
""",
    "pick": """\
# A tick for every proposal one supports.
[round_types.ballot]
form = "approval"
min = 1

[round_types.count]
rule = "greedy"
# A proposal that costs more than is left is passed over.
fit = "skip"
# Between equals: the cheaper one, then a public draw.
ties = ["lower_cost", "lot"]
""",
    "rank": """\
# Up to five proposals in the order one prefers.
[round_types.ballot]
form = "ranked"
ranks = 5

[round_types.count]
rule = "sequential_irv"
# A proposal that costs more than is left is passed over.
fit = "skip"
# Between equals: more first choices, the cheaper one, then a public draw.
ties = ["more_first_choices", "lower_cost", "lot"]
""",
    "split": """\
# Everyone has 25 credits; one vote for a proposal costs 1, two cost 4, three cost 9.
[round_types.ballot]
form = "quadratic"
credits = 25
organise_first = true

# Each proposal gets its share of the votes in money, never more than it asked for.
[round_types.count]
rule = "proportional_capped"
# Shares below this amount drop out.
min_award = 0
# Between equals: the cheaper one, then a public draw.
ties = ["lower_cost", "lot"]
""",
} | {
    code: _BALLOT.format(says=says, ballot=ballot, rule=rule, more=more)
    for code, says, ballot, rule, more in (
        ("fill", "A set of proposals that the budget can pay.", 'form = "knapsack"', "greedy", _SKIP),
        ("points", "Ten points each.", 'form = "points"\ntotal = 10', "greedy", _SKIP),
        ("points_split", "Ten points each; shares below min_award drop out.", 'form = "points"\ntotal = 10',
         "proportional_capped", 'min_award = 0\nties = ["lower_cost", "lot"]\n'),
        ("credits", "25 credits each; n votes cost n times n.", _CREDITS, "greedy", _SKIP),
        ("credits_against", "25 credits each; n votes for or against cost n times n.", _CREDITS + "\nallow_negative = true",
         "greedy", 'floor = "net_positive"\n' + _SKIP),
        ("fair_ticks", "A tick for every proposal one supports.", 'form = "approval"\nmin = 1', "equal_shares",
         'completion = "add1+utilitarian"\nties = ["most_votes", "lower_cost", "lot"]\n'),
        ("fair_loads", "A tick for every proposal one supports.", 'form = "approval"\nmin = 1', "phragmen",
         'fit = "stop"\nties = ["lower_cost", "lot"]\n'),
        ("fair_ranks", "Up to five proposals in order.", _RANKS, "expanding_approvals",
         'ties = ["most_votes", "lower_cost", "lot"]\n'),
        ("best_one", "Up to five proposals in order; one of them wins.", _RANKS, "irv", _RANKED_TIES),
        ("places", "Up to five proposals in order.", _RANKS, "borda", 'fit = "skip"\n' + _RANKED_TIES),
        ("pairs", "Up to five proposals in order.", _RANKS, "condorcet", 'fit = "skip"\n' + _RANKED_TIES),
        ("lot", "Nobody votes.", 'form = "none"', "lot", 'fit = "skip"\nties = ["lot"]\n'),
    )
}  # fmt: skip

RESOLUTION = """\
# Yes or no on a text, for example a change of this charter.
[[round_types]]
code = "resolution"
name = "Resolution"
decides = "resolution"
phases = {{ submit_days = 0, review_days = 0, appeal_days = 0, questions_days = 7, vote_days = {days} }}
quorum = {{ type = "majority_of_roll", on_miss = "extend_then_lapse", extend_days = 7 }}
threshold = "majority"
assurance = "{assurance}"
publication = "full"
"""

STEWARDS = """\
# Who runs the rounds. Two people sign every result and every payment.
[stewards]
count = {count}
selected_by = ["vote"]
term_months = 12
"""

GRANT = """\
[[products]]
code = "grant"
name = "Grant"
kind = "grant"
"""

LOAN = """\
# The terms are written into the agreement; the program does not collect repayments yet.
[[products]]
code = "loan"
name = "Loan without interest"
kind = "zero_interest"
months = 24
grace_months = 3
"""

END = """\
# A winner has so many days to accept and sign.
[awards]
expires_days = 30
reserve_expires_days = 180

# How this charter is changed.
[amend]
method = "resolution"
round_type = "resolution"
threshold = "2/3"
notice_days = 14
"""
