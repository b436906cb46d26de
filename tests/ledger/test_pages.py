"""Pages about money: what a visitor sees, what the treasurer does, what is refused with the typed text kept."""

from __future__ import annotations

import csv
import io
import re
import uuid

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from fund import db
from fund.awards import payments
from fund.foundation import service as foundation
from fund.ledger import reading
from fund.ledger import service as ledger
from fund.ledger.contributions import NewContribution
from fund.ledger.models import Contribution, Entry
from fund.notes import service as notes
from fund.notes.holders import NewHolder
from fund.notes.service import NewNote
from fund.permissions import Actor
from fund.repayments import service as repayments
from tests import factories
from tests.awards import winners
from tests.ledger import money

WHO = ("alder-bread", "wheelhouse", "lupe-tamales", "quilt-street")


@pytest.fixture(autouse=True)
def _charter(app: Flask) -> None:
    factories.adopt()


def field_d() -> winners.Ended:
    """The money of FIELD D: 71,240 in, four awards of a budget of 24,000, repayments, costs, a new round's budget."""
    imani, wren, dana = money.treasurer("Imani T."), _steward("Wren"), _steward("Dana")
    day = foundation.today()
    with db.writing():
        _notes(imani)
    money.gift(1_160_000, by=imani)
    ledger.record_contribution(NewContribution("dues", day, 124_000, tier="tier-1"), by=imani)
    ledger.record_contribution(NewContribution("hours", day, hours=63), by=imani)
    for _member in range(9):
        ledger.record_contribution(NewContribution("dues", day, tier="zero"), by=imani)
    asks = [(WHO[0], 900_000, "revenue_share"), (WHO[1], 600_000, "zero_interest"), (WHO[2], 500_000, "zero_interest")]
    ended = winners.final_round([*asks, (WHO[3], 400_000, "grant")], pool_minor=0)
    offered = dict(zip(WHO, winners.offered(ended, *WHO), strict=True))
    for slug, parts in ((WHO[0], 2), (WHO[1], 2), (WHO[2], 1), (WHO[3], 1)):
        award = winners.signed(ended, slug, offered[slug], wren)
        for number, tranche in enumerate(winners.tranches(award.id)[:parts]):
            if number:
                payments.request_tranche(tranche.id, note="Receipt", by=ended.agent(slug))
            winners.paid(tranche, wren, dana, treasurer=imani)
    last = winners.tranches(offered[WHO[0]].id)[2]
    payments.request_tranche(last.id, note="Oven receipt", by=ended.agent(WHO[0]))
    for amount, slug, times in ((34_200, WHO[0], 3), (25_000, WHO[1], 6)):
        for _n in range(times):
            repayments.receive(offered[slug].id, repayments.NewRepayment(amount, day, uuid.uuid4(), "ahead"), by=imani)
    money.cost(48_000, money.rule_for_costs(), by=imani)
    second = _second_round()
    with db.writing() as tx:
        ledger.reserve_for_round(tx, second, 3_000_000, title="Round 2")
    money.promised("cash:micro-grants", 30_000)
    return ended


def test_the_figures_of_the_demo_stand_on_the_page_and_add_up(client: FlaskClient) -> None:
    field_d()
    pool = reading.money()
    assert pool.adds_up
    assert (pool.in_minor, pool.out_minor, pool.repaid_minor, pool.costs_minor) == (
        7_124_000,
        1_970_000,
        252_600,
        48_000,
    )
    assert (pool.cash_minor, pool.committed_minor, pool.reserved_minor) == (5_358_600, 430_000, 3_000_000)
    assert (pool.promised_minor, pool.free_minor, pool.owed_minor) == (30_000, 1_898_600, 5_840_000)
    assert (pool.hours, pool.dues_of_nothing, pool.on_its_way_minor) == (63, 9, 180_000)
    assert {line.label: line.times for line in pool.came_in}["Neighbour notes"] == 41
    answer = client.get("/money")
    assert answer.status_code == 200
    page = answer.get_data(as_text=True)
    for figure in ("71,240", "19,700", "2,526", "480", "53,586", "4,300", "30,000", "18,986", "58,400", "13,174"):
        assert f"${figure}<" in page or f"${figure} " in page or f"${figure}." in page, figure
    assert len(answer.data) < 100_000


def test_the_journal_and_its_file_name_no_giver_and_no_single_repayment(client: FlaskClient) -> None:
    imani = money.treasurer("Imani T.")
    rosa = factories.member("Rosa Secret")
    ledger.record_contribution(
        NewContribution("gift", foundation.today(), 5_000_000, person_id=rosa.id, note="=SUM(A1)"), by=imani
    )
    ended = winners.final_round([("wheelhouse", 600_000, "zero_interest")], pool_minor=0)
    (award,) = winners.offered(ended, "wheelhouse")
    wren, dana = _steward("Wren"), _steward("Dana")
    winners.signed(ended, "wheelhouse", award, wren)
    winners.paid(winners.tranches(award.id)[0], wren, dana, treasurer=imani)
    repayments.receive(award.id, repayments.NewRepayment(25_000, foundation.today(), uuid.uuid4(), "ahead"), by=imani)
    money.cost(100, money.rule_for_costs(), by=imani, memo="=cmd|'/c calc'!A1")
    public = client.get("/money/journal.csv", follow_redirects=True)
    text = public.data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert "Secret" not in text + client.get("/money/journal").get_data(as_text=True)
    repaid = [row for row in rows if row["kind"] == "repayment"]
    assert {row["account"] for row in repaid} == {"cash:free", "receivable:loans"}
    assert {row["memo"] for row in repaid} == {""}
    assert "told by month" in client.get("/money/journal").get_data(as_text=True)
    assert sum(int(float(row["amount"]) * 100) for row in rows) == 0
    assert not [cell for row in rows for cell in row.values() if cell[:1] in "=+@" and cell]
    factories.sign_in(client, factories.officer("Treasurer", "treasurer"))
    assert f"receivable:award-{award.id}" in client.get("/money/journal.csv", follow_redirects=True).data.decode()


def test_pages_of_money_ask_as_many_questions_for_many_entries_as_for_few(app: Flask, client: FlaskClient) -> None:
    imani = money.treasurer("Imani T.")

    def asked(path: str) -> int:
        seen = []
        engine = db.alchemy.engines[None]
        note = lambda *args: seen.append(args[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", note)
        assert client.get(path).status_code == 200
        event.remove(engine, "before_cursor_execute", note)
        return len(seen)

    money.gift(100, by=imani)
    asked("/money")
    few = [asked(path) for path in ("/money", "/money/journal")]
    rule = money.rule_for_costs()
    with db.writing():
        for amount in range(100, 160):
            money.gift(amount, by=imani)
            money.cost(amount, rule, by=imani)
    assert [asked(path) for path in ("/money", "/money/journal")] == few


def test_the_journal_is_read_page_by_page_to_its_end(client: FlaskClient) -> None:
    imani = money.treasurer("Imani T.")
    with db.writing():
        for amount in range(1, 121):
            money.gift(amount, by=imani)
    seen: list[str] = []
    path = "/money/journal"
    while path:
        page = client.get(path).get_data(as_text=True)
        seen += re.findall(r'id="entry-([0-9a-f-]{36})"', page)
        more = re.search(r'rel="next" href="([^"]+)"', page)
        path = more[1] if more else ""
    assert len(seen) == len(set(seen)) == 120
    for wrong in ("x", "00000000-0000-0000-0000-000000000000", "_", "%00"):
        assert client.get(f"/money/journal?before={wrong}").status_code == 200


def test_a_treasurer_records_a_gift_once_and_mistakes_keep_what_was_typed(client: FlaskClient) -> None:
    path = "/treasury/contributions/new"
    factories.sign_in(client, factories.officer("Imani T.", "treasurer"))
    rosa = factories.member("Rosa Diaz", email="rosa@example.org")
    page = client.get(path).get_data(as_text=True)
    hidden = dict(re.findall(r'name="(csrf_token|request_id)"[^>]*value="([^"]+)"', page)) | dict(
        re.findall(r'id="request_id" name="(request_id)" type="hidden" value="([^"]+)"', page)
    )
    good = hidden | {
        "kind": "gift",
        "amount": "1,500.50",
        "given_on": foundation.today().isoformat(),
        "giver": "ROSA@example.org",
    }
    for wrong, said in (
        ({"amount": "-5"}, "cannot be negative"), ({"amount": "0"}, "How much was given?"), ({"amount": "9" * 30}, "too large"),
        ({"amount": "1.005"}, "2 decimals"), ({"giver": "Nobody"}, "Nobody here"), ({"given_on": "2999-01-01"}, "year-month-day"),
        ({"kind": "hours", "amount": "5", "hours": "3"}, "never priced"), ({"kind": "bribe"}, "Not a valid choice"),
    ):  # fmt: skip
        answer = client.post(path, data=good | wrong)
        assert answer.status_code == 422, wrong
        text = answer.get_data(as_text=True)
        assert said in text, (wrong, said)
        assert 'value="ROSA@example.org"' in text or "giver" in wrong
    assert db.session.query(Entry).count() == 0
    for _twice in range(2):
        assert client.post(path, data=good).status_code == 303
    db.session.rollback()
    assert [(c.amount_minor, c.person_id) for c in db.session.query(Contribution)] == [(150_050, rosa.id)]
    assert "Rosa Diaz" in client.get("/treasury").get_data(as_text=True)


def test_costs_and_decisions_go_through_two_people_on_the_pages(client: FlaskClient) -> None:
    imani, tomas = factories.officer("Imani T.", "treasurer"), factories.officer("Tomas")
    money.gift(100_000, by=factories.actor(imani))
    factories.sign_in(client, imani)
    assert "no confirmed decision" in client.get("/payments/new").get_data(as_text=True)
    today = foundation.today().isoformat()
    token = factories.csrf(client, "/decisions/new")
    typed = {"csrf_token": token, "kind": "standing_rule", "title": "Stamps", "text": "Up to 500.", "decided_on": today}
    made = client.post("/decisions/new", data=typed | {"limit": "500"})
    assert made.status_code == 303
    where = made.headers["Location"]
    assert "another person confirms" in client.get(where).get_data(as_text=True)
    assert "Stamps" not in client.get("/steward").get_data(as_text=True) + client.get("/treasury").get_data(
        as_text=True
    )
    assert client.post(f"{where}/confirm", data={"csrf_token": token}).status_code == 403
    factories.sign_in(client, tomas)
    for desk in ("/treasury", "/steward"):
        page = client.get(desk).get_data(as_text=True)
        assert "Confirm or talk over: Stamps" in page
        assert "waits for somebody other than Imani T." in page
    token = factories.csrf(client, where)
    assert client.post(f"{where}/confirm", data={"csrf_token": token}).status_code == 303
    number = where.rpartition("/")[2]
    asked = {
        "csrf_token": token,
        "kind": "cost",
        "payee": "Post",
        "amount": "300",
        "purpose": "Stamps",
        "decision": number,
    }
    sent = client.post("/payments/new", data=asked)
    assert sent.status_code == 303
    assert "You asked for this payment, so others approve it" in client.get(sent.location).get_data(as_text=True)
    assert money.entries("cost") == []


@pytest.mark.parametrize("path", ["/treasury", "/treasury/contributions/new", "/payments/new", "/decisions/new"])
def test_the_treasury_is_for_those_who_handle_money(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 303
    factories.sign_in(client, factories.member("Rosa"))
    assert client.get(path).status_code == 403
    factories.sign_in(client, factories.officer("Wren"))
    assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/decisions/99", "/awards/99", "/payments/99", "/treasury/contributions/99/receive",
     f"/treasury/entries/{uuid.UUID(int=7)}/correct", "/awards/99/instalments/1", "/awards/99/instalments/1/evidence"],
)  # fmt: skip
def test_what_is_not_there_is_404(client: FlaskClient, path: str) -> None:
    factories.sign_in(client, factories.officer("Imani T.", "treasurer", "steward"))
    assert client.get(path).status_code == 404


def test_a_pledge_that_came_and_a_gift_taken_back(client: FlaskClient) -> None:
    imani, rosa = factories.officer("Imani T.", "treasurer"), factories.member("Rosa")
    with db.writing() as tx:
        pledge = ledger.pledge_dues(tx, rosa.id, "tier-1", 2_500)
    factories.sign_in(client, imani)
    path = f"/treasury/contributions/{pledge.id}/receive"
    assert 'value="25"' in client.get(path).get_data(as_text=True)
    sent = {"csrf_token": factories.csrf(client, path), "amount": "20", "given_on": foundation.today().isoformat()}
    assert client.post(path, data=sent | {"request_id": str(uuid.uuid4())}).status_code == 303
    assert money.held("cash:free") == 2_000
    back = f"/treasury/contributions/{pledge.id}/take-back"
    sent = {"csrf_token": factories.csrf(client, back), "reason": "It bounced", "request_id": str(uuid.uuid4())}
    assert client.post(back, data=sent).status_code == 303
    db.session.rollback()
    assert money.held("cash:free") == 0


def test_dues_of_nothing_read_as_dues_and_not_as_a_gift_of_nothing(client: FlaskClient) -> None:
    imani = factories.officer("Imani T.", "treasurer")
    ledger.record_contribution(NewContribution("dues", foundation.today(), tier="zero"), by=factories.actor(imani))
    factories.sign_in(client, imani)
    page = client.get("/treasury").get_data(as_text=True)
    assert "dues, nothing this year" in page
    assert ">$0<" not in page.partition('id="recent"')[2].partition("</section>")[0]


def _steward(name: str) -> Actor:
    return factories.actor(factories.officer(name))


def _notes(imani: Actor) -> None:
    """58,400 of notes from 57 holders."""
    for name, amounts in (
        ("neighbour", [15_000] * 40 + [40_000]),
        ("solidarity", [150_000] * 13 + [250_000]),
        ("anchor", [1_500_000] * 2),
    ):
        for amount in amounts:
            new = NewNote(name, NewHolder("Somebody"), amount, foundation.today(), uuid.uuid4())
            notes.record_note(new, by=imani)


def _second_round() -> int:
    from fund.rounds.models import Round

    with db.writing() as tx:
        version = foundation.current_version()
        assert version is not None
        return tx.add(
            Round(
                slug="round-2", title="Round 2", decides="money", round_type="ranked", charter_version_id=version.id,
                budget_minor=3_000_000, created_at=tx.now(),
            )
        ).id  # fmt: skip
