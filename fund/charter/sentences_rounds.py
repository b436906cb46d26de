"""Sentences about a type of round: what it decides, how one votes, how it is counted, what happens without a quorum."""

from __future__ import annotations

from collections.abc import Iterator

from fund.charter.messages import N_, Message, ngettext
from fund.charter.model import SECRET_NEEDS_ELECTORS, Charter
from fund.charter.model_rounds import Ballot, CountRule, Phases, Quorum, RoundType
from fund.charter.sentences_people import THRESHOLDS_IN_WORDS, plain
from fund.charter.sentences_rules import COMPLETIONS, RULES, RULES_FOR_PLACES, TIES

HOW_OFTEN = {
    "weekly": N_("Such a round is held every week."),
    "monthly": N_("Such a round is held every month."),
    "quarterly": N_("Such a round is held every quarter."),
    "yearly": N_("Such a round is held every year."),
}


def of_round_type(charter: Charter, type_: RoundType, *, of_one_round: bool = False) -> Iterator[Message]:
    """Everything that binds a round of this type; with `of_one_round` without what each round states itself."""
    names = tuple(charter.member_class(code).name for code in charter.voters(type_.code))
    yield N_("Who votes: %(classes)s.", classes=plain(*names))
    yield from _of_budget(charter, type_)
    if not of_one_round:
        if type_.how_often in HOW_OFTEN:
            yield HOW_OFTEN[type_.how_often]
        yield from _of_phases(type_.phases)
    yield from _of_ballot(type_.ballot)
    yield from _of_count(charter, type_)
    if not of_one_round and type_.decides == "money" and "lot" in type_.count.ties:
        yield N_("Where the draw comes from: %(source)s.", source=type_.count.draw_source)
    if type_.chambers:
        yield from _of_chambers(charter, type_)
    elif type_.ballot.form != "none":
        yield from _of_quorum(type_.quorum)
    yield from _of_secrecy(type_)
    yield from _of_results(type_)


def _of_budget(charter: Charter, type_: RoundType) -> Iterator[Message]:
    if type_.decides == "resolution":
        yield N_("It decides yes or no on a text; there is no money in it.")
        return
    if type_.decides == "people":
        yield N_("It decides who holds an office, or which of a list are chosen; there is no money in it.")
        if type_.count.seats is not None:
            yield ngettext("%(n)s is chosen.", "%(n)s are chosen.", type_.count.seats)
        return
    if type_.budget_minor is not None:
        yield N_("It decides %(budget_minor)s.", budget_minor=type_.budget_minor, currency=charter.currency)
    elif type_.percent_of_available is not None and type_.available == "dues_received":
        yield N_(
            "It decides %(percent)s %% of the dues that were received, less what earlier rounds of this kind took.",
            percent=type_.percent_of_available,
        )
    elif type_.percent_of_available is not None:
        yield N_("It decides %(percent)s %% of the money that is free.", percent=type_.percent_of_available)
    else:
        yield N_("It decides money; how much is said when the round is announced.")
    if type_.reserve_percent:
        yield N_("Of the free money %(percent)s %% is kept back first.", percent=type_.reserve_percent)
    if type_.min_to_open_minor:
        yield N_(
            "It does not open with less than %(least_minor)s.",
            least_minor=type_.min_to_open_minor,
            currency=charter.currency,
        )
    yield ngettext(
        "At most %(n)s proposal is on the ballot.", "At most %(n)s proposals are on the ballot.", type_.max_on_ballot
    )
    if type_.itemised_budget:
        yield N_("Applicants say line by line what the money is for.")


def _of_phases(phases: Phases) -> Iterator[Message]:
    if phases.submit_days:
        yield ngettext(
            "Proposals can be handed in for %(n)s day.",
            "Proposals can be handed in for %(n)s days.",
            phases.submit_days,
        )
    if phases.review_days:
        yield ngettext(
            "Stewards review them for %(n)s day.", "Stewards review them for %(n)s days.", phases.review_days
        )
    if phases.appeal_days:
        yield ngettext(
            "A refused applicant can appeal for %(n)s day.",
            "A refused applicant can appeal for %(n)s days.",
            phases.appeal_days,
        )
    if phases.questions_days:
        yield ngettext(
            "Questions are asked and answered in public for %(n)s day before the vote.",
            "Questions are asked and answered in public for %(n)s days before the vote.",
            phases.questions_days,
        )
    if phases.vote_days == 1:
        yield N_("The vote is held on one day, or on one evening of it.")
    else:
        yield ngettext("The vote lasts %(n)s day.", "The vote lasts %(n)s days.", phases.vote_days)


def _of_ballot(ballot: Ballot) -> Iterator[Message]:
    yield from {
        "approve_deny": _approve_deny,
        "approval": _approval,
        "knapsack": _knapsack,
        "ranked": _ranked,
        "points": _points,
        "quadratic": _quadratic,
        "consent": _consent,
        "none": _no_ballot,
    }[ballot.form](ballot)
    if ballot.organise_first:
        yield N_("With many proposals you can first sort them into like, neutral and no.")
    if ballot.pledge_questions:
        yield N_(
            "Beside the ballot you are asked how else you will support it: %(questions)s. This is never counted.",
            questions=plain(*ballot.pledge_questions),
        )
    if ballot.comment == "optional":
        yield N_("You may write why you vote as you do.")


def _approve_deny(_: Ballot) -> Iterator[Message]:
    yield N_("You say yes, no or abstain to each proposal.")


def _approval(ballot: Ballot) -> Iterator[Message]:
    if ballot.max is None:
        yield N_("You tick every proposal you support, at least %(least)s.", least=ballot.min or 0)
    else:
        yield N_("You tick from %(least)s to %(most)s proposals.", least=ballot.min or 0, most=ballot.max)


def _least(ballot: Ballot) -> Iterator[Message]:
    if ballot.min:
        yield ngettext("You mark at least %(n)s proposal.", "You mark at least %(n)s proposals.", ballot.min)


def _knapsack(ballot: Ballot) -> Iterator[Message]:
    yield N_("You choose proposals that together cost no more than the budget.")
    yield from _least(ballot)


def _ranked(ballot: Ballot) -> Iterator[Message]:
    yield ngettext(
        "You name your first choice.", "You put up to %(n)s proposals in the order you prefer.", ballot.ranks or 1
    )
    yield from _least(ballot)


def _points(ballot: Ballot) -> Iterator[Message]:
    yield ngettext(
        "You give one proposal %(n)s point.", "You give %(n)s points to proposals as you like.", ballot.total or 1
    )
    if ballot.max_each is not None:
        yield ngettext(
            "One proposal gets at most %(n)s of them.", "One proposal gets at most %(n)s of them.", ballot.max_each
        )
    yield from _least(ballot)


def _quadratic(ballot: Ballot) -> Iterator[Message]:
    yield ngettext(
        "You have %(n)s credit. One vote for a proposal costs 1 credit, two cost 4, three cost 9.",
        "You have %(n)s credits. One vote for a proposal costs 1 credit, two cost 4, three cost 9.",
        ballot.credits or 1,
    )
    if ballot.allow_negative:
        yield N_("Votes against cost the same.")
    yield from _least(ballot)


def _consent(_: Ballot) -> Iterator[Message]:
    yield N_("You say whether you have a paramount objection, and why.")


def _no_ballot(_: Ballot) -> Iterator[Message]:
    yield N_("There is no ballot.")


def _of_count(charter: Charter, type_: RoundType) -> Iterator[Message]:
    count = type_.count
    yield (RULES_FOR_PLACES if type_.decides == "people" else RULES).get(count.rule, RULES[count.rule])
    if type_.threshold is not None:
        share = THRESHOLDS_IN_WORDS.get(type_.threshold) or N_(
            "%(share)s of the yes and no votes", share=type_.threshold
        )
        yield N_("Needed: %(share)s.", share=share)
    if count.rule == "majority" and type_.decides == "money":
        yield N_("If more is accepted than there is money for, the proposals with the most yes come first.")
    fits = {
        "skip": N_("A proposal that costs more than is left is passed over, and the next one is looked at."),
        "stop": N_("At the first proposal that costs more than is left, the list ends."),
        "partial": N_("A proposal that costs more than is left is offered a part, if it said that a part is of use."),
    }
    if count.fit is not None:
        yield fits[count.fit]
    yield from _of_floor(count)
    if count.min_award_minor:
        yield N_(
            "Shares below %(least_minor)s drop out, the smallest first.",
            least_minor=count.min_award_minor,
            currency=charter.currency,
        )
    if count.completion is not None:
        yield COMPLETIONS[count.completion]
    if type_.decides != "resolution":
        yield N_("Between equals this decides, in this order: %(ties)s.", ties=tuple(TIES[tie] for tie in count.ties))
    if count.compare_with is not None:
        yield N_(
            "For comparison the ballots are counted by a second rule as well: %(rule)s", rule=RULES[count.compare_with]
        )


def _of_chambers(charter: Charter, type_: RoundType) -> Iterator[Message]:
    """Each chamber says yes or no by itself; one no is enough to refuse."""
    for chamber in type_.chambers:
        name = chamber.name or charter.member_class(chamber.member_class).name
        share = THRESHOLDS_IN_WORDS.get(chamber.threshold) or N_(
            "%(share)s of the yes and no votes", share=chamber.threshold
        )
        yield N_("%(name)s must agree separately. Needed there: %(share)s.", name=name, share=share)
        quorum = chamber.quorum
        if quorum.type == "majority_of_roll":
            yield N_("%(name)s: more than half of those who can vote must take part.", name=name)
        elif quorum.type == "percent":
            yield N_(
                "%(name)s: at least %(percent)s %% of those who can vote must take part.",
                name=name, percent=quorum.value,
            )  # fmt: skip
        elif quorum.type == "count":
            yield ngettext(
                "%(name)s: at least %(n)s ballot is needed.", "%(name)s: at least %(n)s ballots are needed.",
                quorum.value or 0, name=name,
            )  # fmt: skip
        if chamber.assurance == "open":
            yield N_("%(name)s: votes are open, with names.", name=name)
    yield from _of_miss(type_.quorum)


def _of_floor(count: CountRule) -> Iterator[Message]:
    if count.floor == "votes":
        yield ngettext(
            "A proposal needs at least %(n)s vote.", "A proposal needs at least %(n)s votes.", count.floor_votes or 0
        )
    elif count.floor == "share_of_cost":
        yield N_(
            "The more a proposal costs, the more voters it needs: at least its cost divided by three times the budget."
        )
    elif count.floor == "net_positive":
        yield N_("A proposal needs more votes for than against.")


def _of_quorum(quorum: Quorum) -> Iterator[Message]:
    if quorum.type == "none":
        yield N_("The vote is valid however many take part.")
        return
    if quorum.type == "majority_of_roll":
        yield N_("The vote is valid if more than half of those who can vote take part.")
    elif quorum.type == "percent":
        yield N_("The vote is valid if at least %(percent)s %% of those who can vote take part.", percent=quorum.value)
    else:
        yield ngettext(
            "The vote is valid with at least %(n)s ballot.",
            "The vote is valid with at least %(n)s ballots.",
            quorum.value or 0,
        )
    yield from _of_miss(quorum)


def _of_miss(quorum: Quorum) -> Iterator[Message]:
    if quorum.on_miss == "extend_then_lapse":
        yield ngettext(
            "If too few take part, the vote is extended once by %(n)s day; then there is no decision.",
            "If too few take part, the vote is extended once by %(n)s days; then there is no decision.",
            quorum.extend_days,
        )
    else:
        yield N_("If too few take part, there is no decision.")
    yield N_("No decision is not a no: proposals can come back in the next round.")


def _of_secrecy(type_: RoundType) -> Iterator[Message]:
    if type_.roll == "fixed":
        yield N_("Who can vote is fixed before voting begins.")
    else:
        yield N_("You can join, be verified and vote while voting runs; how many join is published.")
    if type_.chambers:
        secret = any(one.assurance != "open" for one in type_.chambers)
    else:
        secret = type_.assurance != "open"
    if not secret:
        yield N_("Votes are open: everyone sees who voted how.")
    else:
        yield N_(
            "Votes are secret. With fewer than %(least)s people who can vote they are open, because few votes cannot"
            " be hidden.",
            least=SECRET_NEEDS_ELECTORS,
        )
    if type_.assurance == "sealed":
        yield N_("Ballots are sealed against the operator of the server too.")
    if type_.paper:
        yield N_("Paper ballots are taken.")
    if type_.paper_until_days:
        yield ngettext(
            "Paper may arrive %(n)s day after online voting ends.",
            "Paper may arrive %(n)s days after online voting ends.",
            type_.paper_until_days,
        )
    yield _who_sees_who_voted(type_)
    if type_.preview_public:
        yield N_("Anyone can look at the ballot before and during the vote.")


def _who_sees_who_voted(type_: RoundType) -> Message:
    """Of choices it speaks only where votes are secret: open votes are published with names after the vote."""
    if type_.participation_visible_to == "nobody":
        return N_("Nobody sees who has not voted yet.")
    if type_.participation_visible_to == "members":
        if type_.assurance == "open":
            return N_("Members see who has not voted yet.")
        return N_("Members see who has not voted yet; nobody sees the choices.")
    if type_.assurance == "open":
        return N_("Only the stewards who remind people see who has not voted yet.")
    return N_("Only the stewards who remind people see who has not voted yet; nobody sees the choices.")


def _of_results(type_: RoundType) -> Iterator[Message]:
    if type_.assurance == "open":
        yield N_("After the vote every ballot is published with its name, so that anyone can count again.")
    elif type_.publication == "full":
        yield N_("After the vote every ballot is published without a name, so that anyone can count again.")
        yield N_("Where so many ballots are possible that one could be known by its pattern, only totals come out.")
    else:
        yield N_("After the vote the totals are published.")
    if type_.certified_by == "stewards":
        yield N_("Two stewards without a conflict certify the result.")
    else:
        yield N_("A steward without a conflict and an auditor certify the result.")
    yield ngettext(
        "It can be disputed for %(n)s hour after that.",
        "It can be disputed for %(n)s hours after that.",
        type_.dispute_hours,
    )
