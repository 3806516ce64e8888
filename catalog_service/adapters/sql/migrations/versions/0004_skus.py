"""Offers get SKUs, stock by SKU, prices for buyer groups, freight, carts, and a life before publication.

An offer that is there gets one SKU with its own id and its own stock, by two statements however many there are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

Id = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
Sequence = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

STATES = (
    "state IN ('draft', 'in_audit', 'refused', 'live', 'withdrawn', 'taken_down', 'taken_down_withdrawn', 'discarded')"
)
STATES_BEFORE = "state IN ('live', 'withdrawn', 'taken_down', 'taken_down_withdrawn')"

DEFAULT_SKUS = """
INSERT INTO skus (sku_id, offer_id, code, attributes, tiers, weight_g, barcode, position, on_sale, retired,
                  stated_stock)
SELECT offer_id, offer_id, item_code, '[]', '[]', 0, barcode, 0, {true}, {false}, stock FROM offers
"""
DEFAULT_STOCK = """
INSERT INTO stock (sku_id, offer_id, available, reserved, moved)
SELECT offer_id, offer_id, stock, 0, {false} FROM offers
"""


def upgrade() -> None:
    _states(STATES)
    _index_the_rest()
    _make_skus()
    _make_stock()
    _make_prices()
    _make_carts()
    words = {"true": "true", "false": "false"} if _postgresql() else {"true": "1", "false": "0"}
    op.execute(DEFAULT_SKUS.format(**words))
    op.execute(DEFAULT_STOCK.format(**words))


def downgrade() -> None:
    for table in (
        "cart_lines",
        "bulk_edits",
        "supplier_terms",
        "freight_templates",
        "private_prices",
        "buyer_group_members",
        "buyer_groups",
        "stock_moves",
        "reservations",
        "stock",
        "offer_terms",
        "skus",
    ):
        op.drop_table(table)
    op.drop_index("ix_offers_supplier_rest", "offers")
    # The older program knows nothing that was not published yet: it is kept, out of sight.
    op.execute("UPDATE offers SET state = 'withdrawn' WHERE state IN ('draft', 'in_audit', 'refused', 'discarded')")
    _states(STATES_BEFORE)


def _postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _index_the_rest() -> None:
    """What is not live, for its supplier's list and for the audit: few rows beside a catalog."""
    rest = sa.text("state <> 'live'")
    op.create_index(
        "ix_offers_supplier_rest", "offers", ["supplier_id", "offer_id"], sqlite_where=rest, postgresql_where=rest
    )


def _states(condition: str) -> None:
    """Another set of states. SQLite builds the table anew for it, which copies the rows once."""
    with op.batch_alter_table("offers") as offers:
        offers.drop_constraint(op.f("ck_offers_state"), type_="check")
        offers.create_check_constraint(op.f("ck_offers_state"), condition)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _id(name: str) -> sa.Column[str]:
    return sa.Column(name, Id, nullable=False)


def _reference(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.{column}"], name=op.f(f"fk_{table}_{column}_{to}"))


def _make_skus() -> None:
    op.create_table(
        "skus",
        _id("sku_id"),
        _id("offer_id"),
        _text("code"),
        _text("attributes"),
        _text("tiers"),
        _count("weight_g"),
        _text("barcode"),
        sa.Column("position", sa.Integer(), nullable=False),
        _flag("on_sale"),
        _flag("retired"),
        sa.Column("stated_stock", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("weight_g >= 0", name=op.f("ck_skus_weight_g")),
        _reference("skus", "offer_id", "offers"),
        sa.PrimaryKeyConstraint("sku_id", name=op.f("pk_skus")),
    )
    op.create_index("ix_skus_offer_id", "skus", ["offer_id"])
    op.create_table(
        "offer_terms",
        _id("offer_id"),
        _flag("moq_per_sku"),
        _flag("mixed_batch"),
        sa.Column("freight_template_id", Id, nullable=True),
        sa.Column("digest", sa.String(32), nullable=False),
        _reference("offer_terms", "offer_id", "offers"),
        sa.PrimaryKeyConstraint("offer_id", name=op.f("pk_offer_terms")),
    )


def _make_stock() -> None:
    op.create_table(
        "stock",
        _id("sku_id"),
        _id("offer_id"),
        sa.Column("available", sa.BigInteger(), nullable=True),
        _count("reserved"),
        _flag("moved"),
        sa.CheckConstraint("available IS NULL OR available >= 0", name=op.f("ck_stock_available")),
        sa.CheckConstraint("reserved >= 0", name=op.f("ck_stock_reserved")),
        _reference("stock", "sku_id", "skus"),
        sa.PrimaryKeyConstraint("sku_id", name=op.f("pk_stock")),
    )
    op.create_index("ix_stock_offer", "stock", ["offer_id"])
    moved = sa.text("moved")
    op.create_index("ix_stock_moved", "stock", ["sku_id"], sqlite_where=moved, postgresql_where=moved)
    op.create_table(
        "reservations",
        _id("order_id"),
        _id("sku_id"),
        _count("quantity"),
        _count("held"),
        _count("shipped"),
        _count("reserved_at"),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_reservations_quantity")),
        sa.CheckConstraint(
            "held >= 0 AND shipped >= 0 AND held + shipped <= quantity", name=op.f("ck_reservations_held")
        ),
        _reference("reservations", "sku_id", "skus"),
        sa.PrimaryKeyConstraint("order_id", "sku_id", name=op.f("pk_reservations")),
    )
    op.create_index("ix_reservations_sku", "reservations", ["sku_id"])
    op.create_table(
        "stock_moves",
        sa.Column("move_id", Sequence, autoincrement=True, nullable=False),
        _id("sku_id"),
        sa.Column("kind", sa.String(16), nullable=False),
        _id("order_id"),
        _count("quantity"),
        sa.Column("available", sa.BigInteger(), nullable=True),
        _count("reserved"),
        _text("actor"),
        _count("moved_at"),
        sa.CheckConstraint("kind IN ('set', 'adjust', 'reserve', 'release', 'ship')", name=op.f("ck_stock_moves_kind")),
        sa.PrimaryKeyConstraint("move_id", name=op.f("pk_stock_moves")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_stock_moves_sku", "stock_moves", ["sku_id", "move_id"])


def _make_prices() -> None:
    op.create_table(
        "buyer_groups",
        _id("group_id"),
        _id("supplier_id"),
        _count("version"),
        _text("name"),
        sa.Column("rate_bp", sa.Integer(), nullable=False),
        _count("changed_at"),
        sa.CheckConstraint("rate_bp BETWEEN 1 AND 10000", name=op.f("ck_buyer_groups_rate_bp")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_buyer_groups_version")),
        _reference("buyer_groups", "supplier_id", "suppliers"),
        sa.PrimaryKeyConstraint("group_id", name=op.f("pk_buyer_groups")),
    )
    op.create_index("ix_buyer_groups_supplier_id", "buyer_groups", ["supplier_id"])
    op.create_table(
        "buyer_group_members",
        _id("supplier_id"),
        _id("company_id"),
        _id("group_id"),
        _reference("buyer_group_members", "group_id", "buyer_groups"),
        sa.PrimaryKeyConstraint("supplier_id", "company_id", name=op.f("pk_buyer_group_members")),
    )
    op.create_index("ix_buyer_group_members_company", "buyer_group_members", ["company_id"])
    op.create_index("ix_buyer_group_members_group_id", "buyer_group_members", ["group_id"])
    op.create_table(
        "private_prices",
        _id("group_id"),
        _id("target_id"),
        _text("tiers"),
        _reference("private_prices", "group_id", "buyer_groups"),
        sa.PrimaryKeyConstraint("group_id", "target_id", name=op.f("pk_private_prices")),
    )
    op.create_table(
        "freight_templates",
        _id("template_id"),
        _id("supplier_id"),
        _count("version"),
        _text("name"),
        _text("zones"),
        _count("changed_at"),
        sa.CheckConstraint("version >= 1", name=op.f("ck_freight_templates_version")),
        _reference("freight_templates", "supplier_id", "suppliers"),
        sa.PrimaryKeyConstraint("template_id", name=op.f("pk_freight_templates")),
    )
    op.create_index("ix_freight_templates_supplier_id", "freight_templates", ["supplier_id"])
    op.create_table(
        "supplier_terms",
        _id("supplier_id"),
        _count("version"),
        sa.Column("mixed_pieces_min", sa.BigInteger(), nullable=True),
        sa.Column("mixed_fen_min", sa.BigInteger(), nullable=True),
        _text("discounts"),
        _count("changed_at"),
        sa.CheckConstraint("version >= 1", name=op.f("ck_supplier_terms_version")),
        _reference("supplier_terms", "supplier_id", "suppliers"),
        sa.PrimaryKeyConstraint("supplier_id", name=op.f("pk_supplier_terms")),
    )
    op.create_table(
        "bulk_edits",
        _id("edit_id"),
        _id("supplier_id"),
        sa.Column("plan_digest", sa.String(64), nullable=False),
        _text("rows"),
        _count("applied_at"),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("edit_id", name=op.f("pk_bulk_edits")),
    )
    op.create_index("ix_bulk_edits_supplier_id", "bulk_edits", ["supplier_id"])


def _make_carts() -> None:
    op.create_table(
        "cart_lines",
        sa.Column("owner", sa.String(140), nullable=False),
        _id("sku_id"),
        _id("supplier_id"),
        _count("quantity"),
        _flag("saved"),
        _count("changed_at"),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_cart_lines_quantity")),
        _reference("cart_lines", "sku_id", "skus"),
        sa.PrimaryKeyConstraint("owner", "sku_id", name=op.f("pk_cart_lines")),
    )
    op.create_index("ix_cart_lines_changed", "cart_lines", ["changed_at"])
    op.create_index("ix_cart_lines_sku", "cart_lines", ["sku_id"])
