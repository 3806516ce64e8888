"""Which passwords are accepted: by length, and none of the commonest (NIST SP 800-63B); no rules of composition."""

from __future__ import annotations

import unicodedata

from kernel.errors import Invalid

CHARACTERS_MIN = 8  # SP 800-63B, section 5.1.1.2
CHARACTERS_MAX = 128  # it asks for at least 64 to be allowed; more than a pass phrase only feeds the hash

# The commonest of at least eight characters in published counts of leaked passwords, and what this site's name begets.
_COMMONEST = """
12345678 123456789 1234567890 11111111 00000000 88888888 66666666 87654321 987654321 12341234 123123123 11223344
147258369 123654789 789456123 31415926 52013140 20082008 99999999 12344321 123321123 1qaz2wsx 1q2w3e4r 1q2w3e4r5t
q1w2e3r4 qwertyui qwertyuiop qwer1234 asdfghjk asdfghjkl asdf1234 zxcvbnm1 zxcvbnm123 password password1 password123
passw0rd p@ssw0rd iloveyou princess sunshine football baseball superman trustno1 welcome1 admin123 administrator
abc12345 abcd1234 a1234567 a12345678 a123456789 aa123456 aa12345678 woaini520 woaini1314 5201314520 wang1234
qq123456 qq123456789 dearbook computer internet whatever changeme letmein1 pifapifa pifa1234 pifa2024 pifa2025
pifa2026 alibaba1 taobao123
"""
COMMONEST = frozenset(_COMMONEST.split())


def accept_password(text: str, *, login: str = "") -> str:
    """The password in one form of Unicode (NFKC, as it is to be compared), or ``Invalid``."""
    password = unicodedata.normalize("NFKC", text)
    if not CHARACTERS_MIN <= len(password) <= CHARACTERS_MAX:
        raise Invalid(f"密码为 {CHARACTERS_MIN} 到 {CHARACTERS_MAX} 个字符", parameter="password")
    if any("\ud800" <= letter <= "\udfff" for letter in password):
        raise Invalid("密码含有无法保存的字符", parameter="password")
    plain = password.casefold()
    if plain in COMMONEST or len(set(plain)) < 3 or (login and plain in (login, login.partition("@")[0])):
        raise Invalid("这个密码太常见，请换一个", parameter="password", code="password_too_common")
    return password


def same_form(text: str) -> str:
    """A password that comes to be compared: never refused, but never longer than one that was accepted."""
    form = unicodedata.normalize("NFKC", text[: 4 * CHARACTERS_MAX])[: CHARACTERS_MAX + 1]
    return form.encode("utf-8", "replace").decode()
