"""The fund and its charters: found a fund, propose a charter, adopt it, read the one in force.

A charter is adopted with the day, the figures and the minutes of its adoption, never without the consent that
`protected_by` asks for, and never with a setting on votes or money that this program does not carry out. Adopted
versions never change; a round pins one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

from flask import g, has_app_context
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from fund import audit, charter, db
from fund.charter import Charter, wizard
from fund.db import Clock, Transaction
from fund.errors import Invalid, NotFound, WrongState
from fund.foundation.models import CharterVersion, Fund
from fund.permissions import Actor, require


@dataclass(frozen=True)
class Adoption:
    """How a charter was adopted: the day, in what way, the figures of the vote, the minutes, who consented."""

    on: dt.date
    how: str
    votes_for: int | None = None
    votes_against: int | None = None
    abstained: int | None = None
    minutes: str = ""
    consents: tuple[tuple[str, str], ...] = ()
    """Pairs of (who had to consent, how the consent was given)."""


def found(*, instance: str = "production", clock_offset_seconds: int = 0) -> None:
    """Make the fund's own rows in an empty database. Doing it twice changes nothing."""
    with db.writing() as tx:
        if tx.session.get(Fund, 1) is not None:
            return
        tx.add(Clock(id=1, offset_seconds=0 if instance == "production" else clock_offset_seconds))
        tx.add(Fund(id=1, name="A new fund", instance=instance, created_at=tx.now()))
        audit.start_chain(tx)
        audit.record(tx, "fund.found", by=None, on=("fund", 1), instance=instance)


def fund() -> Fund:
    """The fund's row. Raises NotFound while the database is empty."""
    if "fund_row" not in g or g.fund_row not in db.session:
        row = db.session.get(Fund, 1)
        if row is None:
            raise NotFound(_l("There is no fund here yet."))
        g.fund_row = row
    return g.fund_row  # type: ignore[no-any-return]


def today() -> dt.date:
    """Today in the fund's zone."""
    return db.now().astimezone(zone()).date()


def today_in(tx: Transaction) -> dt.date:
    """Today in the fund's zone, by the clock of a transaction."""
    return tx.now().astimezone(zone()).date()


def zone() -> ZoneInfo:
    """The fund's time zone."""
    try:
        return ZoneInfo(fund().timezone if has_app_context() else "UTC")
    except NotFound:
        return ZoneInfo("UTC")


def current_version() -> CharterVersion | None:
    """The charter version in force, None before the first adoption."""
    return db.session.scalars(
        select(CharterVersion).where(CharterVersion.state == "adopted").order_by(CharterVersion.number.desc())
    ).first()


def current_charter() -> Charter:
    """The charter in force. Raises NotFound before the first adoption."""
    version = current_version()
    if version is None:
        raise NotFound(_l("This fund has not adopted a charter yet."))
    return parsed(version.text_bytes)


def charter_of(version_id: int) -> Charter:
    """The charter of one version, for example the one a round pins. Raises NotFound."""
    version = db.session.get(CharterVersion, version_id)
    if version is None:
        raise NotFound(_l("There is no such version of the charter."))
    g.setdefault("charters_read", {})[version_id] = (
        version  # the session alone would forget it, and read it for each row
    )
    return parsed(version.text_bytes)


def versions() -> Sequence[CharterVersion]:
    """Every version, newest first."""
    return db.session.scalars(select(CharterVersion).order_by(CharterVersion.number.desc())).all()


def version_by_number(number: int) -> CharterVersion:
    """One version by its number. Raises NotFound."""
    found = db.session.scalars(select(CharterVersion).where(CharterVersion.number == number)).one_or_none()
    if found is None:
        raise NotFound(_l("There is no such version of the charter."))
    return found


def consents_needed(version: CharterVersion) -> tuple[str, ...]:
    """Whose consent adopting this version would need, by what the charter in force protects."""
    current = current_version()
    if current is None or current.id == version.id:
        return ()
    return tuple(charter.consents_needed(parsed(current.text_bytes), parsed(version.text_bytes)))


def differences_to_current(version: CharterVersion) -> tuple[charter.amend.Change, ...]:
    """The sections in which a proposed version differs from the charter in force, with the consents they need."""
    current = current_version()
    if current is None or version.state != "proposed":
        return ()
    return tuple(charter.differences(parsed(current.text_bytes), parsed(version.text_bytes)))


def text_to_begin_with(preset_code: str | None) -> str:
    """What the page for proposing a charter starts from: a preset by its code, else the charter in force."""
    chosen = next((one for one in charter.presets() if one.code == preset_code), None)
    current = current_version()
    if chosen is not None:
        return chosen.text
    return current.text_bytes.decode() if current is not None else ""


def write_charter(answers: Mapping[str, str], *, by: Actor) -> CharterVersion:
    """Write a charter from the wizard's answers and propose it. Raises Invalid on an answer that cannot be used."""
    return propose_charter(wizard.write(dict(answers)), by=by)


@lru_cache(maxsize=32)
def parsed(text_bytes: bytes) -> Charter:
    """The parsed charter of stored bytes; the same bytes are parsed once."""
    return charter.load(text_bytes)


def class_votes(class_code: str) -> bool:
    """Whether members of this class vote under the charter in force."""
    version = current_version()
    return version is not None and class_code in parsed(version.text_bytes).voting_classes


def propose_charter(text: str, *, by: Actor) -> CharterVersion:
    """Store a charter that is well formed as a proposed version. Raises Invalid with one line for each mistake."""
    require(by, "charter.propose")
    try:
        charter.load(text)
    except charter.CharterErrors as mistakes:
        raise Invalid(_l("The charter has mistakes."), fields={"text": str(mistakes)}) from None
    data = text.encode()
    with db.writing() as tx:
        number = (tx.session.scalar(select(func.max(CharterVersion.number))) or 0) + 1
        version = tx.add(
            CharterVersion(
                number=number,
                state="proposed",
                text_bytes=data,
                text_hash=hashlib.sha256(data).digest(),
                recorded_by=by.person_id,
                created_at=tx.now(),
            )
        )
        audit.record(tx, "charter.propose", by=by.person_id, on=("charter_version", version.id), number=number)
    return version


def adopt_charter(version_id: int, adoption: Adoption, *, by: Actor) -> CharterVersion:
    """Put a proposed version in force and set the one before it aside.

    Raises Invalid when a setting on votes or money is not built, or a consent that `protected_by` asks for is missing;
    WrongState when the version is not proposed. The currency of a fund never changes.
    """
    require(by, "charter.adopt")
    with db.writing() as tx:
        version = tx.lock(CharterVersion, version_id)
        if version.state != "proposed":
            raise WrongState(_l("This version is already adopted or set aside."))
        rules = parsed(version.text_bytes)
        findings = charter.check(rules)
        if findings.refused:
            raise Invalid(
                _l(
                    "This program does not carry out these settings yet, and they bear on votes or money: %(names)s.",
                    names=", ".join(item.setting for item in findings.refused),
                )
            )
        _require_votes(tx, adoption)
        _require_consents(tx, rules, adoption)
        _supersede_and_adopt(tx, version, adoption, not_in_force=[item.setting for item in findings.not_yet_in_force])
        _take_over(tx, rules)
        audit.record(
            tx,
            "charter.adopt",
            by=by.person_id,
            on=("charter_version", version.id),
            number=version.number,
            hash=version.text_hash.hex(),
        )
    return version


def move_clock(seconds: int, *, by: Actor) -> None:
    """Move the clock of a demo or test instance forward. Raises WrongState elsewhere."""
    require(by, "demo.clock")
    if not 0 < seconds <= 400 * 24 * 3600:
        raise Invalid(_l("The clock moves forward by at most 400 days at a time."), field="days")
    with db.writing() as tx:
        if tx.get(Fund, 1).instance == "production":
            raise WrongState(_l("Only a demo has a clock that can be moved."))
        tx.lock(Clock, 1).offset_seconds += seconds


def _require_votes(tx: Transaction, adoption: Adoption) -> None:
    """A charter in force says how many must be in favour of replacing it; figures below that change nothing."""
    if adoption.on > today_in(tx):
        raise Invalid(_l("This day has not come yet."), field="adopted_on")
    current = tx.session.scalars(select(CharterVersion).where(CharterVersion.state == "adopted")).first()
    if current is None:
        return
    if adoption.votes_for is None or adoption.votes_against is None:
        raise Invalid(_l("Give the figures: how many were in favour, how many against."), field="votes_for")
    if not charter.carried(parsed(current.text_bytes), adoption.votes_for, adoption.votes_against):
        raise Invalid(
            _l(
                "Too few were in favour: the charter in force asks for %(share)s.",
                share=parsed(current.text_bytes).amend.threshold,
            ),
            field="votes_for",
        )


def _require_consents(tx: Transaction, rules: Charter, adoption: Adoption) -> None:
    current = tx.session.scalars(select(CharterVersion).where(CharterVersion.state == "adopted")).first()
    if current is None:
        return
    needed = charter.consents_needed(parsed(current.text_bytes), rules)
    given = {who for who, _how in adoption.consents}
    missing = [who for who in needed if who not in given]
    if missing:
        raise Invalid(
            _l("This changes what is protected: the consent of %(who)s is missing.", who=", ".join(missing)),
            field="consents",
        )


def _supersede_and_adopt(
    tx: Transaction, version: CharterVersion, adoption: Adoption, *, not_in_force: list[str]
) -> None:
    for old in tx.lock_all(select(CharterVersion).where(CharterVersion.state == "adopted")):
        old.state = "superseded"
    version.state = "adopted"
    version.adopted_on = adoption.on
    version.adopted_how = adoption.how
    version.adopted_for = adoption.votes_for
    version.adopted_against = adoption.votes_against
    version.adopted_abstained = adoption.abstained
    version.minutes = adoption.minutes
    version.consents = [{"who": who, "how": how} for who, how in adoption.consents]
    version.not_in_force = not_in_force
    tx.session.flush()


def _take_over(tx: Transaction, rules: Charter) -> None:
    """Let the fund's own row follow the charter in force."""
    row = tx.lock(Fund, 1)
    if row.state != "draft" and row.currency != rules.currency:
        raise Invalid(_l("A fund keeps its currency; a new currency needs a new fund."))
    row.name, row.area, row.currency = rules.fund.name, rules.fund.area, rules.currency
    row.timezone, row.languages, row.state = rules.fund.timezone, list(rules.fund.languages), "active"
