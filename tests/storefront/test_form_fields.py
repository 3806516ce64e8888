"""What hidden fields of a form are read as."""

from __future__ import annotations

import pytest

from kernel.errors import Invalid
from storefront.form_fields import hidden_number, version_of, version_seen, whole

NO_NUMBERS = ["", " 7", "-1", "1_000", "٧", "²", "7.0", "1" * 19]


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("7", 7), ("9" * 18, 10**18 - 1)])
def test_digits_are_read_as_their_number(text: str, number: int) -> None:
    form = {"version": text}
    assert (whole(text), hidden_number(form, "version"), version_seen(form), version_of(form)) == (number,) * 4


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_no_page_put_there_is_refused_by_its_field(text: str) -> None:
    assert whole(text) is None
    with pytest.raises(Invalid, match="页面已过期") as refused:
        hidden_number({"years": text}, "years")
    assert refused.value.parameter == "years"
    assert version_of({"version": text}) == 0


def test_a_form_may_name_no_version_but_not_a_false_one() -> None:
    assert version_seen({}) is None
    assert version_seen({"version": ""}) is None
    with pytest.raises(Invalid):
        version_seen({"version": "x"})
