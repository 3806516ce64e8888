"""The mails that carry one-time links, and those that carry notices: what they say, in their reader's language. They
name no password and nobody but their reader."""

from __future__ import annotations

from catalog_service.domain.companies.credentials import LinkKind
from web.translation import told

_SUBJECTS = {
    LinkKind.CONFIRM: "请确认您的邮箱",
    LinkKind.INVITE: "您被邀请加入一家公司",
    LinkKind.RESET: "重设密码",
}
LINK_PATH = "/account/confirm"
_NOT_MINE = "如果这不是您本人的操作，请忽略这封邮件：没有这个链接，什么也不会改变。"
_KNOWN = "有人用这个邮箱或手机号注册，但它已有账号。如果是您，请直接登录；忘记了密码可以重设："


def link_letter(kind: LinkKind, *, company: str, site_url: str, token: str, language: str) -> tuple[str, str]:
    """Subject and body; the link says the language too, as the browser it is opened in may know none."""
    sentence, ignore = told(_sentence(kind, company), language), told(_NOT_MINE, language)
    link = f"{site_url}{LINK_PATH}?language={language}&token={token}"
    return told(_SUBJECTS[kind], language), f"{sentence}\n\n{link}\n\n{ignore}\n"


def known_letter(*, site_url: str, language: str) -> tuple[str, str]:
    """To somebody who signs up and has an account already: the page itself must not tell strangers."""
    sentence, ignore = told(_KNOWN, language), told(_NOT_MINE, language)
    body = f"{sentence}\n\n{site_url}/account/sign-in\n{site_url}/account/reset\n\n{ignore}\n"
    return told("您已有账号", language), body


def notice_letter(text: str, *, language: str) -> tuple[str, str]:
    """What a company is told on its page too."""
    return letter("通知", text, language=language)


def letter(subject: str, text: str, *, language: str) -> tuple[str, str]:
    """Subject and body of what is said in sentences of ours."""
    return told(subject, language), told(text, language)


def _sentence(kind: LinkKind, company: str) -> str:
    match kind:
        case LinkKind.CONFIRM:
            done = f"“{company}”用这个邮箱注册了批发市场。打开下面的链接设置密码，即可登录"
            return f"{done}（24 小时内有效，只能用一次）："
        case LinkKind.INVITE:
            done = f"“{company}”邀请您成为批发市场里的成员。打开下面的链接设置密码，即可登录"
            return f"{done}（7 天内有效，只能用一次）："
        case LinkKind.RESET:
            return "打开下面的链接设置新密码（1 小时内有效，只能用一次）："
        case LinkKind.ADMIN:
            raise ValueError("the first administrator's link is printed, never mailed")
