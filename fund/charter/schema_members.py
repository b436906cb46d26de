"""The schema of the sections about people: fund, membership, verification, eligibility, councils, stewards, conflict.

Sources: FIELD.md B2 for settings and defaults, A4 for the least a conflict rule must hold. One member, one vote: no
setting gives a class, a tier or a sum more weight, because there is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fund.charter.fields import (
    Choice,
    Code,
    Currency,
    Language,
    Many,
    Money,
    PostalCode,
    Table,
    Tables,
    Text,
    Timezone,
    Ways,
    Whole,
    YesNo,
)
from fund.charter.messages import N_
from fund.charter.model import (
    Conflict,
    Council,
    Dues,
    Eligibility,
    Fund,
    MemberClass,
    Membership,
    PostalCodes,
    SeenInPerson,
    SelfAttested,
    Standard,
    Stewards,
    Verification,
    Vouching,
)
from fund.charter.section import Complaint, ProtectedSection, Section

LEAST_RECUSAL = ("review", "comment", "certify", "pay")
"""What a recused steward never does (FIELD.md A4); a charter may not ask for less."""


class FundSchema(ProtectedSection):
    model = Fund
    name = Text(120, help="The fund's name.")
    area = Text(300, default="", help="Where its members are, in a sentence.")
    currency = Currency(default="USD", help="The currency of every amount in this file.")
    timezone = Timezone(default="UTC", help="The time zone in which times are shown.")
    languages = Many(
        Language(), most=20, least=1, default=("en",), help="Languages of the fund's pages, the first by default."
    )
    neighbourhoods = Many(Text(80), most=200, default=(), help="Neighbourhoods a member can name as theirs.")


class DuesSchema(Section):
    model = Dues
    tiers_minor = Many(
        Money(), key="tiers", most=10, default=(), help="Amounts one chooses from; zero is always accepted."
    )
    pay_what_you_can = YesNo(
        default=False, help="Whether any other amount can be named too, or, without amounts to choose from, any at all."
    )
    period = Choice("year", "month", "once", default="year", help="How often.")
    in_kind_hours = Whole(0, 500, default=0, help="Hours of help that are accepted instead (0: not offered).")
    waiver = Choice("always", default="always", help="Dues are waived for whoever asks; this cannot be changed.")
    paid_into = Choice("fund", "loss_reserve", default="fund", help="Where dues go.")


class MemberClassSchema(ProtectedSection):
    model = MemberClass
    code = Code(help="The class's code.")
    name = Text(80, help="Its name for people.")
    votes = YesNo(default=True, help="Whether its members vote. Every vote weighs the same.")
    basis = Many(
        Choice("lives", "works", "studies", "displaced", "coop", "anyone", default=None),
        most=6,
        least=1,
        default=("lives",),
        help="What makes one eligible; one of them is enough.",
    )
    min_age = Whole(0, 120, default=16, help="Least age in years, attested for a date; no birth date is stored.")
    verification = Many(
        Ways(default=None),
        most=8,
        least=1,
        default=(("self_attested",),),
        help="Ways of being verified; one is enough, parts joined by + are all needed.",
    )
    waiting_days = Whole(0, 365, default=14, help="Days from verification until one can vote.")
    dues = Table(DuesSchema, help="What its members pay.")


class MembershipSchema(ProtectedSection):
    model = Membership
    classes = Tables(
        MemberClassSchema, most=20, otherwise=({"code": "member", "name": "Member"},), help="Kinds of membership."
    )
    appeal_days = Whole(0, 365, default=14, help="Days in which a refused person can appeal.")

    def check(self, data: dict[str, Any]) -> Iterator[Complaint]:
        if not any(one.votes for one in data["classes"]):
            yield ("classes",), N_("At least one class must vote.")


class SelfAttestedSchema(Section):
    model = SelfAttested
    statement = Text(
        500,
        default="What I have said about where I live, work or study and about my age is true.",
        help="The sentence a newcomer confirms.",
    )


class VouchingSchema(Section):
    model = Vouching
    members = Whole(1, 5, default=2, help="How many members vouch for a newcomer.")
    cap_per_year = Whole(1, 100, default=5, help="For how many newcomers one member may vouch in 12 months.")


class PostalCodesSchema(Section):
    model = PostalCodes
    codes = Many(PostalCode(), most=2000, default=(), help="Postal codes of the area.")


class SeenInPersonSchema(Section):
    model = SeenInPerson
    where = Text(300, default="", help="Where and when a newcomer can be seen by a steward.")


class VerificationSchema(ProtectedSection):
    model = Verification
    self_attested = Table(SelfAttestedSchema, help="A person's own word.")
    vouched = Table(VouchingSchema, help="The word of members.")
    postal_code = Table(PostalCodesSchema, help="The code of the address given lies in the area.")
    seen_in_person = Table(SeenInPersonSchema, help="A steward has seen the person; no paper is copied or kept.")


class StandardSchema(Section):
    model = Standard
    text = Text(200, help="The standard, in a sentence.")
    kind = Choice("must", "promise", default="must", help="must: needed to be admitted; promise: shown on the ballot.")


class EligibilitySchema(ProtectedSection):
    model = Eligibility
    proposers = Many(
        Code(), most=20, least=1, default=("anyone",), help="Who may ask for money: codes of classes, or anyone."
    )
    where = Choice("in_area", "anywhere", default="in_area", help="Whether a business must be in the area.")
    ownership = Many(
        Choice("worker_owned", "converting", "sole_owner", "community", "nonprofit", "informal", default=None),
        most=6,
        default=(),
        help="Forms of ownership that may ask (any, if absent).",
    )
    max_ask_minor = Money(key="max_ask", default=None, help="The most one may ask for.")
    max_live_awards = Whole(1, 20, default=None, help="How many awards one business may have at a time.")
    standards = Tables(StandardSchema, most=50, help="What the fund asks of a business.")
    standards_needed = Whole(1, 50, default=None, help="How many of the must standards are enough (all, if absent).")

    def check(self, data: dict[str, Any]) -> Iterator[Complaint]:
        musts = sum(1 for one in data["standards"] if one.kind == "must")
        if (data["standards_needed"] or 0) > musts:
            yield ("standards_needed",), N_("There are only %(musts)s standards of the kind must.", musts=musts)


class CouncilSchema(ProtectedSection):
    model = Council
    code = Code(help="The council's code.")
    name = Text(120, help="Its name for people.")
    chosen_by = Text(200, default="", help="Who chooses it, outside this program.")
    seats = Whole(1, 100, default=None, help="How many sit on it.")
    quorum = Whole(1, 100, default=None, help="How many must be there for it to decide (more than half, if absent).")
    decides_by = Choice("consent", "majority", default="consent", help="How it decides, outside this program.")


class StewardsSchema(ProtectedSection):
    model = Stewards
    count = Whole(2, 100, default=5, help="How many stewards; two people sign every result and payment, so at least 2.")
    selected_by = Many(
        Choice("vote", "lot", "appointment", default=None),
        most=3,
        least=1,
        default=("vote",),
        help="How stewards come into office.",
    )
    term_months = Whole(1, 60, default=12, help="Length of a term.")
    max_terms = Whole(1, 10, default=None, help="Most terms in a row.")
    stagger = YesNo(default=False, help="Whether terms end at different times.")
    recall_percent = Whole(1, 100, default=None, help="Percent of members who can call a vote to recall a steward.")


class ConflictSchema(ProtectedSection):
    model = Conflict
    declare_by = Choice("review", "submission", default="review", help="Conflicts are declared before this begins.")
    recuse_from = Many(
        Choice(*LEAST_RECUSAL, "questions", default=None),
        most=5,
        default=LEAST_RECUSAL,
        help="What a recused steward neither does nor sees; the four of the default are the least.",
    )
    may_still_vote = YesNo(default=True, help="Whether a recused steward still votes as a member.")

    def check(self, data: dict[str, Any]) -> Iterator[Complaint]:
        missing = [act for act in LEAST_RECUSAL if act not in data["recuse_from"]]
        if missing:
            yield ("recuse_from",), N_("A recused steward stays out of %(acts)s too.", acts=", ".join(missing))
