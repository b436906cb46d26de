"""The sheet for a hall: what it shows for each rule, what it never shows, and where it is refused."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, render_template

from fund.counting.contest import Ballot, Contest
from fund.counting.count import count
from fund.counting.formats import ballot_file
from fund.errors import Forbidden
from fund.results import reading, sheets
from tests.recount.contests import RULES
from tests.safety.fund_copy import FundCopy


def contest_of(name: str) -> Contest:
    """A random contest of the rule with something to count."""
    for number in range(200):
        contest = RULES[name](random.Random(f"sheet {name} {number}"))
        if len(contest.options) > 3 and len(contest.ballots) > 4 and count(contest).elected:
            return replace(contest, currency="USD")
    raise AssertionError(name)


def shown(contest: Contest, publication: str = "full") -> tuple[Any, Any]:
    """A round and an outcome around a contest, as the views have them."""
    raw = json.loads(count(contest).bytes())
    options = {
        one.id: SimpleNamespace(title=f"Title of {one.id}", cost_minor=one.cost, proposal_id=None)
        for one in contest.options
    }
    round_ = SimpleNamespace(
        slug="spring", title="Spring round", publication=publication, assurance="secret", electorate_n=40
    )
    rules: Any = {"form": {"form": contest.form_in_force.form}, "count": {}, "setasides": []}
    run = SimpleNamespace(number=1, input_bytes=ballot_file.dumps(contest))
    made: Any = reading.shown(raw, options, round_, rules)  # type: ignore[arg-type]
    return round_, SimpleNamespace(**vars(made), run=run, certified_by=[], older=[])


def page(app: Flask, contest: Contest) -> str:
    with app.test_request_context("/"):
        round_, outcome = shown(contest)
        sheet = sheets.sheet_of(outcome, round_)
        return render_template(
            "results/sheet.html", round=round_, outcome=outcome, sheet=sheet, facts={"input_sha256": "ab" * 32}
        )


@pytest.fixture(scope="module")
def pages(copy: FundCopy) -> dict[str, str]:
    """The sheet of each rule."""
    return {name: page(copy.app, contest_of(name)) for name in RULES}


@pytest.mark.parametrize("name", list(RULES))
def test_the_working_part_tells_nothing_of_the_result(pages: dict[str, str], name: str) -> None:
    working, compare = pages[name].split("5. For the end")
    contest = contest_of(name)
    for number, option in enumerate(contest.options):
        assert f"Title of {option.id}" in working
        assert ">{}</th>".format("ABCDEFG"[number]) in working
    assert working.count('class="room') >= len(contest.ballots)
    assert "yes</span>" in compare
    assert "Chosen" not in working
    assert "Awarded" not in working
    assert "ab" * 32 in compare


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("majority", "Make a tick for every yes, no and abstention"),
        ("greedy", "Order the proposals from most to fewest votes"),
        ("irv", "Half of the ballots that count, cut, plus one"),
        ("sequential_irv", "hold the next runoff with all ballots from the start"),
        ("proportional_capped", "Give the units that are left over one each"),
        ("equal_shares", "If somebody has less, she pays all she has"),
    ],
)
def test_each_rule_has_its_own_steps(pages: dict[str, str], name: str, words: str) -> None:
    shared = {"irv": ["irv", "sequential_irv"]}
    assert [rule for rule, text in pages.items() if words in text] == shared.get(name, [name])


def test_ballots_are_written_in_letters_and_void_ones_struck_out(app: Flask) -> None:
    contest = contest_of("sequential_irv")
    ids = [option.id for option in contest.options]
    ballots = (Ballot.ranking(ids[0], (ids[1], ids[2]), (), ids[3]), Ballot.ranking(*ids, count=4), Ballot.ranking())
    form = replace(contest.form_in_force, k=4, min=None) if len(ids) > 4 else contest.form_in_force
    text = page(app, contest.replace(ballots=ballots, form=form, rule=contest.rule.with_settings(quorum=None)))
    assert "A &gt; B = C &gt; – &gt; D" in text
    assert "blank" in text
    assert ("is-void" in text) == (len(ids) > 4)


def test_a_large_round_gets_no_rows(app: Flask) -> None:
    contest = contest_of("greedy")
    one = contest.ballots[0]
    text = page(
        app, contest.replace(ballots=(one,) * (sheets.MOST_BALLOTS + 1), rule=contest.rule.with_settings(quorum=None))
    )
    assert "Too large to count by hand" in text
    assert 'class="room' not in text


def test_a_round_that_publishes_totals_only_has_no_sheet(app: Flask) -> None:
    round_, outcome = shown(contest_of("majority"), publication="aggregate")
    with pytest.raises(Forbidden):
        sheets.sheet_of(outcome, round_)


def test_the_result_page_leads_to_the_sheet(copy: FundCopy) -> None:
    address = f"/rounds/{copy.world.rounds['final']}/results"
    assert f'href="{address}/sheet?count=1"' in copy.ask("visitor", "GET", address).text
    answer = copy.ask("visitor", "GET", f"{address}/sheet?count=1")
    assert answer.status_code == 200
    assert "Room to count" in answer.text
    assert copy.ask("visitor", "GET", f"{address}/sheet?count=77").status_code == 404
    assert copy.ask("visitor", "GET", f"/rounds/{copy.world.rounds['counted']}/results/sheet").status_code == 404
