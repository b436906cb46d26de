"""Every refusal and fault, turned into a page or into problem details (RFC 9457), in one place."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from flask import Flask, current_app, g, jsonify, make_response, redirect, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError
from werkzeug.wrappers import Response as BaseResponse

from fund.errors import FundError, SignInNeeded
from fund.permissions import VISITOR
from fund.wording import spoken

log = logging.getLogger("fund")


def register(app: Flask) -> None:
    """Answer every error in words; nothing of the inside is shown."""
    app.register_error_handler(FundError, _refused)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(Exception, _fault)


def _refused(error: FundError) -> BaseResponse | tuple[str, int]:
    if isinstance(error, SignInNeeded) and not _wants_json():
        return redirect(
            "/sign-in?" + urlencode({"next": request.full_path.rstrip("?")}) if request.method == "GET" else "/sign-in",
            303,
        )
    return _answer(error.status, spoken(error.message), {name: spoken(text) for name, text in error.fields.items()})


def _stale_form(_error: CSRFError) -> BaseResponse | tuple[str, int]:
    return _answer(
        400, _("This form is too old or came from another page. Please open the page again; nothing was changed.")
    )


def _http(error: HTTPException) -> BaseResponse | tuple[str, int]:
    if isinstance(error, SecurityError):  # asked under another name: no address can be built, so no page is
        return make_response(_("This fund is not known under that name."), 400, {"Content-Type": "text/plain"})
    if error.response is not None:
        return error.get_response()
    answer = _answer(error.code or 500, "", getattr(error, "data", {}).get("messages"))
    methods = getattr(error, "valid_methods", None)
    if methods:
        response = make_response(answer)
        response.headers["Allow"] = ", ".join(sorted(methods))
        return response
    return answer


def _busy(error: OperationalError) -> BaseResponse | tuple[str, int]:
    log.error("the database did not answer: %s", type(error.orig).__name__)
    _ask_nothing_more()
    return _answer(503, _("The fund is busy. Nothing was changed; please try again in a moment."))


def _fault(error: Exception) -> BaseResponse | tuple[str, int]:
    log.error("fault in %s", request.endpoint, exc_info=error)
    _ask_nothing_more()
    return _http(InternalServerError())


def _answer(status: int, message: str, fields: dict[str, Any] | None = None) -> BaseResponse | tuple[str, int]:
    if _wants_json():
        body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
        if message:
            body["detail"] = message
        if fields:
            body["errors"] = fields
        response = jsonify(body)
        response.status_code = status
        response.mimetype = "application/problem+json"
        return response
    page = f"errors/{status}.html" if status in PAGES else "errors/400.html"
    shown = {"error": {"message": message}, "status": status}
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return current_app.jinja_env.get_template(page).render(shown), status
    try:
        return render_template(page, **shown), status
    except OperationalError as gone:
        return _busy(gone)


def _ask_nothing_more() -> None:
    """From here on nothing reads the database, which may be what has failed: who asks is nobody in particular."""
    if "actor" not in g:
        g.actor = VISITOR


def _wants_json() -> bool:
    return request.path.startswith("/api/")


PAGES = frozenset({400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503})
