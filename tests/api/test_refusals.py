"""Every refusal under /api is problem details (RFC 9457); addresses that only read say so; nobody is shown more."""

from __future__ import annotations

import json

import pytest

from tests.safety.fund_copy import FundCopy
from tests.safety.world import ROLES, SECRET


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/no-such-thing", 404),
        ("GET", "/api/v1/rounds/no-such-round", 404),
        ("GET", "/api/v1/schemas/no-such.json", 404),
        ("GET", "/api/v1/rounds?page=0", 422),
        ("GET", "/api/v1/rounds?page=-1", 422),
        ("GET", "/api/v1/rounds?page=1.0", 422),
        ("GET", "/api/v1/rounds?page=1e3", 422),
        ("GET", "/api/v1/rounds?page=99999999999999999999", 422),
        ("GET", "/api/v1/rounds?page=%00", 422),
        ("GET", "/api/v1/rounds?page=١", 422),
        ("GET", "/api/v1/rounds?page=9999", 404),
        ("DELETE", "/api/v1/rounds", 405),
        ("PUT", "/api/v1/money", 405),
        ("POST", "/api/v1/rounds", 405),
        ("PATCH", "/api/v1/openapi.json", 405),
    ],
)
def test_refusals_are_problem_details(copy: FundCopy, method: str, path: str, status: int) -> None:
    answer = copy.ask("visitor", method, path)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    problem = answer.get_json()
    assert (problem["status"], problem["type"]) == (status, "about:blank")
    assert problem["title"]
    if status == 405:
        assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
    if status == 422:
        assert "page" in json.dumps(problem["errors"])


@pytest.mark.parametrize("role", ROLES)
def test_nobody_sees_more_than_a_visitor(copy: FundCopy, role: str) -> None:
    for path in addresses(copy):
        answer = copy.ask(role, "GET", path)
        assert answer.data == copy.ask("visitor", "GET", path).data, path
        assert SECRET not in answer.get_data(as_text=True)


def test_the_api_shows_nothing_that_pages_do_not(copy: FundCopy) -> None:
    """Every proposal, result and round in the API stands on a page that any visitor may open, and no other."""
    for name, slug in copy.world.rounds.items():
        page = copy.ask("visitor", "GET", f"/rounds/{slug}").get_data(as_text=True)
        listed = copy.ask("visitor", "GET", f"/api/v1/rounds/{slug}/proposals").get_json()["proposals"]
        assert all(f"/rounds/{slug}/proposals/{one['slug']}" in page for one in listed), name
        result = copy.ask("visitor", "GET", f"/api/v1/rounds/{slug}/result")
        published = copy.ask("visitor", "GET", f"/rounds/{slug}/results/files/result.json")
        assert result.status_code == published.status_code, name
        if result.status_code == 200:
            assert result.get_json()["count"] == published.get_json(force=True)
    hidden = [copy.world.names["draft"], copy.world.names["submitted"]]
    for proposal in hidden:
        assert copy.ask("visitor", "GET", f"/api/v1/rounds/spring/proposals/{proposal}").status_code == 404


def test_a_leak_would_be_seen(copy: FundCopy) -> None:
    """The control: the steward's page of the same application does hold what the API must not."""
    path = f"/review/{copy.world.ids['submitted']}"
    assert SECRET in copy.ask("steward", "GET", path).get_data(as_text=True)


def addresses(copy: FundCopy) -> list[str]:
    """Every address of the API on every round of the world."""
    paths = ["/api/v1/fund", "/api/v1/rounds", "/api/v1/money", "/api/v1/openapi.json"]
    for slug in copy.world.rounds.values():
        paths += [f"/api/v1/rounds/{slug}{rest}" for rest in ("", "/proposals", "/result")]
    return [*paths, f"/api/v1/rounds/spring/proposals/{copy.world.names['admitted']}"]
