"""The public text of a proposal, kept in versions, and what changed from one to the next, word by word.

A version holds what anybody may read: fields, public answers, what is said about each standard. It is made whenever
that text changes after the application was handed in; after admission only by a steward, who says why.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from fund import audit, db
from fund.db import Transaction
from fund.errors import Invalid, WrongState
from fund.permissions import Actor, require
from fund.proposals import access, budget, news
from fund.proposals.models import Proposal, ProposalAnswer, ProposalVersion
from fund.rounds.models import Round, RoundQuestion

TEXTS = ("title", "summary", "purpose", "benefits", "plan")
"""Fields of public text, in the order in which they are read."""
FIELD_WORDS: dict[str, Any] = {
    "title": _l("Name"),
    "summary": _l("In one sentence"),
    "purpose": _l("What the money is for"),
    "benefits": _l("Who benefits"),
    "plan": _l("The plan"),
    "ask_minor": _l("Asked for"),
    "least_minor": _l("Least that is useful"),
    "product": _l("Kind of money"),
    "neighbourhood": _l("Neighbourhood"),
    "ownership": _l("Who owns it"),
}
_WORDS = re.compile(r"\s+|\w+|[^\w\s]", re.UNICODE)


@dataclass(frozen=True)
class Change:
    """A run of words: `kind` is same, added or removed."""

    kind: str
    text: str


@dataclass(frozen=True)
class FieldChange:
    """What changed in one field. Amounts are compared as minor units and shown before and after."""

    field: str
    label: Any
    changes: tuple[Change, ...] = ()
    before_minor: int | None = None
    after_minor: int | None = None


def content(tx: Transaction, proposal: Proposal) -> dict[str, Any]:
    """What anybody may read of a proposal, as one value."""
    rows = tx.session.execute(
        select(RoundQuestion.text, ProposalAnswer.text)
        .join(ProposalAnswer, ProposalAnswer.question_id == RoundQuestion.id)
        .where(ProposalAnswer.proposal_id == proposal.id, RoundQuestion.private.is_(False))
        .order_by(RoundQuestion.position)
    )
    return {
        **{name: getattr(proposal, name) for name in FIELD_WORDS},
        "answers": {question: answer for question, answer in rows if answer},
        "standards": dict(proposal.standards),
        **budget.as_values(budget.of(tx, proposal.id)),
    }


def keep(tx: Transaction, proposal: Proposal, *, by: int | None, why: str = "") -> ProposalVersion | None:
    """Store the public text as a version, unless it is the same as the last one."""
    now = content(tx, proposal)
    last = tx.session.scalars(
        select(ProposalVersion).where(ProposalVersion.proposal_id == proposal.id)
        .order_by(ProposalVersion.number.desc()).limit(1)
    ).one_or_none()  # fmt: skip
    if last is not None and last.content == now:
        return None
    return tx.add(
        ProposalVersion(
            proposal_id=proposal.id, number=(last.number if last else 0) + 1, content=now, made_by=by,
            made_at=tx.now(), why=why[:300],
        )
    )  # fmt: skip


def of(proposal_id: int) -> Sequence[ProposalVersion]:
    """Every version, oldest first."""
    return db.session.scalars(
        select(ProposalVersion).where(ProposalVersion.proposal_id == proposal_id).order_by(ProposalVersion.number)
    ).all()


def count(proposal_id: int) -> int:
    """How many versions there are."""
    return int(
        db.session.scalar(select(func.count()).select_from(ProposalVersion).where(
            ProposalVersion.proposal_id == proposal_id
        )) or 0
    )  # fmt: skip


def correct(proposal_id: int, texts: dict[str, str], *, why: str, by: Actor) -> Proposal:
    """Correct the public text of an admitted proposal, visibly and with a reason. Amount and product stay.

    Raises WrongState before admission (the applicant changes it then) and from freezing on; Invalid without a reason
    or a change.
    """
    require(by, "proposal.correct")
    if not why.strip():
        raise Invalid(_l("Say why the text is corrected; everybody can read it."), field="why")
    with db.writing() as tx:
        round_ = tx.lock_shared(Round, tx.get(Proposal, proposal_id).round_id)
        proposal = tx.lock(Proposal, proposal_id)
        require(by, "proposal.correct", proposal)
        access.refuse_tied(tx, by, proposal)
        if proposal.state != "admitted" or round_.status != "draft":
            raise WrongState(_l("The text is corrected only between admission and the freezing of the round."))
        for name in TEXTS:
            if name in texts:
                setattr(proposal, name, texts[name].strip())
        if not proposal.title:
            raise Invalid(_l("Please fill this in."), field="title")
        version = keep(tx, proposal, by=by.person_id, why=why.strip())
        if version is None:
            raise Invalid(_l("Nothing was changed."), field="why")
        audit.record(tx, "proposal.correct", by=by.person_id, on=("proposal", proposal.id), version=version.number)
        news.tell(tx, proposal, "proposal_corrected", why=why.strip())
    return proposal


def compare(before: dict[str, Any], after: dict[str, Any]) -> list[FieldChange]:
    """Every field that differs between two versions, with its words marked as same, added or removed."""
    found = []
    for name, label in FIELD_WORDS.items():
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        if name.endswith("_minor"):
            found.append(FieldChange(name, label, before_minor=old, after_minor=new))
        else:
            found.append(FieldChange(name, label, tuple(words_changed(str(old or ""), str(new or "")))))
    olds, news_ = budget.told(before.get("budget", ())), budget.told(after.get("budget", ()))
    if olds != news_:
        found.append(FieldChange("budget", _l("The budget, line by line"), tuple(lines_changed(olds, news_))))
    for group in ("answers", "standards"):
        was, is_ = before.get(group, {}), after.get(group, {})
        found += [
            FieldChange(group, question, tuple(words_changed(was.get(question, ""), is_.get(question, ""))))
            for question in dict.fromkeys([*was, *is_])
            if was.get(question, "") != is_.get(question, "")
        ]
    return found


def words_changed(before: str, after: str) -> list[Change]:
    """Two texts as runs of words that stayed, went or came, in reading order."""
    return _changed(_WORDS.findall(before), _WORDS.findall(after))


def lines_changed(before: Sequence[str], after: Sequence[str]) -> list[Change]:
    """Two lists as runs of whole lines that stayed, went or came, so that no amount is cut in two."""
    return _changed([f"{one}\n" for one in before], [f"{one}\n" for one in after])


def _changed(old: Sequence[str], new: Sequence[str]) -> list[Change]:
    changes: list[Change] = []
    for tag, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            changes.append(Change("same", "".join(old[i:j])))
            continue
        if j > i:
            changes.append(Change("removed", "".join(old[i:j])))
        if m > k:
            changes.append(Change("added", "".join(new[k:m])))
    return changes
