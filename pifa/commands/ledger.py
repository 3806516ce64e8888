"""``pifa ledger``: verify, anchor, reconcile, and money that is on its way."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from catalog_service.domain.money.payments import StatementLine
from kernel.errors import Invalid
from pifa.commands.console import HomeOption, JsonOption, out, print_json, say
from pifa.wiring import installation

app = typer.Typer(help="账本：核对、锚定、与支付机构对账。", no_args_is_help=True, add_completion=False)
COLUMNS = ("reference", "kind", "amount_fen", "at")


class StatementUnreadable(Invalid):
    """The file is no statement; the message has its line."""

    code = "statement_unreadable"


@app.command()
def verify(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """重建每条链和每个余额并比对；有错时指出第一处，退出码 1。"""
    with installation(home).record() as record:
        verified = record.ordering.verify()
    if as_json:
        print_json(asdict(verified))
    else:
        out.print(f"{verified.entries:,} 笔分录，{verified.chains:,} 条链")
        for fault in verified.faults:
            out.print(f"[red]✗[/] {fault.table} {escape(fault.row)}：{fault.what}", soft_wrap=True)
        if not verified.faults:
            out.print("[green]✓[/] 账本与写入时逐字节一致，余额与重算一致")
    if verified.faults:
        raise typer.Exit(1)


@app.command()
def anchor(home: HomeOption = None) -> None:
    """把链尾写入库外的签名文件（ledger.anchors）；跟随进程每小时自动做一次。"""
    with installation(home).record() as record:
        say(f"锚定 {record.ordering.anchor():,} 条链")


@app.command()
def suspense(
    home: HomeOption = None,
    as_json: JsonOption = False,
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="每类最多多少笔")] = 100,
) -> None:
    """列出还没退回付款人、还没付到供应商的款项：多久了、系统自己试了几次、为什么没成；最早的在前。"""
    with installation(home).record() as record:
        payouts, now = record.ordering.payouts, record.ordering.desk.deeds.clock.now()
        back, going = payouts.going_back(limit=limit), payouts.in_flight(limit=limit)
    rows: list[dict[str, Any]] = [
        {
            "kind": str(row.transfer.kind), "id": row.transfer.transfer_id, "of": row.payment.order_id,
            "amount_fen": row.transfer.amount_fen, "age_seconds": now - row.transfer.created_at,
            "attempts": row.transfer.attempts, "trouble": row.transfer.trouble,
        }
        for row in back
    ] + [
        {
            "kind": "payout", "id": each.payout_id, "of": each.supplier_id, "amount_fen": each.amount_fen,
            "age_seconds": now - each.created_at, "attempts": each.attempts, "trouble": each.trouble,
        }
        for each in going
    ]  # fmt: skip
    if as_json:
        print_json(rows)
        return
    for row in rows:
        row.update(hours=int(row["age_seconds"]) // 3_600, trouble=row["trouble"] or "等待处理")
        line = "{kind} {id}（{of}）{amount_fen} 分，{hours} 小时，已试 {attempts} 次：{trouble}".format(**row)
        out.print(escape(line), soft_wrap=True)
    if not rows:
        say("没有在途的款项")


@app.command()
def reconcile(
    file: Annotated[
        Path, typer.Argument(help="支付机构的对账单：CSV（reference,kind,amount_fen,at）或同样字段的 JSON Lines")
    ],
    since: Annotated[int, typer.Option(help="期间起（UTC 秒，含）")],
    until: Annotated[int, typer.Option(help="期间止（UTC 秒，不含）")],
    home: HomeOption = None,
    settle: Annotated[bool, typer.Option("--settle", help="向支付机构查询账本漏记的款项并补记")] = False,
    as_json: JsonOption = False,
) -> None:
    """逐笔比对，差异按种类列出；有差异时退出码 1。"""
    lines = list(read_statement(file))
    with installation(home).record() as record:
        differences = record.ordering.ledger.reconcile(lines, since=since, until=until)
        settled = record.ordering.settle_missing(differences) if settle else {}
    if as_json:
        print_json({"differences": [asdict(each) for each in differences], "settled": dict(settled)})
    else:
        out.print(f"对账单 {len(lines):,} 笔，差异 {len(differences):,} 笔")
        for each in differences:
            out.print(
                f"{each.kind} {escape(each.reference)}：对账单 {each.gateway_fen} 分，账本 {each.ledger_fen} 分",
                soft_wrap=True,
            )
        for outcome, count in settled.items():
            out.print(f"补记 {outcome}：{count} 笔")
    if differences:
        raise typer.Exit(1)


def read_statement(file: Path) -> Iterator[StatementLine]:
    """The lines of a statement; ``StatementUnreadable`` names the first that is none."""
    with file.open(encoding="utf-8-sig", newline="") as text:
        found: Iterator[Any] = (
            map(json.loads, filter(str.strip, text)) if file.suffix == ".jsonl" else csv.DictReader(text)
        )
        number = 0
        try:
            for row in found:
                number += 1
                yield StatementLine(
                    reference=str(row["reference"]), kind=str(row["kind"]), amount_fen=int(row["amount_fen"]),
                    at=int(row["at"]),
                )  # fmt: skip
        except (KeyError, TypeError, ValueError) as error:
            raise StatementUnreadable(
                f"{file.name} 第 {number} 笔无法读取，需要字段 {'、'.join(COLUMNS)}（{error}）"
            ) from None
