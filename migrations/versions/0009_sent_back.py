"""A week of micro-grants can be sent back, and its decision refused"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from fund.db import guards

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

STATE, DECIDED, BACK = 'ck_micro_run_state', 'ck_micro_run_decided', 'ck_micro_run_sent_back_says_why'
BEFORE = {
    STATE: "state IN ('listed', 'drawn', 'proposed', 'booked')",
    DECIDED: "state NOT IN ('proposed', 'booked') OR decision_id IS NOT NULL",
}
AFTER = {
    STATE: "state IN ('listed', 'drawn', 'proposed', 'booked', 'sent_back')",
    DECIDED: "state NOT IN ('proposed', 'booked', 'sent_back') OR decision_id IS NOT NULL",
    BACK: "(state = 'sent_back') = (sent_back_reason IS NOT NULL)",
}
STANDING = sa.text("state <> 'sent_back'")


def upgrade() -> None:
    """Go up."""
    guards.remove(op.get_bind())
    op.execute("ALTER TABLE decision ADD COLUMN refused_by INTEGER REFERENCES person (id)")
    op.execute("ALTER TABLE decision ADD COLUMN refused_reason VARCHAR(300)")
    op.execute("ALTER TABLE micro_run ADD COLUMN sent_back_by INTEGER REFERENCES person (id)")
    op.execute("ALTER TABLE micro_run ADD COLUMN sent_back_reason VARCHAR(300)")
    _recheck(BEFORE, AFTER, week_is_unique=False)
    op.create_index('uq_micro_run_week', 'micro_run', ['week_of'], unique=True, sqlite_where=STANDING,
                    postgresql_where=STANDING)  # fmt: skip


def downgrade() -> None:
    """Go back. Weeks that were sent back have no place there and are left behind."""
    guards.remove(op.get_bind())
    op.drop_index('uq_micro_run_week', table_name='micro_run')
    op.execute("DELETE FROM micro_line WHERE run_id IN (SELECT id FROM micro_run WHERE state = 'sent_back')")
    op.execute("DELETE FROM micro_run WHERE state = 'sent_back'")
    _recheck(AFTER, BEFORE, week_is_unique=True)
    op.execute("ALTER TABLE decision DROP COLUMN refused_reason")
    op.execute("ALTER TABLE decision DROP COLUMN refused_by")


def _recheck(old: dict[str, str], new: dict[str, str], *, week_is_unique: bool) -> None:
    """Put new checks in the place of old ones; of a week there is one run, or one that was not sent back."""
    unique = op.f('uq_micro_run_week_of')
    with op.batch_alter_table('micro_run') as batch:
        for name in old:
            batch.drop_constraint(op.f(name), type_='check')
        for name, words in new.items():
            batch.create_check_constraint(op.f(name), words)
        if week_is_unique:
            batch.create_unique_constraint(unique, ['week_of'])
            batch.drop_column('sent_back_reason')
            batch.drop_column('sent_back_by')
        else:
            batch.drop_constraint(unique, type_='unique')
