"""Files of a published result: totals as CSV, XLSX and JSON, and the ballot file where publication allows it."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from flask_babel import gettext as _

from fund import spreadsheets
from fund.currency import exponent, minor_per_unit
from fund.errors import Forbidden
from fund.foundation import service as foundation
from fund.results.reading import Outcome
from fund.rounds.models import Round


def totals(outcome: Outcome) -> list[list[Any]]:
    """One row an option: id, name, cost, votes (exact), award, outcome, reason. The first row names the columns."""
    head = [_("id"), _("name"), _("asked"), _("votes"), _("awarded"), _("funded"), _("reason")]
    rows = [
        [
            line.option_id,
            line.title,
            plain_money(line.cost_minor),
            outcome.raw["scores"].get(line.option_id, "0"),
            plain_money(line.award_minor or 0),
            _("yes") if line.elected else _("no"),
            line.reason,
        ]
        for line in outcome.main.lines
    ]
    return [head, *rows]


def csv_bytes(outcome: Outcome) -> bytes:
    """The totals as CSV."""
    return spreadsheets.csv_bytes(totals(outcome))


def xlsx_bytes(outcome: Outcome, round_: Round) -> bytes:
    """The totals as XLSX."""
    return spreadsheets.xlsx_bytes({round_.title: totals(outcome)})


def result_json(outcome: Outcome) -> bytes:
    """The result exactly as it was hashed and certified."""
    return bytes(outcome.run.result_bytes)


def ballots(outcome: Outcome, round_: Round) -> bytes:
    """The ballot file that was counted. Raises Forbidden where the round publishes totals only."""
    if round_.publication != "full" and round_.assurance != "open":
        raise Forbidden(_("This round publishes totals only, because whole ballots could give people away."))
    return bytes(outcome.run.input_bytes)


def plain_money(amount_minor: int) -> str:
    """An amount for a file: digits and a point, no sign of a currency."""
    code = foundation.fund().currency
    units, rest = divmod(abs(amount_minor), minor_per_unit(code))
    sign = "-" if amount_minor < 0 else ""
    return f"{sign}{units}.{rest:0{exponent(code)}d}" if exponent(code) else f"{sign}{units}"


def file_name(round_: Round, ending: str) -> str:
    """A plain name for a download."""
    return f"{round_.slug}.{ending}"


def facts_of(outcome: Outcome) -> dict[str, Any]:
    """Hashes and times that let a reader check that two files are the same."""
    at: dt.datetime = outcome.run.computed_at
    return {
        "input_sha256": outcome.run.input_hash.hex(),
        "result_sha256": outcome.run.result_hash.hex(),
        "computed_at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "rule": json.dumps(outcome.raw["rule"], sort_keys=True),
    }
