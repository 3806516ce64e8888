"""``pifa admin``: the market's own people, and what the machine's operator does for them."""

from __future__ import annotations

from typing import Annotated

import typer

from pifa.commands.console import HomeOption, JsonOption, out, print_json, say
from pifa.speech import tell
from pifa.wiring import installation

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode="rich")


@app.callback()
def _root() -> None:
    """Has commands of its own."""


@app.command("link", help="打印一次性链接：打开它即可成为市场工作人员（一小时内有效）。")
def link(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """The link is the answer; it counts once."""
    with installation(home).record() as record:
        address = record.people.make_admin_link()
    if as_json:
        print_json({"link": address})
        return
    say("打开下面的链接，设置邮箱和密码（一小时内有效，只能用一次）：")
    out.print(address, soft_wrap=True, markup=False)


@app.command("list", help="列出市场工作人员。")
def people(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Suspended ones among them."""
    from catalog_service.domain.companies.members import MEMBER_MACHINE

    with installation(home).record() as record:
        staff = record.people.reads.staff()
    if as_json:
        print_json(
            [
                {
                    "member_id": member.member_id, "login": member.login, "name": member.name,
                    "state": str(member.state), "second_factor": member.totp_confirmed_at is not None,
                }
                for member in staff
            ]
        )  # fmt: skip
        return
    for member in staff:
        factor = tell("两步验证" if member.totp_confirmed_at is not None else "没有两步验证")
        state = tell(MEMBER_MACHINE.state_labels[member.state])
        out.print(f"{member.member_id}  {member.login}  {member.name}  {state}  {factor}", markup=False)
    if not staff:
        say("还没有工作人员；用 pifa admin link 生成链接")


@app.command("suspend", help="停用一位市场工作人员，立即退出登录；最后一位不能停用。")
def suspend(
    member_id: Annotated[str, typer.Argument(help="编号，见 pifa admin list", show_default=False)],
    reason: Annotated[str, typer.Option("--reason", help="原因，写进审计记录", show_default=False)],
    home: HomeOption = None,
) -> None:
    """Links that were made for new people are void too."""
    from catalog_service.domain.deeds import DeedRequest

    with installation(home).record() as record:
        record.people.move_staff.suspend(member_id=member_id, reason=reason, request=DeedRequest(actor="cli"))
    say("已停用，登录已全部退出")


@app.command("restore", help="恢复一位被停用的市场工作人员。")
def restore(
    member_id: Annotated[str, typer.Argument(help="编号，见 pifa admin list", show_default=False)],
    home: HomeOption = None,
) -> None:
    """Signs in anew, with the password of before."""
    from catalog_service.domain.deeds import DeedRequest

    with installation(home).record() as record:
        record.people.move_staff.reinstate(member_id=member_id, request=DeedRequest(actor="cli"))
    say("已恢复")


@app.command("claim", help="把目录里的供应商交给一家公司。")
def claim(
    company_id: Annotated[str, typer.Argument(help="公司编号", show_default=False)],
    supplier_id: Annotated[str, typer.Argument(help="供应商编号", show_default=False)],
    home: HomeOption = None,
) -> None:
    """From now on the company's people sell as this supplier."""
    from catalog_service.domain.deeds import DeedRequest

    with installation(home).record() as record:
        receipt = record.people.claim_supplier(
            company_id=company_id, supplier_id=supplier_id, request=DeedRequest(actor="cli")
        )
    say("已交给这家公司" if receipt.changed else "本来就属于这家公司")


@app.command("reseal", help="用第一把封存钥匙重新封存两步验证的密钥和收款账号；更换钥匙之后、丢弃旧钥匙之前执行。")
def reseal(home: HomeOption = None) -> None:
    """May be run again at any time."""
    from catalog_service.domain.deeds import DeedRequest

    with installation(home).record() as record:
        say(f"重新封存 {record.people.reseal_secrets(request=DeedRequest(actor='cli'))} 个密钥")


@app.command("mail", help="立即发出等待中的邮件（serve 会自动发）。")
def mail(home: HomeOption = None) -> None:
    """One round of the sweeper."""
    with installation(home).record() as record:
        say(f"发出 {record.people.send_mails()} 封邮件")
