"""The charter in plain sentences, grouped under headings, for a resident who has never seen the file.

`sentences(charter)` gives messages that the web application translates; `render_english(charter)` gives English text
for the command line. Every sentence says one thing and takes its figures from the charter. The texts stand in three
rooms: sentences_people.py, sentences_rounds.py, sentences_money.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from fund.charter import sentences_money, sentences_people, sentences_rounds
from fund.charter.messages import N_, Message
from fund.charter.model import Charter


class Section(NamedTuple):
    """A heading and the sentences under it."""

    title: Message
    sentences: tuple[Message, ...]


class EnglishSection(NamedTuple):
    """The same in English."""

    title: str
    sentences: tuple[str, ...]


def sentences(charter: Charter) -> tuple[Section, ...]:
    """The whole charter; headings without a sentence are left out."""
    return tuple(section for section in _sections(charter) if section.sentences)


def round_type_sentences(
    charter: Charter, code: str, *, of_one_round: bool = False, amendment: bool = False
) -> tuple[Message, ...]:
    """What binds a round of this type, for its own page. KeyError for an unknown type.

    With `of_one_round` what a round states itself is left out, so that its page never says two things: its dates, its
    budget, the source of its draw. With `amendment` it asks for the share of yes that changing the charter takes.
    """
    type_ = charter.round_type(code)
    if amendment and type_.threshold is not None:
        type_ = replace(type_, threshold=charter.amend.threshold)
    return tuple(sentences_rounds.of_round_type(charter, type_, of_one_round=of_one_round))


def render_english(charter: Charter) -> list[EnglishSection]:
    """The whole charter in English."""
    return [EnglishSection(str(title), tuple(str(one) for one in under)) for title, under in sentences(charter)]


def _sections(charter: Charter) -> Iterator[Section]:
    people, money = sentences_people, sentences_money
    yield Section(N_("The fund"), tuple(people.of_fund(charter)))
    yield Section(N_("Members and votes"), tuple(people.of_membership(charter)))
    yield Section(N_("How newcomers are verified"), tuple(people.of_verification(charter)))
    for type_ in charter.round_types:
        under = tuple(sentences_rounds.of_round_type(charter, type_))
        yield Section(N_("Round: %(name)s", name=type_.name), under)
    yield Section(N_("Who may ask for money"), tuple(money.of_eligibility(charter)))
    yield Section(N_("How a proposal is reviewed"), tuple(people.of_review(charter)))
    for product in charter.products:
        yield Section(N_("Money given as: %(name)s", name=product.name), tuple(money.of_product(charter, product)))
    yield Section(N_("After the vote"), tuple(money.of_awards(charter)))
    yield Section(N_("Money set aside, and limits"), tuple(money.of_pools(charter)))
    yield Section(N_("Stewards"), tuple(people.of_stewards(charter)))
    yield Section(N_("Conflicts of interest, and what takes two people"), tuple(people.of_safeguards(charter)))
    yield Section(N_("What is shown of whom"), tuple(people.of_privacy(charter)))
    yield Section(N_("Changing this charter"), tuple(people.of_amending(charter)))
