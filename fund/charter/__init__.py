"""The charter: one TOML file (`charter/1`) that holds a fund's rules.

Pure: no web framework, no database, no clock. The rooms:

    reading.py     load(text) -> Charter, or CharterErrors with every mistake and its line
    model.py       the parsed Charter and its sections (model_rounds.py, model_money.py): what services read
    schema.py      every setting with its default and limits (schema_members.py, schema_rounds.py, schema_money.py)
    in_force.py    check(charter) -> Findings: which settings this release acts upon, one line each
    sentences.py   the charter in plain sentences, translatable
    freeze.py      the rules of one round as canonical values, and what the count needs of them
    amend.py       what differs between two charters and whose consent that needs
    wizard.py      at most eight questions that write a charter (wizard_text.py)
    reference.py   every setting in one table; json_schema.py: the same for programs; command.py: `fund charter`
    presets/       eight worked charters and the demo's

Settings, defaults and words come from FIELD.md B2; ballot forms and rules from COUNTING.md.
"""

from __future__ import annotations

from fund.charter.amend import carried, consents_needed, differences
from fund.charter.errors import CharterError, CharterErrors
from fund.charter.freeze import ballots_needed, chamber_needs, counting_rule, rules_for_round
from fund.charter.in_force import Finding, Findings, check
from fund.charter.messages import Message, render
from fund.charter.model import SECRET_NEEDS_BALLOTS, SECRET_NEEDS_ELECTORS, Charter
from fund.charter.presets import Preset, preset, presets
from fund.charter.reading import load

__all__ = [
    "SECRET_NEEDS_BALLOTS",
    "SECRET_NEEDS_ELECTORS",
    "Charter",
    "CharterError",
    "CharterErrors",
    "Finding",
    "Findings",
    "Message",
    "Preset",
    "ballots_needed",
    "carried",
    "chamber_needs",
    "check",
    "consents_needed",
    "counting_rule",
    "differences",
    "load",
    "preset",
    "presets",
    "render",
    "rules_for_round",
]
