"""What every door shares, on an application of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any

import httpx
import pytest
import structlog
from fastapi import APIRouter, Depends, FastAPI, Query
from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient

from kernel.errors import Conflict, Denied, Invalid, NotFound, PifaError, Unavailable
from kernel.principal import ANONYMOUS, Principal
from web.app import build_app
from web.authentication import Administrator, Caller
from web.language import language_of
from web.options import WebOptions
from web.parameters import strict_query
from web.problem import MEDIA_TYPE, STATUS_OF_KIND, Problem
from web.reader import Words

RAISED: dict[str, PifaError] = {
    "invalid": Invalid("数量不对", parameter="quantity", detail={"low": 1, "status": "not the status"}),
    "not-found": NotFound("没有"),
    "denied": Denied("不行", detail={"anonymous": False}),
    "denied-anonymous": Denied("不行", detail={"anonymous": True}),
    "conflict": Conflict("冲突"),
    "unavailable": Unavailable("忙"),
    "version": Conflict("旧了", code="version_mismatch"),
}
STATUSES = {
    "invalid": 400, "not-found": 404, "denied": 403, "denied-anonymous": 401, "conflict": 409, "unavailable": 503,
    "version": 412,
}  # fmt: skip


class OneKey:
    """Knows one administrator and one clerk."""

    def authenticate(self, *, authorization: str | None) -> Principal:
        if authorization is None:
            return ANONYMOUS
        known = {"Bearer admin": "admin", "Bearer clerk": "clerk"}
        if authorization not in known:
            raise Denied("密钥不对", code="wrong_credential", parameter="Authorization")
        return Principal(member_id=known[authorization], roles=frozenset({known[authorization]}))


class Thing(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    count: int


class Explained(BaseModel):
    because: Words
    name: str


def routes() -> APIRouter:
    router = APIRouter()

    @router.get("/api/raise/{name}")
    def raising(name: str) -> None:
        raise RAISED[name]

    @router.get("/api/bug")
    def bug() -> None:
        raise RuntimeError("the password is swordfish")

    @router.get("/api/items/{item_id}")
    def item(item_id: int) -> dict[str, int]:
        return {"item": item_id}

    @router.get(
        "/api/search",
        dependencies=[Depends(strict_query(single=["q", "size"], repeated=["place"], prefixes=["attr."]))],
    )
    def search(q: str = "", size: Annotated[int, Query(ge=1, le=100)] = 20) -> dict[str, Any]:
        return {"q": q, "size": size}

    @router.post("/api/things")
    def thing(body: Thing) -> dict[str, int]:
        return {"count": body.count}

    @router.post("/api/bytes")
    async def taken(request: Request) -> dict[str, int]:
        return {"bytes": len(await request.body())}

    @router.get("/api/words")
    def words() -> Explained:
        return Explained(because="公开阶梯价：100 件", name="取消")

    @router.get("/api/me")
    def me(principal: Caller) -> dict[str, Any]:
        return {"member": principal.member_id, "anonymous": principal.anonymous}

    @router.get("/api/admin")
    def admin(principal: Administrator) -> dict[str, Any]:
        return {"member": principal.member_id}

    @router.get("/api/long")
    def long() -> dict[str, str]:
        return {"text": "长" * 5_000}

    @router.get("/page")
    def page() -> None:
        raise NotFound("没有这一页")

    return router


Build = Callable[..., TestClient]


@pytest.fixture
def build() -> Build:
    def make(*, readiness: Any = None, error_page: Any = None, **options: Any) -> TestClient:
        options.setdefault("access_log", False)
        app = build_app(
            title="door", routers=[routes()], authenticator=OneKey(), options=WebOptions(**options),
            readiness=readiness, error_page=error_page, new_id=lambda: "id-of-request",
        )  # fmt: skip
        return TestClient(app, raise_server_exceptions=False)

    return make


@pytest.fixture
def client(build: Build) -> TestClient:
    return build()


@pytest.mark.parametrize("name", RAISED)
def test_every_kind_of_error_is_a_problem_with_its_status(client: TestClient, name: str) -> None:
    answer = client.get(f"/api/raise/{name}")
    assert answer.status_code == STATUSES[name]
    assert answer.headers["content-type"] == MEDIA_TYPE
    body = answer.json()
    assert body["status"] == STATUSES[name]
    assert body["type"] == f"urn:pifa:problem:{RAISED[name].code}"
    assert (body["detail"], body["code"]) == (RAISED[name].message, RAISED[name].code)
    assert (body["instance"], body["request_id"]) == (f"/api/raise/{name}", "id-of-request")
    assert body.get("parameter") == RAISED[name].parameter
    assert "anonymous" not in body
    assert ("WWW-Authenticate" in answer.headers) is (STATUSES[name] == 401)
    assert ("Retry-After" in answer.headers) is (STATUSES[name] == 503)


def test_the_table_knows_every_kind_of_the_kernel() -> None:
    assert set(STATUS_OF_KIND) == set(PifaError.__subclasses__())


def test_facts_of_an_error_never_overwrite_the_members_of_the_problem(client: TestClient) -> None:
    body = client.get("/api/raise/invalid").json()
    assert (body["status"], body["low"]) == (400, 1)


def test_a_bug_answers_500_without_a_leak_and_the_log_has_it_under_the_id(client: TestClient) -> None:
    with structlog.testing.capture_logs() as logs:
        answer = client.get("/api/bug")
    assert (answer.status_code, answer.headers["content-type"]) == (500, MEDIA_TYPE)
    assert "swordfish" not in answer.text
    assert "RuntimeError" not in answer.text
    assert answer.json()["request_id"] == "id-of-request"
    assert answer.headers["X-Request-Id"] == "id-of-request"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert [(entry["event"], entry["request_id"]) for entry in logs] == [("unexpected_error", "id-of-request")]
    assert "swordfish" in str(logs[0]["exc_info"])


@pytest.mark.parametrize(
    ("path", "status", "code", "parameter"),
    [
        ("/api/items/x", 400, "invalid", "item_id"),
        ("/api/search?size=0", 400, "invalid", "size"),
        ("/api/search?size=ten", 400, "invalid", "size"),
        ("/api/search?sise=10", 400, "unknown_parameter", "sise"),
        ("/api/search?q=a&q=b", 400, "repeated_parameter", "q"),
        ("/api/search?attr=1", 400, "unknown_parameter", "attr"),
        ("/api/nowhere", 404, "not_found", None),
        ("/api/search?q=" + "x" * 9_000, 414, "address_too_long", "q"),
    ],
)
def test_a_bad_address_is_a_clear_problem(
    client: TestClient, path: str, status: int, code: str, parameter: str | None
) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, MEDIA_TYPE)
    assert (answer.json()["code"], answer.json().get("parameter")) == (code, parameter)


def test_a_near_name_is_suggested(client: TestClient) -> None:
    body = client.get("/api/search?sise=10").json()
    assert body["detail"] == "不认识的参数“sise”，是不是 size？"
    assert body["known"] == ["place", "q", "size"]


def test_repeated_values_prefixes_and_campaign_marks_pass(client: TestClient) -> None:
    answer = client.get("/api/search?q=a&place=x&place=y&attr.color=red&attr.color=blue&utm_source=z&utm_source=z")
    assert answer.json() == {"q": "a", "size": 20}


def test_another_method_is_405_with_what_is_allowed(client: TestClient) -> None:
    answer = client.delete("/api/search")
    assert (answer.status_code, answer.headers["Allow"], answer.json()["code"]) == (405, "GET", "method_not_allowed")


@pytest.mark.parametrize(
    ("content", "parameter", "reason"),
    [
        (b"{", None, "请求体不是有效的 JSON"),
        (b'{"count": "1"}', "count", "count：必须是整数"),
        (b"{}", "count", "count：缺少必填项"),
        (b'{"count": 1, "extra": 2}', "extra", "extra：不认识的参数或字段"),
    ],
)
def test_a_bad_body_is_a_400_that_names_the_field(
    client: TestClient, content: bytes, parameter: str | None, reason: str
) -> None:
    answer = client.post("/api/things", content=content, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json().get("parameter"), answer.json()["detail"]) == (400, parameter, reason)


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        (None, "zh"), ("en", "en"), ("en-GB,en;q=0.8", "en"), ("zh-CN,en;q=0.9", "zh"), ("en;q=0.1, zh;q=0.9", "zh"),
        ("fr", "zh"), ("fr, en;q=0.2", "en"), ("en;q=0", "zh"), ("*", "zh"), (";;;,,q=", "zh"), ("en;q=x", "zh"),
        ("e" * 10_000, "zh"),
    ],
)  # fmt: skip
def test_the_language_follows_the_callers_preference(accepted: str | None, language: str) -> None:
    assert language_of(accepted) == language


@pytest.mark.parametrize(
    ("path", "chinese", "english"),
    [
        ("/api/nowhere", ("没有找到", "没有这个地址"), ("Not found", "There is nothing at this address")),
        ("/api/search?size=0", ("请求有误", "size：必须不小于 1"), ("Bad request", "size: must be at least 1")),
        (
            "/api/search?sise=10",
            ("请求有误", "不认识的参数“sise”，是不是 size？"),
            ("Bad request", "Unknown parameter “sise”; did you mean size?"),
        ),
        ("/api/bug", ("服务器出错", "服务器内部出错，请凭请求编号联系管理员"),
         ("Server error", "The server failed; please give the request id to the administrator")),
        ("/api/raise/conflict", ("与现状冲突", "冲突"), ("Conflict", "冲突")),  # without English it stays as it is
    ],
)  # fmt: skip
def test_a_problem_comes_in_the_callers_language(
    client: TestClient, path: str, chinese: tuple[str, str], english: tuple[str, str]
) -> None:
    for language, wanted in (("zh", chinese), ("en", english)):
        answer = client.get(path, headers={"Accept-Language": language})
        assert (answer.json()["title"], answer.json()["detail"]) == wanted
        assert answer.headers["Content-Language"] == language
        assert "Accept-Language" in answer.headers["Vary"]
    assert client.get(path).json()["title"] == chinese[0]


def test_every_fault_of_a_body_is_told(client: TestClient) -> None:
    body = client.post("/api/things", json={"count": "1", "more": 2}, headers={"Accept-Language": "en"}).json()
    assert body["detail"] == "count: must be a whole number"
    assert body["errors"] == [
        {"parameter": "count", "detail": "count: must be a whole number"},
        {"parameter": "more", "detail": "more: is not a known parameter or field"},
    ]


def test_an_answer_with_sentences_is_told_and_one_without_depends_on_no_language(client: TestClient) -> None:
    for language, text in (("zh", "公开阶梯价：100 件"), ("en", "Public price tier: 100 pcs")):
        answer = client.get("/api/words", headers={"Accept-Language": language})
        assert answer.json() == {"because": text, "name": "取消"}
        assert answer.headers["Content-Language"] == language
        assert "Accept-Language" in answer.headers["Vary"]
    plain = client.get("/api/me", headers={"Accept-Language": "en"})
    assert "Content-Language" not in plain.headers
    assert "Accept-Language" not in plain.headers.get("Vary", "")


def test_a_sane_request_id_is_kept_and_another_is_replaced(client: TestClient) -> None:
    assert (
        client.get("/health/live", headers={"X-Request-Id": "trace-12345678"}).headers["X-Request-Id"]
        == "trace-12345678"
    )
    for bad in ("short", "x" * 65, "with space here", "<script>alert"):
        assert client.get("/health/live", headers={"X-Request-Id": bad}).headers["X-Request-Id"] == "id-of-request"


def test_every_answer_carries_the_security_headers(build: Build) -> None:
    client = build(https=True)
    for path in ("/health/live", "/api/nowhere", "/api/bug"):
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe-inline" not in policy
        assert "default-src 'self'" in policy
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert "Strict-Transport-Security" not in build().get("/health/live").headers


def test_the_caller_is_known_by_its_key_and_a_wrong_key_is_never_anonymous(client: TestClient) -> None:
    assert client.get("/api/me").json() == {"member": None, "anonymous": True}
    assert client.get("/api/me", headers={"Authorization": "Bearer clerk"}).json() == {
        "member": "clerk",
        "anonymous": False,
    }
    assert client.get("/api/me", headers={"Authorization": "Bearer x"}).status_code == 401
    assert client.get("/api/admin").status_code == 401
    assert client.get("/api/admin", headers={"Authorization": "Bearer clerk"}).status_code == 403
    assert client.get("/api/admin", headers={"Authorization": "Bearer admin"}).json() == {"member": "admin"}


def test_a_body_beyond_the_limit_is_refused_declared_or_streamed(build: Build) -> None:
    client = build(body_bytes_max=1_000)
    assert client.post("/api/bytes", content=b"x" * 1_000).json() == {"bytes": 1_000}
    assert client.post("/api/bytes", content=b"x" * 1_001).json()["code"] == "body_too_large"

    async def streamed() -> httpx.Response:
        async def parts() -> AsyncIterator[bytes]:
            for _ in range(11):
                yield b"x" * 100

        transport = httpx.ASGITransport(app=client.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://door") as streaming:
            return await streaming.post("/api/bytes", content=parts())

    # In a thread of its own: a browser test in the same process may hold this one's loop.
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(asyncio.run, streamed()).result()
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


def test_a_forged_length_is_refused(client: TestClient) -> None:
    for length in ("-1", "x", "9" * 40):
        assert client.post("/api/bytes", content=b"x", headers={"Content-Length": length}).status_code == 413


def test_a_caller_beyond_its_allowance_is_told_when_to_come_back(build: Build) -> None:
    client = build(rate_limit="3/minute")
    remaining = [client.get("/api/me").headers["RateLimit-Remaining"] for _ in range(3)]
    assert remaining == ["2", "1", "0"]
    refused = client.get("/api/me")
    assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
    assert refused.headers["RateLimit-Policy"] == "3;w=60"
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert client.get("/api/me", headers={"Authorization": "Bearer admin"}).status_code == 200
    assert client.get("/health/live").status_code == 200


def test_limits_are_off_unless_set(client: TestClient) -> None:
    assert not [name for name in client.get("/api/me").headers if name.lower().startswith("ratelimit")]


def test_long_answers_are_packed_for_those_who_can_unpack(client: TestClient) -> None:
    packed = client.get("/api/long", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) < 1_000
    assert packed.json() == {"text": "长" * 5_000}
    assert "Content-Encoding" not in client.get("/api/long", headers={"Accept-Encoding": "identity"}).headers


def test_requests_are_counted_by_route_template_and_never_by_path(client: TestClient) -> None:
    for number in range(3):
        client.get(f"/api/items/{number}")
    client.get("/api/unknown-1")
    client.request("BREW", "/api/me")
    text = client.get("/metrics").text
    assert 'pifa_http_request_seconds_count{method="GET",route="/api/items/{item_id}",status="200"} 3.0' in text
    assert 'pifa_http_request_seconds_count{method="GET",route="unmatched",status="404"} 1.0' in text
    assert 'method="OTHER"' in text
    assert "unknown-1" not in text
    assert "BREW" not in text


def test_readiness_names_what_is_not_ready(build: Build) -> None:
    def broken() -> str | None:
        raise OSError("a path that callers must not see")

    client = build(readiness={"record": lambda: None, "index": lambda: "还没有索引", "encoder": broken})
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["faults"]) == (503, {"index": "还没有索引", "encoder": "OSError"})
    assert build(readiness={"record": lambda: None}).get("/health/ready").json()["status"] == "ready"
    assert client.get("/health/live").json() == {"status": "live"}


def test_a_browser_gets_the_page_of_an_error_and_a_client_the_problem(build: Build) -> None:
    def page(request: Request, problem: Problem) -> Response:
        return Response(f"<h1>{problem.title}</h1>", status_code=problem.status, media_type="text/html")

    client = build(error_page=page)
    browser = {"Accept": "text/html,*/*"}
    assert client.get("/page", headers=browser).text == "<h1>没有找到</h1>"
    assert client.get("/page").headers["content-type"] == MEDIA_TYPE
    assert client.get("/api/nowhere", headers=browser).headers["content-type"] == MEDIA_TYPE


def test_the_access_log_has_one_line_a_request_without_what_was_searched(build: Build) -> None:
    client = build(access_log=True)
    with structlog.testing.capture_logs() as logs:
        client.get("/api/search?q=secret")
        client.get("/health/live")
    assert [(entry["event"], entry["path"], entry["status"]) for entry in logs] == [("request", "/api/search", 200)]
    assert "secret" not in str(logs)


def test_the_contract_tells_of_problems(client: TestClient) -> None:
    app = client.app
    assert isinstance(app, FastAPI)
    paths = app.openapi()["paths"]
    assert MEDIA_TYPE in paths["/api/search"]["get"]["responses"]["default"]["content"]
