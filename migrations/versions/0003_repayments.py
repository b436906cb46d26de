"""Repayments: schedules, dues, arrangements"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import fund.db.types

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table('arrangement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('award_id', sa.Integer(), nullable=False),
    sa.Column('decision_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('facts', fund.db.types.JsonText(), nullable=False),
    sa.Column('public_line', sa.String(length=300), nullable=False),
    sa.Column('private_reason', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('ended_reason', sa.String(length=300), nullable=True),
    sa.Column('proposed_by', sa.Integer(), nullable=False),
    sa.Column('proposed_at', fund.db.types.UTCDateTime(timezone=True), nullable=False),
    sa.Column('in_force_at', fund.db.types.UTCDateTime(timezone=True), nullable=True),
    sa.Column('entry_id', sa.Uuid(), nullable=True),
    sa.CheckConstraint("kind IN ('holiday', 'deferral', 'restructure', 'waiver', 'write_off')", name=op.f('ck_arrangement_kind')),
    sa.CheckConstraint("state <> 'in_force' OR in_force_at IS NOT NULL", name=op.f('ck_arrangement_since')),
    sa.CheckConstraint("state IN ('proposed', 'in_force', 'withdrawn', 'refused')", name=op.f('ck_arrangement_state')),
    sa.ForeignKeyConstraint(['award_id'], ['award.id'], name=op.f('fk_arrangement_award_id')),
    sa.ForeignKeyConstraint(['decision_id'], ['decision.id'], name=op.f('fk_arrangement_decision_id')),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_arrangement_entry_id')),
    sa.ForeignKeyConstraint(['proposed_by'], ['person.id'], name=op.f('fk_arrangement_proposed_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_arrangement')),
    sa.UniqueConstraint('decision_id', name=op.f('uq_arrangement_decision_id')),
    sa.UniqueConstraint('entry_id', name=op.f('uq_arrangement_entry_id'))
    )
    with op.batch_alter_table('arrangement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_arrangement_award_id'), ['award_id'], unique=False)

    op.create_table('business_figure',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('award_id', sa.Integer(), nullable=False),
    sa.Column('period', sa.Integer(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('amount_minor', fund.db.types.MinorUnits(), nullable=False),
    sa.Column('due_minor', fund.db.types.MinorUnits(), nullable=True),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('told_by', sa.Integer(), nullable=False),
    sa.Column('told_at', fund.db.types.UTCDateTime(timezone=True), nullable=False),
    sa.Column('answered_by', sa.Integer(), nullable=True),
    sa.Column('answered_at', fund.db.types.UTCDateTime(timezone=True), nullable=True),
    sa.Column('answer', sa.String(length=300), nullable=False),
    sa.CheckConstraint("state <> 'accepted' OR answered_by IS NOT NULL", name=op.f('ck_business_figure_accepted_by_somebody')),
    sa.CheckConstraint("state IN ('told', 'accepted', 'returned')", name=op.f('ck_business_figure_state')),
    sa.CheckConstraint('answered_by IS NULL OR answered_by <> told_by', name=op.f('ck_business_figure_two_people')),
    sa.CheckConstraint('ends_on >= starts_on', name=op.f('ck_business_figure_span')),
    sa.ForeignKeyConstraint(['answered_by'], ['person.id'], name=op.f('fk_business_figure_answered_by')),
    sa.ForeignKeyConstraint(['award_id'], ['award.id'], name=op.f('fk_business_figure_award_id')),
    sa.ForeignKeyConstraint(['told_by'], ['person.id'], name=op.f('fk_business_figure_told_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_business_figure'))
    )
    with op.batch_alter_table('business_figure', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_business_figure_award_id'), ['award_id'], unique=False)
        batch_op.create_index('uq_business_figure_period', ['award_id', 'period'], unique=True, sqlite_where=sa.text("state <> 'returned'"), postgresql_where=sa.text("state <> 'returned'"))

    op.create_table('repayment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('award_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('amount_minor', fund.db.types.MinorUnits(), nullable=False),
    sa.Column('principal_minor', fund.db.types.MinorUnits(), nullable=False),
    sa.Column('gain_minor', fund.db.types.MinorUnits(), nullable=False),
    sa.Column('paid_on', sa.Date(), nullable=False),
    sa.Column('entry_id', sa.Uuid(), nullable=False),
    sa.Column('undone_by_id', sa.Uuid(), nullable=True),
    sa.Column('recorded_by', sa.Integer(), nullable=True),
    sa.Column('recorded_at', fund.db.types.UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('due', 'ahead', 'redemption', 'aporte', 'recovery')", name=op.f('ck_repayment_kind')),
    sa.CheckConstraint('amount_minor > 0 AND principal_minor + gain_minor = amount_minor', name=op.f('ck_repayment_amount')),
    sa.CheckConstraint('principal_minor >= 0 AND gain_minor >= 0', name=op.f('ck_repayment_parts')),
    sa.ForeignKeyConstraint(['award_id'], ['award.id'], name=op.f('fk_repayment_award_id')),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_repayment_entry_id')),
    sa.ForeignKeyConstraint(['recorded_by'], ['person.id'], name=op.f('fk_repayment_recorded_by')),
    sa.ForeignKeyConstraint(['undone_by_id'], ['entry.id'], name=op.f('fk_repayment_undone_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_repayment')),
    sa.UniqueConstraint('entry_id', name=op.f('uq_repayment_entry_id')),
    sa.UniqueConstraint('undone_by_id', name=op.f('uq_repayment_undone_by_id'))
    )
    with op.batch_alter_table('repayment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_repayment_award_id'), ['award_id'], unique=False)

    op.create_table('repayment_schedule',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('award_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=12), nullable=False),
    sa.Column('principal_minor', fund.db.types.MinorUnits(), nullable=False),
    sa.Column('paid_out_minor', fund.db.types.MinorUnits(), nullable=False),
    sa.Column('rate_bp', sa.Integer(), nullable=False),
    sa.Column('decision_id', sa.Integer(), nullable=True),
    sa.Column('made_by', sa.Integer(), nullable=True),
    sa.Column('made_at', fund.db.types.UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("reason IN ('paid_out', 'paid_ahead', 'taken_back', 'holiday', 'deferral', 'restructure', 'waiver', 'write_off')", name=op.f('ck_repayment_schedule_reason')),
    sa.CheckConstraint("reason NOT IN ('holiday', 'deferral', 'restructure', 'waiver', 'write_off') OR decision_id IS NOT NULL", name=op.f('ck_repayment_schedule_arranged_by_a_decision')),
    sa.CheckConstraint('principal_minor >= 0 AND paid_out_minor >= 0 AND rate_bp >= 0', name=op.f('ck_repayment_schedule_amounts')),
    sa.ForeignKeyConstraint(['award_id'], ['award.id'], name=op.f('fk_repayment_schedule_award_id')),
    sa.ForeignKeyConstraint(['decision_id'], ['decision.id'], name=op.f('fk_repayment_schedule_decision_id')),
    sa.ForeignKeyConstraint(['made_by'], ['person.id'], name=op.f('fk_repayment_schedule_made_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_repayment_schedule')),
    sa.UniqueConstraint('award_id', 'version', name=op.f('uq_repayment_schedule_award_id_version'))
    )
    with op.batch_alter_table('repayment_schedule', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_repayment_schedule_award_id'), ['award_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_repayment_schedule_decision_id'), ['decision_id'], unique=False)

    op.create_table('repayment_due',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('schedule_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('principal_minor', fund.db.types.MinorUnits(), nullable=False),
    sa.Column('gain_minor', fund.db.types.MinorUnits(), nullable=False),
    sa.Column('figure_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('principal_minor >= 0 AND gain_minor >= 0 AND principal_minor + gain_minor > 0', name=op.f('ck_repayment_due_amounts')),
    sa.ForeignKeyConstraint(['figure_id'], ['business_figure.id'], name=op.f('fk_repayment_due_figure_id')),
    sa.ForeignKeyConstraint(['schedule_id'], ['repayment_schedule.id'], name=op.f('fk_repayment_due_schedule_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_repayment_due')),
    sa.UniqueConstraint('schedule_id', 'number', name=op.f('uq_repayment_due_schedule_id_number'))
    )
    with op.batch_alter_table('repayment_due', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_repayment_due_figure_id'), ['figure_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_repayment_due_schedule_id'), ['schedule_id'], unique=False)

    op.create_table('repayment_part',
    sa.Column('repayment_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('due_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('principal_minor', fund.db.types.MinorUnits(), nullable=False),
    sa.Column('gain_minor', fund.db.types.MinorUnits(), nullable=False),
    sa.CheckConstraint('principal_minor >= 0 AND gain_minor >= 0', name=op.f('ck_repayment_part_amounts')),
    sa.ForeignKeyConstraint(['due_id'], ['repayment_due.id'], name=op.f('fk_repayment_part_due_id')),
    sa.ForeignKeyConstraint(['repayment_id'], ['repayment.id'], name=op.f('fk_repayment_part_repayment_id')),
    sa.PrimaryKeyConstraint('repayment_id', 'due_id', name=op.f('pk_repayment_part'))
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table('repayment_part')
    op.drop_table('repayment_due')
    op.drop_table('repayment_schedule')
    op.drop_table('repayment')
    op.drop_table('business_figure')
    op.drop_table('arrangement')
