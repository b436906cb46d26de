"""One path in Chromium on an empty database: from a charter by questions to a first tranche that is paid."""

from __future__ import annotations

import pytest
from flask import Flask

from fund.db import session
from fund.operations.check import examined, invariants
from fund.rounds import service as rounds
from fund.stewards import service as stewards
from fund.voting import service as voting
from fund.voting.models import Participation
from tests import factories
from tests.e2e.people import Street, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
OTHERS = ("Rosa", "Walter", "Lupe", "Cleo", "Bao", "Ruth")


def founders_write_a_charter(street: Street, *, people: int) -> tuple[Visitor, Visitor]:
    """Two founding stewards open their links; one writes the charter by questions and records its adoption."""
    links = {person.display_name: secret for person, secret in stewards.found_stewards(["Imani", "Dana"])}
    imani, dana = (street.somebody(name) for name in ("Imani", "Dana"))
    for visitor in (imani, dana):
        visitor.go(f"/sign-in/link/{links[visitor.name]}").press("Sign in")
    imani.go("/").sees("A new fund").follow("Begin")
    imani.write("What is your fund called?", "Mill Lane Fund").write("Where are its members?", "Mill Lane and around.")
    imani.write("About how many people", str(people)).tick("Pick several")
    imani.write("How much money does one round decide?", "1000").tick("Grants").press("Write my charter")
    imani.sees("The charter of Mill Lane Fund").follow("Record the adoption")
    imani.choose("How it was adopted", "By the founders, before there were members").press("Put this charter in force")
    imani.sees("In force")
    return imani, dana


def joins(visitor: Visitor) -> None:
    """Somebody joins on a phone, without an address."""
    visitor.go("/join").write("Your name", visitor.name).tick("I live here").tick("I am at least 16").press("Join")


def is_verified(steward: Visitor, name: str) -> None:
    """A steward has met a newcomer and says so, twice."""
    steward.go("/members").follow(name).follow("I have met this person").sees("This cannot be undone here")
    steward.press("Yes, I have met this person").sees("Active member")


def serves(steward: Visitor, name: str, role: str, *, second: Visitor) -> None:
    """A steward records that somebody was chosen for a role, and another confirms it."""
    steward.go("/stewards").follow("Record a new term").choose("Who", name).choose("Role", role)
    steward.write("The record of it", "Chosen at the first meeting.").press("Record this term").sees(name)
    second.go("/stewards").press("Yes, it was decided so").sees(name)


def gives(treasurer: Visitor, amount: str) -> None:
    """The treasurer records a gift."""
    treasurer.go("/treasury").follow("Something was given").tick("A gift of money").write("Amount", amount)
    treasurer.press("Record it").sees("A gift of money")


def applies(visitor: Visitor, *, title: str, ask: str) -> None:
    """A shopkeeper fills in the one page and hands it in."""
    visitor.go("/apply").follow("Spring round")
    visitor.write("Name of your business or project", title).write("In one sentence", "Warm food for the lane.")
    visitor.write("What is the money for?", "A second stove, because the queue is long.")
    visitor.write("How much do you ask for?", ask).write("Who benefits, and how?", "Everybody who eats at noon.")
    visitor.choose("Who owns it?", "One person owns it").write("Your name", visitor.name).write(
        "Telephone", "555 0100 200"
    )
    visitor.press("Save and look it over").press("Hand it in").sees("It has arrived")


def is_reviewed(steward: Visitor, title: str, reviewer: Visitor) -> None:
    """A steward gives the review away, it is written, and the proposal is admitted."""
    address = steward.go("/review").follow(title).page.url
    steward.choose("Who", reviewer.name).press("Ask this person")
    reviewer.go("/review").follow(title)
    for points in reviewer.page.locator("fieldset").all():
        points.get_by_role("radio").first.check()
    reviewer.write("Public memo", "It can be done as described.").press("Hand it in")
    steward.go(address).follow("Admit it").press("Yes, admit it").sees("Admitted")


def votes(visitor: Visitor, *titles: str) -> None:
    """Somebody ticks, looks it over, and casts."""
    visitor.go("/rounds/spring-round/ballot")
    for title in titles:
        visitor.page.get_by_role("checkbox", name=title).check()
    visitor.press("Look it over").sees("Your ballot is not cast yet").press("Cast my vote").sees("Your vote is cast")


def goes_on_the_ballot(
    street: Street, imani: Visitor, walter: Visitor, dana: Visitor, lupe: Visitor, cleo: Visitor
) -> None:
    """Two applications, a recusal, two reviews, freezing, opening by the clock."""
    imani.go("/rounds/new").follow("Money round").write("Title", "Spring round").press("Prepare the round")
    applies(lupe, title="Lupe and Daughters", ask="700")
    applies(cleo, title="Bike Shed", ask="400")
    dana.go("/review").follow("Lupe and Daughters").follow("Declare a tie")
    dana.write("What is the tie?", "Lupe is my sister.").press("Declare it")
    address = imani.go("/review").follow("Lupe and Daughters").page.url
    dana.refused(address, "You have declared a tie to this proposal")
    street.time_passes(days=22)
    is_reviewed(imani, "Lupe and Daughters", walter)
    is_reviewed(imani, "Bike Shed", dana)
    street.time_passes(days=15)
    imani.go("/rounds/spring-round/manage").follow("See everything that freezing will fix").press("Freeze this round")
    imani.sees("Ready, not yet open")
    street.time_passes(days=2)


def is_decided_and_paid(
    street: Street, imani: Visitor, walter: Visitor, dana: Visitor, lupe: Visitor, ruth: Visitor
) -> None:
    """Closing by the clock, count, two certifications, publication, award, agreement, two approvals, payment."""
    street.time_passes(days=20)
    imani.go("/rounds/spring-round/results").press("I certify this count")
    dana.go("/rounds/spring-round/results").sees("There is no result yet")
    walter.go("/rounds/spring-round/results").press("I certify this count")
    imani.go("/rounds/spring-round/results").press("Publish, and tell every applicant")
    dana.go("/rounds/spring-round/results").sees("Funded with $700").sees("$100 missing")
    street.time_passes(days=4)
    lupe.go("/me").follow("Accept the award").press("Accept the award")
    lupe.write("Your full name", "Lupe Arroyo").press("Sign for Lupe and Daughters")
    award = lupe.page.url
    imani.go(award).write("Your full name", "Imani Walker").press("Sign for the fund").sees("Agreement signed")
    dana.go(award)
    assert dana.page.get_by_role("button", name="Approve").count() == 0
    for approver in (walter, ruth):
        approver.go(award).follow("The payment").sees("Dana has declared a tie to who is paid")
        approver.tick("I have read this").press("Approve $700")
    ruth.press("It is paid").sees("Paid")
    ruth.go("/money").sees("$5,000 came in, $700 was paid out to businesses").sees("that leaves $4,300")
    assert [(name, faults) for name, faults in examined(invariants()) if faults] == []


def test_a_fund_of_eight_people_from_charter_to_payment(street: Street, app: Flask) -> None:
    imani, dana = founders_write_a_charter(street, people=8)
    rosa, walter, lupe, cleo, bao, ruth = others = [street.somebody(name) for name in OTHERS]
    for visitor in (imani, dana, *others):
        joins(visitor)
    is_verified(dana, "Imani")
    for visitor in (dana, *others):
        is_verified(imani, visitor.name)
    serves(imani, "Walter", "Steward", second=dana)
    serves(imani, "Ruth", "Treasurer", second=dana)
    gives(ruth, "5000")
    goes_on_the_ballot(street, imani, walter, dana, lupe, cleo)
    rosa.go("/rounds/spring-round/ballot").sees("Open: votes with names")
    for visitor in (rosa, walter, lupe):
        votes(visitor, "Lupe and Daughters")
    votes(cleo, "Bike Shed")
    votes(bao, "Lupe and Daughters", "Bike Shed")
    is_decided_and_paid(street, imani, walter, dana, lupe, ruth)
    assert street.quiet() == []


def people_by_list(steward: Visitor, names: list[str]) -> None:
    """A steward reads in a list: a bad line is named and nothing happens; mended, everybody is taken over."""
    lines = [["name", "class", "basis", "old_enough"], *([name, "member", "lives", "yes"] for name in names)]
    bad = [*lines[:3], ["Nobody", "member", "flies", "yes"], *lines[3:]]
    steward.go("/members/import").upload("members.csv", bad).press("Look at this file").sees("Line 4")
    steward.upload("members.csv", lines).press("Look at this file").sees(f"{len(names)} people can be taken over")
    steward.press("Take them over")


def test_a_secret_vote_of_people_from_a_list(street: Street, app: Flask) -> None:
    imani, dana = founders_write_a_charter(street, people=25)
    people_by_list(imani, [*OTHERS, *(f"Neighbour {n:02d}" for n in range(1, 20))])
    rosa, walter, lupe, cleo, bao, ruth = [street.as_member(street.person(name)) for name in OTHERS]
    serves(imani, "Walter", "Steward", second=dana)
    serves(imani, "Ruth", "Treasurer", second=dana)
    gives(ruth, "5000")
    goes_on_the_ballot(street, imani, walter, dana, lupe, cleo)
    rosa.go("/rounds/spring-round/ballot").sees("The server's operator is trusted")
    for visitor in (rosa, walter, lupe, cleo, bao):
        votes(visitor, "Bike Shed" if visitor is cleo else "Lupe and Daughters")
    for n in range(1, 9):
        voter = factories.actor(street.person(f"Neighbour {n:02d}"))
        voting.cast(voter, rounds.by_slug("spring-round").id, {"approve": ["lupe-and-daughters"]}, f"a-request-of-{n}")
    is_decided_and_paid(street, imani, walter, dana, lupe, ruth)
    assert {row.envelope_link for row in session.query(Participation)} == {None}
    assert street.quiet() == []
