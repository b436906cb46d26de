"""Static files that browsers keep for a year and yet never show stale: each link carries a hash of the file's bytes.

`url_for("static", filename=...)` gains `?v=HASH`; a request with the right hash may be kept for a year without asking,
any other must ask again. So a release needs no build step, no renamed files and no list of them.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from werkzeug.security import safe_join

YEAR_SECONDS = 31_536_000

_known: dict[tuple[str, int], str] = {}


def version(folder: Path, filename: str) -> str | None:
    """The first 12 hex digits of a static file's SHA-256; None where there is no such file."""
    path = safe_join(str(folder), filename)
    if path is None:
        return None
    try:
        key = (path, Path(path).stat().st_mtime_ns)
        if key not in _known:
            _known[key] = hashlib.sha256(Path(path).read_bytes()).hexdigest()[:12]
    except OSError:
        return None
    return _known[key]


def register(app: Flask) -> None:
    """Version every static link of `app` and tell browsers how long they may keep what they fetched."""
    folder = Path(app.static_folder or "")

    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "v" not in values and (found := version(folder, values["filename"])):
            values["v"] = found

    @app.after_request
    def keep(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code in (200, 304):
            wanted = request.args.get("v")
            fits = wanted is not None and wanted == version(folder, (request.view_args or {})["filename"])
            response.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable" if fits else "no-cache"
        return response
