"""The web server: gunicorn with a few workers around an application that is already loaded.

Only this program's own settings count: no gunicorn configuration file, command line or control socket. Whether a
request came over TLS and from whom is decided in one place, by `FUND_TRUSTED_PROXIES` (fund/security.py), so gunicorn
is told to believe no proxy. There is no access log: who read what, when, is nobody's business (TRUST 3.3).
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from fund.errors import FundError

BACKLOG = 1024
REQUEST_SECONDS = 60
GRACE_SECONDS = 25


class PortTaken(FundError):
    """The address cannot be listened on."""

    title = "The pages cannot be served here"


def listen(host: str, port: int) -> socket.socket:
    """A listening socket, opened before anything is started so that a taken port is told at once. Raises PortTaken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise PortTaken(
            f"Port {port} on {host} cannot be used ({error.strerror}). Stop what uses it or choose another: --port."
        ) from error
    listener.listen(BACKLOG)
    listener.setblocking(False)
    return listener


class Server(BaseApplication):
    """Gunicorn around one loaded application and one open socket."""

    def __init__(
        self, app: Flask, listener: socket.socket, *, workers: int, threads: int, when_ready: Callable[[], None]
    ) -> None:
        self._app = app
        memory = Path("/dev/shm")  # noqa: S108 - heartbeats of the workers, so that a slow disk kills none of them
        self._settings: dict[str, Any] = {
            "bind": f"fd://{listener.fileno()}",
            "workers": workers,
            "threads": threads,
            "worker_class": "gthread" if threads > 1 else "sync",
            "preload_app": True,
            "timeout": REQUEST_SECONDS,
            "graceful_timeout": GRACE_SECONDS,
            "keepalive": 5,
            "loglevel": "warning",
            "forwarded_allow_ips": "",
            "control_socket_disable": True,
            "worker_tmp_dir": str(memory) if memory.is_dir() else None,
            "when_ready": lambda _arbiter: when_ready(),
        }
        super().__init__()

    def load_config(self) -> None:
        """Called by gunicorn: everything is set here."""
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Called by gunicorn: the application, made before the workers were forked."""
        return self._app
