"""``pifa search``."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from kernel.money import yuan_text
from pifa.commands.console import HomeOption, JsonOption, out, print_json
from pifa.speech import tell, tell_word
from pifa.wiring import installation
from search_api.parameters import ParameterInvalid, parse_search
from search_api.results import SearchResponse
from search_api.service import SearchService


def search(
    query: Annotated[str, typer.Argument(help="搜索词")],
    home: HomeOption = None,
    where: Annotated[
        list[str] | None, typer.Option("--where", "-w", help="筛选，写作 参数=值，如 -w region=浙江 -w quantity=500")
    ] = None,
    size: Annotated[int, typer.Option(help="条数")] = 10,
    explain: Annotated[bool, typer.Option("--explain", help="给出排序原因")] = False,
    as_json: JsonOption = False,
) -> None:
    """The same search as the site's; ``--json`` prints the body of ``GET /api/v1/search``."""
    items = [("q", query), ("size", str(size))]
    if explain:
        items.append(("explain", "true"))
    for entry in where or []:
        name, equals, value = entry.partition("=")
        if not equals:
            raise ParameterInvalid(f"筛选应写作 参数=值，不是“{entry}”", parameter="where")
        items.append((name, value))
    site = installation(home)
    response = SearchService(site.search_parts(site.store.reader())).search(parse_search(items))
    if as_json:
        print_json(response)
    else:
        show(response)


def show(response: SearchResponse) -> None:
    """The page as a table."""
    repair = response.understood.repair
    if repair:
        out.print(f"已按“{repair.repaired}”搜索（原词：{repair.original}）")
    table = Table("#", "编号", "货品", "单价", "起订", "供应商", "原因")
    for number, hit in enumerate(response.hits, 1):
        price = (
            tell("面议") if hit.price.unit_fen is None else f"¥{yuan_text(hit.price.unit_fen)}/{tell_word(hit.unit)}"
        )
        supplier = hit.supplier.name if hit.supplier else ""
        why = tell(hit.explanation.summary) if hit.explanation else ""
        table.add_row(str(number), hit.offer_id, hit.title, price, str(hit.moq), supplier, why)
    out.print(table)
    legs = "，".join(f"{name} {count}" for name, count in response.legs.items())
    out.print(f"共 {response.total} 条（{response.rule}；{legs}），{response.took_ms:.1f} ms")
    for reason in response.degraded:
        out.print(f"[yellow]降级：{reason}[/]")
