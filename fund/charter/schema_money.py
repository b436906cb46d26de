"""The schema of the sections about money: products, awards, safeguards, set-asides, caps, capital, micro-grants.

Sources: FIELD.md B2 and B3 for settings and defaults, TRUST.md 4 for the two approvals. Terms that do not belong to a
product's kind are mistakes, so that nobody signs a rate that means nothing.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any

from fund.charter.fields import Choice, Code, Many, Money, Multiple, Table, Tables, Text, Whole, YesNo
from fund.charter.messages import N_
from fund.charter.model_money import (
    AGREEMENT_FIELDS,
    Approvals,
    Awards,
    Cap,
    CapitalLayer,
    MicroGrants,
    Pool,
    Product,
    Safeguards,
    SetAside,
    SmallPayments,
    SurplusPart,
    Tranche,
)
from fund.charter.section import Complaint, ProtectedSection, Section

KINDS = ("grant", "zero_interest", "fixed", "profit_share", "revenue_share", "nonvoting_share")
TERMS = {
    "months": ("zero_interest", "fixed"),
    "grace_months": ("zero_interest", "fixed", "profit_share", "revenue_share"),
    "rate_bp": ("fixed",),
    "percent": ("profit_share", "revenue_share"),
    "floor": ("profit_share",),
    "cap_multiple": ("profit_share", "revenue_share"),
    "after_wages": ("profit_share",),
    "max_months": ("profit_share", "revenue_share"),
    "target_dividend_bp": ("nonvoting_share",),
    "redeem_after_months": ("nonvoting_share",),
}
"""Which terms belong to which kinds of product."""
NEEDED_TERMS = {
    "zero_interest": ("months",),
    "fixed": ("months", "rate_bp"),
    "profit_share": ("percent",),
    "revenue_share": ("percent",),
}
_NAMES = {"floor": "floor_minor", "cap_multiple": "cap_multiple_percent"}

AGREEMENT = """\
{fund} gives {amount} to {business} for {proposal}.

Kind: {product}
Paid in these parts: {tranches}
Report: {report}

The money is used for what the proposal says. Both sides tell each other early when something changes. Nobody gives a
personal guarantee, and there are no late fees.

{date}
"""


class TrancheSchema(Section):
    model = Tranche
    percent = Whole(1, 100, help="Its share of the award.")
    due = Choice(
        "signature",
        "evidence",
        "milestone",
        "date",
        "member_vote",
        default="evidence",
        help="When it is due: at signature; when the condition is shown as evidence; on a date in the agreement.",
    )
    condition = Text(200, default="", help="What is shown, in a sentence.")
    after_days = Whole(1, 1825, default=None, help="Days after both sides have signed (due = date).")

    def check(self, data: dict[str, Any]) -> Iterator[Complaint]:
        if (data["due"] == "date") != (data["after_days"] is not None):
            yield (
                ("after_days",),
                N_("An instalment that is due on a date says after how many days, and no other does."),
            )


class ProductSchema(ProtectedSection):
    model = Product
    code = Code(help="The product's code.")
    name = Text(80, help="Its name for people.")
    kind = Choice(*KINDS, default="grant", help="What kind of money it is.")
    max_minor = Money(key="max", default=None, help="The most given in this way.")
    months = Whole(1, 360, default=None, help="Length of the repayment (zero_interest, fixed).")
    grace_months = Whole(0, 120, default=None, help="Months before the first repayment.")
    rate_bp = Whole(0, 2000, default=None, help="Interest a year in hundredths of a percent: 400 is 4 % (fixed).")
    percent = Whole(
        1, 50, default=None, help="Percent of sales (revenue_share) or of surplus (profit_share) paid back."
    )
    floor_minor = Money(key="floor", default=None, help="Least payment of a period, 0 if absent (profit_share).")
    cap_multiple_percent = Multiple(
        key="cap_multiple", default=None, help="The most paid back in all, times the amount given."
    )
    after_wages = YesNo(default=False, help="Whether wages come before anything is due (profit_share).")
    max_months = Whole(
        1, 360, default=None, help="After so many months nothing more is due (profit_share, revenue_share)."
    )
    target_dividend_bp = Whole(
        0, 2000, default=None, help="Dividend aimed at, hundredths of a percent a year (nonvoting_share)."
    )
    redeem_after_months = Whole(1, 360, default=None, help="When shares can be bought back (nonvoting_share).")
    report_days = Whole(1, 1825, default=None, help="Days after the first payment by which a report is due.")
    later_report_days = Many(
        Whole(1, 3650), most=12, default=(), help="Days after the first payment by which further reports are due."
    )
    report = Text(300, default="", help="What the report is, in a sentence.")
    report_shown = Choice(
        "public", "members", "stewards", default="public", help="Who may read the reports on an award."
    )
    aporte = Choice("none", "optional", default="none", help="Whether one may give freely after paying back.")
    guarantee = Choice("none", default="none", help="No personal guarantee is ever asked; this cannot be changed.")
    forgive_by = Choice(
        "decision", "none", default="decision", help="Whether what is owed can be forgiven by a recorded decision."
    )
    tranches = Tables(
        TrancheSchema,
        most=12,
        otherwise=({"percent": 100, "due": "signature"},),
        help="The parts in which an award is paid; together 100 percent.",
    )

    def check(self, data: dict[str, Any]) -> Iterator[Complaint]:
        kind = data["kind"]
        for term, kinds in TERMS.items():
            if data[_NAMES.get(term, term)] not in (None, False) and kind not in kinds:
                yield (
                    (term,),
                    N_(
                        "%(setting)s belongs to %(kinds)s; this product is a %(kind)s.",
                        setting=term,
                        kinds=", ".join(kinds),
                        kind=kind,
                    ),
                )
        for term in NEEDED_TERMS.get(kind, ()):
            if data[_NAMES.get(term, term)] is None:
                yield (term,), N_("A product of the kind %(kind)s needs %(setting)s.", kind=kind, setting=term)
        days = [data["report_days"], *data["later_report_days"]]
        if len(days) > 1 and (days[0] is None or any(a >= b for a, b in itertools.pairwise(days))):
            yield ("later_report_days",), N_("Further reports come after the first, each later than the one before.")
        if sum(tranche.percent for tranche in data["tranches"]) != 100:
            yield (
                ("tranches",),
                N_(
                    "The tranches are together %(sum)s percent; they must be 100.",
                    sum=sum(tranche.percent for tranche in data["tranches"]),
                ),
            )


class AwardsSchema(ProtectedSection):
    model = Awards
    expires_days = Whole(1, 365, default=30, help="An award that is not accepted and signed by then expires.")
    reserve_expires_days = Whole(0, 1095, default=180, help="How long the reserve list lasts.")
    pay_within_days = Whole(1, 90, default=None, help="Days in which a tranche that is due is paid.")
    savings_to = Choice(
        "reserve_list", "fund", default="reserve_list", help="Where money goes that an award does not use."
    )
    agreement = Text(
        20_000,
        lines=True,
        default=AGREEMENT,
        help="Template of the agreement; it may hold " + ", ".join("{" + name + "}" for name in AGREEMENT_FIELDS) + ".",
    )

    def check(self, data: dict[str, Any]) -> Iterator[Complaint]:
        unknown = sorted(set(re.findall(r"\{(\w*)\}", data["agreement"])) - set(AGREEMENT_FIELDS))
        if unknown:
            yield (
                ("agreement",),
                N_(
                    "The agreement cannot fill in %(names)s; it knows %(known)s.",
                    names=", ".join(f"{{{name}}}" for name in unknown),
                    known=", ".join(f"{{{name}}}" for name in AGREEMENT_FIELDS),
                ),
            )


class SmallPaymentsSchema(Section):
    model = SmallPayments
    below_minor = Money(key="below", help="Below this amount one approver is enough; another reviews weekly.")


class ApprovalsSchema(Section):
    model = Approvals
    from_minor = Money(key="from", help="From this amount on; what one payee gets within 30 days counts together.")
    people = Whole(3, 9, help="How many people approve.")


class SafeguardsSchema(ProtectedSection):
    model = Safeguards
    two_person = Many(
        Choice("certify", "pay", "verify_paper", default=None),
        most=3,
        default=("certify", "pay"),
        help="Acts that need two people; certify and pay always do.",
    )
    substitutes = Many(
        Choice("member_by_lot", "neighbouring_fund", default=None),
        most=2,
        default=("member_by_lot",),
        help="Who stands in when too few are free of conflicts, in this order.",
    )
    small_payments = Table(SmallPaymentsSchema, optional=True, help="A lane for small payments.")
    approvals = Tables(ApprovalsSchema, most=5, otherwise=(), help="Larger payments that more than two people approve.")
    grants_from = Choice(
        "gifts_and_dues",
        "any_money",
        default="gifts_and_dues",
        help="What grants come from: what was given to the fund, or also what lenders lent it.",
    )

    def check(self, data: dict[str, Any]) -> Iterator[Complaint]:
        if not {"certify", "pay"} <= set(data["two_person"]):
            yield ("two_person",), N_("certify and pay always need two people.")
        steps = [(step.from_minor, step.people) for step in data["approvals"]]
        if any(a[0] >= b[0] or a[1] >= b[1] for a, b in itertools.pairwise(steps)):
            yield (
                ("approvals",),
                N_("Each step begins at a larger amount and asks for more people than the one before."),
            )


class SetAsideSchema(ProtectedSection):
    model = SetAside
    code = Code(help="The set-aside's code.")
    name = Text(80, help="Its name for people.")
    percent = Whole(1, 100, help="Percent of each budget.")
    who_may_receive = Text(200, default="", help="For whom it is, in a sentence.")
    who_decides = Code(default="members", help="members, or the code of a council or a class.")
    unused = Choice(
        "open_pool",
        "back_to_fund",
        "kept",
        default="back_to_fund",
        help="What is unused: joins the open money before the rest is counted; goes back to the fund with the round's"
        " other money; or stays set aside for later rounds.",
    )
    release_after_days = Whole(1, 3650, default=None, help="When what is kept goes to all (never, if absent).")
    overflow = Choice(
        "open_pool",
        "refuse",
        default="open_pool",
        help="A project dearer than the set-aside takes the rest from the open pool, or is refused.",
    )
    round_types = Many(Code(), most=20, default=(), help="In which types of round (all about money, if absent).")

    def check(self, data: dict[str, Any]) -> Iterator[Complaint]:
        if data["release_after_days"] is not None and data["unused"] != "kept":
            yield ("release_after_days",), N_("A time of release belongs to money that is kept.")


class PoolSchema(ProtectedSection):
    model = Pool
    code = Code(help="The pool's code.")
    name = Text(80, help="Its name for people.")
    land_tax = Whole(0, 100, default=0, help="Percent of every land gift (voluntary; not a tax in law).")
    gift = Whole(0, 100, default=0, help="Percent of every general gift.")
    dues = Whole(0, 100, default=0, help="Percent of all dues.")
    who_may_receive = Text(200, default="", help="For whom it is, in a sentence.")
    decided_by = Code(
        default="members",
        help="members (its money is then the free money that rounds decide), or the code of a council.",
    )
    mode = Choice(
        "hand_over",
        "council_decides",
        default="hand_over",
        help="How a council's pool is given: to the council's own body, with no application, vote or report; or to those"
        " whom its decision names.",
    )
    land_reserve = Whole(0, 100, default=0, help="Percent of what it gets that is kept for buying land.")

    def check(self, data: dict[str, Any]) -> Iterator[Complaint]:
        if data["decided_by"] == "members" and (data["land_reserve"] or data["mode"] != "hand_over"):
            yield ("decided_by",), N_("A mode and a land reserve belong to a pool that a council decides about.")


class CapSchema(ProtectedSection):
    model = Cap
    group = Text(80, help="A neighbourhood or a category.")
    percent = Whole(1, 100, help="The most it may take of a budget.")
    round_types = Many(Code(), most=20, default=(), help="In which types of round (all about money, if absent).")


class CapitalLayerSchema(ProtectedSection):
    model = CapitalLayer
    kind = Choice("gift", "note", default="note", help="A gift, or a note that is paid back.")
    name = Text(80, help="Its name for people.")
    rate_bp = Whole(0, 2000, default=0, help="Interest a year in hundredths of a percent.")
    term_months = Whole(1, 360, default=None, help="When it is paid back.")
    min_minor = Money(key="min", default=0, help="The least one may put in.")
    only_for = Code(key="only", default=None, help="Only for this class.")


class SurplusPartSchema(ProtectedSection):
    model = SurplusPart
    to = Choice(
        "indivisible_reserve",
        "patronage",
        "solidarity_pot",
        help="Where this part goes: kept for good and never divided; to members by the hours they worked; to projects"
        " that members choose.",
    )
    percent = Whole(1, 100, help="Its share; together 100 percent.")
    cash_percent = Whole(
        0, 100, default=None, help="How much of the patronage is paid at once (all of it, if absent); the rest goes into"
        " member accounts."
    )  # fmt: skip
    redeem_after_months = Whole(
        1, 360, default=None, help="When what stands in member accounts is paid out (after 60 months, if absent)."
    )

    def check(self, data: dict[str, Any]) -> Iterator[Complaint]:
        for term in ("cash_percent", "redeem_after_months"):
            if data[term] is not None and data["to"] != "patronage":
                yield (term,), N_("%(setting)s belongs to patronage.", setting=term)


class MicroGrantsSchema(ProtectedSection):
    model = MicroGrants
    weekly_pot_minor = Money(key="weekly_pot", help="Money of each week.")
    max_minor = Money(key="max", help="The most for one person at a time.")
    partial_min_minor = Money(
        key="partial_min", default=0, help="A smaller rest is carried over instead of being offered."
    )
    order = Many(
        Choice("not_helped_recently", "lot", default=None),
        most=2,
        least=1,
        default=("not_helped_recently", "lot"),
        help="Who comes first.",
    )
    again_after_days = Whole(0, 365, default=90, help="What recently means.")
    retain_days = Whole(1, 365, default=30, help="After so many days names are erased.")
    sponsor_asks = Text(
        300,
        default="",
        help="What a fiscal sponsor must write down of gifts to people, in a sentence; the page says it before anyone"
        " asks.",
    )

    def check(self, data: dict[str, Any]) -> Iterator[Complaint]:
        if data["order"][-1] != "lot":
            yield ("order",), N_("The lot comes last: it decides among all who are level before it.")
        if data["max_minor"] > data["weekly_pot_minor"]:
            yield ("max",), N_("One gift can be at most the money of a week.")
        if data["partial_min_minor"] > data["max_minor"]:
            yield ("partial_min",), N_("The least part can be at most one whole gift.")
