"""C4: co-ops and the assembly must both agree; the delegates vote with names, the assembly in secret."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence

from flask import Flask

from fund import db
from fund.foundation import service as foundation
from fund.members.models import Person
from fund.repayments import reading
from fund.results import service as results
from fund.rounds import service as rounds
from fund.rounds.models import Round
from fund.voting.invariants import one_ballot_for_each_who_took_part
from fund.voting.models import NamedBallot, OpenedBallot, Participation
from tests import factories
from tests.repayments import loans
from tests.worked import pages

LOAN = {"Loan": 1_200_000}


def stand(app: Flask) -> tuple[list[Person], list[Person], list[Person]]:
    """Officers without a vote, six delegates and sixty residents."""
    factories.adopt("c4-coop-federation")
    officers = [factories.officer(name, class_code="friend") for name in ("Imani", "Dana")]
    officers.append(factories.officer("Ruth", "steward", "treasurer", class_code="friend"))
    delegates = [factories.member(f"Delegate {n}", class_code="coop") for n in range(6)]
    residents = [factories.member(f"Resident {n}", class_code="resident") for n in range(60)]
    return officers, delegates, residents


def cast(app: Flask, round_: Round, people: Sequence[Person], yes: int) -> None:
    """The first say yes, the rest no."""
    for number, person in enumerate(people):
        mark = "yes" if number < yes else "no"
        answer = pages.votes(pages.browser(app, person), round_, [("mark-loan", mark)])
        assert "Your vote is cast" in answer.text


def test_the_assemblys_no_refuses_and_both_figures_are_published(app: Flask) -> None:
    officers, delegates, residents = stand(app)
    round_ = pages.money_round(officers, "loan", LOAN, budget_minor=2_400_000, gift_minor=2_400_000)
    rules = rounds.rules(rounds.get(round_.id))
    assert [(one["name"], one["electors"], one["assurance"]) for one in rules["chambers"]] == [
        ("Co-ops", 6, "open"), ("Assembly", 60, "secret"),
    ]  # fmt: skip
    cast(app, round_, delegates, 5)
    page = pages.browser(app).get(f"/rounds/{round_.slug}/ballot").text
    assert "30 more votes are needed for a decision" in " ".join(page.split())
    cast(app, round_, residents[:31], 14)
    assert db.session.query(Participation).count() == 37
    assert one_ballot_for_each_who_took_part() == []
    pages.passes(days=15)
    assert one_ballot_for_each_who_took_part() == []
    assert db.session.query(NamedBallot).count() == 6
    assert {row.chamber for row in db.session.query(OpenedBallot)} == {"resident"}
    text = pages.certified_and_published(app, round_, officers)
    assert "Assembly said 14 yes, 17 no, and needed 16 yes (Assembly 14-17; Co-ops 5-1)" in text
    assert "What each chamber said" in text
    result = json.loads(results.current(round_.id).result_bytes)
    assert result["elected"] == []
    assert result["roll"] == {"Assembly": 60, "Co-ops": 6}
    assert {one["chamber"]: (one["cast"], one["needed"]) for one in result["quorum"]} == {
        "Co-ops": (6, 4), "Assembly": (31, 30),
    }  # fmt: skip


def test_a_chamber_that_misses_its_quorum_extends_the_vote_once_and_then_there_is_no_decision(app: Flask) -> None:
    officers, delegates, residents = stand(app)
    round_ = pages.money_round(officers, "loan", LOAN, budget_minor=2_400_000, gift_minor=2_400_000)
    cast(app, round_, residents, 60)
    cast(app, round_, delegates[:3], 3)
    pages.passes(days=15)
    assert rounds.get(round_.id).status == "open"
    pages.passes(days=8)
    lapsed = rounds.get(round_.id)
    assert (lapsed.status, lapsed.ended_reason) == ("lapsed", "no_quorum")
    assert db.session.query(OpenedBallot).count() == 0


def test_a_loan_comes_back_out_of_surplus_and_nothing_due_is_never_late(app: Flask) -> None:
    """Quarterly surplus -800 to 24,000: payments 0, 300, 1,200, 1,900, 2,800, 4,000, 1,800, told and recorded on pages."""
    factories.adopt("c4-coop-federation")
    shop = loans.loan("profit_share", 1_200_000)
    told, keeper = pages.browser(app, shop.shop), pages.browser(app, shop.treasurer)
    paid = []
    for surplus in ("-800", "1,500", "6000", "9,500.00", "14000", "$20,000", "24,000"):
        factories.later(days=93)
        db.session.rollback()
        form = f"{shop.page}/figure"
        sent = pages.send(told, form, form, {"amount": surplus, "period": pages.hidden(told, form, "period")})
        assert sent.status_code == 303, sent.text
        accept = next(one for one in pages.actions(keeper, shop.page) if one.endswith("/accept"))
        assert pages.send(keeper, accept, shop.page).status_code == 303
        (owed,) = reading.of_person(factories.actor(shop.shop))
        assert owed.coming is None or owed.now_minor == 0
        due = owed.coming.amount_minor if owed.coming else 0
        paid.append(due // 100)
        seen = " ".join(told.get("/me/owed").text.split())
        assert "late" not in seen.replace("no late fees", "").replace("something is late", "")
        if not due:
            assert "Nothing now" in seen
            assert "nothing due" in told.get(shop.page).text
            continue
        receive = f"{shop.page}/receive"
        came = {
            "amount": str(due // 100),
            "paid_on": foundation.today().isoformat(),
            "kind": "due",
            "request_id": uuid.uuid4(),
        }
        assert pages.send(keeper, receive, receive, came).status_code == 303
    assert paid == [0, 300, 1_200, 1_900, 2_800, 4_000, 1_800]
    assert (shop.state().capital_minor, shop.state().gained_minor, shop.award().state) == (0, 0, "completed")
    assert "everything is paid back" in told.get("/me/owed").text
    assert loans.broken() == []
