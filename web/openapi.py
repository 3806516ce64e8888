"""The API's description as people read it: how to call it, what each group of addresses is for, an example of every
body and every answer.

FastAPI knows the shapes. An example that the route gives itself stands; of the others one is made of the shape,
with the values that a field of this name has on a real market, so that none says "string".
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping
from typing import Any

import orjson
from fastapi import FastAPI, Request
from starlette.responses import Response

from kernel.errors import Invalid
from web.described import told_document
from web.language import LANGUAGES, language_of, told_in

Schema = Mapping[str, Any]

ABOUT = """搜索不用登录；别的要令牌：`POST /api/v1/auth/sign-in` 换取会话令牌，或者用公司的 API 密钥，
写在 `Authorization: Bearer …` 里。

* 金额是整数分（`*_fen`），时间是 Unix 秒（`*_at`），编号是字符串。
* 每次写操作带一个新的 `Idempotency-Key`：同值重发得到第一次的结果，同值换内容是 422。
* `If-Match` 或 `expected_version` 说明改的是哪一版；别人先改了是 412。
* 翻页用答复里的 `next_cursor`；它有签名，只对同样的条件有效。
* 出错是 `application/problem+json`（RFC 9457）：按 `code` 判断，`detail` 给人看（`Accept-Language: en` 得到英文）。
* 这份描述有中英两种：按 `Accept-Language`，或 `/openapi.json?lang=en`。"""

GROUPS: Mapping[str, str] = {
    "搜索": "货源、搜索建议；同一筛选重复是“或”，不同筛选之间是“且”",
    "推荐": "相似货源，同款（按我的数量从低到高）",
    "类目": "40 个行业、三级类目和属性",
    "商品": "发布、修改、审核、上下架，按数量算价，批量修改",
    "图片": "上传与读取商品图片",
    "库存": "按规格设库存，或者加减",
    "供应商": "供应商资料，混批与满减条件",
    "客户组": "给一组买家的专属价",
    "运费": "按省份和重量的运费模板",
    "购物车": "按供应商分组，下单前的核对，粘贴货号快速下单",
    "订单": "下单、审批、改价、发货、收货、导出、打印",
    "退款": "申请、答复、退货",
    "付款": "付款、对账单、支付机构的通知",
    "提现": "收款账户，把结算的货款提出来",
    "登录": "注册、登录、找回密码、两步验证",
    "公司": "公司资料、成员、地址、发票、认证",
    "密钥": "API 密钥，OAuth2 客户端凭证",
    "通知": "站内通知",
    "市场管理": "市场工作人员：认证审核、人员",
    "平台": "市场工作人员：终止订单、裁决、账本",
    "运行": "存活、就绪、指标",
}
_SHORT = "“速干反光T恤 高亮 阻燃 工厂车间”XL库存 8，少于所需的 15"
# What fields of these names hold; others are made of their type. As on the demo's market.
_VALUES: Mapping[str, Any] = {
    "address_id": "01a22121fca9743c9478253178701ceb", "amount_fen": 63_485, "available": 120,
    "barcode": "6901234567892",
    "because": "公开阶梯价：35 件", "brand": "巨磐", "carrier": "顺丰", "category_id": "160101", "city": "金华",
    "code": "VSB169-M", "company_name": "示例百货商行", "count": 12, "credit_level": 3, "district": "义乌",
    "dispatch_hours": 48, "email": "buyer@buyer.example.com", "highlight": "雪纺<em>连衣裙</em>", "item_code": "VSB169",
    "key": "material", "label": "材质", "login": "buyer@buyer.example.com", "message": _SHORT,
    "min_quantity": 100, "moq": 10, "name": "示例百货商行", "note": "少发了 2 件", "offer_id": "60000896",
    "order_id": "01a2212c72fa7716bb64ac423ceeccbd", "order_number": "261128483726197",
    "origin": "浙江/金华", "out_order_id": "PO-2026-0117",
    "pack_unit": "箱", "password": "a long pass phrase", "pay_url": "/sandbox/pay/01a2212d220876618b91e74c769f06ec",
    "payable_fen": 63_485, "payment_id": "01a2212d220876618b91e74c769f06ec", "phone": "13800138000",
    "picture": "/pictures/jacket-3a6ea5-1.svg", "position": 1, "postcode": "322000", "province": "浙江", "quantity": 35,
    "query": "连衣裙", "reason": "少发了 2 件", "recipient": "陈静", "region": "浙江",
    "request_id": "01a2213409b47397a7d83a821d6cb85e", "score": 1.77, "sku_id": "60000896-13", "sku_name": "灰色 / 均码",
    "spend_limit_fen": 500_000, "stock": 198, "street": "稠州北路 1 号", "supplier_id": "s000050",
    "supplier_name": "河间市泰跃安全防护有限公司", "tax_id": "91330782MA2E0XXX0X", "text": "60000896-13 35",
    "title": "速干反光T恤 高亮 阻燃 工厂车间", "took_ms": 9.5, "total": 158, "unit": "件", "unit_fen": 1_570,
    "unit_price_fen": 1_570, "units_per_pack": 100, "value": "304不锈钢", "version": 3, "waybill": "SF1234567890",
    "weight_g": 1_300,
}  # fmt: skip
_AT, _FEN = 1_795_852_205, 1_570
_DEPTH_MAX = 12  # of bodies within bodies; a shape that holds itself ends there


class Documents:
    """The description in each of our languages, made once, when it is first asked for, and kept."""

    def __init__(self, app: FastAPI) -> None:
        self._plain = app.openapi
        self._lock = threading.Lock()  # others wait, as none must see it while the examples come in
        self._made = dict[str, dict[str, Any]]()
        self._sent = dict[str, tuple[bytes, str]]()

    def of(self, language: str) -> dict[str, Any]:
        """The description for readers of ``language``; not to be changed, as the languages share what is equal."""
        with self._lock:
            if not self._made:
                self._made[LANGUAGES[0]] = self._whole()
            if language not in self._made:
                self._made[language] = told_document(self._made[LANGUAGES[0]], language)
            return self._made[language]

    def sent(self, language: str) -> tuple[bytes, str]:
        """The description as JSON, and its ETag."""
        if language not in self._sent:
            body = orjson.dumps(self.of(language))
            self._sent[language] = body, f'"{hashlib.blake2b(body, digest_size=8).hexdigest()}"'
        return self._sent[language]

    @property
    def made(self) -> frozenset[str]:
        """The languages that wait for nothing any more."""
        return frozenset(self._sent)

    def make_ahead(self) -> None:
        """All that readers would wait for, in each language."""
        for language in LANGUAGES:
            self.sent(language)

    def _whole(self) -> dict[str, Any]:
        document = self._plain()
        document["info"]["description"] = ABOUT
        used = {tag for _, _, operation in operations(document) for tag in operation.get("tags", ())}
        document["tags"] = [{"name": name, "description": text} for name, text in GROUPS.items() if name in used]
        for _, _, operation in operations(document):
            _give_examples(operation, document)
        return document


def describe(app: FastAPI) -> None:
    """``/openapi.json`` with all of it, in the reader's language or that of ``?lang=``; ``documents_of`` for others."""
    documents = Documents(app)
    app.openapi = lambda: documents.of(LANGUAGES[0])  # type: ignore[method-assign]
    app.state.documents = documents

    def answer(request: Request) -> Response:
        language, headers = _language(request)
        body, etag = documents.sent(language)
        root = request.scope.get("root_path", "").rstrip("/")
        if root:  # behind a proxy that puts us below a path: what is called lies there
            return Response(
                orjson.dumps({**documents.of(language), "servers": [{"url": root}]}),
                media_type="application/json",
                headers=headers,
            )
        headers |= {"ETag": etag, "Cache-Control": "public, max-age=300"}
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers=headers)
        return Response(body, media_type="application/json", headers=headers)

    app.add_route("/openapi.json", answer, include_in_schema=False)


def documents_of(app: FastAPI) -> Documents:
    """The descriptions of an application that ``describe`` was called with."""
    documents: Documents = app.state.documents
    return documents


def _language(request: Request) -> tuple[str, dict[str, str]]:
    """The language of ``?lang=``, or else the reader's, and the headers that say so; raises ``Invalid`` for one that is
    none of ours."""
    asked = request.query_params.getlist("lang")
    if not asked:
        language = language_of(request.headers.get("accept-language"))
        return language, told_in(language)
    if asked[-1] not in LANGUAGES:
        raise Invalid("没有这种语言", parameter="lang", detail={"allowed": list(LANGUAGES)})
    return asked[-1], {"Content-Language": asked[-1]}


def operations(document: Schema) -> list[tuple[str, str, dict[str, Any]]]:
    """Every method, path and operation, in the order of the document."""
    methods = ("get", "post", "put", "patch", "delete")
    return [
        (method, path, item[method]) for path, item in document["paths"].items() for method in methods if method in item
    ]


def example_of(content: Schema) -> Any:
    """The example that a body of a media type gives; None where there is none."""
    named = content.get("examples")
    if named:
        return next(iter(named.values())).get("value")
    return content.get("example")


def _give_examples(operation: Schema, document: Schema) -> None:
    bodies = [operation["requestBody"]["content"]] if "requestBody" in operation else []
    bodies += [answer.get("content", {}) for status, answer in operation["responses"].items() if status[0] == "2"]
    for content in bodies:
        for media_type, body in content.items():
            if media_type != "application/json" or not body.get("schema"):
                continue
            if example_of(body) is None:
                body["example"] = sample(body["schema"], document)
            elif "example" in body:
                body["example"] = _with_nulls(body["example"], body["schema"], document)


def sample(schema: Schema, document: Schema, name: str = "", depth: int = 0) -> Any:
    """A value of the shape. ``name``: of the field that holds it."""
    schema = _resolved(schema, document)
    given = _given(schema)
    if given is not None or depth > _DEPTH_MAX:
        return given
    if "allOf" in schema:
        return sample(schema["allOf"][0], document, name, depth + 1)
    choices = schema.get("anyOf") or schema.get("oneOf")
    if choices:
        some = next((each for each in choices if each.get("type") != "null"), choices[0])
        return sample(some, document, name, depth + 1)
    kind = schema.get("type")
    if kind == "object" or "properties" in schema:
        fields = schema.get("properties", {})
        return {key: sample(field, document, key, depth + 1) for key, field in fields.items()}
    if "prefixItems" in schema:
        return [sample(each, document, name, depth + 1) for each in schema["prefixItems"]]
    if kind == "array":
        single = name.removesuffix("s")
        count = max(1, schema.get("minItems", 0))
        return [sample(schema.get("items", {}), document, single, depth + 1) for _ in range(count)]
    return _scalar(str(kind), name, schema)


def _with_nulls(value: Any, schema: Schema, document: Schema) -> Any:
    """The example as it was given: FastAPI leaves out what is null in it."""
    schema = _resolved(schema, document)
    for choice in schema.get("anyOf", ()):
        if choice.get("type") != "null":
            return _with_nulls(value, choice, document)
    if isinstance(value, list):
        return [_with_nulls(each, schema.get("items", {}), document) for each in value]
    if not isinstance(value, dict):
        return value
    fields = schema.get("properties", {})
    absent = {name: None for name in fields if name not in value}
    return {**{key: _with_nulls(each, fields.get(key, {}), document) for key, each in value.items()}, **absent}


def _resolved(schema: Schema, document: Schema) -> Schema:
    while "$ref" in schema:
        found: Any = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        schema = found
    return schema


def _given(schema: Schema) -> Any:
    if schema.get("examples"):
        return schema["examples"][0]
    for key in ("example", "const", "default"):
        if schema.get(key) not in (None, "", [], {}):
            return schema[key]
    return schema["enum"][0] if schema.get("enum") else None


def _scalar(kind: str, name: str, schema: Schema) -> Any:
    known = _VALUES.get(name)
    if kind == "integer":
        usual = _AT if name.endswith("_at") else _FEN if name.endswith("_fen") else 1
        number = known if isinstance(known, int) else usual
        return min(max(number, schema.get("minimum", number)), schema.get("maximum", number))
    if kind == "number":
        return known if isinstance(known, int | float) else 1.5
    if kind == "boolean":
        return True
    if kind == "null":
        return None
    if isinstance(known, str):
        return known
    if name.endswith("_id") or name in ("id", "token", "secret", "snapshot", "digest"):
        return "01a22137090f7234a2ef81c92e8614f5"
    if schema.get("pattern"):
        return "42"  # the one pattern there is: of a number that is too large for JSON
    return {"uri": "https://example.com/"}.get(schema.get("format", ""), name or "…")
