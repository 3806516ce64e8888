"""What buyers type gives what buyers mean, over a demo catalog with half a listing a category."""

from __future__ import annotations

from fastapi.testclient import TestClient


def search(api: TestClient, query: str, **parameters: object) -> dict:
    response = api.get("/api/v1/search", params={"q": query, **parameters})
    assert response.status_code == 200, response.text
    return response.json()


def titles(answer: dict, first: int = 10) -> list[str]:
    return [hit["title"] for hit in answer["hits"][:first]]


def path(hit: dict) -> str:
    return " > ".join(node["name"] for node in hit["category"])


def test_summer_dresses(api: TestClient) -> None:
    answer = search(api, "连衣裙 夏季 女")
    assert answer["total"] > 0
    assert "裙" in titles(answer)[0]
    assert sum("裙" in title for title in titles(answer, 5)) >= 3


def test_steel_screws_of_a_thread(api: TestClient) -> None:
    answer = search(api, "304不锈钢螺丝 M8x30")
    assert answer["understood"]["query_class"] == "model_number"
    assert any("m8x30" in word.lower() for word in answer["understood"]["words"])
    assert sum("五金" in path(hit) for hit in answer["hits"][:5]) >= 4


def test_power_banks(api: TestClient) -> None:
    answer = search(api, "充电宝 快充 10000毫安")
    assert any("10000" in quantity for quantity in answer["understood"]["quantities"])
    found = [hit["title"] for hit in answer["hits"][:5]]
    assert sum("充电宝" in title or "移动电源" in title for title in found) >= 3


def test_a_thousand_disposable_gloves_are_priced_at_a_thousand(api: TestClient) -> None:
    answer = search(api, "一次性手套 食品级 1000只")
    assert answer["understood"]["quantity"] == 1000
    assert all("手套" in title for title in titles(answer, 3))
    for hit in answer["hits"]:
        assert hit["price"]["quantity"] == max(1000, hit["moq"])


def test_bags_under_ten_yuan(api: TestClient) -> None:
    answer = search(api, "韩版女包 10元以下", size=100)
    assert answer["understood"]["price_max_fen"] in (999, 1000)
    assert answer["total"] > 0
    assert all(hit["price"]["unit_fen"] <= 1000 for hit in answer["hits"])
    assert "包" in "".join(answer["understood"]["words"])
    dearer = search(api, "韩版女包", size=100)
    assert dearer["total"] > answer["total"]
    assert sum("包" in title for title in titles(dearer, 5)) >= 4


def test_pinyin_is_read_as_the_word(api: TestClient) -> None:
    answer = search(api, "lianyiqun")
    assert answer["understood"]["repair"]["repaired"] == "连衣裙"
    assert [hit["offer_id"] for hit in answer["hits"]] == [hit["offer_id"] for hit in search(api, "连衣裙")["hits"]]


def test_a_slip_of_the_pen_is_mended(api: TestClient) -> None:
    answer = search(api, "不绣钢水杯")
    assert answer["understood"]["repair"]["repaired"] == "不锈钢水杯"
    assert sum("不锈钢" in title for title in titles(answer, 5)) >= 4
    assert sum("杯" in title for title in titles(answer, 5)) >= 3


def test_what_is_not_wanted_is_absent_on_every_page(api: TestClient) -> None:
    answer = search(api, "手机壳 不要硅胶", size=100)
    assert answer["understood"]["excluded"] == ["硅胶"]
    assert answer["total"] > 0
    seen = answer["hits"]
    while answer["next_cursor"]:
        answer = search(api, "手机壳 不要硅胶", size=100, cursor=answer["next_cursor"])
        seen += answer["hits"]
    assert [hit["title"] for hit in seen if "硅胶" in hit["title"]] == []
    assert "壳" in seen[0]["title"]


def test_right_words_are_left_alone(api: TestClient) -> None:
    for query in (
        "连衣裙 夏季 女",
        "304不锈钢螺丝 M8x30",
        "充电宝 快充 10000毫安",
        "手机壳",
        "一次性手套 食品级 1000只",
    ):
        assert search(api, query)["understood"]["repair"] is None


def test_a_suggestion_is_read_in_letters_pinyin_and_initials(api: TestClient) -> None:
    for typed in ("连衣", "lianyiq", "lyq"):
        found = api.get("/api/v1/suggest", params={"q": typed}).json()["suggestions"]
        assert 1 <= len(found) <= 10
        assert "连衣裙" in " ".join(one["text"] for one in found)
