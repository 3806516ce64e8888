"""The mails of the served market, as who gets them opens them."""

from __future__ import annotations

import email
import email.policy
import re
import time

from pifa.wiring import Installation

PASSWORD = "一句 记得住的 话"
MAIL_SECONDS = 20.0  # the sweeper looks every second; a loaded machine takes its time


def mailed_path(site: Installation, recipient: str) -> str:
    """The path of the link that the recipient was sent."""
    deadline = time.monotonic() + MAIL_SECONDS
    while time.monotonic() < deadline:
        for path in site.home.mail.glob("*.eml"):
            mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            found = re.search(r"https?://[^/]+(/account/\S+)", mail.get_content())
            if mail["To"] == recipient and found is not None:
                return found[1]
        time.sleep(0.1)
    raise AssertionError(f"no mail to {recipient}")
