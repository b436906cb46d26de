"""Ready-made people, stewards and charters for tests: small, through the services where these are short."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import shutil
from contextvars import Context
from importlib.resources import files
from pathlib import Path
from typing import Any

import flask_migrate
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from fund import config, create_app, db, store_folders
from fund.foundation import service as foundation
from fund.foundation.models import CharterVersion
from fund.identity import actor_for
from fund.members.models import Membership, Person
from fund.permissions import Actor, Role
from fund.stewards.models import StewardTerm


class Browser(FlaskClient):
    """A browser without scripts. Each request gets a context of its own, as it does when it comes over the network."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send one request; what the test reads next is what the request wrote."""
        answer = Context().run(super().open, *args, **kwargs)
        if has_app_context():
            db.session.rollback()
        return answer


def application(database_url: str, home: Path) -> Flask:
    """An application for tests: one database, its own folders, no rate limits."""
    app = create_app(settings(database_url, home))
    app.test_client_class = Browser
    return app


def settings(database_url: str, home: Path) -> config.Config:
    """Where a test's fund keeps its things."""
    read = config.load({"FUND_HOME": str(home), "FUND_DATABASE_URL": database_url, "FUND_TESTING": "1"})
    return dataclasses.replace(read, base_url="http://localhost")


def move(app: Flask, home: Path) -> None:
    """Give an application other folders, with secrets and files of their own."""
    app.config["FUND"] = settings(app.config["FUND"].database_url, home)
    store_folders(app, app.config["FUND"])


def migrate(database_url: str, home: Path) -> None:
    """Make the tables and guards in an empty database."""
    app = application(database_url, home)
    with app.app_context():
        flask_migrate.upgrade()
        dispose()


def found() -> None:
    """The fund's own rows, as a test instance whose clock may be moved."""
    foundation.found(instance="test")


def dispose() -> None:
    """Let go of every connection."""
    db.session.remove()
    for engine in db.alchemy.engines.values():
        engine.dispose()


def adopt(preset: str = "millrace", *, text: str | None = None) -> CharterVersion:
    """Adopt a preset (or a charter's text) as the fund's charter."""
    data = text if text is not None else (files("fund.charter") / "presets" / f"{preset}.toml").read_text()
    someone = Actor(roles=frozenset({Role.STEWARD, Role.SIGNED_IN}))
    version = foundation.propose_charter(data, by=someone)
    return foundation.adopt_charter(
        version.id,
        foundation.Adoption(on=foundation.today(), how="assembly", votes_for=20, votes_against=0),
        by=someone,
    )


def person(name: str = "Rosa", *, email: str | None = None, language: str = "en") -> Person:
    """Somebody the fund knows."""
    with db.writing() as tx:
        return tx.add(Person(display_name=name, email=email, language=language, registered_at=tx.now()))


def member(
    name: str = "Rosa", *, class_code: str = "member", email: str | None = None, neighbourhood: str | None = None
) -> Person:
    """An active member who may vote at once (if the class votes)."""
    made = person(name, email=email)
    with db.writing() as tx:
        long_ago = tx.now() - dt.timedelta(days=60)
        tx.add(
            Membership(
                person_id=made.id, class_code=class_code, basis="lives", neighbourhood=neighbourhood, state="active",
                applied_at=long_ago, verified_how="seen_in_person", verified_at=long_ago, voting_from=long_ago,
            )
        )  # fmt: skip
    return made


def officer(name: str = "Imani", *roles: str, class_code: str = "member") -> Person:
    """A member with terms in the given roles (steward if none is given)."""
    made = member(name, class_code=class_code)
    with db.writing() as tx:
        start = foundation.today_in(tx) - dt.timedelta(days=30)
        for role in roles or ("steward",):
            tx.add(
                StewardTerm(
                    person_id=made.id,
                    role=role,
                    selected_by="vote",
                    starts_on=start,
                    ends_on=start + dt.timedelta(days=365),
                )
            )
    return made


def actor(who: Person) -> Actor:
    """The person as services see them now."""
    return actor_for(who.id)


def later(**delta: float) -> None:
    """Let the fund's clock move on, for example `later(days=3)`."""
    from fund.db import Clock

    with db.writing() as tx:
        tx.lock(Clock, 1).offset_seconds += int(dt.timedelta(**delta).total_seconds())


def until(day: dt.date, *, hour: int = 12) -> None:
    """Let the fund's clock move on to an hour of a day in the fund's own zone, whatever its summer time does."""
    wanted = dt.datetime.combine(day, dt.time(hour), foundation.zone())
    later(seconds=(wanted - db.now()).total_seconds())


def sign_in(client: FlaskClient, who: Person) -> None:
    """Make the client's session this person's."""
    with client.session_transaction() as session:
        session["_user_id"] = f"{who.id}:{db.session.get_one(Person, who.id).session_version}"
        session["_fresh"] = True


def csrf(client: FlaskClient, path: str) -> str:
    """The CSRF token of a page's form, as a browser would send it."""
    page = client.get(path).get_data(as_text=True)
    found_token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found_token is not None, f"no form on {path}"
    return found_token[1]


CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str | None:
    """Where Chromium is on this machine, None where it is missing."""
    return next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
    )
