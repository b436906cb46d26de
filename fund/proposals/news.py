"""Telling an applicant: by the account, else by the address they left, else a steward tells them by phone.

Every outcome and next step goes through `tell`; nothing is told twice, and who cannot be written to is never forgotten:
the proposal then carries what is still to be said until a steward has said it.
"""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from fund import audit, db
from fund.db import Transaction, outbox
from fund.errors import WrongState
from fund.permissions import Actor, require
from fund.proposals import access
from fund.proposals.models import Proposal
from fund.rounds.models import Round

WORDS: dict[str, Any] = {
    "proposal_submitted": _l("the application has arrived"),
    "proposal_shortlisted": _l("details are asked for"),
    "proposal_admitted": _l("the proposal is admitted"),
    "proposal_refused": _l("the proposal is refused, why, and how to appeal"),
    "proposal_appeal_answered": _l("the answer to the appeal"),
    "proposal_on_ballot": _l("the proposal is on the ballot"),
    "proposal_withdrawn": _l("the proposal is withdrawn"),
    "proposal_question": _l("somebody asks a question"),
    "proposal_corrected": _l("the text was corrected"),
    "proposal_next_answer": _l("by when the next answer comes"),
    "proposal_winner": _l("the proposal is funded"),
    "proposal_reserve": _l("the proposal is on the reserve list"),
    "proposal_not_funded": _l("the proposal is not funded"),
    "proposals_closed_draft": _l("the time to hand in is over"),
}
"""Each kind of news (a template in templates/messages/) in a few words, for the desk."""


def tell(tx: Transaction, proposal: Proposal, kind: str, **facts: Any) -> None:
    """Tell the applicant about one thing, once. `facts` are what the message's text needs beside the usual ones."""
    round_ = tx.get(Round, proposal.round_id)
    said = {
        "proposal_id": proposal.id, "title": proposal.title, "round_title": round_.title, "round_slug": round_.slug,
        "slug": proposal.slug, **facts,
    }  # fmt: skip
    if proposal.applicant_id is not None:
        outbox.post(tx, kind, person_id=proposal.applicant_id, **said)
    elif proposal.contact_email:
        outbox.post(tx, kind, address=proposal.contact_email, language=proposal.language, **said)
    else:
        proposal.tell_by_phone = kind


def told(proposal_id: int, *, by: Actor) -> Proposal:
    """Note that a steward has told an applicant by phone. Raises WrongState when nothing waited to be told."""
    require(by, "proposal.told")
    with db.writing() as tx:
        proposal = tx.lock(Proposal, proposal_id)
        require(by, "proposal.told", proposal)
        access.refuse_tied(tx, by, proposal)
        if proposal.tell_by_phone is None:
            raise WrongState(_l("Nothing waits to be told here."))
        kind, proposal.tell_by_phone = proposal.tell_by_phone, None
        audit.record(tx, "proposal.told", by=by.person_id, on=("proposal", proposal.id), kind=kind)
    return proposal
