"""Sample data for `templates/help/look.html`, the page on which every part of the design system can be seen at once.

Figures follow the demo fund of FIELD.md D. Served on demo and test instances only; nothing here reaches a real page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from wtforms import (
    BooleanField,
    Form,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    validators,
    widgets,
)
from wtforms.fields.choices import SelectChoice

from fund.pictures.bar import Bar, Goal, bars
from fund.pictures.flow import Link, Node, Stage, flow
from fund.pictures.line import Point, line
from fund.pictures.meter import meter
from fund.pictures.stacked import Part, stacked


@dataclass(frozen=True)
class SampleOption:
    """What a ballot macro wants to know of a proposal."""

    id: str
    name: str
    ask_minor: int | None
    summary: str
    url: str | None = None


class SampleForm(Form):
    """One field of each kind."""

    name = StringField("Name of your business", [validators.InputRequired("Please give a name.")])
    email = StringField(
        "E-mail",
        [validators.Optional(), validators.Regexp(".+@.+", message="This is not an e-mail address yet.")],
        description="Only if you have one. We write when something is decided, never otherwise.",
    )
    about = TextAreaField("What would you do with the money?", [validators.InputRequired("A sentence or two will do.")])
    ask = StringField("How much do you ask for?", [validators.InputRequired("Please give an amount.")])
    area = SelectField("Neighbourhood", choices=["Tannery Flats", "Quarry Hill", "Lower Locks"])
    basis = RadioField(
        "Why do you belong here?",
        [validators.InputRequired("Please choose the one that fits best.")],
        choices=[
            SelectChoice("lives", "I live here"),
            SelectChoice("works", "I work here"),
            SelectChoice("displaced", "I used to live here"),
        ],
    )
    help = SelectMultipleField(
        "How would you help besides voting?",
        choices=[
            SelectChoice("buy", "Buy there"),
            SelectChoice("tell", "Tell others"),
            SelectChoice("hands", "Give hours"),
        ],
        option_widget=widgets.CheckboxInput(),
        widget=widgets.ListWidget(prefix_label=False),
    )
    public = BooleanField(
        "I know that the name and the amount become public", [validators.InputRequired("Please confirm.")]
    )


OPTIONS = (
    SampleOption(
        "saltgrass", "Saltgrass Laundry Co-op", 1_150_000, "Heat-pump dryers, owned by the nine who work there.", "#"
    ),
    SampleOption("second-spool", "Second Spool Mending", 320_000, "Two machines and a counter at the Saturday market."),
    SampleOption(
        "locks-street", "Locks Street Print Collective", 780_000, "A ramp at the door and a second-hand risograph."
    ),
    SampleOption("kestrel", "Kestrel Home Care Workers", 1_200_000, "A licence and training for eight carers."),
)


def samples() -> dict[str, Any]:
    """Everything the page needs besides the base page's own context."""
    wrong = SampleForm(data={"email": "rosa at home", "about": "Bread for the Flats."})
    wrong.process(
        _Typed({"name": "", "email": "rosa at home", "about": "", "ask": "nine thousand", "area": "Quarry Hill"})
    )
    wrong.validate()
    return {
        "fresh": SampleForm(prefix="fresh"),
        "wrong": wrong,
        "options": OPTIONS,
        "moment": datetime(2026, 3, 4, 18, 30, tzinfo=UTC),
        "pictures": _pictures(),
    }


class _Typed(dict[str, Any]):
    """What a browser sent, as WTForms reads it."""

    def getlist(self, name: str) -> list[Any]:
        return [self[name]] if name in self else []


def _dollars(whole: int) -> str:
    return f"${whole:,}"


def _pictures() -> dict[str, Any]:
    return {
        "meter": meter(
            19,
            48,
            25,
            title="Turnout in round 2",
            desc="19 of 48 have voted; 25 are needed.",
            done_label="19 of 48 voted",
            needed_label="25 needed",
        ),
        "bars": bars(
            [
                Bar("Alder Bread Co-op", 38, "38 votes"),
                Bar("Wheelhouse Bike Repair", 31, "31 votes"),
                Bar("Lupe & Daughters Tamales", 27, "27 votes"),
                Bar("Ropewalk Gym and Community Boxing Hall", 9, "9 votes", tone="mist"),
            ],
            title="Votes in round 1",
            desc="Alder Bread has 38 votes, the gym 9; the floor is 12.",
            goal=Goal(12, "floor: 12"),
        ),
        "asks": bars(
            [
                Bar("Bakery", 9000, "$9,000 of $9,000", of=9000, tone="reed"),
                Bar("Barber", 10800, "$10,800 of $12,000", of=12000, tone="reed"),
                Bar("Candle stall", 0, "$0 of $2,000", of=2000, tone="reed"),
            ],
            title="Given and asked",
            desc="The bakery gets all it asked for, the candle stall nothing.",
        ),
        "stacked": stacked(
            [
                Part("Free", 18986, "$18,986", "pool"),
                Part("Kept for round 2", 30000, "$30,000", "sun"),
                Part("Promised to round 1", 4300, "$4,300", "clay"),
                Part("Micro-grants this week", 300, "$300", "dusk"),
            ],
            title="Where the pool's cash is",
            desc="Of $53,586, $30,000 is kept for round 2 and $18,986 is free.",
        ),
        "line": line(
            [
                Point(0, 12000),
                Point(40, 31000),
                Point(90, 58000),
                Point(120, 49000),
                Point(170, 71240),
                Point(230, 51540),
                Point(300, 53586),
            ],
            title="The pool over time",
            desc="From $12,000 to $53,586, highest at $71,240.",
            show=_dollars,
            marks=[(0, "May"), (150, "October"), (300, "March")],
        ),
        "count": _count(),
        "met": _met(),
    }


def _count() -> Any:
    def stage(label: str, *tallies: tuple[str, str, int]) -> Stage:
        return Stage(label, tuple(Node(key, name, votes, f"{votes} ballots") for key, name, votes in tallies))

    bread, bikes, gym, books = "Alder Bread", "Wheelhouse Bikes", "Ropewalk Gym", "Pier Nine Books"
    return flow(
        [
            stage("First choices, 12 ballots", ("A", bread, 4), ("B", bikes, 3), ("C", gym, 3), ("D", books, 2)),
            stage("Books out, its ballots move on", ("A", bread, 4), ("B", bikes, 3), ("C", gym, 5)),
            stage("Bikes out: Bread leads 7 to 5", ("A", bread, 7), ("C", gym, 5)),
        ],
        [
            Link(0, "A", "A", 4, 4),
            Link(0, "B", "B", 3, 3),
            Link(0, "C", "C", 3, 3),
            Link(0, "D", "C", 2, 2),
            Link(1, "A", "A", 4, 4),
            Link(1, "B", "A", 3, 3),
            Link(1, "C", "C", 5, 5),
        ],
        title="The count, stage by stage",
        desc="Books then Bikes drop out; Bread wins 7 to 5.",
    )


def _met() -> Any:
    def node(key: str, name: str, value: int, shown: str, tone: str | None = None) -> Node:
        return Node(key, name, value, shown, tone)

    return flow(
        [
            Stage(
                "Votes",
                (
                    node("a", "Bakery", 120, ""),
                    node("b", "Barber", 90, ""),
                    node("c", "Books", 60, ""),
                    node("d", "Bikes", 30, ""),
                ),
            ),
            Stage(
                "Dollars",
                (
                    node("a", "Bakery", 9000, "$9,000"),
                    node("b", "Barber", 10800, "$10,800"),
                    node("c", "Books", 7200, "$7,200"),
                    node("d", "Bikes", 3000, "$3,000"),
                ),
            ),
        ],
        [
            Link(0, "a", "a", 120, 9000),
            Link(0, "b", "b", 90, 10800),
            Link(0, "c", "c", 60, 7200),
            Link(0, "d", "d", 30, 3000),
        ],
        title="How support and money met",
        desc="The bakery drew most votes and was capped at its ask.",
    )
