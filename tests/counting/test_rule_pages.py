"""docs/rules: a page for every rule, an example on each that gives exactly the printed result, no setting left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fund.counting.count import count
from fund.counting.formats import ballot_file
from fund.counting.report import printed
from fund.counting.rules.registry import MODULES, rule_named
from fund.counting.settings import SETTINGS

PAGES = Path(__file__).resolve().parents[2] / "docs" / "rules"
PARTS = ("When to choose it", "A worked example", "Known paradoxes", "How other programs differ", "Limits", "Source")


@pytest.mark.parametrize("rule", MODULES)
def test_page_of_the_rule_is_whole_and_its_example_gives_what_it_says(rule):
    page = (PAGES / f"{rule}.md").read_text()
    assert [part for part in PARTS if f"\n## {part}\n" not in page] == []
    examples = re.findall(r"```json\n(.*?)\n```", page, re.S)
    said = re.findall(r"```text\n(.*?)\n```", page, re.S)
    assert examples
    for example, result in zip(examples, said, strict=True):
        contest = ballot_file.loads(example.encode())
        assert contest.rule.method == rule
        assert printed(count(contest)) == result


def test_the_five_voters_of_the_equal_shares_page_raise_their_share_to_24():
    page = (PAGES / "equal_shares.md").read_text()
    five = ballot_file.loads(re.findall(r"```json\n(.*?)\n```", page, re.S)[1].encode())
    result = count(five.replace(rule=five.rule.with_settings(completion="add1")))
    assert (result.elected, result.spent, result.facts["share_minor"]) == (("B", "A", "D"), 9_200, "2400")
    assert [result.reasons[id_].params["most_paid_minor"] for id_ in result.elected] == [1_000, 1_400, 1_000]


def test_every_rule_form_and_setting_is_in_the_overview():
    overview = (PAGES / "README.md").read_text()
    for name in MODULES:
        assert f"[`{name}`]({name}.md) | {', '.join(rule_named(name).forms)} |" in overview
    assert [name for name in SETTINGS if f"`{name}`" not in overview] == []
