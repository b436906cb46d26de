"""A workbench for the look: the templates alone, with the smallest Flask around them that renders them honestly.

It holds no feature and no database, so what these tests find is the fault of base page, macros, pictures or style.
The filters `money`, `date` and `datetime` follow the contract of docs/design-system.md, in dollars and UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask, Response, flash, render_template, render_template_string, request
from flask_babel import Babel, format_currency, format_date, format_datetime

from fund.pictures.look import SampleForm, samples

ROOT = Path(__file__).parents[2]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


DRAFT = """{% extends "base.html" %}{% import "_macros/forms.html" as forms %}{% block main %}
{% call forms.form(f, draft="sample") %}{{ forms.field(f.name) }}{{ forms.field(f.basis) }}
{{ forms.field(f.email, autocomplete="one-time-code") }}{{ forms.submit("Hand in") }}{% endcall %}{% endblock %}"""
RECEIPT = """{% extends "base.html" %}{% import "_macros/receipts.html" as receipts %}{% block main %}
{{ receipts.receipt("Handed in", [], forget="sample") }}{% endblock %}"""


@dataclass(frozen=True)
class Person:
    """Who is looking, as the base page wants to know it."""

    is_signed_in: bool
    display_name: str = ""
    roles: tuple[str, ...] = ()


def build() -> Flask:
    """A Flask application that serves the templates under the strict policy of the real one."""
    app = Flask("look", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.config.update(SECRET_KEY="only for tests", TESTING=True)
    Babel(app)
    app.add_template_filter(lambda minor: format_currency(minor / 100, "USD", format_type="standard"), "money")
    app.add_template_filter(lambda at: format_date(at, "long"), "date")
    app.add_template_filter(lambda at: f"{format_datetime(at, 'd MMMM y, HH:mm')} UTC", "datetime")

    @app.context_processor
    def context() -> dict[str, Any]:
        here = request.path
        places = [
            ("Rounds", "/rounds"),
            ("Businesses", "/businesses"),
            ("Money", "/money"),
            ("Charter", "/charter"),
            ("Help", "/help"),
        ]
        signed = "steward" in request.args
        if signed:
            places += [("Steward", "/steward"), ("Treasury", "/treasury")]
        return {
            "fund_name": "Millrace Commons Fund",
            "nav": [(name, url, here.startswith(url)) for name, url in places],
            "actor": Person(signed, "Imani Okafor", ("steward",)),
            "demo_bar": {
                "now": "4 March 2026, 18:30 UTC",
                "days_ahead": 5,
                "people": [("Rosa", "resident"), ("Imani", "steward")],
            }
            if signed
            else None,
            "languages": [("en", "English"), ("es", "Español")],
            "language": "en",
            "direction": request.args.get("dir", "ltr"),
            "timezone_name": "UTC",
        }

    @app.after_request
    def strict(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        return response

    @app.route("/draft", methods=["GET", "POST"])
    def draft() -> str:
        return render_template_string(DRAFT if request.method == "GET" else RECEIPT, f=SampleForm())

    @app.get("/look/<path:name>")
    def show(name: str) -> str:
        if "flash" in request.args:
            flash("Your proposal was saved.", "done")
        return render_template(name, **(samples() if name == "help/look.html" else {}))

    return app
