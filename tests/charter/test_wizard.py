"""Eight questions write a charter that can be adopted as it stands, whatever is answered."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fund.charter import check, load
from fund.charter.wizard import questions, write
from fund.errors import Invalid


def test_at_most_eight_questions_with_four_plain_ways_to_vote() -> None:
    assert len(questions()) <= 8
    (vote,) = (one for one in questions() if one.id == "vote")
    assert [answer.value for answer in vote.choices] == ["yes_no", "pick", "rank", "split"]
    for question in questions():
        assert str(question.text)
        assert str(question.help)
        assert all(str(answer.title) and str(answer.help) for answer in question.choices)


def test_no_question_must_be_answered() -> None:
    assert load(write({})).fund.name == "Our Commons Fund"


@pytest.mark.parametrize("people", ["2", "8", "19", "20", "25", "5000"])
@pytest.mark.parametrize("vote", ["yes_no", "pick", "rank", "split"])
@pytest.mark.parametrize("giving", ["grants", "loans", "both"])
def test_every_combination_can_be_adopted(people: str, vote: str, giving: str) -> None:
    charter = load(write({"people": people, "vote": vote, "giving": giving, "budget": "1200"}))
    assert check(charter).refused == ()
    type_ = charter.round_type("money")
    assert type_.budget_minor == 120_000
    assert type_.assurance == ("open" if int(people) < 20 else "secret")
    assert charter.round_type("resolution").assurance == type_.assurance
    assert {product.code for product in charter.products} == {
        "grants": {"grant"}, "loans": {"loan"}, "both": {"grant", "loan"},
    }[giving]  # fmt: skip


@pytest.mark.parametrize(
    ("vote", "form", "rule"),
    [("yes_no", "approve_deny", "majority"), ("pick", "approval", "greedy"), ("rank", "ranked", "sequential_irv"),
     ("split", "quadratic", "proportional_capped")],
)  # fmt: skip
def test_the_four_ways(vote: str, form: str, rule: str) -> None:
    type_ = load(write({"vote": vote})).round_type("money")
    assert (type_.ballot.form, type_.count.rule) == (form, rule)


def test_a_small_fund_is_told_why_its_votes_are_open() -> None:
    assert "Few votes cannot be hidden" in write({"people": "8"})
    assert "Few votes cannot be hidden" not in write({"people": "25"})


def test_without_a_budget_each_round_says_its_own() -> None:
    assert load(write({"budget": "0"})).round_type("money").budget_minor is None


@pytest.mark.parametrize(
    ("question", "answer"),
    [("people", "1"), ("people", "many"), ("people", "-5"), ("people", "²"), ("vote", "shout"), ("budget", "lots"),
     ("budget", "1.234"), ("budget", "1e9999"), ("budget", "-1"), ("budget", "9" * 30), ("currency", "usd"),
     ("timezone", "Mars"), ("giving", "x"), ("name", "x" * 121), ("name", "a\nb"), ("name", "a\ud800"), ("area", "\0")],
)  # fmt: skip
def test_an_answer_that_cannot_be_used_is_named(question: str, answer: str) -> None:
    with pytest.raises(Invalid) as caught:
        write({question: answer})
    assert list(caught.value.fields) == [question]
    assert str(caught.value.fields[question]).startswith("Please give ")


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from([one.id for one in questions()] + ["else"]), st.text(max_size=150)))
def test_any_answers_give_a_sound_charter_or_are_named(answers: dict[str, str]) -> None:
    try:
        text = write(answers)
    except Invalid as refusal:
        assert set(refusal.fields) <= set(answers)
        return
    charter = load(text)
    assert check(charter).refused == ()
    assert charter.fund.name == answers.get("name", "").strip() or charter.fund.name == "Our Commons Fund"
