"""Pots: restricted money, set-asides, budgets"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import fund.db.types

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table('pot_lot',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('pot_code', sa.String(length=48), nullable=False),
    sa.Column('came_from', sa.String(length=12), nullable=False),
    sa.Column('fed_on', sa.Date(), nullable=False),
    sa.Column('releases_on', sa.Date(), nullable=True),
    sa.Column('amount_minor', fund.db.types.MinorUnits(), nullable=False),
    sa.Column('spent_minor', fund.db.types.MinorUnits(), nullable=False),
    sa.Column('released_minor', fund.db.types.MinorUnits(), nullable=False),
    sa.Column('left_minor', fund.db.types.MinorUnits(), nullable=False),
    sa.Column('fed_round_id', sa.Integer(), nullable=True),
    sa.Column('in_round_id', sa.Integer(), nullable=True),
    sa.Column('entry_id', sa.Uuid(), nullable=True),
    sa.CheckConstraint("came_from IN ('round', 'contribution', 'returned')", name=op.f('ck_pot_lot_came_from')),
    sa.CheckConstraint('amount_minor >= 0 AND spent_minor >= 0 AND released_minor >= 0', name=op.f('ck_pot_lot_amounts')),
    sa.CheckConstraint('left_minor >= 0 AND left_minor = amount_minor - spent_minor - released_minor', name=op.f('ck_pot_lot_left')),
    sa.CheckConstraint('released_minor = 0 OR releases_on IS NOT NULL', name=op.f('ck_pot_lot_released_by_its_rule')),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_pot_lot_entry_id_entry')),
    sa.ForeignKeyConstraint(['fed_round_id'], ['round.id'], name=op.f('fk_pot_lot_fed_round_id_round')),
    sa.ForeignKeyConstraint(['in_round_id'], ['round.id'], name=op.f('fk_pot_lot_in_round_id_round')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pot_lot'))
    )
    with op.batch_alter_table('pot_lot', schema=None) as batch_op:
        batch_op.create_index('ix_pot_lot_pot', ['pot_code', 'left_minor'], unique=False)
        batch_op.create_index(batch_op.f('ix_pot_lot_entry_id'), ['entry_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_pot_lot_fed_round_id'), ['fed_round_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_pot_lot_in_round_id'), ['in_round_id'], unique=False)

    op.create_table('consent',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('body_code', sa.String(length=48), nullable=False),
    sa.Column('body_name', sa.String(length=120), nullable=False),
    sa.Column('pot_code', sa.String(length=48), nullable=True),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('limit_minor', fund.db.types.MinorUnits(), nullable=True),
    sa.Column('seats', sa.Integer(), nullable=True),
    sa.Column('quorum', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('minutes', sa.Text(), nullable=True),
    sa.Column('decision_id', sa.Integer(), nullable=True),
    sa.Column('proposed_at', fund.db.types.UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("state IN ('proposed', 'objections', 'amended', 'consented', 'blocked', 'lapsed')", name=op.f('ck_consent_state')),
    sa.CheckConstraint("state <> 'consented' OR decision_id IS NOT NULL", name=op.f('ck_consent_consented_is_recorded')),
    sa.CheckConstraint('limit_minor IS NULL OR limit_minor > 0', name=op.f('ck_consent_limit')),
    sa.ForeignKeyConstraint(['decision_id'], ['decision.id'], name=op.f('fk_consent_decision_id_decision')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consent')),
    sa.UniqueConstraint('decision_id', name=op.f('uq_consent_decision_id'))
    )
    with op.batch_alter_table('consent', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_consent_pot_code'), ['pot_code'], unique=False)

    op.create_table('consent_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('consent_id', sa.Integer(), nullable=False),
    sa.Column('round_number', sa.Integer(), nullable=False),
    sa.Column('step', sa.String(length=20), nullable=False),
    sa.Column('present_n', sa.Integer(), nullable=True),
    sa.Column('objections_n', sa.Integer(), nullable=False),
    sa.Column('recorded_by', sa.Integer(), nullable=True),
    sa.Column('recorded_at', fund.db.types.UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("step IN ('proposed', 'objections', 'amended', 'consented', 'blocked', 'lapsed', 'minutes_withdrawn')", name=op.f('ck_consent_step_step')),
    sa.CheckConstraint('present_n IS NULL OR objections_n <= present_n', name=op.f('ck_consent_step_objections')),
    sa.ForeignKeyConstraint(['consent_id'], ['consent.id'], name=op.f('fk_consent_step_consent_id_consent')),
    sa.ForeignKeyConstraint(['recorded_by'], ['person.id'], name=op.f('fk_consent_step_recorded_by_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consent_step'))
    )
    with op.batch_alter_table('consent_step', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_consent_step_consent_id'), ['consent_id'], unique=False)


def downgrade() -> None:
    """Go back."""
    op.drop_table('consent_step')
    op.drop_table('consent')
    op.drop_table('pot_lot')
