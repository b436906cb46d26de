"""Counting rules by name, as a resident reads them beside a result (COUNTING.md names them for files)."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

RULE_NAMES: dict[str, Any] = {
    "majority": _l("Yes or no by majority"),
    "greedy": _l("Most votes first"),
    "irv": _l("Instant runoff"),
    "sequential_irv": _l("Instant runoff, one place after the other"),
    "stv": _l("Single transferable vote"),
    "stv_scottish": _l("Single transferable vote, Scottish rules"),
    "stv_meek": _l("Single transferable vote by Meek's method"),
    "equal_shares": _l("Equal shares"),
    "phragmen": _l("Equal load (Phragmén)"),
    "expanding_approvals": _l("Expanding approvals"),
    "quadratic_funding": _l("Quadratic funding"),
    "proportional_capped": _l("Shares by votes, capped at the ask"),
    "borda": _l("Points by place (Borda)"),
    "condorcet": _l("Every pair compared (Condorcet)"),
    "lot": _l("A public draw"),
    "objections": _l("Objections"),
}


def rule_name(method: str) -> Any:
    """A counting rule in words; a rule without words keeps its own name."""
    return RULE_NAMES.get(method, method.replace("_", " "))
