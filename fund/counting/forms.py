"""Ballot forms: what a voter may fill in, which ballots are void, and what makes a whole contest uncountable.

A ballot outside the limits its form states is void, with the reason, and is never repaired. A ballot that is not a
ballot at all (an unknown option, a negative number of copies) makes the file wrong. Source: COUNTING.md, "Two separate
choices" and "The ballot file".
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from fund.counting.contest import KINDS_OF_FORM, Ballot, Contest, Form, Option, check_form_rule
from fund.counting.errors import BadContest
from fund.counting.settings import LARGEST_NUMBER, exact_fraction, whole_number

MARKS = ("yes", "no", "abstain")
MOST_OPTIONS = 1_000


def credits_spent(votes: Mapping[str, int] | tuple[tuple[str, int], ...]) -> int:
    """Credits a quadratic ballot costs: v votes for one option cost v * v."""
    pairs = votes.items() if isinstance(votes, Mapping) else votes
    return sum(value * value for _, value in pairs)


def void_reason(ballot: Ballot, form: Form, costs: Mapping[str, int], budget: int | None) -> str | None:
    """Why this ballot is void under the form, as a plain sentence with the figures; None for a ballot that counts."""
    if ballot.kind == "void":
        return str(ballot.content)
    if ballot.kind == "ranking":
        marked = sum(1 for rank in ballot.content if rank)
        if form.k is not None and len(ballot.content) > form.k and any(ballot.content[form.k :]):
            return f"ranks more than {form.k} options"
    elif ballot.kind in ("approve", "marks"):
        marked = len(ballot.content)
        if form.form == "approval" and form.max is not None and marked > form.max:
            return f"names {marked} options, at most {form.max} are allowed"
        if form.form == "knapsack" and budget is not None:
            cost = sum(costs[id_] for id_ in ballot.content)
            if cost > budget:
                return f"its options cost {cost} together, the budget is {budget}"
    else:
        marked = sum(1 for _, value in ballot.content if value)
        why = _void_numbers(ballot, form)
        if why is not None:
            return why
    if form.min is not None and marked < form.min:
        return f"marks {marked} options, at least {form.min} are needed"
    return None


def _void_numbers(ballot: Ballot, form: Form) -> str | None:
    if ballot.kind == "points":
        total = sum(value for _, value in ballot.content)
        if form.total is not None and total > form.total:
            return f"gives {total} points, {form.total} are allowed"
        if form.max is not None and any(value > form.max for _, value in ballot.content):
            return f"gives one option more than {form.max} points"
    if ballot.kind == "votes":
        spent = credits_spent(ballot.content)
        if form.credits is not None and spent > form.credits:
            return f"spends {spent} credits, {form.credits} are allowed"
        if form.form == "quadratic" and not form.negative and any(value < 0 for _, value in ballot.content):
            return "holds votes against, which this form does not allow"
    return None


def check_ballot(ballot: Ballot, ids: frozenset[str], path: str) -> None:
    """Raise BadContest where this is no ballot of its kind: ids, marks and numbers."""
    whole_number(ballot.count, f"{path}.count", least=0)
    if ballot.kind == "void":
        return
    if ballot.kind == "ranking":
        _check_ranks(ballot.content, ids, path)
    elif ballot.kind == "approve":
        for place, id_ in enumerate(ballot.content):
            _known(id_, ids, f"{path}.approve[{place}]")
        if len(set(ballot.content)) != len(ballot.content):
            raise BadContest(f"{path}.approve", "every id at most once")
    else:
        for id_, value in ballot.content:
            _known(id_, ids, f"{path}.{ballot.kind}.{id_}")
            if ballot.kind == "marks":
                if value not in MARKS:
                    raise BadContest(f"{path}.marks.{id_}", "yes, no or abstain")
            else:
                least = -(10**9) if ballot.kind == "votes" else 0
                most = LARGEST_NUMBER if ballot.kind == "contributions" else 10**9
                whole_number(value, f"{path}.{ballot.kind}.{id_}", least=least, most=most)


def _check_ranks(ranks: Sequence[Sequence[str]], ids: frozenset[str], path: str) -> None:
    for place, rank in enumerate(ranks):
        if len(rank) == 1 and rank[0] in ids:
            continue
        for id_ in rank:
            _known(id_, ids, f"{path}.ranking[{place}]")
        if len(set(rank)) != len(rank):
            raise BadContest(f"{path}.ranking[{place}]", "every id at most once in a rank")


def _known(id_: object, ids: frozenset[str], path: str) -> None:
    if id_ not in ids:
        raise BadContest(path, f"the id of an option (not {str(id_)[:60]!r})")


def check_contest(contest: Contest) -> None:
    """Raise BadContest at the first fault of a contest, with its JSON path."""
    check_options(contest.options)
    ids = frozenset(option.id for option in contest.options)
    form = contest.form_in_force
    if form.form not in KINDS_OF_FORM:
        raise BadContest("$.form.form", "one of " + ", ".join(KINDS_OF_FORM))
    for rule in (contest.rule, contest.compare_with):
        if rule is not None:
            check_form_rule(form.form, rule)
    kinds = (*KINDS_OF_FORM[form.form], "void")
    ballots = _packed_total(contest, kinds)
    if ballots is None:
        ballots = _check_ballots(contest, form, kinds, ids)
    if ballots > LARGEST_NUMBER:
        raise BadContest("$.ballots", f"at most {LARGEST_NUMBER} ballots in all")
    _check_money(contest)


def _check_ballots(contest: Contest, form: Form, kinds: Sequence[str], ids: frozenset[str]) -> int:
    """Raise BadContest at the first ballot that is none of this contest; how many ballots there are."""
    most_credits = contest.rule.stated.get("credits")
    chambers = chambers_of(contest)
    ballots = 0
    for number, ballot in enumerate(contest.ballots):
        path = f"$.ballots[{number}]" if not contest.ballots_checked or ballot.kind == "votes" else ""
        if ballot.kind not in kinds:
            raise BadContest(f"$.ballots[{number}]", f"a ballot of the form {form.form}")
        if not contest.ballots_checked:
            check_ballot(ballot, ids, path)
        stranger = in_no_chamber(ballot, chambers)
        if stranger is not None:
            raise BadContest(f"$.ballots[{number}].chamber", stranger)
        if ballot.kind == "votes" and most_credits is not None and form.credits is None:
            spent = credits_spent(ballot.content)
            if spent > most_credits:
                raise BadContest(f"{path}.votes", f"at most {most_credits} credits spent (not {spent})")
        ballots += ballot.count
    return ballots


def chambers_of(contest: Contest) -> list[Collection[str]]:
    """The names of the chambers that each rule of the contest has, where it has any."""
    rules = (contest.rule, contest.compare_with)
    return [rule.stated["chambers"] for rule in rules if rule is not None and rule.stated.get("chambers")]


def in_no_chamber(ballot: Ballot, chambers: Sequence[Collection[str]]) -> str | None:
    """What was expected, where a ballot is of none of the chambers of a rule: it would be counted nowhere."""
    if ballot.kind == "void":
        return None
    return next((f"one of {', '.join(names)}" for names in chambers if ballot.chamber not in names), None)


def _packed_total(contest: Contest, kinds: Sequence[str]) -> int | None:
    """How many ballots there are, where their reader packed and checked them; None where each must be looked at."""
    if isinstance(contest.ballots, tuple) or not contest.ballots_checked:
        return None
    from fund.counting.packed import PackedBallots

    ballots = contest.ballots
    if isinstance(ballots, PackedBallots) and ballots.kind in kinds and ballots.kind != "votes":
        return ballots.total
    return None


def check_options(options: Sequence[Option]) -> None:
    """Raise BadContest unless there are options, not too many, each with an id of its own and sound amounts."""
    if not options:
        raise BadContest("$.options", "at least one option")
    if len(options) > MOST_OPTIONS:
        raise BadContest("$.options", f"at most {MOST_OPTIONS} options")
    seen: set[str] = set()
    for place, option in enumerate(options):
        path = f"$.options[{place}]"
        if not isinstance(option.id, str) or not option.id or "\x00" in option.id:
            raise BadContest(f"{path}.id", "text that is not empty and holds no NUL")
        if option.id in seen:
            raise BadContest(f"{path}.id", f"an id of its own ({option.id!r} stands twice)")
        seen.add(option.id)
        whole_number(option.cost, f"{path}.cost")
        if option.minimum is not None:
            whole_number(option.minimum, f"{path}.minimum", most=option.cost)


def _check_money(contest: Contest) -> None:
    if contest.budget is not None:
        whole_number(contest.budget, "$.budget")
    _refuse_limits_unkept(contest)
    ids = {option.id for option in contest.options}
    for place, rivals in enumerate(contest.incompatible):
        for id_ in rivals:
            if id_ not in ids:
                raise BadContest(f"$.incompatible[{place}]", f"ids of options (not {id_[:60]!r})")
    kept = 0
    for place, aside in enumerate(contest.set_asides):
        path = f"$.set_asides[{place}]"
        if contest.budget is None:
            raise BadContest("$.budget", "a budget, of which a part is set aside")
        kept += share_or_amount(aside.share if aside.amount is None else aside.amount, contest.budget, path)
        if kept > contest.budget:
            raise BadContest(path, f"set-asides of at most the budget together ({contest.budget})")
    for group, cap in contest.caps.items():
        if contest.budget is None and not isinstance(cap, int):
            raise BadContest("$.budget", f"a budget, which the cap of {group[:60]!r} is a share of")
        share_or_amount(cap, contest.budget or 0, f"$.caps.{group}")


def _refuse_limits_unkept(contest: Contest) -> None:
    """Set-asides under a rule that does not divide a budget would be forgotten."""
    from fund.counting.rules.registry import rule_named

    for rule in (contest.rule, contest.compare_with):
        if rule is not None and contest.set_asides and not rule_named(rule.method).pots:
            raise BadContest("$.set_asides", f"none, for {rule.method} does not divide a budget")


def share_or_amount(value: str | int | None, budget: int, path: str) -> int:
    """Minor units: an amount as it stands, a share (exact text) of the budget cut to whole minor units."""
    if isinstance(value, int) and not isinstance(value, bool):
        return whole_number(value, path)
    share = exact_fraction(value, path)
    if share > 1:
        raise BadContest(path, "a share of at most 1, or an amount in minor units")
    return int(share * budget)
