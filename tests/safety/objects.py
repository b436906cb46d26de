"""Real objects of the world for the variables of every route, so that tests which walk `app.url_map` meet what people
meet. What is most private comes first.

A route that has no objects here fails the test that walks it: nothing is filled in with a name that leads nowhere.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from werkzeug.routing import Rule

from tests.safety.fund_copy import FundCopy
from tests.safety.world import ROLES, World

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


@dataclass(frozen=True)
class Cell:
    """One question to the table: may this person send this request?"""

    role: str
    method: str
    path: str
    act: str
    endpoint: str


def cells(copy: FundCopy, role: str, *, most: int = 2, rotate: bool = True) -> Iterator[Cell]:
    """Every route and method for one person, each on at most so many objects; with `rotate` others get other objects."""
    with copy.app.test_request_context():
        for number, rule in enumerate(copy.app.url_map.iter_rules()):
            if rule.endpoint == "static":
                continue
            act = copy.app.view_functions[rule.endpoint].__act__
            objects = values_of(rule, copy.world)
            start = number + (ROLES.index(role) if role in ROLES else 0) if rotate else 0
            for values in [objects[(start + i) % len(objects)] for i in range(min(most, len(objects)))]:
                path = copy.app.url_for(rule.endpoint, **values, _external=False)
                for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
                    yield Cell(role, method, path, act, rule.endpoint)


Objects = list[dict[str, Any]]


def values_of(rule: Rule, world: World) -> Objects:
    """Ways to fill a route's variables, each different; one empty way for a route without. Raises LookupError."""
    if not rule.arguments:
        return [{}]
    found: Objects = []
    for values in _of_prefix(rule, world):
        fitting = {name: value for name, value in values.items() if name in rule.arguments}
        if set(fitting) != rule.arguments:
            raise LookupError(f"{rule.rule}: no object of the world for {sorted(rule.arguments - set(fitting))}")
        if fitting not in found:
            found.append(fitting)
    return found


def _of_prefix(rule: Rule, world: World) -> Objects:
    every = {**_people(world), **_rounds(world), **_applications(world), **_money(world)}
    prefix = max((one for one in every if rule.rule.startswith(one)), key=len, default=None)
    if prefix is None:
        raise LookupError(f"{rule.rule}: the world has no objects for this route")
    return every[prefix]


def _people(world: World) -> dict[str, Objects]:
    ids, names, people = world.ids, world.names, world.people
    return {
        "/charter/presets/": [{"code": "millrace"}],
        "/charter/versions/": [{"number": 1}, {"number": 2}],
        "/help/": [{"page": "words"}, {"page": "accessibility"}],
        "/join/": [{"class_code": "member"}],
        "/join/invitation/": [{"secret": names["invitation_secret"]}],
        "/me/membership/": [{"membership_id": ids["membership"]}, {"membership_id": ids["appealed"]}],
        "/members/": [
            {"person_id": people["waiting"], "membership_id": ids["membership"]},
            {"person_id": people["turned-away"], "membership_id": ids["appealed"]},
        ],
        "/members/new/": [{"class_code": "member"}],
        "/members/invitations/": [{"invitation_id": ids["invitation"]}],
        "/messages/": [{"message_id": ids["message"]}],
        "/sign-in/link/": [{"secret": names["link_secret"]}],
        "/stewards/terms/": [{"term_id": 1}],
        "/vouch/": [{"code": names["vouch_code"]}],
        "/businesses/": [{"slug": names["business"], "agent_id": ids["agent"]},
                         {"slug": names["hidden_business"], "agent_id": ids["agent"]}],
        "/businesses/claim/": [{"code": names["claim_code"]}],
        "/businesses/named/": [{"nomination_id": ids["nomination"]}],
    }  # fmt: skip


def _rounds(world: World) -> dict[str, Objects]:
    ids, rounds = world.ids, world.rounds
    every = [rounds[one] for one in ("money", "counted", "open", "final", "published", "frozen", "draft")]
    slugs = [{"slug": slug} for slug in every]
    results = [{"slug": slug, "name": name, "dispute_id": ids["dispute"]}
               for slug in (rounds["counted"], rounds["published"], rounds["final"]) for name in ("totals.csv", "ballots.json", "totals.xlsx", "result.json")]  # fmt: skip
    proposals = ("admitted", "draft", "submitted", "turned-down")
    return {
        "/api/v1/rounds/": slugs,
        "/api/v1/rounds/<string:slug>/proposals/": [
            {"slug": rounds["money"], "proposal": world.names[one]} for one in proposals
        ],
        "/api/v1/schemas/": [{"name": "charter-1"}],
        "/rounds/": slugs,
        "/rounds/<round_slug>/proposals/": [
            {"round_slug": rounds["money"], "slug": world.names[one]} for one in proposals
        ],
        "/rounds/<slug>/acts/": [{"slug": rounds["open"], "name": "close_early", "act_id": ids["act"]},
                                 {"slug": rounds["draft"], "name": "cancel", "act_id": ids["act"]}],
        "/rounds/<slug>/questions/": [{"slug": rounds["money"], "question_id": ids["own_question"]}],
        "/rounds/<slug>/tasks/": [{"slug": rounds["open"], "task_id": ids["task"]}],
        "/rounds/<slug>/results": results,
        "/rounds/new/": [{"code": "resolution"}, {"code": "ranked"}],
    }  # fmt: skip


def _applications(world: World) -> dict[str, Objects]:
    ids, names = world.ids, world.names
    files = [ids[one] for one in ("file-handed-in", "file-admitted", "removed")]
    every = [
        {"proposal_id": ids[one]} for one in ("submitted", "admitted", "draft", "turned-down", "named-when-refused")
    ]
    return {
        "/applications/": every,
        "/applications/return/": [{"code": names["return_code"]}],
        "/applications/<int:proposal_id>/answers/": [{"proposal_id": ids["admitted"], "question_id": ids["question"]}],
        "/applications/<int:proposal_id>/files/": [{"proposal_id": ids["admitted"], "file_id": ids["file-admitted"]}],
        "/apply/": [{"round_slug": world.rounds["money"]}, {"round_slug": world.rounds["final"]}],
        "/files/": [{"file_id": one} for one in files],
        "/questions/": [{"question_id": ids["question"]}],
        "/review/": every,
        "/review/<int:proposal_id>/write/": [{"proposal_id": ids["submitted"], "review_id": ids["review"]}],
        "/review/<int:proposal_id>/ties/": [{"proposal_id": ids["admitted"], "conflict_id": ids["conflict"]}],
    }  # fmt: skip


def _money(world: World) -> dict[str, Objects]:
    ids = world.ids
    return {
        "/awards/": [{"number": ids["award"], "part": 1}, {"number": ids["loan"], "part": 1}],
        "/awards/<int:number>/repayments": [
            {"number": ids["loan"], "figure_id": ids["figure"], "repayment_id": ids["repayment"],
             "arrangement_id": ids["arrangement"]},
        ],
        "/payments/": [{"number": ids["payment"]}, {"number": ids["bill"]}],
        "/payments/lists/": [{"number": ids["pay_list"]}],
        "/payees/": [{"number": ids["payee"]}],
        "/decisions/": [{"number": ids["decision"]}],
        "/councils/": [{"number": ids["asked"]}, {"number": ids["answered"]}],
        "/pots/": [{"code": "land"}],
        "/micro-grants/request/": [{"code": world.names["micro_code"]}],
        "/micro-grants/weeks/": [{"number": ids["micro_run"]}],
        "/surplus/periods/": [{"number": ids["surplus_period"]}],
        "/surplus/runs/": [{"number": ids["surplus_run"]}],
        "/timebank/": [{"number": ids["timebank"]}],
        "/treasury/bank/files/": [{"file_id": ids["bank_file"]}],
        "/treasury/bank/lines/": [{"line_id": ids[one]} for one in ("line", "line-left-out", "line-matched")],
        "/treasury/contributions/": [{"number": ids["contribution"]}],
        "/treasury/years/": [{"number": ids["books_year"]}],
        "/money/reports/files/": [
            {"name": one} for one in ("ledger.jsonl", "journal.csv", "ledger.journal", "portfolio.pdf", "xero.zip")
        ],
        "/me/gifts/year/": [{"year": dt.datetime.now(tz=dt.UTC).year}],
        "/me/gifts/": [{"number": ids["contribution"]}],
        "/treasury/notes/": [{"number": ids["note"]}],
        "/treasury/entries/": [{"entry_id": uuid.UUID(world.names["entry"])}],
    }  # fmt: skip
