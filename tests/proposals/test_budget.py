"""Itemised budgets: lines that add up, told in words where they do not; optional unless the charter asks; then they stand."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import DBAPIError

from fund import db
from fund.charter.presets import preset
from fund.db import guards
from fund.errors import Invalid
from fund.permissions import VISITOR
from fund.proposals import budget, versions
from fund.proposals import service as proposals
from fund.proposals.budget import Line
from fund.proposals.models import BudgetLine, Proposal
from tests import factories
from tests.proposals import makers
from tests.proposals.test_pages import post, typed

OVEN, PIPES, SHELVES = Line("The oven", 600_000), Line("Its pipes", 100_000), Line("Shelves", 200_000, stretch=True)
ROWS = {
    "line0_what": "The oven", "line0_amount": "6,000", "line0_for": "least",
    "line1_what": "Its pipes", "line1_amount": "1000", "line1_for": "least",
    "line2_what": "Shelves", "line2_amount": "2000", "line2_for": "stretch",
}  # fmt: skip


def itemised(round_type: str = "ranked") -> None:
    """The demo's charter with lines asked for in one type of round."""
    factories.adopt(text=preset("millrace").text.replace(
        f'code = "{round_type}"', f'code = "{round_type}"\nitemised_budget = true'
    ))  # fmt: skip


def kept(proposal_id: int) -> list[tuple[str, int, bool]]:
    """The lines of a proposal as they are stored."""
    db.session.rollback()
    rows = db.session.query(BudgetLine).filter_by(proposal_id=proposal_id).order_by(BudgetLine.position)
    return [(one.what, one.amount_minor, one.stretch) for one in rows]


def errors_of(html: str) -> dict[str, str]:
    """The sentence beside each field that was refused."""
    return dict(re.findall(r'id="([\w]+)-error">.*?</span>([^<]+)</span>', html, re.S))


def test_a_budget_typed_without_scripts_adds_up_and_is_shown(app: Flask, client: FlaskClient) -> None:
    round_ = makers.money_round()
    page = client.get("/apply/spring").text
    assert "line2_what" in page, "a handful of rows"
    assert "line3_what" not in page
    assert re.search(r"<details class=\"more\"><summary>Write it line by line", page), "folded away: nobody needs it"
    more = post(client, "/apply/spring", typed(round_.id, **ROWS, go="row"))
    assert (more.status_code, "line5_what" in more.text, 'value="Its pipes"' in more.text) == (200, True, True)
    assert "field-error" not in more.text
    assert db.session.query(Proposal).count() == 0, "another row writes nothing"
    saved = post(client, "/apply/spring", typed(round_.id, **ROWS, ask="", least=""))
    number = int(saved.headers["Location"].split("/")[2])
    proposal = db.session.get_one(Proposal, number)
    assert (proposal.ask_minor, proposal.least_minor) == (900_000, 700_000), "the lines say both amounts"
    assert kept(number) == [("The oven", 600_000, False), ("Its pipes", 100_000, False), ("Shelves", 200_000, True)]
    check = client.get(f"/applications/{number}/check").text
    assert "Needed at least: $7,000. With everything: $9,000." in check
    edit = client.get(f"/applications/{number}/edit").text
    assert 'value="Shelves"' in edit
    assert "line3_what" in edit, "one empty row below what stands there"
    assert post(client, f"/applications/{number}/check").status_code == 303
    fewer = {name: value for name, value in ROWS.items() if not name.startswith("line2")}
    assert (
        post(client, f"/applications/{number}/edit", typed(round_.id, **fewer, ask="7000", least="")).status_code == 303
    )
    assert [one[0] for one in kept(number)] == ["The oven", "Its pipes"]


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"line1_amount": "-1"}, "line1_amount", "cannot be negative"),
        ({"line1_amount": "0"}, "line1_amount", "at least 0.01"),
        ({"line1_amount": "1.001"}, "line1_amount", "2 decimals"),
        ({"line1_amount": "9" * 20}, "line1_amount", "too large"),
        ({"line1_amount": "12 EUR"}, "line1_amount", "in figures"),
        ({"line1_amount": ""}, "line1_amount", "how much this costs"),
        ({"line1_what": ""}, "line1_what", "what this amount is for"),
        ({"line1_what": "x" * 121}, "line1_what", "too long"),
        ({"line1_for": "never"}, "line1_for", "alid choice"),
        ({"ask": "8000"}, "ask", "add up to 9,000 USD, and here you ask for 8,000 USD"),
        ({"least": "6500"}, "least", "at least add up to 7,000 USD"),
        ({"line0_for": "stretch", "line1_for": "stretch"}, "line0_for", "Count at least one line"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field(
    app: Flask, client: FlaskClient, changes: dict[str, Any], field: str, words: str
) -> None:
    round_ = makers.money_round()
    refused = post(client, "/apply/spring", typed(round_.id, **{**ROWS, **changes}))
    assert refused.status_code == 422
    assert words in errors_of(refused.text).get(field, ""), errors_of(refused.text)
    assert 'value="The oven"' in refused.text, "what was typed is kept"
    assert '<details class="more" open>' in refused.text
    assert db.session.query(Proposal).count() == 0
    if field in ("ask", "least"):
        later = post(client, "/apply/spring", typed(round_.id, **{**ROWS, **changes}, go="later"))
        assert later.status_code == 303, "who goes on later may leave sums that do not agree yet"
        number = int(later.headers["Location"].split("/")[2])
        assert words in client.get(f"/applications/{number}/check").text
        assert post(client, f"/applications/{number}/check", page="/apply/spring").status_code == 422
        assert db.session.get_one(Proposal, number).state == "draft"


def test_who_needs_no_lines_is_not_asked_and_who_does_is_told(app: Flask, client: FlaskClient) -> None:
    round_ = makers.money_round()
    assert makers.handed_in(round_).budget == []
    itemised()
    other = makers.money_round("summer")
    page = client.get("/apply/summer").text
    assert "<h2>What the money is for, line by line</h2>" in page
    with pytest.raises(Invalid) as refused:
        makers.handed_in(other, title="Another bakery")
    assert set(refused.value.fields) == {"line0_what"}
    assert len(makers.handed_in(other, title="A third bakery", budget=(OVEN, PIPES, SHELVES)).budget) == 3


def test_a_steward_types_in_lines_that_were_told_by_telephone(app: Flask, client: FlaskClient) -> None:
    round_ = makers.money_round()
    factories.sign_in(client, factories.officer("Wren"))
    saved = post(client, "/apply/spring", typed(round_.id, **ROWS, told_by_phone="y"))
    number = int(saved.headers["Location"].split("/")[2])
    assert db.session.get_one(Proposal, number).told_by_phone
    assert len(kept(number)) == 3


@pytest.mark.parametrize(
    "lines",
    [
        [Line("", 100)], [Line("x", 0)], [Line("x", -5)], [Line("x", 10**16)], [Line("x" * 121, 100)],
        [Line(f"Line {n}", 100) for n in range(21)], [Line("x", 10**15), Line("y", 10**15)],
    ],
)  # fmt: skip
def test_the_service_itself_refuses_lines_that_are_none(app: Flask, lines: list[Line]) -> None:
    round_ = makers.money_round()
    with pytest.raises(Invalid):
        proposals.start(round_.id, makers.answered(round_, budget=lines, ask_minor=None, least_minor=None), by=VISITOR)
    assert db.session.query(Proposal).count() == 0


def test_a_change_of_lines_is_a_version_and_reads_line_by_line(app: Flask, client: FlaskClient) -> None:
    round_ = makers.money_round()
    proposal = makers.handed_in(round_, budget=(OVEN, PIPES, SHELVES))
    written = makers.answered(
        round_, budget=(OVEN, Line("Its pipes", 120_000), SHELVES), ask_minor=None, least_minor=None
    )
    proposals.save(proposal.id, written, by=VISITOR, keys=makers.keys_of(proposal))
    proposals.save(proposal.id, written, by=VISITOR, keys=makers.keys_of(proposal))
    first, second = versions.of(proposal.id)
    with app.test_request_context():
        changed = {one.field: one.changes for one in versions.compare(first.content, second.content)}
    assert [(one.kind, one.text) for one in changed["budget"]] == [
        ("same", "The oven: $6,000 (needed at least)\n"), ("removed", "Its pipes: $1,000 (needed at least)\n"),
        ("added", "Its pipes: $1,200 (needed at least)\n"), ("same", "Shelves: $2,000 (if there is more)\n"),
    ]  # fmt: skip
    proposals.save(proposal.id, makers.answered(round_), by=VISITOR, keys=makers.keys_of(proposal))
    assert "budget" not in versions.of(proposal.id)[-1].content
    plain = makers.handed_in(round_, title="Another bakery")
    assert "budget" not in versions.of(plain.id)[0].content, "texts without lines are kept as before"


def test_from_admission_on_the_lines_stand_on_the_page_and_on_the_ballot(app: Flask, client: FlaskClient) -> None:
    round_ = makers.money_round()
    proposal = _admitted_with_lines(round_)
    page = client.get(f"/rounds/spring/proposals/{proposal.slug}").text
    assert "Needed at least: $7,000. With everything: $9,000." in page
    ballot = client.get("/rounds/spring/ballot").text
    assert "Shelves" in ballot
    change = "UPDATE budget_line SET amount_minor = 1", "DELETE FROM budget_line"
    for statement in change:
        with pytest.raises(DBAPIError, match="stand from admission on"), db.writing() as tx:
            tx.session.connection().exec_driver_sql(statement)
    with pytest.raises(DBAPIError, match="stand from admission on"), db.writing() as tx:
        budget.write(tx, tx.get(Proposal, proposal.id), [OVEN])
    assert len(kept(proposal.id)) == 3


def test_without_the_guard_an_admitted_budget_could_change(app: Flask) -> None:
    """The control: the same change goes through where the database does not refuse it."""
    round_ = makers.money_round()
    proposal = _admitted_with_lines(round_)
    with db.writing() as tx:
        on = " ON budget_line" if tx.session.connection().dialect.name == "postgresql" else ""
        for guard in guards.registered():
            if guard.table == "budget_line":
                tx.session.connection().exec_driver_sql(f"DROP TRIGGER {guard.name}{on}")
    with db.writing() as tx:
        budget.write(tx, tx.get(Proposal, proposal.id), [OVEN])
    assert len(kept(proposal.id)) == 1


def _admitted_with_lines(round_: Any) -> Proposal:
    stewards = [factories.officer(name) for name in ("Wren", "Dana")]
    return makers.admitted(round_, *stewards, budget=(OVEN, PIPES, SHELVES))
