"""From freezing on, no verb and no SQL changes the rules, the ballot or the roll (TRUST part 5 row 9; CONSUL #5321)."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from fund import db
from fund.db import guards
from fund.db.engine import WRITING
from fund.errors import FundError
from fund.rounds import service as rounds
from fund.rounds.models import STATUSES, Round
from fund.rounds.schedule import Span
from fund.voting import service as voting
from fund.voting.models import BallotOption, Elector
from tests import factories
from tests.voting import stage

FIXED = (
    "decides", "round_type", "charter_version_id", "budget_minor", "max_on_ballot", "assurance", "publication", "roll",
    "draw_source", "rules_bytes", "rules_hash", "electorate_n", "frozen_at", "uuid", "slug", "title", "question", "opens_at",
)  # fmt: skip
TEXT = st.sampled_from(["", "x", "open", "secret", "full", "aggregate", "money", "resolution", "walk_up", "vote"])
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "charter_version_id": st.integers(1, 3), "budget_minor": st.integers(-5, 10**9), "max_on_ballot": st.integers(1, 99),
    "electorate_n": st.integers(0, 999), "rules_bytes": st.binary(max_size=20), "rules_hash": st.binary(max_size=20),
    "frozen_at": st.just(dt.datetime(2030, 1, 1, tzinfo=dt.UTC)), "opens_at": st.just(dt.datetime(2020, 1, 1, tzinfo=dt.UTC)),
    "uuid": st.uuids(), "status": st.sampled_from(STATUSES),
}  # fmt: skip
CHANGES = st.dictionaries(st.sampled_from([*FIXED, "status"]), st.none(), min_size=1, max_size=3).flatmap(
    lambda names: st.fixed_dictionaries({name: VALUES.get(name, TEXT) for name in names})
)


def _fingerprint(round_id: int) -> str:
    """A hash over everything that freezing fixed."""
    db.session.rollback()
    digest = hashlib.sha256()
    for statement in (
        select(*[getattr(Round, name) for name in FIXED]).where(Round.id == round_id),
        select(BallotOption).where(BallotOption.round_id == round_id).order_by(BallotOption.option_id).with_only_columns(
            *BallotOption.__table__.columns
        ),
        select(*Elector.__table__.columns).where(Elector.round_id == round_id).order_by(Elector.member_id),
    ):  # fmt: skip
        for row in db.session.execute(statement):
            digest.update(repr(tuple(row)).encode())
    return digest.hexdigest()


def _try(act: Callable[[], object]) -> bool:
    """Do an act that may be refused, by the program or by the database; True when it was done."""
    try:
        act()
    except (FundError, SQLAlchemyError):
        return False
    return True


def _in_sql(statement: Any) -> Callable[[], None]:
    def act() -> None:
        with db.alchemy.engines[WRITING].begin() as connection:
            connection.execute(statement)

    return act


def _attacks(round_: Round, changes: dict[str, Any], outsider_id: int) -> list[Any]:
    """Direct SQL on the frozen round, its ballot and its roll."""
    here = BallotOption.round_id == round_.id
    stranger = {
        "round_id": round_.id,
        "member_id": outsider_id,
        "class_code": "member",
        "verified_how": "",
        "leaf_salt": b"x",
    }
    return [
        update(Round).where(Round.id == round_.id).values(**changes),
        update(BallotOption).where(here).values(cost_minor=1),
        update(BallotOption).where(here).values(title="Another"),
        delete(BallotOption).where(here),
        insert(BallotOption).values(round_id=round_.id, option_id="late", position=9, title="Late", cost_minor=0, version_number=0),
        update(Elector).where(Elector.round_id == round_.id).values(class_code="solidarity"),
        delete(Elector).where(Elector.round_id == round_.id),
        insert(Elector).values(chamber="", added_batch=0, **stranger),
        delete(Round).where(Round.id == round_.id),
    ]  # fmt: skip


@pytest.mark.parametrize("state", ["frozen", "open", "cancelled"])
def test_no_sql_changes_what_is_frozen(app: Flask, state: str) -> None:
    factories.adopt(text=stage.charter())
    outsider, steward, second = factories.person("Not a member"), factories.officer(), factories.officer("Omar")
    stage.people(22)
    round_ = stage.frozen(steward) if state == "frozen" else stage.opened(steward)
    if state == "cancelled":
        asked = rounds.cancel(round_.id, "A mistake.", by=stage.actor(steward))
        rounds.second_act(asked.id, by=stage.actor(second))
    before = _fingerprint(round_.id)

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(changes=CHANGES, which=st.integers(0, 8))
    def attack(changes: dict[str, Any], which: int) -> None:
        if changes.get("status") in ("lapsed", "disputed", "void", "cancelled", "closed", "opened"):
            changes = {**changes, "status": state}
        _try(_in_sql(_attacks(round_, changes, outsider.id)[which]))
        assert _fingerprint(round_.id) == before

    attack()


def test_no_verb_changes_what_is_frozen(app: Flask) -> None:
    factories.adopt(text=stage.charter())
    steward = factories.officer()
    people = stage.people(24)
    round_ = stage.opened(steward)
    newcomer = factories.member("Late")
    by, before = stage.actor(steward), _fingerprint(round_.id)
    later = [Span("voting", db.now() + dt.timedelta(days=1), db.now() + dt.timedelta(days=90))]
    verbs = [
        lambda: rounds.edit_round(round_.id, rounds.NewRound("vote", "Else", question="Else?"), by=by),
        lambda: rounds.reschedule(round_.id, later, by=by),
        lambda: rounds.ask_question(round_.id, "Late?", by=by),
        lambda: voting.write_lines(round_.id, ["One", "Two"], by=by),
        lambda: voting.freeze(round_.id, by=by),
        lambda: voting.add_to_roll(round_.id, newcomer.id, by=by),
        lambda: voting.open_voting(round_.id),
        lambda: voting.close(round_.id),
        lambda: voting.open_ballots(round_.id) or _refused(),
        lambda: stage.cast(newcomer, round_),
    ]
    assert [_try(verb) for verb in verbs] == [False] * len(verbs)
    stage.cast(people[0], round_)
    assert _fingerprint(round_.id) == before


def test_without_the_guards_the_database_lets_it_happen(app: Flask) -> None:
    """The control: the same statements go through once the guards are gone."""
    factories.adopt(text=stage.charter())
    steward = factories.officer()
    stage.people(24)
    round_ = stage.opened(steward)
    before = _fingerprint(round_.id)
    db.session.rollback()
    with db.alchemy.engines[WRITING].begin() as connection:
        guards.remove(connection)
    assert _try(_in_sql(update(Round).where(Round.id == round_.id).values(title="Else")))
    assert _fingerprint(round_.id) != before


def _refused() -> None:
    raise FundError("nothing was done")
