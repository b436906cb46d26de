"""Every route, every method, every kind of person, on real objects: the answers agree with the one table of acts.

Who may not do an act at all is refused before anything is read or changed, with the reason in words. Who may, is never
refused for what they are: only for what the object is (a conflict, a phase, somebody else's draft).
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Map, Rule
from werkzeug.test import TestResponse

from fund import security
from fund.permissions import ACTS, matrix, refusal
from tests.safety.fund_copy import FundCopy
from tests.safety.objects import UNSAFE, Cell, cells, values_of
from tests.safety.private import WATCHERS
from tests.safety.walks import Seen, Walks
from tests.safety.world import ROLES

REACHED: set[tuple[str, str]] = set()
"""Route and method of every request that met a real object."""


def refused_for_role(copy: FundCopy, cell: Cell, answer: TestResponse, reason: Any) -> str | None:
    """What is wrong with the answer to somebody who may not do this act at all; None when it is right."""
    if cell.role != "visitor":
        said = str(reason) in html.unescape(answer.get_data(as_text=True))
        return None if answer.status_code == 403 and said else f"{cell} is not refused: {answer.status}"
    if cell.path.startswith("/api/"):
        return None if answer.status_code == 401 else f"{cell} is not refused: {answer.status}"
    led = answer.status_code == 303 and answer.location.startswith("/sign-in")
    return None if led else f"{cell} is not led to sign in: {answer.status}"


def let_in(cell: Cell, answer: TestResponse) -> str | None:
    """What is wrong with the answer to somebody who may do this act; None when it is right."""
    if answer.status_code >= 500:
        return f"{cell} fails: {answer.status}"
    if answer.status_code in (401, 405):
        return f"{cell} is refused for what they are: {answer.status}"
    if answer.status_code == 303 and answer.location.startswith("/sign-in?next="):
        return f"{cell} is led to sign in"
    return None


def judged(copy: FundCopy, cell: Cell, answer: TestResponse, reason: Any) -> str | None:
    """What is wrong with an answer to somebody, whom the table refuses with a reason or lets in (None)."""
    if reason is not None:
        return refused_for_role(copy, cell, answer, reason)
    if answer.status_code != 404:
        REACHED.add((cell.endpoint, cell.method))
    return let_in(cell, answer)


@pytest.mark.parametrize("role", ROLES)
def test_answers_agree_with_the_table(copy: FundCopy, looked_at: Walks, role: str) -> None:
    every = [cell for cell in cells(copy, role) if cell.method != "GET"]
    assert ask_all(copy, role, every, looked_at.of(role)) > 100


@pytest.mark.long
@pytest.mark.parametrize("role", ROLES)
def test_answers_agree_with_the_table_on_every_object(copy: FundCopy, role: str) -> None:
    assert ask_all(copy, role, list(cells(copy, role, most=99)), []) > 300


def ask_all(copy: FundCopy, role: str, every: list[Cell], seen: Sequence[Seen]) -> int:
    """Send every request, first those that the table refuses; gives how many. `seen` was asked before, by GET."""
    actor, asked = copy.actor(role), len(seen)
    acts = {cell.act for cell in every} | {one.cell.act for one in seen}
    with copy.app.test_request_context():
        reasons = {act: None if (said := refusal(actor, act)) is None else str(said) for act in acts}
    wrong = [judged(copy, one.cell, one.answer, reasons[one.cell.act]) for one in seen]
    before = copy.mark()
    for cell in every:
        if reasons[cell.act] is not None:
            asked += 1
            wrong.append(judged(copy, cell, copy.ask(role, cell.method, cell.path), reasons[cell.act]))
    assert copy.mark() == before or copy.digest() == copy.original.digest(), "a refused request changed something"
    for cell in every:
        if reasons[cell.act] is None:
            asked += 1
            before = copy.mark()
            wrong.append(judged(copy, cell, copy.ask(role, cell.method, cell.path), None))
            if cell.method in UNSAFE and copy.mark() != before:
                copy.restore()
    assert [one for one in wrong if one] == []
    assert copy.faults.seen == []
    return asked


def test_every_route_met_a_real_object(copy: FundCopy) -> None:
    """What answers "there is no such thing" to everybody was not tried at all."""
    missed = {(one.endpoint, one.method) for one in cells(copy, "visitor")} - REACHED
    for role in WATCHERS if missed else ():
        for cell in cells(copy, role, most=99):
            if (cell.endpoint, cell.method) in missed and copy.ask(role, cell.method, cell.path).status_code != 404:
                missed.discard((cell.endpoint, cell.method))
    copy.restore()
    assert missed == {("demo.become", "POST"), ("demo.clock", "POST")}, "these two are in a demo only"


def test_a_route_without_an_object_fails_loudly(copy: FundCopy) -> None:
    """The control: a variable that the world cannot fill is named, not filled in with anything."""
    for planted, what in (("/planted/<thing>", "no objects for this route"), ("/rounds/<slug>/<thing>", "thing")):
        rule = Rule(planted, endpoint="planted")
        Map([rule])
        with pytest.raises(LookupError, match=what):
            values_of(rule, copy.world)


def test_the_table_can_be_printed_for_every_route(copy: FundCopy) -> None:
    lines = matrix(copy.app)
    assert {(rule, method) for rule, method, _act, _roles in lines} == {
        (rule.rule, method)
        for rule in copy.app.url_map.iter_rules()
        if rule.endpoint != "static"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert ("/steward", "GET", "desk.steward", "steward") in lines


def test_every_act_of_a_route_is_asked_of_somebody_who_may_and_who_may_not(copy: FundCopy) -> None:
    """The people of the world are many enough: no act is let through or refused for all of them without meaning to be."""
    actors = {role: copy.actor(role) for role in ROLES}
    for name in {view.__act__ for key, view in copy.app.view_functions.items() if key != "static"}:
        may = {role for role in ROLES if refusal(actors[role], name) is None}
        everyone = "visitor" in may
        assert may == set(ROLES) if everyone else 0 < len(may) < len(ROLES), (name, may)


def test_a_route_without_an_act_keeps_the_application_from_starting() -> None:
    app = Flask("planted")
    app.add_url_rule("/planted", "planted", lambda: "open to all")
    with pytest.raises(RuntimeError, match="the route planted names no act"):
        security.check_routes(app)
    app.view_functions["planted"].__act__ = "no.such.act"  # type: ignore[attr-defined]
    with pytest.raises(RuntimeError, match="which the table does not know"):
        security.check_routes(app)
    app.view_functions["planted"].__act__ = "page.read"  # type: ignore[attr-defined]
    security.check_routes(app)


def test_a_route_whose_act_is_not_asked_would_be_seen(copy: FundCopy) -> None:
    """The control: with the check taken away, the same comparison finds what a visitor must not reach."""
    kept = copy.app.before_request_funcs[None]
    copy.app.before_request_funcs[None] = [one for one in kept if one.__name__ != "_check_act"]
    try:
        cell = Cell("visitor", "GET", "/log", "audit.read", "front.log")
        assert refused_for_role(copy, cell, copy.ask("visitor", "GET", "/log"), "Please sign in first.")
    finally:
        copy.app.before_request_funcs[None] = kept


def test_each_act_names_roles_that_exist() -> None:
    assert all(act.roles and act.words for act in ACTS.values())
