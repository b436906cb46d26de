"""A week of micro-grants as C5 tells it: nine requests, two of them helped lately, drawn, approved, paid."""

from __future__ import annotations

from sqlalchemy import select

from fund import db
from fund.counting.ties import lot_number
from fund.micro_grants import running, sealing, service
from fund.micro_grants.models import MicroLine, MicroRequest, MicroRun
from fund.micro_grants.service import Asking
from fund.permissions import VISITOR, Actor
from tests import factories
from tests.ledger import money

AMOUNTS = {"R1": 250, "R2": 200, "R3": 250, "R4": 150, "R5": 250, "R6": 250, "R7": 100, "R8": 250, "R9": 200}
PAID = {"R1": 250, "R2": 200, "R4": 150, "R5": 250, "R7": 100, "R8": 250, "R9": 200, "R3": 100}
RECENT = ("R3", "R6")


def hands() -> tuple[Actor, Actor]:
    """Two who run the week."""
    return money.treasurer("Wren"), factories.actor(factories.officer("Dana", class_code="neighbour"))


def funded(amount: int = 10_000) -> tuple[Actor, Actor]:
    """C5's charter in force, money in the pool, two hands."""
    factories.adopt("c5-no-questions-aid")
    made = hands()
    money.gift(amount * 100, by=made[0])
    return made


def asked(name: str, amount: int, *, way: str | None = None) -> tuple[MicroRequest, str]:
    """One request by somebody without an account."""
    return service.ask(Asking(name, amount * 100, way or f"phone {name} 555", not_a_steward=True), by=VISITOR)


def drawn(hands: tuple[Actor, Actor], first: str = "", then: str = "") -> MicroRun:
    """This week's list closed and drawn; with two lot names, by a text that puts one before the other."""
    run = running.close_list(by=hands[0])
    texts = (f"dice {n}" for n in range(1000))
    text = next(one for one in texts if not first or lot_number(one, first) < lot_number(one, then))
    for hand in hands:
        running.enter_draw(run.id, text, by=hand)
    return fresh(run)


def approved(hands: tuple[Actor, Actor], run: MicroRun) -> MicroRun:
    """Proposed by one, approved by the other."""
    running.propose(run.id, by=hands[0])
    running.approve(run.id, by=hands[1])
    return fresh(run)


def paid(hands: tuple[Actor, Actor], run: MicroRun) -> MicroRun:
    """Every gift ticked off."""
    for number in [one.request_id for one in lines(run) if one.amount_minor]:
        running.record_paid(run.id, number, by=hands[0])
    return fresh(run)


def lines(run: MicroRun) -> list[MicroLine]:
    """The lines of a run in the order of the draw."""
    return list(db.session.scalars(select(MicroLine).where(MicroLine.run_id == run.id).order_by(MicroLine.place)))


def fresh(run: MicroRun) -> MicroRun:
    """The run as it stands now."""
    db.session.rollback()
    return db.session.get_one(MicroRun, run.id)


def helped_before(hands: tuple[Actor, Actor]) -> None:
    """Two ways to pay are used three weeks earlier."""
    for name in RECENT:
        asked(f"before {name}", 100, way=f"Phone: {name}-555")
    paid(hands, approved(hands, drawn(hands)))
    factories.later(days=21)


def c5(hands: tuple[Actor, Actor]) -> tuple[MicroRun, dict[str, tuple[MicroRequest, str]]]:
    """The nine requests of C5, drawn so that R3 comes before R6."""
    helped_before(hands)
    requests = {name: asked(name, amount) for name, amount in AMOUNTS.items()}
    run = drawn(hands, requests["R3"][0].lot_name, requests["R6"][0].lot_name)
    return run, requests


def reading_name(number: int) -> str:
    """How somebody wants to be called, as far as the fund can still tell."""
    db.session.rollback()
    return sealing.name_of(db.session.get_one(MicroRequest, number))
