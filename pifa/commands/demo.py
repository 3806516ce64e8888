"""``pifa demo``: what ``make demo`` runs once the environment is there."""

from __future__ import annotations

from typing import Annotated

import typer

from pifa.commands.console import HomeOption, say
from pifa.commands.demo_data import fill_record, say_accounts
from pifa.commands.rebuild import build_index
from pifa.commands.serve import check_port, run_site
from pifa.demo.accounts import make_accounts
from pifa.demo.agreement import make_agreement
from pifa.wiring import installation


def demo(
    home: HomeOption = None,
    listings: Annotated[int, typer.Option(min=1, max=10_000_000, help="货品数")] = 20_000,
    seed: Annotated[int, typer.Option(min=0, help="随机种子")] = 7,
    port: Annotated[int | None, typer.Option(help="端口", show_default=False)] = None,
) -> None:
    """Catalog, index, site; what is there already is kept, so a second run starts in seconds."""
    site = installation(home)
    port = port or site.settings.port
    check_port(site.settings.host, port)
    with site.record() as record:
        unfinished = site.home.demo_unfinished
        if record.catalog.live_count() and not unfinished.exists():
            say(f"[1/3] 目录已有 {record.catalog.live_count():,} 条货品（{site.home.directory}）")
        else:
            say(f"[1/3] 生成示例目录：{listings:,} 条货品，种子 {seed}")
            unfinished.touch()
            fill_record(site, record, listings=listings, seed=seed)
            unfinished.unlink()
        make_accounts(record)
        agreement = make_agreement(record)
        if site.store.exists():
            say("[2/3] 索引已就绪")
        else:
            say("[2/3] 建立索引（文本先可搜索，向量随后在后台补齐）")
            build_index(site, record)
    say_accounts(agreement)
    say("[3/3] 启动网站")
    run_site(site, host=site.settings.host, port=port, workers=site.settings.workers, with_follower=True)
