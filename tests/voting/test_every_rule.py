"""Every form and rule that a charter can state is walked: frozen, cast, ended, counted, read on the page, recounted."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from flask import Flask

from fund import db, jobs
from fund.charter import form_rules
from fund.counting.count import count
from fund.counting.formats import ballot_file
from fund.db.outbox import OutboxMessage
from fund.errors import WrongState
from fund.proposals.models import Proposal
from fund.results import draws
from fund.results import service as results
from fund.rounds import service as rounds
from fund.rounds.models import Round
from fund.rounds.schedule import Span
from fund.voting import grouping
from fund.voting import service as voting
from tests import factories
from tests.voting import browser, stage
from tests.worked import pages

ASKS = {"alpha": 40_000, "beta": 35_000, "gamma": 30_000, "delta": 20_000}
LINES = ("Ana", "Bo", "Cy", "Dee")
LIMITS = {
    "points": "total = 7, max_each = 4",
    "quadratic": "credits = 16, allow_negative = true",
    "ranked": "ranks = 4",
}
PAIRS = [
    (decides, form, rule)
    for rule, forms in form_rules.ACCEPTS.items()
    for form in forms
    for decides in ("money", "people")
    if rule in form_rules.RULES_OF[decides]
    and form not in ("consent",)
    and not (decides == "people" and form == "knapsack")
]
MONEY = [pair for pair in PAIRS if pair[0] == "money"]
PEOPLE = [pair for pair in PAIRS if pair[0] == "people"]


def charter(types: list[tuple[str, str, str]]) -> str:
    """A charter with these types of round, and a resolution to change it with."""
    said = [stage.charter().split("[[round_types]]")[0]]
    for number, (decides, form, rule) in enumerate(types):
        limits = f", {LIMITS[form]}" if form in LIMITS else ""
        money = "budget = 1000" if decides == "money" else ""
        seats = ", seats = 2" if decides == "people" and rule in form_rules.RULE_SETTINGS["seats"] else ""
        said.append(
            f'[[round_types]]\ncode = "t{number}"\nname = "T{number}"\ndecides = "{decides}"\n{money}\n'
            "phases = { submit_days = 0, review_days = 0, appeal_days = 0, questions_days = 0, vote_days = 14 }\n"
            'quorum = { type = "none" }\nassurance = "open"\n'
            f'ballot = {{ form = "{form}"{limits} }}\ncount = {{ rule = "{rule}"{seats} }}\n'
        )
    said.append('[[round_types]]\ncode = "resolution"\nname = "Resolution"\ndecides = "resolution"\n')
    said.append('[[products]]\ncode = "grant"\nname = "Grant"\nkind = "grant"\n')
    return "\n".join(said)


def choices(form: str, ids: list[str], number: int) -> dict[str, Any]:
    """A ballot of this form, another for each voter."""
    first, second = ids[number % 3], ids[number % 3 + 1]
    return {
        "approve_deny": {"marks": {id_: "yes" if place <= number % 4 else "no" for place, id_ in enumerate(ids)}},
        "approval": {"approve": [first, second]},
        "knapsack": {"approve": [first, second]},
        "ranked": {"ranking": [[first], [second]]},
        "points": {"points": {first: 4, second: 1 + number % 3}},
        "quadratic": {"votes": {first: 3, second: -1}},
    }[form]


def draft(code: str, decides: str, by: Any) -> Round:
    opens = db.now() + dt.timedelta(hours=1)
    new = rounds.NewRound(
        code, f"Round {code}", question="Who or what?", phases=[Span("voting", opens, opens + dt.timedelta(days=14))],
        draw_source="Three dice",
    )  # fmt: skip
    round_ = rounds.create_round(new, by=by)
    if decides == "people":
        voting.write_lines(round_.id, LINES, by=by)
        return round_
    with db.writing() as tx:
        for slug, ask_minor in ASKS.items():
            tx.add(
                Proposal(
                    round_id=round_.id, slug=slug, title=slug.title(), ask_minor=ask_minor, least_minor=10_000, product="grant",
                    state="admitted", started_at=tx.now(), submitted_at=tx.now(), admitted_at=tx.now(),
                )
            )  # fmt: skip
    return round_


@pytest.mark.parametrize("types", [MONEY, PEOPLE], ids=["money", "people"])
def test_every_form_and_rule_is_frozen_cast_counted_and_read(app: Flask, types: list[tuple[str, str, str]]) -> None:
    factories.adopt(text=charter(types))
    officers = [factories.officer(name) for name in ("Imani", "Dana")]
    voters = stage.people(7)
    by = factories.actor(officers[0])
    stage.fill_pool(100_000 * len(types))
    made = [draft(f"t{number}", decides, by).id for number, (decides, _form, _rule) in enumerate(types)]
    for number in made:
        if grouping.rivals_allowed(rounds.get(number)):
            grouping.exclude(number, "alpha", "beta", by=by)
        voting.freeze(number, by=by)
    factories.later(hours=2)
    client = browser.of(app)
    for round_id, (_decides, form, _rule) in zip(made, types, strict=True):
        assert voting.settle(round_id) == "open"
        round_ = rounds.get(round_id)
        ids = [one.option_id for one in voting.options(round_.id)]
        page = client.get(f"/rounds/{round_.slug}/ballot").get_data(as_text=True)
        assert all(name in page for name in [one.title for one in voting.options(round_.id)]), form
        if form != "none":
            for number, voter in enumerate(voters):
                voting.cast(factories.actor(voter), round_id, choices(form, ids, number), f"request-{number}-{form}")
    factories.later(days=15)
    assert jobs.tick() == []
    for round_id, (decides, form, rule) in zip(made, types, strict=True):
        _counted(app, round_id, decides, form, rule, officers)


def _counted(app: Flask, round_id: int, decides: str, form: str, rule: str, officers: list[Any]) -> None:
    db.session.rollback()
    round_ = rounds.get(round_id)
    if round_.status == "awaiting_draw":
        for person in officers:
            draws.enter_draw(round_id, "4 2 6", by=factories.actor(person))
        results.count_due()
    run = results.current(round_id)
    assert run is not None, (decides, form, rule, rounds.get(round_id).status)
    result = json.loads(run.result_bytes)
    assert result["rule"]["method"] == rule
    assert count(ballot_file.loads(bytes(run.input_bytes))).bytes() == bytes(run.result_bytes)
    if decides == "money":
        assert result["awards"] or rule == "majority"
        assert not {"alpha", "beta"} <= set(result["elected"])
        assert result["spent"] <= 100_000
    else:
        assert len(result["elected"]) == (1 if rule == "irv" else 2)
    text = pages.certified_and_published(app, rounds.get(round_id), officers)
    assert "Every stage of the count" in text
    for title in [one.title for one in voting.options(round_id)]:
        assert title in text


def test_a_round_that_chooses_people_waits_for_names_and_a_lot_calls_nobody_to_vote(app: Flask) -> None:
    factories.adopt(text=charter([("people", "ranked", "stv"), ("money", "none", "lot")]))
    officer = factories.officer()
    voter = stage.people(3)[0]
    by = factories.actor(officer)
    opens = db.now() + dt.timedelta(hours=1)
    spans = [Span("voting", opens, opens + dt.timedelta(days=14))]
    nobody = rounds.create_round(rounds.NewRound("t0", "Team", phases=spans), by=by).id
    with pytest.raises(WrongState, match="nobody to choose from"):
        voting.freeze(nobody, by=by)
    voting.write_lines(nobody, LINES, by=by)
    assert [one["title"] for one in rounds.rules(voting.freeze(nobody, by=by))["options"]] == list(LINES)
    text = " ".join(browser.of(app).get("/charter").get_data(as_text=True).split())
    assert "votes beyond what a winner needs go on" in text
    stage.fill_pool(100_000)
    drawn = voting.freeze(draft("t1", "money", by).id, by=by).id
    factories.later(hours=2)
    assert voting.settle(drawn) == "open"
    told = {message.facts["slug"] for message in db.session.query(OutboxMessage).filter_by(kind="voting_opened")}
    assert rounds.get(drawn).slug not in told
    with pytest.raises(WrongState, match="Nobody votes"):
        voting.cast(factories.actor(voter), drawn, {"approve": ["alpha"]}, "a-first-request")
    page = browser.of(app, voter).get(f"/rounds/{rounds.get(drawn).slug}/ballot").get_data(as_text=True)
    assert "Nobody votes in this round" in page
