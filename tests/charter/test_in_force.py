"""A rule that is not kept yet is refused by name if votes or money hang on it, and told otherwise."""

from __future__ import annotations

import pytest

from fund.charter import check, load
from fund.charter.in_force import BUILT, LATER, SETTINGS, standing
from fund.charter.reference import rows
from tests.charter.mistakes import HEAD

TYPE = '[[round_types]]\ncode = "a"\nname = "A"\n'
END = "[amend]\nmethod = 'stewards'\n"
PRODUCT = '[[products]]\ncode = "p"\nname = "P"\n'

REFUSED = [
    (TYPE + "ballot = { form = 'consent' }\n" + END, 7, "round_types[1].ballot.form = consent", "votes"),
    (TYPE + "assurance = 'sealed'\n" + END, 7, "round_types[1].assurance = sealed", "votes"),
    (TYPE + "paper = true\n" + END, 7, "round_types[1].paper", "votes"),
    (TYPE + "[[round_types.chambers]]\nclass = 'member'\nassurance = 'sealed'\n" + END, 9,
     "round_types[1].chambers[1].assurance = sealed", "votes"),
    ("[safeguards]\ntwo_person = ['certify', 'pay', 'verify_paper']\n", 5, "safeguards.two_person = verify_paper", "votes"),
    ("[conflict]\nmay_still_vote = false\n", 5, "conflict.may_still_vote", "votes"),
]  # fmt: skip


@pytest.mark.parametrize(("toml", "line", "setting", "bears"), REFUSED, ids=[one[2] for one in REFUSED])
def test_what_bears_on_votes_or_money_and_is_not_built_is_refused_by_name(
    toml: str, line: int, setting: str, bears: str
) -> None:
    refused = check(load(HEAD + toml)).refused
    assert (line, setting, bears) in [(one.line, one.setting, one.bears) for one in refused], [
        str(one) for one in refused
    ]
    assert all(f"refused: it bears on {one.bears}" in str(one) for one in refused)


def test_money_set_aside_is_kept_and_so_are_budgets_by_percent() -> None:
    council = "[[councils]]\ncode = 'elders'\nname = 'E'\n"
    aside = "[[setasides]]\ncode = 's'\nname = 'S'\npercent = 20\nunused = 'kept'\nrelease_after_days = 180\n"
    pool = "[[pools]]\ncode = 'p'\nname = 'P'\nland_tax = 100\ndecided_by = 'elders'\nland_reserve = 50\n"
    share = TYPE + "percent_of_available = 60\navailable = 'dues_received'\nreserve_percent = 10\nmin_to_open = 1500\n"
    for toml in (aside, council + aside + "who_decides = 'elders'\n", council + pool, share + END):
        assert check(load(HEAD + toml)).refused == ()


def test_a_default_that_is_written_out_is_not_a_finding() -> None:
    toml = HEAD + "languages = ['en']\n[conflict]\nmay_still_vote = true\n[awards]\nsavings_to = 'reserve_list'\n"
    findings = check(load(toml + "[privacy]\nrepayments = 'bands'\n"))
    assert findings.refused == findings.not_yet_in_force == ()


def test_terms_of_repayment_are_in_force() -> None:
    for terms in (
        "kind = 'fixed'\nmonths = 60\nrate_bp = 400\ngrace_months = 6\nforgive_by = 'none'\naporte = 'optional'\n",
        "kind = 'profit_share'\npercent = 20\nfloor = 10\ncap_multiple = 1.5\nafter_wages = true\nmax_months = 90\n",
        "kind = 'nonvoting_share'\ntarget_dividend_bp = 300\nredeem_after_months = 60\n",
    ):
        findings = check(load(HEAD + PRODUCT + terms + "[privacy]\nrepayments = 'exact_if_agreed'\n"))
        assert findings.refused == findings.not_yet_in_force == ()


def test_other_settings_are_adopted_with_a_word() -> None:
    findings = check(load(HEAD + "languages = ['en', 'es']\n[stewards]\nstagger = true\ncount = 7\n"))
    assert findings.refused == ()
    assert [(one.line, one.setting) for one in findings.not_yet_in_force] == [
        (4, "fund.languages"), (6, "stewards.stagger"), (7, "stewards.count"),
    ]  # fmt: skip


def test_an_empty_list_is_no_finding() -> None:
    assert check(load('setasides = []\ncaps = []\nformat = "charter/1"\n[fund]\nname = "F"\n')).refused == ()


def test_every_setting_has_a_line_of_its_own_or_of_its_section_and_every_line_a_setting() -> None:
    paths = {row.path.replace("[]", "") for row in rows()}
    for path in paths:
        standing(path)
    for name in SETTINGS:
        path, _, value = name.partition("=")
        assert path in paths or path == "*.protected_by", name
        if value:
            row = next(row for row in rows() if row.path.replace("[]", "") == path)
            assert value in row.allowed, name
    with pytest.raises(KeyError):
        standing("nothing.at.all")


def test_no_setting_that_is_built_hides_one_that_is_not() -> None:
    """A value's own line is only there to say something else than its setting's."""
    for name, entry in SETTINGS.items():
        path, _, value = name.partition("=")
        if value:
            assert standing(path)[0] == BUILT
            assert entry[0] != BUILT
    assert SETTINGS["round_types.paper"][0] == LATER
