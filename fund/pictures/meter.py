"""Turnout against quorum: how far something has come, and the line it has to reach.

Only counts of people taking part go in here, never a running tally (TRUST 3.3 says which of them may be shown).
"""

from __future__ import annotations

from markupsafe import Markup

from fund.pictures.canvas import WIDTH, Canvas, share

_THICK = 26


def meter(
    done: int,
    whole: int,
    needed: int | None,
    *,
    title: str,
    desc: str,
    done_label: str,
    needed_label: str = "",
    rtl: bool = False,
) -> Markup:
    """Draw `done` of `whole`, with a line at `needed` (none: no line). Labels are finished words ("19 of 48 voted")."""
    sheet = Canvas(title=title, desc=desc, rtl=rtl)
    sheet.text(0, 15, done_label, "p-strong")
    sheet.rect(0, 24, WIDTH * 10, _THICK, "p-track")
    length = share(done, whole, WIDTH)
    if length:
        reached = needed is None or done >= needed
        sheet.rect(0, 24, max(length, 20), _THICK, "t-reed" if reached else "t-pool")
    if needed is None:
        return sheet.markup(24 + _THICK + 2)
    x = share(needed, whole, WIDTH)
    sheet.path([("M", [(x, 20)]), ("L", [(x, 24 + _THICK + 6)])], "p-goal")
    late = x > WIDTH * 5
    sheet.text(x, 24 + _THICK + 20, needed_label, "p-goal-text", anchor="end" if late else "start")
    return sheet.markup(24 + _THICK + 26)
