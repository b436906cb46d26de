"""The parsed charter: plain frozen values that services read.

Words are those of FIELD.md B2 and E. What must hold: a `Charter` comes only from `load()`, so every value is within its
limits, every code that one section names exists in another, and ballot form, rule and settings fit together. Money is
in integer minor units of `charter.currency` (names end in `_minor`), in the file it is written in whole units. Shares
are whole percents (`_percent`), rates basis points (`_bp`), times whole days, months or hours by name. Nothing here
knows the clock or a database. Defaults live in the schema, in one place only.

    charter.fund.name                      charter.voting_classes -> ("member", ...)
    charter.member_class("member").dues    charter.round_type("money").ballot.form
    charter.product("grant").tranches      charter.awards.expires_days
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property

from fund.charter.model_money import (
    Awards,
    Cap,
    CapitalLayer,
    MicroGrants,
    Pool,
    Product,
    Safeguards,
    SetAside,
    SurplusPart,
)
from fund.charter.model_rounds import RoundType
from fund.currency import exponent

SECRET_NEEDS_ELECTORS = 20
"""Below this many electors a vote is open, and the page says why (TRUST 3.3)."""
SECRET_NEEDS_BALLOTS = 10
"""With fewer ballots cast a secret round is not opened (TRUST 3.3)."""


@dataclass(frozen=True)
class Fund:
    """Who this charter is for. `area` is a sentence; `neighbourhoods` the parts people may name as theirs."""

    name: str
    area: str
    currency: str
    timezone: str
    languages: tuple[str, ...]
    neighbourhoods: tuple[str, ...]
    protected_by: str | None


@dataclass(frozen=True)
class Dues:
    """What a class pays. Zero is always accepted and no vote ever depends on the tier."""

    tiers_minor: tuple[int, ...]
    period: str
    pay_what_you_can: bool
    in_kind_hours: int
    waiver: str
    paid_into: str

    @property
    def are_asked(self) -> bool:
        """Whether the class is asked for money at all: amounts to choose from, or any that one can."""
        return bool(self.tiers_minor) or self.pay_what_you_can


@dataclass(frozen=True)
class MemberClass:
    """A kind of membership. `verification` holds alternatives; each names the ways that are all needed."""

    code: str
    name: str
    votes: bool
    basis: tuple[str, ...]
    min_age: int
    verification: tuple[tuple[str, ...], ...]
    waiting_days: int
    dues: Dues
    protected_by: str | None


@dataclass(frozen=True)
class Membership:
    """All kinds of membership, and how long a refused person may appeal."""

    classes: tuple[MemberClass, ...]
    appeal_days: int
    protected_by: str | None


@dataclass(frozen=True)
class Vouching:
    """How many members vouch for a newcomer, and for how many newcomers a year one member may."""

    members: int
    cap_per_year: int


@dataclass(frozen=True)
class PostalCodes:
    """The postal codes that lie in the fund's area."""

    codes: tuple[str, ...]


@dataclass(frozen=True)
class SeenInPerson:
    """Where and when a newcomer can be seen by a steward, as a sentence. No paper is copied or kept."""

    where: str


@dataclass(frozen=True)
class SelfAttested:
    """The sentence a newcomer confirms."""

    statement: str


@dataclass(frozen=True)
class Verification:
    """Settings of the ways in which a newcomer is verified."""

    self_attested: SelfAttested
    vouched: Vouching
    postal_code: PostalCodes
    seen_in_person: SeenInPerson
    protected_by: str | None


@dataclass(frozen=True)
class Standard:
    """One thing the fund asks of a business: something it must meet, or a promise shown on the ballot."""

    text: str
    kind: str


@dataclass(frozen=True)
class Eligibility:
    """Who may ask for money and how much. `proposers` holds class codes, or `anyone`."""

    proposers: tuple[str, ...]
    where: str
    ownership: tuple[str, ...]
    max_ask_minor: int | None
    max_live_awards: int | None
    standards: tuple[Standard, ...]
    standards_needed: int | None
    protected_by: str | None


@dataclass(frozen=True)
class Council:
    """A body that decides by itself outside the program, and whose consent a section may need."""

    code: str
    name: str
    chosen_by: str
    seats: int | None
    quorum: int | None
    decides_by: str
    protected_by: str | None


@dataclass(frozen=True)
class Stewards:
    """How many stewards, how chosen, for how long."""

    count: int
    selected_by: tuple[str, ...]
    term_months: int
    max_terms: int | None
    stagger: bool
    recall_percent: int | None
    protected_by: str | None


@dataclass(frozen=True)
class Conflict:
    """When a conflict of interest is declared and what a recused steward does not do or see."""

    declare_by: str
    recuse_from: tuple[str, ...]
    may_still_vote: bool
    protected_by: str | None


@dataclass(frozen=True)
class Checklists:
    """The points a reviewer answers, by kind of review."""

    standards: tuple[str, ...]
    feasibility: tuple[str, ...]
    diligence: tuple[str, ...]
    accessibility: tuple[str, ...]

    def of(self, kind: str) -> tuple[str, ...]:
        """The points of one kind of review; KeyError if there is no such kind."""
        if kind not in ("standards", "feasibility", "diligence", "accessibility"):
            raise KeyError(kind)
        points: tuple[str, ...] = getattr(self, kind)
        return points


@dataclass(frozen=True)
class Review:
    """How a proposal is reviewed."""

    reviewers: int
    checklists: Checklists
    protected_by: str | None


@dataclass(frozen=True)
class Privacy:
    """What is shown of whom."""

    comments: str
    applicants: str
    refused: str
    repayments: str
    tags: str
    roll: str
    steward_votes: str
    protected_by: str | None


@dataclass(frozen=True)
class Publication:
    """When and how results come out."""

    days_after_close: int
    languages: tuple[str, ...]
    csv: bool
    protected_by: str | None


@dataclass(frozen=True)
class Amend:
    """How the charter itself is changed. `round_type` names the resolution that votes on it, if `method` is one."""

    method: str
    round_type: str | None
    threshold: str
    notice_days: int
    protected_by: str | None


@dataclass(frozen=True)
class Charter:
    """One version of a fund's rules. `text` is the file as read; two charters are equal when their rules are."""

    fund: Fund
    membership: Membership
    verification: Verification
    eligibility: Eligibility
    round_types: tuple[RoundType, ...]
    setasides: tuple[SetAside, ...]
    pools: tuple[Pool, ...]
    caps: tuple[Cap, ...]
    councils: tuple[Council, ...]
    stewards: Stewards
    conflict: Conflict
    safeguards: Safeguards
    review: Review
    products: tuple[Product, ...]
    awards: Awards
    capital: tuple[CapitalLayer, ...]
    surplus_split: tuple[SurplusPart, ...]
    micro_grants: MicroGrants | None
    privacy: Privacy
    publication: Publication
    amend: Amend
    text: str = field(compare=False, repr=False)

    @property
    def currency(self) -> str:
        """The fund's currency, an ISO 4217 code."""
        return self.fund.currency

    @property
    def currency_exponent(self) -> int:
        """Decimals of the fund's currency."""
        return exponent(self.fund.currency)

    @cached_property
    def sha256(self) -> str:
        """Hash of the file's bytes (UTF-8), in hexadecimal: names this version."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def classes(self) -> tuple[MemberClass, ...]:
        """Every class of membership."""
        return self.membership.classes

    @property
    def voting_classes(self) -> tuple[str, ...]:
        """Codes of the classes that vote."""
        return tuple(one.code for one in self.classes if one.votes)

    @property
    def councils_hold_money(self) -> bool:
        """Whether anybody but the members decides about money: where grants are limited by ancestry, counsel is needed."""
        return any(one.is_apart for one in self.pools) or any(one.who_decides != "members" for one in self.setasides)

    def member_class(self, code: str) -> MemberClass:
        """The class with this code; KeyError if there is none."""
        return {one.code: one for one in self.classes}[code]

    def round_type(self, code: str) -> RoundType:
        """The round type with this code; KeyError if there is none."""
        return {one.code: one for one in self.round_types}[code]

    def voters(self, round_type: str) -> tuple[str, ...]:
        """Codes of the classes that vote in rounds of this type: its chambers, those it names, or all that vote."""
        type_ = self.round_type(round_type)
        return tuple(one.member_class for one in type_.chambers) or type_.voters or self.voting_classes

    @property
    def bodies(self) -> dict[str, str]:
        """Names by code of everyone whose consent a section can need: the classes and the councils."""
        return {one.code: one.name for one in self.classes} | {one.code: one.name for one in self.councils}

    def product(self, code: str) -> Product:
        """The product with this code; KeyError if there is none."""
        return {one.code: one for one in self.products}[code]
