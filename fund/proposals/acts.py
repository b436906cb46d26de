"""Acts on proposals: of applicants, of members who ask, of stewards who review. Conditions stand in access.py."""

from __future__ import annotations

from fund.permissions import EVERYONE, MEMBERS, OVERSIGHT, SIGNED_IN, STEWARDS, declare
from fund.proposals.access import decides, no_tie, reviews, writes_review

declare("application.work", "apply for money and work on one's own application", EVERYONE)
declare("application.keep", "keep an application in one's account", SIGNED_IN)
declare("application.new_code", "make a new return code for an applicant who lost it", STEWARDS, no_tie)
declare("proposal.read", "read what is public of a proposal", EVERYONE)
declare("proposal.ask", "ask an applicant a question in public", MEMBERS, no_tie)
declare("proposal.answer", "answer questions about one's own proposal", EVERYONE)
declare("question.hide", "hide a question that breaks the rules, with a reason", STEWARDS, no_tie)
declare("review.list", "see the list of reviews", SIGNED_IN)
declare("review.read", "read an application with its private parts", SIGNED_IN, reviews)
declare("review.assign", "give a review to somebody", STEWARDS, no_tie)
declare("review.write", "write a review that was given to one", SIGNED_IN, writes_review)
declare("proposal.shortlist", "ask an applicant for details", STEWARDS, no_tie)
declare("proposal.decide", "admit or refuse a proposal, and answer an appeal", SIGNED_IN, decides)
declare("proposal.correct", "correct an admitted proposal where everybody sees it", STEWARDS, no_tie)
declare("proposal.told", "note that an applicant was told by phone", STEWARDS, no_tie)
declare("conflict.declare", "declare a tie to a proposal", SIGNED_IN)
declare("conflict.clear", "clear a tie that another person has to a proposal", OVERSIGHT, no_tie)
declare("substitute.name", "name who stands in where too few are free of ties", STEWARDS)
