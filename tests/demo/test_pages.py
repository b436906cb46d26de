"""Every main page of the demo answers, for a visitor and for each of the five whom one may become."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from fund import db
from fund.db.outbox import OutboxMessage
from fund.demo.people import CHARACTERS
from tests.demo.conftest import Demo

FOR_ALL = (
    "/", "/rounds", "/rounds/round-1", "/rounds/round-1/results", "/rounds/round-2", "/rounds/round-2/ballot",
    "/rounds/round-2/proposals/saltgrass-laundry-co-op", "/rounds/round-2/proposals/mossy-log-cafe", "/rounds/round-3",
    "/rounds/round-4", "/rounds/round-4/ballot", "/money", "/money/journal", "/charter", "/stewards", "/businesses",
    "/businesses/alder-bread-co-op", "/awards/1", "/awards/2", "/awards/3", "/awards/4", "/decisions/1", "/help", "/join",
    "/apply/round-3", "/api/v1/rounds", "/api/v1/money",
)  # fmt: skip
OWN = {
    "Rosa Marín": ("/me", "/me/dues", "/me/membership"),
    "Imani Walker": (
        "/me", "/steward", "/review", "/members", "/members/queue", "/members/invitations", "/businesses/named", "/messages",
        "/log", "/rounds/round-2/manage", "/rounds/round-2/outreach", "/rounds/round-3/manage", "/treasury",
    ),
    "Lupe Arroyo": ("/me", "/awards/3/instalments/2"),
    "Ruth Ansel": ("/me", "/treasury", "/decisions"),
    "Priya Raman": ("/me", "/steward", "/rounds/round-4/manage"),
}  # fmt: skip


@pytest.mark.parametrize("name", [None, *CHARACTERS])
def test_every_main_page_answers(demo: Demo, name: str | None) -> None:
    browser = demo.visitor(name)
    answers = {path: browser.get(path).status_code for path in (*FOR_ALL, *OWN.get(name or "", ()))}
    assert {path: status for path, status in answers.items() if status != 200} == {}


def test_imanis_desk_has_something_of_everything(demo: Demo) -> None:
    desk = demo.words("/steward", "Imani Walker")
    for words in (
        "6 more votes are needed", "Review Seed Swap on the Landing", "Find a reviewer for A Ladder for Quarry Hill",
        "2 newcomers to verify", "Reach out to Quarry Goats", "The term of Walter Pike", "Approve $1,800 for Alder Bread Co-op",
        "Tell Lyle Brandvold by phone", "Postage and telephone",
    ):  # fmt: skip
        assert words in desk


def test_each_of_those_in_the_bar_has_something_to_do(demo: Demo) -> None:
    assert "You can vote in “Round 2: what to fund first”" in demo.words("/me", "Rosa Marín")
    assert "Ask for the next instalment for Lupe" in demo.words("/me", "Lupe Arroyo")
    treasury = demo.words("/treasury", "Ruth Ansel")
    assert "Approve $1,800 for Alder Bread Co-op" in treasury
    assert "5 pledges have not come yet" in treasury


def test_the_bar_is_on_every_page(demo: Demo) -> None:
    page = demo.words("/")
    for name, role in zip(
        CHARACTERS, ("resident", "steward", "shopkeeper", "treasurer", "second steward"), strict=True
    ):
        assert f"{name}, {role}" in page


def test_no_message_waits_and_no_code_lies_in_the_outbox(demo: Demo) -> None:
    with demo.app.app_context():
        rows = db.session.scalars(select(OutboxMessage)).all()
        assert {row.state for row in rows} == {"no_address"}
        assert [key for row in rows for key in row.facts if key.startswith("secret")] == []
