"""What an upgrade of the program will do to a home, told before it is done."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.upkeep import HEAD, Effect, MigrationStep
from kernel.errors import Invalid, PifaError
from pifa.analysis import why_cut_anew
from pifa.backups.take import BackupNote, last_backup
from pifa.wiring import Installation
from search_engine.port import EngineAway

# What each effect means to those who wait, by database. SQLite has one writer, PostgreSQL locks of tables.
WORDS: dict[Effect, tuple[str, str]] = {
    Effect.CREATE: ("新表 {table}", "新表 {table}"),
    Effect.COLUMN: ("{table} 加列，不动已有的行", "{table} 加列，不动已有的行"),
    Effect.REWRITE: (
        "{table} 整表重建一次（{rows} 行），期间不能写",
        "{table} 改列的类型（{rows} 行），可能整表重写，期间该表不能读写",
    ),
    Effect.CHECK: ("{table} 加约束", "{table} 加约束，逐行检查（{rows} 行），期间该表不能读写"),
    Effect.INDEX: ("{table} 建索引（{rows} 行），期间不能写", "{table} 建索引（{rows} 行），期间该表不能写"),
    Effect.ROWS: ("写入 {table} 的行", "写入 {table} 的行"),
    Effect.DROP: ("删去表 {table}", "删去表 {table}"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStep:
    """A migration, with what it does in words."""

    step: MigrationStep
    effects: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UpgradePlan:
    """``standing`` None: nobody has opened the record yet, so whoever comes first makes it, and there is nothing to
    upgrade. ``rebuild``: why the index must be built anew, empty when it need not."""

    database: str
    standing: str | None
    head: str
    steps: tuple[PlannedStep, ...]
    rebuild: str
    backup: BackupNote | None
    backup_fresh: bool

    @property
    def anything(self) -> bool:
        return bool(self.steps) or bool(self.rebuild)


def plan_upgrade(site: Installation, *, fresh_hours: int) -> UpgradePlan:
    """Changes nothing; raises ``RecordOfAnotherVersion`` for a record of a newer program."""
    with site.upkeep() as upkeep:
        standing = upkeep.revision()
        missing = upkeep.missing_steps() if standing is not None else ()
        counted: dict[str, int] = {}
        for step in missing:
            for effect, table in step.effects:
                if effect is not Effect.CREATE and table not in counted:
                    counted[table] = upkeep.count(table)
        server = upkeep.dialect == "postgresql"
        steps = tuple(PlannedStep(step=step, effects=_words(step, counted, server=server)) for step in missing)
        database = upkeep.database
    note = last_backup(site.home)
    fresh = note is not None and site.clock.now() - note.at <= fresh_hours * 3_600
    return UpgradePlan(
        database=database, standing=standing, head=HEAD, steps=steps, rebuild=why_rebuild(site), backup=note,
        backup_fresh=fresh,
    )  # fmt: skip


def why_rebuild(site: Installation) -> str:
    """Why the index that is there cannot be used as it is; empty where it can, or where there is none."""
    try:
        if not site.store.exists():
            return ""
        status = site.store.reader().status()
    except (EngineAway, Invalid):  # nothing is known of it: that is no reason to build it anew
        return ""
    except PifaError as error:
        return error.message
    space, wanted = status.vector_space, site.vector_space
    if wanted is not None and (space is None or space.fingerprint != wanted.fingerprint):
        return "向量由另一编码器写入，语义搜索已关闭"
    return why_cut_anew(site.home.analysis_note, generation=status.generation, data=site.data)


def _words(step: MigrationStep, counted: dict[str, int], *, server: bool) -> tuple[str, ...]:
    made = {table for effect, table in step.effects if effect is Effect.CREATE}
    told = [
        WORDS[effect][server].format(table=table, rows=f"{counted.get(table, 0):,}")
        for effect, table in step.effects
        if effect is not Effect.CREATE
    ]
    return ((f"新表 {'、'.join(sorted(made))}", *told) if made else tuple(told)) or ("只登记版本，不改表",)
