"""Static files: kept for a year under the link a page gives, asked for again under any other."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, url_for

from fund import static_files


def app_with(folder: Path) -> Flask:
    app = Flask(__name__, static_folder=str(folder), static_url_path="/static")
    static_files.register(app)
    return app


def link(app: Flask) -> str:
    with app.test_request_context():
        return url_for("static", filename="page.css")


def test_a_link_changes_with_the_file_and_may_be_kept_for_a_year(tmp_path: Path) -> None:
    (tmp_path / "page.css").write_text("a { color: red }")
    app = app_with(tmp_path)
    first = link(app)
    assert "immutable" in app.test_client().get(first).headers["Cache-Control"]
    (tmp_path / "page.css").write_text("a { color: blue }")
    assert link(app) != first
    assert app.test_client().get(first).headers["Cache-Control"] == "no-cache"


def test_a_link_without_version_is_asked_for_again(tmp_path: Path) -> None:
    (tmp_path / "page.css").write_text("a { color: red }")
    app = app_with(tmp_path)
    response = app.test_client().get("/static/page.css")
    assert response.headers["Cache-Control"] == "no-cache"
    again = app.test_client().get("/static/page.css", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


def test_names_outside_the_folder_have_no_version(tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    (tmp_path / "secret").write_text("x")
    assert static_files.version(tmp_path / "static", "../secret") is None
    assert app_with(tmp_path / "static").test_client().get("/static/../secret?v=1").status_code == 404
