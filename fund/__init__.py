"""Commonpool: a community governs its own fund. `create_app` puts the parts together: read it and you know them all.

Imports stand inside the functions, so that `fund count` and `fund charter` need neither Flask nor a database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from fund.config import Config

__version__ = "0.1.0"

FEATURES = (
    "foundation",
    "members",
    "stewards",
    "businesses",
    "rounds",
    "proposals",
    "voting",
    "results",
    "awards",
    "payments",
    "notes",
    "repayments",
    "giving",
    "bank",
    "decisions",
    "ledger",
    "reports",
    "pots",
    "surplus",
    "micro_grants",
    "timebank",
    "messages",
    "front",
    "demo",
    "api",
)
"""Features with pages, each `fund/<name>/views.py` with a `blueprint`; acts stand in `fund/<name>/acts.py`."""


def create_app(config: Config | None = None) -> Flask:
    """The web application for one fund. `config` is read from the environment when it is not given."""
    from flask import Flask

    from fund import config as settings

    config = config or settings.load()
    app = Flask(
        "fund",
        template_folder=str(settings.product_folder("templates")),
        static_folder=str(settings.product_folder("static")),
    )
    app.config["FUND"] = config
    app.config["TESTING"] = config.testing
    _store(app, config)
    _extend(app, config)
    _mount(app, config)
    return app


def _store(app: Flask, config: Config) -> None:
    """Database, secrets store and file store."""
    from fund import models  # noqa: F401  (every table must be known)
    from fund.db import engine

    store_folders(app, config)
    engine.configure(app, config.database_url)


def store_folders(app: Flask, config: Config) -> None:
    """Open (or begin) the folders where secrets and files lie."""
    from fund.db import secrets
    from fund.files import FolderStore

    config.home.mkdir(parents=True, exist_ok=True)
    store = secrets.SecretStore(config.secrets_folder)
    app.extensions["secrets"] = store
    app.extensions["files"] = FolderStore(config.files_folder)
    app.config["SECRET_KEY"] = store.get_or_make("session-signing")


def _extend(app: Flask, config: Config) -> None:
    """Extensions: forms, languages, limits, sign-in, migrations."""
    from fund import extensions, presentation, wording
    from fund.config import product_folder
    from fund.db import alchemy
    from fund.db.limits import DatabaseStorage  # noqa: F401  (registers its scheme)

    app.config.update(
        BABEL_TRANSLATION_DIRECTORIES=str(product_folder("translations")),
        RATELIMIT_STORAGE_URI="fund://",
        RATELIMIT_ENABLED=not config.testing,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_ENABLED=True,
    )
    extensions.babel.init_app(app, locale_selector=presentation.choose_language)
    extensions.csrf.init_app(app)
    extensions.limiter.init_app(app)
    extensions.login_manager.init_app(app)
    extensions.migrate.init_app(app, alchemy, directory=str(product_folder("migrations")), render_as_batch=True)
    presentation.register(app)
    wording.register(app)


def _mount(app: Flask, config: Config) -> None:
    """Acts, pages, error pages, headers; last, the check that every route names its act."""
    from importlib import import_module
    from importlib.util import find_spec

    from fund import faults, security, static_files

    for feature in FEATURES:
        for room in ("acts", "views"):
            if find_spec(f"fund.{feature}") and find_spec(f"fund.{feature}.{room}"):
                module = import_module(f"fund.{feature}.{room}")
                if room == "views":
                    app.register_blueprint(module.blueprint)
    static_files.register(app)
    import_module("fund.api.views").mount(app)
    if not config.testing:
        app.extensions["wake"] = _wake
    faults.register(app)
    security.secure(app, config)
    security.check_routes(app)


def _wake() -> None:
    """Tell the job worker that something is due."""
    from fund import jobs

    jobs.wake()
