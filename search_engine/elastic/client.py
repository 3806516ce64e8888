"""The connection to the cluster, and what its failures mean to a caller."""

from __future__ import annotations

import ssl
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from elastic_transport import TlsError
from elasticsearch import (
    ApiError,
    AuthenticationException,
    AuthorizationException,
    ConflictError,
    ConnectionTimeout,
    Elasticsearch,
    NotFoundError,
    TransportError,
)
from elasticsearch import __version__ as CLIENT_VERSION  # noqa: N812
from elasticsearch.exceptions import SerializationError
from elasticsearch.serializer import OrjsonSerializer

from kernel.errors import Invalid
from search_engine.port import EngineAway, EngineRefused


class ClusterUnavailable(EngineAway):
    """The cluster cannot be reached, or refuses; the message says which and, where it is a setting, what mends it."""

    mend = ""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}，请{self.mend}" if self.mend else what)
        self.what = what


class ClusterRefuses(ClusterUnavailable, EngineRefused):
    """The cluster, or we of it, will not go on as things are set."""


class CredentialsRefused(ClusterRefuses):
    """The cluster does not know who asks."""

    code = "engine_credentials_refused"
    mend = "检查 PIFA_ELASTIC_API_KEY（或 PIFA_ELASTIC_USER 与 PIFA_ELASTIC_PASSWORD）"


class PrivilegeMissing(ClusterRefuses):
    """The cluster knows who asks, and does not allow it."""

    code = "engine_privilege_missing"
    mend = "按 ops/elasticsearch/role.json 建角色，索引前缀与 PIFA_ELASTIC_PREFIX 相同"


class CertificateNotTrusted(ClusterRefuses):
    """The cluster's certificate is signed by nobody who is trusted."""

    code = "engine_certificate_not_trusted"
    mend = "把 PIFA_ELASTIC_CA 设为签发集群证书的 CA（PEM 文件）"


class AnotherMajor(ClusterRefuses):
    """Client and server are of different major versions."""

    code = "engine_another_major"
    mend = "安装与服务器主版本相同的 elasticsearch 客户端（8.19 用 requirements/elastic8.txt）"


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """Where the cluster is and how it is entered. ``ca``: a private authority's certificate, in a file."""

    url: str = "http://127.0.0.1:9200"
    api_key: str = ""
    user: str = ""
    password: str = ""
    ca: Path | None = None
    # Longer than any search's own deadline, shorter than a person's patience.
    timeout_s: float = 30.0
    connections: int = 16


def connect(connection: Connection) -> Elasticsearch:
    """A client; nothing is sent yet. Several nodes are given as addresses with commas in between."""
    try:
        return Elasticsearch(
            [address.strip() for address in connection.url.split(",")],
            request_timeout=connection.timeout_s,
            # A node that is gone is left out and tried again later; the same request goes to another one.
            retry_on_timeout=False,
            max_retries=3,
            # A node that is back is used again within so long: while the client still left out two of three, the death
            # of the third would be the end of every request. A look while a node refuses costs one more request.
            max_dead_node_backoff=5.0,
            connections_per_node=connection.connections,
            serializers={"application/json": OrjsonSerializer()},
            **_security(connection),  # type: ignore[arg-type]
        )
    except ValueError as error:
        raise Invalid(f"PIFA_ELASTIC_URL 或凭据的设置不可用（{error}）", parameter="PIFA_ELASTIC_URL") from None


def _security(connection: Connection) -> dict[str, object]:
    """How the server is known, and how we are."""
    secure: dict[str, object] = {}
    if connection.ca:
        secure["ssl_context"] = _trusting(connection.ca)
    if connection.api_key:
        secure["api_key"] = connection.api_key
    elif connection.user:
        # The client's own option takes no character beyond ASCII.
        pair = f"{connection.user}:{connection.password}".encode()
        secure["headers"] = {"authorization": f"Basic {b64encode(pair).decode('ascii')}"}
    return secure


def _trusting(ca: Path) -> ssl.SSLContext:
    """What the system trusts, and a private authority besides."""
    try:
        context = ssl.create_default_context()
        context.load_verify_locations(ca)
    except OSError as error:  # an ssl.SSLError is one too
        why = error.strerror or error
        raise Invalid(f"PIFA_ELASTIC_CA：{ca} 不是可读的 PEM 证书（{why}）", parameter="PIFA_ELASTIC_CA") from None
    return context


def require_same_major(client: Elasticsearch) -> None:
    """Raise AnotherMajor unless a node that answers is of the client's own major version: others refuse what the client
    sends, each request in its own way."""
    with explained("连接集群"):
        answer = client.perform_request(
            "GET",
            "/_nodes/_local/_none",
            params={"filter_path": "nodes.*.version"},
            headers={"accept": "*/*"},  # to anything more exact the client adds its own version, which another refuses
        )
    for node in answer.body["nodes"].values():
        if int(node["version"].split(".")[0]) != CLIENT_VERSION[0]:
            client_version = ".".join(map(str, CLIENT_VERSION))
            raise AnotherMajor(f"Elasticsearch 是 {node['version']}，客户端是 {client_version}：主版本必须相同")


@contextmanager
def explained(deed: str) -> Iterator[None]:
    """Turn the client's errors into one clear line; ``deed`` says what was tried. That a thing is not there, or was
    changed by another, is an answer, and passes."""
    try:
        yield
    except (NotFoundError, ConflictError):
        raise
    except AuthenticationException as error:
        raise CredentialsRefused(f"{deed}：Elasticsearch 拒绝了凭据（HTTP 401）") from error
    except AuthorizationException as error:
        refusal = _refused(error)
        raise refusal(f"{deed}：Elasticsearch 不允许（HTTP 403，{reason(error)}）") from error
    except TlsError as error:
        raise CertificateNotTrusted(f"{deed}：Elasticsearch 的 TLS 证书不可信") from error
    except SerializationError as error:
        raise ClusterUnavailable(f"{deed}：Elasticsearch 的回答无法读取") from error
    except ConnectionTimeout as error:
        raise ClusterUnavailable(f"{deed}：Elasticsearch 没有按时回答") from error
    except TransportError as error:
        raise ClusterUnavailable(f"{deed}：连不上 Elasticsearch（{type(error).__name__}: {error.message}）") from error
    except ApiError as error:
        raise ClusterUnavailable(f"{deed}：Elasticsearch 回答 HTTP {error.status_code}（{reason(error)}）") from error


def _refused(error: AuthorizationException) -> type[ClusterUnavailable]:
    """An index that is closed for writes answers as if it were a question of privileges."""
    return ClusterUnavailable if error.message == "cluster_block_exception" else PrivilegeMissing


def whole(deed: str, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """The answer, when every shard that was asked gave all of its own."""
    shards = answer["_shards"]
    if answer.get("timed_out"):
        raise ClusterUnavailable(f"{deed}：Elasticsearch 没有按时回答完")
    if shards["failed"]:
        raise ClusterUnavailable(f"{deed}：{shards['total']} 个分片中有 {shards['failed']} 个没有回答")
    return answer


def reason(error: ApiError) -> str:
    """The server's own words, in one line."""
    body = error.body if isinstance(error.body, dict) else {}
    fault = body.get("error", {})
    causes = fault.get("root_cause", []) if isinstance(fault, dict) else []
    first = causes[0] if causes else fault
    return str(first.get("reason", error.message) if isinstance(first, dict) else first or error.message)
