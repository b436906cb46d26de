"""The schema of a whole charter file, and what must hold between its sections.

A file may leave out everything but `format` and the fund's name. Each section is described where it belongs:
schema_members.py, schema_rounds.py, schema_money.py, and the small ones here. Source: FIELD.md B2.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from marshmallow import Schema

from fund.charter.fields import (
    Choice,
    Code,
    Language,
    Many,
    Setting,
    Table,
    Tables,
    Text,
    Threshold,
    Whole,
    YesNo,
    settings_of,
)
from fund.charter.messages import N_
from fund.charter.model import Amend, Charter, Checklists, Council, MemberClass, Privacy, Publication, Review
from fund.charter.model_money import Pool, SetAside, SurplusPart
from fund.charter.model_rounds import RoundType
from fund.charter.schema_members import (
    ConflictSchema,
    CouncilSchema,
    EligibilitySchema,
    FundSchema,
    MembershipSchema,
    StewardsSchema,
    VerificationSchema,
)
from fund.charter.schema_money import (
    AwardsSchema,
    CapitalLayerSchema,
    CapSchema,
    MicroGrantsSchema,
    PoolSchema,
    ProductSchema,
    SafeguardsSchema,
    SetAsideSchema,
    SurplusPartSchema,
)
from fund.charter.schema_pots import check_pots
from fund.charter.schema_rounds import RoundTypeSchema
from fund.charter.section import Complaint, ProtectedSection, Section

FORMAT = "charter/1"


class ChecklistsSchema(Section):
    model = Checklists
    standards = Many(Text(200), default=("It meets the standards of this charter.",), help="Points on standards.")
    feasibility = Many(
        Text(200),
        default=("It can be done as described.", "The costs are realistic.", "It is lawful."),
        help="Points on feasibility.",
    )
    diligence = Many(
        Text(200),
        default=("Income and costs have been looked at together.", "The terms suit the business."),
        help="Points on the figures of the business.",
    )
    accessibility = Many(
        Text(200), default=("People with disabilities can use what is paid for.",), help="Points on access."
    )


class ReviewSchema(ProtectedSection):
    model = Review
    reviewers = Whole(1, 10, default=1, help="How many stewards review a proposal.")
    checklists = Table(ChecklistsSchema, help="The points a reviewer answers, by kind of review.")


class PrivacySchema(ProtectedSection):
    model = Privacy
    comments = Choice("unnamed", "not_shown", default="unnamed", help="Reasons given with a vote.")
    applicants = Choice("public", "initials", "private", default="public", help="Names of the people who apply.")
    refused = Choice("counts", "named_if_agreed", default="named_if_agreed", help="Refused proposals.")
    repayments = Choice("bands", "exact_if_agreed", default="bands", help="Repayments of each business.")
    tags = Choice("private", "public", default="private", help="What a business says of itself.")
    roll = Choice("counts", "names_to_members", default="counts", help="Who is a member.")
    steward_votes = Choice("public", "counts", default="public", help="How stewards decide as stewards.")


class PublicationSchema(ProtectedSection):
    model = Publication
    days_after_close = Whole(0, 60, default=7, help="Days after closing by which a result is out.")
    languages = Many(Language(), most=20, default=(), help="Languages of results (those of the fund, if absent).")
    csv = YesNo(default=True, help="Whether totals can be downloaded.")


class AmendSchema(ProtectedSection):
    model = Amend
    method = Choice("resolution", "consent", "stewards", default="resolution", help="Who changes this charter.")
    round_type = Code(default=None, help="The type of resolution that votes on it (the first, if absent).")
    threshold = Threshold(default="2/3", help="The share of yes that carries it.")
    notice_days = Whole(0, 180, default=14, help="Days between the text being public and the vote.")


USUAL_ROUND_TYPES: tuple[dict[str, Any], ...] = (
    {"code": "money", "name": "Investment round", "decides": "money"},
    {"code": "resolution", "name": "Resolution", "decides": "resolution"},
)


class CharterSchema(Section):
    model = Charter
    fund = Table(FundSchema, required=True, help="Who this charter is for.")
    membership = Table(MembershipSchema, help="Who can be a member and who votes.")
    verification = Table(VerificationSchema, help="How a newcomer is verified.")
    eligibility = Table(EligibilitySchema, help="Who may ask for money.")
    round_types = Tables(RoundTypeSchema, most=20, otherwise=USUAL_ROUND_TYPES, help="What is voted on and how.")
    setasides = Tables(SetAsideSchema, most=20, help="Parts of every budget kept for a group or place.")
    pools = Tables(PoolSchema, most=10, help="Parts of what comes in, kept for somebody from the first day.")
    caps = Tables(CapSchema, most=50, help="The most one group may take of a budget.")
    councils = Tables(CouncilSchema, most=10, help="Bodies that decide outside this program.")
    stewards = Table(StewardsSchema, help="Who runs the rounds.")
    conflict = Table(ConflictSchema, help="Conflicts of interest.")
    safeguards = Table(SafeguardsSchema, help="What takes two people.")
    review = Table(ReviewSchema, help="How a proposal is reviewed.")
    products = Tables(
        ProductSchema, most=20, otherwise=({"code": "grant", "name": "Grant"},), help="Ways of giving money."
    )
    awards = Table(AwardsSchema, help="What follows a win.")
    capital = Tables(CapitalLayerSchema, most=20, help="Layers of capital; the first takes losses first.")
    surplus_split = Tables(SurplusPartSchema, most=20, help="Where a surplus goes.")
    micro_grants = Table(MicroGrantsSchema, optional=True, help="Small gifts without proof of need.")
    privacy = Table(PrivacySchema, help="What is shown of whom.")
    publication = Table(PublicationSchema, help="How results come out.")
    amend = Table(AmendSchema, help="How this charter is changed.")


class FileSchema(CharterSchema):
    """The file: a charter and the name of its format."""

    format = Choice(FORMAT, help="The format of this file.")

    def complete(self, data: dict[str, Any]) -> dict[str, Any]:
        return {**{name: value for name, value in data.items() if name != "format"}, "text": ""}


TAKEN_CODES = ("anyone", "members")
"""Words that stand for people in other sections, so that no class or council can have them as its code."""


def _kept(data: dict[str, Any], section: str, kind: type[Any]) -> Iterator[tuple[int, Any]]:
    """The sound items of a section with their positions; items with mistakes of their own are left alone."""
    items = data.get(section)
    if isinstance(items, tuple):
        yield from ((place, one) for place, one in enumerate(items) if isinstance(one, kind))


def _twice(section: str, items: Iterable[tuple[int, Any]]) -> Iterator[Complaint]:
    seen: set[str] = set()
    for place, one in items:
        if one.code in seen:
            yield (*section.split("."), place, "code"), N_("The code %(code)s is used twice.", code=one.code)
        seen.add(one.code)


def check_whole(data: dict[str, Any]) -> Iterator[Complaint]:
    """What is wrong between sections: codes used twice or naming nothing, lists that must add up.

    `data` holds the sections by name; one that has mistakes of its own is missing, and what refers to it is not judged.
    """
    membership = data.get("membership")
    classes: tuple[MemberClass, ...] = membership.classes if membership is not None else ()
    for name in ("round_types", "products", "setasides", "pools", "councils"):
        yield from _twice(name, ((place, one) for place, one in enumerate(data.get(name) or ())))
    yield from _twice("membership.classes", enumerate(classes))
    for place, one in enumerate(classes):
        if one.code in TAKEN_CODES:
            yield (
                ("membership", "classes", place, "code"),
                N_("The code %(code)s has a meaning of its own.", code=one.code),
            )
    for place, council in _kept(data, "councils", Council):
        if council.code in TAKEN_CODES or council.code in {one.code for one in classes}:
            yield ("councils", place, "code"), N_("The code %(code)s belongs to someone else.", code=council.code)
    yield from check_pots(data)
    for name in ("surplus_split",):
        total = sum(one.percent for _, one in _kept(data, name, SurplusPart))
        if total not in (0, 100):
            yield (name,), N_("The parts are together %(sum)s percent; they can be 100.", sum=total)
    if membership is not None:
        yield from _check_classes(data, classes)
    yield from _check_amend(data)


def _check_classes(data: dict[str, Any], classes: tuple[MemberClass, ...]) -> Iterator[Complaint]:
    codes = {one.code for one in classes}
    voting = {one.code for one in classes if one.votes}
    verification = data.get("verification")
    for place, one in enumerate(classes):
        if (
            any("postal_code" in ways for ways in one.verification)
            and verification
            and not verification.postal_code.codes
        ):
            yield (
                ("membership", "classes", place, "verification"),
                N_("Verification by postal_code needs the list of codes in [verification.postal_code]."),
            )
    for place, type_ in _kept(data, "round_types", RoundType):
        for position, code in enumerate(type_.voters):
            if code not in voting:
                yield (
                    ("round_types", place, "voters", position),
                    N_(
                        "%(code)s is not a class that votes. Voting classes: %(codes)s.",
                        code=code,
                        codes=", ".join(sorted(voting)),
                    ),
                )
        for position, chamber in enumerate(type_.chambers):
            if chamber.member_class not in voting:
                yield (
                    ("round_types", place, "chambers", position, "class"),
                    N_(
                        "%(code)s is not a class that votes. Voting classes: %(codes)s.",
                        code=chamber.member_class,
                        codes=", ".join(sorted(voting)),
                    ),
                )
    eligibility = data.get("eligibility")
    for position, code in enumerate(eligibility.proposers if eligibility else ()):
        if code not in codes | {"anyone"}:
            yield (
                ("eligibility", "proposers", position),
                N_(
                    "%(code)s is neither a class nor anyone. Classes: %(codes)s.",
                    code=code,
                    codes=", ".join(sorted(codes)),
                ),
            )
    yield from _check_bodies(data, codes)


def _check_bodies(data: dict[str, Any], codes: set[str]) -> Iterator[Complaint]:
    """Whoever is named to consent or to decide must exist."""
    bodies = codes | {one.code for _, one in _kept(data, "councils", Council)}
    for place, aside in _kept(data, "setasides", SetAside):
        if aside.who_decides not in bodies | {"members"}:
            yield (
                ("setasides", place, "who_decides"),
                N_("There is no council or class with the code %(code)s.", code=aside.who_decides),
            )
    councils = {one.code for _, one in _kept(data, "councils", Council)}
    for place, pool in _kept(data, "pools", Pool):
        if pool.is_apart and pool.decided_by not in councils:
            yield (
                ("pools", place, "decided_by"),
                N_("There is no council with the code %(code)s.", code=pool.decided_by),
            )
    for path, section in _protectable(data):
        if section.protected_by is not None and section.protected_by not in bodies:
            yield (
                (*path, "protected_by"),
                N_("There is no council or class with the code %(code)s.", code=section.protected_by),
            )


def _protectable(data: dict[str, Any]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    for name, section in data.items():
        for path, one in (
            [((name, place), item) for place, item in enumerate(section)]
            if isinstance(section, tuple)
            else [((name,), section)]
        ):
            if hasattr(one, "protected_by"):
                yield path, one
            for place, member_class in enumerate(getattr(one, "classes", ())):
                yield (*path, "classes", place), member_class


def _check_amend(data: dict[str, Any]) -> Iterator[Complaint]:
    amend, types = data.get("amend"), data.get("round_types")
    if amend is None or types is None or amend.method != "resolution":
        return
    codes = [one.code for one in types if one.decides == "resolution"]
    if amend.round_type is not None and amend.round_type not in codes:
        yield (
            ("amend", "round_type"),
            N_("%(code)s is not a round type that decides a resolution.", code=amend.round_type),
        )
    elif not codes:
        yield (
            ("amend", "method"),
            N_("Without a round type that decides a resolution nobody could change this charter."),
        )


def setting_at(path: tuple[str | int, ...]) -> Setting | None:
    """The field that a path leads to, or None where the schema has none."""
    schema: type[Schema] | None = FileSchema
    found: Setting | None = None
    for part in path:
        if isinstance(part, int):
            found = found.inner if isinstance(found, Many) else found
            continue
        if schema is None:
            return None
        field = settings_of(schema).get(part)
        if field is None:
            return None
        found = field
        schema = field.schema_class if isinstance(field, Table | Tables) else None
    return found
