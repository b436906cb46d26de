"""Sentences about people: the fund, members, verification, review, stewards, conflicts, privacy, changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from fund.charter.messages import N_, Either, Message, ngettext
from fund.charter.model import Charter, Dues, MemberClass

BASIS = {
    "lives": N_("live in the area"),
    "works": N_("work in the area"),
    "studies": N_("study in the area"),
    "displaced": N_("had to leave the area"),
    "coop": N_("speak for a co-op"),
    "anyone": N_("want to support the fund"),
}
WAYS = {
    "self_attested": N_("their own word"),
    "vouched": N_("the word of members who know them"),
    "postal_code": N_("the postal code of their address"),
    "seen_in_person": N_("being seen by a steward"),
}
PERIODS = {"year": N_("a year"), "month": N_("a month"), "once": N_("once")}
SELECTION = {"vote": N_("by vote"), "lot": N_("by lot"), "appointment": N_("by appointment")}
SUBSTITUTES = {
    "member_by_lot": N_("a member drawn by lot"),
    "neighbouring_fund": N_("a steward of a neighbouring fund"),
}
SECTIONS = {
    "fund": N_("the fund"),
    "membership": N_("members and votes"),
    "verification": N_("the verification of newcomers"),
    "eligibility": N_("who may ask for money"),
    "stewards": N_("stewards"),
    "conflict": N_("conflicts of interest"),
    "safeguards": N_("what takes two people"),
    "review": N_("how a proposal is reviewed"),
    "awards": N_("what follows a vote"),
    "micro_grants": N_("small gifts"),
    "privacy": N_("what is shown of whom"),
    "publication": N_("how results come out"),
    "amend": N_("how this charter is changed"),
}


def plain(*texts: str) -> tuple[Message, ...]:
    """Texts of the charter itself, which are not translated."""
    return tuple(N_("%(text)s", text=text) for text in texts)


def of_fund(charter: Charter) -> Iterator[Message]:
    """Name, area, money, time, languages."""
    fund = charter.fund
    yield N_("This is the charter of the %(name)s.", name=fund.name)
    if fund.area:
        yield N_("Its area: %(area)s", area=fund.area)
    if fund.neighbourhoods:
        yield N_("Its neighbourhoods: %(names)s.", names=plain(*fund.neighbourhoods))
    yield N_(
        "All amounts are in %(currency)s; all times are those of %(timezone)s.",
        currency=fund.currency,
        timezone=fund.timezone,
    )
    if len(fund.languages) > 1:
        yield N_("Its languages: %(codes)s.", codes=plain(*fund.languages))


def of_membership(charter: Charter) -> Iterator[Message]:
    """Each class of membership."""
    yield N_("Every vote weighs the same, whatever a member pays.")
    for one in charter.classes:
        yield from _of_class(charter, one)
    days = charter.membership.appeal_days
    yield ngettext(
        "Whoever is refused is told why and can appeal for %(n)s day.",
        "Whoever is refused is told why and can appeal for %(n)s days.",
        days,
    )


def _of_class(charter: Charter, one: MemberClass) -> Iterator[Message]:
    who = Either(BASIS[basis] for basis in one.basis)
    if one.votes:
        yield N_("%(name)s: has a vote. For people who %(basis)s.", name=one.name, basis=who)
    else:
        yield N_("%(name)s: supports the fund without a vote. For people who %(basis)s.", name=one.name, basis=who)
    if one.min_age:
        yield N_("%(name)s: from the age of %(age)s; no date of birth is stored.", name=one.name, age=one.min_age)
    yield N_("%(name)s: verified by %(ways)s.", name=one.name, ways=_ways(one))
    if one.votes and one.waiting_days:
        yield ngettext(
            "%(name)s: can vote %(n)s day after being verified.",
            "%(name)s: can vote %(n)s days after being verified.",
            one.waiting_days,
            name=one.name,
        )
    yield from _of_dues(charter, one.name, one.dues)


def _ways(one: MemberClass) -> Either:
    """The alternatives; the parts of one are all needed."""
    return Either(N_("%(all)s", all=tuple(WAYS[way] for way in ways)) for ways in one.verification)


def _of_dues(charter: Charter, name: str, dues: Dues) -> Iterator[Message]:
    if not dues.are_asked:
        yield N_("%(name)s: no dues.", name=name)
        return
    tiers = Either(N_("%(tier_minor)s", tier_minor=tier, currency=charter.currency) for tier in dues.tiers_minor)
    period = PERIODS[dues.period]
    if not dues.tiers_minor:
        yield N_("%(name)s: dues of what one can pay %(period)s; zero is always accepted.", name=name, period=period)
    elif dues.pay_what_you_can:
        yield N_(
            "%(name)s: dues of %(tiers)s %(period)s, or of what one can pay; zero is always accepted.",
            name=name,
            tiers=tiers,
            period=period,
        )
    else:
        yield N_(
            "%(name)s: dues of %(tiers)s %(period)s as one chooses; zero is always accepted.",
            name=name,
            tiers=tiers,
            period=period,
        )
    yield N_("%(name)s: dues can come in parts.", name=name)
    if dues.in_kind_hours:
        yield ngettext(
            "%(name)s: %(n)s hour of help counts as dues.",
            "%(name)s: %(n)s hours of help count as dues.",
            dues.in_kind_hours,
            name=name,
        )
    if dues.paid_into == "loss_reserve":
        yield N_("%(name)s: dues go into the reserve for losses.", name=name)


def of_verification(charter: Charter) -> Iterator[Message]:
    """Only the ways that some class uses."""
    used = {way for one in charter.classes for ways in one.verification for way in ways}
    verification = charter.verification
    if "self_attested" in used:
        yield N_("Own word: a newcomer confirms “%(statement)s”", statement=verification.self_attested.statement)
    if "vouched" in used:
        yield ngettext(
            "Word of members: %(n)s member vouches; each may vouch for at most %(cap)s newcomers a year.",
            "Word of members: %(n)s members vouch; each may vouch for at most %(cap)s newcomers a year.",
            verification.vouched.members,
            cap=verification.vouched.cap_per_year,
        )
    if "postal_code" in used:
        codes = verification.postal_code.codes
        shown = ", ".join(codes[:12]) + (" …" if len(codes) > 12 else "")
        yield N_("Postal code: the address lies in %(codes)s.", codes=shown)
    if "seen_in_person" in used:
        yield N_("Seen in person: a steward has seen the person. No paper is copied or kept.")
        if verification.seen_in_person.where:
            yield N_("Where: %(where)s", where=verification.seen_in_person.where)


def of_review(charter: Charter) -> Iterator[Message]:
    """Who reviews, by what points."""
    review = charter.review
    yield ngettext("%(n)s steward reviews each proposal.", "%(n)s stewards review each proposal.", review.reviewers)
    titles = {
        "standards": N_("Standards"),
        "feasibility": N_("Feasibility"),
        "diligence": N_("Figures"),
        "accessibility": N_("Access"),
    }
    for kind, title in titles.items():
        points = review.checklists.of(kind)
        if points:
            yield N_("%(kind)s: %(points)s", kind=title, points=N_("%(text)s", text=" ".join(points)))
    yield N_("A refusal has a written reason, and the applicant can appeal.")


def of_stewards(charter: Charter) -> Iterator[Message]:
    """How many, how chosen, how long."""
    stewards = charter.stewards
    yield ngettext("%(n)s steward runs the rounds.", "%(n)s stewards run the rounds.", stewards.count)
    yield N_("They come into office %(ways)s.", ways=tuple(SELECTION[way] for way in stewards.selected_by))
    yield ngettext("A term lasts %(n)s month.", "A term lasts %(n)s months.", stewards.term_months)
    if stewards.max_terms:
        yield ngettext(
            "Nobody serves more than %(n)s term.", "Nobody serves more than %(n)s terms.", stewards.max_terms
        )
    if stewards.stagger:
        yield N_("Terms end at different times.")
    if stewards.recall_percent:
        yield N_("%(percent)s %% of the members can call a vote to recall a steward.", percent=stewards.recall_percent)


def of_safeguards(charter: Charter) -> Iterator[Message]:
    """Conflicts, two people, substitutes, small payments."""
    if charter.conflict.declare_by == "review":
        yield N_("Stewards declare a conflict of interest before the review begins.")
    else:
        yield N_("Stewards declare a conflict of interest before proposals are handed in.")
    yield N_("A steward with a conflict does not review, comment, certify or pay, and does not see the draft review.")
    if "questions" in charter.conflict.recuse_from:
        yield N_("A steward with a conflict does not answer questions about that proposal either.")
    if charter.conflict.may_still_vote:
        yield N_("As a member that steward still votes.")
    else:
        yield N_("That steward does not vote in the round either.")
    yield N_("Every result is certified, and every payment approved, by two people without a conflict.")
    if "verify_paper" in charter.safeguards.two_person:
        yield N_("Paper ballots are verified by two people.")
    if charter.safeguards.substitutes:
        names = tuple(SUBSTITUTES[one] for one in charter.safeguards.substitutes)
        yield N_("Where too few are free of conflicts, others stand in: %(who)s.", who=names)
    if charter.safeguards.small_payments:
        yield N_(
            "Payments below %(below_minor)s need one person and are looked over weekly by another.",
            below_minor=charter.safeguards.small_payments.below_minor,
            currency=charter.currency,
        )
    for step in charter.safeguards.approvals:
        yield N_(
            "From %(from_minor)s on, %(people)s people approve; what one payee gets within 30 days counts together.",
            from_minor=step.from_minor,
            people=step.people,
            currency=charter.currency,
        )


def of_privacy(charter: Charter) -> Iterator[Message]:
    """What is shown of whom, and how results come out."""
    privacy, publication = charter.privacy, charter.publication
    said = {
        ("comments", "unnamed"): N_("Reasons given with a vote are shown without names."),
        ("comments", "not_shown"): N_("Reasons given with a vote are not shown."),
        ("applicants", "public"): N_("Who applies is public."),
        ("applicants", "initials"): N_("Of people who apply only initials are shown."),
        ("applicants", "private"): N_("Who applies is private."),
        ("refused", "counts"): N_("Of refused proposals only numbers and reasons are shown."),
        ("refused", "named_if_agreed"): N_("Refused proposals are named only if the applicant agreed."),
        ("repayments", "bands"): N_("Repayments of a business are shown roughly, not exactly."),
        ("repayments", "exact_if_agreed"): N_(
            "Repayments are shown exactly only if the business agreed, else roughly."
        ),
        ("tags", "private"): N_("What a business says of itself is private unless it agrees."),
        ("tags", "public"): N_("What a business says of itself is public."),
        ("roll", "counts"): N_(
            "The list of members is not public: pages say how many they are. People are named where they act in public,"
            " as stewards, in questions, in open votes."
        ),
        ("roll", "names_to_members"): N_("Members can see the names of members."),
        ("steward_votes", "public"): N_("How stewards decide as stewards is public."),
        ("steward_votes", "counts"): N_("How stewards decide is shown in numbers."),
    }
    for name in ("comments", "applicants", "refused", "repayments", "tags", "roll", "steward_votes"):
        yield said[name, getattr(privacy, name)]
    yield ngettext(
        "A result is out at most %(n)s day after voting ends.",
        "A result is out at most %(n)s days after voting ends.",
        publication.days_after_close,
    )
    if publication.csv:
        yield N_("Totals can be downloaded by anyone.")
    if publication.languages:
        yield N_("Results come out in: %(codes)s.", codes=plain(*publication.languages))


def of_amending(charter: Charter) -> Iterator[Message]:
    """Who changes the charter, and whose consent which section needs."""
    amend = charter.amend
    if amend.method == "resolution":
        share = THRESHOLDS_IN_WORDS.get(amend.threshold) or N_(
            "%(share)s of the yes and no votes", share=amend.threshold
        )
        yield N_("Members change this charter by a vote; needed: %(share)s.", share=share)
    elif amend.method == "consent":
        yield N_("This charter is changed by consent: nobody has a paramount objection.")
    else:
        yield N_("The stewards change this charter.")
    yield ngettext(
        "A change is public for %(n)s day before it is decided.",
        "A change is public for %(n)s days before it is decided.",
        amend.notice_days,
    )
    yield N_("An adopted version never changes; each round keeps the version it began with.")
    for council in charter.councils:
        yield N_("%(name)s decides for itself, outside this program.", name=council.name)
        if council.seats:
            yield ngettext("%(name)s has %(n)s seat.", "%(name)s has %(n)s seats.", council.seats, name=council.name)
        if council.quorum:
            yield N_("%(n)s of them must be there for %(name)s to decide.", n=council.quorum, name=council.name)
        if council.chosen_by:
            yield N_("%(name)s is chosen by %(chosen_by)s.", name=council.name, chosen_by=council.chosen_by)
    yield from _of_protection(charter)


THRESHOLDS_IN_WORDS = {
    "majority": N_("more yes than no"),
    "1/2": N_("at least half of the yes and no votes"),
    "2/3": N_("at least two thirds of the yes and no votes"),
    "3/4": N_("at least three quarters of the yes and no votes"),
}


def _of_protection(charter: Charter) -> Iterator[Message]:
    bodies = charter.bodies
    for field in fields(charter):
        section = getattr(charter, field.name)
        named = [
            (one, getattr(one, "name", None) or getattr(one, "group", None) or getattr(one, "to", ""))
            for one in (section if isinstance(section, tuple) else ())
        ]
        if field.name == "membership":
            named = [(one, one.name) for one in section.classes]
        for one, name in named:
            if one.protected_by:
                yield N_(
                    "“%(section)s” cannot change without the consent of %(who)s.",
                    section=name,
                    who=bodies[one.protected_by],
                )
        who = getattr(section, "protected_by", None)
        if who:
            yield N_(
                "What this charter says about %(section)s cannot change without the consent of %(who)s.",
                section=SECTIONS[field.name],
                who=bodies[who],
            )
