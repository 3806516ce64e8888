"""``NoticeRows`` over SQL, and the mails as their sweeper works them off."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from catalog_service.adapters.sql.companies import SqlCompanyRows, decode_names, encode_names
from catalog_service.adapters.sql.inserts import insert_rows
from catalog_service.adapters.sql.tables import mails, notices
from catalog_service.domain.companies.letters import notice_letter
from catalog_service.domain.companies.members import MemberState
from catalog_service.domain.companies.notices import TEXT_CHARACTERS_MAX, Mail, WaitingMail
from catalog_service.domain.text import clean_line


class SqlNoticeRows:
    """Over one open connection; commits nothing itself."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(
        self,
        *,
        company_id: str,
        kind: str,
        subject_id: str,
        text: str,
        at: int,
        roles: Collection[str] = ("owner",),
    ) -> None:
        row = {
            "company_id": company_id, "kind": kind, "subject_id": subject_id, "created_at": at, "read_at": None,
            "text": clean_line(text)[:TEXT_CHARACTERS_MAX], "roles": encode_names(roles), "mailed": not roles,
        }  # fmt: skip
        insert_rows(self._connection, notices, [row])

    def mark_read(self, company_id: str, *, up_to: int, at: int) -> int:
        which = (notices.c.company_id == company_id, notices.c.notice_id <= up_to, notices.c.read_at.is_(None))
        return self._connection.execute(sa.update(notices).where(*which).values(read_at=at)).rowcount

    def mail(self, mail: Mail, *, at: int) -> None:
        known = sa.select(mails.c.mail_id).where(mails.c.dedupe == mail.dedupe)
        if self._connection.execute(known).first() is not None:
            return
        self._connection.execute(
            sa.insert(mails).values(
                dedupe=mail.dedupe, recipient=mail.recipient, subject=mail.subject, body=mail.body, created_at=at,
                attempts=0, due_at=at, sent_at=None, failure="",
            )
        )  # fmt: skip

    def put_mails_in(self, *, limit: int, at: int, language: str) -> int:
        """Mails in ``language`` for notices that have none yet; how many notices there were."""
        waiting = sa.select(notices).where(sa.text("NOT mailed")).order_by(notices.c.notice_id).limit(limit)
        found = self._connection.execute(waiting).mappings().all()
        for row in found:
            mailed = sa.update(notices).where(notices.c.notice_id == row["notice_id"], sa.text("NOT mailed"))
            if self._connection.execute(mailed.values(mailed=True)).rowcount != 1:
                continue  # another sweeper has it
            wanted = set(decode_names(row["roles"]))
            for member in SqlCompanyRows(self._connection).members(row["company_id"]):
                if member.state is MemberState.ACTIVE and wanted & {str(role) for role in member.roles}:
                    dedupe = f"notice:{row['notice_id']}:{member.member_id}"
                    subject, body = notice_letter(row["text"], language=language)
                    self.mail(Mail(dedupe=dedupe, recipient=member.email, subject=subject, body=body), at=at)
        return len(found)

    def due_mails(self, *, now: int, limit: int) -> Sequence[int]:
        query = (
            sa.select(mails.c.mail_id)
            .where(mails.c.due_at <= now)
            .order_by(mails.c.due_at, mails.c.mail_id)
            .limit(limit)
        )
        return list(self._connection.execute(query).scalars())

    def take_mail(self, mail_id: int, *, now: int, lease: int) -> WaitingMail | None:
        """The mail, held until ``lease``; None when another sweeper was first."""
        taken = sa.update(mails).where(mails.c.mail_id == mail_id, mails.c.due_at <= now).values(due_at=lease)
        if self._connection.execute(taken).rowcount != 1:
            return None
        row = self._connection.execute(sa.select(mails).where(mails.c.mail_id == mail_id)).one()
        mail = Mail(dedupe=row.dedupe, recipient=row.recipient, subject=row.subject, body=row.body)
        return WaitingMail(mail_id=mail_id, mail=mail, attempts=row.attempts, lease=lease)

    def mail_sent(self, waiting: WaitingMail, *, at: int) -> None:
        """Done, by whom it was held or by another meanwhile: sent is sent."""
        self._connection.execute(
            sa.update(mails)
            .where(mails.c.mail_id == waiting.mail_id)
            .values(sent_at=at, due_at=None, body="", attempts=waiting.attempts + 1, failure="")
        )

    def mail_failed(self, waiting: WaitingMail, *, reason: str, due_at: int | None) -> None:
        """To be tried again at ``due_at``; None gives it up."""
        held = (mails.c.mail_id == waiting.mail_id, mails.c.due_at == waiting.lease)
        values = {"attempts": waiting.attempts + 1, "due_at": due_at, "failure": reason[:200]}
        if due_at is None:
            values["body"] = ""
        self._connection.execute(sa.update(mails).where(*held).values(values))
