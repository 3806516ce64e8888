"""Companies and people: members, addresses, verifications, sessions, links, keys and tokens, notices and mails."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

Id = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
Sequence = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "mails",
        sa.Column("mail_id", Sequence, autoincrement=True, nullable=False),
        sa.Column("dedupe", sa.String(length=200), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("mail_id", name=op.f("pk_mails")),
        sa.UniqueConstraint("dedupe", name=op.f("uq_mails_dedupe")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_mails_waiting",
        "mails",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_table(
        "companies",
        sa.Column("company_id", Id, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("supplier_id", Id, nullable=True),
        sa.Column("default_address_id", Id, nullable=True),
        sa.Column("invoice", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_companies_version")),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["suppliers.supplier_id"], name=op.f("fk_companies_supplier_id_suppliers")
        ),
        sa.PrimaryKeyConstraint("company_id", name=op.f("pk_companies")),
        sa.UniqueConstraint("supplier_id", name=op.f("uq_companies_supplier_id")),
    )
    op.create_table(
        "addresses",
        sa.Column("address_id", Id, nullable=False),
        sa.Column("company_id", Id, nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("province", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("street", sa.Text(), nullable=False),
        sa.Column("postcode", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_addresses_version")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.company_id"], name=op.f("fk_addresses_company_id_companies")
        ),
        sa.PrimaryKeyConstraint("address_id", name=op.f("pk_addresses")),
    )
    op.create_index(op.f("ix_addresses_company_id"), "addresses", ["company_id"], unique=False)
    op.create_table(
        "company_keys",
        sa.Column("key_id", Id, nullable=False),
        sa.Column("company_id", Id, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("former_hash", sa.String(length=64), nullable=True),
        sa.Column("former_until", sa.BigInteger(), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_used_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_company_keys_version")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.company_id"], name=op.f("fk_company_keys_company_id_companies")
        ),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_company_keys")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_company_keys_key_hash")),
    )
    op.create_index(op.f("ix_company_keys_company_id"), "company_keys", ["company_id"], unique=False)
    op.create_index(op.f("ix_company_keys_former_hash"), "company_keys", ["former_hash"], unique=False)
    op.create_table(
        "members",
        sa.Column("member_id", Id, nullable=False),
        sa.Column("company_id", Id, nullable=True),
        sa.Column("login", sa.String(length=254), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("spend_limit_fen", sa.BigInteger(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("totp_secret", sa.Text(), nullable=False),
        sa.Column("totp_confirmed_at", sa.BigInteger(), nullable=True),
        sa.Column("totp_step", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state IN ('invited', 'active', 'suspended', 'removed')", name=op.f("ck_members_state")),
        sa.CheckConstraint("spend_limit_fen IS NULL OR spend_limit_fen >= 0", name=op.f("ck_members_spend_limit")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_members_version")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.company_id"], name=op.f("fk_members_company_id_companies")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_members")),
        sa.UniqueConstraint("login", name=op.f("uq_members_login")),
    )
    op.create_index(op.f("ix_members_company_id"), "members", ["company_id"], unique=False)
    op.create_table(
        "notices",
        sa.Column("notice_id", Sequence, autoincrement=True, nullable=False),
        sa.Column("company_id", Id, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("subject_id", Id, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("read_at", sa.BigInteger(), nullable=True),
        sa.Column("mailed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["companies.company_id"], name=op.f("fk_notices_company_id_companies")),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_notices")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notices_company", "notices", ["company_id", "notice_id"], unique=False)
    op.create_index(
        "ix_notices_unmailed",
        "notices",
        ["notice_id"],
        unique=False,
        sqlite_where=sa.text("NOT mailed"),
        postgresql_where=sa.text("NOT mailed"),
    )
    op.create_table(
        "verifications",
        sa.Column("verification_id", Id, nullable=False),
        sa.Column("company_id", Id, nullable=False),
        sa.Column("supplier_id", Id, nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("documents", sa.Text(), nullable=False),
        sa.Column("submitted_by", sa.Text(), nullable=False),
        sa.Column("submitted_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state <> 'approved' OR expires_at IS NOT NULL", name=op.f("ck_verifications_expiry")),
        sa.CheckConstraint(
            "state IN ('submitted', 'approved', 'refused', 'expired', 'withdrawn')", name=op.f("ck_verifications_state")
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_verifications_version")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.company_id"], name=op.f("fk_verifications_company_id_companies")
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["suppliers.supplier_id"], name=op.f("fk_verifications_supplier_id_suppliers")
        ),
        sa.PrimaryKeyConstraint("verification_id", name=op.f("pk_verifications")),
    )
    op.create_index(op.f("ix_verifications_company_id"), "verifications", ["company_id"], unique=False)
    op.create_index("ix_verifications_state", "verifications", ["state", "expires_at"], unique=False)
    op.create_table(
        "oauth_tokens",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("key_id", Id, nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["key_id"], ["company_keys.key_id"], name=op.f("fk_oauth_tokens_key_id_company_keys")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_oauth_tokens")),
    )
    op.create_index("ix_oauth_tokens_expires_at", "oauth_tokens", ["expires_at"], unique=False)
    op.create_index(op.f("ix_oauth_tokens_key_id"), "oauth_tokens", ["key_id"], unique=False)
    op.create_table(
        "one_time_links",
        sa.Column("link_hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("member_id", Id, nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("kind IN ('confirm', 'invite', 'reset', 'admin')", name=op.f("ck_one_time_links_kind")),
        sa.ForeignKeyConstraint(["member_id"], ["members.member_id"], name=op.f("fk_one_time_links_member_id_members")),
        sa.PrimaryKeyConstraint("link_hash", name=op.f("pk_one_time_links")),
    )
    op.create_index(op.f("ix_one_time_links_member_id"), "one_time_links", ["member_id"], unique=False)
    op.create_table(
        "recovery_codes",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("member_id", Id, nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["members.member_id"], name=op.f("fk_recovery_codes_member_id_members")),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_recovery_codes")),
    )
    op.create_index(op.f("ix_recovery_codes_member_id"), "recovery_codes", ["member_id"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("session_id", Id, nullable=False),
        sa.Column("member_id", Id, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_seen_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("second_factor_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["members.member_id"], name=op.f("fk_sessions_member_id_members")),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sessions_token_hash")),
    )
    op.create_index(op.f("ix_sessions_member_id"), "sessions", ["member_id"], unique=False)


def downgrade() -> None:
    for table in (
        "sessions",
        "recovery_codes",
        "one_time_links",
        "oauth_tokens",
        "verifications",
        "notices",
        "members",
        "company_keys",
        "addresses",
        "companies",
        "mails",
    ):
        op.drop_table(table)
