"""``pifa demo-data``."""

from __future__ import annotations

from typing import Annotated

import typer

from catalog_service.service import Record
from pifa.commands.console import HomeOption, JsonOption, print_json, progress, say
from pifa.commands.import_ import make_searchable
from pifa.demo.accounts import BUYER_COMPANY, PASSWORD, PEOPLE, make_accounts
from pifa.demo.agreement import RATE_BP, DemoAgreement, make_agreement
from pifa.demo.generate import generate
from pifa.demo.load import load_demo
from pifa.speech import tell_word
from pifa.wiring import Installation, installation

# The demo's newest listing is of this moment (2026-11-01 00:00 UTC): the same seed gives the same catalog on any day.
DEMO_NOW = 1_793_491_200
LISTINGS_PER_SUPPLIER = 50  # 100,000 listings by 2,000 suppliers; and at least enough of them to look like a market
SUPPLIERS_MIN = 50


def demo_data(
    home: HomeOption = None,
    listings: Annotated[int, typer.Option(min=1, max=10_000_000, help="货品数")] = 20_000,
    suppliers: Annotated[int | None, typer.Option(min=1, max=100_000, help="供应商数（默认货品数的 1/50）")] = None,
    seed: Annotated[int, typer.Option(min=0, help="随机种子；同一种子生成同一目录")] = 7,
    index: Annotated[bool, typer.Option("--index/--no-index", help="随后建立索引")] = True,
    as_json: JsonOption = False,
) -> None:
    """Make the catalog in the record and index it."""
    site = installation(home)
    with site.record() as record:
        report = fill_record(site, record, listings=listings, suppliers=suppliers, seed=seed)
        agreement = make_agreement(record)
        if index:
            make_searchable(site, record)
    if as_json:
        print_json(report)
    else:
        say(f"供应商 {report['suppliers']:,} 家，货品新增 {report['created']:,}")
        say(f"未变 {report['unchanged']:,}，违规略去 {report['refused']:,}")
        say_accounts(agreement)


def fill_record(
    site: Installation, record: Record, *, listings: int, suppliers: int | None = None, seed: int
) -> dict[str, int]:
    """Generate into the record, with a progress bar; gives the counts."""
    batches = generate(
        site.taxonomy,
        listings=listings,
        suppliers=suppliers or max(SUPPLIERS_MIN, listings // LISTINGS_PER_SUPPLIER),
        seed=seed,
        now=DEMO_NOW,
        data_dir=site.data / "demo",
    )
    with progress("示例货品", listings) as advance:
        report = load_demo(record, batches, progress=advance)
    make_accounts(record)
    return {
        "suppliers": report.suppliers,
        "created": report.created,
        "revised": report.revised,
        "unchanged": report.unchanged,
        "refused": report.refused,
    }


def say_accounts(agreement: DemoAgreement | None) -> None:
    """Who can sign in, and who sees prices of its own, for whoever tries the demo."""
    say(f"示例账号（密码都是 {PASSWORD}）：")
    for person in PEOPLE:
        say(f"  {person.login}  {tell_word(person.words)}")
    if agreement is not None:
        buyers = "、".join(person.login for person in PEOPLE if person.company_id == BUYER_COMPANY)
        say(f"专属价：以 {buyers} 登录，")
        say(f"  “{agreement.supplier_name}”的货都按 {RATE_BP / 1000:g} 折（/search?supplier={agreement.supplier_id}）")
        if agreement.offer_id:
            say(f"  /offer/{agreement.offer_id} 另有协议阶梯价")
