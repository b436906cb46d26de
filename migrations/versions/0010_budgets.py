"""Itemised budgets of proposals, and what a payment rests on: quote and receipt"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        'budget_line',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('proposal_id', sa.Integer(), nullable=False),
        sa.Column('position', sa.Integer(), nullable=False),
        sa.Column('what', sa.String(length=120), nullable=False),
        sa.Column('amount_minor', sa.BigInteger(), nullable=False),
        sa.Column('stretch', sa.Boolean(), nullable=False),
        sa.CheckConstraint('amount_minor > 0', name=op.f('ck_budget_line_amount')),
        sa.CheckConstraint("what <> ''", name=op.f('ck_budget_line_what')),
        sa.ForeignKeyConstraint(['proposal_id'], ['proposal.id'], name=op.f('fk_budget_line_proposal_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_budget_line')),
        sa.UniqueConstraint('proposal_id', 'position', name=op.f('uq_budget_line_proposal_id_position')),
    )
    op.create_table(
        'tranche_line',
        sa.Column('tranche_id', sa.Integer(), nullable=False),
        sa.Column('line_id', sa.Integer(), nullable=False),
        sa.Column('amount_minor', sa.BigInteger(), nullable=False),
        sa.CheckConstraint('amount_minor > 0', name=op.f('ck_tranche_line_amount')),
        sa.ForeignKeyConstraint(['tranche_id'], ['tranche.id'], name=op.f('fk_tranche_line_tranche_id')),
        sa.ForeignKeyConstraint(['line_id'], ['budget_line.id'], name=op.f('fk_tranche_line_line_id')),
        sa.PrimaryKeyConstraint('tranche_id', 'line_id', name=op.f('pk_tranche_line')),
    )
    op.create_index(op.f('ix_tranche_line_line_id'), 'tranche_line', ['line_id'])
    with op.batch_alter_table('disbursement') as batch:
        batch.add_column(sa.Column('quote_minor', sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column('receipt', sa.String(length=80), nullable=True))
        batch.add_column(sa.Column('receipt_key', sa.String(length=80), nullable=True))
        batch.add_column(sa.Column('receipt_hash', sa.LargeBinary(), nullable=True))
        batch.create_check_constraint(op.f('ck_disbursement_quote'), 'quote_minor IS NULL OR quote_minor > 0')
        batch.create_index(op.f('ix_disbursement_receipt_key'), ['receipt_key'])
        batch.create_index(op.f('ix_disbursement_receipt_hash'), ['receipt_hash'])
    with op.batch_alter_table('approval') as batch:
        batch.add_column(sa.Column('warnings_read', sa.Text(), nullable=False, server_default='[]'))
    with op.batch_alter_table('approval') as batch:
        batch.alter_column('warnings_read', server_default=None)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table('approval') as batch:
        batch.drop_column('warnings_read')
    with op.batch_alter_table('disbursement') as batch:
        batch.drop_index(op.f('ix_disbursement_receipt_hash'))
        batch.drop_index(op.f('ix_disbursement_receipt_key'))
        batch.drop_constraint(op.f('ck_disbursement_quote'), type_='check')
        for column in ('receipt_hash', 'receipt_key', 'receipt', 'quote_minor'):
            batch.drop_column(column)
    op.drop_table('tranche_line')
    op.drop_table('budget_line')
