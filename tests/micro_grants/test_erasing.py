"""On day 31 nothing personal is left: database, outbox and every file are searched for what was planted.

The control finds it before: the search opens whatever the keys of that moment open, as somebody would who holds all of
the database, all files and the secrets store.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from sqlalchemy import select

from fund import db, jobs
from fund.db import outbox
from fund.errors import MissingSecret, NotFound
from fund.micro_grants import erasing, running, sealing, service
from fund.micro_grants.models import MicroHelped, MicroRequest
from fund.micro_grants.service import Asking
from fund.permissions import VISITOR
from tests import factories
from tests.micro_grants import week

ALIAS, PHONE, WAY = "Zephyrine Quill", "555-0199-7731", "Cashapp $quillzeph"
PLANTED = (ALIAS, PHONE, "5550199", WAY, "quillzeph")


def everything(app: Flask, home: Path) -> bytes:
    """All rows of all tables as bytes, every file of the fund, and what the keys there are open."""
    db.session.rollback()
    parts: list[bytes] = []
    for table in db.Model.metadata.sorted_tables:
        for row in db.session.execute(select(table)):
            parts += [cell if isinstance(cell, bytes) else str(cell).encode() for cell in row]
    parts += [path.read_bytes() for path in home.rglob("*") if path.is_file()]
    database = Path(str(db.alchemy.engine.url.database))
    parts += [path.read_bytes() for path in database.parent.glob(f"{database.name}*") if path.is_file()]
    for request in db.session.scalars(select(MicroRequest)):
        parts += [sealing.name_of(request).encode(), sealing.way_of(request).encode()]
    return b"\x00".join(parts)


def found(app: Flask, home: Path) -> list[str]:
    held = everything(app, home).lower()
    return [one for one in PLANTED if one.lower().encode() in held]


def test_on_day_31_nothing_is_left_of_a_planted_person(app: Flask, tmp_path: Path) -> None:
    hands = week.funded()
    request, code = service.ask(
        Asking(ALIAS, 10_000, f"{WAY} or {PHONE}", urgent_by=None, not_a_steward=True), by=VISITOR
    )
    assert {ALIAS, PHONE, WAY} <= set(found(app, tmp_path)), "the control: whoever holds everything finds it now"
    sealed = (request.name_sealed, request.way_sealed)
    run = week.approved(hands, week.drawn(hands))
    factories.later(days=2)
    week.paid(hands, run)
    assert found(app, tmp_path) == [ALIAS], "how to pay is gone once it is paid, the name is kept for a while"
    factories.later(days=29)
    assert jobs.tick() == []
    assert found(app, tmp_path) == []
    with pytest.raises(NotFound):
        service.by_code(code)
    assert erasing.erase_due() == 0
    store = current_app.extensions["secrets"]
    for part, old in zip(("name", "way"), sealed, strict=True):
        key = f"micro-request-{request.id}-{part}"
        with pytest.raises(MissingSecret):
            store.open(key, old, context=key.encode())


def test_the_search_finds_what_somebody_would_leave_in_the_outbox_or_a_file(app: Flask, tmp_path: Path) -> None:
    """The control of the search itself."""
    week.funded()
    assert found(app, tmp_path) == []
    with db.writing() as tx:
        outbox.post(tx, "micro_grant", address="x@example.org", about=f"to {ALIAS}")
    assert found(app, tmp_path) == [ALIAS]
    (tmp_path / "note.txt").write_text(PHONE)
    assert found(app, tmp_path) == [ALIAS, PHONE]


def test_who_waits_still_is_kept_and_erased_once_they_are_paid(app: Flask) -> None:
    hands = week.funded()
    run, requests = week.c5(hands)
    service.answer(requests["R3"][1], accepts=True, by=VISITOR)
    week.paid(hands, week.approved(hands, run))
    factories.later(days=31)
    erasing.erase_due()
    kept = week.reading_name(requests["R6"][0].id)
    assert (kept, week.reading_name(requests["R1"][0].id)) == ("R6", "")
    following = week.approved(hands, week.drawn(hands))
    running.record_paid(following.id, requests["R6"][0].id, by=hands[0])
    erasing.erase_due()
    assert week.reading_name(requests["R6"][0].id) == ""


def test_a_request_that_is_taken_back_is_erased_at_once(app: Flask, tmp_path: Path) -> None:
    week.funded()
    _request, code = service.ask(Asking(ALIAS, 100, WAY, not_a_steward=True), by=VISITOR)
    service.withdraw(code, by=VISITOR)
    assert found(app, tmp_path) == []


def test_the_fund_forgets_whom_it_helped_after_90_days(app: Flask) -> None:
    hands = week.funded()
    week.asked("A", 100)
    week.paid(hands, week.approved(hands, week.drawn(hands)))
    for days, left in ((89, 1), (1, 0)):
        factories.later(days=days)
        erasing.erase_due()
        db.session.rollback()
        assert db.session.query(MicroHelped).count() == left


def test_the_pages_of_the_week_show_names_only_to_those_who_pay(app: Flask, client: FlaskClient) -> None:
    hands = week.funded()
    service.ask(Asking(ALIAS, 10_000, WAY, not_a_steward=True), by=VISITOR)
    run = week.drawn(hands)
    steward = factories.officer("Sol", class_code="neighbour")
    factories.sign_in(client, steward)
    here = f"/micro-grants/weeks/{run.id}"
    assert ALIAS not in client.get("/micro-grants/weeks").text + client.get(here).text
    week.approved(hands, run)
    assert ALIAS in client.get(here).text
    answer = client.post(f"{here}/pay", data={"csrf_token": factories.csrf(client, here), "request": "1"})
    assert answer.status_code == 303
    assert ALIAS not in client.get(here).text
    factories.sign_in(client, factories.member("Rosa", class_code="neighbour"))
    assert client.get(here).status_code == 403
