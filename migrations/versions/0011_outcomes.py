"""What businesses say came of the money, as they state it; closed years that were brought over with their ledger"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    with op.batch_alter_table('award_report') as batch:
        batch.add_column(sa.Column('jobs_kept', sa.Integer(), nullable=True))
        batch.add_column(sa.Column('jobs_made', sa.Integer(), nullable=True))
        batch.add_column(sa.Column('outcomes', sa.Text(), nullable=False, server_default=''))
        batch.create_check_constraint(
            op.f('ck_award_report_jobs'),
            '(jobs_kept IS NULL OR jobs_kept >= 0) AND (jobs_made IS NULL OR jobs_made >= 0)',
        )
    with op.batch_alter_table('award_report') as batch:
        batch.alter_column('outcomes', server_default=None)
    with op.batch_alter_table('books_year') as batch:
        batch.alter_column('proposed_by', existing_type=sa.Integer(), nullable=True)
        batch.drop_constraint(op.f('ck_books_year_closed_by_somebody'), type_='check')
        batch.create_check_constraint(
            op.f('ck_books_year_closed_by_somebody'),
            "state <> 'closed' OR ended_by IS NOT NULL OR proposed_by IS NULL",
        )
        batch.create_check_constraint(
            op.f('ck_books_year_brought_over'), "proposed_by IS NOT NULL OR (state = 'closed' AND ended_by IS NULL)"
        )


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table('books_year') as batch:
        batch.drop_constraint(op.f('ck_books_year_brought_over'), type_='check')
        batch.drop_constraint(op.f('ck_books_year_closed_by_somebody'), type_='check')
        batch.create_check_constraint(
            op.f('ck_books_year_closed_by_somebody'), "state <> 'closed' OR ended_by IS NOT NULL"
        )
        batch.alter_column('proposed_by', existing_type=sa.Integer(), nullable=False)
    with op.batch_alter_table('award_report') as batch:
        batch.drop_constraint(op.f('ck_award_report_jobs'), type_='check')
        batch.drop_column('outcomes')
        batch.drop_column('jobs_made')
        batch.drop_column('jobs_kept')
