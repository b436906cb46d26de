"""The pages of applying and reviewing, through HTTP without scripts."""

from __future__ import annotations

import io
import re

from flask import Flask
from flask.testing import FlaskClient

from fund import db
from fund.proposals import service as proposals
from fund.proposals.models import Attachment, Proposal, ProposalAnswer, PublicQuestion, Review
from fund.rounds.models import Phase, RoundQuestion
from tests import factories
from tests.proposals import makers


def post(client: FlaskClient, path: str, data: dict[str, object] | None = None, *, page: str | None = None):  # type: ignore[no-untyped-def]
    """Send a form as a browser would, with the token of a page that has a form."""
    token = factories.csrf(client, page or path)
    return client.post(path, data={**(data or {}), "csrf_token": token}, content_type="multipart/form-data")


def typed(round_id: int, **changes: object) -> dict[str, object]:
    """What a shopkeeper types on the one page."""
    questions = db.session.query(RoundQuestion).filter_by(round_id=round_id, stage="application")
    return {
        "title": "Alder Bread Co-op", "summary": "A second oven.", "purpose": "An oven.\n\nAnd its pipes.",
        "benefits": "Six workers", "ask": "9,000", "least": "7000", "product": "zero_interest",
        "neighbourhood": "Tannery Flats", "ownership": "worker_owned", "contact_name": "Ada", "contact_phone": "555 010 1234",
        "contact_email": "ada@example.org", "standard0": "yes", "standard1": "Two shops at most", "go": "next",
        **{f"answer{one.id}": "Six" for one in questions}, **changes,
    }  # fmt: skip


def test_a_shopkeeper_without_an_account_applies_and_comes_back_by_code(app: Flask, client: FlaskClient) -> None:
    round_ = makers.money_round()
    start = client.get("/apply").get_data(as_text=True)
    assert "/apply/spring" in start
    assert "Lock House" in start[start.index("Rather talk?") :], "where stewards are met, as the charter states it"
    page = client.get("/apply/spring").get_data(as_text=True)
    assert "What becomes public" in page
    assert "If you are shortlisted:" in page
    assert "the plan, the reviewers" not in page, "only what is on this page, or said to come later"
    assert "for example: no more than two shops" in page
    assert "checked" not in re.search(r'<input[^>]*name="name_public_if_refused"[^>]*>', page)[0]  # type: ignore[index]

    saved = post(client, "/apply/spring", typed(round_.id, go="later"))
    assert saved.status_code == 303, re.findall(r"field-error.*", saved.get_data(as_text=True))
    mine = client.get(saved.headers["Location"]).get_data(as_text=True)
    code = re.search(r"([2-9A-HJ-NP-Z]{4}(-[2-9A-HJ-NP-Z]{4}){3})", mine)
    assert code is not None
    assert code[0] not in client.get(saved.headers["Location"]).get_data(as_text=True)

    other = app.test_client()
    assert other.get(saved.headers["Location"]).status_code == 404
    assert other.get(f"/applications/return/{code[0]}").status_code == 200
    assert other.get(saved.headers["Location"]).status_code == 404
    opened = post(other, "/applications/return", {"code": code[0].lower()})
    assert opened.headers["Location"] == saved.headers["Location"]
    number = saved.headers["Location"].rpartition("/")[2]
    assert "Hand it in" in other.get(f"/applications/{number}/check").get_data(as_text=True)
    assert post(other, f"/applications/{number}/check").status_code == 303
    assert db.session.get_one(Proposal, int(number)).state == "submitted"
    assert "It has arrived" in other.get(f"/applications/{number}").get_data(as_text=True)


def test_what_was_handed_in_can_be_changed_with_the_code_that_opens_it(app: Flask, client: FlaskClient) -> None:
    round_ = makers.money_round()
    saved = post(client, "/apply/spring", typed(round_.id))
    number = int(saved.headers["Location"].split("/")[2])
    assert post(client, f"/applications/{number}/check").status_code == 303
    business_id = db.session.get_one(Proposal, number).business_id
    changed = post(client, f"/applications/{number}/edit", typed(round_.id, ask="8,500"))
    assert changed.status_code == 303, re.findall(r"field-error.*", changed.get_data(as_text=True))
    proposal = makers.fresh(db.session.get_one(Proposal, number))
    assert (proposal.ask_minor, proposal.business_id, proposal.state) == (850_000, business_id, "submitted")
    post(client, f"/applications/{number}/edit", typed(round_.id, business="1"))
    assert makers.fresh(proposal).business_id == business_id


def test_after_handing_in_the_page_says_what_comes_and_how_one_hears_of_it(app: Flask, client: FlaskClient) -> None:
    round_ = makers.money_round()
    ends = {one.label: one for one in db.session.query(Phase).filter_by(round_id=round_.id)}
    with app.test_request_context():
        review, voting = (app.jinja_env.filters["datetime"](at) for at in (
            ends["review"].ends_at, ends["voting"].starts_at,
        ))  # fmt: skip

    def page(**changes: object) -> str:
        saved = post(client, "/apply/spring", typed(round_.id, **changes))
        check = saved.headers["Location"]
        assert "Stewards review it until" not in client.get(check.removesuffix("/check")).get_data(as_text=True)
        assert post(client, check).status_code == 303
        return client.get(check.removesuffix("/check")).get_data(as_text=True)

    by_mail, by_phone = page(), page(title="Eve's stall", contact_email="")
    for one in (by_mail, by_phone):
        assert f"Stewards review it until {review}." in one
        assert f"members vote on it from {voting}" in one
    assert "by e-mail, at ada@example.org." in by_mail
    assert "A steward calls you at" in by_phone
    assert "by e-mail, at" not in by_phone


def test_bad_input_is_said_beside_the_field_and_what_was_typed_stays(app: Flask, client: FlaskClient) -> None:
    round_ = makers.money_round()
    answer = post(client, "/apply/spring", typed(round_.id, ask="lots", title="<b>Bread & Co</b>", contact_email="a@"))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Please write an amount in figures" in page
    assert "&lt;b&gt;Bread &amp; Co&lt;/b&gt;" in page
    assert 'value="lots"' in page
    assert db.session.query(Proposal).count() == 0
    answer = post(client, "/apply/spring", typed(round_.id, contact_email="a@"))
    assert (answer.status_code, "This is not an e-mail address." in answer.get_data(as_text=True)) == (422, True)


def test_an_incomplete_draft_is_saved_and_says_what_is_missing(app: Flask, client: FlaskClient) -> None:
    round_ = makers.money_round()
    saved = post(client, "/apply/spring", typed(round_.id, summary="", standard0=""))
    check = client.get(saved.headers["Location"]).get_data(as_text=True)
    assert "Still missing" in check
    assert "In one sentence" in check
    assert "Hand it in" not in check
    refused = post(client, saved.headers["Location"], page="/applications/return")
    assert refused.status_code == 422


def test_the_form_answers_nothing_for_the_applicant(app: Flask, client: FlaskClient) -> None:
    round_ = makers.money_round()

    def chosen(address: str) -> tuple[list[str], str]:
        page = client.get(address).get_data(as_text=True)
        owner = re.search(r'<select[^>]*name="ownership".*?</select>', page, re.S)
        selected = re.search(r'<option selected value="([^"]*)"', owner[0])  # type: ignore[index]
        return [tag for tag in re.findall(r'<input[^>]*name="product"[^>]*>', page) if "checked" in tag], (
            selected[1] if selected else ""
        )

    assert chosen("/apply/spring") == ([], "")
    unsaid = typed(round_.id, ask="", least="", ownership="")
    del unsaid["product"]
    saved = post(client, "/apply/spring", unsaid)
    number = int(saved.headers["Location"].split("/")[2])
    assert chosen(f"/applications/{number}/edit") == ([], "")
    check = client.get(saved.headers["Location"]).get_data(as_text=True)
    assert "Choose who owns it." in check
    assert "Choose the kind of money" in check
    assert "Grant: not paid back" not in check
    edit = f"/applications/{number}/edit"
    assert post(client, edit, {**unsaid, "ask": "9,000"}).status_code == 303, "a draft is saved with anything missing"
    assert "Choose the kind of money" in client.get(saved.headers["Location"]).get_data(as_text=True)
    assert post(client, saved.headers["Location"], page=edit).status_code == 422
    assert chosen(edit) == ([], "")
    assert (
        post(client, edit, {**unsaid, "ask": "9,000", "product": "grant", "ownership": "informal"}).status_code == 303
    )
    kinds, owner = chosen(edit)
    assert (len(kinds), 'value="grant"' in kinds[0], owner) == (1, True, "informal")


def test_a_draft_saves_with_a_name_and_any_one_amount_alone(app: Flask, client: FlaskClient) -> None:
    makers.money_round()
    for amount in ({"ask": "9,000"}, {"least": "500"}):
        saved = post(client, "/apply/spring", {"title": "Alder", "go": "later", **amount})
        assert saved.status_code == 303, re.findall(r"field-error.*", saved.get_data(as_text=True))
        check = client.get(f"{saved.headers['Location']}/check").get_data(as_text=True)
        assert "Choose the kind of money" in check
        assert ("Please write an amount." in check) == ("least" in amount)
        assert "ask for?</a>:" not in check


def test_the_return_code_is_shown_on_the_page_that_looks_it_over(app: Flask, client: FlaskClient) -> None:
    round_ = makers.money_round()
    saved = post(client, "/apply/spring", typed(round_.id))
    check = client.get(saved.headers["Location"]).get_data(as_text=True)
    code = re.search(r"([2-9A-HJ-NP-Z]{4}(-[2-9A-HJ-NP-Z]{4}){3})", check)
    assert code is not None
    assert "We also send it to ada@example.org." in check
    assert code[0] not in client.get(saved.headers["Location"]).get_data(as_text=True), "once"
    assert post(app.test_client(), "/applications/return", {"code": code[0]}).status_code == 303


def test_columns_that_are_not_in_the_form_cannot_be_set(app: Flask, client: FlaskClient) -> None:
    round_ = makers.money_round()
    rosa = factories.member("Rosa")
    columns = [column.name for column in Proposal.__table__.columns]
    kept = {"title", "summary", "purpose", "benefits", "product", "neighbourhood", "ownership", "contact_name",
            "contact_email", "contact_phone", "name_public_if_refused", "standards", "told_by_phone"}  # fmt: skip
    evil: dict[str, object] = {name: str(rosa.id) for name in columns if name not in kept}
    evil |= {"state": "winner", "told_by_phone": "y", "business": "1", "slug": "evil", "return_hash": "x" * 64}
    assert post(client, "/apply/spring", {**typed(round_.id), **evil, "business": ""}).status_code == 303
    made = db.session.query(Proposal).one()
    assert (made.state, made.applicant_id, made.typed_by, made.told_by_phone, made.refused_by) == (
        "draft", None, None, False, None,
    )  # fmt: skip
    assert made.slug != "evil"
    assert made.return_hash != "x" * 64
    assert made.ask_minor == 900_000
    assert post(client, "/apply/spring", typed(round_.id, business="1")).status_code == 422


def test_a_steward_reviews_and_admits_through_the_pages_and_the_public_reads_it(
    app: Flask, client: FlaskClient
) -> None:
    round_ = makers.money_round()
    imani, dana = factories.officer("Imani"), factories.officer("Dana")
    proposal = makers.handed_in(round_)
    address = f"/rounds/spring/proposals/{proposal.slug}"
    assert client.get(address).status_code == 404
    factories.sign_in(client, imani)
    review_page = f"/review/{proposal.id}"
    assert proposal.title in client.get("/review").get_data(as_text=True)
    assert post(client, f"{review_page}/answer-by", {"on": "2999-01-01"}, page=review_page).status_code == 422
    for who, kind in ((imani, "standards"), (dana, "feasibility")):
        given = post(client, f"{review_page}/assign", {"kind": kind, "reviewer": str(who.id)}, page=review_page)
        assert given.status_code == 303
    refused = post(client, f"{review_page}/admit", page=review_page)
    assert (refused.status_code, "0 of 2 reviewers" in refused.get_data(as_text=True)) == (409, True)
    for who in (imani, dana):
        factories.sign_in(client, who)
        row = db.session.query(Review).filter_by(reviewer_id=who.id).one()
        path = f"{review_page}/write/{row.id}"
        form = client.get(path).get_data(as_text=True)
        assert "It replaces one from 1988." in form
        assert "Answer to 1" in form
        asks_for_the_charter = re.search(r"what the charter asks of a business.*?</fieldset>", form, re.S)
        assert bool(asks_for_the_charter and 'href="/charter"' in asks_for_the_charter[0]) == (who is imani)
        assert "Needed to hand the review in." in form
        unfinished = post(client, path, {"go": "done", "point0": "yes", "private_notes": "Kept"})
        assert unfinished.status_code == 422
        told = unfinished.get_data(as_text=True)
        for sentence in ("Please answer this point: ", "Write the memo", "Choose how it came out", "Kept"):
            assert sentence in told, f"{sentence}: all that is missing is said at once"
        answers = {f"point{i}": "yes" for i in range(5)}
        done = post(
            client, path, {**answers, "go": "done", "outcome": "pass", "memo": "Good *bread*", "private_notes": "Debts"}
        )
        assert done.status_code == 303
    assert post(client, f"{review_page}/admit", page=review_page).status_code == 303
    public = app.test_client().get(address).get_data(as_text=True)
    assert "Alder Bread Co-op" in public
    assert "Good <em>bread</em>" in public
    for private in ("Debts", "ada@example.org", "Answer to 1", "Ada Baker"):
        assert private not in public


def test_a_recused_steward_sees_what_everybody_sees_and_can_do_nothing(app: Flask, client: FlaskClient) -> None:
    round_ = makers.money_round()
    imani, dana = factories.officer("Imani"), factories.officer("Dana")
    proposal = makers.handed_in(round_)
    review_page = f"/review/{proposal.id}"
    row = proposals.assign(proposal.id, kind="standards", reviewer_id=dana.id, by=factories.actor(imani))
    factories.sign_in(client, dana)
    assert client.get(review_page).status_code == 200
    declared = post(client, f"{review_page}/ties", {"person": str(dana.id), "relation": "Founder"})
    assert declared.status_code == 303
    for path in (
        review_page,
        f"{review_page}/write/{row.id}",
        f"{review_page}/refuse",
        f"{review_page}/appeal",
        f"{review_page}/correct",
    ):
        answer = client.get(path)
        assert (path, answer.status_code) == (path, 403)
        assert "others take this on" in answer.get_data(as_text=True) or "somebody else" in answer.get_data(
            as_text=True
        )
    for path in ("assign", "shortlist", "admit", "refuse", "answer-by", "told", f"write/{row.id}"):
        answer = post(
            client, f"{review_page}/{path}", {"kind": "diligence", "reviewer": str(imani.id)}, page="/businesses/claim"
        )
        assert (path, answer.status_code) == (path, 403)
    page = client.get("/review").get_data(as_text=True)
    assert f'href="{review_page}"' not in page
    factories.sign_in(client, imani)
    assert "stepped out" in client.get("/review").get_data(as_text=True)


def test_somebody_else_gets_403_or_404_on_everything_of_an_application(app: Flask, client: FlaskClient) -> None:
    round_ = makers.money_round()
    ada, eve, rosa = factories.person("Ada"), factories.person("Eve"), factories.member("Rosa")
    hers = makers.handed_in(round_, who=ada)
    makers.handed_in(round_, who=eve, title="Eve's stall")
    base, review_page = f"/applications/{hers.id}", f"/review/{hers.id}"
    for who in (None, eve, rosa):
        other = app.test_client()
        if who is not None:
            factories.sign_in(other, who)
        for path in ("", "/edit", "/check", "/details", "/files", "/withdraw", "/appeal"):
            assert (path, other.get(base + path).status_code) == (path, 404)
        for path in ("/edit", "/check", "/details", "/files", "/withdraw", "/appeal", "/code", "/keep"):
            answer = post(other, base + path, {"reason": "x", "text": "x", "code": "x"}, page="/applications/return")
            assert (path, answer.status_code in (302, 303, 403, 404)) == (path, True)
            if answer.status_code in (302, 303):
                assert answer.headers["Location"].startswith("/sign-in")
        for path in ("", "/ties", "/refuse", "/substitutes"):
            assert (path, other.get(review_page + path).status_code) in ((path, 403), (path, 303))
    assert makers.fresh(hers).state == "submitted"


def test_members_ask_and_the_applicant_answers_in_public_until_freezing(app: Flask, client: FlaskClient) -> None:
    round_ = makers.money_round()
    imani, dana, rosa = factories.officer("Imani"), factories.officer("Dana"), factories.member("Rosa")
    proposal = makers.admitted(round_, imani, dana)
    address = f"/rounds/spring/proposals/{proposal.slug}"
    visitor = app.test_client()
    assert "Members can ask questions here" in visitor.get(address).get_data(as_text=True)
    assert (
        post(visitor, f"{address}/questions", {"text": "Why?"}, page="/applications/return").headers["Location"]
        == "/sign-in"
    )
    factories.sign_in(client, rosa)
    assert post(client, f"{address}/questions", {"text": "Why <script>two</script>?"}, page=address).status_code == 303
    assert "&lt;script&gt;two" in visitor.get(address).get_data(as_text=True)
    question = db.session.query(PublicQuestion).one()
    with visitor.session_transaction() as session:
        session["applications"] = {str(proposal.id): makers.keys_of(proposal)[proposal.id]}
    path = f"/applications/{proposal.id}/answers/{question.id}"
    assert post(client, path, {"answer": "I am not the baker"}, page=address).status_code == 404
    assert (
        post(visitor, path, {"answer": "Because of the school"}, page=f"/applications/{proposal.id}").status_code == 303
    )
    assert "Because of the school" in app.test_client().get(address).get_data(as_text=True)
    with db.writing() as tx:
        proposals.mark_on_ballot(tx, round_.id)
    assert post(client, f"{address}/questions", {"text": "Late?"}, page="/businesses/name").status_code == 409
    factories.sign_in(client, imani)
    hidden = post(client, f"/questions/{question.id}/hide", {"reason": "It names a neighbour"})
    assert hidden.status_code == 303
    assert "Because of the school" not in visitor.get(address).get_data(as_text=True)


def test_files_reach_only_those_who_may_have_them(app: Flask, client: FlaskClient) -> None:
    round_ = makers.money_round()
    imani, dana, ada = factories.officer("Imani"), factories.officer("Dana"), factories.person("Ada")
    proposal = makers.handed_in(round_, who=ada)
    factories.sign_in(client, ada)
    files = f"/applications/{proposal.id}/files"
    assert post(client, files, {"file": (io.BytesIO(b"a,b\n1,2\n"), "x.csv"), "seen_by": "public"}).status_code == 409
    proposals.shortlist(proposal.id, by=factories.actor(imani))
    for seen_by in ("public", "private"):
        added = post(client, files, {"file": (io.BytesIO(b"a,b\n1,2\n"), f"{seen_by}.csv"), "seen_by": seen_by})
        assert added.status_code == 303
    shown, hidden = db.session.query(Attachment).order_by(Attachment.id)
    got = client.get(f"/files/{hidden.id}")
    assert (got.status_code, got.data) == (200, b"a,b\n1,2\n")
    assert got.headers["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in got.headers["Content-Security-Policy"]
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    visitor = app.test_client()
    assert {visitor.get(f"/files/{one.id}").status_code for one in (shown, hidden)} == {404}
    makers.reviewed(proposal, imani, dana, by=factories.actor(imani))
    proposals.admit(proposal.id, by=factories.actor(imani))
    assert visitor.get(f"/files/{shown.id}").status_code == 200
    assert visitor.get(f"/files/{hidden.id}").status_code == 404
    factories.sign_in(client, dana)
    assert client.get(f"/files/{hidden.id}").status_code == 200
    proposals.conflict.declare(proposal.id, relation="Sister", by=factories.actor(dana))
    assert client.get(f"/files/{hidden.id}").status_code == 404
    factories.sign_in(client, factories.member("Rosa"))
    assert client.get(f"/files/{hidden.id}").status_code == 404


def test_details_are_asked_for_only_after_shortlisting(app: Flask, client: FlaskClient) -> None:
    round_ = makers.money_round()
    imani, ada = factories.officer("Imani"), factories.person("Ada")
    proposal = makers.handed_in(round_, who=ada)
    factories.sign_in(client, ada)
    question = db.session.query(RoundQuestion).filter_by(stage="details").one()
    said = {"plan": "March", "details": "We owe 300", f"answer{question.id}": "40,000"}
    assert post(client, f"/applications/{proposal.id}/details", said).status_code == 409
    proposals.shortlist(proposal.id, by=factories.actor(imani))
    assert "Details are asked for" in client.get(f"/applications/{proposal.id}").get_data(as_text=True)
    assert post(client, f"/applications/{proposal.id}/details", said).status_code == 303
    assert makers.fresh(proposal).plan == "March"
    assert db.session.get_one(ProposalAnswer, (proposal.id, question.id)).text == "40,000"
    factories.sign_in(client, imani)
    assert "We owe 300" in client.get(f"/review/{proposal.id}").get_data(as_text=True)
