"""The books: years, opening position"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        'books_closed',
        sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('closed_through', sa.Date(), nullable=True),
        sa.CheckConstraint('id = 1', name=op.f('ck_books_closed_one_row')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_books_closed')),
    )
    op.create_table(
        'books_year',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('first_day', sa.Date(), nullable=True),
        sa.Column('last_day', sa.Date(), nullable=False),
        sa.Column('state', sa.String(length=12), nullable=False),
        sa.Column('trial_bytes', sa.LargeBinary(), nullable=False),
        sa.Column('trial_hash', sa.LargeBinary(), nullable=False),
        sa.Column('proposed_by', sa.Integer(), nullable=False),
        sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('ended_by', sa.Integer(), nullable=True),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('proposed', 'closed', 'withdrawn')", name=op.f('ck_books_year_state')),
        sa.CheckConstraint("state <> 'closed' OR ended_by IS NOT NULL", name=op.f('ck_books_year_closed_by_somebody')),
        sa.CheckConstraint("state <> 'closed' OR ended_by <> proposed_by", name=op.f('ck_books_year_two_people')),
        sa.ForeignKeyConstraint(['ended_by'], ['person.id'], name=op.f('fk_books_year_ended_by')),
        sa.ForeignKeyConstraint(['proposed_by'], ['person.id'], name=op.f('fk_books_year_proposed_by')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_books_year')),
    )
    op.create_table(
        'brought_line',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('file_hash', sa.LargeBinary(), nullable=False),
        sa.Column('line', sa.Integer(), nullable=False),
        sa.Column('what', sa.String(length=12), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=True),
        sa.Column('person_id', sa.Integer(), nullable=True),
        sa.Column('name', sa.String(length=160), nullable=False),
        sa.Column('amount_minor', sa.BigInteger(), nullable=False),
        sa.Column('happened_on', sa.Date(), nullable=True),
        sa.Column('due_on', sa.Date(), nullable=True),
        sa.Column('note', sa.String(length=300), nullable=False),
        sa.Column('entry_id', sa.Uuid(), nullable=True),
        sa.Column('brought_by', sa.Integer(), nullable=True),
        sa.Column('brought_at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "what IN ('balance', 'note', 'loan', 'repayment', 'member', 'journal', 'entry')", name=op.f('ck_brought_line_what')
        ),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_brought_line_account_id')),
        sa.ForeignKeyConstraint(['brought_by'], ['person.id'], name=op.f('fk_brought_line_brought_by')),
        sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_brought_line_entry_id')),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_brought_line_person_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_brought_line')),
    )
    for column in ('account_id', 'entry_id', 'file_hash', 'person_id'):
        op.create_index(op.f(f'ix_brought_line_{column}'), 'brought_line', [column])
    with op.batch_alter_table('decision') as batch:
        batch.add_column(sa.Column('brought_kind', sa.String(length=20), nullable=True))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table('decision') as batch:
        batch.drop_column('brought_kind')
    op.drop_table('brought_line')
    op.drop_table('books_year')
    op.drop_table('books_closed')
