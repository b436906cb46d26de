"""Kinds of decisions in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

KIND_WORDS = {
    "certified_result": _l("Certified result of a vote"),
    "council": _l("A council’s decision"),
    "consent": _l("A decision by consent"),
    "standing_rule": _l("A standing rule"),
    "note_schedule": _l("The schedule of a note"),
    "micro_grants": _l("A run of micro-grants"),
    "refund": _l("A refund"),
}

CONSENT_WORDS = {
    "proposed": _l("Asked"),
    "objections": _l("Paramount objection"),
    "amended": _l("Amended"),
    "consented": _l("Consented"),
    "blocked": _l("Given up after an objection"),
    "lapsed": _l("Given up without an answer"),
    "minutes_withdrawn": _l("The council withdrew its minutes"),
}
