"""The demo, loaded once, and its visitors. Tests that change anything get a copy of their own."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fund import db
from fund.demo import beginnings, examples, loading, money
from fund.demo.stage import BEGINS_DAYS_AGO, Stage
from fund.foundation import service as foundation
from fund.members.models import Person
from tests import factories
from tests.conftest import Databases


@dataclass
class Demo:
    """A loaded demo: the application (outside any context), where its database and files lie, what the loader told."""

    app: Flask
    url: str
    home: Path
    told: list[str]

    def visitor(self, name: str | None = None) -> FlaskClient:
        """A browser: nobody's, or that of somebody in Port Alder."""
        client = self.app.test_client()
        if name is not None:
            with self.app.app_context():
                who = db.session.query(Person).filter_by(display_name=name).one()
                number = f"{who.id}:{who.session_version}"
            with client.session_transaction() as session:
                session["_user_id"], session["_fresh"] = number, True
        return client

    def words(self, path: str, name: str | None = None) -> str:
        """What a reader sees of a page, without tags, with single spaces."""
        answer = self.visitor(name).get(path)
        assert answer.status_code == 200, path
        plain = re.sub(r"<style.*?</style>|<svg.*?</svg>|<[^>]+>", " ", answer.get_data(as_text=True), flags=re.DOTALL)
        return re.sub(r"\s+", " ", plain)

    def let_go(self) -> None:
        """Close every connection."""
        with self.app.app_context():
            factories.dispose()


@pytest.fixture(scope="session")
def demo(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Millrace Commons Fund as `make run` shows it. Only to be read."""
    url, home, told = databases.fresh(), tmp_path_factory.mktemp("demo"), list[str]()
    app = factories.application(url, home)
    with app.app_context():
        loading.load_everything(told.append)
    made = Demo(app, url, home, told)
    yield made
    made.let_go()
    databases.drop(url)


@pytest.fixture
def own_demo(demo: Demo, databases: Databases, tmp_path: Path) -> Iterator[Demo]:
    """A copy of the demo, to act in."""
    demo.let_go()
    url, home = databases.copy(demo.url), tmp_path / "own"
    shutil.copytree(demo.home, home)
    made = Demo(factories.application(url, home), url, home, demo.told)
    yield made
    made.let_go()
    databases.drop(url)


@pytest.fixture
def examples_only(database_url: str, tmp_path: Path) -> Iterator[Demo]:
    """The people and the money of the demo with its two examples on demand, and nothing else."""
    app = factories.application(database_url, tmp_path)
    told: list[str] = []
    with app.app_context():
        foundation.found(instance="demo", clock_offset_seconds=-BEGINS_DAYS_AGO * loading.DAY)
        stage = Stage()
        loading.first_year_begins(stage)
        stage.to(345)
        beginnings.others_join(stage)
        beginnings.first_officers(stage)
        stage.to(330)
        beginnings.more_stewards(stage)
        stage.to(325)
        money.comes_in(stage)
        told.extend(examples.scenes(stage, ("missed", "tie")))
        stage.to(0)
    made = Demo(app, database_url, tmp_path, told)
    yield made
    made.let_go()
