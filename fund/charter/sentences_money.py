"""Sentences about money: who may ask, on what terms it is given, what follows a vote, set-asides, capital."""

from __future__ import annotations

from collections.abc import Iterator

from fund.charter.messages import N_, Message, ngettext
from fund.charter.model import Charter
from fund.charter.model_money import Cap, MicroGrants, Pool, Product, SetAside, SurplusPart, Tranche
from fund.charter.sentences_people import plain

OWNERSHIP = {
    "worker_owned": N_("owned by its workers"),
    "converting": N_("becoming owned by its workers"),
    "sole_owner": N_("owned by one person"),
    "community": N_("owned by the community"),
    "nonprofit": N_("not for profit"),
    "informal": N_("not registered"),
}
KINDS = {
    "grant": N_("It is given and not paid back."),
    "zero_interest": N_("It is lent without interest."),
    "fixed": N_("It is lent with interest."),
    "profit_share": N_(
        "It is paid back out of what the business has left over; with nothing left over nothing is due."
    ),
    "revenue_share": N_("It is paid back as a part of sales."),
    "nonvoting_share": N_("It buys shares without a vote."),
}
KINDS_GIVEN = {"land_tax": N_("every land gift"), "gift": N_("every general gift"), "dues": N_("all dues")}
DUE = {
    "signature": N_("when the agreement is signed"),
    "evidence": N_("when this is shown"),
    "milestone": N_("when this is reached"),
    "date": N_("on a date in the agreement"),
    "member_vote": N_("after a vote of the members"),
}
SURPLUS_TO = {
    "indivisible_reserve": N_("the indivisible reserve"),
    "patronage": N_("members, as patronage"),
    "solidarity_pot": N_("the solidarity pot"),
}


def rate(basis_points: int) -> str:
    """400 becomes "4", 425 becomes "4.25": hundredths of a percent as a percent."""
    whole, part = divmod(basis_points, 100)
    return f"{whole}.{part:02d}".rstrip("0").rstrip(".")


REPORTS_SHOWN = {
    "members": N_("Members may read the reports."),
    "stewards": N_("Stewards and the treasurer may read the reports."),
}


def of_eligibility(charter: Charter) -> Iterator[Message]:
    """Who may ask, and for how much."""
    eligibility = charter.eligibility
    if "anyone" in eligibility.proposers:
        yield N_("Anyone may propose.")
    else:
        names = tuple(charter.member_class(code).name for code in eligibility.proposers)
        yield N_("These may propose: %(classes)s.", classes=plain(*names))
    if eligibility.where == "in_area":
        yield N_("The business must be in the area.")
    if eligibility.ownership:
        yield N_("It must be one of: %(kinds)s.", kinds=tuple(OWNERSHIP[kind] for kind in eligibility.ownership))
    if eligibility.max_ask_minor is not None:
        yield N_(
            "At most %(most_minor)s can be asked for.", most_minor=eligibility.max_ask_minor, currency=charter.currency
        )
    if eligibility.max_live_awards:
        yield ngettext(
            "A business has at most %(n)s award at a time.",
            "A business has at most %(n)s awards at a time.",
            eligibility.max_live_awards,
        )
    for standard in eligibility.standards:
        if standard.kind == "must":
            yield N_("Standard: %(text)s", text=standard.text)
        else:
            yield N_("Promise shown on the ballot: %(text)s", text=standard.text)
    if eligibility.standards_needed:
        yield N_("Of these standards %(needed)s are enough.", needed=eligibility.standards_needed)


def of_product(charter: Charter, product: Product) -> Iterator[Message]:
    """The terms of one product."""
    yield KINDS[product.kind]
    if product.max_minor is not None:
        yield N_(
            "At most %(most_minor)s is given in this way.", most_minor=product.max_minor, currency=charter.currency
        )
    yield from _of_terms(charter, product)
    yield N_("It is paid like this: %(parts)s.", parts=tuple(_part(one) for one in product.tranches))
    if product.report_days:
        yield ngettext(
            "A report is due %(n)s day after the first payment.",
            "A report is due %(n)s days after the first payment.",
            product.report_days,
        )
    for days in product.later_report_days:
        yield N_("A further report is due %(n)s days after the first payment.", n=days)
    if product.report:
        yield N_("The report: %(text)s", text=product.report)
    if product.report_days and product.report_shown != "public":
        yield REPORTS_SHOWN[product.report_shown]
    if product.kind != "grant":
        yield N_("No personal guarantee is asked, and there are no late fees.")
        if product.forgive_by == "decision":
            yield N_("What is owed can be put off or forgiven by a recorded decision.")
    if product.aporte == "optional":
        yield N_("Once it is paid back, the business may give more, freely.")


def _of_terms(charter: Charter, product: Product) -> Iterator[Message]:
    if product.rate_bp is not None:
        yield N_("Interest: %(rate)s %% a year.", rate=rate(product.rate_bp))
    if product.grace_months:
        yield ngettext(
            "Nothing is due in the first month.", "Nothing is due in the first %(n)s months.", product.grace_months
        )
    if product.months:
        yield ngettext("It is paid back in %(n)s month.", "It is paid back in %(n)s months.", product.months)
    if product.percent is not None and product.kind == "revenue_share":
        yield N_("Each time %(percent)s %% of sales is paid back.", percent=product.percent)
    if product.percent is not None and product.kind == "profit_share":
        yield N_("Each time %(percent)s %% of what is left over is paid back.", percent=product.percent)
    if product.after_wages:
        yield N_("Wages come first.")
    if product.floor_minor:
        yield N_(
            "At least %(least_minor)s is due each time.", least_minor=product.floor_minor, currency=charter.currency
        )
    if product.cap_multiple_percent is not None:
        yield N_("In all at most %(times)s times the amount is paid back.", times=rate(product.cap_multiple_percent))
    if product.max_months:
        yield ngettext(
            "After %(n)s month nothing more is due.", "After %(n)s months nothing more is due.", product.max_months
        )
    if product.target_dividend_bp is not None:
        yield N_("The dividend aimed at: %(rate)s %% a year.", rate=rate(product.target_dividend_bp))
    if product.redeem_after_months:
        yield ngettext(
            "Shares can be bought back after %(n)s month.",
            "Shares can be bought back after %(n)s months.",
            product.redeem_after_months,
        )


def _part(tranche: Tranche) -> Message:
    if tranche.after_days is not None:
        return N_("%(percent)s %% %(n)s days after signing", percent=tranche.percent, n=tranche.after_days)
    if tranche.condition:
        return N_(
            "%(percent)s %% %(due)s: “%(condition)s”",
            percent=tranche.percent,
            due=DUE[tranche.due],
            condition=tranche.condition,
        )
    if tranche.due == "evidence":
        return N_("%(percent)s %% when what the agreement asks for is shown", percent=tranche.percent)
    return N_("%(percent)s %% %(due)s", percent=tranche.percent, due=DUE[tranche.due])


def of_awards(charter: Charter) -> Iterator[Message]:
    """What follows a win."""
    awards = charter.awards
    yield ngettext(
        "A winner accepts and signs within %(n)s day; otherwise the money goes to the next on the reserve list.",
        "A winner accepts and signs within %(n)s days; otherwise the money goes to the next on the reserve list.",
        awards.expires_days,
    )
    if awards.reserve_expires_days:
        yield ngettext(
            "The reserve list lasts %(n)s day.", "The reserve list lasts %(n)s days.", awards.reserve_expires_days
        )
    else:
        yield N_("There is no reserve list.")
    if awards.pay_within_days:
        yield ngettext(
            "What is due is paid within %(n)s day.", "What is due is paid within %(n)s days.", awards.pay_within_days
        )
    if awards.savings_to == "reserve_list":
        yield N_("Money that an award does not use goes to the reserve list of its round, else back to the fund.")
    else:
        yield N_("Money that an award does not use goes back to the fund.")


def of_pools(charter: Charter) -> Iterator[Message]:
    """Set-asides, caps, capital, surplus, micro-grants: nothing where the charter has none."""
    for aside in charter.setasides:
        yield from _of_set_aside(charter, aside)
    for pool in charter.pools:
        yield from _of_pool(charter, pool)
    for cap in charter.caps:
        yield from _of_cap(charter, cap)
    if charter.capital:
        names = plain(*(layer.name for layer in charter.capital))
        yield N_("Losses are taken in this order: %(layers)s.", layers=names)
    if charter.safeguards.grants_from == "any_money":
        yield N_("Grants may come from any money of the fund, also from what lenders lent it.")
    for part in charter.surplus_split:
        yield from _of_surplus(part)
    if charter.micro_grants is not None:
        yield from _of_micro_grants(charter, charter.micro_grants)


def _of_surplus(part: SurplusPart) -> Iterator[Message]:
    yield N_("%(percent)s %% of a surplus goes to: %(to)s.", percent=part.percent, to=SURPLUS_TO[part.to])
    if part.to != "patronage":
        return
    yield N_("It is shared by recorded hours: %(cash)s %% is paid at once.", cash=part.paid_at_once)
    if part.paid_at_once < 100:
        yield ngettext(
            "The rest stands in member accounts and is paid out after %(n)s month.",
            "The rest stands in member accounts and is paid out after %(n)s months.",
            part.months_in_accounts,
        )


def _of_micro_grants(charter: Charter, small: MicroGrants) -> Iterator[Message]:
    yield N_(
        "Each week %(pot_minor)s is given in small gifts of at most %(most_minor)s, without proof of need.",
        pot_minor=small.weekly_pot_minor,
        most_minor=small.max_minor,
        currency=charter.currency,
    )
    if "not_helped_recently" in small.order:
        yield ngettext(
            "Who was not helped within %(n)s day comes first; a lot decides among equals.",
            "Who was not helped within %(n)s days comes first; a lot decides among equals.",
            small.again_after_days,
        )
    yield ngettext("Names are erased after %(n)s day.", "Names are erased after %(n)s days.", small.retain_days)
    if small.sponsor_asks:
        yield N_("Our fiscal sponsor must keep a record: %(what)s", what=small.sponsor_asks)
    yield N_("Members vote on these rules, never on a person.")


def _of_pool(charter: Charter, pool: Pool) -> Iterator[Message]:
    kinds = [(KINDS_GIVEN[kind], pool.percent_of(kind)) for kind in KINDS_GIVEN if pool.percent_of(kind)]
    for words, percent in kinds:
        yield N_("%(percent)s %% of %(what)s goes to: %(name)s.", percent=percent, what=words, name=pool.name)
    if pool.land_tax:
        yield N_("A land gift is voluntary; it is not a tax in law, and whether it is deductible is not promised.")
    if pool.who_may_receive:
        yield N_("%(name)s is for: %(who)s", name=pool.name, who=pool.who_may_receive)
    if not pool.is_apart:
        yield N_("Members decide about %(name)s in rounds.", name=pool.name)
        return
    who = charter.bodies[pool.decided_by]
    yield N_("%(who)s decides about %(name)s; no vote of the members reaches it.", who=who, name=pool.name)
    if pool.mode == "hand_over":
        yield N_(
            "%(name)s is handed over to the body of %(who)s, with no application and no report.",
            name=pool.name,
            who=who,
        )
    else:
        yield N_("%(name)s is given to those whom a decision of %(who)s names.", name=pool.name, who=who)
    if pool.land_reserve:
        yield N_(
            "%(percent)s %% of what %(name)s gets is kept for buying land.", percent=pool.land_reserve, name=pool.name
        )


def _of_cap(charter: Charter, cap: Cap) -> Iterator[Message]:
    if cap.round_types:
        types = plain(*(charter.round_type(code).name for code in cap.round_types))
        yield N_(
            "%(group)s gets at most %(percent)s %% of the budget. This holds for: %(types)s.",
            group=cap.group, percent=cap.percent, types=types,
        )  # fmt: skip
    else:
        yield N_("%(group)s gets at most %(percent)s %% of a budget.", group=cap.group, percent=cap.percent)


def _of_set_aside(charter: Charter, aside: SetAside) -> Iterator[Message]:
    if aside.round_types:
        types = plain(*(charter.round_type(code).name for code in aside.round_types))
        yield N_(
            "%(percent)s %% of the budget is set aside: %(name)s. This holds for: %(types)s.",
            percent=aside.percent, name=aside.name, types=types,
        )  # fmt: skip
    else:
        yield N_("%(percent)s %% of every budget is set aside: %(name)s.", percent=aside.percent, name=aside.name)
    if aside.who_may_receive:
        yield N_("%(name)s is for: %(who)s", name=aside.name, who=aside.who_may_receive)
    if aside.who_decides != "members":
        yield N_("%(who)s decides about %(name)s.", who=charter.bodies[aside.who_decides], name=aside.name)
    if aside.unused == "open_pool":
        yield N_("What is unused of %(name)s joins the open money before the rest is counted.", name=aside.name)
    elif aside.unused == "back_to_fund":
        yield N_("What is unused of %(name)s goes back to the fund and to no other proposal.", name=aside.name)
    elif aside.release_after_days is None:
        yield N_("What is unused of %(name)s stays set aside.", name=aside.name)
    else:
        yield ngettext(
            "What is unused of %(name)s is open to all after %(n)s day.",
            "What is unused of %(name)s is open to all after %(n)s days.",
            aside.release_after_days,
            name=aside.name,
        )
    if aside.overflow == "open_pool":
        yield N_("A project dearer than %(name)s takes the rest from the open money.", name=aside.name)
    else:
        yield N_("A project dearer than %(name)s is refused.", name=aside.name)
