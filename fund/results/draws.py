"""The public draw: its text, entered by one steward and confirmed by another who typed it independently.

The source (dice, a lottery) was fixed at freezing. That text alone is the seed of every lot in the count, and it is
part of the published ballot file, so that anybody can repeat the draw.
"""

from __future__ import annotations

import unicodedata

from flask_babel import lazy_gettext as _l

from fund import audit, db
from fund.errors import Invalid, WrongState
from fund.permissions import Actor, require
from fund.results.models import Draw
from fund.rounds.models import Round

LONGEST = 300


def enter_draw(round_id: int, text: str, *, by: Actor) -> Draw:
    """Enter the draw's text, or confirm it by typing the same text as the first person.

    Raises WrongState when no draw is waited for, Invalid when the two texts differ or one person enters both.
    """
    with db.writing() as tx:
        round_ = tx.lock(Round, round_id)
        require(by, "result.draw", round_)
        if round_.status != "awaiting_draw":
            raise WrongState(_l("No draw is waited for in this round."))
        seed = " ".join(unicodedata.normalize("NFC", text).split())
        if not seed or len(seed) > LONGEST:
            raise Invalid(_l("Type the text of the draw exactly as it was read out."), field="text")
        draw = tx.session.get(Draw, round_id)
        if draw is None:
            draw = tx.add(Draw(round_id=round_id, text=seed, entered_by=by.person_id, entered_at=tx.now()))
        elif draw.entered_by == by.person_id:
            raise Invalid(_l("A second person confirms the draw by typing it too."), field="text")
        elif draw.text != seed:
            raise Invalid(_l("The first person typed another text. Compare with what was read out."), field="text")
        else:
            draw.confirmed_by, draw.confirmed_at = by.person_id, tx.now()
            tx.wake()
        audit.record(tx, "result.draw", by=by.person_id, on=("round", round_id), text=seed)
    return draw


def withdraw_draw(round_id: int, *, by: Actor) -> None:
    """Take back a text that was mistyped, before it is confirmed."""
    with db.writing() as tx:
        round_ = tx.lock(Round, round_id)
        require(by, "result.draw", round_)
        draw = tx.lock(Draw, round_id)
        if draw.confirmed_by is not None:
            raise WrongState(_l("A confirmed draw stays."))
        tx.session.delete(draw)
        audit.record(tx, "result.draw_withdrawn", by=by.person_id, on=("round", round_id))


def of(round_id: int) -> Draw | None:
    """The draw of a round as far as it is entered."""
    return db.session.get(Draw, round_id)
