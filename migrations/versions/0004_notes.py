"""Notes, layers of capital, receipts"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import fund.db.types

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table('dues_reminder',
    sa.Column('person_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('wanted', sa.Boolean(), nullable=False),
    sa.Column('reminded_of_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['reminded_of_id'], ['contribution.id'], name=op.f('fk_dues_reminder_reminded_of_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_dues_reminder_person_id')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_dues_reminder'))
    )
    op.create_table('note_holder',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('contact', sa.String(length=254), nullable=False),
    sa.Column('recorded_at', fund.db.types.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_note_holder_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_note_holder'))
    )
    with op.batch_alter_table('note_holder', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_note_holder_person_id'), ['person_id'], unique=False)

    op.create_table('note',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('holder_id', sa.Integer(), nullable=False),
    sa.Column('class_code', sa.String(length=60), nullable=False),
    sa.Column('class_name', sa.String(length=80), nullable=False),
    sa.Column('principal_minor', fund.db.types.MinorUnits(), nullable=False),
    sa.Column('rate_bp', sa.Integer(), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=False),
    sa.Column('matures_on', sa.Date(), nullable=True),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('owed_minor', fund.db.types.MinorUnits(), nullable=False),
    sa.Column('interest_minor', fund.db.types.MinorUnits(), nullable=False),
    sa.Column('accrued_through', sa.Date(), nullable=False),
    sa.Column('carry_units', sa.BigInteger(), nullable=False),
    sa.Column('charter_version_id', sa.Integer(), nullable=False),
    sa.Column('request_id', sa.Uuid(), nullable=False),
    sa.Column('recorded_by', sa.Integer(), nullable=True),
    sa.Column('recorded_at', fund.db.types.UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("owed_minor = 0 OR state IN ('issued', 'repaying')", name=op.f('ck_note_only_what_is_issued_is_owed')),
    sa.CheckConstraint("state IN ('pledged', 'issued', 'repaying', 'repaid', 'written_down', 'converted_to_gift', 'withdrawn')", name=op.f('ck_note_state')),
    sa.CheckConstraint('interest_minor >= 0', name=op.f('ck_note_interest')),
    sa.CheckConstraint('matures_on IS NULL OR matures_on >= issued_on', name=op.f('ck_note_maturity')),
    sa.CheckConstraint('owed_minor >= 0 AND owed_minor <= principal_minor', name=op.f('ck_note_owed')),
    sa.CheckConstraint('principal_minor > 0', name=op.f('ck_note_principal')),
    sa.CheckConstraint('rate_bp >= 0 AND rate_bp <= 2000', name=op.f('ck_note_rate')),
    sa.ForeignKeyConstraint(['charter_version_id'], ['charter_version.id'], name=op.f('fk_note_charter_version_id')),
    sa.ForeignKeyConstraint(['holder_id'], ['note_holder.id'], name=op.f('fk_note_holder_id')),
    sa.ForeignKeyConstraint(['recorded_by'], ['person.id'], name=op.f('fk_note_recorded_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_note')),
    sa.UniqueConstraint('request_id', name=op.f('uq_note_request_id'))
    )
    with op.batch_alter_table('note', schema=None) as batch_op:
        batch_op.create_index('ix_note_class', ['class_code', 'state'], unique=False)
        batch_op.create_index(batch_op.f('ix_note_holder_id'), ['holder_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_note_matures_on'), ['matures_on'], unique=False)

    op.create_table('land_gift_scale',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('receivers', sa.String(length=160), nullable=False),
    sa.Column('scale', fund.db.types.JsonText(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('decision_id', sa.Integer(), nullable=False),
    sa.Column('recorded_by', sa.Integer(), nullable=True),
    sa.Column('recorded_at', fund.db.types.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['decision_id'], ['decision.id'], name=op.f('fk_land_gift_scale_decision_id')),
    sa.ForeignKeyConstraint(['recorded_by'], ['person.id'], name=op.f('fk_land_gift_scale_recorded_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_land_gift_scale'))
    )
    op.create_table('loss_run',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('amount_minor', fund.db.types.MinorUnits(), nullable=False),
    sa.Column('decision_id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Uuid(), nullable=False),
    sa.Column('charter_version_id', sa.Integer(), nullable=False),
    sa.Column('shared_on', sa.Date(), nullable=False),
    sa.Column('recorded_by', sa.Integer(), nullable=True),
    sa.CheckConstraint("kind IN ('loss', 'recovery')", name=op.f('ck_loss_run_kind')),
    sa.CheckConstraint('amount_minor > 0', name=op.f('ck_loss_run_amount')),
    sa.ForeignKeyConstraint(['charter_version_id'], ['charter_version.id'], name=op.f('fk_loss_run_charter_version_id')),
    sa.ForeignKeyConstraint(['decision_id'], ['decision.id'], name=op.f('fk_loss_run_decision_id')),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_loss_run_entry_id')),
    sa.ForeignKeyConstraint(['recorded_by'], ['person.id'], name=op.f('fk_loss_run_recorded_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_loss_run')),
    sa.UniqueConstraint('entry_id', name=op.f('uq_loss_run_entry_id'))
    )
    with op.batch_alter_table('loss_run', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_loss_run_decision_id'), ['decision_id'], unique=False)

    op.create_table('note_movement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('note_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('principal_minor', fund.db.types.MinorUnits(), nullable=False),
    sa.Column('interest_minor', fund.db.types.MinorUnits(), nullable=False),
    sa.Column('happened_on', sa.Date(), nullable=False),
    sa.Column('entry_id', sa.Uuid(), nullable=True),
    sa.Column('decision_id', sa.Integer(), nullable=True),
    sa.Column('holder_before_id', sa.Integer(), nullable=True),
    sa.Column('said', sa.String(length=300), nullable=False),
    sa.Column('recorded_by', sa.Integer(), nullable=True),
    sa.Column('recorded_at', fund.db.types.UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('issued', 'brought_over', 'interest', 'paid', 'interest_paid', 'written_down', 'written_up', 'converted', 'transferred', 'taken_back', 'came_back')", name=op.f('ck_note_movement_kind')),
    sa.ForeignKeyConstraint(['decision_id'], ['decision.id'], name=op.f('fk_note_movement_decision_id')),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_note_movement_entry_id')),
    sa.ForeignKeyConstraint(['holder_before_id'], ['note_holder.id'], name=op.f('fk_note_movement_holder_before_id')),
    sa.ForeignKeyConstraint(['note_id'], ['note.id'], name=op.f('fk_note_movement_note_id')),
    sa.ForeignKeyConstraint(['recorded_by'], ['person.id'], name=op.f('fk_note_movement_recorded_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_note_movement'))
    )
    with op.batch_alter_table('note_movement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_note_movement_entry_id'), ['entry_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_note_movement_note_id'), ['note_id'], unique=False)

    op.create_table('grant_claim',
    sa.Column('account_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('most_minor', fund.db.types.MinorUnits(), nullable=False),
    sa.CheckConstraint('most_minor > 0', name=op.f('ck_grant_claim_most')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_grant_claim_account_id')),
    sa.PrimaryKeyConstraint('account_id', name=op.f('pk_grant_claim'))
    )
    op.create_table('loss_share',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('loss_run_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('layer_kind', sa.String(length=8), nullable=False),
    sa.Column('class_code', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('amount_minor', fund.db.types.MinorUnits(), nullable=False),
    sa.CheckConstraint("layer_kind IN ('reserve', 'gift', 'note')", name=op.f('ck_loss_share_layer_kind')),
    sa.CheckConstraint('amount_minor >= 0', name=op.f('ck_loss_share_amount')),
    sa.ForeignKeyConstraint(['loss_run_id'], ['loss_run.id'], name=op.f('fk_loss_share_loss_run_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_loss_share')),
    sa.UniqueConstraint('loss_run_id', 'position', name=op.f('uq_loss_share_loss_run_id_position'))
    )
    with op.batch_alter_table('loss_share', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_loss_share_loss_run_id'), ['loss_run_id'], unique=False)

    op.create_table('note_payout',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('note_id', sa.Integer(), nullable=False),
    sa.Column('disbursement_id', sa.Integer(), nullable=False),
    sa.Column('part', sa.String(length=10), nullable=False),
    sa.Column('early', sa.Boolean(), nullable=False),
    sa.CheckConstraint("part IN ('principal', 'interest')", name=op.f('ck_note_payout_part')),
    sa.ForeignKeyConstraint(['disbursement_id'], ['disbursement.id'], name=op.f('fk_note_payout_disbursement_id')),
    sa.ForeignKeyConstraint(['note_id'], ['note.id'], name=op.f('fk_note_payout_note_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_note_payout')),
    sa.UniqueConstraint('disbursement_id', name=op.f('uq_note_payout_disbursement_id'))
    )
    with op.batch_alter_table('note_payout', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_note_payout_note_id'), ['note_id'], unique=False)

    with op.batch_alter_table('contribution', schema=None) as batch_op:
        batch_op.add_column(sa.Column('purpose', sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column('through_sponsor', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('rest_of_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('refund_entry_id', sa.Uuid(), nullable=True))
        batch_op.alter_column('through_sponsor', server_default=None)
        batch_op.create_unique_constraint(batch_op.f('uq_contribution_refund_entry_id'), ['refund_entry_id'])
        batch_op.create_foreign_key(batch_op.f('fk_contribution_rest_of_id'), 'contribution', ['rest_of_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_contribution_refund_entry_id'), 'entry', ['refund_entry_id'], ['id'])


def downgrade() -> None:
    """Go back."""
    op.drop_table('dues_reminder')
    with op.batch_alter_table('contribution', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_contribution_refund_entry_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_contribution_rest_of_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('uq_contribution_refund_entry_id'), type_='unique')
        batch_op.drop_column('refund_entry_id')
        batch_op.drop_column('rest_of_id')
        batch_op.drop_column('through_sponsor')
        batch_op.drop_column('purpose')

    with op.batch_alter_table('note_payout', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_note_payout_note_id'))

    op.drop_table('note_payout')
    with op.batch_alter_table('loss_share', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_loss_share_loss_run_id'))

    op.drop_table('loss_share')
    op.drop_table('grant_claim')
    with op.batch_alter_table('note_movement', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_note_movement_note_id'))
        batch_op.drop_index(batch_op.f('ix_note_movement_entry_id'))

    op.drop_table('note_movement')
    with op.batch_alter_table('loss_run', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_loss_run_decision_id'))

    op.drop_table('loss_run')
    op.drop_table('land_gift_scale')
    with op.batch_alter_table('note', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_note_matures_on'))
        batch_op.drop_index(batch_op.f('ix_note_holder_id'))
        batch_op.drop_index('ix_note_class')

    op.drop_table('note')
    with op.batch_alter_table('note_holder', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_note_holder_person_id'))

    op.drop_table('note_holder')
