"""States of notes and what happened to them, in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

STATE_WORDS = {
    "pledged": _l("promised"),
    "issued": _l("issued"),
    "repaying": _l("being paid back"),
    "repaid": _l("paid back"),
    "written_down": _l("written down"),
    "converted_to_gift": _l("made a gift"),
    "withdrawn": _l("set aside"),
}
MOVEMENT_WORDS = {
    "issued": _l("Issued"),
    "brought_over": _l("Brought over from older books"),
    "interest": _l("Interest"),
    "paid": _l("Paid back"),
    "interest_paid": _l("Interest paid"),
    "written_down": _l("Part of a loss"),
    "written_up": _l("Given back after a loss"),
    "converted": _l("Made a gift"),
    "transferred": _l("Has another holder"),
    "came_back": _l("The payment came back"),
    "taken_back": _l("Recorded by mistake, corrected"),
}
PART_WORDS = {"principal": _l("the sum that was lent"), "interest": _l("interest")}
