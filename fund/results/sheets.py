"""The printable sheet on which a hall counts a small round by hand: options by letter, ballots as rows, room to write.

The sheet shows ballots only where the round publishes them. It is for rounds that people can count in an evening: at
most `MOST_BALLOTS` different ballots and `MOST_OPTIONS` options; for larger ones it says so and shows no rows. Nothing
on its working pages tells the result; the figures to compare stand apart. Source of the rules: COUNTING.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from string import ascii_uppercase
from typing import Any

from flask_babel import gettext as _

from fund.counting.contest import Ballot, Contest, Option
from fund.counting.formats import ballot_file
from fund.counting.forms import share_or_amount, void_reason
from fund.counting.ties import lot_number
from fund.presentation import money, number
from fund.results import exports
from fund.results.reading import Outcome, step_words
from fund.results.words import rule_name
from fund.rounds.models import Round

RECOUNTED = ("majority", "greedy", "irv", "sequential_irv", "proportional_capped", "equal_shares")
"""Rules that the result page counts again in the browser (static/js/recount), and that have a sheet."""

MOST_BALLOTS = 120
MOST_OPTIONS = 16


@dataclass(frozen=True)
class Row:
    """Equal ballots: their number, what they say in letters, their chamber, and whether the form makes them void."""

    count: int
    says: str
    chamber: str
    void: bool


@dataclass(frozen=True)
class Sheet:
    """What the sheet prints. `rows` is empty where the round is too large for a hall (`too_large`)."""

    contest: Contest
    method: str
    letters: Sequence[tuple[str, Option]]
    rows: Sequence[Row]
    settings: Sequence[tuple[str, str]]
    chambers: Sequence[str]
    too_large: bool
    ballots_n: int

    @property
    def ranked(self) -> bool:
        """Whether ballots are rankings."""
        return self.contest.form_in_force.form == "ranked"


def sheet_of(outcome: Outcome, round_: Round) -> Sheet:
    """The sheet of a result. Raises Forbidden where whole ballots are not published."""
    contest = ballot_file.loads(exports.ballots(outcome, round_))
    letters = {option.id: _letter(place) for place, option in enumerate(contest.options)}
    too_large = len(contest.ballots) > MOST_BALLOTS or len(contest.options) > MOST_OPTIONS
    costs = {option.id: option.cost for option in contest.options}
    form = contest.form_in_force
    rows = [
        Row(
            ballot.count, _says(ballot, letters), ballot.chamber or "",
            void_reason(ballot, form, costs, contest.budget) is not None,
        )
        for ballot in contest.ballots
    ]  # fmt: skip
    return Sheet(
        contest=contest,
        method=contest.rule.method,
        letters=[(letters[option.id], option) for option in contest.options],
        rows=[] if too_large else rows,
        settings=[
            (_("Rule"), rule_name(contest.rule.method)),
            *_round_settings(contest, letters),
            *_rule_settings(contest, letters),
        ],
        chambers=list(contest.rule["chambers"] or ()) if contest.rule.method == "majority" else [],
        too_large=too_large,
        ballots_n=sum(ballot.count for ballot in contest.ballots),
    )


def _letter(place: int) -> str:
    """A, B, ... Z, A2, B2, ..."""
    turn, letter = divmod(place, len(ascii_uppercase))
    return ascii_uppercase[letter] + (str(turn + 1) if turn else "")


def _says(ballot: Ballot, letters: dict[str, str]) -> str:
    """A ballot in letters: `A > B = C > –` for ranks, `A 3, B 1` for figures, `A yes, B no` for marks."""
    if ballot.kind == "ranking":
        ranks = (" = ".join(letters[id_] for id_ in rank) or "–" for rank in ballot.content)
        return " > ".join(ranks) or _("blank")
    if ballot.kind == "approve":
        return ", ".join(letters[id_] for id_ in ballot.content) or _("blank")
    if ballot.kind == "marks":
        words = {"yes": _("yes"), "no": _("no"), "abstain": _("abstain")}
        return ", ".join(f"{letters[id_]} {words[mark]}" for id_, mark in ballot.content) or _("blank")
    return ", ".join(f"{letters[id_]} {value}" for id_, value in ballot.content if value) or _("blank")


def _round_settings(contest: Contest, letters: dict[str, str]) -> list[tuple[str, str]]:
    """Money and its limits."""
    found = []
    if contest.budget is not None:
        found.append((_("Budget"), money(contest.budget)))
    for aside in contest.set_asides:
        amount = share_or_amount(aside.share if aside.amount is None else aside.amount, contest.budget or 0, "$")
        words = [_("%(sum)s, counted first and only for this group", sum=money(amount))]
        if aside.overflow == "open_pool":
            words.append(_("what one of them needs beyond it comes from the rest of the budget"))
        if aside.release == "at_count":
            words.append(_("what is left of it joins the rest of the budget"))
        found.append((_("Set aside for %(group)s", group=aside.group), "; ".join(words)))
    for group, cap in contest.caps.items():
        most = money(share_or_amount(cap, contest.budget or 0, "$"))
        if contest.rule.method == "proportional_capped":
            said = _("%(sum)s; what is over goes to the others, by votes", sum=most)
        else:
            said = _("%(sum)s; pass over one that would break it", sum=most)
        found.append((_("Most for %(group)s", group=group), said))
    for together in contest.incompatible:
        found.append((_("Not together"), ", ".join(letters[id_] for id_ in together)))
    return found


def _rule_settings(contest: Contest, letters: dict[str, str]) -> list[tuple[str, str]]:
    """Settings of the rule that a hall has to know, in words."""
    rule = contest.rule.in_force()
    words: dict[str, dict[Any, str]] = {
        "fit": {
            "skip": _("pass over one that does not fit, and go on"), "stop": _("stop at the first that does not fit"),
            "partial": _("pay one that does not fit what is left, if that is at least its own least amount"),
        },
        "eliminate": {
            "lowest": _("one at a time, the lowest"),
            "batch": _("all the lowest at once whose votes together are fewer than those of the next one up"),
        },
        "until": {"two": _("go on to the last two, to show the final pair")},
        "overvotes": {"exhaust": _("a rank with two names ends the ballot"), "skip": _("a rank with two names is passed over")},
        "repeats": {"exhaust": _("a name ranked twice ends the ballot there"), "skip": _("a name ranked again is ignored")},
        "utility": {
            "cost": _("money spent on what I support is worth as much to me"),
            "votes": _("each proposal I support is worth one to me"), "score": _("worth to me the points I gave"),
        },
    }  # fmt: skip
    labels = {
        "fit": _("If the money does not suffice"), "eliminate": _("Who drops out"), "until": _("How far"),
        "overvotes": _("Two names in a rank"), "repeats": _("Repeated names"), "utility": _("What is compared"),
    }  # fmt: skip
    unused = set() if _marked_by_hand(contest) else {"overvotes", "repeats", "max_skipped_ranks"}
    if rule["method"] == "equal_shares" and "utilitarian" not in rule["completion"]:
        unused.add("fit")
    found = [
        (labels[name], words[name][rule[name]])
        for name in labels
        if name not in unused and rule.get(name) in words[name]
    ]
    if rule.get("max_skipped_ranks") is not None and "max_skipped_ranks" not in unused:
        found.append((_("Empty ranks"), _("more than %(n)s in a row end the ballot", n=rule["max_skipped_ranks"])))
    return [*_needed(contest, rule), *found, *_ties(rule, letters)]


def _marked_by_hand(contest: Contest) -> bool:
    """Whether a ranking skips a rank, names two in one, or repeats a name, as only paper can."""
    rankings = [ballot.content for ballot in contest.ballots if ballot.kind == "ranking"]
    named = [[id_ for rank in ranking for id_ in rank] for ranking in rankings]
    return any(len(rank) != 1 for ranking in rankings for rank in ranking) or any(
        len(set(ids)) < len(ids) for ids in named
    )


def _needed(contest: Contest, rule: dict[str, Any]) -> list[tuple[str, str]]:
    """Floor, threshold, places, least award and cap."""
    found = []
    floor = rule.get("floor", "none")
    if floor == "net > 0":
        found.append((_("Least support"), _("more votes for than against")))
    elif floor.startswith("votes >="):
        found.append((_("Least support"), _("%(n)s votes", n=number(int(floor.split()[-1])))))
    elif floor != "none":
        found.append((_("Least support"), _("a share of the voters that is a third of its share of the budget")))
    chambers = rule.get("chambers") or {"": {"threshold": rule.get("threshold")}}
    for name, terms in chambers.items():
        if terms["threshold"]:
            found.append((f"{_('Yes votes needed')} {name}".strip(), _threshold(terms["threshold"])))
    if rule.get("seats") and rule["method"] != "irv":
        found.append((_("Places"), number(rule["seats"])))
    if rule.get("min_award"):
        found.append((_("Least award"), money(rule["min_award"])))
    if rule.get("cap", "none") != "none":
        found.append(
            (_("Most one may get"), _("what it asks for") if rule["cap"] == "ask" else money(int(rule["cap"])))
        )
    return found


def _threshold(stated: str) -> str:
    if stated == "majority":
        return _("more yes than no")
    share = Fraction(stated)
    return _("at least %(over)s of every %(under)s yes and no votes", over=share.numerator, under=share.denominator)


def _ties(rule: dict[str, Any], letters: dict[str, str]) -> list[tuple[str, str]]:
    found = (
        [(_("Ties, tried in this order"), ", ".join(step_words(step) for step in rule["ties"]))] if rule["ties"] else []
    )
    if rule["seed"] and "lot" in rule["ties"]:
        order = sorted(letters, key=lambda id_: lot_number(rule["seed"], id_))
        found.append((_("Text of the public draw"), rule["seed"]))
        found.append((_("Order of the public draw, the preferred first"), ", ".join(letters[id_] for id_ in order)))
    return found
