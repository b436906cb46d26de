"""Scene one: the fund is founded, its charters are adopted, 48 voting and 17 solidarity members join, stewards serve."""

from __future__ import annotations

import datetime as dt

from fund.charter import preset
from fund.demo.people import AUDITOR, SOLIDARITY, STEWARDS, TREASURER, VOTING, Resident, address
from fund.demo.stage import Stage
from fund.foundation import service as foundation
from fund.foundation.service import Adoption
from fund.members import joining, registrar
from fund.members.joining import Application
from fund.permissions import VISITOR
from fund.stewards import service as stewards

FOUNDERS = ("Imani Walker", "Dana Okonjo")
POSTAL_CODES = {"Tannery Flats": "04901", "Quarry Hill": "04902", "Lower Locks": "04903"}
ADOPTIONS = (
    ("at the founding assembly in the Lock House", 22, 0, 16),
    ("by the second members' assembly", 27, 2, 16),
    ("by a vote of the members: the minimum age is 14 from now on", 31, 4, 14),
)
"""How each of the three versions was adopted: words, in favour, against, and the minimum age it had."""


def found(stage: Stage) -> None:
    """Two founding stewards and the first two charters; the third is adopted later."""
    for person, _link in stewards.found_stewards(FOUNDERS):
        stage.people[person.display_name] = person.id
    for number in (0, 1):
        adopt(stage, number, on=stage.day(345 - number))


def adopt(stage: Stage, number: int, *, on: dt.date) -> None:
    """Propose and adopt one of the three versions of the charter."""
    how, votes_for, votes_against, age = ADOPTIONS[number]
    text = (
        preset("millrace")
        .text.replace("min_age = 14", f"min_age = {age}")
        .replace("Version 3;", f"Version {number + 1};")
    )
    by = stage.actor("Imani Walker")
    version = foundation.propose_charter(text, by=by)
    foundation.adopt_charter(
        version.id, Adoption(on, how, votes_for, votes_against, 0, "The minutes hang in the Lock House."), by=by
    )


def everybody_joins(stage: Stage) -> None:
    """Members join on their phones or at the desk, and a steward who has met them says so."""
    for resident in VOTING:
        _join(stage, resident, "member")
    for name in SOLIDARITY:
        _join(stage, Resident(name, "", "en", True), "solidarity")


def stewards_serve(stage: Stage) -> None:
    """Six stewards, two of them by lot, a treasurer and an auditor; one term ends in twenty days."""
    imani, dana = stage.actor("Imani Walker"), stage.actor("Dana Okonjo")
    for name, chosen in STEWARDS:
        if name not in FOUNDERS:
            how = (
                "drawn by lot at the open meeting" if chosen == "lot" else "elected at the assembly, in a show of hands"
            )
            starts = stage.day(345) if name == "Walter Pike" else stage.day(330)
            stewards.begin_term(
                stage.number(name),
                role="steward",
                selected_by=chosen,
                selected_how=how,
                starts_on=starts,
                months=12,
                by=imani,
            )
    for name, role in ((TREASURER, "treasurer"), (AUDITOR, "auditor")):
        stewards.begin_term(
            stage.number(name), role=role, selected_by="vote", selected_how="elected at the assembly", starts_on=stage.day(330),
            months=24, by=dana,
        )  # fmt: skip


def _join(stage: Stage, who: Resident, class_code: str) -> None:
    founder = who.name in FOUNDERS
    application = Application(
        name=who.name,
        class_code=class_code,
        basis="lives" if class_code == "member" else "anyone",
        of_age=True,
        neighbourhood=who.neighbourhood or None,
        postal_code=POSTAL_CODES.get(who.neighbourhood, ""),
        email=address(who.name) if who.has_email else None,
        language=who.language,
        dues="0",
        access_need="Needs the ballot read aloud" if who.name == "Pearl Okafor" else "",
    )
    joined = joining.join(application, by=stage.actor(who.name) if founder else VISITOR)
    stage.people[who.name] = joined.person_id
    witness = "Dana Okonjo" if who.name == "Imani Walker" else "Imani Walker"
    if registrar.waiting(joined.membership_id).membership.state == "applied":
        registrar.mark_seen(joined.membership_id, note="met at the Lock House", by=stage.actor(witness))
