"""Nothing secret is in a log, on the screen, in an error page, in the log of acts or in the job queue (TRUST 5, row 29).

People type canaries into everything secret, through the pages, with our loggers at DEBUG and those of libraries as a
served fund has them; then things go wrong on the way: in a view, in the database, with the mail server, in a job.
"""

from __future__ import annotations

import dataclasses
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from fund import db, jobs
from fund.audit.models import AuditEvent
from fund.db.outbox import OutboxMessage
from fund.members import credentials
from fund.members.models import Membership, Person
from fund.messages import service as messages
from tests import factories
from tests.safety.fund_copy import FundCopy
from tests.safety.private import SECRETS

EMAIL, PHONE, NEED, ANSWER, BANK = (
    "canary-mail@example.org", "+1 207 555 0199", "canary-need", "canary-private-answer", "canary-account-DE89"
)  # fmt: skip
PASSWORDS = "canary-smtp-password", "canary-database-password"


class Listening(logging.Handler):
    """Everything that any logger says, as it would be written to a file, with tracebacks."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(logging.Formatter("%(asctime)s %(name)s %(levelname)s %(message)s"))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record) + repr(record.args))


@pytest.fixture
def listening() -> Iterator[Listening]:
    """Our own loggers at DEBUG, everybody else's at WARNING as in production."""
    heard, root, own = Listening(), logging.getLogger(), logging.getLogger("fund")
    levels = root.level, own.level
    root.addHandler(heard)
    root.setLevel(logging.WARNING)
    own.setLevel(logging.DEBUG)
    yield heard
    root.removeHandler(heard)
    root.setLevel(levels[0])
    own.setLevel(levels[1])


@dataclasses.dataclass
class Day:
    """A day in the life of the fund: what was secret in it, and every page that told of a fault."""

    copy: FundCopy
    secrets: set[str] = dataclasses.field(default_factory=set)
    faults: list[TestResponse] = dataclasses.field(default_factory=list)

    def browser(self, role: str) -> FlaskClient:
        """Somebody's browser, whose cookie is secret too."""
        client = self.copy.client(role)
        self.secrets.add(str(self.copy.cookie(role)).partition("=")[2])
        return client

    def send(self, client: FlaskClient, path: str, page: str | None = None, **fields: Any) -> TestResponse:
        """Fill a form in on its page and send it."""
        token = factories.csrf(client, page or path)
        self.secrets.add(token)
        answer = client.post(path, data={"csrf_token": token, **fields})
        cookie = answer.headers.get("Set-Cookie", "").partition(";")[0].partition("=")[2]
        self.secrets |= {cookie} if cookie else set()
        if answer.status_code >= 500:
            self.faults.append(answer)
        return answer


def signing_in(day: Day) -> None:
    """Ask for a code, get it wrong, get it right; open the link; use a code on paper."""
    client = day.browser("visitor")
    assert day.send(client, "/sign-in", email=EMAIL).status_code == 303
    with day.copy.app.app_context():
        sent = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()
        assert sent is not None
        code, link = str(sent.facts["secret_code"]), str(sent.facts["secret_link"])
        with db.writing() as tx:
            paper = credentials.make(tx, "printed", person_id=day.copy.world.people["newcomer"])
    day.secrets |= {code, link, paper, credentials.grouped(paper), EMAIL}
    assert client.get(f"/sign-in/link/{link}").status_code == 200
    wrong = "000000" if code != "000000" else "111111"
    assert day.send(client, "/sign-in/code", code=wrong).status_code == 422
    assert day.send(client, "/sign-in/code", code=code).status_code == 303
    assert day.send(day.browser("visitor"), "/sign-in/paper", "/sign-in", code=paper).status_code == 303


def voting(day: Day) -> None:
    """Look a ballot over and cast it; the receipt is secret too."""
    here, client = f"/rounds/{day.copy.world.rounds['open']}/ballot", day.browser("voter20")
    chosen = {"mark-resolution": "no", "request": "canary-request-number-01"}
    assert day.send(client, here, **chosen).status_code == 200
    assert day.send(client, f"{here}/cast", here, **chosen).status_code == 303
    receipt = client.get(f"{here}/cast").get_data(as_text=True).partition('data-copy="')[2].partition('"')[0]
    assert len(receipt) > 10
    day.secrets |= {receipt, "canary-request-number-01", '{"marks"', '"resolution": "no"'}


def telling(day: Day) -> None:
    """Say what help one needs, a phone number, and a private answer; an account is noted with a payment."""
    said = {"display_name": "Rosa", "email": EMAIL, "phone": PHONE, "language": "en", "access_need": NEED}
    assert day.send(day.browser("member"), "/me/details", **said).status_code == 303
    draft = f"/applications/{day.copy.world.ids['draft']}/edit"
    question = day.copy.world.ids["own_question"]
    day.send(day.browser("applicant"), draft, **{"title": "A", f"question-{question}": ANSWER, f"q{question}": ANSWER})
    payment = f"/payments/{day.copy.world.ids['payment']}"
    token = {"csrf_token": day.copy.token}
    day.copy.ask(
        "treasurer", "POST", f"{payment}/paid", data={**token, "bank_reference": BANK, "paid_on": "2026-01-01"}
    )
    day.secrets |= {PHONE, NEED, ANSWER, BANK}


def breaking(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same forms, with a fault in the view, and with a row that the database refuses."""

    def planted() -> str:
        raise RuntimeError("planted")

    def refused_row() -> str:
        with db.writing() as tx:
            tx.add(Membership(person_id=1, class_code="member", basis="lives", state="nosuch", postal_code=NEED,
                              ended_reason=ANSWER, applied_at=tx.now()))  # fmt: skip
        return ""

    def wrong_value() -> str:
        with db.writing() as tx:
            tx.add(Person(display_name=None, email=EMAIL, phone=PHONE, registered_at=tx.now()))
        return ""

    for view in (planted, refused_row, wrong_value):
        view.__act__ = "session.begin"  # type: ignore[attr-defined]
        with monkeypatch.context() as patched:
            patched.setitem(day.copy.app.view_functions, "members.sign_in_code", view)
            answer = day.send(
                day.browser("visitor"), "/sign-in/code", "/sign-in", code="canary-typed-code", email=EMAIL
            )
        assert answer.status_code == 500
    day.secrets.add("canary-typed-code")

    def verb() -> None:
        with day.copy.app.test_request_context():
            refused_row()

    monkeypatch.setattr(jobs, "due", lambda: [*due(), ("do what the database refuses", verb)])
    with day.copy.app.app_context():
        assert jobs.tick() == ["do what the database refuses"]
        for _batch in range(20):  # a batch may hold only people without an address
            messages.drain()


due: Callable[[], Any] = jobs.due


def what_is_written(day: Day, listening: Listening, capfd: pytest.CaptureFixture[str]) -> dict[str, str]:
    """Everything that is kept or shown where no secret belongs."""
    with day.copy.app.app_context():
        acts = [
            repr({key: str(value) for key, value in vars(row).items()})
            for row in db.session.scalars(select(AuditEvent))
        ]
    shown = capfd.readouterr()
    queues = [path.read_bytes().decode("latin-1") for path in day.copy.home.glob("*jobs*")]
    return {
        "logs": "\n".join(listening.lines), "stderr": shown.err, "stdout": shown.out, "the log of acts": "\n".join(acts),
        "error pages": "\n".join(one.get_data(as_text=True) for one in day.faults), "job queue": "\n".join(queues),
        "settings in words": repr(day.copy.app.config["FUND"]),
    }  # fmt: skip


def found_in(written: dict[str, str], secrets: set[str]) -> dict[str, list[str]]:
    """Which secrets stand where."""
    hits = {place: sorted(one for one in secrets if one in text) for place, text in written.items()}
    return {place: ones for place, ones in hits.items() if ones}


def test_nothing_secret_is_written_down(
    copy: FundCopy, listening: Listening, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    day = Day(copy)
    keep = copy.app.config["FUND"]
    copy.app.config["FUND"] = dataclasses.replace(
        keep,
        smtp_url=f"smtp://fund:{PASSWORDS[0]}@127.0.0.1:9",
        queue_url=f"postgresql://fund:{PASSWORDS[1]}@127.0.0.1:9/q",
    )
    with copy.app.app_context(), db.writing() as tx:
        tx.session.get_one(Person, copy.world.people["member"]).email = EMAIL
    day.secrets |= {*PASSWORDS, *SECRETS, copy.app.secret_key.hex(), repr(copy.app.secret_key)[2:-1]}
    signing_in(day)
    voting(day)
    telling(day)
    breaking(day, monkeypatch)
    with copy.app.app_context():
        jobs.wake()
    written = what_is_written(day, listening, capfd)
    assert found_in(written, day.secrets - {""}) == {}
    for part in (
        "fault in members.sign_in_code",
        "planted",
        "mail waits",
        "could not do what the database refuses",
        "wake-up",
    ):
        assert part in written["logs"], "what went wrong is in the log"
    assert "session.begin" in written["the log of acts"]
    assert len(day.faults) == 3
    logging.getLogger("fund.members").debug("signed in with %s", {"code": EMAIL})
    assert found_in(what_is_written(day, listening, capfd), day.secrets - {""}) == {"logs": [EMAIL]}, "the control"
    copy.app.config["FUND"] = keep
    copy.faults.seen.clear()
    copy.restore()
    assert json.dumps(sorted(day.secrets))
