"""The one clock: the database's own time, plus an offset that only demo and test instances have.

The offset lies in one row. It is 0 in production, where a trigger-free rule in `foundation` refuses to move it; in a
demo it only grows, so that a reader can walk a round forward and no step can be undone.
"""

from __future__ import annotations

import datetime as dt
from functools import cache

from sqlalchemy import BigInteger, CheckConstraint, Select, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from fund.db.engine import Model


class Clock(Model):
    """One row: how many seconds the fund's time is ahead of the database's."""

    __tablename__ = "clock"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    offset_seconds: Mapped[int] = mapped_column(BigInteger, default=0)


@cache
def _statement(dialect: str) -> Select[object, int]:
    offset = select(Clock.offset_seconds).where(Clock.id == 1).scalar_subquery()
    current = func.strftime("%Y-%m-%dT%H:%M:%f", "now") if dialect == "sqlite" else func.clock_timestamp()
    return select(current, offset)


def now(session: Session) -> dt.datetime:
    """The fund's time as the database of `session` tells it at this moment, aware, in UTC."""
    current, offset = session.execute(_statement(session.get_bind().dialect.name)).one()
    moment = current if isinstance(current, dt.datetime) else dt.datetime.fromisoformat(str(current))
    moment = moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)
    return moment + dt.timedelta(seconds=int(offset or 0))
