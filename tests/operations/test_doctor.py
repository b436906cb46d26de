"""The doctor says what is wrong, in words, and only that."""

from __future__ import annotations

import dataclasses
import socket
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import text

from fund import db
from fund.db import guards
from fund.db.engine import WRITING
from fund.foundation.models import Fund
from fund.operations import doctor, examinations
from fund.operations.examinations import Grade


def said(app: Flask, examination: examinations.Examination, **settings: object) -> list[tuple[Grade, str]]:
    """What an examination finds with some settings changed."""
    app.config["FUND"] = dataclasses.replace(app.config["FUND"], **settings)
    return [(finding.grade, finding.sentence) for finding in examination(app)]


def grades(app: Flask, examination: examinations.Examination, **settings: object) -> set[Grade]:
    return {grade for grade, _ in said(app, examination, **settings)}


def test_a_sound_database_is_called_well(app: Flask) -> None:
    assert Grade.BROKEN not in grades(app, examinations.database)


def test_a_missing_trigger_is_named(app: Flask) -> None:
    guard = guards.registered()[0]
    with db.alchemy.engines[WRITING].begin() as connection:
        where = "" if connection.dialect.name == "sqlite" else f' ON "{guard.table}"'
        connection.execute(text(f"DROP TRIGGER {guard.name}{where}"))
    assert any(grade is Grade.BROKEN and guard.name in sentence for grade, sentence in said(app, examinations.database))


def test_keys_that_others_can_read_are_named(app: Flask) -> None:
    assert grades(app, examinations.secrets) == {Grade.WELL}
    key = next(app.config["FUND"].secrets_folder.iterdir())
    key.chmod(0o644)
    [(grade, sentence)] = said(app, examinations.secrets)
    assert (grade, str(key) in sentence) == (Grade.BROKEN, True)


def test_keys_among_attachments_are_refused(app: Flask) -> None:
    folder = app.config["FUND"].secrets_folder
    assert Grade.BROKEN in grades(app, examinations.secrets, files_folder=folder.parent)


@pytest.mark.parametrize(
    ("base_url", "trusted_proxies", "grade"),
    [
        ("http://localhost:8000", 0, Grade.WARNING),
        ("http://fund.example.org", 0, Grade.BROKEN),
        ("https://fund.example.org", 0, Grade.BROKEN),
        ("https://fund.example.org", 1, Grade.WELL),
    ],
)
def test_tls_and_proxy_must_fit_together(app: Flask, base_url: str, trusted_proxies: int, grade: Grade) -> None:
    assert grades(app, examinations.address, base_url=base_url, trusted_proxies=trusted_proxies) == {grade}


def test_a_fund_that_cannot_send_mail_is_told_so(app: Flask) -> None:
    assert grades(app, examinations.mail) == {Grade.WARNING}
    assert grades(app, examinations.mail, base_url="https://fund.example.org") == {Grade.BROKEN}
    assert grades(app, examinations.mail, smtp_url="smtp://mail.example.org") == {Grade.BROKEN}
    assert grades(app, examinations.mail, mail_from="fund@example.org") == {Grade.WELL}


def test_a_demo_that_others_can_reach_is_broken(app: Flask) -> None:
    with db.writing() as tx:
        tx.get(Fund, 1).instance = "demo"
    assert grades(app, examinations.instance) == {Grade.WARNING}
    assert grades(app, examinations.instance, base_url="https://fund.example.org") == {Grade.BROKEN}


def test_too_little_room_is_told_before_it_is_too_late(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Grade.BROKEN not in grades(app, examinations.disk)
    monkeypatch.setattr(examinations, "LEAST_FREE_MB", 10**9)
    assert Grade.BROKEN in grades(app, examinations.disk)


def test_what_keeps_the_program_from_starting_is_the_finding(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FUND_HOME", str(tmp_path))
    monkeypatch.setenv("FUND_TRUSTED_PROXIES", "one")
    [finding] = doctor.examine()
    assert finding.grade is Grade.BROKEN
    assert "FUND_TRUSTED_PROXIES must be a whole number" in finding.sentence


def test_a_database_that_does_not_answer_is_a_finding_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FUND_HOME", str(tmp_path))
    monkeypatch.setenv("FUND_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    found = [finding.sentence for finding in doctor.examine() if finding.grade is Grade.BROKEN]
    assert any(sentence.startswith("The database could not be examined") for sentence in found)


@pytest.fixture
def mailbox() -> Iterator[tuple[int, list[bytes]]]:
    """A mail server on this machine, and what it took."""
    taken: list[bytes] = []

    class Keep:
        async def handle_DATA(self, server, session, envelope):
            taken.append(envelope.content)
            return "250 taken"

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(Keep(), hostname="127.0.0.1", port=port)
    controller.start()
    yield port, taken
    controller.stop()


def test_a_test_message_goes_out_as_the_program_would_send_it(
    mailbox: tuple[int, list[bytes]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    port, taken = mailbox
    monkeypatch.setenv("FUND_HOME", str(tmp_path))
    monkeypatch.setenv("FUND_SMTP_URL", f"smtp://127.0.0.1:{port}")
    assert doctor.try_mail("rosa@example.org").grade is Grade.WELL
    [message] = map(message_from_bytes, taken)
    assert message["To"] == "rosa@example.org"
    monkeypatch.setenv("FUND_SMTP_URL", "smtp://127.0.0.1:1")
    assert doctor.try_mail("rosa@example.org").grade is Grade.BROKEN
    monkeypatch.delenv("FUND_SMTP_URL")
    assert doctor.try_mail("rosa@example.org").grade is Grade.BROKEN
