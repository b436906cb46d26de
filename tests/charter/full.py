"""A charter that sets everything, so that every sentence is said at least once."""

from __future__ import annotations

FULL = """\
format = "charter/1"

[fund]
name = "Everything Fund"
area = "Here."
languages = ["en", "es"]
neighbourhoods = ["North", "South"]
protected_by = "elders"

[[membership.classes]]
code = "member"
name = "Member"
verification = ["self_attested+postal_code", "vouched", "seen_in_person"]
dues = { tiers = [5, 25], period = "month", in_kind_hours = 1, paid_into = "loss_reserve" }
protected_by = "elders"

[[membership.classes]]
code = "friend"
name = "Friend"
votes = false
basis = ["anyone", "coop", "studies", "displaced", "works"]

[[membership.classes]]
code = "delegate"
name = "Delegate"

[[membership.classes]]
code = "elder"
name = "Elder"

[verification.postal_code]
codes = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13"]
[verification.seen_in_person]
where = "At the desk."
[verification.vouched]
members = 1

[eligibility]
proposers = ["member"]
where = "anywhere"
ownership = ["worker_owned", "informal"]
max_ask = 12000
max_live_awards = 1
standards_needed = 1
standards = [{ text = "Pays well." }, { text = "Stays small.", kind = "promise" }]

[[round_types]]
code = "a"
name = "A"
budget = 1000.50
how_often = "weekly"
min_to_open = 10
ballot = { form = "approval", min = 1, max = 3, organise_first = true, pledge_questions = ["buy", "tell"] }
count = { rule = "equal_shares", floor = "votes", floor_votes = 3, compare_with = "phragmen" }
quorum = { type = "percent", value = 80, on_miss = "lapse" }
roll = "walk_up"
assurance = "sealed"
publication = "full"
participation_visible_to = "members"
certified_by = "stewards_and_auditor"
paper = true
paper_until_days = 2
protected_by = "elders"

[[round_types]]
code = "b"
name = "B"
percent_of_available = 60
reserve_percent = 10
ballot = { form = "quadratic", allow_negative = true }
count = { rule = "proportional_capped", min_award = 500, floor = "net_positive" }
quorum = { type = "count", value = 1 }
participation_visible_to = "nobody"
preview_public = false
itemised_budget = true
assurance = "open"

[[round_types]]
code = "c"
name = "C"
decides = "people"
ballot = { form = "points", comment = "none", min = 2, max_each = 4 }
count = { seats = 3 }
quorum = { type = "none" }

[[round_types]]
code = "d"
name = "D"
decides = "resolution"
threshold = "3/5"

[[round_types]]
code = "e"
name = "E"
ballot = { form = "knapsack" }
count = { floor = "share_of_cost", fit = "stop" }

[[round_types]]
code = "f"
name = "F"
chambers = [
  { class = "member", name = "The assembly", quorum = { type = "percent", value = 40 }, threshold = "2/3" },
  { class = "delegate", quorum = { type = "count", value = 4 }, assurance = "secret" },
  { class = "elder" },
]

[[setasides]]
code = "young"
name = "Young co-ops"
percent = 20
who_may_receive = "Co-ops younger than two years."
who_decides = "elders"
unused = "kept"
release_after_days = 180
overflow = "refuse"
round_types = ["a", "e"]

[[setasides]]
code = "land"
name = "Land"
percent = 20
unused = "kept"
round_types = ["a"]

[[setasides]]
code = "north"
name = "The north"
percent = 20
unused = "open_pool"
round_types = ["a"]

[[setasides]]
code = "south"
name = "The south"
percent = 20
round_types = ["a"]

[[pools]]
code = "led"
name = "Led by elders"
land_tax = 100
gift = 60
dues = 1
who_may_receive = "Whom the elders name."
decided_by = "elders"
land_reserve = 50

[[pools]]
code = "named"
name = "Named by elders"
gift = 10
decided_by = "elders"
mode = "council_decides"

[[pools]]
code = "open"
name = "Open to all"
gift = 30

[[caps]]
group = "North"
percent = 50
round_types = ["a"]

[[councils]]
code = "elders"
name = "The elders"
chosen_by = "themselves"
seats = 7
quorum = 5

[stewards]
selected_by = ["vote", "lot", "appointment"]
max_terms = 1
stagger = true
recall_percent = 20

[conflict]
declare_by = "submission"
recuse_from = ["review", "comment", "certify", "pay", "questions"]
may_still_vote = false

[safeguards]
two_person = ["certify", "pay", "verify_paper"]
substitutes = ["member_by_lot", "neighbouring_fund"]
small_payments = { below = 500 }
approvals = [{ from = 5000, people = 3 }]

[[products]]
code = "profit"
name = "Profit share"
kind = "profit_share"
max = 5000
percent = 20
floor = 10
cap_multiple = 1.05
after_wages = true
max_months = 60
aporte = "optional"
report_days = 90
later_report_days = [365]
report = "A photo."
report_shown = "members"

[[products]]
code = "fixed"
name = "Fixed"
kind = "fixed"
months = 60
grace_months = 6
rate_bp = 425
tranches = [{ percent = 40, due = "signature" }, { percent = 30, due = "evidence" }, { percent = 30, due = "date", after_days = 90 }]

[[products]]
code = "share"
name = "Share"
kind = "nonvoting_share"
target_dividend_bp = 300
redeem_after_months = 60
forgive_by = "none"
tranches = [{ percent = 100, due = "milestone", condition = "It is built" }]

[[products]]
code = "sales"
name = "Sales"
kind = "revenue_share"
percent = 4

[awards]
reserve_expires_days = 0
pay_within_days = 5
savings_to = "fund"

[[capital]]
kind = "gift"
name = "Gifts"

[[capital]]
name = "Notes"
rate_bp = 100

[[surplus_split]]
to = "patronage"
percent = 100
cash_percent = 40
redeem_after_months = 60

[micro_grants]
weekly_pot = 1500
max = 250
sponsor_asks = "The sponsor keeps the name of whoever gets more than 200 in a year."

[privacy]
comments = "not_shown"
applicants = "initials"
refused = "counts"
repayments = "exact_if_agreed"
tags = "public"
roll = "names_to_members"
steward_votes = "counts"
protected_by = "member"

[publication]
languages = ["en", "es"]

[amend]
round_type = "d"
threshold = "3/5"
notice_days = 1
"""
