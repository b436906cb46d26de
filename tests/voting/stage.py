"""A stage for tests of voting: charters, people, and a round brought to the state a test needs, through the services."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

from fund import db
from fund.foundation import service as foundation
from fund.ledger.contributions import NewContribution, record_contribution
from fund.members.models import Membership, Person
from fund.permissions import Actor
from fund.proposals.models import Proposal
from fund.rounds import service as rounds
from fund.rounds.models import Round
from fund.rounds.schedule import Span
from fund.voting import service as voting
from tests import factories

KEY = "key-number-{n:04d}"


def charter(
    *, form: str = "approve_deny", ballot: str = "", count: str = "", quorum: str = '{ type = "majority_of_roll" }',
    assurance: str = "secret", roll: str = "fixed", publication: str = "full", visible: str = "outreach_stewards",
    money: bool = False,
) -> str:  # fmt: skip
    """A small charter with one type of round, `vote`, and a class without a vote; with `money` it hands out 1,000."""
    about = 'decides = "money"\nbudget = 1000' if money else 'decides = "resolution"\nthreshold = "majority"'
    plain = '[[round_types]]\ncode = "resolution"\nname = "Resolution"\ndecides = "resolution"' if money else ""
    return f"""
format = "charter/1"
[fund]
name = "Test Fund"
area = "Here."
currency = "USD"
timezone = "America/New_York"
[[membership.classes]]
code = "member"
name = "Voting member"
votes = true
[[membership.classes]]
code = "solidarity"
name = "Solidarity member"
votes = false
basis = ["anyone"]
[[round_types]]
code = "vote"
name = "Vote"
{about}
phases = {{ submit_days = 0, review_days = 0, appeal_days = 0, questions_days = 0, vote_days = 14 }}
quorum = {quorum}
assurance = "{assurance}"
roll = "{roll}"
publication = "{publication}"
participation_visible_to = "{visible}"
[round_types.ballot]
form = "{form}"
{ballot}
[round_types.count]
{count}
{plain}
[stewards]
count = 3
[[products]]
code = "grant"
name = "Grant"
kind = "grant"
"""


def people(n: int, *, class_code: str = "member") -> list[Person]:
    """So many members of a class, in one transaction."""
    with db.writing() as tx:
        long_ago = tx.now() - dt.timedelta(days=60)
        made = [Person(display_name=f"Member {number:03d}", registered_at=long_ago) for number in range(1, n + 1)]
        tx.session.add_all(made)
        tx.session.flush()
        tx.session.add_all(
            Membership(
                person_id=one.id, class_code=class_code, basis="lives", state="active", applied_at=long_ago,
                verified_how="seen_in_person", verified_at=long_ago, voting_from=long_ago,
            )
            for one in made
        )  # fmt: skip
    return made


def prepared(
    steward: Person, *, lines: Sequence[str] = (), days: int = 14, opens_in: dt.timedelta | None = None
) -> Round:
    """A draft resolution whose vote opens an hour from now and lasts so many days."""
    by = factories.actor(steward)
    opens = db.now() + (opens_in or dt.timedelta(hours=1))
    round_ = rounds.create_round(
        rounds.NewRound(
            "vote", "Shall the quorum be lowered?", question="The quorum of small rounds becomes one third.",
            phases=[Span("voting", opens, opens + dt.timedelta(days=days))],
        ),
        by=by,
    )  # fmt: skip
    if lines:
        voting.write_lines(round_.id, lines, by=by)
    return round_


def money_round(steward: Person, asks: dict[str, int], *, in_pool_minor: int = 500_000) -> Round:
    """A draft round about money with admitted proposals (name: ask in minor units), and a pool that can pay for it."""
    by = factories.actor(steward)
    opens = db.now() + dt.timedelta(hours=1)
    spans = [Span("voting", opens, opens + dt.timedelta(days=14))]
    round_ = rounds.create_round(rounds.NewRound("vote", "Spring round", phases=spans), by=by)
    for slug, ask_minor in asks.items():
        _admit(round_, slug, ask_minor)
    if in_pool_minor:
        fill_pool(in_pool_minor)
    return round_


def c1_round(steward: Person, slug: str, ask_minor: int) -> Round:
    """A frozen round of charter C1: one loan, 21 days, a budget of 25,000 that the pool holds."""
    by = factories.actor(steward)
    opens = db.now() + dt.timedelta(hours=1)
    new = rounds.NewRound(
        "investment", "A loan", budget_minor=2_500_000, phases=[Span("voting", opens, opens + dt.timedelta(days=21))]
    )
    round_ = rounds.create_round(new, by=by)
    _admit(round_, slug, ask_minor)
    fill_pool(3_000_000)
    return voting.freeze(round_.id, by=by)


def _admit(round_: Round, slug: str, ask_minor: int) -> None:
    with db.writing() as tx:
        tx.add(
            Proposal(
                round_id=round_.id, slug=slug, title=slug.title(), summary=f"What {slug} wants.", product="grant", ask_minor=ask_minor,
                state="admitted", started_at=tx.now(), submitted_at=tx.now(), admitted_at=tx.now(),
            )
        )  # fmt: skip


def fill_pool(amount_minor: int) -> None:
    """A gift of so much to the pool."""
    treasurer = factories.officer("Tala", "treasurer", class_code="solidarity")
    gift = NewContribution("gift", given_on=foundation.today(), amount_minor=amount_minor)
    record_contribution(gift, by=factories.actor(treasurer))


def frozen(steward: Person, **settings: Any) -> Round:
    """The same, frozen."""
    return voting.freeze(prepared(steward, **settings).id, by=factories.actor(steward))


def opened(steward: Person, *, asks: dict[str, int] | None = None, **settings: Any) -> Round:
    """The same, open for voting by the clock; with `asks` it is a round about money."""
    if asks is None:
        round_ = frozen(steward, **settings)
    else:
        round_ = voting.freeze(money_round(steward, asks, **settings).id, by=factories.actor(steward))
    factories.later(hours=2)
    assert voting.settle(round_.id) == "open"
    return rounds.get(round_.id)


def yes(mark: str = "yes", option: str = "resolution") -> dict[str, Any]:
    """Choices on the one line of a resolution."""
    return {"marks": {option: mark}}


def cast(
    person: Person, round_: Round, choices: dict[str, Any] | None = None, *, key: str = "a-first-request"
) -> voting.Receipt:
    """Cast as this person."""
    return voting.cast(factories.actor(person), round_.id, choices or yes(), key)


def ended(round_: Round, *, days: int = 15) -> str:
    """Let the vote's time pass and settle the round."""
    factories.later(days=days)
    return voting.settle(round_.id)


def groups(round_: Round) -> dict[str, int]:
    """Opened ballots as {choices: how many}."""
    with db.writing() as tx:
        return {json.dumps(choices, sort_keys=True): n for _chamber, choices, n in voting.ballot_groups(tx, round_.id)}


def actor(person: Person) -> Actor:
    """The person as services see them."""
    return factories.actor(person)
