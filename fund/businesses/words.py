"""Codes of the directory in words that a resident reads."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

OWNERSHIP_WORDS: dict[str, Any] = {
    "worker_owned": _l("Its workers own it"),
    "converting": _l("On the way to belonging to its workers"),
    "cooperative": _l("A cooperative of members or users"),
    "community": _l("The community owns it"),
    "sole_owner": _l("One person owns it"),
    "partnership": _l("A few partners or a family own it"),
    "nonprofit": _l("A non-profit body"),
    "informal": _l("A group without a legal form"),
    "other": _l("Something else"),
}
NOMINATION_WORDS: dict[str, Any] = {
    "named": _l("Named, nobody has reached out yet"),
    "contacted": _l("A steward reached out"),
    "claimed": _l("The business has claimed its page"),
    "declined": _l("It does not want a page"),
    "unreachable": _l("Could not be reached"),
}
