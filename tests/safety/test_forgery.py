"""No other site can act in somebody's name: every request that changes something needs this session's own token."""

from __future__ import annotations

import json

import pytest
from itsdangerous import URLSafeTimedSerializer

from tests.safety.fund_copy import FundCopy
from tests.safety.objects import UNSAFE, cells

ATTACKS: dict[str, dict[str, object]] = {
    "without a token": {"data": {}},
    "with a wrong token": {"data": {"csrf_token": "IjEi.wrong.token"}},
    "as plain text that holds JSON": {"data": json.dumps({"csrf_token": "x"}), "content_type": "text/plain"},
    "as JSON": {"json": {"reason": "x"}},
}
REFUSED = "This form is too old or came from another page."


@pytest.mark.parametrize("role", ["steward", "visitor"])
def test_every_change_needs_the_token_of_its_own_session(copy: FundCopy, role: str) -> None:
    every = [cell for cell in cells(copy, role, most=1) if cell.method in UNSAFE]
    foreign = URLSafeTimedSerializer(copy.app.secret_key, salt="wtf-csrf-token").dumps("1" * 40)
    attacks = {**ATTACKS, "with the token of another session": {"data": {"csrf_token": foreign}}}
    if role == "visitor":
        attacks = {"without a token": {"data": {}}}
    let_through = []
    for cell in every:
        for name, sent in attacks.items():
            answer = copy.ask(role, cell.method, cell.path, **sent)
            if answer.status_code != 400 or REFUSED not in answer.get_data(as_text=True):
                let_through.append(f"{cell} {name}: {answer.status}")
    assert let_through == []
    assert len(every) > 20
    assert copy.digest() == copy.original.digest()


def test_with_its_token_a_request_is_not_refused_as_forged(copy: FundCopy) -> None:
    """The control: the same requests with the right token get another answer."""
    every = [cell for cell in cells(copy, "visitor", most=1) if cell.method in UNSAFE]
    answers = [copy.ask("visitor", cell.method, cell.path).get_data(as_text=True) for cell in every]
    assert not [cell for cell, text in zip(every, answers, strict=True) if REFUSED in text]
    copy.restore()


def test_without_the_protection_forgery_succeeds(copy: FundCopy) -> None:
    """The control: switched off, a request without a token signs somebody out everywhere."""
    copy.app.config["WTF_CSRF_ENABLED"] = False
    try:
        path = "/me/sign-out-everywhere"
        assert copy.ask("member", "POST", path, data={}).status_code == 303
        assert copy.digest() != copy.original.digest()
    finally:
        copy.app.config["WTF_CSRF_ENABLED"] = True
        copy.restore()


def test_a_foreign_origin_is_refused_over_tls(copy: FundCopy) -> None:
    """Over TLS the browser names where a form came from, and another site is refused even with a token."""
    answer = copy.ask(
        "member", "POST", "/sign-out", base_url="https://localhost", data={"csrf_token": copy.token},
        headers={"Referer": "https://elsewhere.example/"},
    )  # fmt: skip
    assert answer.status_code == 400
    assert copy.digest() == copy.original.digest()
