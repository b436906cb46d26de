"""Invitations in the inviter's own words: sent, sent again, withdrawn; each sending makes the one before worthless.

Whether a mail went out is looked up in the outbox and shown, because an invitation that silently was not sent is worse
than none. Without an address the link is given to the inviter once, to hand over.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fund import audit, db
from fund.db import Transaction, outbox
from fund.db.outbox import OutboxMessage
from fund.errors import Invalid, NotFound, WrongState
from fund.foundation import service as foundation
from fund.members import credentials, joining, verification
from fund.members.models import Credential, Invitation, Person
from fund.permissions import Actor, require

MOST_LISTED = 200
BETWEEN_SENDINGS = dt.timedelta(minutes=10)


@dataclass(frozen=True)
class Sent:
    """An invitation with how its last mail fared: "queued", "sent", "failed", "no_address", or "" when none was to go."""

    invitation: Invitation
    inviter: str
    delivery: str
    is_open: bool


@dataclass(frozen=True)
class ToInvite:
    """Who is invited to what, in which words; without a language in the one that the charter names first."""

    name: str
    class_code: str
    email: str | None = None
    text: str = ""
    language: str | None = None


def invite(wanted: ToInvite, *, by: Actor) -> tuple[Invitation, str]:
    """Invite somebody. Gives the invitation and the secret of its link, which is stored nowhere.

    Raises Invalid on a class or a language the charter does not have, or a text that is no address.
    """
    require(by, "member.invite")
    charter = foundation.current_charter()
    if verification.class_of(charter, wanted.class_code) is None:
        raise Invalid(_l("The charter has no such kind of membership."), field="class_code")
    language = wanted.language or charter.fund.languages[0]
    if language not in charter.fund.languages:
        raise Invalid(_l("Choose one of these languages."), field="language")
    if not wanted.name.strip():
        raise Invalid(_l("Say whom you invite."), field="name")
    email = joining.checked_email(wanted.email)
    with db.writing() as tx:
        now = tx.now()
        invitation = tx.add(
            Invitation(
                name=wanted.name.strip(), email=email, class_code=wanted.class_code, text=wanted.text.strip(),
                language=language, invited_by=by.person_id, invited_at=now, last_sent_at=now,
            )
        )  # fmt: skip
        secret = _send(tx, invitation, by)
        audit.record(tx, "member.invite", by=by.person_id, on=("invitation", invitation.id))
    return invitation, secret


def send_again(invitation_id: int, *, by: Actor) -> tuple[Invitation, str]:
    """Send an open invitation anew; the link sent before works no more. Raises WrongState when it is not open."""
    require(by, "member.invite")
    with db.writing() as tx:
        invitation = _open(tx, invitation_id)
        if invitation.email is not None and tx.now() - invitation.last_sent_at < BETWEEN_SENDINGS:
            raise WrongState(_l("This was sent a moment ago. Wait ten minutes before you send it again."))
        _make_worthless(tx, invitation)
        invitation.times_sent += 1
        invitation.last_sent_at = tx.now()
        secret = _send(tx, invitation, by)
        audit.record(tx, "member.invite_again", by=by.person_id, on=("invitation", invitation.id))
    return invitation, secret


def withdraw(invitation_id: int, *, by: Actor) -> Invitation:
    """Withdraw an open invitation; its link works no more. Raises WrongState when it is not open."""
    require(by, "member.invite")
    with db.writing() as tx:
        invitation = _open(tx, invitation_id)
        _make_worthless(tx, invitation)
        invitation.withdrawn_at = tx.now()
        audit.record(tx, "member.withdraw_invitation", by=by.person_id, on=("invitation", invitation.id))
    return invitation


def open_invitation(secret: str) -> Invitation:
    """The invitation behind a link, using nothing up. Raises NotFound when it was used, withdrawn, or is too old."""
    found = db.session.execute(
        select(Invitation, Credential)
        .join(Credential, Credential.id == Invitation.credential_id)
        .where(
            Credential.kind == "invitation",
            Credential.secret_hash == credentials.hashed("invitation", credentials.normal(secret)),
        )
    ).first()
    if found is None or found[1].used_at is not None or found[1].expires_at <= db.now():
        raise NotFound(_l("This invitation has been used or withdrawn, or is too old. You can join without it."))
    return found[0]


def listed() -> Sequence[Sent]:
    """Invitations, newest first, with how the mail fared."""
    rows = db.session.execute(
        select(Invitation, Person.display_name)
        .join(Person, Person.id == Invitation.invited_by)
        .order_by(Invitation.id.desc())
        .limit(MOST_LISTED)
    ).all()
    keys = {_mail_key(row) for row, _name in rows}
    states = dict(
        db.session.execute(
            select(OutboxMessage.dedupe_key, OutboxMessage.state).where(OutboxMessage.dedupe_key.in_(keys))
        ).all()
    )
    return [
        Sent(row, name, states.get(_mail_key(row), ""), row.person_id is None and row.withdrawn_at is None)
        for row, name in rows
    ]


def _send(tx: Transaction, invitation: Invitation, by: Actor) -> str:
    row, secret = credentials.make_row(tx, "invitation", person_id=None, address=invitation.email)
    invitation.credential_id = row.id
    if invitation.email is not None:
        outbox.post(
            tx, "invitation", address=invitation.email, language=invitation.language, dedupe_key=_mail_key(invitation),
            to_name=invitation.name, inviter=by.display_name, text=invitation.text, secret_link=secret,
            code_expires_at=row.expires_at.isoformat(),
        )  # fmt: skip
    return secret


def _open(tx: Transaction, invitation_id: int) -> Invitation:
    invitation = tx.lock(Invitation, invitation_id)
    if invitation.person_id is not None or invitation.withdrawn_at is not None:
        raise WrongState(_l("This invitation has been accepted or withdrawn."))
    return invitation


def _make_worthless(tx: Transaction, invitation: Invitation) -> None:
    if invitation.credential_id is not None:
        tx.lock(Credential, invitation.credential_id).used_at = tx.now()


def _mail_key(invitation: Invitation) -> str:
    return f"invitation-{invitation.id}-{invitation.times_sent}"
