"""The site with its follower: what is published is searchable at once; what dies is replaced."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

import httpx
import pytest

from pifa.wiring import Installation
from tests.pifa.conftest import Run, Served, Start, free_port, until, wait_ready

SEARCHABLE_SECONDS = 5.0  # the promise is one second on a quiet machine; several runs share these two cores


def offer(title: str, **more: object) -> dict:
    return {"title": title, "tiers": [{"min_quantity": 1, "unit_price_fen": 1990}], **more}


def first(served: Served, query: str) -> str | None:
    hits = served.client.get("/api/v1/search", params={"q": query}).json()["hits"]
    return hits[0]["offer_id"] if hits else None


def follower_pid(home: Path) -> int | None:
    try:
        return int(json.loads((home / "index" / "writer.owner.json").read_text())["pid"])
    except (FileNotFoundError, ValueError):
        return None


def test_a_published_offer_is_searchable_and_a_withdrawn_one_vanishes(served: Served) -> None:
    until(lambda: follower_pid(served.home), what="the follower")
    began = time.monotonic()
    answer = served.write("POST", "/api/v1/offers", "k1", json=offer("钛合金折叠露营椅 星空版", offer_id="chair-1"))
    assert answer.status_code == 201
    until(lambda: first(served, "钛合金露营椅 星空版") == "chair-1", seconds=SEARCHABLE_SECONDS)
    print(f"\npublished and searchable after {time.monotonic() - began:.2f} s")

    again = served.write("POST", "/api/v1/offers", "k1", json=offer("钛合金折叠露营椅 星空版", offer_id="chair-1"))
    assert again.json() == answer.json()

    etag = served.client.get("/api/v1/offers/chair-1").headers["ETag"]
    revised = served.write("PUT", "/api/v1/offers/chair-1", "k2", json=offer("钛合金折叠露营椅 月光版"))
    assert revised.status_code in (400, 428)
    secret = (served.home / "admin.key").read_text("ascii").strip()
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "k3", "If-Match": etag}
    served.client.put("/api/v1/offers/chair-1", json=offer("钛合金折叠露营椅 月光版"), headers=headers).raise_for_status()
    until(lambda: first(served, "钛合金露营椅 月光版") == "chair-1", seconds=SEARCHABLE_SECONDS)

    assert served.write("DELETE", "/api/v1/offers/chair-1", "k4").status_code == 200
    until(lambda: first(served, "钛合金露营椅 月光版") != "chair-1", seconds=SEARCHABLE_SECONDS)
    assert served.client.get("/api/v1/offers/chair-1").status_code == 404


def test_a_takedown_is_immediate_and_says_nothing_to_buyers(served: Served) -> None:
    served.write("POST", "/api/v1/offers", "k1", json=offer("钛合金折叠露营椅 星空版", offer_id="chair-1"))
    until(lambda: first(served, "钛合金露营椅 星空版") == "chair-1")
    answer = served.write("POST", "/api/v1/offers/chair-1/takedown", "k2", json={"reason": "侵权"})
    assert answer.status_code == 200
    assert served.client.get("/api/v1/offers/chair-1").status_code == 404
    until(lambda: first(served, "钛合金露营椅 星空版") != "chair-1", seconds=SEARCHABLE_SECONDS)


def test_a_prohibited_word_is_refused_by_name(served: Served) -> None:
    answer = served.write("POST", "/api/v1/offers", "k1", json=offer("仿真枪 玩具 批发"))
    assert answer.status_code == 400
    assert answer.json()["parameter"] == "title"
    assert "仿真枪" in answer.json()["detail"]


def test_a_publication_overtakes_a_bulk_import(served: Served, start: Start, tmp_path: Path) -> None:
    until(lambda: follower_pid(served.home), what="the follower")
    file = tmp_path / "bulk.jsonl"
    with file.open("w", encoding="utf-8") as out:
        for n in range(40_000):
            out.write(json.dumps({"offer_id": f"bulk-{n}", "title": f"石墨烯暖手宝 便携 第{n}款"}, ensure_ascii=False) + "\n")
    importing = start("import", file, "--home", served.home)
    until(lambda: first(served, "石墨烯暖手宝"), what="the first imported listing")
    assert importing.poll() is None
    began = time.monotonic()
    assert served.write("POST", "/api/v1/offers", "k1", json=offer("钛合金折叠露营椅", offer_id="chair-1")).status_code == 201
    until(lambda: first(served, "钛合金折叠露营椅") == "chair-1", seconds=3 * SEARCHABLE_SECONDS)
    print(f"\npublished beside an import and searchable after {time.monotonic() - began:.2f} s")
    assert importing.poll() is None, "the import was over: nothing was overtaken"


def test_a_killed_follower_is_replaced_and_misses_nothing(served: Served) -> None:
    killed = until(lambda: follower_pid(served.home), what="the follower")
    os.kill(killed, signal.SIGKILL)
    served.write("POST", "/api/v1/offers", "k1", json=offer("钛合金折叠露营椅", offer_id="chair-1"))
    until(lambda: follower_pid(served.home) not in (None, killed), what="another follower")
    until(lambda: first(served, "钛合金折叠露营椅") == "chair-1")


def test_a_rebuild_beside_a_running_site_takes_the_writer_and_gives_it_back(pifa: Run, served: Served) -> None:
    until(lambda: follower_pid(served.home), what="the follower")
    before = served.total("水杯")
    generation = json.loads((served.home / "index" / "manifest.json").read_text())["generation"]
    assert pifa("rebuild", "--home", served.home).code == 0
    after = json.loads((served.home / "index" / "manifest.json").read_text())["generation"]
    assert after != generation
    until(lambda: served.total("水杯") == before, what="the rebuilt index")
    served.write("POST", "/api/v1/offers", "k1", json=offer("钛合金折叠露营椅", offer_id="chair-1"))
    until(lambda: first(served, "钛合金折叠露营椅") == "chair-1", what="a publication after the rebuild")


def test_a_rebuild_that_is_killed_leaves_the_old_index_serving(
    pifa: Run, start: Start, served: Served
) -> None:
    before, total = (served.home / "index" / "manifest.json").read_text(), served.total("水杯")
    process = start("rebuild", "--home", served.home)
    until(lambda: len(list((served.home / "index").glob("g*"))) == 2, what="the half-built index")
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert json.loads((served.home / "index" / "manifest.json").read_text())["generation"] == json.loads(before)["generation"]
    assert served.total("水杯") == total
    assert pifa("search", "水杯", "--home", served.home, "--json").json["total"] == total
    served.write("POST", "/api/v1/offers", "k1", json=offer("钛合金折叠露营椅", offer_id="chair-1"))
    until(lambda: first(served, "钛合金折叠露营椅") == "chair-1", what="the follower's return")
    until(lambda: len(list((served.home / "index").glob("g*"))) == 1, what="the sweeping of what was half built")


def test_when_the_site_ends_its_follower_ends_with_it(served: Served) -> None:
    pid = until(lambda: follower_pid(served.home), what="the follower")
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(timeout=30) == 0
    assert not alive(pid)


def test_when_the_site_is_killed_its_follower_ends_by_itself(served: Served) -> None:
    pid = until(lambda: follower_pid(served.home), what="the follower")
    served.process.kill()
    served.process.wait()
    until(lambda: not alive(pid), seconds=20, what="the follower's end")


def alive(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def test_two_workers_serve_and_count_together(start: Start, demo_home: Path) -> None:
    port = free_port()
    process = start("serve", "--home", demo_home, "--port", port, "--workers", 2, "--no-follower")
    address = f"http://127.0.0.1:{port}"
    with httpx.Client(base_url=address, timeout=30, trust_env=False) as client:
        wait_ready(client, process)
    for _ in range(20):
        assert httpx.get(f"{address}/api/v1/suggest?q=lyq", trust_env=False).status_code == 200
    series = 'pifa_http_request_seconds_count{method="GET",route="/api/v1/suggest",status="200"} 20.0'
    for _ in range(4):
        assert series in httpx.get(f"{address}/metrics", trust_env=False).text
    assert len(list((demo_home / "metrics" / str(port)).glob("*.db"))) >= 2


def test_it_says_where_it_is_and_which_key_it_has(served: Served) -> None:
    log = served.process.log  # type: ignore[attr-defined]
    said = until(lambda: "就绪" in log.read_text() and log.read_text(), what="the announcement")
    assert str(served.client.base_url).rstrip("/") in said
    assert "静态" in said or "static" in said
    assert (served.home / "admin.key").read_text().strip() in said


@pytest.mark.parametrize("spoil", ["schema", "corrupt"])
def test_an_index_that_cannot_be_opened_is_one_line_with_the_command(pifa: Run, demo_home: Path, spoil: str) -> None:
    manifest = demo_home / "index" / "manifest.json"
    body = json.loads(manifest.read_text())
    manifest.write_text("{" if spoil == "corrupt" else json.dumps({**body, "schema_version": 999}))
    for command in (["serve", "--port", free_port()], ["search", "水杯"], ["follow"]):
        ran = pifa(*command, "--home", demo_home)
        assert ran.code == 1
        assert "pifa rebuild" in ran.err.strip().splitlines()[-1]
    assert pifa("rebuild", "--home", demo_home).code == 0
    assert pifa("search", "水杯", "--home", demo_home).code == 0


def test_drift_is_found_and_mended(pifa: Run, demo_home: Path, site: Installation) -> None:
    with site.store.writer() as writer:
        with site.record() as record:
            lost = [offer.offer_id for batch in record.catalog.live_offers(batch_size=3) for offer, _ in batch][:3]
        for offer_id in lost:
            writer._remove(offer_id, writer._applied.get(offer_id) or known(writer, offer_id))
        writer.commit(feed_cursor=writer.feed_cursor)
    broken = pifa("doctor", "--home", demo_home, "--json")
    assert broken.code == 1
    assert any(f["mend"] == "pifa doctor --mend" for f in broken.json)
    mended = pifa("doctor", "--mend", "--home", demo_home, "--json")
    assert any("已修复 3 条" in f["what"] for f in mended.json)
    healthy = pifa("doctor", "--home", demo_home, "--json")
    assert healthy.code == 0
    assert site.store.reader().find(lost).keys() == set(lost)


def known(writer: object, offer_id: str) -> object:
    """What the writer knows of an offer, looked up as it does itself."""
    writer._learn([offer_id])  # type: ignore[attr-defined]
    return writer._applied[offer_id]  # type: ignore[attr-defined]


def test_a_change_that_cannot_be_applied_is_listed_by_doctor(pifa: Run, demo_home: Path, site: Installation) -> None:
    site.dead_letters.add(offer_id="x9", sequence=7, reason="KeyError: 'x'")
    findings = pifa("doctor", "--home", demo_home, "--json").json
    assert any("x9" in finding["what"] and finding["level"] == "warning" for finding in findings)
