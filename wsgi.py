"""The application for a WSGI server of one's own choosing: `wsgi:app`. `fund serve` does not need it."""

from __future__ import annotations

from fund import create_app

app = create_app()
