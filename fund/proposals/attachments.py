"""Files of an application: accepted by what they are, kept under random keys, given out only after a look at who asks.

Applicants add files once they are shortlisted, each private (for reviewers) or public (with the proposal).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fund import audit, db
from fund.errors import Invalid, NotFound, WrongState
from fund.files import FileStore
from fund.permissions import Actor, may, require
from fund.proposals import access, public, sniffing
from fund.proposals.access import Keys
from fund.proposals.models import Attachment, Proposal
from fund.rounds import service as rounds

MOST_FILES = 10
MOST_BYTES = 25 * 1024 * 1024
"""Of all files of one application together."""


def add(proposal_id: int, *, data: bytes, name: str, private: bool, by: Actor, keys: Keys) -> Attachment:
    """Add a file to one's own shortlisted application.

    Raises Invalid or TooLarge as `sniffing.accept`; Invalid when there are too many; WrongState from admission on.
    """
    require(by, "application.work")
    file = sniffing.accept(data, name)
    store = _store()
    key = store.put(file.data)
    try:
        with db.writing() as tx:
            round_, proposal = access.locked(tx, proposal_id, by=by, keys=keys)
            if proposal.shortlisted_at is None or round_.status != "draft" or proposal.state not in OPEN_STATES:
                raise WrongState(_l("Files can be added from shortlisting until a decision."))
            present = tx.session.scalars(
                select(Attachment).where(Attachment.proposal_id == proposal.id, Attachment.removed_at.is_(None))
            ).all()
            if len(present) >= MOST_FILES or sum(one.size_bytes for one in present) + len(file.data) > MOST_BYTES:
                raise Invalid(_l("At most %(n)s files, together %(mb)s MB.", n=MOST_FILES, mb=MOST_BYTES // 2**20),
                              field="file")  # fmt: skip
            row = tx.add(
                Attachment(
                    proposal_id=proposal.id, storage_key=key, file_name=file.name, media_type=file.media_type,
                    size_bytes=len(file.data), sha256=hashlib.sha256(file.data).digest(), private=private,
                    added_by=by.person_id, added_at=tx.now(),
                )
            )  # fmt: skip
            audit.record(tx, "attachment.add", by=by.person_id, on=("proposal", proposal.id), file=row.id)
    except BaseException:
        store.remove(key)
        raise
    return row


def remove(attachment_id: int, *, by: Actor, keys: Keys) -> Proposal:
    """Take a file out of one's own application before a decision; its bytes are removed."""
    require(by, "application.work")
    with db.writing() as tx:
        row = tx.get(Attachment, attachment_id)
        round_, proposal = access.locked(tx, row.proposal_id, by=by, keys=keys)
        row = tx.lock(Attachment, attachment_id)
        if row.removed_at is not None or round_.status != "draft" or proposal.state not in OPEN_STATES:
            raise WrongState(_l("Files can be removed until a decision."))
        row.removed_at = tx.now()
        store, key = _store(), row.storage_key
        tx.after_commit(lambda: store.remove(key))
        audit.record(tx, "attachment.remove", by=by.person_id, on=("proposal", proposal.id), file=row.id)
    return proposal


def of(proposal_id: int) -> Sequence[Attachment]:
    """Files of an application that were not removed, in the order in which they came."""
    return db.session.scalars(
        select(Attachment).where(Attachment.proposal_id == proposal_id, Attachment.removed_at.is_(None))
        .order_by(Attachment.id)
    ).all()  # fmt: skip


def read(attachment_id: int, *, by: Actor, keys: Keys) -> tuple[Attachment, bytes]:
    """One file for somebody who may have it: its applicant, a reviewer without a tie, and of public files whoever may
    read the proposal. Raises NotFound for everybody else, so that nobody learns that it exists."""
    row = db.session.get(Attachment, attachment_id)
    proposal = db.session.get(Proposal, row.proposal_id) if row is not None else None
    if row is None or proposal is None or row.removed_at is not None or not _readable(row, proposal, by, keys):
        raise NotFound(_l("There is no such file here."))
    return row, _store().get(row.storage_key)


OPEN_STATES = ("submitted", "in_review")


def _readable(row: Attachment, proposal: Proposal, by: Actor, keys: Keys) -> bool:
    if access.is_theirs(by, proposal, keys):
        return True
    if proposal.state != "draft" and may(by, "review.read", proposal):
        return True
    return not row.private and public.is_public(proposal, rounds.get(proposal.round_id), by)


def _store() -> FileStore:
    return current_app.extensions["files"]  # type: ignore[no-any-return]
