"""The first stewards of an empty fund."""

from __future__ import annotations

import datetime as dt

from flask import Flask

from fund import db
from fund.permissions import Role
from fund.stewards import service as stewards
from tests import factories


def test_founding_stewards_serve_where_the_day_of_greenwich_has_not_come_yet(app: Flask) -> None:
    now = db.now()
    tomorrow_at_two = dt.datetime.combine(now.date() + dt.timedelta(days=1), dt.time(2), tzinfo=dt.UTC)
    factories.later(seconds=(tomorrow_at_two - now).total_seconds())
    (founder, _link), _other = stewards.found_stewards(["Imani", "Dana"])
    factories.adopt()
    assert Role.STEWARD in factories.actor(founder).roles
