"""Companies, their people, what proves who is calling, and what they are told."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.adapters.sql.tables.base import Id, Sequence, among, count, flag, metadata, text
from catalog_service.domain.companies.credentials import LinkKind
from catalog_service.domain.companies.members import MEMBER_MACHINE, Language
from catalog_service.domain.companies.verification import VERIFICATION_MACHINE


def moment(name: str) -> sa.Column[int | None]:
    """When something happened, None while it has not."""
    return sa.Column(name, sa.BigInteger)


def digest(name: str) -> sa.Column[str]:
    """SHA-256 of 256 random bits."""
    return sa.Column(name, sa.String(64), nullable=False, unique=True)


companies = sa.Table(
    "companies",
    metadata,
    sa.Column("company_id", Id, primary_key=True),
    text("name"),
    sa.Column("supplier_id", Id, sa.ForeignKey("suppliers.supplier_id"), unique=True),
    sa.Column("default_address_id", Id),
    text("invoice"),  # JSON, empty while there is none
    count("version"),
    count("created_at"),
    count("changed_at"),
    sa.CheckConstraint("version >= 1", name="version"),
)

members = sa.Table(
    "members",
    metadata,
    sa.Column("member_id", Id, primary_key=True),
    sa.Column("company_id", Id, sa.ForeignKey("companies.company_id"), index=True),  # none for staff
    sa.Column("login", sa.String(254), nullable=False, unique=True),
    text("email"),
    text("name"),
    sa.Column("state", sa.String(32), nullable=False),
    text("roles"),  # JSON [role, ...]
    sa.Column("spend_limit_fen", sa.BigInteger),
    sa.Column("language", sa.String(8)),  # none: nobody said
    text("password_hash"),
    text("totp_secret"),
    moment("totp_confirmed_at"),
    count("totp_step"),
    count("version"),
    count("changed_at"),
    sa.CheckConstraint("version >= 1", name="version"),
    sa.CheckConstraint(MEMBER_MACHINE.check(), name="state"),
    sa.CheckConstraint("spend_limit_fen IS NULL OR spend_limit_fen >= 0", name="spend_limit"),
    sa.CheckConstraint(among("language", Language), name="language"),
)

addresses = sa.Table(
    "addresses",
    metadata,
    sa.Column("address_id", Id, primary_key=True),
    sa.Column("company_id", Id, sa.ForeignKey("companies.company_id"), nullable=False, index=True),
    text("recipient"),
    text("phone"),
    text("province"),
    text("city"),
    text("district"),
    text("street"),
    text("postcode"),
    count("version"),
    count("changed_at"),
    sa.CheckConstraint("version >= 1", name="version"),
)

verifications = sa.Table(
    "verifications",
    metadata,
    sa.Column("verification_id", Id, primary_key=True),
    sa.Column("company_id", Id, sa.ForeignKey("companies.company_id"), nullable=False, index=True),
    sa.Column("supplier_id", Id, sa.ForeignKey("suppliers.supplier_id"), nullable=False),
    sa.Column("state", sa.String(32), nullable=False),
    text("documents"),  # JSON [[kind, reference], ...]
    text("submitted_by"),
    count("submitted_at"),
    text("decided_by"),
    moment("decided_at"),
    text("reason"),
    moment("expires_at"),
    count("version"),
    count("changed_at"),
    sa.CheckConstraint("version >= 1", name="version"),
    sa.CheckConstraint(VERIFICATION_MACHINE.check(), name="state"),
    sa.CheckConstraint("state <> 'approved' OR expires_at IS NOT NULL", name="expiry"),
    sa.Index("ix_verifications_state", "state", "expires_at"),  # the queue of the market, and what ends next
)

company_documents = sa.Table(
    "company_documents",
    metadata,
    sa.Column("document_id", Id, primary_key=True),
    sa.Column("company_id", Id, sa.ForeignKey("companies.company_id"), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("media_type", sa.String(32), nullable=False),
    count("size_bytes"),
    text("uploaded_by"),
    count("uploaded_at"),
    sa.CheckConstraint("size_bytes >= 1", name="size_bytes"),
    sa.UniqueConstraint("company_id", "digest"),  # sent twice, a scan is one; of two companies it is two
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("session_id", Id, primary_key=True),
    sa.Column("member_id", Id, sa.ForeignKey("members.member_id"), nullable=False, index=True),
    digest("token_hash"),
    text("agent"),
    count("created_at"),
    count("last_seen_at"),
    count("expires_at"),
    moment("second_factor_at"),
)

one_time_links = sa.Table(
    "one_time_links",
    metadata,
    sa.Column("link_hash", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("member_id", Id, sa.ForeignKey("members.member_id"), index=True),  # none for the first administrator
    count("expires_at"),
    moment("used_at"),
    sa.CheckConstraint(among("kind", LinkKind), name="kind"),
)

recovery_codes = sa.Table(
    "recovery_codes",
    metadata,
    sa.Column("code_hash", sa.String(64), primary_key=True),  # with the member's id, so that codes of two never clash
    sa.Column("member_id", Id, sa.ForeignKey("members.member_id"), nullable=False, index=True),
    moment("used_at"),
)

company_keys = sa.Table(
    "company_keys",
    metadata,
    sa.Column("key_id", Id, primary_key=True),
    sa.Column("company_id", Id, sa.ForeignKey("companies.company_id"), nullable=False, index=True),
    text("name"),
    text("scopes"),  # JSON [scope, ...]
    digest("key_hash"),
    sa.Column("former_hash", sa.String(64), index=True),
    moment("former_until"),
    text("created_by"),
    count("created_at"),
    moment("last_used_at"),
    moment("revoked_at"),
    sa.Column("spend_limit_fen", sa.BigInteger),  # a day; none: no limit
    count("version"),
    sa.CheckConstraint("version >= 1", name="version"),
)

key_spending = sa.Table(
    "key_spending",
    metadata,
    sa.Column("key_id", Id, sa.ForeignKey("company_keys.key_id"), primary_key=True),
    sa.Column("day", sa.BigInteger, primary_key=True, autoincrement=False),  # since 1970, by the clock of China
    count("spent_fen"),
    sa.CheckConstraint("spent_fen >= 0", name="spent_fen"),
)

attempts = sa.Table(
    "attempts",
    metadata,
    sa.Column("kind", sa.String(32), primary_key=True),
    sa.Column("who", sa.String(64), primary_key=True),  # a digest: neither logins nor addresses lie here
    count("began_at"),
    sa.Column("ends_at", sa.BigInteger, nullable=False, index=True),
    count("made"),
    sa.CheckConstraint("made >= 1", name="made"),
)

oauth_tokens = sa.Table(
    "oauth_tokens",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("key_id", Id, sa.ForeignKey("company_keys.key_id"), nullable=False, index=True),
    text("scopes"),
    count("issued_at"),
    count("expires_at"),
    sa.Index("ix_oauth_tokens_expires_at", "expires_at"),
)

notices = sa.Table(
    "notices",
    metadata,
    sa.Column("notice_id", Sequence, primary_key=True, autoincrement=True),
    sa.Column("company_id", Id, sa.ForeignKey("companies.company_id"), nullable=False),
    sa.Column("kind", sa.String(64), nullable=False),
    sa.Column("subject_id", Id, nullable=False),
    text("text"),
    text("roles"),  # JSON [role, ...]: whose holders get a mail
    count("created_at"),
    moment("read_at"),
    flag("mailed"),  # False while its mails are not put in yet
    sa.Index("ix_notices_company", "company_id", "notice_id"),
    sqlite_autoincrement=True,
)
_unmailed = sa.text("NOT mailed")
sa.Index("ix_notices_unmailed", notices.c.notice_id, sqlite_where=_unmailed, postgresql_where=_unmailed)

mails = sa.Table(
    "mails",
    metadata,
    sa.Column("mail_id", Sequence, primary_key=True, autoincrement=True),
    sa.Column("dedupe", sa.String(200), nullable=False, unique=True),
    text("recipient"),
    text("subject"),
    text("body"),  # emptied once it is sent or given up: it may hold a one-time link
    count("created_at"),
    count("attempts"),
    moment("due_at"),  # none once it is sent or given up
    moment("sent_at"),
    text("failure"),
    sqlite_autoincrement=True,
)
_waiting = mails.c.due_at.is_not(None)
sa.Index("ix_mails_waiting", mails.c.due_at, sqlite_where=_waiting, postgresql_where=_waiting)
