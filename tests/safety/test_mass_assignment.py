"""A form changes what it asks for and nothing else: every column name there is, sent along, moves nothing (row 25)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from fund import db
from tests.conftest import BACKEND
from tests.safety.forms import SeenForm, seen
from tests.safety.fund_copy import FundCopy, reader
from tests.safety.walks import Walks

COLUMNS = sorted({column.name for table in db.Model.metadata.tables.values() for column in table.columns})


def rows(url: str) -> dict[str, list[str]]:
    """Every row of every table as text."""
    with reader(url).connect() as connection:
        return {
            name: sorted(repr(row) for row in connection.execute(select(*table.columns)))
            for name, table in db.Model.metadata.tables.items()
        }


def planted(copy: FundCopy) -> list[str]:
    """Rows in which a value stands that only a mass assignment could have put there."""
    return [row for table in rows(copy.url).values() for row in table if "mass-assigned" in row or "987654" in row]


ROLES = (
    ["member"]
    if BACKEND == "postgresql"
    else ["newcomer", "agent", "member", "applicant", "winner", "steward", "treasurer"]
)
"""Which columns a form fills does not depend on the database, and copies of a PostgreSQL database are dear."""


@pytest.mark.parametrize("role", ROLES)
def test_no_form_takes_a_column_it_does_not_ask_for(copy: FundCopy, looked_at: Walks, role: str) -> None:
    moved, sent = [], 0
    for form in seen(looked_at, role):
        before = copy.mark()
        copy.ask(role, "POST", form.action, data=with_columns(copy, form))
        sent += 1
        if copy.mark() != before:
            moved += [(form.action, row) for row in planted(copy)]
            copy.restore()
    assert moved == []
    assert sent > 3


def with_columns(copy: FundCopy, form: SeenForm) -> dict[str, Any]:
    """The form as it stands, sensibly filled, with every column that it does not ask for."""
    filled = {name: value or "Something" for name, value in form.fields.items()}
    planted_values = {
        name: ("987654" if name.endswith(("_id", "id", "_minor", "_n")) else "mass-assigned") for name in COLUMNS
    }
    return {
        **{name: value for name, value in planted_values.items() if name not in filled},
        **filled,
        "csrf_token": copy.token,
    }


def test_what_a_form_does_ask_for_would_be_seen(copy: FundCopy, looked_at: Walks) -> None:
    """The control: a field that a form does ask for is found by the same search."""
    form = next(one for one in seen(looked_at, "steward") if one.action == "/businesses/name")
    texts = dict.fromkeys(form.typed, "mass-assigned text")
    copy.ask("steward", "POST", form.action, data={**form.fields, **texts, "csrf_token": copy.token})
    assert planted(copy)
    copy.restore()
