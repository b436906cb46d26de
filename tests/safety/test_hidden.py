"""What is private stays hidden on every object, not only on every route: nobody meets a word that is not for them.

Everybody of the world walks through every page and file by their real addresses, also through those that no page shows
them. Each word of `private.SECRETS` is met by those who may read it, which is the control, and by nobody else.
"""

from __future__ import annotations

import html
import re
from urllib.parse import quote

import pytest
from werkzeug.test import TestResponse

from fund.proposals import access
from tests.safety.fund_copy import FundCopy
from tests.safety.private import MARKS, SECRETS, WATCHERS
from tests.safety.walks import Seen, Walks, walk

BEARER = {("members.join_invited", "hush-invitation"), ("members.join_invited", "hush-invited")}
"""What the link of an invitation shows to whoever holds it, which here is everybody."""


def met(seen: list[Seen]) -> dict[str, set[str]]:
    """Where somebody met which word."""
    found: dict[str, set[str]] = {}
    for one in seen:
        text = one.text
        for word in SECRETS if any(mark in text for mark in MARKS) else ():
            if word in text and (one.endpoint, word) not in BEARER:
                found.setdefault(word, set()).add(one.endpoint)
    return found


@pytest.mark.parametrize("role", WATCHERS)
def test_nobody_meets_what_is_not_for_them(looked_at: Walks, role: str) -> None:
    found = met(looked_at.of(role))
    assert {word: pages for word, pages in found.items() if role not in SECRETS[word]} == {}
    assert {word for word, readers in SECRETS.items() if role in readers} - set(found) == set(), "these were not found"


def test_a_planted_leak_is_found(copy: FundCopy, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: with the look at ties taken away, a steward with a tie meets what reviewers wrote."""
    monkeypatch.setattr(access, "no_tie", lambda _actor, _proposal: None)
    found = met(walk(copy, "recused", lambda cell: cell.path.startswith("/review") and cell.method == "GET"))
    assert {"hush-notes", "hush-answer-admitted", "hush-file-handed-in"} <= set(found)


RESULT_PAGES = (
    "results.show",
    "results.file",
    "api.result",
    "api.one_round",
    "front.round_page",
    "front.index",
    "front.me",
)
TALLY = re.compile(r"(?<![\w:.-])16(?![\w:.-])")
"""How many yes the counted round got, which stands nowhere else in what a page says of that round."""


@pytest.mark.parametrize("role", WATCHERS)
def test_an_unpublished_count_is_seen_by_those_who_certify_or_audit_it_only(looked_at: Walks, role: str) -> None:
    slug = looked_at.copy.world.rounds["counted"]
    pages = [one for one in looked_at.of(role) if f"/rounds/{slug}" in one.path and one.endpoint in RESULT_PAGES]
    files = {one.path.rpartition("/")[2]: one.answer.status_code for one in pages if one.endpoint == "results.file"}
    may = role in ("steward", "steward2", "recused", "auditor")
    assert len(files) >= 2
    assert set(files.values()) == {200 if may else 404}
    shown = {one.endpoint for one in pages if TALLY.search(visible(one.text))}
    assert shown == ({"results.show", "results.file"} if may else set())


def visible(text: str) -> str:
    """What a page says, without the address of the round and without headers, attributes and style."""
    return re.sub(r"<[^>]*>", " ", text.partition("\n\n")[2])


@pytest.mark.parametrize("role", ["visitor", "member", "recused"])
def test_what_is_hidden_answers_like_what_is_not_there(looked_at: Walks, role: str) -> None:
    """Whether an application, a file, a draft or a business exists shows in nothing of the answer."""
    copy, world = looked_at.copy, looked_at.copy.world
    money = world.rounds["money"]
    pairs = {
        f"/applications/{world.ids['draft']}": "/applications/999999",
        f"/applications/{world.ids['submitted']}/edit": "/applications/999999/edit",
        f"/files/{world.ids['file-admitted']}": "/files/999999",
        f"/files/{world.ids['removed']}": "/files/999999",
        f"/rounds/{money}/proposals/{world.names['draft']}": f"/rounds/{money}/proposals/no-such",
        f"/rounds/{money}/proposals/{world.names['submitted']}": f"/rounds/{money}/proposals/no-such",
        f"/rounds/{money}/proposals/{world.names['turned-down']}/versions": f"/rounds/{money}/proposals/no-such/versions",
        f"/api/v1/rounds/{money}/proposals/{world.names['turned-down']}": f"/api/v1/rounds/{money}/proposals/no-such",
        f"/businesses/{world.names['hidden_business']}": "/businesses/no-such",
        "/vouch/1XAAAAAAAA": "/vouch/999999XAAAAAAAA",
    }  # fmt: skip
    for there, nowhere in pairs.items():
        one, other = (copy.ask(role, "GET", path) for path in (there, nowhere))
        assert one.status_code == other.status_code
        assert without(one, there) == without(other, nowhere), there
        assert one.status_code in (404, 303) or (role == "visitor" and there.startswith("/vouch"))


def without(answer: TestResponse, path: str) -> str:
    """An answer without the address that was asked for."""
    text = re.sub(r'name="csrf_token"[^>]*>', "", answer.get_data(as_text=True))
    return text.replace(path, "").replace(quote(path, safe=""), "")


@pytest.mark.parametrize(
    ("role", "path", "reason"),
    [
        ("recused", "/review/{submitted}", "You have declared a tie to this proposal, so others take this on."),
        ("recused", "/review/{submitted}/write/{review}", "This review was given to somebody else."),
        ("steward", "/review/{submitted}/write/{review}", "This review was given to somebody else."),
        ("recused", "/review/{admitted}/correct", "You have declared a tie to this proposal, so others take this on."),
        ("member", "/review/{submitted}", "This is for those who review this proposal."),
        ("agent", "/payments/{payment}", "This is for stewards, the treasurer, or those who stand in for them."),
        ("member", "/awards/{award}/instalments/1/evidence", "This is for stewards, the treasurer"),
        ("member", "/businesses/alder-bread-co-op/edit", "Only those who act for this business may do this."),
        ("member", "/members/queue", "This is for stewards."),
    ],
)
def test_what_is_refused_says_why(copy: FundCopy, role: str, path: str, reason: str) -> None:
    answer = copy.ask(role, "GET", path.format(**copy.world.ids))
    assert answer.status_code == 403
    assert reason in html.unescape(answer.get_data(as_text=True))
