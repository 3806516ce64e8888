"""The index's home: generations, the published one, the writer's lock."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from search_engine.embedded.lock import writer_lock
from search_engine.embedded.manifest import MANIFEST_NAME, Manifest, read_manifest, sync_directory, write_manifest
from search_engine.embedded.options import EmbeddedOptions
from search_engine.embedded.reader import EmbeddedEngine
from search_engine.embedded.writer import EmbeddedWriter, create_text_index
from search_engine.port import Ailment, IndexCorrupt, IndexMissing, IndexOfAnotherSchema, VectorSpace
from search_engine.schema import SCHEMA_VERSION

_GENERATION = re.compile(r"g(\d+)")


class EmbeddedStore:
    """Implements ``IndexStore`` in ``home/index``."""

    def __init__(self, home: Path, options: EmbeddedOptions | None = None) -> None:
        self._index_dir = home / "index"
        self._options = options or EmbeddedOptions()

    def exists(self) -> bool:
        """Whether something was ever published here (it may still be refused when opened)."""
        return (self._index_dir / MANIFEST_NAME).exists()

    def reader(self) -> EmbeddedEngine:
        """The published state, opened; raises IndexMissing, IndexCorrupt, IndexOfAnotherSchema."""
        return EmbeddedEngine(self._index_dir, self._options)

    def examine(self) -> Sequence[Ailment]:
        """Nothing: what is wrong with the files is said when they are opened."""
        return ()

    def require_free(self) -> None:
        """Raise WriterBusy while another process writes."""
        self._index_dir.mkdir(parents=True, exist_ok=True)
        with writer_lock(self._index_dir):
            return

    @contextmanager
    def writer(self) -> Iterator[EmbeddedWriter]:
        """The published generation for writing; what was not committed when the block ends is dropped."""
        with writer_lock(self._index_dir):
            manifest = read_manifest(self._index_dir)
            self._sweep(keep=manifest.generation)
            writer = EmbeddedWriter(
                self._index_dir / manifest.generation,
                manifest,
                self._options,
                publish=lambda published: write_manifest(self._index_dir, published),
            )
            try:
                yield writer
            finally:
                writer.close()

    @contextmanager
    def rebuild(self, *, vector_space: VectorSpace | None, expected: int = 0) -> Iterator[EmbeddedWriter]:
        """A new generation; published, with its graph, when the block ends normally, dropped when it raises."""
        with writer_lock(self._index_dir):
            serving = self._serving()
            if serving is not None:
                self._sweep(keep=serving.generation)
            manifest = self._next_manifest(serving, vector_space)
            directory = self._index_dir / manifest.generation
            try:
                create_text_index(directory / "text")
                writer = EmbeddedWriter(directory, manifest, self._options, publish=None, expected=expected)
                try:
                    yield writer
                    if writer.has_uncommitted:
                        writer.commit(feed_cursor=writer.feed_cursor)
                    writer.finish()
                finally:
                    writer.close()
            except BaseException:
                shutil.rmtree(directory, ignore_errors=True)
                raise
            sync_directory(directory)
            write_manifest(self._index_dir, writer.manifest)
            self._sweep(keep=manifest.generation)

    def _serving(self) -> Manifest | None:
        try:
            return read_manifest(self._index_dir)
        except (IndexMissing, IndexCorrupt, IndexOfAnotherSchema):
            return None  # a rebuild is how each of these is mended

    def _next_manifest(self, serving: Manifest | None, vector_space: VectorSpace | None) -> Manifest:
        numbers = [int(found[1]) for path in self._index_dir.iterdir() if (found := _GENERATION.fullmatch(path.name))]
        return Manifest(
            generation=f"g{max(numbers, default=0) + 1:06d}",
            serial=serving.serial if serving else 0,
            schema_version=SCHEMA_VERSION,
            feed_cursor=0,
            next_row=0,
            values=0,
            dead=0,
            postings=(),
            vectors_pending=0,
            vectors_published_row=0,
            graph=None,
            vector_space=vector_space,
        )

    def _sweep(self, *, keep: str) -> None:
        """Remove generations that nothing names: leftovers of a killed rebuild, and the one just replaced."""
        for path in self._index_dir.iterdir():
            if _GENERATION.fullmatch(path.name) and path.name != keep:
                shutil.rmtree(path, ignore_errors=True)
