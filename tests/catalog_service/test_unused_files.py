"""Pictures and scans that nothing names: set aside, read all the same, put back or removed; beside whatever is done."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from catalog_service.adapters.pictures.objects import open_pictures
from catalog_service.domain.offers.bulk import BulkChange
from catalog_service.domain.pictures.values import PictureNotFound, picture_path
from catalog_service.service import DOCUMENTS_NAME, PICTURES_NAME
from catalog_service.use_cases.upkeep.remove_unused_files import (
    ASIDE,
    DAY,
    FILES_AT_ONCE,
    PICTURE_NAME,
    RemoveUnusedFiles,
    Tidied,
)
from kernel.clock import FixedClock
from pifa.backups.files import copy_folder
from tests.catalog_service.house import ADMIN, NOW, draft, ladder, open_house
from tests.catalog_service.test_pictures import picture
from tests.catalog_service.town import Town

WIDTHS = {"red": 2_000, "blue": 1_900, "green": 1_800}  # other pixels, another digest


class Depot:
    """A record whose files are as old as the test's clock says."""

    def __init__(self, home: Path, clock: FixedClock, files_at_once: int = FILES_AT_ONCE) -> None:
        self.home, self.clock, self.files_at_once = home, clock, files_at_once
        self.record = open_house(home, clock=clock, unused_files_days=30, audit_offers=True)
        self.town = Town(self.record, clock)

    def upload(self, colour: str = "red") -> str:
        digest = self.record.pictures.upload(picture(WIDTHS[colour])).digest
        self.age()
        return digest

    def age(self) -> None:
        """Whatever has just been written is of the clock's now."""
        for path in (*(self.home / PICTURES_NAME).rglob("*"), *(self.home / DOCUMENTS_NAME).rglob("*")):
            if path.is_file() and path.stat().st_mtime > self.clock.seconds:
                os.utime(path, (self.clock.seconds, self.clock.seconds))

    def remover(self, name: str = "pictures") -> RemoveUnusedFiles:
        return replace(self.record.remove_unused[name], files_at_once=self.files_at_once)

    def later(self, days: int = 31, **said: Any) -> Tidied:
        self.clock.seconds += days * DAY
        done = self.remover()(**said)
        self.age()
        return done

    def paths(self, name: str = PICTURES_NAME) -> set[str]:
        """Folders that have files."""
        folder = self.home / name
        return {path.relative_to(folder).parts[0] for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(params=[1, FILES_AT_ONCE], ids=["folder_by_folder", "at_once"])
def depot(home: Path, request: pytest.FixtureRequest) -> Iterator[Depot]:
    depot = Depot(home, FixedClock(NOW), request.param)
    yield depot
    depot.record.close()


def counts(done: Tidied) -> tuple[int, int, int]:
    return done.set_aside, done.put_back, done.removed


def test_what_nothing_names_is_set_aside_and_then_removed(depot: Depot) -> None:
    used, unused = depot.upload("red"), depot.upload("blue")
    depot.record.publish_offer(draft=draft(picture=picture_path(used)), request=ADMIN)
    sizes = len(list((depot.home / PICTURES_NAME).rglob(f"{unused}/*")))
    assert counts(depot.later(29)) == (0, 0, 0)
    assert counts(depot.later(2, dry_run=True)) == (sizes, 0, 0)
    assert depot.paths() == {used[:2], unused[:2]}
    assert counts(depot.later(0)) == (sizes, 0, 0)
    assert depot.paths() == {used[:2], "removed"}
    assert depot.record.pictures.read(digest=unused, size=800)  # can be read all the same
    assert counts(depot.later(29)) == (0, 0, 0)
    assert counts(depot.later(2)) == (0, 0, sizes)
    assert depot.paths() == {used[:2]}
    with pytest.raises(PictureNotFound):
        depot.record.pictures.read(digest=unused, size=800)
    assert depot.record.pictures.read(digest=used, size=800)


def test_what_is_named_after_it_was_set_aside_comes_back(depot: Depot) -> None:
    digest = depot.upload()
    depot.later()
    depot.record.publish_offer(draft=draft(picture=picture_path(digest)), request=ADMIN)
    assert depot.later(1).put_back > 0
    assert digest[:2] in depot.paths()
    depot.later(40)
    assert depot.paths() == {digest[:2]}
    assert depot.record.pictures.read(digest=digest, size=800)


def test_each_picture_of_an_offer_is_named(depot: Depot) -> None:
    first, last, gone = (depot.upload(colour) for colour in ("red", "green", "blue"))
    several = {"picture": picture_path(first), "more_pictures": (picture_path(gone), picture_path(last))}
    depot.record.publish_offer(draft=draft(**several), request=ADMIN)
    assert counts(depot.later(99)) == (0, 0, 0)
    fewer = draft(picture=picture_path(first), more_pictures=(picture_path(last),))
    depot.record.revise_offer(draft=fewer, expected_version=None, request=ADMIN)
    depot.later()
    assert depot.paths() == {first[:2], last[:2], "removed"}


def test_what_is_uploaded_again_while_it_is_set_aside_is_new(depot: Depot) -> None:
    digest = depot.upload()
    depot.later()
    assert depot.upload() == digest
    assert depot.paths() == {digest[:2], "removed"}
    assert depot.later(20).set_aside == 0


def test_all_that_keeps_content_keeps_its_pictures(depot: Depot) -> None:
    """What waits for the audit, and what an undone change over many offers would bring back."""
    _, supplier_id = depot.town.seller()
    old, new, waiting = (depot.upload(colour) for colour in ("red", "green", "blue"))

    def content(digest: str) -> Any:
        return draft(picture=picture_path(digest), supplier_id=supplier_id, tiers=ladder((1, 900)))

    depot.record.publish_offer(draft=content(old), request=ADMIN)
    change = BulkChange(dispatch_hours=24)
    plan = depot.record.bulk_edits.plan(seller=supplier_id, offer_ids=["o-1"], change=change)
    depot.record.edit_many.apply(
        seller=supplier_id, offer_ids=["o-1"], change=change, digest=plan.digest, request=ADMIN
    )
    depot.record.revise_offer(draft=content(new), expected_version=None, request=ADMIN)
    depot.record.revise_offer(draft=content(waiting), expected_version=None, seller=supplier_id, request=ADMIN)
    assert counts(depot.later(99)) == (0, 0, 0)


def test_a_scan_without_a_row_goes_and_a_company_s_own_stays(depot: Depot) -> None:
    seller, _ = depot.town.seller()
    document_id = depot.town.scan(seller)
    stray = depot.record.people.documents.checker.check(picture(WIDTHS["blue"]))
    depot.record.people.documents.store.put(f"{stray.digest[:2]}/{stray.digest}", stray.content)
    depot.age()
    remove = depot.remover("documents")
    depot.clock.seconds += 31 * DAY
    assert counts(remove()) == (1, 0, 0)
    depot.age()
    depot.clock.seconds += 31 * DAY
    assert counts(remove()) == (0, 0, 1)
    assert depot.record.people.documents.read(document_id, company_id=seller.company_id)[1]
    assert "removed" not in depot.paths(DOCUMENTS_NAME)


def test_an_offer_that_names_it_while_the_files_are_listed_keeps_it(depot: Depot) -> None:
    """The record is read after the list: what was named in between counts."""
    digest = depot.upload()
    depot.clock.seconds += 31 * DAY
    remove = depot.remover()

    def used(first: str, last: str) -> Any:
        depot.record.publish_offer(draft=draft(picture=picture_path(digest)), request=ADMIN)
        return remove.used(first, last)

    assert counts(replace(remove, used=used)()) == (0, 0, 0)


def test_an_upload_is_not_touched_before_its_row_is_there(depot: Depot) -> None:
    depot.clock.seconds += 31 * DAY
    depot.upload()
    assert counts(depot.remover()()) == (0, 0, 0)


def test_what_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    store = open_pictures(tmp_path)
    for key in ("notes.txt", "ab/short/800.webp", f"ab/{'a' * 64}", f"ab/{'c' * 64}/800.webp"):
        store.put(key, b"x")
    remove = RemoveUnusedFiles(
        store=store, clock=FixedClock(2**40), used=lambda *_: frozenset(), name=PICTURE_NAME, grace_days=1
    )  # fmt: skip
    assert counts(remove()) == (0, 0, 0)
    assert len(list(store.listed())) == 4


def test_memory_holds_a_few_folders_whatever_there_is(tmp_path: Path) -> None:
    """What is held is what the record is asked for at once: here two files at least, and whole folders."""
    store = open_pictures(tmp_path)
    digests = [folder + "0" * 62 for folder in ("00", "3a", "3b", "a0", "ff")]
    for digest in digests:
        store.put(f"{digest[:2]}/{digest}/800.webp", b"x")
    store.put(f"{ASIDE}3a/{digests[1]}/800.webp", b"x")
    asked: list[tuple[str, str]] = []

    def used(first: str, last: str) -> Any:
        asked.append((first, last))
        return {digest for digest in digests if first <= digest[:2] <= last}

    remove = RemoveUnusedFiles(
        store=store, clock=FixedClock(2**40), used=used, name=PICTURE_NAME, grace_days=1, files_at_once=2
    )  # fmt: skip
    done = remove()
    assert asked == [("00", "3a"), ("3b", "a0"), ("a1", "ff")]
    assert (done.looked_at, counts(done)) == (6, (0, 0, 1))  # the one aside is where it belongs, too


def test_the_record_names_files_range_by_range_as_it_names_all(depot: Depot) -> None:
    digests = {depot.upload(colour) for colour in WIDTHS}
    for number, digest in enumerate(sorted(digests)):
        depot.record.publish_offer(draft=draft(offer_id=f"o-{number}", picture=picture_path(digest)), request=ADMIN)
    used = depot.remover().used
    assert used("00", "ff") == digests
    for digest in digests:
        first = digest[:2]
        assert used(first, first) == {each for each in digests if each[:2] == first}
        assert used("00", first) | used(first, "ff") == digests


def test_zero_days_keep_everything(depot: Depot) -> None:
    depot.upload()
    keeping = replace(depot.remover(), grace_days=0)
    depot.clock.seconds += 999 * DAY
    assert keeping() == Tidied()


def test_a_backup_has_what_is_set_aside_under_its_hands(depot: Depot, tmp_path: Path) -> None:
    """A picture leaves its place when the copy has listed it and not come to it."""
    digests = sorted(depot.upload(colour) for colour in ("red", "blue"))
    depot.clock.seconds += 31 * DAY
    copied = []
    for path, _ in copy_folder(depot.home / PICTURES_NAME, tmp_path / "copy"):
        if not copied:
            depot.remover()()
        copied.append(path)
    kept = open_pictures(tmp_path / "copy")
    for digest in digests:
        key = f"{digest[:2]}/{digest}/800.webp"
        assert kept.get(key) or kept.get(ASIDE + key)
