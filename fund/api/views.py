"""The API's routes, each with its schema; errors are problem details (RFC 9457)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint as PlainBlueprint
from flask import Flask, Response, current_app, jsonify, render_template
from flask_babel import gettext as _
from flask_smorest import Api, Blueprint

from fund import __version__
from fund.api import reading, schemas
from fund.charter import json_schema as charter_schema
from fund.counting.formats import schema as ballot_file_schema
from fund.errors import NotFound
from fund.permissions import act
from fund.rounds import service as rounds

routes = Blueprint("api", __name__, url_prefix="/api/v1", description="What any visitor sees, as JSON.")
blueprint = PlainBlueprint("api_pages", __name__)


class FundApi(Api):
    """The API without smorest's own error answers: `fund.faults` gives the same problem details everywhere."""

    ERROR_SCHEMA = schemas.ProblemSchema

    def _register_error_handlers(self) -> None:
        """Leave errors to `fund.faults`."""


def mount(app: Flask) -> None:
    """Describe and register the API on an application."""
    app.config.update(API_TITLE="Commonpool", API_VERSION=__version__, OPENAPI_VERSION="3.1.0")
    api = FundApi(app, spec_kwargs={"servers": [{"url": "/"}]})
    api.register_blueprint(routes)
    app.extensions["openapi"] = api.spec


def problem(status: int) -> Callable[[Any], Any]:
    """Document that an address may refuse with problem details."""
    return routes.alt_response(status, schema=schemas.ProblemSchema, content_type="application/problem+json")  # type: ignore[no-any-return]


@routes.get("/fund")
@routes.response(200, schemas.FundSchema)
@act("page.read")
def fund() -> dict[str, Any]:
    """The fund and the charter in force."""
    return reading.fund()


@routes.get("/rounds")
@routes.arguments(schemas.PageArgs, location="query")
@routes.response(200, schemas.RoundPageSchema)
@problem(404)
@problem(422)
@act("page.read")
def list_rounds(args: dict[str, Any]) -> dict[str, Any]:
    """Rounds, newest first."""
    return reading.rounds_page(args["page"])


@routes.get("/rounds/<string:slug>")
@routes.response(200, schemas.RoundSchema)
@problem(404)
@act("page.read")
def one_round(slug: str) -> dict[str, Any]:
    """One round."""
    return reading.round_values(rounds.by_slug(slug))


@routes.get("/rounds/<string:slug>/proposals")
@routes.response(200, schemas.ProposalsSchema)
@problem(404)
@act("page.read")
def list_proposals(slug: str) -> dict[str, Any]:
    """The public proposals of a round."""
    return reading.proposals_of(slug)


@routes.get("/rounds/<string:slug>/proposals/<string:proposal>")
@routes.response(200, schemas.ProposalSchema)
@problem(404)
@act("page.read")
def one_proposal(slug: str, proposal: str) -> dict[str, Any]:
    """One public proposal."""
    return reading.proposal_of(slug, proposal)


@routes.get("/rounds/<string:slug>/result")
@routes.response(200, schemas.ResultSchema)
@problem(404)
@act("page.read")
def result(slug: str) -> dict[str, Any]:
    """The published result of a round."""
    return reading.result_of(slug)


@routes.get("/money")
@routes.response(200, schemas.MoneySchema)
@act("page.read")
def money() -> dict[str, Any]:
    """Where every unit of money is."""
    return reading.money()


SCHEMAS = {"ballot-file-1": ballot_file_schema.json_schema, "charter-1": charter_schema.json_schema}


@blueprint.get("/api/v1/schemas/<name>.json")
@act("page.read")
def schema(name: str) -> Response:
    """The JSON Schema of one of the fund's files: `ballot-file-1` or `charter-1`."""
    if name not in SCHEMAS:
        raise NotFound(_("There is no such schema."))
    response = jsonify(SCHEMAS[name]())
    response.mimetype = "application/schema+json"
    return response


@blueprint.get("/api/v1/openapi.json")
@act("page.read")
def openapi() -> Response:
    """The description of this API (OpenAPI 3.1)."""
    return jsonify(current_app.extensions["openapi"].to_dict())


@blueprint.get("/api")
@act("page.read")
def guide() -> str:
    """The API in words: its addresses and what each answers."""
    return render_template("api/guide.html", paths=current_app.extensions["openapi"].to_dict()["paths"])
