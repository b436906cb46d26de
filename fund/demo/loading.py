"""Loading the demo: every scene in the order of time, into an empty database, through the verbs that people use.

While it loads, the fund's clock stands in the past; only when everything is there does it stand at 0. So a demo whose
loading was broken off is known by its clock, is never taken for a whole one, and is undone before the next loading:
nobody can have used it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import flask_migrate
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fund import db
from fund.db import Clock
from fund.demo import bank, beginnings, evenings, examples, money, payments, round_one, round_two, today
from fund.demo.round_one_texts import ALDER, WHEELHOUSE
from fund.demo.stage import BEGINS_DAYS_AGO, Stage
from fund.errors import WrongState
from fund.foundation import service as foundation
from fund.foundation.models import Fund
from fund.rounds.models import Round
from fund.voting import service as voting

DAY = 86_400


def is_empty() -> bool:
    """Whether the database holds no fund at all."""
    return db.session.get(Fund, 1) is None


def is_broken_off() -> bool:
    """Whether the database holds a demo whose loading did not come to its end."""
    fund = db.session.get(Fund, 1)
    offset = db.session.scalars(select(Clock.offset_seconds)).one_or_none()
    return fund is not None and fund.instance == "demo" and offset is not None and offset < 0


def load_everything(tell: Callable[[str], None], extras: tuple[str, ...] = ()) -> None:
    """Load the demo and tell of each scene. Raises WrongState when the database already holds a fund."""
    if is_broken_off():
        tell("An earlier loading was broken off; it is undone first.")
        begin_again()
    if not is_empty():
        raise WrongState(_l("There is a fund in this database already. The demo is loaded into an empty one only."))
    foundation.found(instance="demo", clock_offset_seconds=-BEGINS_DAYS_AGO * DAY)
    stage = Stage()
    for line in _scenes(stage, extras):
        tell(line)


def begin_again() -> None:
    """Empty the database by taking its tables down and up again; rows that are guarded go no other way."""
    db.session.remove()
    for engine in db.alchemy.engines.values():
        engine.dispose()
    flask_migrate.downgrade(revision="base")
    flask_migrate.upgrade()


def _scenes(stage: Stage, extras: tuple[str, ...]) -> Iterator[str]:
    yield "The fund is founded; its members join."
    first_year_begins(stage)
    yield "Round 1: seven businesses apply."
    one = round_one.prepare(stage)
    stage.to(345)
    beginnings.others_join(stage)
    beginnings.first_officers(stage)
    stage.to(340)
    proposals = round_one.apply(stage, one)
    stage.to(330)
    beginnings.more_stewards(stage)
    yield "Notes, gifts and dues come in."
    stage.to(325)
    money.comes_in(stage)
    stage.to(320)
    money.costs_are_paid(stage)
    yield "Round 1 is reviewed, voted on and counted."
    stage.to(315)
    round_one.review(stage, one, proposals)
    stage.to(292)
    round_one.talk(stage, proposals)
    stage.to(288)
    voting.freeze(one.id, by=stage.actor("Imani Walker"))
    stage.to(287)
    stage.to(280)
    round_one.vote(stage, one)
    stage.to(273)
    stage.to(271)
    round_one.certify_and_publish(stage, one)
    yield "Four awards are signed and paid in instalments."
    stage.to(267)
    stage.to(262)
    payments.sign(stage, one)
    stage.to(258)
    payments.pay_first(stage, one, days_ago=258)
    stage.to(243)
    payments.pay_next(stage, one, WHEELHOUSE.title, "Photo of both stands, and the invoice.", days_ago=243)
    stage.to(232)
    payments.pay_next(stage, one, ALDER.title, "The order for the oven, confirmed by the seller.", days_ago=232)
    stage.to(180)
    beginnings.stewards_change(stage)
    payments.later_for_the_tamales(stage, one)
    came_back(stage, one, 153)
    stage.to(150)
    beginnings.adopt(stage, 2, days_ago=150)
    yield from examples.scenes(stage, extras)
    came_back(stage, one, 123)
    came_back(stage, one, 92)
    stage.to(80)
    yield "Round 2: nine businesses apply, one is refused, one withdraws."
    stage.to(72)
    two = round_two.prepare(stage)
    stage.to(65)
    proposals = round_two.apply(stage, two)
    came_back(stage, one, 62)
    stage.to(60)
    round_two.dana_steps_out(stage, proposals)
    today.bread_is_certified(stage)
    stage.to(40)
    round_two.review(stage, two, proposals)
    came_back(stage, one, 31)
    yield "Round 4, a resolution, is prepared."
    stage.to(27)
    four = evenings.prepare_resolution(stage)
    stage.to(20)
    round_two.appeal(stage, proposals)
    stage.to(18)
    round_two.answer_appeal(stage, proposals)
    stage.to(14)
    round_two.talk(stage, proposals)
    round_two.set_aside(stage, two)
    voting.freeze(four.id, by=stage.actor("Priya Raman"))
    stage.to(13)
    stage.to(10)
    voting.freeze(two.id, by=stage.actor("Imani Walker"))
    yield "Members vote in Rounds 2 and 4; an evening is being prepared."
    stage.to(9)
    stage.to(6)
    payments.last_of_the_bread(stage, one)
    evenings.vote_on_resolution(stage, four)
    stage.to(4)
    round_two.vote(stage, two)
    three = evenings.prepare_evening(stage)
    yield "What waits on the desks today."
    came_back(stage, one, 2)
    payments.first_yes_to_the_bread(stage, one)
    evenings.two_apply(stage, three)
    today.newcomers_wait(stage)
    today.businesses_are_named(stage)
    stage.to(1)
    today.somebody_is_invited(stage)
    money.a_rule_waits(stage)
    money.micro_grants_are_promised(stage)
    bank.a_year_is_reconciled(stage)
    today.nobody_has_a_mailbox()
    stage.to(0)


def first_year_begins(stage: Stage) -> None:
    """The fund is founded, most of its members join, and the second charter is adopted."""
    beginnings.found(stage)
    stage.to(360)
    beginnings.founders_join(stage)
    beginnings.most_join(stage)
    stage.to(352)
    beginnings.adopt(stage, 1, days_ago=352)
    stage.to(350)


def came_back(stage: Stage, round_: Round, days_ago: int) -> None:
    """Go to a day on which money came back from businesses, and record it."""
    stage.to(days_ago)
    payments.repay(stage, round_, days_ago=days_ago)
