"""Who does what in a round, and the questions of its own that it puts to applicants."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from fund import audit, db
from fund.db import Transaction
from fund.errors import Invalid, NotFound, WrongState
from fund.foundation import service as foundation
from fund.members.models import Membership, Person
from fund.permissions import Actor, Role, require
from fund.rounds.models import TASKS, Round, RoundQuestion, RoundTask
from fund.stewards import service as stewards

OVER = ("final", "lapsed", "cancelled", "void")
STAGES = ("application", "details")
MOST_QUESTIONS = 12
STEWARDS_ONLY = ("outreach",)
"""Tasks for stewards who serve: outreach reads phone numbers that were left for stewards, and the charter promises that
nobody else sees who has not voted. The others are also for auditors, and for who stands in for a steward."""


def give_task(round_id: int, person_id: int, task: str, *, by: Actor) -> RoundTask:
    """Give a person a task in a round; giving it twice changes nothing.

    Raises Invalid on an unknown task, on somebody who is not an active member, and on who does not serve as the task
    needs it (as a steward or auditor, or standing in for one; outreach as a steward); WrongState when the round is over.
    """
    require(by, "round.task")
    if task not in TASKS:
        raise Invalid(_l("Choose one of the tasks."), field="task")
    with db.writing() as tx:
        round_ = tx.lock(Round, round_id)
        _refuse_over(round_)
        tx.get(Person, person_id)
        _require_member(tx, person_id)
        _require_office(tx, round_id, person_id, task)
        known = tx.session.scalars(
            select(RoundTask).where(
                RoundTask.round_id == round_id, RoundTask.person_id == person_id, RoundTask.task == task
            )
        ).one_or_none()
        if known is not None:
            return known
        given = tx.add(RoundTask(round_id=round_id, person_id=person_id, task=task))
        audit.record(tx, "round.task", by=by.person_id, on=("round", round_id), person=person_id, task=task)
    return given


def take_task(round_task_id: int, *, by: Actor, round_id: int | None = None) -> None:
    """Take a task off somebody. Raises WrongState when the round is over, NotFound for a task of another round."""
    require(by, "round.task")
    with db.writing() as tx:
        task = tx.get(RoundTask, round_task_id)
        _require_of(task, round_id)
        _refuse_over(tx.lock(Round, task.round_id))
        tx.session.delete(task)
        audit.record(
            tx, "round.task_off", by=by.person_id, on=("round", task.round_id), person=task.person_id, task=task.task
        )


def tasks_of(round_id: int) -> Sequence[tuple[RoundTask, str]]:
    """Every task of a round with the name of who has it."""
    rows = db.session.execute(
        select(RoundTask, Person.display_name)
        .join(Person, Person.id == RoundTask.person_id)
        .where(RoundTask.round_id == round_id)
        .order_by(RoundTask.task, Person.display_name)
    )
    return [(task, name) for task, name in rows]


def people_for_tasks() -> Sequence[tuple[int, str]]:
    """Active members who could be given a task, stewards first, by name."""
    serving = {term.person_id for term in stewards.serving()}
    rows = db.session.execute(
        select(Person.id, Person.display_name)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.state == "active", Person.erased_at.is_(None))
        .order_by(Person.display_name, Person.id)
        .limit(500)
    )
    return sorted(((person_id, name) for person_id, name in rows), key=lambda row: row[0] not in serving)


def ask_question(
    round_id: int, text: str, *, by: Actor, hint: str = "", stage: str = "application", private: bool = False,
    required: bool = False,
) -> RoundQuestion:  # fmt: skip
    """Add a question of the round's own to its application form; private answers are read by reviewers only.

    Raises Invalid on an empty or too long text, an unknown stage or one question too many; WrongState once frozen.
    """
    require(by, "round.edit")
    if not text.strip() or len(text) > 300:
        raise Invalid(_l("Write the question, in at most 300 characters."), field="text")
    if stage not in STAGES or len(hint) > 300:
        raise Invalid(_l("Choose when the question is asked."), field="stage")
    with db.writing() as tx:
        round_ = tx.lock(Round, round_id)
        if round_.status != "draft":
            raise WrongState(_l("This round is frozen: its questions no longer change."))
        asked = tx.session.scalar(
            select(func.count()).select_from(RoundQuestion).where(RoundQuestion.round_id == round_id)
        )
        if (asked or 0) >= MOST_QUESTIONS:
            raise Invalid(
                _l("At most %(most)s questions: long forms keep people out.", most=MOST_QUESTIONS), field="text"
            )
        last = tx.session.scalar(select(func.max(RoundQuestion.position)).where(RoundQuestion.round_id == round_id))
        question = tx.add(
            RoundQuestion(
                round_id=round_id, position=(last or 0) + 1, text=text.strip(), hint=hint.strip(), stage=stage,
                private=private, required=required,
            )
        )  # fmt: skip
        audit.record(tx, "round.ask_question", by=by.person_id, on=("round", round_id), question=question.id)
    return question


def drop_question(question_id: int, *, by: Actor, round_id: int | None = None) -> None:
    """Take a question off a draft round's form.

    Raises WrongState once frozen or once somebody has answered it, NotFound for a question of another round.
    """
    require(by, "round.edit")
    with db.writing() as tx:
        question = tx.get(RoundQuestion, question_id)
        _require_of(question, round_id)
        round_ = tx.lock(Round, question.round_id)
        if round_.status != "draft":
            raise WrongState(_l("This round is frozen: its questions no longer change."))
        if _is_answered(tx, question_id):
            raise WrongState(_l("Somebody has answered this question already."))
        tx.session.delete(question)
        audit.record(tx, "round.drop_question", by=by.person_id, on=("round", round_.id), question=question_id)


def _is_answered(tx: Transaction, question_id: int) -> bool:
    answers = RoundQuestion.metadata.tables["proposal_answer"]
    return bool(
        tx.session.scalar(select(func.count()).select_from(answers).where(answers.c.question_id == question_id))
    )


def _require_of(thing: RoundTask | RoundQuestion, round_id: int | None) -> None:
    if round_id is not None and thing.round_id != round_id:
        raise NotFound(_l("There is no such thing in this round."))


def _refuse_over(round_: Round) -> None:
    if round_.status in OVER:
        raise WrongState(_l("This round is over."))


def _require_member(tx: Transaction, person_id: int) -> None:
    active = tx.session.scalars(
        select(Membership.id).where(Membership.person_id == person_id, Membership.state == "active")
    ).first()
    if active is None:
        raise Invalid(_l("Tasks go to active members."), field="person")


def _require_office(tx: Transaction, round_id: int, person_id: int, task: str) -> None:
    offices = stewards.roles_of(person_id, on=foundation.today())
    if Role.STEWARD in offices or (Role.AUDITOR in offices and task not in STEWARDS_ONLY):
        return
    if task in STEWARDS_ONLY:
        raise Invalid(
            _l("Outreach is for stewards who serve: it reads phone numbers that were left for stewards only."),
            field="person",
        )
    substitute = RoundTask.metadata.tables["substitute"]
    stands_in = tx.session.scalar(
        select(func.count())
        .select_from(substitute)
        .where(substitute.c.round_id == round_id, substitute.c.person_id == person_id)
    )
    if not stands_in:
        raise Invalid(
            _l("This task is for stewards and auditors who serve, and for who stands in for one in this round."),
            field="person",
        )
