"""The beginnings: the fund is founded, its charters are adopted, 48 voting and 17 solidarity members join, stewards serve.

Dates are days before today. The term of Walter Pike ends in twenty days, wherever today falls in the year.
"""

from __future__ import annotations

import datetime as dt

from fund import db
from fund.charter import preset
from fund.demo.money import MIDDLE_DUES, NO_DUES
from fund.demo.people import AUDITOR, SOLIDARITY, STEWARDS, TREASURER, VOTING, Resident, address, named
from fund.demo.stage import Stage
from fund.foundation import service as foundation
from fund.foundation.service import Adoption
from fund.members import joining, registrar
from fund.members.joining import Application, Joined
from fund.members.models import Membership
from fund.permissions import VISITOR, Actor
from fund.stewards import confirming, ending
from fund.stewards import service as stewards
from fund.stewards.ending import Ending
from fund.stewards.models import StewardTerm

FOUNDERS = ("Imani Walker", "Dana Okonjo")
POSTAL_CODES = {"Tannery Flats": "04901", "Quarry Hill": "04902", "Lower Locks": "04903"}
ADOPTIONS = (
    ("at the founding assembly in the Lock House", 22, 0, 16),
    ("by the second members' assembly", 27, 2, 16),
    ("by a vote of the members: the minimum age is 14 from now on", 31, 4, 14),
)
"""How each of the three versions was adopted: words, in favour, against, and the minimum age it had."""
VOUCHED = named(
    "Rafe Lindqvist", "Saoirse Dunn", "Ilse Voss", "Belén Castaño", "Sal Dimarco", "Noor Aziz", "Pippa Long", "Bao Tran"
)
BY_WORD = named("Emeka Obi", "Cleo Marchetti", "Luz Whitaker", "Ike Rowan", "Fern Delacroix")
"""Members who were vouched for, and members who gave a postal code and their word; a steward met all the others."""
WALTER = "Walter Pike"


def found(stage: Stage) -> None:
    """Two founding stewards and the first charter."""
    for person, _link in stewards.found_stewards(FOUNDERS):
        stage.people[person.display_name] = person.id
    adopt(stage, 0, days_ago=361)


def adopt(stage: Stage, number: int, *, days_ago: int) -> None:
    """Propose and adopt one of the three versions of the charter."""
    how, votes_for, votes_against, age = ADOPTIONS[number]
    text = (
        preset("millrace")
        .text.replace("min_age = 14", f"min_age = {age}", 1)
        .replace("# Version 3; version 2 had a minimum age of 16.", f"# Version {number + 1}.")
    )
    by = stage.actor("Imani Walker")
    version = foundation.propose_charter(text, by=by)
    adoption = Adoption(
        stage.day(days_ago), how, votes_for, votes_against, 0, "The minutes hang in the Lock House, for all to read."
    )
    foundation.adopt_charter(version.id, adoption, by=by)


def founders_join(stage: Stage) -> None:
    """The two founding stewards become members like everybody; each says so of the other."""
    for name, witness in (FOUNDERS, FOUNDERS[::-1]):
        resident = next(one for one in VOTING if one.name == name)
        joined = joining.join(_said(resident, "member"), by=stage.actor(name))
        registrar.mark_seen(joined.membership_id, note="known for years", by=stage.actor(witness))


def most_join(stage: Stage) -> None:
    """At the desk in the Lock House: 33 voting and 17 solidarity members, whom Imani has met."""
    imani = stage.actor("Imani Walker")
    late = {one.name for one in (*VOUCHED, *BY_WORD)} | set(FOUNDERS)
    with db.writing() as tx:
        for resident in VOTING:
            if resident.name not in late:
                joined = _join(stage, resident, "member")
                registrar.mark_seen(joined.membership_id, note="met at the Lock House", by=imani)
        for name in SOLIDARITY:
            joined = _join(stage, Resident(name, "", "en", True), "solidarity", statement=True)
            if tx.get(Membership, joined.membership_id).state == "applied":
                registrar.mark_seen(joined.membership_id, note="met at the Lock House", by=imani)


def others_join(stage: Stage) -> None:
    """Two weeks later, on their phones: eight for whom two members vouch, five who give a postal code and their word."""
    vouchers = [(stage.actor(first.name), stage.actor(second.name)) for first, second in zip(
        VOTING[5:13], VOTING[13:21], strict=True
    )]  # fmt: skip
    with db.writing():
        for resident, (first, second) in zip(VOUCHED, vouchers, strict=True):
            joined = _join(stage, resident, "member")
            registrar.vouch(joined.membership_id, by=first)
            registrar.vouch(joined.membership_id, by=second)
    for resident in BY_WORD:
        joined = _join(stage, resident, "member", statement=True)
        if joined.credential_id is not None and joined.shown_code is not None:
            joining.confirm(joined.credential_id, joined.shown_code, by=stage.actor(resident.name))


def first_officers(stage: Stage) -> None:
    """The founding assembly elects a third steward, the treasurer and the auditor."""
    imani = stage.actor("Imani Walker")
    starts_on = _a_year_before(stage.day(-20))
    _begin(stage, WALTER, "vote", starts_on, 12, by=imani, second="Dana Okonjo")
    for name, role in ((TREASURER, "treasurer"), (AUDITOR, "auditor")):
        term = stewards.begin_term(
            stage.number(name), role=role, selected_by="vote", selected_how="elected at the founding assembly",
            starts_on=starts_on, months=24, by=imani,
        )  # fmt: skip
        _second(stage, term, "Dana Okonjo")


def more_stewards(stage: Stage) -> None:
    """Priya Raman is elected and Kwame Mensah drawn by lot, for eighteen months, so that not all terms end together."""
    imani = stage.actor("Imani Walker")
    _begin(stage, "Priya Raman", "vote", stage.day(330), 18, by=imani, second=WALTER)
    _begin(stage, "Kwame Mensah", "lot", stage.day(330), 18, by=imani, second=WALTER)


def stewards_change(stage: Stage) -> None:
    """The founding terms end: both founders are elected now. Greta Holm is drawn by lot."""
    walter = stage.actor(WALTER)
    for name in FOUNDERS:
        number = stage.number(name)
        for role in ("steward", "administrator"):
            term = next(one for one in stewards.serving(role) if one.person_id == number)
            ending.end(term.id, Ending("The founding time is over; the assembly has voted."), by=stage.actor(name))
        _begin(stage, name, "vote", stage.day(180), 12, by=walter, second="Priya Raman")
    term = stewards.begin_term(
        stage.number("Imani Walker"), role="administrator", selected_by="appointment",
        selected_how="asked by the stewards to look after the program", starts_on=stage.day(180), months=24, by=walter,
    )  # fmt: skip
    _second(stage, term, "Priya Raman")
    _begin(stage, "Greta Holm", "lot", stage.day(180), 12, by=walter, second="Priya Raman")


def _begin(stage: Stage, name: str, chosen: str, starts_on: dt.date, months: int, *, by: Actor, second: str) -> None:
    how = "drawn by lot at the open meeting" if chosen == "lot" else "elected by the assembly, by show of hands"
    assert dict(STEWARDS)[name] == chosen
    term = stewards.begin_term(
        stage.number(name), role="steward", selected_by=chosen, selected_how=how, starts_on=starts_on, months=months,
        by=by,
    )  # fmt: skip
    _second(stage, term, second)


def _second(stage: Stage, term: StewardTerm, name: str) -> None:
    """Another confirms the term, where it waits for that."""
    if term.state == "nominated":
        confirming.confirm(term.id, by=stage.actor(name))


def _join(stage: Stage, who: Resident, class_code: str, *, statement: bool = False) -> Joined:
    joined = joining.join(_said(who, class_code, statement=statement), by=VISITOR)
    stage.people[who.name] = joined.person_id
    return joined


def _said(who: Resident, class_code: str, *, statement: bool = False) -> Application:
    """What somebody says who joins; who pays nothing chose that tier."""
    tier = "zero" if who in NO_DUES else "tier-2" if who in MIDDLE_DUES else "tier-1"
    return Application(
        name=who.name,
        class_code=class_code,
        basis="lives" if class_code == "member" else "anyone",
        of_age=True,
        neighbourhood=who.neighbourhood or None,
        postal_code=POSTAL_CODES.get(who.neighbourhood, ""),
        statement=statement,
        email=address(who.name) if who.has_email else None,
        language=who.language,
        dues=tier,
        access_need="Needs the ballot read aloud" if who.name == "Pearl Okafor" else "",
    )


def _a_year_before(day: dt.date) -> dt.date:
    """The same day a year earlier; the last of February for the day that other years lack."""
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)
