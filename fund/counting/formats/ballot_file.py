"""`ballot-file/1`: the one open format the program exports, counts, verifies and archives. Source: COUNTING.md.

`loads` reads bytes into a Contest and answers a fault with its JSON path; `dumps` writes a Contest so that reading it
back gives the same count, with the options in their order and equal ballots together. A lenient reader keeps a ballot
it cannot accept as a void one, with the reason; everything that is not a ballot is refused all the same. A void ballot
is written as its file had it, and one from another kind of file as `{"count": n, "void": reason}`; either is refused
again by a strict reader and void again for a lenient one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from fund.counting.contest import FORM_OF_KIND, KINDS_OF_FORM, Ballot, Contest, Form, Option, Rule, SetAside
from fund.counting.errors import BadContest
from fund.counting.formats.json_values import json_list, json_object, not_as_text, parse_json, text
from fund.counting.formats.minor_units import in_minor_units
from fund.counting.forms import chambers_of, check_ballot, check_options, in_no_chamber
from fund.counting.settings import LARGEST_NUMBER, exact_fraction, fraction_text, whole_number

FORMAT = "ballot-file/1"
TOP = {"format", "title", "currency", "budget", "options", "rule", "ballots", "roll", "set_asides", "caps",
       "incompatible", "form", "expected", "compare_with", "metadata"}  # fmt: skip
OPTION = {"id", "name", "cost", "groups", "minimum"}
FORM = {"form", "min", "max", "k", "total", "credits", "negative"}
SET_ASIDE = {"group", "share", "amount", "overflow", "release"}
MOST_RANKS = 10_000


def dumps(contest: Contest) -> bytes:
    """The contest as a ballot file: canonical order of keys, options as listed, one line a ballot. Raises BadContest."""
    contest = in_minor_units(contest)
    top: dict[str, Any] = {"format": FORMAT, "title": contest.title, "currency": contest.currency}
    if contest.budget is not None:
        top["budget"] = contest.budget
    top["options"] = [_option_out(option) for option in contest.options]
    top["rule"] = {"method": contest.rule.method, **contest.rule.stated}
    if contest.compare_with is not None:
        top["compare_with"] = {"method": contest.compare_with.method, **contest.compare_with.stated}
    if contest.form is not None:
        top["form"] = {
            name: value for name, value in asdict(contest.form).items() if value is not None and value is not False
        }
    if contest.roll is not None:
        top["roll"] = dict(contest.roll) if isinstance(contest.roll, Mapping) else contest.roll
    if contest.set_asides:
        top["set_asides"] = [
            {name: value for name, value in asdict(aside).items() if value is not None} for aside in contest.set_asides
        ]
    if contest.caps:
        top["caps"] = dict(contest.caps)
    if contest.incompatible:
        top["incompatible"] = [list(together) for together in contest.incompatible]
    if contest.metadata:
        top["metadata"] = dict(contest.metadata)
    head = ",\n".join(f"{_json(name)}: {_json(value)}" for name, value in top.items())
    ballots = ",\n".join(map(_ballot_text, contest.ballots))
    return f'{{{head},\n"ballots": [\n{ballots}\n]}}\n'.encode()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _option_out(option: Option) -> dict[str, Any]:
    given: dict[str, Any] = {"id": option.id, "name": option.name, "cost": option.cost}
    if option.groups:
        given["groups"] = list(option.groups)
    if option.minimum is not None:
        given["minimum"] = option.minimum
    return given


def _ballot_text(ballot: Ballot) -> str:
    if ballot.kind != "void":
        return _json(_ballot_out(ballot))
    given = {"count": ballot.count, "void": ballot.content} if ballot.given is None else ballot.given
    return json.dumps(given, default=str)  # exact decimals as text, half characters escaped: void either way


def _ballot_out(ballot: Ballot) -> dict[str, Any]:
    given: dict[str, Any] = {"count": ballot.count}
    if ballot.chamber is not None:
        given["chamber"] = ballot.chamber
    if ballot.kind == "ranking":
        given["ranking"] = [list(rank) for rank in ballot.content]
    elif ballot.kind == "approve":
        given["approve"] = list(ballot.content)
    else:
        given[ballot.kind] = dict(ballot.content)
    return given


def loads(data: bytes, lenient: bool = False) -> Contest:
    """The contest a file holds. Raises BadContest with the JSON path of the first fault."""
    return read(parse_json(data), lenient=lenient)


def read(value: Any, *, lenient: bool = False) -> Contest:
    """The contest a parsed file describes."""
    top = json_object(value, "$", TOP)
    if top.get("format") != FORMAT:
        raise BadContest("$.format", f'"{FORMAT}"')
    options = tuple(
        _option(item, f"$.options[{n}]") for n, item in enumerate(json_list(top.get("options"), "$.options"))
    )
    check_options(options)
    currency = text(top.get("currency", ""), "$.currency")
    form = None if top.get("form") is None else read_form(top["form"], "$.form")
    ids = frozenset(option.id for option in options)
    ballots = tuple(
        _ballot(item, f"$.ballots[{n}]", ids, form, lenient)
        for n, item in enumerate(json_list(top.get("ballots", []), "$.ballots"))
    )
    contest = Contest(
        options=options,
        rule=Rule.read(top.get("rule"), "$.rule"),
        ballots=ballots,
        budget=None if top.get("budget") is None else whole_number(not_as_text(top["budget"], "$.budget"), "$.budget"),
        currency=currency,
        title=text(top.get("title", ""), "$.title"),
        roll=_roll(top.get("roll")),
        form=form,
        set_asides=tuple(
            _set_aside(item, f"$.set_asides[{n}]")
            for n, item in enumerate(json_list(top.get("set_asides", []), "$.set_asides"))
        ),
        caps=MappingProxyType({
            group: _share_or_amount(cap, f"$.caps.{group}")
            for group, cap in json_object(top.get("caps", {}), "$.caps", None).items()
        }),
        incompatible=tuple(
            tuple(text(id_, f"$.incompatible[{n}]") for id_ in json_list(group, f"$.incompatible[{n}]"))
            for n, group in enumerate(json_list(top.get("incompatible", []), "$.incompatible"))
        ),
        compare_with=None if top.get("compare_with") is None else _compared(top["compare_with"]),
        metadata=_metadata(top["metadata"]) if "metadata" in top else None,
        ballots_checked=True,
    )  # fmt: skip
    if lenient:
        contest = contest.replace(ballots=tuple(_without_strangers(contest)), ballots_checked=True)
    contest.check()
    return contest


def _without_strangers(contest: Contest) -> Iterator[Ballot]:
    """The ballots; void where they are of another form than the contest's, or of none of its chambers."""
    form, chambers = contest.form_in_force.form, chambers_of(contest)
    for ballot in contest.ballots:
        stranger = in_no_chamber(ballot, chambers)
        if ballot.kind not in (*KINDS_OF_FORM[form], "void"):
            stranger = f"a ballot of the form {form}"
        if stranger is None:
            yield ballot
        else:
            yield Ballot("void", f"expected {stranger}", ballot.count, ballot.chamber, _ballot_out(ballot))


def _metadata(value: Any) -> Mapping[str, Any]:
    from fund.counting.formats.metadata import read_metadata

    return read_metadata(value)


def _compared(value: Any) -> Rule:
    return Rule.read({"method": value} if isinstance(value, str) else value, "$.compare_with")


def read_form(value: Any, path: str) -> Form:
    """A ballot form and its limits from an object, or from its name alone."""
    given = json_object({"form": value} if isinstance(value, str) else value, path, FORM)
    if given.get("form") not in KINDS_OF_FORM:
        raise BadContest(f"{path}.form", "one of " + ", ".join(KINDS_OF_FORM))
    numbers = {
        name: None if given.get(name) is None else whole_number(given[name], f"{path}.{name}", most=10**9)
        for name in ("min", "max", "k", "total", "credits")
    }
    if not isinstance(given.get("negative", False), bool):
        raise BadContest(f"{path}.negative", "true or false")
    return Form(given["form"], negative=given.get("negative", False), **numbers)


def _option(value: Any, path: str) -> Option:
    given = json_object(value, path, OPTION)
    minimum = given.get("minimum")
    return Option(
        id=text(given.get("id"), f"{path}.id"),
        name=text(given.get("name", ""), f"{path}.name"),
        cost=whole_number(not_as_text(given.get("cost", 0), f"{path}.cost"), f"{path}.cost"),
        groups=tuple(text(group, f"{path}.groups") for group in json_list(given.get("groups", []), f"{path}.groups")),
        minimum=None if minimum is None else whole_number(not_as_text(minimum, f"{path}.minimum"), f"{path}.minimum"),
    )


def _ballot(value: Any, path: str, ids: frozenset[str], form: Form | None, lenient: bool) -> Ballot:
    try:
        return _sound_ballot(value, path, ids, form)
    except BadContest as fault:
        number = value.get("count", 1) if isinstance(value, dict) else None
        if not lenient or isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= LARGEST_NUMBER:
            raise
        reason = value["void"] if set(value) == {"count", "void"} and isinstance(value["void"], str) else str(fault)
        return Ballot("void", reason, number, given=value)


def _sound_ballot(value: Any, path: str, ids: frozenset[str], form: Form | None) -> Ballot:
    if isinstance(value, Mapping) and "void" in value:
        raise BadContest(f"{path}.void", "a ballot that counts (this one was void when the file was written)")
    given = json_object(value, path, {"count", "chamber", *FORM_OF_KIND})
    kinds = [kind for kind in FORM_OF_KIND if kind in given]
    if len(kinds) != 1:
        raise BadContest(path, "exactly one of " + ", ".join(FORM_OF_KIND))
    kind, content = kinds[0], given[kinds[0]]
    if form is not None and kind not in KINDS_OF_FORM[form.form]:
        raise BadContest(f"{path}.{kind}", f"a ballot of the form {form.form}")
    place = f"{path}.{kind}"
    read_content: Any
    if kind == "ranking":
        ranks = json_list(content, place)
        if len(ranks) > MOST_RANKS:
            raise BadContest(place, f"at most {MOST_RANKS} ranks")
        read_content = tuple(
            tuple(text(id_, f"{place}[{n}]") for id_ in json_list(rank, f"{place}[{n}]"))
            for n, rank in enumerate(ranks)
        )
    elif kind == "approve":
        read_content = tuple(text(id_, f"{place}[{n}]") for n, id_ in enumerate(json_list(content, place)))
    elif kind == "marks":
        read_content = tuple(json_object(content, place, None).items())
    else:
        read_content = tuple(
            (id_, _signed(number, f"{place}.{id_}")) for id_, number in json_object(content, place, None).items()
        )
    chamber = None if given.get("chamber") is None else text(given["chamber"], f"{path}.chamber")
    count = not_as_text(given.get("count", 1), f"{path}.count")
    ballot = Ballot(kind, read_content, whole_number(count, f"{path}.count"), chamber)
    if kind == "contributions" and ballot.count != 1:
        raise BadContest(f"{path}.count", "1: contributions are one voter each")
    check_ballot(ballot, ids, path)
    return ballot


def _signed(value: Any, path: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > LARGEST_NUMBER:
        raise BadContest(path, "a whole number")
    return value


def _roll(value: Any) -> int | Mapping[str, int] | None:
    if value is None:
        return None
    if isinstance(value, dict):
        return MappingProxyType({name: whole_number(n, f"$.roll.{name}") for name, n in value.items()})
    return whole_number(not_as_text(value, "$.roll"), "$.roll")


def _set_aside(value: Any, path: str) -> SetAside:
    given = json_object(value, path, SET_ASIDE)
    if ("share" in given) == ("amount" in given):
        raise BadContest(path, "either share or amount")
    if given.get("overflow", "refuse") not in ("open_pool", "refuse"):
        raise BadContest(f"{path}.overflow", "open_pool or refuse")
    release = given.get("release", "never")
    if release not in ("never", "at_count"):
        release = whole_number(release, f"{path}.release", most=36_500)
    return SetAside(
        group=text(given.get("group"), f"{path}.group"),
        share=fraction_text(exact_fraction(given["share"], f"{path}.share")) if "share" in given else None,
        amount=whole_number(given["amount"], f"{path}.amount") if "amount" in given else None,
        overflow=given.get("overflow", "refuse"),
        release=release,
    )


def _share_or_amount(value: Any, path: str) -> str | int:
    """A whole number above 1 is an amount in minor units; anything else a share of the budget."""
    if isinstance(value, int) and not isinstance(value, bool) and value > 1:
        return whole_number(value, path)
    share = exact_fraction(value, path)
    if share > Fraction(1):
        raise BadContest(path, "a share of at most 1, or a whole number of minor units")
    return fraction_text(share)
