"""Codes of proposals and reviews in words that a resident reads."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

PRODUCT_WORDS: dict[str, Any] = {
    "grant": _l("Grant: not paid back"),
    "zero_interest": _l("Loan without interest"),
    "fixed": _l("Loan with fixed interest"),
    "profit_share": _l("Paid back from profit"),
    "revenue_share": _l("Paid back from sales"),
    "nonvoting_share": _l("Share without a vote"),
}
REFUSAL_WORDS: dict[str, Any] = {
    "outside_area": _l("Outside the area"),
    "not_eligible": _l("Not eligible under the charter"),
    "too_expensive": _l("Costs more than this round can give"),
    "not_feasible": _l("Cannot be done as described"),
    "standards": _l("Does not meet the standards"),
    "incomplete": _l("Incomplete, also after asking"),
    "duplicate": _l("The same as another proposal"),
    "other": _l("Another reason"),
}
KIND_WORDS: dict[str, Any] = {
    "standards": _l("Standards"),
    "feasibility": _l("Feasibility: can it be done"),
    "diligence": _l("Diligence: the figures"),
    "accessibility": _l("Accessibility"),
}
OUTCOME_WORDS: dict[str, Any] = {
    "pass": _l("Passes"),
    "pass_with_conditions": _l("Passes with conditions"),
    "fail": _l("Does not pass"),
}
POINT_WORDS: dict[str, Any] = {
    "yes": _l("Yes"),
    "partly": _l("Partly"),
    "no": _l("No"),
    "unknown": _l("Could not be found out"),
}
MEETS_WORDS: dict[str, Any] = {"yes": _l("Yes, we do"), "not_yet": _l("Not yet")}
"""What an applicant says about a standard that must be met."""
