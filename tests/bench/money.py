"""`python -m tests.bench.money`: the books with a million postings, a release, a whole `fund check`, a long statement.

The million is made through the books' own bytes and hashes and written in bulk, with its audit events, totals and
balances; `fund check` must then hold, or the measurement is worth nothing.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import random
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from flask import Flask
from sqlalchemy import insert

from fund import db
from fund.audit.models import AuditEvent, AuditHead
from fund.audit.service import event_hash
from fund.bank import service as bank
from fund.db import canonical_bytes, guards
from fund.foundation import service as foundation
from fund.ledger import accounts
from fund.ledger.books import Draft, entry_bytes, entry_hash
from fund.ledger.models import Balance, Entry, PeriodTotal, Posting
from fund.operations.check import examined, invariants
from tests import factories
from tests.awards import winners
from tests.bench import statement
from tests.ledger import money

BATCH = 20_000
DAYS = 1_000
WANTED = {"/money, ms": 50, "fund check, s": 30, "a release, ms": 20, "lines, matched, s": 5}


def fill(postings: int, *, by: int, decision: int, days: int = DAYS) -> None:
    """Write so many postings, two an entry, over the last days: gifts, dues, costs, money set aside."""
    with db.writing() as tx:
        free, gift, dues = (accounts.named(tx, code) for code in (accounts.FREE, "income:gift", "income:dues"))
        costs, kept = accounts.named(tx, accounts.COSTS), accounts.named(tx, "cash:repairs", "For repairs")
        guards.remove(tx.session.connection())
        head = tx.lock(AuditHead, 1)
        seq, chain = head.seq, head.hash
        dice = random.Random(seq)
        start = foundation.today() - dt.timedelta(days=days)
        began = dt.datetime.combine(start, dt.time(12), dt.UTC)
        shapes = [("contribution", free, gift, None), ("contribution", free, dues, None), ("cost", costs, free, decision),
                  ("reservation", kept, free, None)]  # fmt: skip
        held: dict[int, int] = {}
        totals: dict[tuple[dt.date, int, str], list[int]] = {}
        for first in range(0, postings // 2, BATCH):
            rows: tuple[list[dict[str, object]], ...] = ([], [], [])
            for number in range(first, min(first + BATCH, postings // 2)):
                kind, debit, credit, rests = shapes[number % 4]
                amount = dice.randint(2_000, 90_000) if kind == "contribution" else dice.randint(1, 900)
                day = start + dt.timedelta(days=number * days // (postings // 2 + 1))
                draft = Draft(uuid.UUID(int=dice.getrandbits(128), version=4), kind, f"Entry {number}",
                              [(debit, amount), (credit, -amount)], day, by, rests)  # fmt: skip
                posted = began + dt.timedelta(microseconds=number * 1_000_003)
                data = entry_bytes(draft, posted)
                digest = entry_hash(data)
                for line, (account, value) in enumerate(draft.lines, start=1):
                    rows[0].append(
                        {"entry_id": draft.id, "line": line, "account_id": account.id, "amount_minor": value}
                    )
                    held[account.id] = held.get(account.id, 0) + value
                    total = totals.setdefault((day.replace(day=1), account.id, kind), [0, 0])
                    total[0], total[1] = total[0] + value, total[1] + 1
                rows[1].append({"id": draft.id, "kind": kind, "memo": draft.memo, "occurred_on": day, "posted_at": posted,
                                "actor_id": by, "decision_id": rests, "entry_bytes": data, "entry_hash": digest,
                                "reverses_id": None})  # fmt: skip
                event = {"act": "entry.post", "by": by, "on": ["entry", str(draft.id)],
                         "facts": {"kind": kind, "hash": digest.hex()}, "at": posted.strftime("%Y-%m-%dT%H:%M:%S.%fZ")}  # fmt: skip
                told, seq = canonical_bytes(event), seq + 1
                following = event_hash(chain, told)
                rows[2].append({"seq": seq, "prev_hash": chain, "event_bytes": told, "hash": following, "act": "entry.post",
                                "subject_kind": "entry", "subject_id": str(draft.id), "actor_id": by,
                                "happened_at": posted})  # fmt: skip
                chain = following
            for table, values in zip((Posting, Entry, AuditEvent), rows, strict=True):
                tx.session.execute(insert(table), values)
        head.seq, head.hash = seq, chain
        for account_id, amount in held.items():
            tx.get(Balance, account_id).posted_minor += amount
        for (month, account_id, kind), (amount, times) in totals.items():
            known = tx.session.get(PeriodTotal, (month, account_id, kind))
            if known is None:
                known = tx.add(PeriodTotal(month=month, account_id=account_id, kind=kind, amount_minor=0, entries_n=0))
            known.amount_minor, known.entries_n = known.amount_minor + amount, known.entries_n + times
        tx.session.flush()
        guards.install(tx.session.connection())


def median_ms(act: object, times: int = 30) -> float:
    """The median of so many runs, in milliseconds."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        act()  # type: ignore[operator]
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def releases(times: int) -> list[float]:
    """Milliseconds from the second approval to the posted entry, payment by payment."""
    from fund.awards import payments

    imani = money.treasurer("Imani T.")
    wren, dana = (factories.actor(factories.officer(name)) for name in ("Wren", "Dana"))
    ended = winners.final_round([(f"shop{n}", 3_000, "grant") for n in range(times)], budget_minor=3_000 * times,
                                pool_minor=4_000 * times)  # fmt: skip
    taken = []
    for award, slug in zip(winners.offered(ended, *(f"shop{n}" for n in range(times))),
                           (f"shop{n}" for n in range(times)), strict=True):  # fmt: skip
        winners.signed(ended, slug, award, wren)
        part = winners.tranches(award.id)[0]
        payment = winners.payment_of(part)
        if payment is None:
            payments.request_tranche(part.id, note="Receipt", by=ended.agent(slug))
            payment = winners.payment_of(part)
        payments.approve_payment(payment.id, seen_hash=payment.payload_hash, by=wren)
        began = time.perf_counter()
        payments.approve_payment(payment.id, seen_hash=payment.payload_hash, by=dana)
        payments.record_paid(payment.id, paid_on=foundation.today(), entry_id=uuid.uuid4(), by=imani)
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def main(arguments: list[str] | None = None) -> int:
    """Measure and print beside what is wanted; exit with 1 when the books do not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postings", type=int, default=1_000_000)
    parser.add_argument("--by-invariant", action="store_true")
    parser.add_argument("--only-statements", action="store_true")
    asked = parser.parse_args(arguments)
    for kind in ("csv", "camt"):
        _in_a_fund(lambda _app, kind=kind: _measure_statement(kind))  # type: ignore[misc]
    return 0 if asked.only_statements else _in_a_fund(lambda app: _measure(app, asked))


def _in_a_fund(measure: Callable[[Flask], int]) -> int:
    """Measure in an empty fund of its own, in memory where the machine has a folder for that; gives what it gives."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as place:
        folder = Path(place)
        url = f"sqlite:///{folder}/fund.sqlite3"
        factories.migrate(url, folder / "home")
        app = factories.application(url, folder / "home")
        with app.app_context():
            return measure(app)


def _measure_statement(kind: str) -> int:
    """A statement of 10,000 lines."""
    factories.found()
    factories.adopt()
    treasurer, decision = money.treasurer(), money.rule_for_costs()
    account = bank.add_account("Savings", by=treasurer)
    assert treasurer.person_id is not None
    fill(statement.LINES * 8 // 3 + 40, by=treasurer.person_id, decision=decision.id, days=statement.DAYS)
    _print(statement.measured(kind, account.id, statement.lines_of_the_books(), by=treasurer))
    return 0


def _measure(app: Flask, asked: argparse.Namespace) -> int:
    factories.found()
    factories.adopt()
    treasurer = money.treasurer()
    decision = money.rule_for_costs()
    figures = {"a release, ms": statistics.median(releases(9))}
    began = time.perf_counter()
    fill(asked.postings, by=treasurer.person_id, decision=decision.id)
    print(f"{asked.postings:,} postings made in {time.perf_counter() - began:.0f} s")
    client = app.test_client()
    assert client.get("/money").status_code == 200
    figures["/money, ms"] = median_ms(lambda: client.get("/money"))
    figures["/money/reports, ms"] = median_ms(lambda: client.get("/money/reports"))
    began, broken = time.perf_counter(), []
    for sentence, faults in examined(timed(asked.by_invariant)):
        broken += [f"{sentence}: {fault}" for fault in faults]
    figures["fund check, s"] = time.perf_counter() - began
    _print(figures)
    print("\n".join(broken[:5]) or "fund check holds")
    return 1 if broken else 0


def _print(figures: dict[str, float]) -> None:
    for name, value in figures.items():
        wanted = next((most for what, most in WANTED.items() if name.endswith(what)), None)
        print(f"{name:40} {value:8.2f}" + (f"   (wanted: under {wanted})" if wanted else ""))


def timed(tell: bool) -> object:
    """The invariants, each telling how long it took if asked to."""
    for sentence, look in invariants():

        def told(look: object = look, sentence: str = sentence) -> list[str]:
            began = time.perf_counter()
            found = look()  # type: ignore[operator]
            if tell:
                print(f"  {time.perf_counter() - began:6.2f} s  {sentence}")
            return found

        yield sentence, told


if __name__ == "__main__":
    sys.exit(main())
