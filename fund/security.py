"""Headers on every response, cookies, and the check that every route names its act."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Flask, Response, request
from werkzeug.middleware.proxy_fix import ProxyFix

from fund.config import Config
from fund.identity import current_actor
from fund.permissions import ACTS, require

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "manifest-src 'self'",
        "require-trusted-types-for 'script'",
    )
)

FILE_POLICY = "default-src 'none'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
"""For what somebody uploaded: a browser that shows it all the same runs nothing in it and gives it no origin."""

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
STATIC_SECONDS = 31_536_000


def secure(app: Flask, config: Config) -> None:
    """Set cookies and headers, trust exactly the proxies that were named, and check each request's act.

    Over TLS the fund answers under its own name alone (and to the machine itself), so that no request can put another
    name into a link.
    """
    app.config.update(
        SESSION_COOKIE_NAME="__Host-fund" if config.secure else "fund",
        SESSION_COOKIE_SECURE=config.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=60 * 60 * 24 * 30,
        MAX_CONTENT_LENGTH=config.upload_limit_bytes,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=3000,
        SEND_FILE_MAX_AGE_DEFAULT=STATIC_SECONDS,
    )
    if config.trusted_proxies:
        n = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]
    if config.secure:
        app.config["TRUSTED_HOSTS"] = [urlsplit(config.base_url).hostname, "localhost", "127.0.0.1"]
    app.before_request(_check_act)
    app.after_request(_headers(config))


def check_routes(app: Flask) -> None:
    """Refuse to start while a route names no act, or an act that the table does not know."""
    for endpoint, view in app.view_functions.items():
        if endpoint == "static":
            continue
        name = getattr(view, "__act__", None)
        if name is None:
            raise RuntimeError(f"the route {endpoint} names no act")
        if name not in ACTS:
            raise RuntimeError(f"the route {endpoint} names the act {name}, which the table does not know")


def _check_act() -> None:
    view = None if request.endpoint is None else _view(request.endpoint)
    name = getattr(view, "__act__", None)
    if name is not None:
        require(current_actor(), name)


def _view(endpoint: str) -> object:
    from flask import current_app

    return current_app.view_functions.get(endpoint)


def _headers(config: Config):  # type: ignore[no-untyped-def]
    def add(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if config.secure:
            response.headers.setdefault("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
        if request.endpoint != "static":
            private = response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR or current_actor().is_signed_in
            response.headers.setdefault("Cache-Control", "no-store" if private else "no-cache")
        return response

    return add
