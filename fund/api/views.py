"""The API's routes, each with its schema; errors are problem details (RFC 9457)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint as PlainBlueprint
from flask import Flask, Response, jsonify, render_template
from flask_smorest import Api, Blueprint

from fund import __version__
from fund.api import reading, schemas
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


@routes.get("/fund")
@routes.response(200, schemas.FundSchema)
@act("page.read")
def fund() -> dict[str, Any]:
    """The fund and the charter in force."""
    return reading.fund()


@routes.get("/rounds")
@routes.arguments(schemas.PageArgs, location="query")
@routes.response(200, schemas.RoundPageSchema)
@routes.alt_response(404, schema=schemas.ProblemSchema)
@act("page.read")
def list_rounds(args: dict[str, Any]) -> dict[str, Any]:
    """Rounds, newest first."""
    return reading.rounds_page(args["page"])


@routes.get("/rounds/<string:slug>")
@routes.response(200, schemas.RoundSchema)
@routes.alt_response(404, schema=schemas.ProblemSchema)
@act("page.read")
def one_round(slug: str) -> dict[str, Any]:
    """One round."""
    return reading.round_values(rounds.by_slug(slug))


@routes.get("/rounds/<string:slug>/proposals")
@routes.response(200, schemas.ProposalsSchema)
@routes.alt_response(404, schema=schemas.ProblemSchema)
@act("page.read")
def list_proposals(slug: str) -> dict[str, Any]:
    """The public proposals of a round."""
    return reading.proposals_of(slug)


@routes.get("/rounds/<string:slug>/proposals/<string:proposal>")
@routes.response(200, schemas.ProposalSchema)
@routes.alt_response(404, schema=schemas.ProblemSchema)
@act("page.read")
def one_proposal(slug: str, proposal: str) -> dict[str, Any]:
    """One public proposal."""
    return reading.proposal_of(slug, proposal)


@routes.get("/rounds/<string:slug>/result")
@routes.response(200, schemas.ResultSchema)
@routes.alt_response(404, schema=schemas.ProblemSchema)
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


@blueprint.get("/api/v1/openapi.json")
@act("page.read")
def openapi() -> Response:
    """The description of this API (OpenAPI 3.1)."""
    from flask import current_app

    return jsonify(current_app.extensions["openapi"].to_dict())


@blueprint.get("/api")
@act("page.read")
def guide() -> str:
    """The API in words: its addresses and what each answers."""
    from flask import current_app

    return render_template("api/guide.html", paths=current_app.extensions["openapi"].to_dict()["paths"])
