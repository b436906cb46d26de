"""The bank: statements, lines, matches"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import fund.db.types

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table('bank_account',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('added_at', fund.db.types.UTCDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bank_account')),
    sa.UniqueConstraint('name', name=op.f('uq_bank_account_name'))
    )
    op.create_table('mapping_profile',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('mapping', fund.db.types.JsonText(), nullable=False),
    sa.Column('saved_by', sa.Integer(), nullable=True),
    sa.Column('saved_at', fund.db.types.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['saved_by'], ['person.id'], name=op.f('fk_mapping_profile_saved_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mapping_profile')),
    sa.UniqueConstraint('name', name=op.f('uq_mapping_profile_name'))
    )
    op.create_table('statement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('sha256', fund.db.types.StoredBytes(), nullable=False),
    sa.Column('format', sa.String(length=8), nullable=False),
    sa.Column('file_name', sa.String(length=160), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('to_on', sa.Date(), nullable=False),
    sa.Column('opening_minor', fund.db.types.MinorUnits(), nullable=False),
    sa.Column('closing_minor', fund.db.types.MinorUnits(), nullable=False),
    sa.Column('taken_by', sa.Integer(), nullable=True),
    sa.Column('taken_at', fund.db.types.UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("format IN ('csv', 'ofx', 'camt')", name=op.f('ck_statement_format')),
    sa.CheckConstraint('from_on <= to_on', name=op.f('ck_statement_days')),
    sa.ForeignKeyConstraint(['account_id'], ['bank_account.id'], name=op.f('fk_statement_account_id')),
    sa.ForeignKeyConstraint(['taken_by'], ['person.id'], name=op.f('fk_statement_taken_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_statement')),
    sa.UniqueConstraint('sha256', name=op.f('uq_statement_sha256'))
    )
    with op.batch_alter_table('statement', schema=None) as batch_op:
        batch_op.create_index('ix_statement_account', ['account_id', 'to_on'], unique=False)

    op.create_table('statement_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('file_name', sa.String(length=160), nullable=False),
    sa.Column('file_key', sa.String(length=64), nullable=False),
    sa.Column('sha256', fund.db.types.StoredBytes(), nullable=False),
    sa.Column('mapping', fund.db.types.JsonText(), nullable=False),
    sa.Column('uploaded_by', sa.Integer(), nullable=True),
    sa.Column('uploaded_at', fund.db.types.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['bank_account.id'], name=op.f('fk_statement_file_account_id')),
    sa.ForeignKeyConstraint(['uploaded_by'], ['person.id'], name=op.f('fk_statement_file_uploaded_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_statement_file')),
    sa.UniqueConstraint('file_key', name=op.f('uq_statement_file_file_key'))
    )
    op.create_table('bank_line',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('statement_id', sa.Integer(), nullable=False),
    sa.Column('external_id', sa.String(length=80), nullable=False),
    sa.Column('booked_on', sa.Date(), nullable=False),
    sa.Column('amount_minor', fund.db.types.MinorUnits(), nullable=False),
    sa.Column('reference', sa.String(length=300), nullable=False),
    sa.Column('counterparty', sa.String(length=160), nullable=False),
    sa.Column('settled_minor', fund.db.types.MinorUnits(), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.CheckConstraint("(state = 'matched') = (settled_minor = amount_minor)", name=op.f('ck_bank_line_matched_is_settled')),
    sa.CheckConstraint("state <> 'ignored' OR settled_minor = 0", name=op.f('ck_bank_line_ignored_is_not_matched')),
    sa.CheckConstraint("state IN ('open', 'matched', 'ignored')", name=op.f('ck_bank_line_state')),
    sa.CheckConstraint('(amount_minor > 0 AND settled_minor >= 0 AND settled_minor <= amount_minor) OR (amount_minor < 0 AND settled_minor <= 0 AND settled_minor >= amount_minor)', name=op.f('ck_bank_line_settled_within_the_amount')),
    sa.CheckConstraint('amount_minor <> 0', name=op.f('ck_bank_line_amount')),
    sa.ForeignKeyConstraint(['account_id'], ['bank_account.id'], name=op.f('fk_bank_line_account_id')),
    sa.ForeignKeyConstraint(['statement_id'], ['statement.id'], name=op.f('fk_bank_line_statement_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bank_line')),
    sa.UniqueConstraint('account_id', 'external_id', name=op.f('uq_bank_line_account_id_external_id'))
    )
    with op.batch_alter_table('bank_line', schema=None) as batch_op:
        batch_op.create_index('ix_bank_line_day', ['account_id', 'booked_on'], unique=False)
        batch_op.create_index('ix_bank_line_state', ['state', 'booked_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_bank_line_statement_id'), ['statement_id'], unique=False)

    op.create_table('ignored_line',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('line_id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('proposed_by', sa.Integer(), nullable=False),
    sa.Column('proposed_at', fund.db.types.UTCDateTime(timezone=True), nullable=False),
    sa.Column('seconded_by', sa.Integer(), nullable=True),
    sa.Column('seconded_at', fund.db.types.UTCDateTime(timezone=True), nullable=True),
    sa.Column('ended_by', sa.Integer(), nullable=True),
    sa.Column('ended_at', fund.db.types.UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint('seconded_by IS NULL OR seconded_by <> proposed_by', name=op.f('ck_ignored_line_two_people')),
    sa.ForeignKeyConstraint(['ended_by'], ['person.id'], name=op.f('fk_ignored_line_ended_by')),
    sa.ForeignKeyConstraint(['line_id'], ['bank_line.id'], name=op.f('fk_ignored_line_line_id')),
    sa.ForeignKeyConstraint(['proposed_by'], ['person.id'], name=op.f('fk_ignored_line_proposed_by')),
    sa.ForeignKeyConstraint(['seconded_by'], ['person.id'], name=op.f('fk_ignored_line_seconded_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ignored_line'))
    )
    with op.batch_alter_table('ignored_line', schema=None) as batch_op:
        batch_op.create_index('uq_ignored_line_now', ['line_id'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    op.create_table('statement_line',
    sa.Column('statement_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('line_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.ForeignKeyConstraint(['line_id'], ['bank_line.id'], name=op.f('fk_statement_line_line_id')),
    sa.ForeignKeyConstraint(['statement_id'], ['statement.id'], name=op.f('fk_statement_line_statement_id')),
    sa.PrimaryKeyConstraint('statement_id', 'line_id', name=op.f('pk_statement_line'))
    )
    with op.batch_alter_table('statement_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_statement_line_line_id'), ['line_id'], unique=False)

    op.create_table('bank_match',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('line_id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Uuid(), nullable=False),
    sa.Column('amount_minor', fund.db.types.MinorUnits(), nullable=False),
    sa.Column('accepted_by', sa.Integer(), nullable=True),
    sa.Column('accepted_at', fund.db.types.UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('amount_minor <> 0', name=op.f('ck_bank_match_amount')),
    sa.ForeignKeyConstraint(['accepted_by'], ['person.id'], name=op.f('fk_bank_match_accepted_by')),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_bank_match_entry_id')),
    sa.ForeignKeyConstraint(['line_id'], ['bank_line.id'], name=op.f('fk_bank_match_line_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bank_match')),
    sa.UniqueConstraint('line_id', 'entry_id', name=op.f('uq_bank_match_line_id_entry_id'))
    )
    with op.batch_alter_table('bank_match', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_bank_match_entry_id'), ['entry_id'], unique=False)



def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table('bank_match', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_bank_match_entry_id'))

    op.drop_table('bank_match')
    with op.batch_alter_table('statement_line', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_statement_line_line_id'))

    op.drop_table('statement_line')
    with op.batch_alter_table('ignored_line', schema=None) as batch_op:
        batch_op.drop_index('uq_ignored_line_now', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    op.drop_table('ignored_line')
    with op.batch_alter_table('bank_line', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_bank_line_statement_id'))
        batch_op.drop_index('ix_bank_line_state')
        batch_op.drop_index('ix_bank_line_day')

    op.drop_table('bank_line')
    op.drop_table('statement_file')
    with op.batch_alter_table('statement', schema=None) as batch_op:
        batch_op.drop_index('ix_statement_account')

    op.drop_table('statement')
    op.drop_table('mapping_profile')
    op.drop_table('bank_account')
