"""Every revision goes up and down with rows in the tables, on both databases."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pyotp
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from catalog_service.adapters.sql.migrate import HEAD, RecordOfAnotherVersion, downgrade, migrate, revision, upgrade
from catalog_service.adapters.sql.store import SqlRecordStore
from catalog_service.adapters.sql.tables import metadata
from catalog_service.adapters.sql.tables.base import Id
from catalog_service.domain.carts.values import CartLine
from catalog_service.domain.companies.address import Address
from catalog_service.domain.companies.company import Invoice
from catalog_service.domain.deeds import DeedRequest
from catalog_service.domain.offers.revision_states import RevisionState
from catalog_service.domain.offers.revisions import Revision, standing_content
from catalog_service.domain.prices.terms import FreightZone, SupplierTerms
from catalog_service.domain.prices.values import Wanted
from catalog_service.domain.skus.values import NO_TERMS, SkuDraft, TradeTerms
from catalog_service.domain.suppliers.credit import CreditTally
from catalog_service.domain.suppliers.profile import SupplierDraft
from catalog_service.ports.bulk_edits import BulkEdit
from catalog_service.ports.record import RecordTransaction
from catalog_service.service import LOCK_NAME, Record
from tests.catalog_service.house import ADMIN, NOW, draft, every_change, ladder, open_house, rows
from tests.catalog_service.town import PASSWORD, Town
from tests.catalog_service.trade import trade_once

SCRIPTS = ScriptDirectory(str(Path(__file__).parents[2] / "catalog_service/adapters/sql/migrations"))
BEFORE_SKUS = str(SCRIPTS.get_revision("0004").down_revision)
# Made as plain text by the first revision and never ordered by.
UNORDERED = {("api_keys", "key_id"), ("credit_events", "event_id"), ("offers", "category_id")}
REVISIONS = [script.revision for script in reversed(list(SCRIPTS.walk_revisions()))]


Rows = Mapping[str, list[dict[str, Any]]]


def fill(record: Record, folder: Path) -> None:
    """At least one row in every table."""
    record.register_supplier(draft=SupplierDraft(supplier_id="s-1", name="甲厂", repeat_buyer_rate=0.3), request=ADMIN)
    trade_once(record, folder)
    record.record_credit_event(supplier_id="s-1", tally=CreditTally(kind="as_described", count=9), request=ADMIN)
    asked = DeedRequest(actor="admin", key="k-1", fingerprint="f")
    record.publish_offer(draft=draft("B-1", supplier_id="s-1", tiers=ladder((1, 250), (10, 200))), request=asked)
    record.publish_offer(draft=draft("a-1", stock=2**40, attributes={"颜色": ("红", "蓝")}), request=ADMIN)
    record.takedown_offer(offer_id="a-1", reason="核查", request=ADMIN)
    fill_trade(record)
    fill_people(Town(record))
    (folder / "a.jsonl").write_text('{"offer_id": "i-1", "title": "杯"}\n', "utf-8")
    record.import_file(folder / "a.jsonl")


def fill_trade(record: Record) -> None:
    """SKUs, stock, groups, freight, carts."""
    zones = [FreightZone(first_g=1_000, first_fen=800)]
    template_id = record.keep_freight.create(seller="s-1", name="快递", zones=zones, request=ADMIN).subject_id
    trade = TradeTerms(skus=(SkuDraft(code="红", values=(("颜色", "红"),), stock=9),), freight_template_id=template_id)
    record.publish_offer(draft=draft("sku-1", supplier_id="s-1"), trade=trade, request=ADMIN)
    group_id = record.keep_groups.create(seller="s-1", name="老客户", rate_bp=9_500, request=ADMIN).subject_id
    record.keep_groups.set_members(
        seller="s-1", group_id=group_id, company_ids=["c-1"], expected_version=1, request=ADMIN
    )
    record.keep_groups.set_price(
        seller="s-1", group_id=group_id, target_id="B-1", tiers=ladder((5, 100)), expected_version=2, request=ADMIN
    )
    terms = SupplierTerms(supplier_id="s-1", mixed_pieces_min=3)
    record.set_supplier_terms(terms=terms, expected_version=0, request=ADMIN)
    live = standing_content(record.offers.offer("B-1").offer, (), NO_TERMS)
    revision = Revision(
        offer_id="B-1", version=2**40, state=RevisionState.WAITING, base_version=1, base=live, content=live,
        submitted_by="u", submitted_at=NOW, changed_at=NOW,
    )  # fmt: skip
    edit = BulkEdit(edit_id="e-1", supplier_id="s-1", plan_digest="d", rows=())

    def work(transaction: RecordTransaction) -> None:
        transaction.stock.reserve("order-1", [Wanted(sku_id="a-1", quantity=3)], at=NOW)
        line = CartLine(sku_id="B-1", supplier_id="s-1", quantity=2)
        transaction.carts.put("m:c-1:u-1", [line], at=NOW)
        transaction.bulk_edits.add(edit, at=NOW)
        transaction.revisions.add(revision)

    SqlRecordStore(record.engine).write(work)


def fill_people(town: Town) -> None:
    seller, _ = town.seller()
    buyer = town.colleague(seller, "buyer@s.example.com", ["buyer"], 2**40)
    people, company_id = town.people, seller.company_id
    people.choose_language(member_id=buyer.member_id, company_id=company_id, language="en", request=ADMIN)
    signed_in = people.sign_in(login=buyer.login, password=PASSWORD, client="c")
    enrolment = people.enrol_totp(member_id=buyer.member_id)
    people.confirm_totp(
        member_id=buyer.member_id, session_id=signed_in.session.session_id, code=pyotp.TOTP(enrolment.secret).at(NOW)
    )
    address = Address(recipient="张伟", phone="13800138000", province="浙江", city="金华", district="", street="1 号")
    people.add_address(company_id=company_id, address=address, default=True, request=ADMIN)
    invoice = Invoice(title="乙工厂", tax_id="91350100M000100Y43")
    people.revise_company(company_id=company_id, invoice=invoice, request=ADMIN)
    documents = [("licence", town.scan(seller)), ("permit", town.scan(seller, 90))]
    submitted = people.submit_verification(company_id=company_id, documents=documents, request=ADMIN)
    people.decide_verification.approve(verification_id=submitted.subject_id, expires_at=NOW + 9, request=ADMIN)
    key = people.create_key(
        company_id=company_id, name="ERP", scopes=["offers:write"], spend_limit_fen=2**40, request=ADMIN
    )
    key_id = key.receipt.subject_id
    assert SqlRecordStore(town.record.engine).write(
        lambda transaction: transaction.identity.spend(key_id, day=20_000, amount_fen=2**33)
    )
    stored = people.issue_token.client(key.receipt.subject_id)
    assert stored is not None
    people.issue_token(stored, token="pifat_x", scopes=["offers:write"])


def everything(engine: sa.Engine) -> Rows:
    """The rows of all tables but Alembic's own, by table."""
    found = sa.MetaData()
    found.reflect(engine)
    tables = [table for table in found.sorted_tables if table.name != "alembic_version"]
    with engine.connect() as connection:
        ordered = {table.name: connection.execute(table.select().order_by(*table.primary_key)) for table in tables}
        return {name: [dict(row) for row in result.mappings()] for name, result in ordered.items()}


def assert_kept(now: Rows, before: Rows) -> None:
    """Each row that both revisions know, in the columns that both know."""
    for table in now.keys() & before.keys():
        shared = [name for name in before[table][0] if name in now[table][0]]
        assert [[row[name] for name in shared] for row in now[table]] == [
            [row[name] for name in shared] for row in before[table]
        ], table


def assert_as_in_code(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    assert revision(engine) == HEAD


def test_every_revision_goes_down_and_up_again_with_its_rows_kept(empty_home: Path, tmp_path: Path) -> None:
    with closing(open_house(empty_home)) as record:
        assert_as_in_code(record.engine)
        fill(record, tmp_path)
        before = everything(record.engine)
        assert [table for table, kept in before.items() if not kept] == []
        for target in reversed(REVISIONS[:-1]):
            downgrade(record.engine, target=target)
            assert revision(record.engine) == target
            assert_kept(everything(record.engine), before)
        survived = {table: before[table] for table in everything(record.engine)}
        for target in REVISIONS[1:]:
            upgrade(record.engine, target=target)
            now = everything(record.engine)
            assert_kept(now, survived)
            # What was dropped on the way down is gone; SKUs and stock are made again for the offers that are there.
            assert {table for table in now if now[table] and table not in survived} <= {"skus", "stock"}
        assert_as_in_code(record.engine)
        cursor = record.changes.latest()
        assert record.publish_offer(draft=draft("after"), request=ADMIN).version == 1
        assert [change.sequence for change in every_change(record) if change.sequence > cursor] == [cursor + 1]
        assert [offer.offer_id for batch in record.catalog.live_offers(batch_size=9) for offer, _ in batch] == [
            "B-1", "after", "i-1", "k-1", "k-2", "sku-1",
        ]  # fmt: skip


def test_the_first_revision_goes_down_to_nothing_and_up_again(empty_home: Path, tmp_path: Path) -> None:
    with closing(open_house(empty_home)) as record:
        fill(record, tmp_path)
        downgrade(record.engine, target="base")
        assert everything(record.engine) == {}
        upgrade(record.engine, target="head")
        assert_as_in_code(record.engine)


def test_every_constraint_has_a_name_of_the_convention(record: Record) -> None:
    """A constraint that the database named by itself cannot be dropped by the same script on both."""
    inspector = sa.inspect(record.engine)
    for table in metadata.tables:
        named: list[Any] = [inspector.get_pk_constraint(table), *inspector.get_foreign_keys(table)]
        named += [*inspector.get_check_constraints(table), *inspector.get_unique_constraints(table)]
        if record.engine.dialect.name == "sqlite" and metadata.tables[table].autoincrement_column is not None:
            named.pop(0)  # a key that SQLite counts by itself is part of its column there, without a name
        names = [str(each["name"]) for each in named]
        assert [name for name in names if not name.startswith(("pk_", "fk_", "ck_", "uq_"))] == []
        assert [name for name in names if table not in name] == []


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_ids_are_ordered_by_their_bytes_whatever_the_language_of_the_database(record: Record) -> None:
    ordered = rows(
        record,
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND collation_name = 'C' ORDER BY 1, 2",
    )
    named = {
        (table.name, column.name)
        for table in metadata.sorted_tables
        for column in table.c
        if column.type is Id or column.name == "account_id"
    }
    assert set(ordered) == named - UNORDERED


def test_offers_that_are_there_get_one_sku_with_their_own_stock(empty_home: Path) -> None:
    with closing(open_house(empty_home)) as record:
        record.publish_offer(draft=draft("o-1", stock=7, item_code="A1", barcode="69"), request=ADMIN)
        record.publish_offer(draft=draft("o-2"), request=ADMIN)
        with record.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE offers SET state = 'in_audit' WHERE offer_id = 'o-2'")
        before = everything(record.engine)
        downgrade(record.engine, target=BEFORE_SKUS)
        assert dict(rows(record, "SELECT offer_id, state FROM offers")) == {"o-1": "live", "o-2": "withdrawn"}
        upgrade(record.engine, target="head")
        after = everything(record.engine)
        assert (after["skus"], after["stock"]) == (before["skus"], before["stock"])


def test_the_head_of_the_code_is_the_head_of_the_scripts() -> None:
    assert SCRIPTS.get_heads() == [HEAD]


def test_a_record_of_a_newer_program_is_refused_and_left_alone(home: Path, record: Record) -> None:
    with record.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(RecordOfAnotherVersion):
        migrate(record.engine, lock_path=home / LOCK_NAME)
    assert revision(record.engine) == "9999"
