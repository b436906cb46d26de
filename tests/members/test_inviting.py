"""Invitations, the list of members from a file and into one, and one's own details."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from babel.dates import format_date
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from fund import db
from fund.errors import Invalid, NotFound, WrongState
from fund.foundation import service as foundation
from fund.members import inviting, roll_import, service
from fund.members.inviting import ToInvite
from fund.members.models import Membership, Person
from fund.members.roll_import import Fault
from fund.messages import wording
from fund.spreadsheets import csv_bytes, safe
from tests import factories
from tests.members import steps

HEAD = "name,class,email,phone,neighbourhood,basis,language,member_since,old_enough\n"


@pytest.fixture
def imani(app: Flask) -> Person:
    """A steward in a fund with the demo's charter."""
    factories.adopt()
    return factories.officer("Imani")


def test_an_invitation_in_own_words_is_accepted_once(imani: Person, client: FlaskClient) -> None:
    factories.sign_in(client, imani)
    answer = steps.post(client, "/members/invitations/new", name="Rosa", email="rosa@example.org", class_code="member",
                        text="We met at the market.\n<b>Come!</b>")  # fmt: skip
    assert answer.status_code == 303
    mail = steps.last_message("invitation")
    assert mail.facts["text"].startswith("We met at the market.")
    link = f"/join/invitation/{mail.facts['secret_link']}"
    guest = client.application.test_client()
    for _ in range(3):
        page = steps.text_of(guest.get(link))
        guest.head(link)
    assert "Imani invites you" in page
    assert "&lt;b&gt;Come!" in page
    assert 'value="rosa@example.org"' in page
    joined = steps.post(guest, link, **{**steps.ANSWERS, "postal_code": "04901", "statement": "y"})
    assert joined.location == "/me/membership"
    membership = steps.newest_membership()
    assert membership.state == "verified", "the link in the mail has proved the address"
    assert steps.post(client.application.test_client(), "/join/member", **steps.ANSWERS).status_code == 303
    assert client.application.test_client().get(link).status_code == 404
    assert "has joined" in steps.text_of(client.get("/members/invitations"))


def test_an_invitation_proves_no_other_address(imani: Person, client: FlaskClient) -> None:
    _row, secret = inviting.invite(ToInvite("Rosa", "member", "rosa@example.org"), by=factories.actor(imani))
    answer = steps.post(client, f"/join/invitation/{secret}",
                        **{**steps.ANSWERS, "email": "else@example.org", "postal_code": "04901", "statement": "y"})  # fmt: skip
    assert answer.location == "/me/confirm"
    assert steps.newest_membership().state == "applied"


def test_sending_again_makes_the_first_link_worthless(imani: Person) -> None:
    by = factories.actor(imani)
    row, first = inviting.invite(ToInvite("Rosa", "member", "rosa@example.org"), by=by)
    with pytest.raises(WrongState, match="a moment ago"):
        inviting.send_again(row.id, by=by)
    factories.later(minutes=11)
    again, second = inviting.send_again(row.id, by=by)
    assert again.times_sent == 2
    with pytest.raises(NotFound):
        inviting.open_invitation(first)
    assert inviting.open_invitation(second).id == row.id
    inviting.withdraw(row.id, by=by)
    with pytest.raises(NotFound):
        inviting.open_invitation(second)
    with pytest.raises(WrongState):
        inviting.send_again(row.id, by=by)


def test_how_each_mail_fared_is_shown(imani: Person, client: FlaskClient) -> None:
    row, _secret = inviting.invite(ToInvite("Rosa", "member", "rosa@example.org"), by=factories.actor(imani))
    factories.sign_in(client, imani)
    assert "waiting to be sent" in steps.text_of(client.get("/members/invitations"))
    with db.writing() as tx:
        message = steps.last_message("invitation")
        tx.lock(type(message), message.id).state = "failed"
    assert "could not be sent" in steps.text_of(client.get("/members/invitations"))
    assert row.id


def test_without_address_the_inviter_gets_the_link_to_hand_over(imani: Person, client: FlaskClient) -> None:
    factories.sign_in(client, imani)
    page = steps.text_of(steps.post(client, "/members/invitations/new", name="Rosa", class_code="solidarity"))
    assert "http://localhost/join/invitation/" in page


GOOD = HEAD + (
    "Rosa Lind,member,rosa@example.org,,Quarry Hill,lives,en,2020-01-31,yes\n"
    "\n"
    "Sol,solidarity,,+1 207 555 0134,,,,,yes\n"
    "'=Ana,member,,,,works,es,,yes\n"
)


def test_a_file_is_looked_at_first_and_then_taken_over(imani: Person, client: FlaskClient) -> None:
    factories.sign_in(client, imani)
    page = look(client, GOOD)
    assert page.status_code == 200
    assert "3 people can be taken over" in steps.text_of(page)
    assert db.session.scalar(select(func.count()).select_from(Person)) == 1, "nothing is written yet"
    done = steps.post(client, "/members/import", take_over="1", text=GOOD)
    assert done.location == "/members"
    db.session.rollback()
    states = {p.display_name: p.memberships[0] for p in db.session.scalars(select(Person)) if p.id != imani.id}
    assert {name: one.state for name, one in states.items()} == {
        "Rosa Lind": "active",
        "Sol": "active",
        "=Ana": "verified",
    }
    assert states["Rosa Lind"].verified_how == "imported"
    assert states["Sol"].voting_from is None
    with db.writing() as tx:
        assert states["Rosa Lind"].person_id in {row.person_id for row in service.electorate(tx, ["member"], tx.now())}
    again = steps.post(client, "/members/import", take_over="1", text=GOOD)
    assert again.status_code == 422
    assert "already a member" in steps.text_of(again)


def test_every_bad_line_is_named(imani: Person, client: FlaskClient) -> None:
    bad = HEAD + (
        ",member,,,,,,,yes\n"
        "Bo,king,,,,,,,yes\n"
        "Cy,member,not-an-address,abc,Nowhere,studies,xx,2999-01-01,\n"
        "Dee,member\n"
        "Imani,member,,,,,,,yes\n"
        "Eli,member,,,,,,,yes\n"
        "eli,member,,,,,,,yes\n"
    )
    reading = roll_import.read(bad.encode())
    places = [(fault.line, fault.column) for fault in reading.faults]
    assert places == [
        (2, "name"), (3, "class"), (4, "basis"), (4, "neighbourhood"), (4, "language"), (4, "old_enough"), (4, "email"),
        (4, "phone"), (4, "member_since"), (5, ""), (6, "name"), (8, "name"),
    ]  # fmt: skip
    assert "line 7 has the same one" in str(reading.faults[-1].expected)
    factories.sign_in(client, imani)
    page = look(client, bad)
    assert page.status_code == 422
    assert "12 mistakes: nothing was imported" in steps.text_of(page)
    with pytest.raises(Invalid, match="12 mistakes"):
        roll_import.import_roll(bad.encode(), by=factories.actor(imani))
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Membership)) == 1


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b"\xff\xfe\x00n", "not a CSV"),
        (b"name,class\n\x00,member", "not a CSV"),
        (b'name,class\n"open', "not a CSV"),
        (b"name\n" + b"x\n" * 10_001, "too many lines"),
        (b"x" * 1_500_001, "too large"),
        (HEAD.encode(), "nobody in this file"),
    ],
)
def test_files_that_are_none_are_refused_in_words(imani: Person, data: bytes, sentence: str) -> None:
    with pytest.raises(Invalid) as refusal:
        roll_import.import_roll(data, by=factories.actor(imani))
    assert sentence in str(refusal.value)


def test_unknown_and_missing_columns_are_named(imani: Person) -> None:
    reading = roll_import.read(b"name,shoe size,name\nRosa,42,x\n")
    assert {(fault.line, fault.column) for fault in reading.faults} == {(1, "shoe size"), (1, "class"), (1, "name")}
    assert isinstance(reading.faults[0], Fault)


def test_a_thousand_lines_are_one_act_and_quick(imani: Person) -> None:
    data = HEAD + "".join(f"Neighbour {n},member,n{n}@example.org,,,lives,en,,yes\n" for n in range(1000))
    assert roll_import.import_roll(data.encode(), by=factories.actor(imani)) == 1000
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Membership)) == 1001


RISKY = ("=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\uff1d1+1", "\u00a0=1", "\n=1")


def test_a_download_holds_no_formula_and_reads_back(imani: Person, client: FlaskClient) -> None:
    for text in RISKY:
        factories.member(text.strip() or "x", email="a@example.org")
    factories.sign_in(client, imani)
    answer = steps.post(client, "/members/export", "/members")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="members.csv"'
    assert answer.headers["Cache-Control"] == "no-store"
    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert len(rows) == 2 + len(RISKY)
    for cell in (cell for row in rows[1:] for cell in row):
        assert cell.strip()[:1] not in tuple("=+-@\uff1d")


def test_cells_of_every_kind() -> None:
    for text in RISKY:
        assert str(safe(text)).startswith("'")
    assert (safe(-5), safe("-5.00")) == (-5, "-5.00")
    assert safe("O'Neil") == "O'Neil"
    assert safe(None) is None
    assert csv_bytes([["a"], ["=1"]]) == b"\xef\xbb\xbfa\r\n'=1\r\n"


def test_an_address_changes_once_the_new_one_is_proved(app: Flask, imani: Person, client: FlaskClient) -> None:
    rosa = factories.member("Rosa", email="old@example.org")
    factories.sign_in(client, rosa)
    fields = {
        "display_name": "Rosa L.",
        "email": "new@example.org",
        "phone": "+1 207 555 0134",
        "access_need": "stairs",
    }
    answer = steps.post(client, "/me/details", **fields)
    assert answer.location == "/me/details/address"
    db.session.rollback()
    assert db.session.get_one(Person, rosa.id).email == "old@example.org"
    code = steps.code_in_mail("confirm_address")
    assert steps.last_message("confirm_address").address == "new@example.org"
    wrong = "000000" if code != "000000" else "111111"
    assert steps.post(client, "/me/details/address", code=wrong).status_code == 422
    assert steps.post(client, "/me/details/address", code=code).location == "/me/details"
    db.session.rollback()
    person = db.session.get_one(Person, rosa.id)
    assert (person.display_name, person.email, person.phone) == ("Rosa L.", "new@example.org", "+1 207 555 0134")
    assert steps.last_message("address_changed").address == "old@example.org"
    assert "stairs" in steps.text_of(client.get("/me/details"))


def test_taking_ones_address_away_and_wrong_details(imani: Person, client: FlaskClient) -> None:
    rosa = factories.member("Rosa", email="old@example.org")
    factories.sign_in(client, rosa)
    assert steps.post(client, "/me/details", display_name="", email="").status_code == 422
    bad = steps.post(client, "/me/details", display_name="Rosa", email="old@example.org", phone="call me")
    assert bad.status_code == 422
    assert "call me" in steps.text_of(bad)
    assert steps.post(client, "/me/details", display_name="Rosa", email="").status_code == 303
    db.session.rollback()
    assert db.session.get_one(Person, rosa.id).email is None
    assert steps.paper_code(steps.text_of(steps.post(client, "/me/details/new-code", "/me/details")))


def test_ones_own_dues(imani: Person, client: FlaskClient) -> None:
    steps.join(client, email="", dues="hours")
    page = steps.text_of(client.get("/me/dues"))
    assert "3 hours of help instead of money" in page
    assert "promised" in page


def look(client: FlaskClient, text: str):
    """Choose a file and look at it."""
    token = factories.csrf(client, "/members/import")
    data = {"csrf_token": token, "file": (io.BytesIO(text.encode()), "members.csv")}
    return client.post("/members/import", data=data, content_type="multipart/form-data")


def test_an_invitation_speaks_the_language_that_the_inviter_picks(
    app: Flask, imani: Person, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two languages are offered where two catalogues are complete; the mail's own words and its days are in the one."""
    monkeypatch.setattr("fund.members.forms.LANGUAGES", ("en", "es"))
    factories.sign_in(client, imani)
    assert 'name="language"' in steps.text_of(client.get("/members/invitations/new"))
    said = {"name": "Rosa", "email": "rosa@example.org", "class_code": "member", "text": "Ven."}
    assert steps.post(client, "/members/invitations/new", **said, language="fr").status_code == 422
    assert steps.post(client, "/members/invitations/new", **said, language="es").status_code == 303
    mail = steps.last_message("invitation")
    assert mail.language == "es"
    letter = wording.word(mail.kind, mail.facts, name="Rosa", language=mail.language)
    ends = dt.datetime.fromisoformat(mail.facts["code_expires_at"])
    assert format_date(ends.astimezone(foundation.zone()).date(), "long", locale="es") in letter.text
    form = steps.text_of(app.test_client().get(f"/join/invitation/{mail.facts['secret_link']}"))
    assert '<option selected value="es">' in form


def test_with_one_language_there_is_nothing_to_pick_and_the_charters_first_is_used(
    imani: Person, client: FlaskClient
) -> None:
    factories.sign_in(client, imani)
    assert 'name="language"' not in steps.text_of(client.get("/members/invitations/new"))
    said = {"name": "Rosa", "email": "rosa@example.org", "class_code": "member"}
    assert steps.post(client, "/members/invitations/new", **said).status_code == 303
    assert steps.last_message("invitation").language == foundation.current_charter().fund.languages[0] == "en"
    with pytest.raises(Invalid, match="languages"):
        inviting.invite(ToInvite("Bo", "member", language="xx"), by=factories.actor(imani))
