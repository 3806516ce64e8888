"""Pictures and scans that nothing names any more: set aside first, removed a while later."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from catalog_service.ports.pictures import PictureStore, StoredFile
from kernel.clock import Clock

ASIDE = "removed/"  # beside the folders named by hexadecimal digits
DAY = 86_400
FOLDERS = [f"{number:02x}" for number in range(256)]  # each has what its digits begin the digest of
# Some 20 MB of memory; the record is read through once for each so many, so most sites read it once a day.
FILES_AT_ONCE = 50_000
# What else may lie in the same bucket is not ours to remove.
PICTURE_NAME = re.compile(r"([0-9a-f]{2})/(?P<digest>\1[0-9a-f]{62})/[0-9]+\.webp")
SCAN_NAME = re.compile(r"([0-9a-f]{2})/(?P<digest>\1[0-9a-f]{62})")


@dataclass(slots=True, kw_only=True)
class Tidied:
    """How many files and bytes, and which; of a dry run what would be."""

    looked_at: int = 0
    set_aside: int = 0
    put_back: int = 0
    removed: int = 0
    removed_bytes: int = 0
    names: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFiles:
    """``PictureStore`` over one whose unused files are set aside: what is asked for after all is found there, and
    putting it again puts it where it belongs."""

    store: PictureStore

    def put(self, key: str, content: bytes) -> None:
        self.store.put(key, content)

    def get(self, key: str) -> bytes | None:
        content = self.store.get(key)
        return self.store.get(ASIDE + key) if content is None else content

    def listed(self, folder: str = "") -> Iterator[StoredFile]:
        return self.store.listed(folder)

    def remove(self, key: str) -> None:
        self.store.remove(key)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveUnusedFiles:
    """``used`` gives the digests that the record names, of those that begin with two digits from the first to the last
    asked for; ``name`` says which files are such and where their digest stands. Memory holds ``files_at_once`` and a
    folder, of two hundred and fifty-six. Safe beside uploads and deeds:

    - what was put less than ``grace_days`` ago is not looked at, so an upload whose row is not there yet is left alone;
    - the record is read after the list of files, so whatever was named before a file is set aside counts;
    - what is set aside can still be read, and comes back at the next turn when something names it by then;
    - only what nothing named for another ``grace_days`` is removed.

    Nothing is ever in neither place: it is put into the one before it leaves the other, as a backup needs it, too."""

    store: PictureStore
    clock: Clock
    used: Callable[[str, str], Collection[str]]
    name: re.Pattern[str]
    grace_days: int
    files_at_once: int = FILES_AT_ONCE

    def __call__(self, *, dry_run: bool = False) -> Tidied:
        """``grace_days`` 0: nothing is ever removed."""
        done = Tidied()
        if self.grace_days <= 0:
            return done
        before = self.clock.now() - self.grace_days * DAY
        for first, last, files in self._listed():
            self._tidy(files, self.used(first, last), before, done, dry_run)
        return done

    def _listed(self) -> Iterator[tuple[str, str, list[StoredFile]]]:
        """Files from a first to a last folder, with those set aside; whole folders."""
        first, files = FOLDERS[0], list[StoredFile]()
        for folder, following in pairwise([*FOLDERS, ""]):
            files += self.store.listed(folder)
            files += self.store.listed(ASIDE + folder)
            if files and (len(files) >= self.files_at_once or not following):
                yield first, folder, sorted(files, key=lambda file: file.key)
                first, files = following, []

    def _tidy(
        self, files: Sequence[StoredFile], used: Collection[str], before: float, done: Tidied, dry_run: bool
    ) -> None:
        there = {each.key for each in files}
        for each in files:
            key = each.key.removeprefix(ASIDE)
            found = self.name.fullmatch(key)
            if found is None:
                continue
            done.looked_at += 1
            old, named = each.put_at < before, found["digest"] in used
            if key == each.key:
                if old and not named:
                    self._set_aside(each, done, dry_run)
            elif named and key not in there:
                self._put_back(each, key, done, dry_run)
            elif old:  # it is where it belongs, or nothing has named it since
                self._remove(each, done, dry_run)

    def _set_aside(self, file: StoredFile, done: Tidied, dry_run: bool) -> None:
        done.set_aside += 1
        done.names.append(file.key)
        content = None if dry_run else self.store.get(file.key)
        if content is not None:
            self.store.remove(ASIDE + file.key)  # of a former time: the grace begins now
            self.store.put(ASIDE + file.key, content)
            self.store.remove(file.key)

    def _put_back(self, file: StoredFile, key: str, done: Tidied, dry_run: bool) -> None:
        done.put_back += 1
        content = None if dry_run else self.store.get(file.key)
        if content is not None:
            self.store.put(key, content)

    def _remove(self, file: StoredFile, done: Tidied, dry_run: bool) -> None:
        done.removed += 1
        done.removed_bytes += file.size_bytes
        done.names.append(file.key)
        if not dry_run:
            self.store.remove(file.key)
