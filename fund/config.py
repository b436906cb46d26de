"""Configuration from environment variables, and where the product's own files lie.

Nothing needs to be set to try the program: everything has a default below `FUND_HOME` (./var). A real deployment sets
`FUND_DATABASE_URL` and what `docs/deploy.md` lists.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Config:
    """The settings of one installation. Addresses may hold passwords, so what is written of it in words leaves them out."""

    home: Path
    database_url: str = field(repr=False)
    migration_url: str = field(repr=False)
    secrets_folder: Path
    files_folder: Path
    queue_url: str = field(repr=False)
    smtp_url: str | None = field(repr=False)
    mail_from: str
    base_url: str
    trusted_proxies: int
    upload_limit_bytes: int
    testing: bool

    @property
    def secure(self) -> bool:
        """Whether people reach the fund over TLS; cookies are then `Secure` and carry the __Host- prefix."""
        return self.base_url.startswith("https://")


def load(environ: Mapping[str, str] | None = None) -> Config:
    """Read the settings. Raises ValueError naming the variable that cannot be understood."""
    env = os.environ if environ is None else environ
    home = Path(env.get("FUND_HOME", "var")).resolve()
    database_url = env.get("FUND_DATABASE_URL") or f"sqlite:///{home / 'fund.sqlite3'}"
    if database_url.startswith(("postgres://", "postgresql://")):
        database_url = "postgresql+psycopg://" + database_url.split("://", 1)[1]
    return Config(
        home=home,
        database_url=database_url,
        migration_url=env.get("FUND_MIGRATION_URL") or database_url,
        secrets_folder=Path(env.get("FUND_SECRETS_DIR") or home / "secrets"),
        files_folder=Path(env.get("FUND_FILES_DIR") or home / "files"),
        queue_url=env.get("FUND_QUEUE_URL") or f"sqlite:///{home / 'jobs.sqlite3'}",
        smtp_url=env.get("FUND_SMTP_URL") or None,
        mail_from=env.get("FUND_MAIL_FROM", "fund@localhost"),
        base_url=env.get("FUND_BASE_URL", "http://localhost:8000").rstrip("/"),
        trusted_proxies=_whole(env, "FUND_TRUSTED_PROXIES", 0),
        upload_limit_bytes=_whole(env, "FUND_UPLOAD_LIMIT_MB", 8) * MEGABYTE,
        testing=env.get("FUND_TESTING") == "1",
    )


def product_folder(name: str) -> Path:
    """Where `templates`, `static` or `migrations` lie: beside `fund/` in a checkout, inside it in a wheel."""
    package = Path(__file__).resolve().parent
    beside = package.parent / name
    return beside if beside.is_dir() and (package.parent / "pyproject.toml").exists() else package / name


def _whole(env: Mapping[str, str], name: str, default: int) -> int:
    value = env.get(name, str(default))
    if not value.isdigit():
        raise ValueError(f"{name} must be a whole number, not {value!r}")
    return int(value)
