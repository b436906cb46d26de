"""A fund in the middle of its life: rounds in every state, applications, an award on its way, and one person a role.

Built once a session through the services; each module works on a copy of its database and folders. What is private in
it, `private.py` adds; `objects.py` fills a route's variables with real objects of it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from fund import db
from fund.awards import service as awards
from fund.awards.models import Award
from fund.bank import files, reading, service
from fund.businesses import agents, nominations
from fund.businesses.models import Business, BusinessAgent
from fund.businesses.nominations import Named
from fund.charter import preset
from fund.db import Transaction
from fund.decisions import consent
from fund.foundation import service as foundation
from fund.ledger import contributions, years
from fund.ledger.contributions import NewContribution
from fund.members import vouching
from fund.members.models import Membership, Person
from fund.payments import lists
from fund.permissions import CLOCK, Actor
from fund.proposals import service as proposals
from fund.proposals.models import Proposal
from fund.repayments import service as repayments
from fund.results import service as results
from fund.rounds import service as rounds
from fund.rounds.models import Phase, Round
from fund.voting import service as voting
from tests import factories
from tests.awards import winners
from tests.bank import hands
from tests.bank.made import Said
from tests.ledger import money
from tests.payments import bills
from tests.proposals import makers
from tests.repayments import loans
from tests.safety import private, sharing
from tests.voting import stage

ROLES = ("visitor", "newcomer", "agent", "member", "solidarity", "steward", "treasurer", "auditor", "administrator")
"""Who asks: a visitor, somebody signed in without membership, who acts for a business, and the roles of the fund."""

COUNCIL = """
[[councils]]
code = "council"
name = "The council"
seats = 7
quorum = 5

[[pools]]
code = "land"
name = "Land"
land_tax = 100
decided_by = "council"
"""
"""A council with a pool of its own, beside the demo's charter."""

SECRET = "canary-4f1d"
"""A word that stands only in what is private: drafts, private answers, unpublished results, notes."""


@dataclass
class World:
    """Numbers and names of what there is; nothing that holds a connection."""

    people: dict[str, int] = field(default_factory=dict)
    rounds: dict[str, str] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def kept(self, path: Path) -> None:
        """Write it down beside the database."""
        path.write_text(json.dumps(asdict(self)))


def read(path: Path) -> World:
    """What `kept` wrote."""
    return World(**json.loads(path.read_text()))


def build(app: Flask) -> World:
    """Everything, in a fresh fund."""
    world = World()
    with app.app_context():
        factories.found()
        factories.adopt(text=stage.charter(assurance="secret"))
        _people(world)
        _votes(world)
        factories.adopt(text=preset("millrace").text + COUNCIL)
        _loan(world)
        _evening(world)
        _applications(world)
        _rest(world)
        _bank(world)
        sharing.make(world)
        private.plant(world)
    return world


def person(world: World, role: str) -> Person:
    """Somebody of the world, inside an application context."""
    return db.session.get_one(Person, world.people[role])


def _people(world: World) -> None:
    world.people["steward"] = factories.officer("Wren Okafor").id
    world.people["steward2"] = factories.officer("Tomas Lind").id
    world.people["member"] = factories.member("Rosa Diaz", email="rosa@example.org").id
    world.people["solidarity"] = factories.member("Sol Berg", class_code="solidarity").id
    world.people["newcomer"] = factories.person("Nell Newcomer", email="nell@example.org").id
    world.people["agent"] = factories.person("Ada Baker").id
    for role in ("treasurer", "auditor", "administrator"):
        made = factories.person(role.title())
        world.people[role] = made.id
        with db.writing() as tx:
            _term(tx, made.id, role)
    for n, one in enumerate(stage.people(24), start=1):
        world.people[f"voter{n}"] = one.id


def _term(tx: Transaction, person_id: int, role: str) -> None:
    from fund.stewards.models import StewardTerm

    start = foundation.today_in(tx) - dt.timedelta(days=30)
    tx.add(
        StewardTerm(
            person_id=person_id, role=role, selected_by="vote", starts_on=start, ends_on=start + dt.timedelta(days=700)
        )
    )


def _loan(world: World) -> None:
    """A shop that pays back out of its sales: one month accepted and paid, one told, an arrangement that waits."""
    hands = {name: person(world, role) for name, role in
             (("treasurer", "treasurer"), ("steward", "steward"), ("second", "steward2"))}  # fmt: skip
    loan = loans.loan(
        "revenue_share", 5_000_000, hands=hands, slug="corner-shop", percent=4, cap_multiple_percent=120, grace_months=0,
        aporte="optional",
    )  # fmt: skip
    with db.writing() as tx:
        proposal = tx.get(Proposal, loan.award().proposal_id)
        assert proposal.business_id is not None
        tx.add(BusinessAgent(business_id=proposal.business_id, person_id=world.people["agent"], since=tx.now()))
    factories.later(days=32)
    came = loan.pays(loan.tell_and_accept(2_500_000))
    factories.later(days=31)
    shop, steward = factories.actor(person(world, "agent")), factories.actor(hands["steward"])
    told = repayments.tell_figure(loan.award_id, period=1, amount_minor=7_654_321, by=shop)
    new = repayments.NewArrangement("write_off", "A part is given up.", "hush-arranged", amount_minor=100)
    made = repayments.propose(loan.award_id, new, by=steward)
    world.ids |= {"loan": loan.award_id, "figure": told.id, "repayment": came.id, "arrangement": made.id}


def _votes(world: World) -> None:
    steward, second = person(world, "steward"), person(world, "steward2")
    voters = [person(world, f"voter{n}") for n in range(1, 25)]
    world.rounds["open"] = stage.opened(steward, days=300).slug
    running = rounds.by_slug(world.rounds["open"])
    for n, voter in enumerate(voters[:9]):
        stage.cast(voter, running, stage.yes("yes" if n % 2 else "no"))
    for name in ("published", "counted"):
        made = stage.opened(steward, days=3)
        world.rounds[name] = made.slug
        for n, voter in enumerate(voters[:20]):
            stage.cast(voter, made, stage.yes("no" if n % 5 == 0 else "yes"))
        stage.ended(made, days=4)
        results.count(made.id, by=CLOCK)
        if name == "published":
            results.certify(made.id, by=factories.actor(steward))
            results.certify(made.id, by=factories.actor(second))
            results.publish(made.id, by=factories.actor(steward))


def _evening(world: World) -> None:
    """A whole soup evening: two applications, sixteen votes with names, certified, published, one award on its way."""
    steward, second = (factories.actor(person(world, name)) for name in ("steward", "steward2"))
    gift = money.gift(5_000_000, by=factories.actor(person(world, "treasurer")))
    world.names["entry"], world.ids["contribution"] = str(gift.entry_id), gift.id
    round_ = rounds.create_round(
        rounds.NewRound("evening", "Soup evening", budget_minor=60_000, starts_at=db.now()), by=steward
    )
    world.rounds["final"] = round_.slug
    asks = replace(makers.BREAD, product="grant", ask_minor=30_000, least_minor=None, neighbourhood="Tannery Flats")
    factories.later(hours=1)
    for key, title in (("winner", "Soup for the school"), ("loser", "A lamp for the yard")):
        who = factories.member(f"{title} asker")
        world.people[key] = who.id
        draft, _code = proposals.start(round_.id, replace(asks, title=title), by=factories.actor(who))
        proposals.submit(draft.id, by=factories.actor(who), keys={})
        makers.reviewed(draft, person(world, "steward"), person(world, "steward2"), by=steward)
        proposals.admit(draft.id, by=steward)
        world.ids[key], world.names[key] = draft.id, makers.fresh(draft).slug
    voting.freeze(round_.id, by=steward)
    factories.later(days=17)
    voting.settle(round_.id)
    lines = [one.option_id for one in voting.options(round_.id)]
    for n in range(1, 20):
        voting.cast(
            factories.actor(person(world, f"voter{n}")), round_.id, {"approve": lines[: 1 + n % 2]}, f"evening-{n}"
        )
    factories.later(days=2)
    voting.settle(round_.id)
    results.count(round_.id, by=CLOCK)
    results.certify(round_.id, by=steward)
    results.certify(round_.id, by=second)
    results.publish(round_.id, by=steward)
    factories.later(days=15)
    results.finalise_due()
    awards.offer_due()
    _sign(world, awards.of_round(round_.id), steward)


def _sign(world: World, offered: Sequence[Award], steward: Actor) -> None:
    won = next(one for one in offered if one.proposal_id == world.ids["winner"])
    applicant = factories.actor(person(world, "winner"))
    assert won.agreement_hash is not None
    awards.accept(won.id, by=applicant)
    awards.sign(won.id, typed_name="Soup Asker", seen_hash=won.agreement_hash, by=applicant)
    awards.countersign(won.id, typed_name="Wren Okafor", seen_hash=won.agreement_hash, by=steward)
    tranche = winners.tranches(won.id)[0]
    world.ids |= {"award": won.id, "tranche": tranche.id, "payment": winners.payment_of(tranche).id}
    world.ids["decision"] = won.decision_id
    last_month = (foundation.today() - dt.timedelta(days=400)).replace(day=1) - dt.timedelta(days=1)
    world.ids["books_year"] = years.propose_to_close(last_month, by=steward).id
    _bill(world)


def _bill(world: World) -> None:
    """A cost that was approved and stands on a pay list, with the account of who is paid."""
    steward, second, treasurer = (factories.actor(person(world, one)) for one in ("steward", "steward2", "treasurer"))
    who = bills.Hands(steward, second, treasurer, money.rule_for_costs())
    bill = bills.bill(who, 1_000, f"Printer {SECRET}")
    bills.approved(who, bill)
    world.ids |= {
        "bill": bill.id,
        "payee": bill.payee_id or 0,
        "pay_list": lists.make([bill.id], way="printed", by=treasurer).id,
    }


def _applications(world: World) -> None:
    steward, second = person(world, "steward"), person(world, "steward2")
    round_ = makers.money_round()
    with db.writing() as tx:
        voting_span = tx.session.scalars(
            select(Phase).where(Phase.round_id == round_.id, Phase.label == "voting")
        ).one()
        held = tx.lock(Round, round_.id)
        held.opens_at, held.closes_at = voting_span.starts_at, voting_span.ends_at
    world.rounds["money"] = round_.slug
    applicant = factories.member("Bea Other")
    world.people["applicant"] = applicant.id
    hidden = makers.answered(round_, title=f"Draft {SECRET}", summary=f"Nobody else reads this {SECRET}.")
    draft, code = proposals.start(round_.id, hidden, by=factories.actor(applicant))
    world.ids["draft"], world.names["return_code"] = draft.id, code
    submitted = makers.handed_in(round_, who=applicant, title=f"Handed in {SECRET}")
    public = makers.admitted(round_, steward, second, who=person(world, "newcomer"), title="A third oven")
    world.ids |= {"submitted": submitted.id, "admitted": public.id}
    world.names |= {"draft": draft.slug, "submitted": submitted.slug, "admitted": public.slug}


def _bank(world: World) -> None:
    """A statement with a line that waits, one that somebody would leave out, one that is matched; and a file looked at."""
    treasurer, steward = (factories.actor(person(world, role)) for role in ("treasurer", "steward"))
    gift = money.gift(7_000, by=treasurer)
    said = [("line", 5_000), ("line-left-out", 300), ("line-matched", 7_000)]
    hands.lines_taken(*(Said(hands.day(), amount, "hush-line", name) for name, amount in said), by=treasurer)
    for row in reading.waiting():
        world.ids[row.line.reference] = row.line.id
    service.propose_ignoring(world.ids["line-left-out"], "hush-left-out", by=steward)
    assert gift.entry_id is not None
    service.match(world.ids["line-matched"], [gift.entry_id], by=treasurer)
    begun = files.begin(1, "bank.csv", b"Date,Amount,Description\n2026-01-02,5.00,hush-line\n", by=treasurer)
    world.ids["bank_file"] = begun.id


def _rest(world: World) -> None:
    steward = factories.actor(person(world, "steward"))
    with db.writing() as tx:
        bakery = tx.add(Business(slug="alder-bread-co-op", name="Alder Bread", state="listed", listed_at=tx.now()))
        agent = tx.add(BusinessAgent(business_id=bakery.id, person_id=world.people["agent"], since=tx.now()))
        tx.add(Business(slug="hidden-mill", name=f"Mill {SECRET}", state="unlisted", listed_at=tx.now()))
    treasurer = factories.actor(person(world, "treasurer"))
    contributions.record_contribution(NewContribution("land_tax", foundation.today(), 90_000), by=treasurer)
    asked = consent.ask(
        consent.Question("council", "To the Nation", "All.", 50_000, "land", "hush-minutes"), by=steward
    )
    world.ids["asked"] = asked.id
    answered = consent.ask(consent.Question("council", "A meadow", "Buy it.", 10_000, "land"), by=steward)
    consent.hear(answered.id, present=6, objections=1, by=steward)
    world.ids["answered"] = answered.id
    named = nominations.name_business(Named("Quarry Tools", "They mend everything.", "At the counter."), by=steward)
    world.ids |= {"agent": agent.id, "nomination": named.id}
    for name in ("frozen", "draft"):
        made = rounds.create_round(
            rounds.NewRound("resolution", f"A {name} resolution", question="Shall it?"), by=steward
        )
        world.rounds[name] = (voting.freeze(made.id, by=steward) if name == "frozen" else made).slug
    waiting = factories.person("Ines Waiting")
    with db.writing() as tx:
        applied = tx.add(
            Membership(person_id=waiting.id, class_code="member", basis="lives", state="applied", applied_at=tx.now())
        )
    world.people["waiting"], world.ids["membership"] = waiting.id, applied.id
    world.names["vouch_code"] = vouching.code_of(applied.id)
    world.names |= {"business": bakery.slug, "hidden_business": "hidden-mill"}
    world.names["claim_code"] = agents.let_in(bakery.id, hands_over=False, by=factories.actor(person(world, "agent")))
