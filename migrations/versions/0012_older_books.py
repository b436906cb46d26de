"""Members' accounts of older books may be brought in at the machine, where nobody is signed in"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    with op.batch_alter_table('surplus_run') as batch:
        batch.alter_column('recorded_by', existing_type=sa.Integer(), nullable=True)


def downgrade() -> None:
    """Go back; what the machine brought in is then the first person's."""
    op.execute('UPDATE surplus_run SET recorded_by = (SELECT MIN(id) FROM person) WHERE recorded_by IS NULL')
    with op.batch_alter_table('surplus_run') as batch:
        batch.alter_column('recorded_by', existing_type=sa.Integer(), nullable=False)
