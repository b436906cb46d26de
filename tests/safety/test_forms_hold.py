"""Whatever is typed into any form: a plain answer, never a fault, and nothing of it runs in a page (TRUST 5, row 13)."""

from __future__ import annotations

import pytest
from flask import request
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import BACKEND
from tests.safety.forms import SeenForm, seen
from tests.safety.fund_copy import FundCopy

CANARY = "<canary>\"'x"
ODD = [
    "", " ", "\x00", "a\x00b", "0", "-1", "1e309", "NaN", "Infinity", "-Infinity", "9" * 40, "1.0", "1,5", "0x10", "٣", "½",
    "true", "null", "None", "[]", "{}", "[object Object]", "\u202eevil", "عربي", "👩‍👩‍👧‍👦", "\ud7ff", "\ufeff", "\r\nX-Injected: 1", "%00", "%s%n",
    "{{7*7}}", "${7*7}", "' OR 1=1--", "../../etc/passwd", "2026-02-30", "0000-00-00", "9999-12-31", "2026-13-01T25:61",
    "10000-01-01", "1" * 400, "a" * 5_000, CANARY, f"a{CANARY}b", "<script>alert(1)</script>", "javascript:alert(1)",
]  # fmt: skip
ROLES = (
    ("visitor", "steward")
    if BACKEND == "postgresql"
    else ("visitor", "newcomer", "agent", "member", "steward", "treasurer")
)
QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
_forms: dict[str, list[SeenForm]] = {}


def forms_of(copy: FundCopy, role: str) -> list[SeenForm]:
    """Forms somebody sees, read once."""
    if role not in _forms:
        _forms[role] = seen(copy, role)
    return _forms[role]


def post(copy: FundCopy, role: str, form: SeenForm, pairs: list[tuple[str, str]]) -> None:
    """Send a form and look at the answer."""
    before = copy.mark()
    data: dict[str, list[str]] = {"csrf_token": [copy.token]}
    for name, value in pairs:
        data.setdefault(name, []).append(value)
    answer = copy.ask(role, "POST", form.action, data=data)
    text = answer.get_data(as_text=True)
    assert answer.status_code < 500, (form.action, data, answer.status)
    assert "Traceback" not in text
    assert "<canary>" not in text, (form.action, "reflected as it was typed")
    assert "X-Injected" not in answer.headers
    assert copy.faults.seen == [], (form.action, data)
    if copy.mark() != before:
        copy.restore()


@pytest.mark.parametrize("role", ROLES)
def test_forms_are_found(copy: FundCopy, role: str) -> None:
    assert len(forms_of(copy, role)) > (2 if role == "visitor" else 5)


@pytest.mark.parametrize("role", ROLES)
@settings(max_examples=30 if BACKEND == "postgresql" else 80, deadline=None, suppress_health_check=QUIET)
@given(data=st.data())
def test_no_typed_text_breaks_a_form(copy: FundCopy, role: str, data: st.DataObject) -> None:
    attack(copy, role, data)


@pytest.mark.long
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("role", ROLES)
@settings(max_examples=2_000, deadline=None, suppress_health_check=QUIET)
@given(data=st.data())
def test_no_typed_text_breaks_a_form_in_thousands(copy: FundCopy, role: str, data: st.DataObject) -> None:
    attack(copy, role, data)


def attack(copy: FundCopy, role: str, data: st.DataObject) -> None:
    """One form, filled in as no person would."""
    form = data.draw(st.sampled_from(forms_of(copy, role)))
    names = [name for name in form.fields if name != "csrf_token"]
    text = st.one_of(st.sampled_from(ODD), st.text(max_size=60))
    pairs = []
    for name in names:
        how = data.draw(st.sampled_from(("odd", "odd", "as it stands", "twice", "left out", "array")))
        if how == "odd":
            pairs.append((name, data.draw(text)))
        elif how == "as it stands":
            pairs.append((name, form.fields[name]))
        elif how in ("twice", "array"):
            pairs += [(name + ("[]" if how == "array" else ""), data.draw(text)) for _ in range(2)]
    post(copy, role, form, pairs)


@pytest.mark.parametrize("role", ["visitor", "steward"])
def test_a_megabyte_in_a_field_is_refused_in_words(copy: FundCopy, role: str) -> None:
    for form in forms_of(copy, role):
        if form.typed:
            post(
                copy,
                role,
                form,
                [(name, "a" * 1_000_000 if name in form.typed else value) for name, value in form.fields.items()][:1],
            )


@pytest.mark.parametrize("role", ["visitor", "member", "steward", "treasurer"])
def test_what_was_typed_is_kept_when_it_is_refused(copy: FundCopy, role: str) -> None:
    """A form with one wrong and one right text is shown again with both."""
    lost = []
    for form in forms_of(copy, role):
        typed = sorted(form.typed - {"csrf_token", "code", "secret", "q"})
        if len(typed) < 2:
            continue
        data = {"csrf_token": copy.token, **{name: f"kept-{n}-\x07" for n, name in enumerate(typed)}}
        before = copy.mark()
        answer = copy.ask(role, "POST", form.action, data=data)
        if copy.mark() != before:
            copy.restore()
        if answer.status_code == 422:
            text = answer.get_data(as_text=True)
            lost += [(form.action, name) for n, name in enumerate(typed) if f"kept-{n}-" not in text]
    assert lost == []


def test_a_reflected_text_would_be_seen(copy: FundCopy, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: a page that gives back what was typed without escaping it."""

    def echo() -> str:
        return request.form["language"]

    echo.__act__ = "page.read"  # type: ignore[attr-defined]
    monkeypatch.setitem(copy.app.view_functions, "front.language", echo)
    with pytest.raises(AssertionError, match="reflected"):
        post(copy, "visitor", SeenForm("/", "/language"), [("language", CANARY)])
