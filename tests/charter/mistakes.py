"""One file for every kind of mistake: the TOML, the line it must be told on, the setting, and a part of the sentence."""

from __future__ import annotations

from typing import NamedTuple

HEAD = 'format = "charter/1"\n[fund]\nname = "F"\n'  # three lines; what follows begins on line 4


class Mistake(NamedTuple):
    """A mistake and what a person must be told."""

    toml: str
    line: int
    key: str
    says: str


def after_head(toml: str, line: int, key: str, says: str) -> Mistake:
    """A mistake in what follows the head; `line` counts from 1 within that text."""
    return Mistake(HEAD + toml, line + 3, key, says)


TYPE = '[[round_types]]\ncode = "a"\nname = "A"\n'  # three lines
PRODUCT = '[[products]]\ncode = "p"\nname = "P"\n'
CHAMBER = TYPE + "chambers = [{ class = 'member' }]\n"  # four lines
RESOLUTION = '[[round_types]]\ncode = "r"\nname = "R"\ndecides = "resolution"\n'

MISTAKES = [
    # the file
    Mistake("", 1, "fund", "missing"),
    Mistake('[fund]\nname = "F"\n', 1, "format", "missing"),
    Mistake('format = "charter/2"\n[fund]\nname = "F"\n', 1, "format", "“charter/2” is not accepted here"),
    Mistake('format = "charter/1"\n[fund]\n', 2, "fund.name", "missing"),
    Mistake('format = "charter/1"\nname = = 3\n', 2, "", "This is not TOML: Invalid value"),
    Mistake('format = "charter/1"\nformat = "charter/1"\n', 2, "", "This is not TOML: Cannot overwrite a value"),
    Mistake('format = "charter/1"\nname = "a', 2, "", "This is not TOML"),
    Mistake(HEAD + "area = 'a\0b'\n", 4, "", "NUL"),
    Mistake("a" * 300_000, 1, "", "more than 256 kB"),
    Mistake("a = " + "[" * 50_000, 1, "", "nested too deep"),
    Mistake("format = 1\n" + ".".join("abcdefghijklmnop") + " = 1\n", 2, "", "A key is nested too deep"),
    Mistake("a = " + "9" * 5_000, 1, "", "too many digits"),
    # keys
    after_head('curency = "USD"\n', 1, "fund.curency", "Did you mean currency?"),
    after_head("xyzzy = 1\n", 1, "fund.xyzzy", "There is no such setting here."),
    after_head("[stewarts]\ncount = 3\n", 1, "stewarts", "Did you mean stewards?"),
    after_head(TYPE + 'balot = { form = "ranked" }\n', 4, "round_types[1].balot", "Did you mean ballot?"),
    after_head("[[round_types]]\ncode = 'a'\n", 1, "round_types[1].name", "missing"),
    # values
    after_head("neighbourhoods = 3\n", 1, "fund.neighbourhoods", "“3” is not accepted here"),
    after_head("neighbourhoods = ['a', 3]\n", 1, "fund.neighbourhoods[2]", "“3” is not accepted here"),
    after_head("languages = []\n", 1, "fund.languages", "This list is not accepted here"),
    after_head("languages = ['en', 'en']\n", 1, "fund.languages[2]", "en stands here twice"),
    after_head("[stewards]\ncount = 0x" + "f" * 9000 + "\n", 2, "stewards.count", "This number is not accepted here."),
    after_head("".join(f"x{n} = 1\n" for n in range(20_000)), 101, "", "There are 19900 more mistakes"),
    after_head("area = { a = 1 }\n", 1, "fund.area", "A table is not accepted here"),
    after_head('area = "a\\u0007"\n', 1, "fund.area", "is not accepted here"),
    after_head("area = '''a\nb'''\n", 1, "fund.area", "is not accepted here"),
    after_head(f'area = "{"a" * 301}"\n', 1, "fund.area", "is not accepted here"),
    after_head('currency = "usd"\n', 1, "fund.currency", "“usd” is not accepted here"),
    after_head('timezone = "Mars/Olympus"\n', 1, "fund.timezone", "“Mars/Olympus” is not accepted here"),
    after_head("protected_by = 'A B'\n", 1, "fund.protected_by", "“A B” is not accepted here"),
    after_head("[stewards]\ncount = true\n", 2, "stewards.count", "“true” is not accepted here"),
    after_head("[stewards]\ncount = 1\n", 2, "stewards.count", "“1” is not accepted here"),
    after_head("[stewards]\ncount = '5'\n", 2, "stewards.count", "“5” is not accepted here"),
    after_head("[publication]\ncsv = 1\n", 2, "publication.csv", "“1” is not accepted here"),
    after_head("[stewards]\nselected_by = ['vot']\n", 2, "stewards.selected_by[1]", "“vot” is not accepted here"),
    after_head(TYPE + "assurance = 'seald'\n", 4, "round_types[1].assurance", "Did you mean sealed?"),
    after_head(TYPE + "budget = 12.345\n", 4, "round_types[1].budget", "“12.345” is not accepted here"),
    after_head(TYPE + "budget = -1\n", 4, "round_types[1].budget", "“-1” is not accepted here"),
    after_head(TYPE + "budget = nan\n", 4, "round_types[1].budget", "“NaN” is not accepted here"),
    after_head(TYPE + "budget = 1e400\n", 4, "round_types[1].budget", "is not accepted here"),
    after_head(TYPE + "budget = '5'\n", 4, "round_types[1].budget", "“5” is not accepted here"),
    after_head(TYPE + "threshold = '1/3'\n", 4, "round_types[1].threshold", "“1/3” is not accepted here"),
    after_head(TYPE + "threshold = 0.6\n", 4, "round_types[1].threshold", "“0.6” is not accepted here"),
    after_head(PRODUCT + "kind = 'revenue_share'\npercent = 4\ncap_multiple = 9\n", 6, "products[1].cap_multiple",
               "“9” is not accepted here"),
    after_head("stewards = 3\n", 1, "fund.stewards", "There is no such setting here"),
    after_head("[[stewards]]\ncount = 3\n", 1, "stewards", "This list is not accepted here"),
    after_head("[products]\ncode = 'p'\n", 1, "products", "A table is not accepted here"),
    after_head("[membership]\nclasses = [1]\n", 2, "membership.classes[1]", "“1” is not accepted here"),
    after_head("[[membership.classes]]\ncode = 'm'\nname = 'M'\nverification = ['self_attested+self_attested']\n", 4,
               "membership.classes[1].verification[1]", "is not accepted here"),
    # people
    after_head("[[membership.classes]]\ncode = 'm'\nname = 'M'\nvotes = false\n", 1, "membership.classes",
               "At least one class must vote."),
    after_head("[[membership.classes]]\ncode = 'm'\nname = 'M'\n[[membership.classes]]\ncode = 'm'\nname = 'N'\n", 5,
               "membership.classes[2].code", "The code m is used twice."),
    after_head("[[membership.classes]]\ncode = 'm'\nname = 'M'\nverification = ['postal_code']\n", 4,
               "membership.classes[1].verification", "needs the list of codes"),
    after_head("[[membership.classes]]\ncode = 'anyone'\nname = 'M'\n", 2, "membership.classes[1].code", "a meaning of its own"),
    after_head("[[councils]]\ncode = 'member'\nname = 'M'\n", 2, "councils[1].code", "belongs to someone else"),
    after_head("[eligibility]\nproposers = ['nobody']\n", 2, "eligibility.proposers[1]", "neither a class nor anyone"),
    after_head("[eligibility]\nstandards_needed = 2\nstandards = [{ text = 'a' }]\n", 2, "eligibility.standards_needed",
               "There are only 1 standards"),
    after_head("[conflict]\nrecuse_from = ['review', 'pay']\n", 2, "conflict.recuse_from", "stays out of comment, certify too"),
    after_head("[eligibility]\nprotected_by = 'council'\n", 2, "eligibility.protected_by", "no council or class"),
    after_head("[[membership.classes]]\ncode = 'm'\nname = 'M'\nprotected_by = 'x'\n", 4,
               "membership.classes[1].protected_by", "no council or class with the code x"),
    after_head(PRODUCT + "protected_by = 'council'\n", 4, "products[1].protected_by", "no council or class"),
    # rounds: money and codes
    after_head(RESOLUTION + "[[round_types]]\ncode = 'r'\nname = 'B'\n", 6, "round_types[2].code", "The code r is used twice."),
    after_head(RESOLUTION + "budget = 5\n", 5, "round_types[1].budget", "Only a round that decides money has a budget."),
    after_head(TYPE + "budget = 5\npercent_of_available = 5\n", 5, "round_types[1].percent_of_available",
               "an amount or a percent, not both"),
    after_head(TYPE + "reserve_percent = 5\n", 4, "round_types[1].reserve_percent", "belongs to a budget by percent"),
    after_head(TYPE + "available = 'dues_received'\n", 4, "round_types[1].available", "belongs to a budget by percent"),
    after_head(RESOLUTION + "[round_types.ballot]\nform = 'ranked'\n", 6, "round_types[1].ballot.form",
               "A resolution is decided by approve_deny or consent."),
    after_head(TYPE + "voters = ['member', 'friend']\n", 4, "round_types[1].voters[2]", "friend is not a class that votes"),
    after_head(TYPE + "[[round_types.chambers]]\nclass = 'coops'\n", 5, "round_types[1].chambers[1].class",
               "coops is not a class that votes"),
    after_head(TYPE + "paper_until_days = 1\n", 4, "round_types[1].paper_until_days", "no paper to wait for"),
    # rounds: ballot and count
    after_head(TYPE + "ballot = { credits = 5 }\n", 4, "round_types[1].ballot.credits", "credits belongs to quadratic"),
    after_head(TYPE + "ballot = { form = 'approval', min = 3, max = 2 }\n", 4, "round_types[1].ballot.min",
               "The least number of marks is above the most."),
    after_head(TYPE + "max_on_ballot = 4\nballot = { form = 'approval', max = 5 }\n", 5, "round_types[1].ballot.max",
               "more proposals than there are on the ballot"),
    after_head(TYPE + "count = { rule = 'greedy' }\n", 4, "round_types[1].count.rule",
               "The rule greedy cannot count approve_deny ballots"),
    after_head(TYPE + "count = { min_award = 5 }\n", 4, "round_types[1].count.min_award",
               "min_award belongs to the rules proportional_capped"),
    after_head(TYPE + "count = { overvotes = 'skip' }\n", 4, "round_types[1].count.overvotes", "belongs to ranked ballots"),
    after_head(TYPE + "count = { ties = ['more_first_choices', 'lot'] }\n", 4, "round_types[1].count.ties",
               "Only ranked ballots have first choices."),
    after_head(TYPE + "count = { ties = ['lower_cost'] }\n", 4, "round_types[1].count.ties", "must end with lot or listed"),
    after_head(TYPE + "count = { ties = ['lot', 'listed'] }\n", 4, "round_types[1].count.ties", "Nothing can come after lot"),
    after_head(TYPE + "count = { floor = 'votes' }\n", 4, "round_types[1].count.floor_votes", "belong together"),
    after_head(TYPE + "count = { floor_votes = 4 }\n", 4, "round_types[1].count.floor_votes", "belong together"),
    after_head(TYPE + "ballot = { form = 'approval' }\ncount = { floor = 'net_positive' }\n", 5,
               "round_types[1].count.floor", "net_positive belongs to ballots on which one can vote against"),
    after_head(TYPE + "ballot = { form = 'ranked' }\ncount = { rule = 'borda', floor = 'share_of_cost' }\n", 5,
               "round_types[1].count.floor", "The rule borda knows no floor."),
    after_head(TYPE + "decides = 'people'\nballot = { form = 'ranked' }\ncount = { rule = 'stv', floor = 'share_of_cost' }\n", 6,
               "round_types[1].count.floor", "share_of_cost is a share of a budget"),
    after_head(TYPE + "ballot = { form = 'approval' }\ncount = { compare_with = 'greedy' }\n", 5,
               "round_types[1].count.compare_with", "compared with itself"),
    after_head(TYPE + "count = { compare_with = 'irv' }\n", 4, "round_types[1].count.compare_with",
               "The rule irv cannot count approve_deny ballots"),
    after_head(TYPE + "threshold = '2/3'\nballot = { form = 'ranked' }\n", 4, "round_types[1].threshold",
               "A threshold belongs to the rule majority"),
    after_head(TYPE + "ballot = { form = 'ranked' }\ncount = { rule = 'stv' }\n", 5, "round_types[1].count.rule",
               "The rule stv gives places, not amounts of money."),
    after_head(TYPE + "decides = 'people'\nballot = { form = 'approval' }\ncount = { rule = 'equal_shares' }\n", 6,
               "round_types[1].count.rule", "does not fill a number of places"),
    after_head(TYPE + "ballot = { form = 'ranked' }\ncount = { compare_with = 'stv_meek' }\n", 5,
               "round_types[1].count.compare_with", "The rule stv_meek gives places"),
    after_head(RESOLUTION + "count = { rule = 'greedy' }\nballot = { form = 'approval' }\n", 6, "round_types[1].ballot.form",
               "A resolution is decided by approve_deny or consent."),
    after_head(TYPE + "decides = 'people'\nballot = { form = 'knapsack' }\n", 5, "round_types[1].ballot.form",
               "A knapsack holds what a budget can pay"),
    after_head(TYPE + "ballot = { form = 'none' }\ncount = { ties = ['lower_cost', 'lot'], rule = 'lot' }\n", 5,
               "round_types[1].count.ties", "A lot is decided by the public draw alone."),
    after_head(CHAMBER + "ballot = { form = 'approval' }\n", 4,
               "round_types[1].chambers", "Chambers agree by yes or no"),
    after_head(CHAMBER + "threshold = '2/3'\n", 5, "round_types[1].threshold", "Each chamber has a threshold of its own"),
    after_head(CHAMBER + "voters = ['member']\n", 5, "round_types[1].voters", "The chambers say who votes."),
    after_head(CHAMBER + "roll = 'walk_up'\n", 5, "round_types[1].roll", "The roll of chambers is fixed"),
    after_head(TYPE + "chambers = [{ class = 'member' }, { class = 'member' }]\n", 4,
               "round_types[1].chambers[2].class", "forms one chamber only"),
    after_head(TYPE + "quorum = { type = 'percent' }\n", 4, "round_types[1].quorum.value", "needs a value"),
    after_head(TYPE + "quorum = { value = 5 }\n", 4, "round_types[1].quorum.value", "takes no value"),
    after_head(TYPE + "quorum = { type = 'percent', value = 101 }\n", 4, "round_types[1].quorum.value", "above 100"),
    # money
    after_head(PRODUCT + "[[products]]\ncode = 'p'\nname = 'Q'\n", 5, "products[2].code", "The code p is used twice."),
    after_head(PRODUCT + "months = 5\n", 4, "products[1].months", "months belongs to zero_interest, fixed"),
    after_head(PRODUCT + "kind = 'fixed'\nmonths = 5\n", 1, "products[1].rate_bp", "needs rate_bp"),
    after_head(PRODUCT + "tranches = [{ percent = 60 }, { percent = 50 }]\n", 4, "products[1].tranches",
               "together 110 percent; they must be 100"),
    after_head("[awards]\nagreement = 'pay {sum}'\n", 2, "awards.agreement", "cannot fill in {sum}"),
    after_head("[safeguards]\ntwo_person = ['certify']\n", 2, "safeguards.two_person", "always need two people"),
    after_head("[[setasides]]\ncode = 's'\nname = 'S'\npercent = 60\n[[setasides]]\ncode = 't'\nname = 'T'\npercent = 60\n",
               1, "setasides", "together 120 percent"),
    after_head("[[setasides]]\ncode = 's'\nname = 'S'\npercent = 6\nwho_decides = 'elders'\n", 5,
               "setasides[1].who_decides", "no council or class with the code elders"),
    after_head("[[setasides]]\ncode = 's'\nname = 'S'\npercent = 6\nrelease_after_days = 5\n", 5,
               "setasides[1].release_after_days", "belongs to money that is kept"),
    after_head("[[setasides]]\ncode = 's'\nname = 'S'\npercent = 6\nround_types = ['resolution']\n", 5,
               "setasides[1].round_types[1]", "resolution is not a round type that decides money"),
    after_head(TYPE + "ballot = { form = 'points' }\ncount = { rule = 'proportional_capped' }\n" + RESOLUTION
               + "[[setasides]]\ncode = 's'\nname = 'S'\npercent = 6\n", 10,
               "setasides[1].round_types", "proportional_capped, which cannot keep a part for some"),
    after_head(TYPE + "ballot = { form = 'ranked' }\ncount = { compare_with = 'irv' }\n" + RESOLUTION
               + "[[setasides]]\ncode = 's'\nname = 'S'\npercent = 6\n", 10,
               "setasides[1].round_types", "irv, which cannot keep a part for some"),
    after_head(TYPE + "ballot = { form = 'consent' }\n" + RESOLUTION + "[[caps]]\ngroup = 'North'\npercent = 6\n", 9,
               "caps[1].round_types", "objections, which cannot keep a part for some"),
    after_head("[[pools]]\ncode = 'p'\nname = 'P'\ngift = 60\n[[pools]]\ncode = 'q'\nname = 'Q'\ngift = 60\n", 1, "pools",
               "together 120 percent"),
    after_head("[[pools]]\ncode = 'p'\nname = 'P'\nland_reserve = 5\n", 1, "pools[1].decided_by", "that a council decides about"),
    after_head("[[pools]]\ncode = 'p'\nname = 'P'\ndecided_by = 'elders'\n", 4, "pools[1].decided_by",
               "no council with the code elders"),
    after_head("[[setasides]]\ncode = 's'\nname = 'S'\npercent = 6\n[[pools]]\ncode = 's'\nname = 'P'\n", 6,
               "pools[1].code", "belongs to other money set aside"),
    after_head("[[caps]]\ngroup = 'North'\npercent = 6\n[[caps]]\ngroup = 'North'\npercent = 7\n", 5,
               "caps[2].group", "has a cap already"),
    after_head("[[surplus_split]]\nto = 'reserve'\npercent = 60\n", 1, "surplus_split", "together 60 percent"),
    # changing the charter
    after_head("[amend]\nround_type = 'money'\n", 2, "amend.round_type", "not a round type that decides a resolution"),
    after_head("[amend]\nnotice_days = 3\n" + TYPE, 1, "amend.method", "nobody could change this charter"),
]  # fmt: skip
