"""What people do on the pages of membership, as tests need it: post a form as a browser would, read the mail."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from fund import db
from fund.db.outbox import OutboxMessage
from fund.members.models import Membership
from tests import factories

ANSWERS = {
    "name": "Rosa Lind", "basis": "lives", "neighbourhood": "", "of_age": "y", "email": "rosa@example.org", "dues": "zero",
}  # fmt: skip


def post(client: FlaskClient, path: str, page: str | None = None, **fields: Any) -> TestResponse:
    """Send a form with the token of the page it stands on."""
    token = factories.csrf(client, page or path)
    return client.post(path, data={"csrf_token": token, **fields})


def join(client: FlaskClient, class_code: str = "member", **answers: Any) -> TestResponse:
    """Join as a visitor."""
    return post(client, f"/join/{class_code}", **{**ANSWERS, **answers})


def last_message(kind: str) -> OutboxMessage:
    """The newest message of a kind."""
    db.session.rollback()
    found = db.session.scalars(
        select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id.desc())
    ).first()
    assert found is not None, f"no message of kind {kind}"
    return found


def code_in_mail(kind: str = "sign_in") -> str:
    """The six digits of the newest mail."""
    return str(last_message(kind).facts["secret_code"])


def membership_of(person_id: int) -> Membership:
    """A person's newest membership."""
    db.session.rollback()
    return db.session.scalars(
        select(Membership).where(Membership.person_id == person_id).order_by(Membership.id.desc())
    ).first()  # type: ignore[return-value]


def newest_membership() -> Membership:
    """The membership asked for last."""
    db.session.rollback()
    return db.session.scalars(select(Membership).order_by(Membership.id.desc())).first()  # type: ignore[return-value]


def text_of(response: TestResponse) -> str:
    """A page as text."""
    return response.get_data(as_text=True)


def paper_code(page: str) -> str:
    """The code on paper that a page shows."""
    found = re.search(r'<code class="code">([0-9A-Z-]{19})</code>', page)
    assert found is not None, "no code on this page"
    return found[1]


def is_signed_in(client: FlaskClient) -> bool:
    """Whether a browser has a session that counts."""
    return client.get("/me/details").status_code == 200
