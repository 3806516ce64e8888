"""The mails that carry one-time links: what they say. They name no password and nobody but their reader."""

from __future__ import annotations

from catalog_service.domain.companies.credentials import LinkKind

_SUBJECTS = {
    LinkKind.CONFIRM: "请确认您的邮箱",
    LinkKind.INVITE: "您被邀请加入一家公司",
    LinkKind.RESET: "重设密码",
}
_BODIES = {
    LinkKind.CONFIRM: "“{company}”用这个邮箱注册了批发市场。打开下面的链接设置密码，即可登录",
    LinkKind.INVITE: "“{company}”邀请您成为批发市场里的成员。打开下面的链接设置密码，即可登录",
    LinkKind.RESET: "打开下面的链接设置新密码",
}
_VALID = {LinkKind.CONFIRM: "24 小时", LinkKind.INVITE: "7 天", LinkKind.RESET: "1 小时"}
LINK_PATH = "/account/confirm"
_NOT_MINE = "如果这不是您本人的操作，请忽略这封邮件：没有这个链接，什么也不会改变。"


def link_letter(kind: LinkKind, *, company: str, site_url: str, token: str) -> tuple[str, str]:
    """Subject and body."""
    body = f"{_BODIES[kind].format(company=company)}（{_VALID[kind]}内有效，只能用一次）："
    return _SUBJECTS[kind], f"{body}\n\n{site_url}{LINK_PATH}?token={token}\n\n{_NOT_MINE}\n"


def known_letter(*, site_url: str) -> tuple[str, str]:
    """To somebody who signs up and has an account already: the page itself must not tell strangers."""
    body = "有人用这个邮箱或手机号注册，但它已有账号。如果是您，请直接登录；忘记了密码可以重设：\n\n"
    return "您已有账号", f"{body}{site_url}/account/sign-in\n{site_url}/account/reset\n\n{_NOT_MINE}\n"
