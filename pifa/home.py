"""The home directory: where each file of one installation lives."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from kernel.errors import Unavailable

# Room for a database journal and an index commit; below it writing starts to fail midway.
FREE_BYTES_MIN = 200 * 1024 * 1024


class HomeUnusable(Unavailable):
    """The home directory cannot be made or written, or its disk is full."""

    code = "home_unusable"


@dataclass(frozen=True, slots=True)
class Home:
    """Paths under one directory."""

    directory: Path

    @property
    def index(self) -> Path:
        return self.directory / "index"

    @property
    def models(self) -> Path:
        return self.directory / "models"

    @property
    def prepared(self) -> Path:
        return self.directory / "prepared"

    @property
    def admin_key(self) -> Path:
        return self.directory / "admin.key"

    @property
    def mail(self) -> Path:
        """Where mails go when no server is named."""
        return self.directory / "mail"

    @property
    def dead_letters(self) -> Path:
        return self.directory / "dead_letters.jsonl"

    @property
    def secret_key(self) -> Path:
        return self.directory / "secret.key"

    @property
    def analysis_note(self) -> Path:
        """With which dictionaries the index was cut."""
        return self.directory / "analysis.json"

    @property
    def backup_note(self) -> Path:
        """When a backup was last made of this home, and where it was put."""
        return self.directory / "last_backup.json"

    @property
    def backups(self) -> Path:
        """Where a backup goes that nobody named a place for."""
        return self.directory / "backups"

    @property
    def restore_unfinished(self) -> Path:
        """There while a backup is restored: a home that is half of one and half of another serves nobody."""
        return self.directory / "restore.unfinished"

    @property
    def demo_unfinished(self) -> Path:
        """There while ``pifa demo`` fills the record: a run that was killed is taken up by the next one."""
        return self.directory / "demo.unfinished"

    def open(self, *, restoring: bool = False) -> Home:
        """Make the directory; raises ``HomeUnusable`` in one clear line."""
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise HomeUnusable(f"数据目录 {self.directory} 无法建立：{error.strerror}") from None
        if self.restore_unfinished.exists() and not restoring:
            raise HomeUnusable(f"数据目录 {self.directory} 的恢复没有做完，请再次运行 pifa restore --replace")
        if not os.access(self.directory, os.W_OK):
            raise HomeUnusable(f"数据目录 {self.directory} 不可写")
        free = shutil.disk_usage(self.directory).free
        if free < FREE_BYTES_MIN:
            raise HomeUnusable(
                f"磁盘已满：{self.directory} 只剩 {free // 2**20} MB，至少需要 {FREE_BYTES_MIN // 2**20} MB"
            )
        return self

    def secret(self) -> str:
        """The secret that signs cursors and sessions, made once; every process of the home reads the same."""
        path = self.secret_key
        if not path.exists():
            draft = self.directory / f".secret-{secrets.token_hex(8)}"
            draft.touch(mode=0o600)
            draft.write_text(secrets.token_urlsafe(32), "ascii")
            # A link either takes the name whole or finds it taken: no process ever reads half a secret.
            with contextlib.suppress(FileExistsError):
                os.link(draft, path)
            draft.unlink()
        return path.read_text("ascii")
