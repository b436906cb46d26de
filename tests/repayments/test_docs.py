"""Every worked example in docs/repayments.md is what the program computes."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path

import pytest

from fund.repayments.schedule import Terms, add_months, instalment_days, level, share_due

PAGE = (Path(__file__).parents[2] / "docs" / "repayments.md").read_text()
ROWS = re.findall(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", PAGE, re.MULTILINE)
DAY = dt.date(2026, 3, 15)


def terms_of(kind: str, text: str) -> Terms:
    pairs = dict(re.findall(r"(\w+) = ([\d.]+)", text))
    stored = {name: int(Decimal(value) * (100 if name == "cap_multiple" else 1)) for name, value in pairs.items()}
    return Terms.of(
        kind, {("cap_multiple_percent" if name == "cap_multiple" else name): n for name, n in stored.items()}
    )


def written(amount_minor: int) -> str:
    return f"{amount_minor // 100}.{amount_minor % 100:02d}"


def test_every_product_has_a_worked_example() -> None:
    assert {kind for kind, *_ in ROWS} == {"zero_interest", "fixed", "profit_share", "revenue_share", "nonvoting_share"}


@pytest.mark.parametrize("row", ROWS, ids=[f"{row[0]}-{n}" for n, row in enumerate(ROWS)])
def test_a_worked_example_is_true(row: tuple[str, str, str, str]) -> None:
    kind, said, happens, due = row
    terms, figures = terms_of(kind, said), [int(one) * 100 for one in re.findall(r"-?\d+", happens)]
    if terms.is_dated:
        rows = level(figures[0], terms.rate_bp, instalment_days(terms, DAY))
        amounts = [one.amount_minor for one in rows]
        assert rows[0].due_on == add_months(DAY, max(1, terms.grace_months))
    else:
        *told, amount = figures
        room, amounts = terms.cap_minor(amount), []
        for figure in told:
            amounts.append(share_due(terms, figure, room_minor=room, capital_minor=amount))
            room -= amounts[-1]
    times = re.match(r"(\d+) times ([\d.]+)", due)
    expected = [times[2]] * int(times[1]) if times else due.split(", ")
    assert [written(one) for one in amounts] == [one.strip() for one in expected]
