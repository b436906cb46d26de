"""The page of an award and of a payment: clicks of a shopkeeper, two stewards and the treasurer; what each may see."""

from __future__ import annotations

import io
import re
import uuid
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from fund import db
from fund.awards import agreement, payments
from fund.awards.models import Award
from fund.foundation import service as foundation
from fund.ledger.models import Disbursement
from fund.proposals.models import Proposal
from tests import factories
from tests.awards import winners
from tests.ledger import money


@pytest.fixture
def people(app: Flask) -> dict[str, Any]:
    """A steward to sign, two to approve, the treasurer, a neighbour."""
    factories.adopt()
    return {
        "wren": factories.officer("Wren Okafor"),
        "dana": factories.officer("Dana Ortiz"),
        "imani": factories.officer("Imani Walker", "treasurer"),
        "rosa": factories.member("Rosa Neighbour"),
    }


def post(client: FlaskClient, page: str, action: str, **typed: Any) -> Any:
    """Fill in the form of a page that posts to `action`, as a browser would."""
    html = client.get(page).get_data(as_text=True)
    form = next(
        f
        for f in re.findall(r"<form.*?</form>", html, re.S)
        if f'action="{action}"' in f or (action == page and "action=" not in f)
    )
    hidden = {
        name[1]: value[1]
        for tag in re.findall(r'<input[^>]*type="hidden"[^>]*>', form)
        if (name := re.search(r'name="([^"]+)"', tag)) and (value := re.search(r'value="([^"]*)"', tag))
    }
    return client.post(action, data=hidden | typed, content_type="multipart/form-data")


def test_from_offer_to_payment_by_clicks(client: FlaskClient, people: dict[str, Any]) -> None:
    ended = winners.final_round([("alder-bread", 900_000, "revenue_share")])
    (award,) = winners.offered(ended, "alder-bread")
    page, keeper = f"/awards/{award.id}", ended.agents["alder-bread"]
    assert "The business accepts or declines" in client.get(page).get_data(as_text=True)
    factories.sign_in(client, keeper)
    assert post(client, page, f"{page}/accept").status_code == 303
    nameless = post(client, page, f"{page}/sign", typed_name=" ")
    assert nameless.status_code == 422
    assert post(client, page, f"{page}/sign", typed_name="Marta Bakes").status_code == 303
    factories.sign_in(client, people["wren"])
    assert f"/awards/{award.id}" in client.get("/treasury").get_data(as_text=True)
    assert post(client, page, f"{page}/countersign", typed_name="Wren Okafor").status_code == 303
    db.session.rollback()
    payment = db.session.query(Disbursement).one()
    pay = f"/payments/{payment.id}"
    desk = client.get("/treasury").get_data(as_text=True)
    assert ("Approve $4,500 for Alder Bread" in desk, "for 2 people" in desk) == (True, True)
    assert post(client, pay, f"{pay}/approve").status_code == 303
    assert "You have approved this payment already" in client.get(pay).get_data(as_text=True)
    assert client.get("/treasury").get_data(as_text=True).count("Approve $4,500") == 0
    factories.sign_in(client, people["dana"])
    assert "for one more person" in client.get("/treasury").get_data(as_text=True)
    for where in (page, pay):
        listed = client.get(where).get_data(as_text=True)
        assert re.search(r'class="badge[^>]*>.*1 of 2 approvals</span>', listed), where
        assert "Requested" not in listed
    assert post(client, pay, f"{pay}/approve").status_code == 303
    factories.sign_in(client, people["imani"])
    assert "moves no money" in client.get(pay).get_data(as_text=True)
    day = foundation.today().isoformat()
    late = post(client, pay, f"{pay}/paid", paid_on="2150-01-01", bank_reference="B-1")
    assert (late.status_code, "not come" in late.get_data(as_text=True)) == (422, True)
    assert post(client, pay, f"{pay}/paid", paid_on=day, bank_reference="B-1").status_code == 303
    factories.sign_in(client, keeper)
    ask = f"{page}/instalments/2"
    assert post(client, ask, ask).status_code == 422
    picture = io.BytesIO()
    Image.new("RGB", (20, 20)).save(picture, "PNG")
    shown = post(client, ask, ask, note="Invoice 12", file=(io.BytesIO(picture.getvalue()), "in voice.png"))
    assert shown.status_code == 303
    db.session.rollback()
    evidence = client.get(f"{ask}/evidence")
    assert evidence.status_code == 200
    assert "attachment" in evidence.headers["Content-Disposition"]
    assert money.held(f"receivable:award-{award.id}") == 450_000


def test_a_visitor_sees_amounts_and_steps_and_nothing_private(client: FlaskClient, people: dict[str, Any]) -> None:
    ended = winners.final_round([("quilt-street", 400_000, "grant")])
    (award,) = winners.offered(ended, "quilt-street")
    winners.signed(ended, "quilt-street", award, factories.actor(people["wren"]))
    page = client.get(f"/awards/{award.id}").get_data(as_text=True)
    assert "$4,000" in page
    assert "waits for approval" in page
    assert "2 people still have to approve it" in page
    for private in ("Rosa Diaz", "Wren Okafor", "/payments/", "Quilt Street owner"):
        assert private not in page, private
    payment = db.session.query(Disbursement).one()
    assert client.get(f"/payments/{payment.id}").status_code == 303
    factories.sign_in(client, people["rosa"])
    assert client.get(f"/payments/{payment.id}").status_code == 403
    assert client.get(f"/awards/{award.id}/instalments/1/evidence").status_code == 403


def test_acts_of_others_are_refused_with_a_reason(client: FlaskClient, people: dict[str, Any]) -> None:
    ended = winners.final_round([("quilt-street", 400_000, "grant")])
    (award,) = winners.offered(ended, "quilt-street")
    page = f"/awards/{award.id}"
    factories.sign_in(client, ended.agents["quilt-street"])
    token = factories.csrf(client, page)
    factories.sign_in(client, people["rosa"])
    for action in ("accept", "decline", "countersign"):
        answer = client.post(f"{page}/{action}", data={"csrf_token": token, "typed_name": "Me", "seen": "00"})
        assert answer.status_code == 403, action
    assert client.post(f"{page}/accept").status_code == 400, "no form without its token"
    db.session.rollback()
    assert db.session.query(Award).one().state == "offered"


def test_declining_asks_once_more(client: FlaskClient, people: dict[str, Any]) -> None:
    ended = winners.final_round([("quilt-street", 400_000, "grant")])
    (award,) = winners.offered(ended, "quilt-street")
    page = f"/awards/{award.id}"
    factories.sign_in(client, ended.agents["quilt-street"])
    assert "cannot be undone" in client.get(f"{page}/decline").get_data(as_text=True)
    assert post(client, f"{page}/decline", f"{page}/decline", reason="We moved").status_code == 303
    assert "We moved" in client.get(page).get_data(as_text=True)
    assert money.held("cash:free") == 5_000_000


def test_an_approval_of_an_old_page_or_a_second_release_does_nothing(
    client: FlaskClient, people: dict[str, Any]
) -> None:
    ended = winners.final_round([("quilt-street", 400_000, "grant")])
    (award,) = winners.offered(ended, "quilt-street")
    winners.signed(ended, "quilt-street", award, factories.actor(people["wren"]))
    payment = db.session.query(Disbursement).one()
    pay = f"/payments/{payment.id}"
    factories.sign_in(client, people["dana"])
    token = factories.csrf(client, pay)
    changed = client.post(f"{pay}/approve", data={"csrf_token": token, "seen": "00" * 32})
    assert changed.status_code == 409
    assert "not the one you looked at" in changed.get_data(as_text=True)
    for wrong in ("zz", "", "00" * 5000):
        assert client.post(f"{pay}/approve", data={"csrf_token": token, "seen": wrong}).status_code in (409, 422)
    winners.paid(
        winners.tranches(award.id)[0], factories.actor(people["wren"]), factories.actor(people["dana"]),
        treasurer=factories.actor(people["imani"]),
    )  # fmt: skip
    factories.sign_in(client, people["imani"])
    token = factories.csrf(client, pay)
    sent = {"csrf_token": token, "paid_on": foundation.today().isoformat(), "request_id": str(uuid.uuid4())}
    assert client.post(f"{pay}/paid", data=sent).status_code == 409
    assert money.held("expense:grants") == 400_000


def test_what_was_paid_back_is_exact_only_where_the_business_agreed(
    client: FlaskClient, people: dict[str, Any]
) -> None:
    from fund.awards import service as awards
    from fund.repayments import service as repayments

    imani, wren, dana = (factories.actor(people[name]) for name in ("imani", "wren", "dana"))
    ended = winners.final_round([("open", 400_000, "zero_interest"), ("shy", 400_000, "zero_interest")])
    told = winners.offered(ended, "open", "shy")
    for award, slug in zip(told, ("open", "shy"), strict=True):
        awards.accept(award.id, show_repayments=slug == "open", by=ended.agent(slug))
        awards.sign(award.id, typed_name="Lee", seen_hash=award.agreement_hash or b"", by=ended.agent(slug))
        awards.countersign(award.id, typed_name="Wren", seen_hash=award.agreement_hash or b"", by=wren)
        winners.paid(winners.tranches(award.id)[0], wren, dana, treasurer=imani)
        repayments.receive(
            award.id, repayments.NewRepayment(12_345, foundation.today(), uuid.uuid4(), "ahead"), by=imani
        )
    assert "$123.45" in client.get(f"/awards/{told[0].id}").get_data(as_text=True)
    shy = client.get(f"/awards/{told[1].id}").get_data(as_text=True)
    assert "$123.45" not in shy
    assert "less than a quarter" in shy
    factories.sign_in(client, ended.agents["shy"])
    assert "$123.45" in client.get(f"/awards/{told[1].id}").get_data(as_text=True)


def test_the_award_is_linked_from_the_application_and_the_public_proposal(
    client: FlaskClient, people: dict[str, Any]
) -> None:
    ended = winners.final_round([("quilt-street", 400_000, "grant")])
    (award,) = winners.offered(ended, "quilt-street")
    link = f'href="/awards/{award.id}"'
    with db.writing() as tx:
        proposal = tx.get(Proposal, award.proposal_id)
        proposal.admitted_at = proposal.submitted_at = proposal.started_at
    assert link in client.get(f"/rounds/{ended.round.slug}/proposals/quilt-street").get_data(as_text=True)
    factories.sign_in(client, ended.agents["quilt-street"])
    assert link in client.get(f"/applications/{award.proposal_id}").get_data(as_text=True)


def test_a_late_report_is_said_kindly_stands_on_the_desk_and_leaves_it(
    client: FlaskClient, people: dict[str, Any]
) -> None:
    ended = winners.final_round([("quilt-street", 400_000, "grant")])
    (award,) = winners.offered(ended, "quilt-street")
    with db.writing() as tx:
        tx.get(Award, award.id).terms = {**award.terms, "report_days": 30}
    winners.signed(ended, "quilt-street", award, factories.actor(people["wren"]))
    for part in winners.tranches(award.id):
        hands = (factories.actor(people["wren"]), factories.actor(people["dana"]))
        if part.state == "planned":
            payments.request_tranche(part.id, note="Invoice 12", evidence=None, by=ended.agent("quilt-street"))
        winners.paid(part, *hands, treasurer=factories.actor(people["imani"]))
    page, line = f"/awards/{award.id}", "Ask Quilt Street for the report"
    factories.sign_in(client, people["dana"])
    assert "A report is due" in client.get(page).get_data(as_text=True)
    assert line not in client.get("/steward").get_data(as_text=True)
    factories.later(days=31)
    factories.sign_in(client, people["dana"])
    late = client.get(page).get_data(as_text=True)
    assert ("The report has not come yet" in late, "It was due on" in late) == (True, True)
    assert line in client.get("/steward").get_data(as_text=True)
    factories.sign_in(client, people["rosa"])
    assert f"{page}/report" not in client.get(page).get_data(as_text=True)
    assert client.get(f"{page}/report").status_code == 403
    factories.sign_in(client, people["dana"])
    assert post(client, f"{page}/report", f"{page}/report").status_code == 422
    assert post(client, f"{page}/report", f"{page}/report", text="Twelve cots are in use.").status_code == 303
    assert "Told by phone" in client.get(page).get_data(as_text=True)
    assert line not in client.get("/steward").get_data(as_text=True)
    db.session.rollback()
    assert db.session.get_one(Award, award.id).state == "completed"
    assert "not come yet" not in client.get(page).get_data(as_text=True)


def test_the_agreement_is_shown_without_the_breaks_of_a_file() -> None:
    text = "A gives B.\n\nKind: Grant\nReport: a page\n\nNobody gives a\npersonal guarantee, and\nno fees.\n\n- one\n  more\n- two\n"
    assert agreement.paragraphs(text) == [
        ["A gives B."], ["Kind: Grant", "Report: a page"], ["Nobody gives a personal guarantee, and no fees."],
        ["- one more", "- two"],
    ]  # fmt: skip
