"""Orders and what belongs to them. The head of an order is the lock of all of it: every deed moves its version."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.adapters.sql.tables.base import Id, among, count, flag, metadata, text
from catalog_service.domain.orders.numbers import NUMBER_DIGITS
from catalog_service.domain.orders.plans import Plan
from catalog_service.domain.orders.refund_states import OPEN, REFUND
from catalog_service.domain.orders.rulings import RULING, Outcome, RulingState
from catalog_service.domain.orders.states import ORDER
from catalog_service.domain.orders.timers import timer_check

_REFUNDING = sa.text("open_refund_id <> ''")
_OPEN_REFUND = sa.text(among("state", OPEN))
_PROPOSED = sa.text(f"state = '{RulingState.PROPOSED}'")

order_groups = sa.Table(
    "order_groups",
    metadata,
    sa.Column("group_id", Id, primary_key=True),
    sa.Column("buyer_company_id", Id, nullable=False),
    text("placed_by"),
    count("orders"),
    count("payable_fen"),
    count("placed_at"),
)

orders = sa.Table(
    "orders",
    metadata,
    sa.Column("order_id", Id, primary_key=True),
    sa.Column("number", sa.String(NUMBER_DIGITS), nullable=False),  # for people
    count("version"),
    sa.Column("state", sa.String(32), nullable=False),
    sa.Column("group_id", Id, sa.ForeignKey("order_groups.group_id"), nullable=False),
    sa.Column("buyer_company_id", Id, nullable=False),
    sa.Column("supplier_id", Id, nullable=False),
    sa.Column("supplier_company_id", Id, nullable=False),  # empty while nobody has claimed the supplier
    text("placed_by"),
    sa.Column("out_order_id", sa.String(64)),  # the buyer's own number
    sa.Column("draft_digest", sa.String(64), nullable=False),
    sa.Column("snapshot", sa.String(64), nullable=False),
    sa.Column("plan", sa.String(16), nullable=False),
    count("goods_fen"),
    count("discount_fen"),
    count("freight_fen"),
    count("adjust_fen"),
    count("payable_fen"),
    count("approved_fen"),
    count("paid_fen"),
    count("refunded_fen"),
    count("released_fen"),
    count("stages_paid"),
    count("pieces"),
    count("shipped_pieces"),
    count("postponed"),
    sa.Column("open_refund_id", Id, nullable=False),  # empty: none is open
    text("recipient"),
    text("phone"),
    text("province"),
    text("city"),
    text("district"),
    text("street"),
    text("postcode"),
    text("remark"),
    text("end_reason"),
    count("placed_at"),
    sa.Column("paid_at", sa.BigInteger),
    sa.Column("shipped_at", sa.BigInteger),
    sa.Column("finished_at", sa.BigInteger),
    count("changed_at"),
    sa.UniqueConstraint("buyer_company_id", "out_order_id"),
    sa.CheckConstraint("version >= 1", name="version"),
    sa.CheckConstraint(ORDER.check(), name="state"),
    sa.CheckConstraint(among("plan", Plan), name="plan"),
    sa.CheckConstraint(
        "payable_fen = goods_fen - discount_fen + freight_fen + adjust_fen AND payable_fen >= 1", name="payable_fen"
    ),
    sa.CheckConstraint("goods_fen >= 0 AND discount_fen >= 0 AND freight_fen >= 0", name="parts_fen"),
    sa.CheckConstraint("paid_fen BETWEEN 0 AND payable_fen", name="paid_fen"),
    sa.CheckConstraint(
        "refunded_fen >= 0 AND released_fen >= 0 AND refunded_fen + released_fen <= paid_fen", name="held_fen"
    ),
    # No frozen funds: an order that has ended holds nothing.
    sa.CheckConstraint(
        "state NOT IN ({}) OR refunded_fen + released_fen = paid_fen".format(
            ", ".join(f"'{state}'" for state in ORDER.states if state in ORDER.terminal)
        ),
        name="ended",
    ),
    sa.CheckConstraint("pieces >= 1 AND shipped_pieces BETWEEN 0 AND pieces", name="pieces"),
    sa.Index("ix_orders_number", "number", unique=True),
    # Lists: newest first, of a buyer or a seller, of one state or all.
    sa.Index("ix_orders_buyer", "buyer_company_id", "placed_at", "order_id"),
    sa.Index("ix_orders_supplier", "supplier_id", "placed_at", "order_id"),
    # What of a supplier's earnings is disputed.
    sa.Index("ix_orders_refunding", "supplier_id", sqlite_where=_REFUNDING, postgresql_where=_REFUNDING),
)

order_lines = sa.Table(
    "order_lines",
    metadata,
    sa.Column("order_id", Id, sa.ForeignKey("orders.order_id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("sku_id", Id, nullable=False),
    sa.Column("offer_id", Id, nullable=False),
    count("offer_version"),
    text("title"),
    text("sku_name"),
    text("unit"),
    count("quantity"),
    count("unit_fen"),
    count("amount_fen"),
    count("weight_g"),
    text("steps"),  # JSON [[name, fen, because], ...]
    count("shipped"),
    sa.CheckConstraint("quantity >= 1 AND shipped BETWEEN 0 AND quantity", name="shipped"),
    sa.CheckConstraint("amount_fen = unit_fen * quantity AND unit_fen >= 0", name="amount_fen"),
)

shipments = sa.Table(
    "shipments",
    metadata,
    sa.Column("shipment_id", Id, primary_key=True),
    sa.Column("order_id", Id, sa.ForeignKey("orders.order_id"), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    text("carrier"),
    text("waybill"),
    text("shipped_by"),
    count("shipped_at"),
    sa.UniqueConstraint("order_id", "number"),
)

shipment_lines = sa.Table(
    "shipment_lines",
    metadata,
    sa.Column("shipment_id", Id, sa.ForeignKey("shipments.shipment_id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    count("quantity"),
    sa.CheckConstraint("quantity >= 1", name="quantity"),
)

order_events = sa.Table(
    "order_events",
    metadata,
    sa.Column("order_id", Id, sa.ForeignKey("orders.order_id"), primary_key=True),
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("machine", sa.String(16), nullable=False),
    sa.Column("event", sa.String(32), nullable=False),
    sa.Column("actor", sa.String(16), nullable=False),
    text("member_id"),
    sa.Column("source", sa.String(32), nullable=False),
    sa.Column("target", sa.String(32), nullable=False),
    text("note"),
    text("facts"),  # JSON object
    count("at"),
)

refunds = sa.Table(
    "refunds",
    metadata,
    sa.Column("refund_id", Id, primary_key=True),
    count("version"),
    sa.Column("state", sa.String(32), nullable=False),
    sa.Column("order_id", Id, sa.ForeignKey("orders.order_id"), nullable=False, index=True),
    # 0: the order as a whole. A default, since the rows of before have none.
    sa.Column("line", sa.Integer, nullable=False, server_default="0"),
    count("amount_fen"),
    flag("with_goods"),
    text("reason"),
    text("answer"),
    text("carrier"),
    text("waybill"),
    text("requested_by"),
    count("opened_at"),
    count("changed_at"),
    sa.Column("finished_at", sa.BigInteger),
    sa.CheckConstraint("version >= 1", name="version"),
    sa.CheckConstraint(REFUND.check(), name="state"),
    sa.CheckConstraint("amount_fen >= 1", name="amount_fen"),
    # What the market's people look through: the oldest first, of all suppliers.
    sa.Index("ix_refunds_open", "opened_at", sqlite_where=_OPEN_REFUND, postgresql_where=_OPEN_REFUND),
)

rulings = sa.Table(
    "rulings",
    metadata,
    sa.Column("ruling_id", Id, primary_key=True),
    count("version"),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("order_id", Id, sa.ForeignKey("orders.order_id"), nullable=False),
    sa.Column("refund_id", Id, nullable=False),  # empty: the order itself is ended
    count("order_version"),
    sa.Column("outcome", sa.String(16), nullable=False),
    count("to_buyer_fen"),
    text("reason"),
    text("proposed_by"),
    text("confirmed_by"),
    count("created_at"),
    count("changed_at"),
    sa.CheckConstraint("version >= 1", name="version"),
    sa.CheckConstraint(RULING.check(), name="state"),
    sa.CheckConstraint(among("outcome", Outcome), name="outcome"),
    sa.CheckConstraint("to_buyer_fen >= 0", name="to_buyer_fen"),
    # Nobody confirms what oneself has proposed.
    sa.CheckConstraint("confirmed_by <> proposed_by", name="operators"),
    # One of an order waits.
    sa.Index("ix_rulings_proposed", "order_id", unique=True, sqlite_where=_PROPOSED, postgresql_where=_PROPOSED),
)

timers = sa.Table(
    "timers",
    metadata,
    sa.Column("subject_id", Id, primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    count("due_at"),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.CheckConstraint(timer_check(), name="kind"),
    sa.Index("ix_timers_due", "due_at", "subject_id"),
)
