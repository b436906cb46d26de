"""Nothing that a person typed runs in a page, a mail, a picture or a file (TRUST 5, row 19).

Every text column of every table gets all payloads at once, behind the services' back; then everybody walks through every
page. What was typed must come out as text: a page's parser must never meet the elements, attributes and addresses that
the payloads would make. One walk in Chromium counts what ran and what the policy had to stop: nothing.
"""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

import pytest
from markupsafe import Markup
from sqlalchemy import String, Table, Text

from fund import db
from fund.db import JsonText, guards
from fund.db.engine import WRITING
from fund.messages import wording
from tests.conftest import BACKEND
from tests.safety.fund_copy import FundCopy
from tests.safety.walks import Seen, walk

MARK = "xq7"
PAYLOADS = [
    f"<script>{MARK}()</script>", f"<img src=x onerror={MARK}()>", f"'><svg onload={MARK}()>", f"\"><b {MARK}>", f"</title><{MARK}>",
    f"</textarea><{MARK}>", f"</style><{MARK}>", f"--><{MARK}>", f"]]><{MARK}>", f"<a href=javascript:{MARK}()>", f"' on{MARK}='1",
    f"\" on{MARK}=\"1", f"` on{MARK}=`1", "{{7*7}}", "${7*7}", "{%% if 1 %%}", f"<iframe srcdoc='<{MARK}>'>", f"<base href=//{MARK}>",
    f"<form action=//{MARK}><input name={MARK}>", f"<meta http-equiv=refresh content=0;url=//{MARK}>", f"&lt;{MARK}&gt;",
    f"\u003c{MARK}\u003e", f"%3C{MARK}%3E", f"<math><mi {MARK}>", f"<style>@import'//{MARK}'</style>", f"javascript:{MARK}()",
]  # fmt: skip
ALL = " ".join(PAYLOADS)
ADDRESS = f"javascript:{MARK}()//<{MARK}>\"' on{MARK}=1"
"""For columns too short for all, and for those that stand in addresses."""
KEPT = {
    "alembic_version", "audit_event", "audit_head", "clock", "charter_version", "credential", "count_run", "entry", "limit_window",
    "elector", "envelope", "opened_ballot", "participation", "secret", "secret_value", "rate_limit", "books_check", "account",
}  # fmt: skip
"""Tables in which nobody types, or whose bytes are hashed."""
MEANT = (
    "state", "status", "kind", "code", "slug", "hash", "language", "currency", "timezone", "verified_how", "adopted_how",
    "way", "handler", "role", "type", "basis", "ownership", "act", "task", "stage", "label", "_id", "decides", "assurance",
    "publication", "roll", "product", "instance", "key", "outcome", "chamber", "condition", "selected_by", "tier", "uuid",
    "form", "channel", "found_by", "party",
)  # fmt: skip
"""What a column's name ends with when the program chose its text."""
ROLES = (
    ("visitor", "steward")
    if BACKEND == "postgresql"
    else ("visitor", "member", "steward", "treasurer", "applicant", "agent")
)


class _Reader(HTMLParser):
    """Meets a page as a browser does, and notes what a payload made of it."""

    def __init__(self) -> None:
        super().__init__()
        self.made: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if MARK in tag or tag in ("iframe", "base", "math"):
            self.made.append(f"<{tag}>")
        for name, value in attributes:
            text = (value or "").strip().lower()
            if name.startswith("on") or MARK in name or name in ("srcdoc", "style"):
                self.made.append(f"<{tag} {name}>")
            if name in ("href", "src", "action", "formaction") and text.startswith(
                ("javascript:", "data:text", f"//{MARK}")
            ):
                self.made.append(f"<{tag} {name}={text[:40]}>")
        if tag == "script" and not dict(attributes).get("src") and dict(attributes).get("type") != "application/json":
            self.made.append("<script>")

    handle_startendtag = handle_starttag

    def handle_comment(self, data: str) -> None:
        if MARK in data:
            self.made.append("<!-- -->")


def made(seen: list[Seen]) -> dict[str, list[str]]:
    """What payloads made in which page."""
    found = {}
    for one in seen:
        kind = one.answer.mimetype or ""
        if "html" in kind or "svg" in kind or "xml" in kind:
            reader = _Reader()
            reader.feed(one.answer.get_data(as_text=True))
            if reader.made:
                found[one.path] = reader.made
    return found


@pytest.fixture(scope="module")
def poisoned(copy: FundCopy) -> FundCopy:
    """The world in which every typed text is an attack."""
    with copy.app.app_context():
        with db.alchemy.engines[WRITING].begin() as connection:
            guards.remove(connection)
            for table in db.Model.metadata.sorted_tables:
                if table.name not in KEPT:
                    for name, value in typed(table).items():
                        connection.execute(table.update().where(table.c[name].is_not(None)).values({name: value}))
        db.session.remove()
    return copy


def typed(table: Table) -> dict[str, Any]:
    """The columns of a table that hold what people type, each with an attack that fits."""
    found = {}
    for column in table.columns:
        if column.primary_key or column.foreign_keys or column.unique or column.name.endswith(MEANT):
            continue
        if isinstance(column.type, JsonText) or not isinstance(column.type, (String, Text)):
            continue
        limited = any(f"{column.name} IN " in str(getattr(check, "sqltext", "")) for check in table.constraints)
        if not limited:
            length = getattr(column.type, "length", None)
            found[column.name] = ALL if length is None or length >= len(ALL) else ADDRESS[:length]
    return found


def test_most_of_what_people_type_is_attacked() -> None:
    columns = {
        (table.name, name)
        for table in db.Model.metadata.sorted_tables
        if table.name not in KEPT
        for name in typed(table)
    }
    assert {
        ("person", "display_name"), ("proposal", "title"), ("proposal", "purpose"), ("proposal_answer", "text"),
        ("public_question", "text"), ("review", "memo"), ("review", "private_notes"), ("membership", "refused_reason"),
        ("business", "about"), ("round", "question"), ("invitation", "text"), ("access_need", "need"), ("conflict", "relation"),
        ("tranche", "evidence_note"), ("tranche", "evidence_name"), ("attachment", "file_name"), ("dispute", "text"),
        ("decision", "text"), ("contribution", "note"), ("steward_term", "selected_how"), ("seconded_act", "reason"),
    } <= columns  # fmt: skip
    assert len(columns) > 60


@pytest.mark.parametrize("role", ROLES)
def test_nothing_that_was_typed_becomes_part_of_a_page(poisoned: FundCopy, role: str) -> None:
    seen = walk(poisoned, role, lambda cell: cell.method == "GET", most=2)
    failed = [one.path for one in seen if one.answer.status_code >= 500]
    assert [path for path in failed if path != "/readyz"] == [], "(that one says that the guards are gone)"
    assert made(seen) == {}
    assert sum(MARK.encode() in one.answer.data for one in seen) > 10, "the payloads are on the pages"
    for one in seen:
        if one.answer.mimetype == "application/json":
            json.loads(one.answer.data)
            assert one.answer.headers["X-Content-Type-Options"] == "nosniff"


def test_no_mail_holds_what_was_typed_as_markup(poisoned: FundCopy) -> None:
    """Every kind of message, each fact an attack."""
    kinds = sorted(name.removeprefix("messages/").removesuffix(".txt") for name in poisoned.app.jinja_env.list_templates()
                   if name.startswith("messages/") and name.endswith(".txt"))  # fmt: skip
    worded = 0
    with poisoned.app.test_request_context():
        for kind in kinds:
            try:
                letter = wording.word(kind, Everything(), name=ALL, language="en")
            except wording.NoWords:
                continue  # this text wants a number or a moment; the ones that people type into do not
            worded += 1
            reader = _Reader()
            reader.feed(letter.html)
            assert reader.made == [], kind
            assert "\n" not in letter.subject
    assert worded > 15


class Everything(dict[str, Any]):
    """Facts in which every name that is asked for holds an attack."""

    def __init__(self) -> None:
        super().__init__(dict.fromkeys(("title", "reason", "answer", "relation", "text", "inviter", "to_name", "business", "class_name", "question", "round", "round_title", "name", "memo", "note", "address", "email", "role", "why", "task", "payee", "code", "secret_code", "secret_link", "code_expires_at", "slug", "round_slug", "what", "how", "sum", "amount"), ALL))  # fmt: skip


def test_control_a_page_that_does_not_escape_is_found_out(poisoned: FundCopy, monkeypatch: pytest.MonkeyPatch) -> None:
    def echo(**_values: object) -> str:
        return str(Markup(f"<!doctype html><p>{ALL}"))

    echo.__act__ = "page.read"  # type: ignore[attr-defined]
    monkeypatch.setitem(poisoned.app.view_functions, "front.index", echo)
    found = made(walk(poisoned, "visitor", lambda cell: cell.endpoint == "front.index"))
    assert {"<script>", "<img onerror>", "<svg onload>", "<iframe>"} <= set(found["/"])
