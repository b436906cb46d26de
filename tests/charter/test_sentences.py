"""A resident reads the charter as sentences; every one can be translated and none invents a figure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir

import fund.charter
from fund.charter import Charter, Message, load, preset, presets, render
from fund.charter.messages import N_, Either, ngettext
from fund.charter.sentences import render_english, round_type_sentences, sentences
from tests.charter.full import FULL
from tests.charter.mistakes import HEAD

TEXTS = [*(one.text for one in presets()), FULL, HEAD]


def within(message: Message) -> Iterator[Message]:
    """A message and all messages that fill its holes."""
    yield message
    for value in message.params.values():
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, Message):
                yield from within(part)


def all_messages(charter: Charter) -> Iterator[Message]:
    for title, under in sentences(charter):
        yield from within(title)
        for one in under:
            yield from within(one)


def english(text: str) -> str:
    return "\n".join(one for section in render_english(load(text)) for one in section.sentences)


@pytest.mark.parametrize("text", TEXTS)
def test_every_sentence_is_whole(text: str) -> None:
    for title, under in render_english(load(text)):
        assert title
        for sentence in under:
            assert sentence[0].isupper() or not sentence[0].isalpha(), sentence
            assert sentence.rstrip("”")[-1] in ".:;!?" or ":" in sentence, sentence
            assert "%(" not in sentence
            assert "None" not in sentence
            assert "_" not in re.sub(r"\w+/\w+", "", sentence), sentence


def test_every_text_is_in_the_translators_catalogue() -> None:
    """Babel, which makes the catalogue, finds each msgid with its usual names."""
    room = Path(fund.charter.__file__).parent
    found: set[str] = set()
    for _, _, msgid, _, _ in extract_from_dir(str(room), method_map=[("**.py", "python")]):
        found |= {msgid} if isinstance(msgid, str) else set(msgid)
    said = {one.msgid for text in TEXTS for one in all_messages(load(text))}
    said |= {one.plural for text in TEXTS for one in all_messages(load(text)) if one.plural}
    assert said - found == set()
    assert len(said) > 150


def test_another_language_is_a_matter_of_four_functions() -> None:
    spanish = {"Interest: %(rate)s %% a year.": "Interés: %(rate)s %% al año."}
    message = N_("Interest: %(rate)s %% a year.", rate="4")
    assert render(message, gettext=lambda text: spanish.get(text, text)) == "Interés: 4 % al año."
    days = ngettext("%(n)s day", "%(n)s days", 2)
    assert render(days, ngettext=lambda one, many, n: "%(n)s días") == "2 días"
    money = N_("It decides %(budget_minor)s.", budget_minor=3_000_000, currency="EUR")
    assert render(money, money=lambda minor, code: f"{minor // 100} {code}") == "It decides 30000 EUR."
    ways = N_("%(ways)s", ways=Either((N_("a"), N_("b"))))
    assert render(ways, join=lambda parts, style: f"{style}:{'/'.join(parts)}") == "or:a/b"


def test_counting_words_follow_the_number() -> None:
    assert str(ngettext("%(n)s day", "%(n)s days", 1)) == "1 day"
    assert str(ngettext("%(n)s day", "%(n)s days", 0)) == "0 days"


@pytest.mark.parametrize(
    ("amount_minor", "currency", "words"),
    [(3_000_000, "USD", "USD 30,000"), (1250, "USD", "USD 12.50"), (500, "JPY", "JPY 500"), (1005, "KWD", "KWD 1.005"),
     (-1250, "USD", "USD -12.50"), (0, "USD", "USD 0")],
)  # fmt: skip
def test_money_in_plain_english(amount_minor: int, currency: str, words: str) -> None:
    assert str(N_("%(a_minor)s", a_minor=amount_minor, currency=currency)) == words


def test_the_demo_in_a_residents_words() -> None:
    text = english(preset("millrace").text)
    for sentence in (
        "Voting member: from the age of 14; no date of birth is stored.",
        "Solidarity member: supports the fund without a vote. For people who want to support the fund.",
        "Voting member: dues of USD 5, USD 25 or USD 60 a year as one chooses; zero is always accepted.",
        "You put up to 5 proposals in the order you prefer.",
        "The vote is valid if more than half of those who can vote take part.",
        "If too few take part, the vote is extended once by 7 days; then there is no decision.",
        "No decision is not a no: proposals can come back in the next round.",
        "In all at most 1.2 times the amount is paid back.",
        "Every result is certified, and every payment approved, by two people without a conflict.",
    ):
        assert sentence in text


def test_everything_that_can_be_set_is_said() -> None:
    text = english(FULL)
    for sentence in (
        "Member: 1 hour of help counts as dues.",
        "Member: dues go into the reserve for losses.",
        "Postal code: the address lies in 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 ….",
        "Word of members: 1 member vouches; each may vouch for at most 5 newcomers a year.",
        "These may propose: Member.",
        "Of these standards 1 are enough.",
        "It decides USD 1,000.50.",
        "It decides 60 % of the money that is free.",
        "It decides who holds an office, or which of a list are chosen; there is no money in it.",
        "A proposal needs at least 3 votes.",
        "The vote is valid with at least 1 ballot.",
        "The vote is valid if at least 80 % of those who can vote take part.",
        "The assembly must agree separately. Needed there: at least two thirds of the yes and no votes.",
        "Paper may arrive 2 days after online voting ends.",
        "Needed: 3/5 of the yes and no votes.",
        "Interest: 4.25 % a year.",
        "In all at most 1.05 times the amount is paid back.",
        "The dividend aimed at: 3 % a year.",
        "There is no reserve list.",
        "The elders decides about Young co-ops.",
        "What is unused of Young co-ops is open to all after 180 days.",
        "What is unused of Land stays set aside.",
        "Losses are taken in this order: Gifts and Notes.",
        "Each week USD 1,500 is given in small gifts of at most USD 250, without proof of need.",
        "“A” cannot change without the consent of The elders.",
        "What this charter says about the fund cannot change without the consent of The elders.",
        "A change is public for 1 day before it is decided.",
        "Nobody serves more than 1 term.",
    ):
        assert sentence in text


def test_a_round_types_own_page() -> None:
    charter = load(preset("c8-main-street").text)
    said = [str(one) for one in round_type_sentences(charter, "pot")]
    assert "Shares below USD 500 drop out, the smallest first." in said
    assert "The vote is valid however many take part." in said
    with pytest.raises(KeyError):
        round_type_sentences(charter, "nothing")


@pytest.mark.parametrize("method", ["resolution", "consent", "stewards"])
def test_who_changes_the_charter(method: str) -> None:
    said = {"resolution": "Members change", "consent": "changed by consent", "stewards": "The stewards change"}[method]
    assert said in english(HEAD + f"[amend]\nmethod = '{method}'\n")


def test_open_votes_are_not_said_to_be_hidden() -> None:
    charter = load(preset("millrace").text)
    said = {one.code: [render(line) for line in round_type_sentences(charter, one.code)] for one in charter.round_types}
    hidden = "Only the stewards who remind people see who has not voted yet; nobody sees the choices."
    assert hidden in said["ranked"]
    assert hidden not in said["evening"]
    assert "Only the stewards who remind people see who has not voted yet." in said["evening"]
