"""Itemised budgets of proposals, and what a payment rests on: quote and receipt"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

INDEXED = ('receipt_key', 'receipt_hash')


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
    for column in (
        sa.Column('quote_minor', sa.BigInteger(), nullable=True), sa.Column('receipt', sa.String(length=80), nullable=True),
        sa.Column('receipt_key', sa.String(length=80), nullable=True), sa.Column('receipt_hash', sa.LargeBinary(), nullable=True),
    ):
        op.add_column('disbursement', column)
    for name in INDEXED:
        op.create_index(op.f(f'ix_disbursement_{name}'), 'disbursement', [name])
    op.add_column('approval', sa.Column('warnings_read', sa.Text(), nullable=False, server_default='[]'))


def downgrade() -> None:
    """Go back."""
    op.drop_column('approval', 'warnings_read')
    for name in INDEXED:
        op.drop_index(op.f(f'ix_disbursement_{name}'), 'disbursement')
    for name in ('receipt_hash', 'receipt_key', 'receipt', 'quote_minor'):
        op.drop_column('disbursement', name)
    op.drop_table('tranche_line')
    op.drop_table('budget_line')
