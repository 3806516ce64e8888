"""Where the cluster keeps snapshots: registered when it is not there yet, and what it says in one line each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from elasticsearch import ApiError, BadRequestError, Elasticsearch, NotFoundError

from kernel.errors import Conflict, Invalid, NotFound, Unavailable
from search_engine.elastic.client import explained, reason


class SnapshotMissing(NotFound):
    """The repository holds no snapshot of this name that was made here."""

    code = "snapshot_missing"


class SnapshotNameTaken(Conflict):
    """There is a snapshot of this name."""

    code = "snapshot_name_taken"


class RepositoryUnusable(Unavailable):
    """The cluster cannot use the repository as it is set; the message gives the server's reason and the settings."""

    code = "repository_unusable"


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryOptions:
    """A repository as the cluster knows it: any type that the cluster has, with that type's own settings."""

    name: str = "pifa"
    type: str = "fs"
    settings: Mapping[str, Any] = field(default_factory=lambda: {"location": "pifa"})


_MEND: Final = "PIFA_ELASTIC_REPOSITORY_TYPE 与 PIFA_ELASTIC_REPOSITORY_SETTINGS"


class Repository:
    """Snapshots of one repository, as the server gives them."""

    def __init__(self, client: Elasticsearch, options: RepositoryOptions) -> None:
        self._client = client
        self._options = options
        self._calls = client.snapshot

    def ensure(self) -> None:
        """Register it when the cluster does not know it; raises RepositoryUnusable."""
        name = self._options.name
        try:
            with explained("查看快照仓库"):
                found = self._calls.get_repository(name=name)[name]
        except NotFoundError:
            self._register()
            return
        wanted = {"type": self._options.type, **_as_told(self._options.settings)}
        there = {"type": found["type"], **found["settings"]}
        if any(there.get(key) != value for key, value in wanted.items()):
            raise RepositoryUnusable(
                f"集群里的快照仓库 {name} 是 {there}，设置却是 {wanted}：请改 {_MEND}，或换一个仓库名"
            )

    def all(self) -> Sequence[Mapping[str, Any]]:
        """Oldest first."""
        return self._get("*")

    def one(self, name: str) -> Mapping[str, Any]:
        """Raises SnapshotMissing."""
        with self._named(name):
            return self._get(name)[0]

    def create(self, name: str, *, index: str, metadata: Mapping[str, Any]) -> None:
        """Begin a snapshot of one index, all of its shards or none; raises SnapshotNameTaken, Invalid."""
        with explained("开始快照"), self._named(name):
            self._calls.create(
                repository=self._options.name,
                snapshot=name,
                indices=index,
                include_global_state=False,
                feature_states=["none"],
                partial=False,
                metadata=metadata,
                wait_for_completion=False,
            )

    def shards(self, name: str) -> Mapping[str, int]:
        """How many shards of a running snapshot are how far."""
        with explained("查看快照进度"), self._named(name):
            found = self._calls.status(repository=self._options.name, snapshot=name)
        stages: Mapping[str, int] = found["snapshots"][0]["shards_stats"]
        return stages

    def restore(self, name: str, *, index: str, to: str, settings: Mapping[str, Any]) -> None:
        """Begin to bring an index back under another name."""
        with explained("开始恢复"), self._named(name):
            self._calls.restore(
                repository=self._options.name,
                snapshot=name,
                indices=index,
                include_global_state=False,
                include_aliases=False,
                feature_states=["none"],
                rename_pattern=f"^{index}$",
                rename_replacement=to,
                index_settings=settings,
                wait_for_completion=False,
            )

    def delete(self, name: str) -> None:
        """Raises SnapshotMissing."""
        with explained("删除快照"), self._named(name):
            self._calls.delete(repository=self._options.name, snapshot=name)

    def _get(self, name: str) -> Sequence[Mapping[str, Any]]:
        with explained("查看快照"):
            found = self._calls.get(repository=self._options.name, snapshot=name, sort="start_time")
        return list(found["snapshots"])

    def _register(self) -> None:
        options = self._options
        body = {"type": options.type, "settings": options.settings}
        with explained("登记快照仓库"):
            try:
                self._calls.create_repository(name=options.name, repository=body)
            except ApiError as error:
                if not error.message.startswith("repository_"):
                    raise
                where = "；fs 的目录要在每个节点的 path.repo 之内" if options.type == "fs" else ""
                raise RepositoryUnusable(
                    f"快照仓库 {options.name} 不可用（{reason(error)}）：请检查 {_MEND}{where}"
                ) from error

    @contextmanager
    def _named(self, name: str) -> Iterator[None]:
        """The server's answers about a name."""
        try:
            yield
        except NotFoundError as error:
            if error.message == "snapshot_missing_exception":
                raise SnapshotMissing(
                    f"仓库 {self._options.name} 里没有快照 {name}：pifa snapshot list 列出已有的"
                ) from None
            raise RepositoryUnusable(f"快照仓库 {self._options.name}：{reason(error)}") from None
        except BadRequestError as error:
            match error.message:
                case "snapshot_name_already_in_use_exception":
                    raise SnapshotNameTaken(f"已有名为 {name} 的快照：换一个名字，或先 pifa snapshot delete") from None
                case "invalid_snapshot_name_exception":
                    raise Invalid(f"快照名 {name} 不可用（{reason(error)}）", parameter="name") from None
            raise


def _as_told(settings: Mapping[str, Any]) -> dict[str, str]:
    """Settings as the server gives them back: as strings."""
    return {key: each if isinstance(each, str) else orjson.dumps(each).decode() for key, each in settings.items()}
