"""The itemised budget of an application: what for, how much, and whether it is needed at least or comes if there is more.

*Least* lines are what must be paid for the thing to happen at all; *stretch* lines are bought if there is more. The least
lines add up to the least that still helps (which counting uses where a part may be granted), all lines to what is asked.
Whoever asks for little need not write lines, unless the round's charter wants them (`itemised_budget`). A line is changed
as long as the application may be; from admission on the database refuses it. Sources: FEATURES 26, PEERS 8 (budget items).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select

from fund.currency import written
from fund.db import MINOR_LIMIT, Transaction
from fund.errors import Invalid
from fund.presentation import money
from fund.proposals.models import BudgetLine, Proposal

MOST_LINES = 20
MOST_SIGNS = 120
FOR_WORDS = {"least": _l("We need it at least"), "stretch": _l("If there is more")}
NO_WHAT = _l("Say what this amount is for.")
NO_AMOUNT = _l("Say how much this costs.")
NONE_AT_LEAST = _l("Count at least one line to what you need at least.")
LINES_WANTED = _l("In this round everybody says line by line what the money is for.")


@dataclass(frozen=True)
class Line:
    """One line as it is written; the amount in minor units."""

    what: str
    amount_minor: int
    stretch: bool = False


@dataclass(frozen=True)
class Sums:
    """What lines add up to, in minor units: those needed at least, and all."""

    least_minor: int
    whole_minor: int


def sums(lines: Sequence[Line | BudgetLine]) -> Sums:
    """What these lines add up to."""
    return Sums(
        sum(one.amount_minor for one in lines if not one.stretch), sum(one.amount_minor for one in lines)
    )  # fmt: skip


def problems(
    lines: Sequence[Line | BudgetLine], *, ask_minor: int | None, least_minor: int | None, currency: str
) -> dict[str, Any]:
    """Where lines and the amounts of an application do not agree, one sentence for each field; empty without lines."""
    if not lines:
        return {}
    found: dict[str, Any] = {}
    total = sums(lines)
    if not total.least_minor:
        found["line0_for"] = NONE_AT_LEAST
    elif least_minor is not None and least_minor != total.least_minor:
        found["least"] = _l(
            "The lines that you need at least add up to %(sum)s. Write the same here, or leave it empty.",
            sum=written(total.least_minor, currency),
        )
    if ask_minor and ask_minor != total.whole_minor:
        found["ask"] = _l(
            "Your lines add up to %(sum)s, and here you ask for %(ask)s. Please make them agree.",
            sum=written(total.whole_minor, currency), ask=written(ask_minor, currency),
        )  # fmt: skip
    return found


def refuse_unreadable(lines: Sequence[Line]) -> None:
    """Raise Invalid, beside its row, for a line without words or with an amount that is none."""
    if len(lines) > MOST_LINES:
        raise Invalid(_l("A budget has at most %(n)s lines.", n=MOST_LINES), field="line0_what")
    found: dict[str, Any] = {}
    for number, one in enumerate(lines):
        if not one.what.strip():
            found[f"line{number}_what"] = NO_WHAT
        elif len(one.what) > MOST_SIGNS:
            found[f"line{number}_what"] = _l("This is too long: at most %(n)s characters.", n=MOST_SIGNS)
        if not 0 < one.amount_minor <= MINOR_LIMIT:
            found[f"line{number}_amount"] = _l("An amount must be more than nothing, and not too large.")
    if sum(one.amount_minor for one in lines) > MINOR_LIMIT:
        found["ask"] = _l("This amount is too large.")
    if found:
        raise Invalid(_l("Some lines of the budget cannot be read."), fields=found)


def write(tx: Transaction, proposal: Proposal, lines: Sequence[Line]) -> None:
    """Put these lines in the place of those before; the proposal is held and its lines were looked at."""
    if [(one.what, one.amount_minor, one.stretch) for one in of(tx, proposal.id)] == [
        (one.what.strip(), one.amount_minor, one.stretch) for one in lines
    ]:
        return
    remove(tx, proposal.id)
    for position, one in enumerate(lines):
        tx.session.add(
            BudgetLine(
                proposal_id=proposal.id, position=position, what=one.what.strip(), amount_minor=one.amount_minor,
                stretch=one.stretch,
            )
        )  # fmt: skip
    tx.session.flush()
    tx.session.expire(proposal, ["budget"])


def remove(tx: Transaction, proposal_id: int) -> None:
    """Take every line away."""
    tx.session.execute(delete(BudgetLine).where(BudgetLine.proposal_id == proposal_id))


def of(tx: Transaction, proposal_id: int) -> Sequence[BudgetLine]:
    """The lines of a proposal, in their order."""
    return tx.session.scalars(
        select(BudgetLine).where(BudgetLine.proposal_id == proposal_id).order_by(BudgetLine.position)
    ).all()


def as_values(lines: Sequence[BudgetLine]) -> dict[str, Any]:
    """The lines as a version of the text and the frozen ballot keep them; nothing where there are none."""
    kept = [{"what": one.what, "amount_minor": one.amount_minor, "stretch": one.stretch} for one in lines]
    return {"budget": kept} if kept else {}


def told(kept: Sequence[Mapping[str, Any]]) -> list[str]:
    """Lines that were kept, each as one sentence, as a comparison of two versions shows them."""
    return [
        _("%(what)s: %(sum)s (if there is more)", what=one["what"], sum=money(one["amount_minor"]))
        if one["stretch"]
        else _("%(what)s: %(sum)s (needed at least)", what=one["what"], sum=money(one["amount_minor"]))
        for one in kept
    ]
