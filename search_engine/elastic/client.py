"""The connection to the cluster, and what its failures mean to a caller."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from elastic_transport import TlsError
from elasticsearch import (
    ApiError,
    AuthenticationException,
    AuthorizationException,
    ConflictError,
    Elasticsearch,
    NotFoundError,
    TransportError,
)
from elasticsearch.exceptions import SerializationError
from elasticsearch.serializer import OrjsonSerializer

from kernel.errors import Unavailable


class ClusterUnavailable(Unavailable):
    """The cluster cannot be reached, or refuses; the message says which and what to do."""

    code = "engine_unavailable"


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
    secure: dict[str, object] = {"ca_certs": str(connection.ca)} if connection.ca else {}
    if connection.api_key:
        secure["api_key"] = connection.api_key
    elif connection.user:
        secure["basic_auth"] = (connection.user, connection.password)
    return Elasticsearch(
        [address.strip() for address in connection.url.split(",")],
        request_timeout=connection.timeout_s,
        # A node that is gone is left out and tried again later; the same request goes to another one.
        retry_on_timeout=False,
        max_retries=3,
        connections_per_node=connection.connections,
        serializers={"application/json": OrjsonSerializer()},
        **secure,  # type: ignore[arg-type]
    )


@contextmanager
def explained(deed: str) -> Iterator[None]:
    """Turn the client's errors into one clear line; ``deed`` says what was tried. That a thing is not there, or was
    changed by another, is an answer, and passes."""
    try:
        yield
    except (NotFoundError, ConflictError):
        raise
    except (AuthenticationException, AuthorizationException) as error:
        raise ClusterUnavailable(
            f"{deed}：Elasticsearch 拒绝了凭据（HTTP {error.status_code}），请检查密钥与权限"
        ) from error
    except TlsError as error:
        raise ClusterUnavailable(
            f"{deed}：与 Elasticsearch 的 TLS 连接失败，请检查 CA 证书（{error.message}）"
        ) from error
    except SerializationError as error:
        raise ClusterUnavailable(f"{deed}：Elasticsearch 的回答无法读取") from error
    except TransportError as error:
        raise ClusterUnavailable(f"{deed}：连不上 Elasticsearch（{type(error).__name__}: {error.message}）") from error
    except ApiError as error:
        raise ClusterUnavailable(f"{deed}：Elasticsearch 回答 HTTP {error.status_code}（{reason(error)}）") from error


def reason(error: ApiError) -> str:
    """The server's own words, in one line."""
    body = error.body if isinstance(error.body, dict) else {}
    fault = body.get("error", {})
    causes = fault.get("root_cause", []) if isinstance(fault, dict) else []
    first = causes[0] if causes else fault
    return str(first.get("reason", error.message) if isinstance(first, dict) else first or error.message)
