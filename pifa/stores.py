"""Which engine the settings name."""

from __future__ import annotations

from pifa.home import Home
from pifa.settings import Settings
from search_engine.port import IndexStore


def choose_store(settings: Settings, home: Home) -> IndexStore:
    """The index's store; nothing is opened, and a cluster not asked, before it is used."""
    if settings.engine == "embedded":
        from search_engine.embedded import EmbeddedStore

        return EmbeddedStore(home.directory)
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
    )
    return ElasticStore(connection, home.directory, options)
