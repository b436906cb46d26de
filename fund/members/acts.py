"""Acts of membership and of signing in."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from fund.permissions import EVERYONE, SIGNED_IN, STEWARDS, VOTERS, Actor, declare


def not_oneself(actor: Actor, membership: Any) -> Any:
    """Condition: nobody decides on their own membership."""
    if membership.person_id == actor.person_id:
        return _l("This is about yourself, so somebody else does it.")
    return None


def another_steward(actor: Actor, membership: Any) -> Any:
    """Condition: an appeal is not decided by the steward who refused."""
    if membership.refused_by == actor.person_id:
        return _l("You refused this, so another steward decides the appeal.")
    return None


def not_who_suspended(actor: Actor, membership: Any) -> Any:
    """Condition: an objection is not answered by the steward who suspended."""
    if membership.ended_by == actor.person_id:
        return _l("You suspended this membership, so another steward answers the objection.")
    return None


def ones_own(actor: Actor, membership: Any) -> Any:
    """Condition: it is the actor's own membership."""
    if membership.person_id != actor.person_id:
        return _l("This is somebody else's membership.")
    return None


def without_address(_actor: Actor, person: Any) -> Any:
    """Condition: a person who can be sent a code gets none from a steward."""
    if person.email is not None:
        return _l("This person has an e-mail address and signs in with it. Nobody else makes codes for them.")
    return None


def the_one_who_helps(actor: Actor, need: Any) -> Any:
    """Condition: what help a person needs is read by the steward who helps, and by nobody else."""
    if need.helper_id != actor.person_id:
        return _l("Only the steward who helps this person reads what help they need.")
    return None


declare("member.join", "ask to become a member", EVERYONE)
declare("session.begin", "sign in", EVERYONE)
declare("session.end", "sign out", EVERYONE)
declare("self.change", "change one's own details", SIGNED_IN)
declare("member.appeal", "appeal against a refusal", SIGNED_IN, ones_own)
declare("member.leave", "leave the fund", SIGNED_IN, ones_own)
declare("member.vouch", "vouch for a newcomer", VOTERS, not_oneself)
declare("member.list", "look members up", STEWARDS)
declare("member.queue", "see who waits to be verified", STEWARDS)
declare("member.verify", "verify a newcomer", STEWARDS, not_oneself)
declare("member.refuse", "refuse a newcomer", STEWARDS, not_oneself)
declare("member.decide_appeal", "decide an appeal against a refusal", STEWARDS, not_oneself, another_steward)
declare("member.suspend", "suspend a membership", STEWARDS, not_oneself)
declare("member.lapse", "let a membership lapse", STEWARDS, not_oneself)
declare("member.take_up", "take a membership up again", STEWARDS, not_oneself)
declare("member.object", "object to one's suspension", SIGNED_IN, ones_own)
declare("member.answer_objection", "answer an objection to a suspension", STEWARDS, not_oneself, not_who_suspended)
declare("member.help", "type in what a person said by phone or at a table", STEWARDS)
declare("member.new_code", "make a new printed code for somebody without e-mail", STEWARDS, without_address)
declare("member.offer_help", "offer to be the steward who helps a person take part", STEWARDS)
declare("member.read_need", "read what help a person needs", STEWARDS, the_one_who_helps)
declare("member.invite", "invite people", STEWARDS)
declare("member.import", "read a list of members from a file", STEWARDS)
declare("member.export", "download the list of members", STEWARDS)
