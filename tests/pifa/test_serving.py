"""The site with its follower: what is published is searchable at once; what dies is replaced."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from indexer.stages.assemble import Assembler
from kernel.offers import Offer
from pifa.wiring import Installation
from tests.pifa.conftest import Run, Served, Start, free_port, until, wait_ready

SEARCHABLE_SECONDS = 5.0  # the promise is one second on a quiet machine; several runs share these two cores


def follower_pid(home: Path) -> int | None:
    try:
        return int(json.loads((home / "index" / "writer.owner.json").read_text())["pid"])
    except (FileNotFoundError, ValueError):
        return None


def test_a_published_offer_is_searchable_within_a_second_and_a_withdrawn_one_vanishes(served: Served) -> None:
    until(lambda: follower_pid(served.home), what="the follower")
    began = time.monotonic()
    chair = served.publish("钛合金折叠露营椅 星空版")
    until(lambda: served.shows("钛合金露营椅 星空版", chair), seconds=SEARCHABLE_SECONDS)
    print(f"\npublished and searchable after {time.monotonic() - began:.2f} s")

    etag = served.client.get(f"/api/v1/offers/{chair}").headers["ETag"]
    body = {"title": "钛合金折叠露营椅 月光版"}
    assert served.write("PUT", f"/api/v1/offers/{chair}", body=body).status_code == 428
    assert served.write("PUT", f"/api/v1/offers/{chair}", body=body, if_match=etag).status_code == 200
    until(lambda: served.shows("钛合金露营椅 月光版", chair), seconds=SEARCHABLE_SECONDS)
    assert served.write("PUT", f"/api/v1/offers/{chair}", body=body, if_match=etag).status_code == 412

    assert served.write("DELETE", f"/api/v1/offers/{chair}").status_code == 200
    until(lambda: not served.shows("钛合金露营椅 月光版", chair), seconds=SEARCHABLE_SECONDS)
    assert served.client.get(f"/api/v1/offers/{chair}").status_code == 404


def test_the_same_key_publishes_once(served: Served) -> None:
    body = {"title": "榫卯实木茶则"}
    one, again = (served.write("POST", "/api/v1/offers", key="one-deed", body=body) for _ in range(2))
    assert (one.status_code, again.status_code) == (201, 201)
    assert again.json() == one.json()
    other = served.write("POST", "/api/v1/offers", key="one-deed", body={"title": "别的"})
    assert other.status_code == 422


def test_a_takedown_is_immediate_and_says_nothing_to_buyers(served: Served) -> None:
    lamp = served.publish("蜂巢形感应小夜灯 甲骨文款")
    until(lambda: served.shows("蜂巢形小夜灯 甲骨文款", lamp))
    assert served.write("POST", f"/api/v1/offers/{lamp}/takedown", body={"reason": "侵权"}).status_code == 200
    assert served.client.get(f"/api/v1/offers/{lamp}").status_code == 404
    until(lambda: not served.shows("蜂巢形小夜灯 甲骨文款", lamp), seconds=SEARCHABLE_SECONDS)


def test_a_prohibited_word_is_refused_by_name(served: Served) -> None:
    answer = served.write("POST", "/api/v1/offers", body={"title": "仿真枪 玩具 批发"})
    assert answer.status_code == 400
    assert answer.json()["parameter"] == "title"
    assert "仿真枪" in answer.json()["detail"]


def test_a_publication_overtakes_a_bulk_import(served: Served, start: Start, tmp_path: Path) -> None:
    until(lambda: follower_pid(served.home), what="the follower")
    file = tmp_path / "bulk.jsonl"
    rows = ({"offer_id": f"bulk-{n}", "title": f"蚕丝被芯 春秋被 第{n}款"} for n in range(30_000))
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    importing = start("import", file, "--home", served.home)
    until(lambda: served.client.get("/api/v1/offers/bulk-0").status_code == 200, what="the first imported row")
    began = time.monotonic()
    fan = served.publish("竹骨绢面团扇 飞天款")
    assert importing.poll() is None, "the import was over: there was nothing to overtake"
    until(lambda: served.shows("竹骨绢面团扇 飞天款", fan), seconds=SEARCHABLE_SECONDS)
    print(f"\npublished beside an import and searchable after {time.monotonic() - began:.2f} s")
    assert importing.poll() is None, "the import was over: nothing was overtaken"


def test_a_killed_follower_is_replaced_and_misses_nothing(served: Served) -> None:
    killed = until(lambda: follower_pid(served.home), what="the follower")
    os.kill(killed, signal.SIGKILL)
    brush = served.publish("狼毫抄经毛笔 云纹杆")
    until(lambda: follower_pid(served.home) not in (None, killed), what="another follower")
    until(lambda: served.shows("狼毫抄经毛笔 云纹杆", brush), what="what was published meanwhile")


def test_a_rebuild_beside_a_running_site_takes_the_writer_and_gives_it_back(pifa: Run, served: Served) -> None:
    until(lambda: follower_pid(served.home), what="the follower")
    before, generation = served.total("水杯"), published(served.home)
    assert pifa("rebuild", "--home", served.home).code == 0
    assert published(served.home) != generation
    until(lambda: served.total("水杯") == before, what="the rebuilt index")
    kite = served.publish("沙燕风筝 手绘宣纸款")
    until(lambda: served.shows("沙燕风筝 手绘宣纸款", kite), what="a publication after the rebuild")


def test_a_rebuild_that_is_killed_leaves_the_old_index_serving(pifa: Run, start: Start, served: Served) -> None:
    total, generation = served.total("水杯"), published(served.home)
    process = start("rebuild", "--home", served.home)
    until(lambda: len(generations(served.home)) == 2, what="the half-built index")
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert published(served.home) == generation
    assert served.total("水杯") == total
    assert pifa("search", "水杯", "--home", served.home, "--json").json["total"] == total
    flute = served.publish("紫竹洞箫 八孔演奏款")
    until(lambda: served.shows("紫竹洞箫 八孔演奏款", flute), what="the follower's return")
    until(lambda: generations(served.home) == [generation], what="the sweeping of what was half built")


def published(home: Path) -> str:
    return str(json.loads((home / "index" / "manifest.json").read_text())["generation"])


def generations(home: Path) -> list[str]:
    return [path.name for path in (home / "index").glob("g0*")]


def test_a_follower_whose_site_was_killed_ends_by_itself(demo_home: Path) -> None:
    command = f"{sys.executable} -m pifa follow --home {demo_home} --parent $$ & wait"
    site = subprocess.Popen(["sh", "-c", command], start_new_session=True)
    pid = until(lambda: follower_pid(demo_home), what="the follower")
    site.kill()
    site.wait()
    until(lambda: not alive(pid), what="the follower's end")


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
    answered = itertools.count()

    def both_have_answered() -> bool:  # the kernel gives a connection to either; the second may still be starting
        assert httpx.get(f"{address}/api/v1/suggest?q=lyq", trust_env=False).status_code == 200
        next(answered)
        return len(list((demo_home / "metrics" / str(port)).glob("*.db"))) >= 2

    until(both_have_answered, what="an answer of each worker")
    series = f'route="/api/v1/suggest",status="200"}} {next(answered)}.0'
    for _ in range(4):
        assert series in httpx.get(f"{address}/metrics", trust_env=False).text


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


def test_stock_and_price_that_never_reached_the_index_are_found_and_mended(
    pifa: Run, demo_home: Path, site: Installation
) -> None:
    """As after a change of the record that its outbox does not know, or an index put back from another day."""
    with site.record() as record, record.engine.begin() as books:
        live = books.exec_driver_sql(
            "SELECT offer_id, title FROM offers WHERE state = 'live' AND stock >= moq AND tiers <> '[]' LIMIT 2"
        )
        (sold, sold_title), (dear, dear_title) = live.all()
        books.exec_driver_sql("UPDATE offers SET stock = 0 WHERE offer_id = ?", (sold,))
        books.exec_driver_sql("UPDATE offers SET tiers = '[[1,987654300]]' WHERE offer_id = ?", (dear,))
    mended = pifa("doctor", "--mend", "--home", demo_home, "--json")
    assert any("已修复 2 条" in f["what"] for f in mended.json)
    assert any("逐条一致" in f["what"] for f in pifa("doctor", "--mend", "--home", demo_home, "--json").json)

    def shown(title: str, *more: str) -> dict[str, dict[str, object]]:
        found = pifa("search", title, "--size", 50, *more, "--home", demo_home, "--json").json
        return {hit["offer_id"]: hit for hit in found["hits"]}

    assert sold in shown(sold_title)
    assert sold not in shown(sold_title, "--where", "in_stock=true")
    assert "9876543" in str(shown(dear_title)[dear])


def known(writer: object, offer_id: str) -> object:
    """What the writer knows of an offer, looked up as it does itself."""
    writer._learn([offer_id])  # type: ignore[attr-defined]
    return writer._applied[offer_id]  # type: ignore[attr-defined]


def test_a_change_that_cannot_be_applied_is_set_aside_blocks_nothing_and_is_listed_by_doctor(
    pifa: Run, demo_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    category_of = Assembler._category

    def tripping(self: Assembler, offer: Offer) -> str:
        if offer.offer_id == "poison":
            raise KeyError("no such leaf")
        return category_of(self, offer)

    monkeypatch.setattr(Assembler, "_category", tripping)
    rows = [{"offer_id": name, "title": f"紫砂手工茶宠 {name}"} for name in ("before", "poison", "after")]
    file = tmp_path / "goods.jsonl"
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    assert pifa("import", file, "--home", demo_home).code == 0
    found = pifa("search", "紫砂手工茶宠", "--home", demo_home, "--json").json
    shown = {hit["offer_id"] for hit in found["hits"]}
    assert {"before", "after"} <= shown
    assert "poison" not in shown
    findings = pifa("doctor", "--home", demo_home, "--json").json
    assert any("poison" in f["what"] and "no such leaf" in f["what"] and f["level"] == "warning" for f in findings)


def test_when_the_site_ends_its_follower_ends_with_it(served: Served) -> None:
    pid = until(lambda: follower_pid(served.home), what="the follower")
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(timeout=30) == 0
    assert not alive(pid)
