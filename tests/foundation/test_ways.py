"""Each way to vote has three sentences and a picture whose figures are those of a real count."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fund.charter import check, form_rules, load, ways
from fund.charter.wizard import write
from fund.foundation import examples
from tests import factories

# What the ballots of the example give, worked by hand: who is funded with how much, in whole units.
WORKED = {
    "yes_no": {"bakery": 600},  # 8-2; bikes 5-3 do not fit, books 5-5 have no majority
    "pick": {"bikes": 500, "books": 400},  # 8, then bakery with 6 does not fit, then books with 4
    "rank": {"bikes": 500, "books": 400},  # books go out, bikes 6 to 4; without bikes books 6 to 4
    # 19, 22 and 19 of 60 votes: 316.67, 366.67, 316.67; the two units left go to the cheaper of equal remainders
    "split": {"bakery": 316, "bikes": 367, "books": 317},
    "fill": {"bikes": 500, "books": 400},  # books 7, bikes 6, bakery 4
    "points": {"books": 400, "bikes": 500},  # books 45, bikes 31, bakery 24
    # 24, 31 and 45 points: books get all they ask for, 600 are shared 24 to 31: 261.82 and 338.18
    "points_split": {"bakery": 262, "bikes": 338, "books": 400},
}


def test_every_rule_for_money_or_places_has_a_way_and_every_way_three_sentences() -> None:
    assert {one.rule for one in ways.ALL} == set(form_rules.RULES) - {"objections"}
    assert [one.code for one in ways.PLAIN] == ["yes_no", "pick", "rank", "split"]
    for one in ways.ALL:
        assert len(one.sentences) == 3
        assert all(str(sentence).endswith(".") for sentence in one.sentences), one.code
        assert form_rules.check_form_rule(one.form, one.rule)


@pytest.mark.parametrize("way", [*ways.PLAIN, *ways.ADVANCED], ids=lambda way: way.code)
def test_the_wizard_writes_a_charter_for_each_that_can_be_adopted(way: ways.Way) -> None:
    for people in ("8", "40"):
        charter = load(write({"vote": way.code, "people": people}))
        assert check(charter).refused == ()
        assert (charter.round_types[0].ballot.form, charter.round_types[0].count.rule) == (way.form, way.rule)


@pytest.mark.parametrize("way", ways.ALL, ids=lambda way: way.code)
def test_the_example_is_the_count_of_its_ballots(way: ways.Way) -> None:
    result = examples.counted(way)
    assert result.void == 0, "every ballot of the example could be cast"
    assert result.rule["method"] == way.rule
    assert result.elected
    if way.places:
        assert len(result.elected) == 2
        assert result.awards == {}
    else:
        assert result.spent <= examples.POT_MINOR
    if way.code in WORKED:
        assert {id_: award // 100 for id_, award in result.awards.items()} == WORKED[way.code]


def test_the_pages_show_every_way_with_its_figures(app: Flask, client: FlaskClient) -> None:
    page = client.get("/charter/ways").text
    assert page.count("<svg") >= len(ways.ALL)
    for one in ways.ALL:
        assert f'id="{one.code}"' in page
    factories.sign_in(client, factories.officer("Imani"))
    wizard = client.get("/charter/wizard").text
    plain, _, advanced = wizard.partition("Advanced: other ways to vote")
    assert plain.count('name="vote"') == 4
    assert advanced.count('name="vote"') == len(ways.ADVANCED)
    assert "Best for few, larger sums" in plain
    token = factories.csrf(client, "/charter/wizard")
    sent = {
        "name": "A",
        "area": "B",
        "currency": "USD",
        "timezone": "UTC",
        "people": "40",
        "budget": "100",
        "giving": "grants",
    }
    answer = client.post("/charter/wizard", data={**sent, "vote": "fair_ticks", "csrf_token": token})
    assert answer.headers["Location"] == "/charter/versions/1"
    assert "supporters can pay for it" in client.get("/charter/versions/1").text
