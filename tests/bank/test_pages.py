"""Pages of the bank: the way from a file to a reconciled month, what was typed is kept, what anyone sees."""

from __future__ import annotations

import io
import re
import uuid

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from fund import db, desk
from fund.bank import files, reading, service
from fund.bank.models import Statement, StatementFile
from fund.permissions import Actor
from tests import factories
from tests.bank.hands import day, lines_taken
from tests.bank.made import Said, as_csv, as_ofx
from tests.ledger import money

NEW = "/treasury/bank/statements/new"


@pytest.fixture(autouse=True)
def _charter(app: Flask) -> None:
    factories.adopt()


@pytest.fixture
def imani(client: FlaskClient) -> Actor:
    """The treasurer, signed in."""
    who = factories.officer("Imani T.", "treasurer")
    factories.sign_in(client, who)
    return factories.actor(who)


def words(answer: TestResponse) -> str:
    """What a reader sees."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def sent(client: FlaskClient, path: str, page: str = "/treasury/bank/statements/new", **fields: object) -> TestResponse:
    """Send a form with the page's own token."""
    return client.post(path, data={"csrf_token": factories.csrf(client, page), **fields})


def uploaded(client: FlaskClient, data: bytes, name: str = "bank.ofx") -> TestResponse:
    """Choose a file."""
    found = re.search(r'name="account" value="([0-9]+)"', client.get(NEW).get_data(as_text=True))
    assert found is not None
    return sent(client, NEW, account=found[1], file=(io.BytesIO(data), name))


def test_from_a_file_to_a_reconciled_month(client: FlaskClient, imani: Actor) -> None:
    money.gift(50_000, by=imani, on=day(3))
    assert "Choose the file" in words(client.get("/treasury/bank"))
    answer = uploaded(client, as_ofx([Said(day(3), 50_000, "A neighbour", "Gift")], 0, day(9), day()))
    assert (answer.status_code, answer.location) == (303, "/treasury/bank/files/1")
    page = words(client.get("/treasury/bank/files/1"))
    assert "Take this statement in?" in page
    assert "1 line, together $500" in page
    assert sent(client, "/treasury/bank/files/1/take").status_code == 303
    page = client.get("/treasury/bank")
    assert "1 line is clear" in words(page)
    pair = re.search(r'name="pair" value="([^"]+)"', page.get_data(as_text=True))
    assert pair is not None
    assert sent(client, "/treasury/bank/accept", pair=pair[1]).status_code == 303
    assert "bank and books agree to the cent: $500" in words(client.get("/treasury/bank"))
    assert "Reconciled" in words(client.get("/treasury/bank"))


def test_the_same_file_again_says_so_and_changes_nothing(client: FlaskClient, imani: Actor) -> None:
    data = as_ofx([Said(day(3), 50_000, "x")], 0, day(9), day())
    uploaded(client, data)
    assert uploaded(client, data).location == "/treasury/bank/files/1", "a file that is looked at is looked at on"
    sent(client, "/treasury/bank/files/1/take")
    answer = uploaded(client, data, "again.ofx")
    assert answer.location == "/treasury/bank/statements"
    assert "was taken in before" in words(client.get(answer.location))
    assert db.session.query(Statement).count() == 1


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "This file is empty."), (b"PK\x03\x04 a renamed xlsx", "file of another kind (XLSX)"),
        (b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><Document>&a;</Document>", "Such files are refused"),
        (as_ofx([], 0, factories.dt.date(2026, 1, 1), factories.dt.date(2026, 1, 2), currency="EUR"), "The amounts are in EUR"),
    ],
    ids=["empty", "xlsx", "entities", "euros"],
)  # fmt: skip
def test_what_cannot_be_taken_in_is_refused_in_words(client: FlaskClient, imani: Actor, data: bytes, said: str) -> None:
    answer = uploaded(client, data, "bank.csv")
    if answer.status_code == 303:
        answer = client.get(answer.location)
        assert "cannot be taken in as it is" in words(answer)
        assert "Take it in" not in answer.get_data(as_text=True)
        assert sent(client, "/treasury/bank/files/1/take").status_code == 422
    else:
        assert answer.status_code == 422
    assert said in words(answer)
    assert db.session.query(Statement).count() == 0


def test_no_file_chosen_is_said_beside_the_field(client: FlaskClient, imani: Actor) -> None:
    answer = sent(client, "/treasury/bank/statements/new", account="0")
    assert answer.status_code == 422
    assert "This file is empty." in words(answer)


def test_a_csv_asks_for_what_it_does_not_say_and_keeps_what_was_typed(client: FlaskClient, imani: Actor) -> None:
    uploaded(client, f"when;what;how much\n{day(3)};x;5,00\n".encode(), "bank.csv")
    page = "/treasury/bank/files/1"
    assert "Say which column holds the day" in words(client.get(page))
    told = {
        "delimiter": "semicolon", "encoding": "utf-8", "date_form": "YYYY-MM-DD", "decimal": ",", "date": "when", "amount": "how much",
        "came": "", "went": "", "reference": "what", "counterparty": "", "number": "", "balance": "", "currency": "", "use": "",
        "opening": "abc", "closing": "5.00", "from_on": "", "to_on": "", "profile": "My bank",
    }  # fmt: skip
    answer = sent(client, page, page, **told)
    assert answer.status_code == 422
    assert 'value="abc"' in answer.get_data(as_text=True)
    assert 'value="My bank"' in answer.get_data(as_text=True)
    assert sent(client, page, page, **{**told, "opening": "0"}).status_code == 303
    assert "Take this statement in?" in words(client.get(page))
    assert sent(client, page + "/take").status_code == 303
    assert [one.name for one in files.profiles()] == ["My bank"]


def test_a_file_is_put_away(client: FlaskClient, imani: Actor) -> None:
    uploaded(client, as_ofx([Said(day(3), 5, "x")], 0, day(9), day()))
    assert "bank.ofx" in words(client.get("/treasury/bank"))
    sent(client, "/treasury/bank/files/1/put-away")
    assert db.session.query(StatementFile).count() == 0
    assert client.get("/treasury/bank/files/1").status_code == 404


def test_a_line_is_recorded_and_left_out_from_its_page(client: FlaskClient, imani: Actor) -> None:
    rule = money.rule_for_costs()
    lines_taken(Said(day(5), 900, "Rosa"), Said(day(4), -300, "Bank"), Said(day(3), 70, "Error"), by=imani)
    gift, fee, error = (row.line.id for row in reading.waiting())
    assert "nothing in the books fits" in words(client.get("/treasury/bank"))
    at = "/treasury/bank/lines/"
    page = f"{at}{gift}/contribution"
    typed = {"kind": "gift", "note": "kept", "request_id": str(uuid.uuid4())}
    refused = sent(client, page, page, giver="Nobody Known", **typed)
    assert refused.status_code == 422
    assert "Nobody here has this name" in words(refused)
    assert 'value="kept"' in refused.get_data(as_text=True)
    assert sent(client, page, page, giver="", **typed).status_code == 303
    page = f"{at}{fee}/cost"
    assert 'value="Bank"' in client.get(page).get_data(as_text=True), "who was paid is taken from the line"
    asked = {"kind": "fee", "payee": "Bank", "purpose": "Fee", "decision": str(rule.id)}
    assert sent(client, page, page, **asked).status_code == 303
    assert "asked for as a payment, waits for approval" in words(client.get("/treasury/bank"))
    assert "Once others approved it, it is proposed" in words(client.get(f"{at}{fee}"))
    assert sent(client, f"{at}{error}/leave-out", f"{at}{error}/leave-out", reason="Not ours").status_code == 303
    assert sent(client, f"{at}{error}/leave-out/agree").status_code == 403
    other = factories.officer("Wren")
    factories.sign_in(client, other)
    assert "a bank line is to be left out" in words(client.get("/steward"))
    assert sent(client, f"{at}{error}/leave-out/agree").status_code == 303
    assert "Not ours" in words(client.get("/treasury/bank/statements"))
    assert [row.line.id for row in reading.waiting()] == [fee]


def test_the_desk_says_how_many_lines_wait_and_money_says_it_to_anyone(client: FlaskClient, imani: Actor) -> None:
    visitor = client.application.test_client()
    assert "No statement of the bank has been compared" in words(visitor.get("/money"))
    money.gift(1_000, by=imani, on=day(8))
    lines_taken(Said(day(8), 1_000, "x"), Said(day(6), 200, "Rosa Secret"), by=imani)
    items = [str(item.text) for item in desk.waiting_for(imani)]
    assert "2 bank lines wait" in items
    page = words(visitor.get("/money"))
    assert "Difference -$2" in page
    assert "2 lines of the bank are not settled yet. The oldest is 8 days old." in page
    assert "Secret" not in page
    assert visitor.get("/treasury/bank").status_code == 303


def test_the_pages_ask_as_many_questions_for_many_lines_as_for_few(client: FlaskClient, imani: Actor) -> None:
    def asked(path: str) -> int:
        seen = []
        engine = db.alchemy.engines[None]
        note = lambda *args: seen.append(args[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", note)
        assert len(client.get(path).data) < 100_000
        event.remove(engine, "before_cursor_execute", note)
        return len(seen)

    for amount in (100, 200):
        money.gift(amount, by=imani, on=day(8))
    lines_taken(Said(day(7), 100, "x", "", "n1"), Said(day(6), 200, "y", "", "n2"), by=imani)
    paths = (
        "/treasury/bank",
        "/treasury/bank/statements",
        f"/treasury/bank/lines/{reading.waiting()[0].line.id}",
        "/money",
    )
    few = [asked(path) for path in paths]
    with db.writing():
        for amount in range(300, 360):
            money.gift(amount, by=imani, on=day(5))
    lines_taken(
        *(Said(day(5), amount, f"Giver number {amount}", "y" * 90, f"m{amount}") for amount in range(300, 360)),
        by=imani,
    )
    assert [asked(path) for path in paths] == few


def test_entries_are_chosen_on_the_page_of_a_line(client: FlaskClient, imani: Actor) -> None:
    gifts = [money.gift(amount, by=imani, on=day(8)) for amount in (100, 200)]
    lines_taken(Said(day(7), 300, "Card shop"), by=imani)
    page = f"/treasury/bank/lines/{reading.waiting()[0].line.id}"
    assert "Choose at least one entry" in words(sent(client, page + "/match", page))
    assert sent(client, page + "/match", page, entries=["x"]).status_code == 422
    chosen = [str(one.entry_id) for one in gifts]
    assert sent(client, page + "/match", page, entries=chosen[:1]).location.endswith(page)
    assert "Matched entries" in words(client.get(page))
    assert sent(client, page + "/match", page, entries=chosen[1:]).location == "/treasury/bank"
    assert sent(client, page + "/unmatch", page).status_code == 303
    assert len(reading.waiting()) == 1


def test_a_changed_button_is_refused(client: FlaskClient, imani: Actor) -> None:
    lines_taken(Said(day(7), 100, "x"), by=imani)
    for pair in ("", "1", "x:entry-1", "1:" + "y" * 99, "999999:entry-1", "٣:entry-1"):
        assert sent(client, "/treasury/bank/accept", pair=pair).status_code in (404, 422)
    with pytest.raises(Exception, match="Choose between"):
        service.accept([], by=imani)


def test_an_auditor_reads_and_is_offered_no_act(client: FlaskClient, imani: Actor) -> None:
    money.gift(100, by=imani, on=day(8))
    lines_taken(Said(day(7), 100, "x"), by=imani)
    factories.sign_in(client, factories.officer("Ana", "auditor"))
    for path in ("/treasury/bank", f"/treasury/bank/lines/{reading.waiting()[0].line.id}", "/treasury/bank/statements"):
        page = client.get(path)
        assert page.status_code == 200
        assert 'action="/treasury/bank' not in page.get_data(as_text=True)
    assert as_csv([], 0)
