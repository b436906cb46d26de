"""Sending through a real mail server on this machine: what arrives, what waits, what fails, and what is wiped."""

from __future__ import annotations

import dataclasses
import email
import email.policy
import re
import socket
import threading
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from flask import Flask
from sqlalchemy import select

from fund import db
from fund.db import outbox
from fund.db.outbox import OutboxMessage
from fund.members import signing_in
from fund.members.models import Person
from fund.messages import desk, service, wording
from tests import factories

LATER = "2026-03-31T18:00:00+00:00"
FACTS: dict[str, dict[str, object]] = {
    "sign_in": {"secret_code": "123456", "secret_link": "x" * 43, "code_expires_at": LATER},
    "sign_in_unknown": {"secret_code": "123456", "secret_link": "x" * 43, "code_expires_at": LATER},
    "confirm_address": {"secret_code": "123456", "code_expires_at": LATER},
    "address_changed": {},
    "member_verified": {"class_name": "Voting member", "votes": True, "voting_from": LATER},
    "member_active": {},
    "member_refused": {"reason": "Unknown here", "appeal_until": LATER},
    "appeal_decided": {"granted": False, "answer": "We asked around"},
    "invitation": {"inviter": "Imani", "text": "Come!", "secret_link": "x" * 43, "code_expires_at": LATER},
    "term_began": {"role": "steward", "starts_on": "2026-03-31", "ends_on": "2027-03-31"},
}


class Postbox:
    """Takes mail, or refuses it as a test asks."""

    def __init__(self) -> None:
        self.port = 0
        self.mails: list[EmailMessage] = []
        self.to: list[str] = []
        self.refusals: dict[str, str] = {}

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        made = email.message_from_bytes(envelope.content or b"", policy=email.policy.default)
        self.mails.append(made)  # type: ignore[arg-type]
        self.to += envelope.rcpt_tos
        return "250 OK"


def free_port() -> int:
    """A port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    """A mail server with a postbox."""
    box = Postbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    box.port = controller.port
    yield box
    controller.stop()


@pytest.fixture
def fund_(app: Flask, postbox: Postbox) -> Flask:
    """A fund whose mail goes to the postbox."""
    factories.adopt()
    use_server(app, f"smtp://127.0.0.1:{postbox.port}")
    return app


def use_server(app: Flask, url: str | None) -> None:
    app.config["FUND"] = dataclasses.replace(
        app.config["FUND"], smtp_url=url, mail_from="fund@millrace.example", base_url="https://millrace.example"
    )


def queue(kind: str = "member_active", person: Person | None = None, **facts: object) -> int:
    with db.writing() as tx:
        address = None if person else "rosa@example.org"
        return outbox.post(tx, kind, person_id=person.id if person else None, address=address, **facts).id


def row(message_id: int) -> OutboxMessage:
    db.session.rollback()
    return db.session.get_one(OutboxMessage, message_id)


def body(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_a_code_arrives_and_leaves_the_outbox(fund_: Flask, postbox: Postbox) -> None:
    rosa = factories.member("Rosa Lind\u00e9n", email="rosa@example.org")
    signing_in.request_code("rosa@example.org", language="en")
    message = db.session.scalars(select(OutboxMessage)).one()
    code, link = message.facts["secret_code"], message.facts["secret_link"]
    assert service.drain() == 1
    mail = postbox.mails[0]
    assert code in body(mail)
    assert f"https://millrace.example/sign-in/link/{link}" in body(mail)
    assert f'href="https://millrace.example/sign-in/link/{link}"' in body(mail, "html")
    assert str(mail["From"]) == "Millrace Commons Fund <fund@millrace.example>"
    assert mail["Reply-To"] == "fund@millrace.example"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert re.fullmatch(r"<[0-9a-f]{32}@millrace\.example>", mail["Message-ID"])
    assert postbox.to == ["rosa@example.org"]
    sent = row(message.id)
    assert (sent.state, sent.sent_at is not None) == ("sent", True)
    assert code not in str(sent.facts)
    assert link not in str(sent.facts)
    assert service.drain() == 0, "nothing is sent twice"
    assert rosa.id


def test_a_letter_is_escaped_and_cannot_add_headers(fund_: Flask, postbox: Postbox) -> None:
    person = factories.member("<b>Rosa</b>\r\nBcc: all@example.org", email="rosa@example.org")
    queue("member_refused", person, reason="<script>alert(1)</script>\nsecond line", appeal_until=None)
    assert service.drain() == 1
    mail = postbox.mails[0]
    assert mail["Bcc"] is None
    assert postbox.to == ["rosa@example.org"]
    assert "<script>" not in body(mail, "html")
    assert "&lt;script&gt;" in body(mail, "html")
    assert "<script>alert(1)</script>" in body(mail)


def test_without_a_server_everything_waits_and_stewards_are_told(app: Flask) -> None:
    factories.adopt()
    use_server(app, None)
    message_id = queue()
    assert service.drain() == 0
    assert (row(message_id).state, row(message_id).attempts) == ("queued", 0)
    with app.test_request_context():
        told = [str(item.text) for item in desk.waiting(factories.actor(factories.officer("Imani")))]
    assert told == ["1 message waits: no mail server is set up"]


def test_a_code_that_grew_old_is_not_sent_and_is_wiped(fund_: Flask, postbox: Postbox) -> None:
    signing_in.request_code("rosa@example.org", language="en")
    factories.later(minutes=20)
    assert service.drain() == 0
    message = db.session.scalars(select(OutboxMessage)).one()
    assert message.state == "failed"
    assert "secret_code" not in message.facts
    assert postbox.mails == []


def test_a_server_that_is_away_is_tried_again_with_growing_delay(app: Flask, postbox: Postbox) -> None:
    factories.adopt()
    use_server(app, "smtp://127.0.0.1:9")
    message_id = queue()
    waits = []
    for _ in range(3):
        assert service.drain() == 0
        waits.append(row(message_id).due_at - db.now())
        assert row(message_id).state == "queued"
        factories.later(seconds=waits[-1].total_seconds() + 5)
    assert waits[0] < waits[1] < waits[2]
    assert "cannot be reached" in (row(message_id).last_error or "")
    use_server(app, f"smtp://127.0.0.1:{postbox.port}")
    assert service.drain() == 1
    assert row(message_id).state == "sent"


def test_after_the_last_try_it_has_failed_and_a_steward_sends_it_again(
    app: Flask, postbox: Postbox
) -> None:  # fmt: skip
    factories.adopt()
    use_server(app, "smtp://127.0.0.1:9")
    message_id = queue()
    for _ in range(len(service.DELAYS) + 1):
        service.drain()
        factories.later(hours=25)
    assert row(message_id).state == "failed"
    imani = factories.officer("Imani")
    client = app.test_client()
    factories.sign_in(client, imani)
    page = client.get("/messages").get_data(as_text=True)
    assert "cannot be reached" in page
    token = factories.csrf(client, "/messages")
    assert client.post(f"/messages/{message_id}/again", data={"csrf_token": token}).status_code == 303
    use_server(app, f"smtp://127.0.0.1:{postbox.port}")
    assert service.drain() == 1
    assert client.post(f"/messages/{message_id}/again", data={"csrf_token": token}).status_code == 409


def test_an_address_that_is_refused_for_good_fails_and_keeps_nobody_from_their_mail(
    fund_: Flask, postbox: Postbox
) -> None:  # fmt: skip
    postbox.refusals = {"gone@example.org": "550 no such person", "later@example.org": "451 come back"}
    people = [factories.member(name, email=f"{name}@example.org") for name in ("gone", "later", "here")]
    ids = [queue(person=person) for person in people]
    assert service.drain() == 1
    assert [row(one).state for one in ids] == ["failed", "queued", "sent"]
    assert row(ids[0]).last_error == "550 no such person"
    assert postbox.to == ["here@example.org"]


def test_somebody_without_address_is_told_by_nobody(fund_: Flask, postbox: Postbox) -> None:
    message_id = queue(person=factories.member("Bo"))
    assert service.drain() == 0
    assert row(message_id).state == "no_address"


def test_many_without_address_keep_nobody_from_their_mail(fund_: Flask, postbox: Postbox) -> None:
    nobody = factories.member("Bo")
    for _one in range(service.BATCH):
        queue(person=nobody)
    queue(person=factories.member("Cy", email="cy@example.org"))
    assert service.drain() == 1
    assert postbox.to == ["cy@example.org"]


def test_a_kind_without_words_fails_alone(fund_: Flask, postbox: Postbox) -> None:
    wrong, right = queue("no_such_kind"), queue()
    assert service.drain() == 1
    assert (row(wrong).state, row(right).state) == ("failed", "sent")
    odd = queue("../../etc/passwd")
    service.drain()
    assert row(odd).state == "failed"


def test_workers_at_the_same_time_send_each_message_once(fund_: Flask, postbox: Postbox) -> None:
    for _ in range(45):
        queue()
    sent: list[int] = []

    def work() -> None:
        with fund_.app_context():
            sent.append(service.drain())
            db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(sent) == 45
    assert len(postbox.mails) == 45
    assert len({mail["Message-ID"] for mail in postbox.mails}) == 45


def test_a_worker_that_dies_leaves_its_messages_to_the_next_under_the_same_number(
    fund_: Flask, postbox: Postbox
) -> None:
    queue()
    _looked_at, first = service._claim(10)
    assert len(first) == 1
    assert service.drain() == 0, "held for a while by the worker that took it on"
    factories.later(minutes=16)
    assert service.drain() == 1
    assert postbox.mails[0]["Message-ID"] == first[0].mail["Message-ID"]


def test_mails_that_go_out_together_go_in_an_order_of_chance(fund_: Flask, postbox: Postbox) -> None:
    people = [factories.member(f"P{n:02d}", email=f"p{n:02d}@example.org") for n in range(18)]
    for person in people:
        queue(person=person)
    service.drain()
    assert sorted(postbox.to) == [person.email for person in people]
    assert postbox.to != [person.email for person in people]


def test_signing_in_to_the_mail_server(app: Flask) -> None:
    factories.adopt()
    box, seen = Postbox(), []

    def check(_server: object, _session: object, _envelope: object, _way: str, data: LoginPassword) -> AuthResult:
        seen.append((data.login, data.password))
        return AuthResult(success=data.password == b"p@ss/word", handled=False)

    port = free_port()
    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=port,
        authenticator=check,
        auth_required=True,
        auth_require_tls=False,
        auth_exclude_mechanism=["LOGIN"],
    )
    controller.start()
    try:
        use_server(app, f"smtp://fund:wrong@127.0.0.1:{port}")
        message_id = queue()
        assert service.drain() == 0
        assert "wrong" not in (row(message_id).last_error or "")
        factories.later(minutes=2)
        use_server(app, f"smtp://fund:p%40ss%2Fword@127.0.0.1:{port}")
        assert service.drain() == 1
        assert seen[-1] == (b"fund", b"p@ss/word")
    finally:
        controller.stop()


@pytest.mark.parametrize("kind", sorted(FACTS))
def test_every_kind_of_membership_has_words(app: Flask, kind: str) -> None:
    factories.adopt()
    letter = wording.word(kind, FACTS[kind], name="Rosa", language="en")
    assert letter.subject
    assert "None" not in letter.text
    for fact in ("reason", "answer", "text"):
        assert str(FACTS[kind].get(fact, "")) in letter.text
    assert not FACTS[kind].get("code_expires_at") or kind == "sign_in_unknown" or "2026" in letter.text


def test_a_letter_to_an_unknown_address_lets_nobody_in(app: Flask) -> None:
    factories.adopt()
    letter = wording.word("sign_in_unknown", FACTS["sign_in_unknown"], name="", language="en")
    assert "123456" not in letter.text + letter.html
    assert "x" * 43 not in letter.text + letter.html


def test_a_message_in_the_persons_language(fund_: Flask, postbox: Postbox) -> None:
    with db.writing() as tx:
        outbox.post(tx, "member_active", address="rosa@example.org", language="es")
    assert service.drain() == 1
    assert postbox.mails[0]["Content-Language"] == "es"
