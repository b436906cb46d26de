"""What waits on the desks today: newcomers, an invitation, businesses that residents named, a certificate."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from fund import db
from fund.businesses import nominations
from fund.businesses import service as businesses
from fund.businesses.models import Business
from fund.businesses.nominations import Named
from fund.db.outbox import OutboxMessage
from fund.demo.people import FLATS, HILL, LOCKS
from fund.demo.round_one_texts import ALDER
from fund.demo.stage import Stage
from fund.members import inviting, joining, registrar
from fund.members.inviting import ToInvite
from fund.members.joining import Application, Help
from fund.messages import wording
from fund.permissions import VISITOR


def newcomers_wait(stage: Stage) -> None:
    """One has one of two vouchers, the other told a steward by phone; both wait in the queue."""
    asked = joining.join(
        Application(
            name="Teodora Vance", class_code="member", basis="works", of_age=True, neighbourhood=LOCKS,
            email="teodora.vance@portalder.example", dues="tier-2",
        ),
        by=VISITOR,
    )  # fmt: skip
    registrar.vouch(asked.membership_id, by=stage.actor("Hana Sato"))
    joining.join(
        Application(
            name="Milo Ashford", class_code="member", basis="lives", of_age=True, neighbourhood=FLATS,
            phone="+1 207 555 0148", dues="hours", access_need="Hears badly; please write large.",
        ),
        by=stage.actor("Greta Holm"), help_=Help("by his neighbour, at the table on the square", consent=True),
    )  # fmt: skip


def somebody_is_invited(stage: Stage) -> None:
    """Imani invites a new neighbour in her own words."""
    inviting.invite(
        ToInvite(
            "Paloma Reyes", "member", "paloma.reyes@portalder.example",
            "You asked at the market how this works. Come on Saturday, I am at the Lock House from ten.", "es",
        ),
        by=stage.actor("Imani Walker"),
    )  # fmt: skip


def businesses_are_named(stage: Stage) -> None:
    """Two residents name businesses; Walter has talked to one of them, nobody yet to the other."""
    cobbler = nominations.name_business(
        Named("Weir Lane Cobbler", "She resoles shoes that others throw away.", "In the shop, mornings", LOCKS),
        by=stage.actor("Cleo Marchetti"),
    )  # fmt: skip
    nominations.name_business(
        Named("Quarry Goats", "They keep the slope clear and their cheese is good.", "Ask at the top gate", HILL),
        by=stage.actor("Marisol Peña"),
    )  # fmt: skip
    nominations.record_contact(
        cobbler.id, state="contacted", note="Would like to think it over until after the holidays.",
        by=stage.actor("Walter Pike"),
    )  # fmt: skip


def bread_is_certified(stage: Stage) -> None:
    """The bakery has shown that it meets the fund's standards, for a year."""
    bakery = db.session.scalars(select(Business).where(Business.name == ALDER.title)).one()
    businesses.certify(
        bakery.id, until=stage.day(0) + dt.timedelta(days=300), reason="All standards met, seen on a visit.",
        by=stage.actor("Walter Pike"),
    )  # fmt: skip


def nobody_has_a_mailbox() -> None:
    """Set aside what was posted while the demo loaded: nobody in Port Alder can be written to, and codes leave the table."""
    with db.writing() as tx:
        for row in tx.lock_all(select(OutboxMessage).where(OutboxMessage.state == "queued").order_by(OutboxMessage.id)):
            row.state, row.facts = "no_address", wording.without_secrets(row.facts)
