"""Forms of results: the text of a draw, a dispute, an answer, a correction."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from fund.forms import Form, Paragraphs, PlainText


class PlainAct(Form):
    """A button: nothing but the token."""


class DrawForm(Form):
    """The text of the public draw."""

    text = PlainText(
        _l("The text of the draw"), most=300, description=_l("Exactly as read out, for example: 4 11 23 35 40 49")
    )


class DisputeForm(Form):
    """What a member thinks is wrong."""

    text = Paragraphs(
        _l("What do you think is wrong?"), most=4000, description=_l("Anyone can read this; your name is not shown.")
    )


class AnswerForm(Form):
    """The answer to a dispute; the second person agrees with it."""

    answer = Paragraphs(_l("The answer"), most=4000, required=False)


class CorrectionForm(Form):
    """Why a count is made again."""

    reason = Paragraphs(
        _l("Why it is counted again"), most=2000, description=_l("Published with the new count, beside the old one.")
    )
