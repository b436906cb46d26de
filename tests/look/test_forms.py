"""The form macros with every kind of field WTForms has: nothing typed is lost, every error is tied to its field."""

from __future__ import annotations

import re

from flask import Flask, render_template_string
from flask_babel import lazy_gettext
from werkzeug.datastructures import MultiDict
from wtforms import (
    DateTimeLocalField,
    FieldList,
    FileField,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    PasswordField,
    SelectField,
    StringField,
    SubmitField,
    validators,
)

from tests.look.bench import build

PAGE = """{% import "_macros/forms.html" as forms %}{% call forms.form(f, action="/hand-in", files=true) %}
{% for one in f if one.type != 'HiddenField' %}{{ forms.field(one) }}{% endfor %}{% endcall %}"""
BUTTON = """{% import "_macros/forms.html" as forms %}
{{ forms.act("/sign", "Sign <it>", "danger", {"seen": 'a "version"'}) }}"""


class Address(Form):
    street = StringField("Street", [validators.InputRequired(lazy_gettext("Please name the street."))])


class Everything(Form):
    version = HiddenField()
    votes = IntegerField("Votes", [validators.NumberRange(0, 5, "Between 0 and 5.")], description="Whole votes.")
    opens = DateTimeLocalField("Opens", [validators.Optional()])
    paper = FileField("A photograph")
    secret = PasswordField("Code")
    area = SelectField("Area", choices=["Flats", "Hill"])
    where = FormField(Address)
    helpers = FieldList(StringField("Helper", [validators.Length(max=3, message="Three letters at most.")]))
    send = SubmitField("Hand in")


def rendered(form: Form, page: str = PAGE, app: Flask | None = None) -> str:
    with (app or build()).test_request_context("/"):
        return render_template_string(page, f=form)


def sent(**typed: str) -> Form:
    form = Everything(MultiDict(typed))
    form.validate()
    return form


def test_what_was_typed_stays_even_if_it_is_no_number() -> None:
    page = rendered(sent(votes="many", opens="soon", version="7"))
    assert 'value="many"' in page
    assert 'value="soon"' in page
    assert re.search(r'<input[^>]*name="version"[^>]*value="7"', page)


def test_a_code_is_not_sent_back() -> None:
    assert "493817" not in rendered(sent(secret="493817"))


def test_every_error_stands_in_the_summary_once() -> None:
    page = rendered(sent(votes="9", area="Hill", **{"helpers-0": "abcd"}))
    summary = page.split('class="errors"')[1].split("</ul>")[0]
    assert summary.count("Between 0 and 5.") == 1
    assert summary.count("Please name the street.") == 1
    assert summary.count("Three letters at most.") == 1
    targets = set(re.findall(r'href="#([^"]+)"', summary))
    assert {"votes", "where-street", "helpers-0"} == targets <= set(re.findall(r'\sid="([^"]+)"', page))


def test_an_error_is_tied_to_its_field() -> None:
    page = rendered(sent(votes="9"))
    field = re.search(r'<input[^>]*id="votes"[^>]*>', page)
    assert field
    assert 'aria-describedby="votes-hint votes-error"' in field[0]
    assert 'id="votes-error"' in page
    street = re.search(r'<input[^>]*id="where-street"[^>]*>', page)
    assert street
    assert 'aria-describedby="where-street-error"' in street[0]


def test_a_fresh_form_shows_no_errors() -> None:
    page = rendered(Everything())
    assert 'class="errors"' not in page
    assert "aria-invalid" not in page


def test_only_optional_fields_say_so() -> None:
    page = rendered(Everything())
    label = re.search(r'<label for="opens">.*?</label>', page, re.DOTALL)
    assert label
    assert "(optional)" in label[0]
    required = re.search(r'<label for="where-street">.*?</label>', page, re.DOTALL)
    assert required
    assert "(optional)" not in required[0]


def test_a_form_with_files_says_so_and_switches_the_browsers_bubbles_off() -> None:
    page = rendered(Everything())
    assert 'enctype="multipart/form-data"' in page
    assert "novalidate" in page


def test_a_form_carries_the_token_where_the_application_has_one() -> None:
    app = build()
    app.jinja_env.globals["csrf_token"] = lambda: "a-token"
    assert 'name="csrf_token" value="a-token"' in rendered(Everything(), app=app)
    assert 'name="csrf_token" value="a-token"' in rendered(Everything(), BUTTON, app)


def test_what_is_printed_into_a_button_is_escaped() -> None:
    page = rendered(Everything(), BUTTON)
    assert "Sign &lt;it&gt;" in page
    assert 'value="a &#34;version&#34;"' in page
