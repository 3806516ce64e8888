"""What goes wrong in the database is told without what is a person's: neither in the error nor in a log of it."""

from __future__ import annotations

import io
import sys
import traceback
from pathlib import Path

import pytest
import sqlalchemy as sa
import structlog
from sqlalchemy.exc import DataError, IntegrityError

from catalog_service.adapters.sql.tables import addresses
from catalog_service.service import Record
from pifa.logs import HIDDEN, configure_logs
from tests.catalog_service.trade import lay_in

PHONE, NAME, MAIL = "13812345678", "诸葛孔明", "kongming@example.com"


def row(**changes: object) -> dict[str, object]:
    return {
        "address_id": "a-1", "company_id": "c-buyer", "recipient": NAME, "phone": PHONE, "province": "四川",
        "city": "成都", "district": "武侯", "street": f"祠堂街 1 号 {MAIL}", "postcode": "610041", "version": 1,
        "changed_at": 1, **changes,
    }  # fmt: skip


@pytest.mark.parametrize("wrong", [{"version": 0}, {"company_id": "nobody"}, {"city": None}])
def test_a_row_that_is_refused_is_not_told(
    record: Record, wrong: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_in(record, [])
    log = io.StringIO()
    monkeypatch.setattr(sys, "stderr", log)
    configure_logs("debug")
    try:
        with pytest.raises(IntegrityError) as refused, record.engine.begin() as connection:
            connection.execute(sa.insert(addresses), row(**wrong))
        structlog.get_logger().error("unexpected_error", exc_info=refused.value)
    finally:
        structlog.reset_defaults()
    told = "".join(traceback.format_exception(refused.value)) + repr(refused.value.orig) + log.getvalue()
    assert "IntegrityError" in log.getvalue()
    assert "addresses" in told  # what went wrong is told
    assert [secret for secret in (PHONE, NAME, MAIL) if secret in told] == []


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_value_that_is_none_of_its_kind_is_not_told(record: Record) -> None:
    with pytest.raises(DataError) as refused, record.engine.begin() as connection:
        connection.exec_driver_sql("SELECT CAST(%s AS integer)", (f"{PHONE}x",))
    told = "".join(traceback.format_exception(refused.value))
    assert "for type integer" in told
    assert PHONE not in told


def test_what_others_errors_say_of_people_is_taken_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = io.StringIO()
    monkeypatch.setattr(sys, "stderr", log)
    configure_logs("info")
    phone = PHONE  # a local variable, which a coloured traceback would show
    try:
        raise ValueError(f"寄给 {MAIL} 或 +86 138 1234 5678")
    except ValueError:
        structlog.get_logger().exception("failed", order="0198c13812345678aa", at="2026-11-28", said=f"电话{phone}")
    finally:
        structlog.reset_defaults()
    told = log.getvalue()
    assert [
        secret for secret in (PHONE, MAIL, "1234 5678") if f"{secret}" in told.replace("0198c13812345678aa", "")
    ] == []
    assert told.count(HIDDEN) >= 3
    assert "0198c13812345678aa" in told  # an id is no number of a telephone
