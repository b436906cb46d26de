"""Requests made from the API's own description: no fault, no status and no answer that it does not promise."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from tests import factories
from tests.safety.fund_copy import FundCopy

_described = factories.application("sqlite://", Path(tempfile.mkdtemp(prefix="fund-api-")))
SCHEMA = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", _described)
QUIET = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much]


@SCHEMA.parametrize()
@settings(max_examples=25, deadline=None, suppress_health_check=QUIET)
def test_answers_are_those_promised(case: schemathesis.Case, copy: FundCopy) -> None:
    ask(case, copy)


@pytest.mark.long
@SCHEMA.parametrize()
@settings(max_examples=1000, deadline=None, suppress_health_check=QUIET)
def test_a_thousand_answers_each_are_those_promised(case: schemathesis.Case, copy: FundCopy) -> None:
    ask(case, copy)


def ask(case: schemathesis.Case, copy: FundCopy) -> None:
    """Send one made-up request to the copy of the world and check the answer by the description."""
    if case.path_parameters and len(case.path_parameters.get("slug", "")) % 3 == 0:
        case.path_parameters["slug"] = copy.world.rounds["final"]
    answer = case.call(app=copy.app)
    case.validate_response(answer)
    assert copy.faults.seen == []
