"""Which engine the settings name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kernel.errors import Unavailable
from pifa.home import Home
from pifa.settings import Settings
from search_engine.port import IndexStore

if TYPE_CHECKING:  # the client takes a quarter of a second to import, which the embedded engine need not wait for
    from search_engine.elastic import ElasticSnapshots, ElasticStore


class NotSnapshotted(Unavailable):
    """The engine in use has no snapshots; the message says what there is instead."""

    code = "not_snapshotted"


def choose_store(settings: Settings, home: Home) -> IndexStore:
    """The index's store; nothing is opened, and a cluster not asked, before it is used."""
    if settings.engine == "embedded":
        from search_engine.embedded import EmbeddedStore

        return EmbeddedStore(home.directory)
    return _elastic_store(settings, home)


def choose_snapshots(settings: Settings, home: Home) -> ElasticSnapshots:
    """Snapshots in the repository that the settings name; raises NotSnapshotted for the embedded engine."""
    if settings.engine == "embedded":
        raise NotSnapshotted(
            f"内嵌引擎的索引是 {home.index} 里的文件：停下服务后随数据目录一起复制，或用 pifa rebuild 重建；"
            "快照只用于 PIFA_ENGINE=elastic"
        )
    from search_engine.elastic import ElasticSnapshots, RepositoryOptions

    repository = RepositoryOptions(
        name=settings.elastic_repository,
        type=settings.elastic_repository_type,
        settings=settings.elastic_repository_settings,
    )
    return ElasticSnapshots(_elastic_store(settings, home), repository)


def _elastic_store(settings: Settings, home: Home) -> ElasticStore:
    from search_engine.elastic import Connection, ElasticOptions, ElasticStore

    connection = Connection(
        url=settings.elastic_url,
        api_key=settings.elastic_api_key.get_secret_value(),
        user=settings.elastic_user,
        password=settings.elastic_password.get_secret_value(),
        ca=settings.elastic_ca,
    )
    options = ElasticOptions(
        prefix=settings.elastic_prefix,
        shards=settings.elastic_shards,
        replicas=settings.elastic_replicas,
        vectors=settings.elastic_vectors,
    )
    return ElasticStore(connection, home.directory, options)
