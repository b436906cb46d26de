"""Forms of a round: its words and figures, its dates, its tasks, its own questions, an act for two people."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField
from wtforms.validators import InputRequired

from fund.charter.model_rounds import RoundType
from fund.forms import Form, LocalDateTime, MoneyField, Paragraphs, PlainText, WholeNumber, options
from fund.rounds.models import PHASES
from fund.rounds.schedule import Span
from fund.rounds.seconded import REASON_LIMIT
from fund.rounds.service import QUESTION_LIMIT, TITLE_LIMIT, NewRound
from fund.rounds.words import TASK_WORDS


class RoundForm(Form):
    """What a round is about. What the charter states is not asked."""

    title = PlainText(
        _l("Title"),
        most=TITLE_LIMIT,
        description=_l("What people will call this round, for example “Spring round 2027”."),
    )
    question = Paragraphs(
        _l("What is asked, or the text that is voted on"),
        required=False,
        most=QUESTION_LIMIT,
        rows=6,
        description=_l("For a resolution: the whole text. For money: one or two sentences on what this round is for."),
    )
    budget = MoneyField(
        _l("Budget"),
        required=False,
        description=_l("How much money this round decides. It is set aside when voting opens."),
    )
    max_on_ballot = WholeNumber(
        _l("Most proposals on the ballot"),
        least=1,
        most=1000,
        required=False,
        description=_l("A short ballot is read to the end. The charter's own limit holds if you leave this empty."),
    )
    draw_source = PlainText(
        _l("Which public draw decides a tie"),
        most=300,
        required=False,
        description=_l(
            "A draw that nobody here can steer, and when: dice thrown at the open meeting, a lottery's numbers."
        ),
    )
    amends = SelectField(
        _l("Does this change the charter?"),
        coerce=lambda typed: int(typed) if typed else None,
        description=_l(
            "If a proposed charter is voted on, it takes the share of yes that the charter asks for changing it."
        ),
    )
    starts_at = LocalDateTime(
        _l("First day and hour"),
        required=False,
        description=_l("The charter's phases follow from here; you can move each. Leave it empty to begin now."),
    )

    def fit(self, type_: RoundType, *, new: bool, proposed: Sequence[int] = ()) -> RoundForm:
        """Leave out what the charter states for this type, what a new round alone is asked, and the question about a
        change of the charter where no charter is proposed (`proposed`: the numbers of those that are)."""
        self.question.flags.required = type_.decides == "resolution"
        if type_.decides != "money" or type_.budget_minor is not None or type_.percent_of_available is not None:
            del self.budget
        if type_.count.ties[-1:] != ("lot",):
            del self.draw_source
        if not new:
            del self.starts_at
        if type_.decides == "resolution" and proposed:
            versions = [(str(n), _l("Yes: version %(number)s would come into force", number=n)) for n in proposed]
            self.amends.choices = [("", _l("No")), *versions]
        else:
            del self.amends
        return self

    def as_new(self, round_type: str) -> NewRound:
        """The round as it was typed."""
        return NewRound(
            round_type, self.title.data, question=self.question.data,
            budget_minor=self.budget.data if "budget" in self else None, max_on_ballot=self.max_on_ballot.data,
            draw_source=(self.draw_source.data or None) if "draw_source" in self else None,
            amends=self.amends.data if "amends" in self else None,
            starts_at=self.starts_at.data if "starts_at" in self else None,
        )  # fmt: skip


class DatesForm(Form):
    """When each phase starts and ends; a phase without dates is left out."""

    def spans(self) -> list[Span]:
        """The phases as typed. A phase with one date only keeps the other as the same moment, and is refused later."""
        found = []
        for label in PHASES:
            starts, ends = self[f"{label}_starts"].data, self[f"{label}_ends"].data
            if starts is not None or ends is not None:
                found.append(Span(label, starts or ends, ends or starts))
        return found


for _label in PHASES:
    _needed = _label == "voting"
    setattr(DatesForm, f"{_label}_starts", LocalDateTime(_l("From"), required=_needed))
    setattr(DatesForm, f"{_label}_ends", LocalDateTime(_l("Until"), required=_needed))


class TaskForm(Form):
    """Who does what."""

    person = SelectField(
        _l("Who"),
        coerce=lambda typed: int(typed) if typed else None,
        validators=[InputRequired(_l("Choose a person."))],
        description=_l("Outreach is for stewards who serve, for it reads phone numbers. The other tasks are for stewards"
                       " and auditors, and for who stands in for one in this round."),
    )  # fmt: skip
    task = SelectField(
        _l("Task"), choices=options(TASK_WORDS.items()), validators=[InputRequired(_l("Choose one of the tasks."))]
    )

    def offer(self, people: Sequence[tuple[int, str]]) -> TaskForm:
        """Let one choose among these people; nobody is chosen beforehand."""
        self.person.choices = options([("", _l("Choose a person")), *people])
        return self


class QuestionForm(Form):
    """One of the round's own questions to applicants."""

    text = PlainText(_l("Question"), most=300)
    hint = PlainText(_l("Help for who answers"), most=300, required=False)
    stage = SelectField(
        _l("When it is asked"),
        choices=options([("application", _l("With the application")), ("details", _l("Only of who is shortlisted"))]),
    )
    private = BooleanField(_l("The answer is read by reviewers only"))
    required = BooleanField(_l("An answer is needed"))


class ActForm(Form):
    """The reason for an act that needs two people."""

    reason = Paragraphs(
        _l("Why?"),
        most=REASON_LIMIT,
        rows=4,
        description=_l("Everyone can read this, with your name and the other person's."),
    )
