"""Whatever is typed into any form: a plain answer, never a fault, and nothing of it runs in a page (TRUST 5, row 13)."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from flask import request
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import BACKEND
from tests.safety.forms import SeenForm, seen
from tests.safety.fund_copy import FundCopy
from tests.safety.walks import Walks

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
def test_forms_are_found(copy: FundCopy, looked_at: Walks, role: str) -> None:
    assert len(seen(looked_at, role)) > (2 if role == "visitor" else 5)


@pytest.mark.parametrize("role", ROLES)
@settings(max_examples=30 if BACKEND == "postgresql" else 80, deadline=None, suppress_health_check=QUIET)
@given(data=st.data())
def test_no_typed_text_breaks_a_form(copy: FundCopy, looked_at: Walks, role: str, data: st.DataObject) -> None:
    attack(copy, seen(looked_at, role), role, data)


@pytest.mark.long
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("role", ROLES)
@settings(max_examples=2_000, deadline=None, suppress_health_check=QUIET)
@given(data=st.data())
def test_no_typed_text_breaks_a_form_in_thousands(
    copy: FundCopy, looked_at: Walks, role: str, data: st.DataObject
) -> None:
    attack(copy, seen(looked_at, role), role, data)


def attack(copy: FundCopy, forms: list[SeenForm], role: str, data: st.DataObject) -> None:
    """One form, filled in as no person would."""
    form = data.draw(st.sampled_from(forms))
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


LARGE = {
    "a megabyte": "a" * 1_000_000,
    "a hundred thousand": "a" * 100_000,
    "long words": " ".join(["w" * 10_000] * 3),
    "no text": "a\x00b\ud800c\udfff",
    "other ways": "\u202eevil\u2066 \u200f\u061c" * 40,
}
"""Text that is far too long, in words that no page can break, with signs that are none, or that turn the line around."""
MOST_BYTES = 2_000_000
"""So many bytes of text fit into one form; more is refused before it is read."""
SLOW = [
    pytest.param(role, "a megabyte", marks=pytest.mark.long) for role in ("member", "steward", "applicant", "treasurer")
]
WHO = [
    *(("visitor", what) for what in LARGE), *(("steward", what) for what in LARGE if what != "a megabyte"),
    ("applicant", "no text"),
]  # fmt: skip


@pytest.mark.parametrize(("role", "what"), (WHO if BACKEND == "sqlite" else WHO[-2:]) + SLOW)
def test_too_much_text_in_every_field_is_refused_in_words(
    copy: FundCopy, looked_at: Walks, role: str, what: str
) -> None:
    """All text fields of a form at once, or as many at a time as are read at all."""
    sent = set()
    for form in seen(looked_at, role):
        names = sorted(form.typed - {"csrf_token"})
        many = MOST_BYTES // len(LARGE[what])
        for filled in [names[start : start + many] for start in range(0, len(names), many)]:
            sent |= {(form.action, name) for name in filled}
            said = {**form.fields, **dict.fromkeys(filled, LARGE[what]), "csrf_token": copy.token}
            refused_beside_its_field(copy, role, form, said, what)
    assert sent == {(form.action, name) for form in seen(looked_at, role) for name in form.typed - {"csrf_token"}}
    assert len(sent) > 5


def refused_beside_its_field(copy: FundCopy, role: str, form: SeenForm, said: dict[str, str], what: str) -> None:
    """Send it: a page in words, or an act that was done as a whole; when it was refused, nothing was done."""
    before = copy.mark()
    body = urlencode(said, errors="surrogatepass")
    answer = copy.ask(role, "POST", form.action, data=body, content_type="application/x-www-form-urlencoded")
    text = answer.get_data(as_text=True)
    assert answer.status_code < 500, (form.action, what, answer.status)
    assert copy.faults.seen == [], (form.action, what)
    assert "Traceback" not in text
    if copy.mark() != before:
        refused = answer.status_code >= 400
        assert not refused or copy.digest() == copy.original.digest(), (form.action, what, "half done")
        copy.restore()
    if answer.status_code == 422:
        assert "field-error" in text or "form-errors" in text or 'role="alert"' in text, (form.action, what)


@pytest.mark.parametrize("role", ["visitor", "member", "steward", "treasurer"])
def test_what_was_typed_is_kept_when_it_is_refused(copy: FundCopy, looked_at: Walks, role: str) -> None:
    """A form with one wrong and one right text is shown again with both."""
    lost = []
    for form in seen(looked_at, role):
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
