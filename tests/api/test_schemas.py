"""The description of the API is sound, and describes what is really answered."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
from jsonschema_rs import Draft202012Validator as Draft

from tests.safety.fund_copy import FundCopy


def described(copy: FundCopy) -> dict[str, Any]:
    return dict(copy.ask("visitor", "GET", "/api/v1/openapi.json").get_json())


def resolved(document: dict[str, Any], part: Any) -> Any:
    """A schema of the document with what it refers to, as one schema."""
    return {**part, "components": document["components"]}


def test_the_description_is_openapi_3_1(copy: FundCopy) -> None:
    document = described(copy)
    assert document["openapi"].startswith("3.1.")
    assert set(document["paths"]) == {
        "/api/v1/fund", "/api/v1/rounds", "/api/v1/rounds/{slug}", "/api/v1/rounds/{slug}/proposals",
        "/api/v1/rounds/{slug}/proposals/{proposal}", "/api/v1/rounds/{slug}/result", "/api/v1/money",
    }  # fmt: skip
    for name, schema in document["components"]["schemas"].items():
        assert jsonschema_rs.meta.is_valid(resolved(document, schema))
        assert schema["type"] == "object", name


def test_every_answer_is_as_described(copy: FundCopy) -> None:
    document, asked = described(copy), 0
    for path, methods in document["paths"].items():
        assert set(methods) - {"parameters"} == {"get"}, "the API only reads"
        for slug in [*copy.world.rounds.values(), "no-such-round"]:
            address = path.replace("{slug}", slug).replace("{proposal}", copy.world.names["winner"])
            answer = copy.ask("visitor", "GET", address)
            rule = methods["get"]["responses"][str(answer.status_code)]
            kind = next(iter(rule["content"]))
            assert answer.mimetype == kind, (address, answer.mimetype)
            schema = resolved(document, rule["content"][kind]["schema"])
            Draft(schema).validate(answer.get_json())
            asked += 1
    assert asked > 20


def test_a_wrong_answer_would_be_seen(copy: FundCopy) -> None:
    """The control."""
    document = described(copy)
    schema = resolved(document, document["components"]["schemas"]["Result"])
    whole = copy.ask("visitor", "GET", f"/api/v1/rounds/{copy.world.rounds['final']}/result").get_json()
    Draft(schema).validate(whole)
    whole["count"]["quorum"][0]["needed"] = "fifteen"
    with pytest.raises(jsonschema_rs.ValidationError):
        Draft(schema).validate(whole)


@pytest.mark.parametrize("name", ["ballot-file-1", "charter-1"])
def test_the_schemas_of_files_are_served(copy: FundCopy, name: str) -> None:
    answer = copy.ask("visitor", "GET", f"/api/v1/schemas/{name}.json")
    assert answer.mimetype == "application/schema+json"
    assert jsonschema_rs.meta.is_valid(answer.get_json())


def test_a_published_ballot_file_fits_its_schema(copy: FundCopy) -> None:
    schema = copy.ask("visitor", "GET", "/api/v1/schemas/ballot-file-1.json").get_json()
    path = f"/rounds/{copy.world.rounds['final']}/results/files/ballots.json"
    published = copy.ask("visitor", "GET", path).get_json(force=True)
    Draft(schema).validate(published)
    for wrong in ({"format": "ballot-file/2"}, {"ballots": [{"approve": ["a"], "marks": {}}]}, {"extra": 1}):
        with pytest.raises(jsonschema_rs.ValidationError):
            Draft(schema).validate({**published, **wrong})
