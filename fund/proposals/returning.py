"""Coming back to an application: by the code that was shown once, or from an account that keeps it.

The code opens one application. Its keyed hash is all that is stored, in the database as in the browser that used it,
so a new code shuts out every browser that came with the old one.
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fund import audit, db
from fund.businesses import codes
from fund.businesses.models import Business, BusinessAgent
from fund.db import Transaction, outbox
from fund.errors import Invalid, NotFound, WrongState
from fund.permissions import Actor, require
from fund.proposals import access, conflicts
from fund.proposals.access import Keys
from fund.proposals.models import Proposal
from fund.rounds.models import Round

PURPOSE = "return"


def open_with(code: str) -> Proposal:
    """The application that a return code opens. Raises Invalid, the same for every code that opens none."""
    found = db.session.scalars(
        select(Proposal).where(Proposal.return_hash == codes.digest(PURPOSE, code))
    ).one_or_none()
    if found is None:
        raise Invalid(_l("No application opens with this code. Look at each letter, or ask a steward."), field="code")
    return found


def renew_code(proposal_id: int, *, by: Actor, keys: Keys) -> str:
    """Make a new return code; the old one, and browsers that used it, open nothing any more."""
    require(by, "application.work")
    with db.writing() as tx:
        round_, proposal = access.locked(tx, proposal_id, by=by, keys=keys)
        code = new_code(tx, proposal)
        audit.record(tx, "application.code", by=by.person_id, on=("proposal", proposal.id))
        if proposal.contact_email:
            mail_code(tx, proposal, round_, code)
    return code


def new_code_for_author(proposal_id: int, *, by: Actor) -> str | None:
    """Make a new code for an author who lost theirs and told a steward who they are; the old one opens nothing any more.

    Where an e-mail address was left the code goes there and nowhere else, so that no steward takes an application over;
    else it is given once, to be told or handed over. Raises WrongState for an application that is kept in an account.
    """
    require(by, "application.new_code")
    with db.writing() as tx:
        round_ = tx.lock_shared(Round, tx.get(Proposal, proposal_id).round_id)
        proposal = tx.lock(Proposal, proposal_id)
        require(by, "application.new_code", proposal)
        access.refuse_tied(tx, by, proposal)
        if proposal.state == "draft":
            raise NotFound(_l("There is no such proposal."))
        if proposal.applicant_id is not None:
            raise WrongState(_l("This application is kept in an account; its author signs in and needs no code."))
        code = new_code(tx, proposal)
        audit.record(tx, "application.new_code", by=by.person_id, on=("proposal", proposal.id))
        if not proposal.contact_email:
            return code
        mail_code(tx, proposal, round_, code)
    return None


def keep_in_account(proposal_id: int, *, by: Actor, keys: Keys) -> Proposal:
    """Make the signed-in person who holds the return code the applicant, and agent of a page made from it."""
    require(by, "application.keep")
    with db.writing() as tx:
        _round, proposal = access.locked(tx, proposal_id, by=by, keys=keys)
        if keys.get(proposal.id) != proposal.return_hash or proposal.applicant_id is not None:
            raise WrongState(_l("This application is in an account already."))
        proposal.applicant_id, proposal.return_hash = by.person_id, None
        if proposal.business_id is not None:
            business = tx.lock(Business, proposal.business_id)
            if business.state == "unlisted" and business.claimed_at is None:
                business.claimed_at = tx.now()
                tx.add(BusinessAgent(business_id=business.id, person_id=by.person_id, since=tx.now()))
        conflicts.recuse_insiders(tx, proposal)
        audit.record(tx, "application.keep", by=by.person_id, on=("proposal", proposal.id))
    return proposal


def new_code(tx: Transaction, proposal: Proposal) -> str:
    """Give a draft a code and remember only its keyed hash."""
    code = codes.fresh()
    proposal.return_hash = codes.digest(PURPOSE, code)
    tx.session.flush()
    return code


def mail_code(tx: Transaction, proposal: Proposal, round_: Round, code: str) -> None:
    """Send the code to the address that was left; nothing that was typed goes with it, for it may not be theirs."""
    outbox.post(
        tx, "application_code", address=proposal.contact_email, language=proposal.language, code=code,
        round_title=round_.title,
    )  # fmt: skip
