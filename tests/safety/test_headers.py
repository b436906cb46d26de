"""Every answer carries the headers that keep a browser on our side: pages, files, refusals, faults, static files."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from fund import config, create_app
from tests import factories
from tests.conftest import Databases
from tests.safety.fund_copy import FundCopy
from tests.safety.objects import cells
from tests.safety.walks import Walks

ALWAYS = ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action")
STRICT = ("script-src 'self'", "style-src 'self'")
"""Besides, for pages; what somebody uploaded may run and load nothing at all, and is sandboxed."""
OFF_SITE = [
    "https://evil.example", "//evil.example", "///evil.example", "////evil.example", "/\\evil.example", "\\\\evil.example",
    "\\/evil.example", "/\\/evil.example", "http:evil.example", "https:/evil.example", "https:///evil.example",
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "//evil.example@localhost", "evil.example",
    "http://localhost@evil.example", "http://localhost.evil.example", "/\t/evil.example", "/\n/evil.example", "/\r/evil.example",
    "\t//evil.example", " //evil.example", "%2f%2fevil.example", "//evil%E3%80%82example", "/%09/evil.example", "?next=//evil",
    "//[::1]", "//127.0.0.1", "//0x7f000001", "https://[::1]@evil.example", "http://[", "//[evil", "/\x00/evil.example", "/\u2028/evil.example",
    "/\u3000/evil.example", "／／evil.example", "/／evil.example", "ftp://evil.example", "mailto:a@evil.example", "file:///etc/passwd",
    "/.//evil.example", "/..//evil.example", "//evil.example/%2e%2e", "http://evil.example#localhost", "@evil.example",
    "http://evil.example\\@localhost", "https://evil.example?localhost/", "//;@evil.example", "/;//evil.example",
    "http:\\\\evil.example", "https:evil.example/../", "///;@evil.example", "/%5cevil.example", "//%5cevil.example",
    "//evil.example:443", "//user:pw@evil.example", "https://localhost:x@evil.example", "\ufeff//evil.example", "\u202e//evil.example",
    "/ /evil.example", "/\x0b/evil.example", "/\x0c/evil.example", "/\x85/evil.example", "/\u00a0/evil.example", "javascript://localhost/%0aalert(1)",
    "//evil.example\\.localhost", "//localhost\\@evil.example", "//evil.example%00.localhost", "x:y", "::", "//", "///", "http://", "https:",
    "//.", "//..", "/\\", "\\", "/\\\\evil.example", "//\\evil.example", "/\u2044/evil.example",
]  # fmt: skip
"""Places outside, in the many ways in which browsers and servers read an address differently."""


def faults_of(answer: TestResponse, *, signed_in: bool) -> list[str]:
    """What is wrong with the headers of one answer."""
    got, wrong = answer.headers, []
    policy = got.get("Content-Security-Policy", "")
    wrong += [f"no {part}" for part in ALWAYS if part not in policy]
    if "sandbox" in policy.split("; "):
        wrong += [f"{part} in a file" for part in ("script-src", "style-src", "allow-") if part in policy]
    else:
        wrong += [f"no {part}" for part in STRICT if part not in policy]
    wrong += ["inline is allowed"] if "unsafe" in policy or "*" in policy else []
    for name, allowed in {
        "X-Content-Type-Options": {"nosniff"},
        "X-Frame-Options": {"DENY"},
        "Referrer-Policy": {"same-origin", "no-referrer"},
        "Cross-Origin-Opener-Policy": {"same-origin"},
        "Cross-Origin-Resource-Policy": {"same-origin"},
    }.items():
        wrong += [] if got.get(name) in allowed else [f"{name}: {got.get(name)}"]
    wrong += ["no Permissions-Policy"] if "camera=()" not in got.get("Permissions-Policy", "") else []
    if signed_in and "no-store" not in got.get("Cache-Control", ""):
        wrong.append("a private page may be kept")
    for cookie in got.getlist("Set-Cookie"):
        wrong += [f"{cookie} lacks {word}" for word in ("HttpOnly", "SameSite=Lax", "Path=/") if word not in cookie]
        wrong += ["a cookie for other hosts"] if "domain=" in cookie.lower() else []
    wrong += ["says what it runs on"] if "werkzeug" in str(got.get("Server", "")).lower() else []
    return wrong


@pytest.mark.parametrize("role", ["visitor", "member", "steward"])
def test_every_answer_carries_every_header(copy: FundCopy, looked_at: Walks, role: str) -> None:
    asked = {(cell.method, cell.path) for cell in cells(copy, role, most=1) if cell.method != "GET"}
    asked |= {("GET", "/no-such-page"), ("DELETE", "/rounds"), ("GET", "/api/v1/no-such"), ("GET", "//rounds")}
    wrong = [
        (one.path, fault) for one in looked_at.of(role) for fault in faults_of(one.answer, signed_in=role != "visitor")
    ]
    for method, path in sorted(asked):
        answer = copy.ask(role, method, path, data={} if method == "POST" else None)
        wrong += [(method, path, answer.status, fault) for fault in faults_of(answer, signed_in=role != "visitor")]
    assert wrong == []


@pytest.mark.parametrize(
    "path", ["/static/app.css", "/static/no-such-file", "/static/../wsgi.py", "/static/img/../../wsgi.py"]
)
def test_static_files_carry_them_too(copy: FundCopy, path: str) -> None:
    answer = copy.ask("visitor", "GET", path)
    assert faults_of(answer, signed_in=False) == []
    assert answer.status_code == (200 if path == "/static/app.css" else 404)


def test_too_much_is_refused_before_it_is_read_with_every_header(copy: FundCopy) -> None:
    answer = copy.ask("visitor", "POST", "/sign-in", data=b"x" * (9 * 1024 * 1024))
    assert answer.status_code == 413
    assert faults_of(answer, signed_in=False) == []


def test_a_fault_carries_every_header_and_tells_nothing(copy: FundCopy, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> str:
        raise RuntimeError("inner-secret-detail")

    broken.__act__ = "page.read"  # type: ignore[attr-defined]
    for endpoint, path in (("front.index", "/"), ("api.fund", "/api/v1/fund")):
        monkeypatch.setitem(copy.app.view_functions, endpoint, broken)
        answer = copy.ask("member", "GET", path)
        assert answer.status_code == 500
        assert faults_of(answer, signed_in=True) == []
        assert "inner-secret-detail" not in answer.get_data(as_text=True)
        assert "Traceback" not in answer.get_data(as_text=True)
    copy.faults.seen.clear()


@pytest.mark.parametrize("signed_in", [False, True])
@pytest.mark.parametrize("path", ["/", "/api/v1/fund", "/no-such-page", "/readyz"])
def test_with_the_database_gone_the_answer_is_still_whole(
    databases: Databases, database_url: str, tmp_path: Path, path: str, signed_in: bool
) -> None:
    app = factories.application(database_url, tmp_path)
    client = app.test_client()
    with app.app_context():
        factories.found()
        factories.sign_in(client, factories.member())
        factories.dispose()
    databases.drop(database_url)
    if not signed_in:
        client = app.test_client()
    answer = client.get(path)
    assert answer.status_code == 503 or (path == "/no-such-page" and not signed_in and answer.status_code in (404, 503))
    assert faults_of(answer, signed_in=answer.status_code == 503) == []
    assert "sqlite" not in answer.get_data(as_text=True).lower()
    assert "psycopg" not in answer.get_data(as_text=True).lower()


def test_a_missing_header_would_be_seen(copy: FundCopy) -> None:
    """The control: an application without its last step lacks them all."""
    kept = copy.app.after_request_funcs.pop(None)
    try:
        assert len(faults_of(copy.ask("member", "GET", "/me"), signed_in=True)) > 8
    finally:
        copy.app.after_request_funcs[None] = kept


@pytest.fixture
def over_tls(database_url: str, tmp_path: Path) -> Flask:
    """A fund that people reach over TLS under one name."""
    settings = config.load({"FUND_HOME": str(tmp_path), "FUND_DATABASE_URL": database_url, "FUND_TESTING": "1"})
    made = create_app(dataclasses.replace(settings, base_url="https://fund.example"))
    with made.app_context():
        factories.found()
        factories.dispose()
    return made


def test_over_tls_cookies_are_bound_to_this_host(over_tls: Flask) -> None:
    answer = over_tls.test_client().get("/sign-in", base_url="https://fund.example")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-fund=")
    assert "; Secure" in cookie
    assert "max-age=63072000" in answer.headers["Strict-Transport-Security"]
    assert faults_of(answer, signed_in=False) == []


@pytest.mark.parametrize(
    "host",
    ["evil.example", "fund.example.evil.example", "fund.example@evil.example", "evil.example:443", "x/y", "", "[::1"],
)
@pytest.mark.parametrize("path", ["/", "//rounds", "/api/v1/rounds", "/me"])
def test_another_name_for_the_host_is_refused(over_tls: Flask, host: str, path: str) -> None:
    answer = over_tls.test_client().get(path, base_url="https://fund.example", headers={"Host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.get_data(as_text=True) + str(answer.headers)
    assert faults_of(answer, signed_in=False) == []


@pytest.mark.parametrize(
    "header", ["X-Forwarded-Host", "X-Forwarded-Server", "X-Host", "Forwarded", "X-Original-URL", "X-Rewrite-URL"]
)
def test_no_proxy_is_believed_that_was_not_named(over_tls: Flask, header: str) -> None:
    client = over_tls.test_client()
    answer = client.get("//rounds", base_url="https://fund.example", headers={header: "host=evil.example"})
    assert "evil" not in answer.get_data(as_text=True) + str(answer.headers)
    spoofed = {"X-Forwarded-For": "9.9.9.9", "X-Forwarded-Proto": "http", "X-Forwarded-Prefix": "//evil.example"}
    assert "evil" not in str(client.get("//rounds", base_url="https://fund.example", headers=spoofed).headers)


@pytest.mark.parametrize("form", ["/language", "/sign-in"])
def test_no_next_address_leads_off_this_site(copy: FundCopy, form: str) -> None:
    led = []
    for target in OFF_SITE:
        client = copy.client("visitor")
        data = {"next": target, "language": "en", "email": "nobody@example.org", "csrf_token": token_for(copy, client)}
        location = client.post(form, data=data).headers.get("Location", "/")
        with client.session_transaction() as session:
            kept = session.get("next", "/")
        for place in (location, kept):
            where = urlsplit(urljoin("http://localhost/page", place))
            led += (
                [] if (where.scheme, where.netloc) == ("http", "localhost") and "\\" not in place else [(target, place)]
            )
    assert led == []
    assert len(OFF_SITE) >= 80


def test_a_next_address_on_this_site_is_followed(copy: FundCopy) -> None:
    """The control."""
    client = copy.client("visitor")
    data = {"next": "/rounds?page=2", "language": "en", "csrf_token": token_for(copy, client)}
    assert client.post("/language", data=data).location == "/rounds?page=2"


def token_for(copy: FundCopy, client: object) -> str:
    """The token of a fresh browser."""
    with client.session_transaction() as session:  # type: ignore[attr-defined]
        session["csrf_token"] = "0" * 40
    return copy.token
