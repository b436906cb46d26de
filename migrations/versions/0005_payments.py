"""Money out: payees, pay lists, reports of grantees"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import fund.db.types
from fund.db import guards

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

NOT_LIVE = sa.text("state NOT IN ('bounced', 'voided', 'expired', 'refused')")
DISBURSEMENT = (
    "payee_id INTEGER REFERENCES payee (id)",
    "about VARCHAR(80)",
    "purpose VARCHAR(300) NOT NULL DEFAULT ''",
    "small_lane BOOLEAN NOT NULL DEFAULT FALSE",
    "reviewed_by INTEGER REFERENCES person (id)",
    "reviewed_at {moment}",
    "review_note VARCHAR(300)",
    "pay_list_id INTEGER REFERENCES pay_list (id)",
    "sent_at {moment}",
    "sent_by INTEGER REFERENCES person (id)",
)
TRANCHE = ("resolution_round_id INTEGER REFERENCES round (id)", "evidence_hash {binary}")
AWARD = ("released_minor BIGINT NOT NULL DEFAULT 0",)
"""Columns are added by ALTER TABLE itself: SQLite would else rebuild the table without its checks."""


def _types() -> dict[str, str]:
    if op.get_bind().dialect.name == "postgresql":
        return {"moment": "TIMESTAMP WITH TIME ZONE", "binary": "BYTEA"}
    return {"moment": "DATETIME", "binary": "BLOB"}


def _add(table: str, columns: tuple[str, ...]) -> None:
    for column in columns:
        op.execute(f"ALTER TABLE {table} ADD COLUMN " + column.format(**_types()))


def _drop(table: str, columns: tuple[str, ...]) -> None:
    with op.batch_alter_table(table) as batch:  # SQLite drops no column that a key of the table names, unless anew
        for column in reversed(columns):
            batch.drop_column(column.split()[0])


def upgrade() -> None:
    """Go up."""
    guards.remove(op.get_bind())
    moment = fund.db.types.UTCDateTime(timezone=True)
    op.create_table('payee',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('business_id', sa.Integer(), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('contact', sa.String(length=254), nullable=True),
    sa.Column('created_at', moment, nullable=False),
    sa.ForeignKeyConstraint(['business_id'], ['business.id'], name=op.f('fk_payee_business_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_payee_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payee')),
    sa.UniqueConstraint('key', name=op.f('uq_payee_key'))
    )
    op.create_index(op.f('ix_payee_business_id'), 'payee', ['business_id'])
    op.create_index(op.f('ix_payee_person_id'), 'payee', ['person_id'])
    op.create_table('payee_account',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('payee_id', sa.Integer(), nullable=False),
    sa.Column('form', sa.String(length=12), nullable=False),
    sa.Column('sealed', fund.db.types.StoredBytes(), nullable=True),
    sa.Column('fingerprint', fund.db.types.StoredBytes(), nullable=False),
    sa.Column('last_digits', sa.String(length=4), nullable=False),
    sa.Column('told_by', sa.Integer(), nullable=False),
    sa.Column('told_at', moment, nullable=False),
    sa.Column('usable_from', moment, nullable=False),
    sa.Column('ended_at', moment, nullable=True),
    sa.Column('erased_at', moment, nullable=True),
    sa.CheckConstraint("form IN ('iban', 'number')", name=op.f('ck_payee_account_form')),
    sa.CheckConstraint('erased_at IS NULL OR sealed IS NULL', name=op.f('ck_payee_account_erased_is_gone')),
    sa.ForeignKeyConstraint(['payee_id'], ['payee.id'], name=op.f('fk_payee_account_payee_id')),
    sa.ForeignKeyConstraint(['told_by'], ['person.id'], name=op.f('fk_payee_account_told_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payee_account'))
    )
    op.create_index(op.f('ix_payee_account_payee_id'), 'payee_account', ['payee_id'])
    op.create_index('uq_payee_account_standing', 'payee_account', ['payee_id', 'usable_from'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
    op.create_table('payee_tie',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('payee_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('household', sa.Boolean(), nullable=False),
    sa.Column('relation', sa.String(length=300), nullable=False),
    sa.Column('declared_at', moment, nullable=False),
    sa.ForeignKeyConstraint(['payee_id'], ['payee.id'], name=op.f('fk_payee_tie_payee_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_payee_tie_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payee_tie')),
    sa.UniqueConstraint('payee_id', 'person_id', name=op.f('uq_payee_tie_payee_id_person_id'))
    )
    op.create_index(op.f('ix_payee_tie_payee_id'), 'payee_tie', ['payee_id'])
    op.create_index(op.f('ix_payee_tie_person_id'), 'payee_tie', ['person_id'])
    op.create_table('pay_list',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('way', sa.String(length=12), nullable=False),
    sa.Column('made_by', sa.Integer(), nullable=False),
    sa.Column('made_at', moment, nullable=False),
    sa.Column('sent_by', sa.Integer(), nullable=True),
    sa.Column('sent_at', moment, nullable=True),
    sa.CheckConstraint("way IN ('printed', 'bank_file', 'sponsor')", name=op.f('ck_pay_list_way')),
    sa.ForeignKeyConstraint(['made_by'], ['person.id'], name=op.f('fk_pay_list_made_by')),
    sa.ForeignKeyConstraint(['sent_by'], ['person.id'], name=op.f('fk_pay_list_sent_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pay_list'))
    )
    op.create_table('payment_stand_in',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('disbursement_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('way', sa.String(length=12), nullable=False),
    sa.Column('found_how', sa.String(length=300), nullable=False),
    sa.Column('decision_id', sa.Integer(), nullable=True),
    sa.Column('named_by', sa.Integer(), nullable=False),
    sa.Column('named_at', moment, nullable=False),
    sa.CheckConstraint("way IN ('lot', 'decision')", name=op.f('ck_payment_stand_in_way')),
    sa.CheckConstraint("way <> 'decision' OR decision_id IS NOT NULL", name=op.f('ck_payment_stand_in_named_by_a_decision')),
    sa.ForeignKeyConstraint(['disbursement_id'], ['disbursement.id'], name=op.f('fk_payment_stand_in_disbursement_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_payment_stand_in_person_id')),
    sa.ForeignKeyConstraint(['decision_id'], ['decision.id'], name=op.f('fk_payment_stand_in_decision_id')),
    sa.ForeignKeyConstraint(['named_by'], ['person.id'], name=op.f('fk_payment_stand_in_named_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payment_stand_in')),
    sa.UniqueConstraint('disbursement_id', 'person_id', name=op.f('uq_payment_stand_in_disbursement_id_person_id'))
    )
    op.create_index(op.f('ix_payment_stand_in_disbursement_id'), 'payment_stand_in', ['disbursement_id'])
    op.create_index(op.f('ix_payment_stand_in_person_id'), 'payment_stand_in', ['person_id'])
    op.create_table('award_report',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('award_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('by_phone', sa.Boolean(), nullable=False),
    sa.Column('photo_key', sa.String(length=64), nullable=True),
    sa.Column('photo_name', sa.String(length=160), nullable=True),
    sa.Column('photo_type', sa.String(length=80), nullable=True),
    sa.Column('typed_by', sa.Integer(), nullable=False),
    sa.Column('told_on', sa.Date(), nullable=False),
    sa.Column('told_at', moment, nullable=False),
    sa.ForeignKeyConstraint(['award_id'], ['award.id'], name=op.f('fk_award_report_award_id')),
    sa.ForeignKeyConstraint(['typed_by'], ['person.id'], name=op.f('fk_award_report_typed_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_award_report')),
    sa.UniqueConstraint('award_id', 'number', name=op.f('uq_award_report_award_id_number'))
    )
    op.create_index(op.f('ix_award_report_award_id'), 'award_report', ['award_id'])
    _add("tranche", TRANCHE)
    _add("award", AWARD)
    _add("disbursement", DISBURSEMENT)
    op.create_index(op.f('ix_disbursement_payee_id'), 'disbursement', ['payee_id'])
    op.create_index(op.f('ix_disbursement_pay_list_id'), 'disbursement', ['pay_list_id'])
    op.create_index('ix_disbursement_state', 'disbursement', ['state'])
    op.create_index('uq_disbursement_about', 'disbursement', ['about'], unique=True, sqlite_where=NOT_LIVE, postgresql_where=NOT_LIVE)


def downgrade() -> None:
    """Go back."""
    guards.remove(op.get_bind())
    for index in ('uq_disbursement_about', 'ix_disbursement_state', 'ix_disbursement_pay_list_id', 'ix_disbursement_payee_id'):
        op.drop_index(index, table_name='disbursement')
    _drop("disbursement", DISBURSEMENT)
    _drop("award", AWARD)
    _drop("tranche", TRANCHE)
    for table in ('award_report', 'payment_stand_in', 'pay_list', 'payee_tie', 'payee_account', 'payee'):
        op.drop_table(table)
