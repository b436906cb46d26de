"""Rules for every template and for the style sheet, and what the macros promise, without a browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
PAGES = sorted(TEMPLATES.rglob("*.html"))
SPOKEN = [path for path in PAGES if path.name != "look.html"]  # the style page shows sample data, on test instances
MACROS = sorted((TEMPLATES / "_macros").glob("*.html"))
GUIDE = (ROOT / "docs" / "design-system.md").read_text()
SHEET = (ROOT / "static" / "app.css").read_text()


def ids(page: str) -> list[str]:
    return re.findall(r'\sid="([^"]+)"', page)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_no_template_holds_inline_code_or_style(path: Path) -> None:
    text = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", path.read_text(), flags=re.DOTALL)
    found = re.findall(r"<style|\sstyle\s*=|\son[a-z]+\s*=|javascript:|<script(?![^>]*\ssrc=)", text)
    assert not found


@pytest.mark.parametrize("path", SPOKEN, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_every_word_can_be_translated(path: Path) -> None:
    text = re.sub(
        r"<(code|pre).*?</\1>|{#.*?#}|{% *trans.*?endtrans *%}|{{.*?}}|{%.*?%}", " ", path.read_text(), flags=re.DOTALL
    )
    bare = re.sub(r"<[^<>]*>", " ", text)
    shown = re.findall(r'\b(?:alt|title|placeholder|aria-label)="([^"]*)"', text)
    words = [word for part in (bare, *shown) for word in re.findall(r"[^\W\d_]{2,}", re.sub(r"&\w+;", " ", part))]
    assert words == []


def test_the_sheet_is_small_and_asks_no_other_host() -> None:
    assert len(SHEET.encode()) < 30_000
    assert not re.findall(r"url\(|@import|//[a-z]", SHEET)


@pytest.mark.parametrize("path", MACROS, ids=lambda path: path.stem)
def test_the_guide_names_every_macro(path: Path) -> None:
    section = re.search(rf"\*\*{path.stem}\.html\*\*(.*?)(?=\n\*\*|\n## )", GUIDE, re.DOTALL)
    assert section, f"{path.name} is missing in docs/design-system.md"
    inner = {"hidden", "target", "error_lines", "hint_and_error", "described", "label_text", "group", "head", "line",
             "problems", "about", "wrong", "quadratic_option"}  # fmt: skip
    for name in re.findall(r"macro (\w+)\(", path.read_text()):
        assert name.startswith("_") or name in inner or re.search(rf"\b{name}\b", section[1]), name


def test_every_class_the_guide_offers_is_in_the_sheet() -> None:
    offered = GUIDE.split("## Classes meant for use")[1].split("## Pictures")[0]
    for name in re.findall(r"`([a-z][a-z-]+)`", offered):
        if name not in {"details", "table"}:
            assert re.search(rf"\.{name}\b", SHEET), name


def test_every_error_page_speaks_plainly_and_shows_a_way_on(bench: FlaskClient) -> None:
    for path in sorted((TEMPLATES / "errors").glob("[0-9]*.html")):
        page = bench.get(f"/look/errors/{path.name}").text
        assert len(re.findall("<h1", page)) == 1
        assert not re.search(r"\b(error|exception|invalid|forbidden|internal)\b", re.sub("<[^>]+>", " ", page), re.I)
        assert 'class="btn"' in page


def test_what_was_typed_is_kept_beside_its_error(bench: FlaskClient) -> None:
    page = bench.get("/look/help/look.html").text
    assert 'value="rosa at home"' in page
    field = re.search(r'<input[^>]*id="email"[^>]*>', page)
    assert field
    assert 'aria-invalid="true"' in field[0]
    assert 'aria-describedby="email-hint email-error"' in field[0]


def test_every_link_of_the_error_summary_leads_to_a_field(bench: FlaskClient) -> None:
    page = bench.get("/look/help/look.html").text
    summary = page.split('class="errors"')[1].split("</div>")[0]
    targets = re.findall(r'href="#([^"]+)"', summary)
    assert targets == ["name", "email", "about", "basis-0", "public"]
    assert set(targets) <= set(ids(page))


def test_no_choice_is_made_for_the_voter(bench: FlaskClient) -> None:
    ballot = bench.get("/look/help/look.html").text
    marks = re.findall(r'<input type="radio"[^>]*name="mark-second-spool"[^>]*>', ballot)
    assert len(marks) == 3
    assert not any("checked" in mark for mark in marks)


def test_the_ballots_send_the_agreed_names(bench: FlaskClient) -> None:
    page = bench.get("/look/help/look.html").text
    for name in ("mark-saltgrass", "choose", "rank-kestrel", "votes-kestrel"):
        assert f'name="{name}"' in page
    assert re.search(r'name="mark-saltgrass" value="yes" checked', page)
    assert re.search(r'<option value="1" selected>', page)
    assert re.search(r'name="votes-saltgrass" value="4"', page)
