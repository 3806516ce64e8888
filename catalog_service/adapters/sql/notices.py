"""``NoticeRows`` over SQL, and the mails as their sweeper works them off."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from catalog_service.adapters.sql.companies import decode_names, encode_names
from catalog_service.adapters.sql.ids import IDS, id_parts
from catalog_service.adapters.sql.inserts import as_row, insert_rows
from catalog_service.adapters.sql.tables import mails, members, notices
from catalog_service.domain.companies.letters import notice_letter
from catalog_service.domain.companies.members import MemberState
from catalog_service.domain.companies.notices import TEXT_CHARACTERS_MAX, Mail, WaitingMail
from catalog_service.domain.text import clean_line

_Person = tuple[str, str, str | None, frozenset[str]]  # member, address, language, roles
_unmailed = sa.text("NOT mailed")  # as its index says it
# What another sweeper is at is left to it (SQLite has one writer at a time; the words are left out there).
_UNMAILED = (
    sa.select(notices.c.notice_id, notices.c.company_id, notices.c.text, notices.c.roles)
    .where(_unmailed)
    .order_by(notices.c.notice_id)
    .limit(sa.bindparam("limit"))
    .with_for_update(skip_locked=True)
)
_MAILED = sa.update(notices).where(notices.c.notice_id.in_(IDS)).values(mailed=True)
_ACTIVE = (
    sa.select(members.c.company_id, members.c.member_id, members.c.email, members.c.language, members.c.roles)
    .where(members.c.company_id.in_(IDS), members.c.state == str(MemberState.ACTIVE))
    .order_by(members.c.member_id)
)
# Both databases speak this; of SQLAlchemy's own each has one in its dialect.
_PUT_IN = sa.text(
    "INSERT INTO mails (dedupe, recipient, subject, body, created_at, attempts, due_at, sent_at, failure)"
    " VALUES (:dedupe, :recipient, :subject, :body, :at, 0, :at, NULL, '') ON CONFLICT (dedupe) DO NOTHING"
)
_DUE = (
    sa.select(mails)
    .where(mails.c.due_at <= sa.bindparam("now"))
    .order_by(mails.c.due_at, mails.c.mail_id)
    .limit(sa.bindparam("limit"))
    .with_for_update(skip_locked=True)
)
_HOLD = sa.update(mails).where(mails.c.mail_id.in_(IDS)).values(due_at=sa.bindparam("lease"))
_GIVE_BACK = (
    sa.update(mails)
    .where(mails.c.mail_id == sa.bindparam("key_id"), mails.c.due_at == sa.bindparam("key_lease"))
    .values(due_at=sa.bindparam("due_at"))
)
_SENT = (
    sa.update(mails)
    .where(mails.c.mail_id.in_(IDS))
    .values(sent_at=sa.bindparam("at"), due_at=None, body="", attempts=mails.c.attempts + 1, failure="")
)


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
        self._put_in([mail], at=at)

    def put_mails_in(self, *, limit: int, at: int, language: str) -> int:
        found = self._connection.execute(_UNMAILED, {"limit": limit}).all()
        if not found:
            return 0
        self._connection.execute(_MAILED, {"ids": [row.notice_id for row in found]})
        people = self._people({row.company_id for row in found})
        letters = list[Mail]()
        for notice in found:
            wanted = set(decode_names(notice.roles))
            for member_id, email, reads, roles in people[notice.company_id]:
                if wanted & roles:
                    subject, body = notice_letter(notice.text, language=reads or language)
                    dedupe = f"notice:{notice.notice_id}:{member_id}"
                    letters.append(Mail(dedupe=dedupe, recipient=email, subject=subject, body=body))
        self._put_in(letters, at=at)
        return len(found)

    def take_mails(self, *, limit: int, now: int, lease: int) -> Sequence[WaitingMail]:
        due = self._connection.execute(_DUE, {"now": now, "limit": limit}).all()
        if due:
            self._connection.execute(_HOLD, {"ids": [row.mail_id for row in due], "lease": lease})
        return [
            WaitingMail(
                mail_id=row.mail_id, attempts=row.attempts, due_at=row.due_at, lease=lease,
                mail=Mail(dedupe=row.dedupe, recipient=row.recipient, subject=row.subject, body=row.body),
            )
            for row in due
        ]  # fmt: skip

    def give_mails_back(self, waiting: Sequence[WaitingMail]) -> None:
        rows = [{"key_id": each.mail_id, "key_lease": each.lease, "due_at": each.due_at} for each in waiting]
        if rows:
            self._connection.execute(_GIVE_BACK, rows)

    def mails_sent(self, waiting: Sequence[WaitingMail], *, at: int) -> None:
        self._connection.execute(_SENT, {"ids": [each.mail_id for each in waiting], "at": at})

    def mail_failed(self, waiting: WaitingMail, *, reason: str, due_at: int | None) -> None:
        held = (mails.c.mail_id == waiting.mail_id, mails.c.due_at == waiting.lease)
        values = {"attempts": waiting.attempts + 1, "due_at": due_at, "failure": reason[:200]}
        if due_at is None:
            values["body"] = ""
        self._connection.execute(sa.update(mails).where(*held).values(values))

    def _people(self, company_ids: set[str]) -> dict[str, list[_Person]]:
        """By company, those who may be written to."""
        people: dict[str, list[_Person]] = {company_id: [] for company_id in company_ids}
        for part in id_parts(company_ids):
            for company_id, *person, roles in self._connection.execute(_ACTIVE, {"ids": part}):
                people[company_id].append((*person, frozenset(decode_names(roles))))
        return people

    def _put_in(self, letters: Sequence[Mail], *, at: int) -> None:
        rows = [{**as_row(mail), "at": at} for mail in letters]
        if rows:
            self._connection.execute(_PUT_IN, rows)
