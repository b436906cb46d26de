"""Every message that some act posts has words, and every text can be made from facts as acts give them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import meta

from fund.messages import wording
from tests import factories

ROOT = Path(__file__).parents[2]
TEXTS = ROOT / "templates" / "messages"
KINDS = sorted(path.stem for path in TEXTS.glob("*.txt"))
GIVEN = {"name", "fund_name", "base_url"}


def posted() -> Iterator[tuple[str, str]]:
    """Pairs of kind and file, for every post to the outbox that names its kind outright."""
    for path in sorted((ROOT / "fund").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "outbox.post" and len(node.args) > 1:
                for leaf in ast.walk(node.args[1]):
                    if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str):
                        yield leaf.value, path.name


def test_every_message_that_is_posted_has_words() -> None:
    assert {kind for kind, _file in posted()} - set(KINDS) == set()
    assert len(set(posted())) > 10, "the search finds them"


def fact(name: str) -> object:
    """A fact as acts give it: amounts in minor units, days and moments as text, numbers as numbers."""
    if name.endswith("_minor"):
        return 120_000
    if name.endswith("_on") or name == "day":
        return "2026-03-31"
    if name.endswith(("_at", "_from", "_until")):
        return "2026-03-31T18:00:00+00:00"
    if name in ("days", "number", "position", "n", "count", "needed"):
        return 3
    return f"<{name}>"


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_can_be_made_from_its_facts(app: Flask, kind: str) -> None:
    factories.adopt()
    source = (TEXTS / f"{kind}.txt").read_text()
    names = meta.find_undeclared_variables(app.jinja_env.parse(source)) - GIVEN - {"_", "ngettext", "gettext"}
    letter = wording.word(kind, {name: fact(name) for name in names}, name="Rosa", language="en")
    assert letter.subject
    assert "2026-03-31T" not in letter.text + letter.subject, "a moment is written as people write it"
    assert "None" not in letter.text
    assert "<b" not in letter.html.replace("<body>", "").replace("<br>", "")
