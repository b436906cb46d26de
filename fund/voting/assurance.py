"""How secret the vote is, said honestly on every ballot and result: one badge and three plain sentences (TRUST 2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from fund.charter import SECRET_NEEDS_BALLOTS, SECRET_NEEDS_ELECTORS
from fund.rounds import service as rounds
from fund.rounds.models import Round

BADGES: dict[str, tuple[Any, str, str]] = {
    "open": (_l("Open: votes with names"), "warn", "eye"),
    "secret": (_l("Secret"), "info", "lock"),
}
"""Label, tone and sign of the badge of each level."""

SECRET = (
    _l("Your choices are kept apart from your name and hidden from members and stewards until voting ends. Then, if at"
       " least %(n)s people have voted, the ballots are opened and the link between names and ballots is destroyed.",
       n=SECRET_NEEDS_BALLOTS),
    _l("Secret means here: from members and stewards. The server's operator is trusted: whoever runs the server could read"
       " votes while voting is open."),
    _l("No program can stop somebody from looking over your shoulder. You may change your vote until voting ends, and"
       " only the last one counts."),
)  # fmt: skip
OPEN = (
    _l("This vote is like a show of hands: every ballot is published with its name after voting ends."),
    _l("Until then nobody is shown any vote or any count."),
    _l("Anyone can recount the result by name."),
)  # fmt: skip


def assurance_in(rules: Mapping[str, Any], chamber: str) -> str:
    """`open` or `secret`: how votes are cast in a chamber, or in a round without chambers."""
    for one in rules.get("chambers") or ():
        if one["code"] == chamber:
            return str(one["assurance"])
    return str(rules["assurance"])


def assurance_sentences(round_: Round) -> list[Any]:
    """What this round's badge says, and why the vote is open where the group is too small to be secret."""
    if round_.rules_bytes is not None and (chambers := rounds.rules(round_).get("chambers")):
        return [sentence for one in chambers for sentence in _of_chamber(one)]
    if round_.assurance == "secret":
        return list(SECRET)
    if round_.rules_bytes is not None and rounds.rules(round_)["assurance_reason"] == "too_few_electors":
        return [
            *OPEN,
            _l("The charter wanted a secret vote. With fewer than %(n)s people on the roll a count would give away who"
               " voted how, so this vote is open.", n=SECRET_NEEDS_ELECTORS),
        ]  # fmt: skip
    return list(OPEN)


def _of_chamber(chamber: Mapping[str, Any]) -> list[Any]:
    """How secret the vote is in one chamber, and why it is open where it was to be secret."""
    if chamber["assurance"] == "secret":
        return [_l("%(name)s: secret (level L0). %(sentence)s", name=chamber["name"], sentence=SECRET[0])]
    said = [_l("%(name)s: open. %(sentence)s", name=chamber["name"], sentence=OPEN[0])]
    if chamber["assurance_reason"] == "too_few_electors":
        said.append(
            _l("The charter wanted a secret vote there. With fewer than %(n)s people on the roll a count would give away"
               " who voted how.", n=SECRET_NEEDS_ELECTORS)
        )  # fmt: skip
    return said
