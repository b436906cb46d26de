"""Acting through the pages for the worked charters: a browser without scripts, forms as they stand on the page."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Mapping, Sequence

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from fund import db, jobs
from fund.awards.models import Award
from fund.ledger import contributions
from fund.ledger.contributions import NewContribution
from fund.members.models import Person
from fund.proposals.models import Proposal
from fund.rounds import service as rounds
from fund.rounds.models import Round
from fund.rounds.schedule import Span
from fund.voting import grouping
from fund.voting import service as voting
from tests import factories

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


def browser(app: Flask, person: Person | None = None) -> FlaskClient:
    """A browser, signed in as somebody."""
    client = app.test_client()
    if person is not None:
        factories.sign_in(client, person)
    return client


def send(
    client: FlaskClient, path: str, page: str, data: Mapping[str, object] | Sequence[tuple[str, object]] = ()
) -> TestResponse:
    """Post a form with the token of the page it stands on."""
    token = TOKEN.search(client.get(page).text)
    assert token is not None, f"no form on {page}"
    pairs = list(data.items()) if isinstance(data, Mapping) else list(data)
    form: dict[str, list[object]] = {"csrf_token": [token[1]]}
    for name, value in pairs:
        form.setdefault(name, []).append(value)
    return client.post(path, data=form)


def hidden(client: FlaskClient, page: str, name: str) -> str:
    """What a hidden field of a page's form holds."""
    return next(value for found, value in HIDDEN.findall(client.get(page).text) if found == name)


def actions(client: FlaskClient, page: str) -> list[str]:
    """Where the forms of a page are sent."""
    return [html.unescape(one) for one in re.findall(r'<form[^>]* action="([^"]+)"', client.get(page).text)]


def votes(client: FlaskClient, round_: Round, choices: Sequence[tuple[str, object]]) -> TestResponse:
    """Choose, look it over, cast: the answer to the last step, followed to its page."""
    page = f"/rounds/{round_.slug}/ballot"
    review = send(client, page, page, choices)
    fields = [(name, html.unescape(value)) for name, value in HIDDEN.findall(review.text) if name != "csrf_token"]
    if review.status_code != 200 or "/ballot/cast" not in review.text:
        return review
    form: dict[str, list[object]] = {"csrf_token": [TOKEN.search(review.text)[1]]}  # type: ignore[index]
    for name, value in fields:
        form.setdefault(name, []).append(value)
    return client.post(f"{page}/cast", data=form, follow_redirects=True)


def money_round(
    officers: Sequence[Person], round_type: str, proposals: Mapping[str, int], *, budget_minor: int | None = None, gift_minor: int,
    given_as: str = "gift", groups: Mapping[str, Sequence[str]] | None = None,
) -> Round:  # fmt: skip
    """A round on its ballot: money in the pool, proposals that are admitted (with the groups of some, by short name),
    frozen and opened by the clock."""
    by = factories.actor(officers[0])
    asks = factories.person("Tomas").id
    if gift_minor:
        contributions.record_contribution(
            NewContribution(given_as, rounds.foundation.today(), gift_minor), by=factories.actor(officers[-1])
        )
    opens = db.now() + dt.timedelta(hours=1)
    span = Span(
        "voting",
        opens,
        opens + dt.timedelta(days=rounds.foundation.current_charter().round_type(round_type).phases.vote_days),
    )
    new = rounds.NewRound(
        round_type, "The round", budget_minor=budget_minor, phases=[span], draw_source="Three dice thrown in public"
    )
    round_ = rounds.create_round(new, by=by)
    with db.writing() as tx:
        for title, ask_minor in proposals.items():
            tx.add(
                Proposal(
                    round_id=round_.id, slug=title.lower().replace(" ", "-"), title=title, ask_minor=ask_minor, product="grant",
                    state="admitted", started_at=tx.now(), submitted_at=tx.now(), admitted_at=tx.now(), applicant_id=asks,
                )
            )  # fmt: skip
    if groups:
        grouping.mark(round_.id, groups, by=by)
    round_id = voting.freeze(round_.id, by=by).id
    passes(hours=2)
    opened = rounds.get(round_id)
    db.session.expunge(opened)
    return opened


def passes(**delta: float) -> None:
    """Time passes, and the worker looks."""
    factories.later(**delta)
    assert jobs.tick() == []
    db.session.rollback()


def certified_and_published(app: Flask, round_: Round, officers: Sequence[Person]) -> str:
    """Two people certify on the page, one publishes; gives the page as anybody reads it."""
    page = f"/rounds/{round_.slug}/results"
    for person in officers[:2]:
        assert send(browser(app, person), f"{page}/certify", page).status_code == 303
    assert send(browser(app, officers[0]), f"{page}/publish", page).status_code == 303
    return " ".join(browser(app).get(page).text.split())


def session_title(award: Award) -> str:
    """The name of the proposal an award belongs to."""
    return db.session.get_one(Proposal, award.proposal_id).title
