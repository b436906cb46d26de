"""What this browser holds of return codes: the keyed hash of each, by number of the application, in its session."""

from __future__ import annotations

from flask import session

from fund.proposals.models import Proposal

NAME = "applications"
MOST = 5


def keys() -> dict[int, str]:
    """The keys of this browser."""
    held = session.get(NAME)
    if not isinstance(held, dict):
        return {}
    return {int(number): str(key) for number, key in held.items() if str(number).isdigit()}


def hold(proposal: Proposal) -> None:
    """Let this browser open one application from now on; of many, the oldest are let go."""
    if proposal.return_hash is None:
        return
    held = {number: key for number, key in keys().items() if number != proposal.id}
    held[proposal.id] = proposal.return_hash
    session[NAME] = {str(number): key for number, key in list(held.items())[-MOST:]}


def let_go(proposal_id: int) -> None:
    """Forget one application on this device."""
    session[NAME] = {str(number): key for number, key in keys().items() if number != proposal_id}
