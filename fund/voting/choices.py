"""What a voter chose: read, checked against the frozen form, and put into one canonical shape.

Words: *choices* is what is stored and counted, in the words of ballot-file/1: `{"marks": {id: yes|no|abstain}}`,
`{"approve": [id, ...]}` (approval and knapsack), `{"ranking": [[id], ...]}`, `{"points": {id: n}}` or `{"votes": {id: n}}`.
Equal ballots give equal bytes: approved options stand in the order of the ballot, a ranking has no gaps, an option
without points or votes is not named. Nothing is repaired: what does not fit the form is refused, with the figures
(COUNTING.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from fund.db import canonical_bytes
from fund.errors import Invalid, WrongState
from fund.presentation import money

MARKS = ("yes", "no", "abstain")
KIND_OF_FORM = {
    "approve_deny": "marks", "approval": "approve", "knapsack": "approve", "ranked": "ranking", "points": "points",
    "quadratic": "votes",
}  # fmt: skip
WHOLE_BALLOT = "ballot"
"""Name of the pseudo-field for a sentence about the whole ballot."""


def read(choices: Any, rules: Mapping[str, Any]) -> dict[str, Any]:
    """The canonical choices of a ballot under frozen rules. Raises Invalid, keyed by the ballot's field names."""
    form = rules["form"]
    if form["form"] == "none":
        raise WrongState(_l("Nobody votes in this round: a public draw decides."))
    kind = KIND_OF_FORM[form["form"]]
    ids = [option["id"] for option in rules["options"]]
    if not isinstance(choices, Mapping) or set(choices) != {kind}:
        raise Invalid(_l("This is not a ballot of this round."), field=WHOLE_BALLOT)
    chosen: Any = _READERS[kind](choices[kind], form, ids)
    if form["form"] == "knapsack":
        _require_affordable(chosen, rules)
    if form["form"] not in ("approve_deny", "approval"):
        _require_enough(chosen, form)
    return {kind: chosen}


def to_bytes(choices: Mapping[str, Any]) -> bytes:
    """The bytes that are stored and grouped."""
    return canonical_bytes(dict(choices))


def is_blank(choices: Mapping[str, Any]) -> bool:
    """Whether nothing was chosen: such a ballot counts for the quorum and for no proposal."""
    return not next(iter(choices.values()))


def _marks(given: Any, _form: Mapping[str, Any], ids: Sequence[str]) -> dict[str, str]:
    _require_known(given, ids, dict)
    wrong = {f"mark-{id_}": _l("Choose yes, no or abstain.") for id_ in ids if given.get(id_) not in MARKS}
    if wrong:
        raise Invalid(_l("Choose yes, no or abstain for every proposal."), fields=wrong)
    return {id_: given[id_] for id_ in ids}


def _approve(given: Any, form: Mapping[str, Any], ids: Sequence[str]) -> list[str]:
    _require_known(given, ids, list)
    least, most = form.get("min", 0) if form["form"] == "approval" else 0, form.get("max")
    if len(set(given)) != len(given):
        raise Invalid(_l("Every proposal can be ticked once."), field="choose")
    if len(given) < least:
        raise Invalid(
            _l("You ticked %(n)s. Tick at least %(least)s.", n=len(given), least=least), field="choose"
        )  # fmt: skip
    if most is not None and len(given) > most:
        raise Invalid(
            _l("You ticked %(n)s. At most %(most)s are allowed: take some away.", n=len(given), most=most),
            field="choose",
        )
    return [id_ for id_ in ids if id_ in set(given)]


def _ranking(given: Any, form: Mapping[str, Any], ids: Sequence[str]) -> list[list[str]]:
    if not isinstance(given, list) or not all(isinstance(rank, list) and len(rank) == 1 for rank in given):
        raise Invalid(_l("Every rank names one proposal."), field=WHOLE_BALLOT)
    order: list[Any] = [rank[0] for rank in given]
    _require_known(order, ids, list)
    most = form.get("k") or len(ids)
    twice = {id_ for id_ in order if order.count(id_) > 1}
    if twice:
        raise Invalid(
            _l("A proposal has two ranks."), fields={f"rank-{id_}": _l("This stands twice.") for id_ in twice}
        )
    if len(order) > most:
        raise Invalid(_l("You ranked %(n)s. Rank at most %(most)s.", n=len(order), most=most), field=WHOLE_BALLOT)
    return [[id_] for id_ in order]


def _votes(given: Any, form: Mapping[str, Any], ids: Sequence[str]) -> dict[str, int]:
    _require_known(given, ids, dict)
    credits = form["credits"]
    least = -credits if form.get("negative") else 0
    for id_, votes in given.items():
        if type(votes) is not int or not least <= votes <= credits:
            raise Invalid(
                _l("Please look at the votes again."),
                fields={f"votes-{id_}": _l("A whole number of votes, from %(least)s on.", least=least)},
            )
    spent = sum(votes * votes for votes in given.values())
    if spent > credits:
        raise Invalid(
            _l(
                "Your votes cost %(spent)s credits and you have %(credits)s: %(sum)s = %(spent)s. Take some votes away.",
                spent=spent, credits=credits, sum=" + ".join(str(v * v) for v in given.values() if v),
            ),
            field=WHOLE_BALLOT,
        )  # fmt: skip
    return {id_: given[id_] for id_ in ids if given.get(id_)}


def _points(given: Any, form: Mapping[str, Any], ids: Sequence[str]) -> dict[str, int]:
    _require_known(given, ids, dict)
    total = form["total"]
    most = min(form.get("max") or total, total)
    wrong = {
        f"points-{id_}": _l("A whole number of points, at most %(most)s.", most=most)
        for id_, points in given.items()
        if type(points) is not int or not 0 <= points <= most
    }
    if wrong:
        raise Invalid(_l("Please look at the points again."), fields=wrong)
    spent = sum(given.values())
    if spent > total:
        raise Invalid(
            _l("You gave %(spent)s points and you have %(total)s. Take some away.", spent=spent, total=total),
            field=WHOLE_BALLOT,
        )
    return {id_: given[id_] for id_ in ids if given.get(id_)}


def _require_affordable(chosen: Sequence[str], rules: Mapping[str, Any]) -> None:
    """A knapsack holds no more than the budget. Raises Invalid with both sums."""
    costs = {option["id"]: option["cost"] for option in rules["options"]}
    cost_minor, budget_minor = sum(costs[id_] for id_ in chosen), rules["budget_minor"] or 0
    if cost_minor > budget_minor:
        raise Invalid(
            _l(
                "What you ticked costs %(cost)s together, and the budget is %(budget)s. Take %(over)s or more away.",
                cost=money(cost_minor), budget=money(budget_minor), over=money(cost_minor - budget_minor),
            ),
            field="choose",
        )  # fmt: skip


def _require_enough(chosen: Sequence[Any] | Mapping[str, Any], form: Mapping[str, Any]) -> None:
    """The least number of proposals a ballot must mark. Raises Invalid with both numbers."""
    least = form.get("min") or 0
    if len(chosen) < least:
        raise Invalid(
            _l("You marked %(n)s. Mark at least %(least)s.", n=len(chosen), least=least),
            field="choose" if form["form"] == "knapsack" else WHOLE_BALLOT,
        )


def _require_known(given: Any, ids: Sequence[str], shape: type[list[Any]] | type[dict[str, Any]]) -> None:
    if not isinstance(given, shape) or any(not isinstance(id_, str) or id_ not in ids for id_ in given):
        raise Invalid(_l("This ballot names something that is not on it."), field=WHOLE_BALLOT)


_READERS = {"marks": _marks, "approve": _approve, "ranking": _ranking, "points": _points, "votes": _votes}
