"""Words of a result that a resident understands: what a used-up ballot is, and which rules stand side by side."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from fund.charter.form_rules import RULES
from fund.results import service
from fund.results.words import RULE_NAMES, rule_name
from tests import factories
from tests.voting import stage


def test_every_rule_has_a_name(app: Flask) -> None:
    assert set(RULES) <= set(RULE_NAMES)
    assert str(rule_name("equal_shares")) == "Equal shares"


def test_a_used_up_ballot_is_explained_where_there_is_one(app: Flask, client: FlaskClient) -> None:
    count = 'rule = "sequential_irv"\ndraw_source = "Dice"'
    factories.adopt(text=stage.charter(form="ranked", ballot="ranks = 2", count=count, assurance="open", money=True))
    officers = [factories.officer(name) for name in ("Imani", "Dana")]
    voters = stage.people(5)
    round_ = stage.opened(officers[0], asks={"oven": 50_000, "cart": 40_000, "bench": 60_000})
    for number, one in enumerate(voters):
        stage.cast(one, round_, {"ranking": [["bench"]] if number == 4 else [["oven"]] if number < 2 else [["cart"]]})
    for one in officers:
        stage.cast(one, round_, {"ranking": [["bench"], ["oven"]]})
    stage.ended(round_)
    service.count_due()
    for who in officers:
        service.certify(round_.id, by=factories.actor(who))
    service.publish(round_.id, by=factories.actor(officers[0]))
    page = client.get(f"/rounds/{round_.slug}/results").text
    assert "A ballot is used up when nobody it names is left in the count." in page
    assert "Instant runoff, one place after the other" in page
    assert ">sequential_irv<" not in page
