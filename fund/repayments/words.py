"""States of repayments and kinds of arrangements in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

ARRANGEMENT_WORDS = {
    "holiday": _l("A holiday"),
    "deferral": _l("Put off"),
    "restructure": _l("A new plan"),
    "waiver": _l("Forgiven"),
    "write_off": _l("Written off"),
}
ARRANGEMENT_STATES = {
    "proposed": _l("waits for a second person"),
    "in_force": _l("in force"),
    "withdrawn": _l("withdrawn"),
    "refused": _l("not possible any more"),
}
CAME_FOR = {
    "due": _l("For what is owed"),
    "ahead": _l("Paid ahead"),
    "redemption": _l("Shares bought back"),
    "aporte": _l("An aporte, given freely"),
    "recovery": _l("Recovered after a loss"),
}
