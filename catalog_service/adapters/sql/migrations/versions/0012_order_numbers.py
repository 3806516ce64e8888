"""Orders have a number for people. Those that are there get theirs, in the order in which they were placed.

A number follows from the order's id and day, so that going down and up again gives the same ones. Two orders of a day
that meet in a number are told apart in the order of their places: the later one draws again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from catalog_service.adapters.sql.migrations.steps import fill

# The rule itself and no copy of it: numbers that were given stay, whatever it becomes.
from catalog_service.domain.orders.numbers import NUMBER_DIGITS, PARTS, order_number

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_DAY = PARTS[0]


def upgrade() -> None:
    # The default is for the rows that are there, for the length of this upgrade: the index lets it stand once at most.
    op.add_column("orders", sa.Column("number", sa.String(NUMBER_DIGITS), nullable=False, server_default=""))
    op.create_index("ix_orders_unnumbered", "orders", ["placed_at", "order_id"])  # for the walk below
    _number()
    op.drop_index("ix_orders_unnumbered", "orders")
    op.create_index("ix_orders_number", "orders", ["number"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_orders_number", "orders")
    op.drop_column("orders", "number")


def _number() -> None:
    orders = sa.table(
        "orders", sa.column("order_id", sa.Text), sa.column("placed_at", sa.BigInteger), sa.column("number", sa.Text)
    )
    place, taken = (orders.c.placed_at, orders.c.order_id), _Taken()
    fill(
        sa.select(*place), place=place, into=[orders.c.number],
        values=lambda row: [taken.next(row.order_id, row.placed_at)],
    )  # fmt: skip


class _Taken:
    """The numbers of one day, which alone can meet."""

    def __init__(self) -> None:
        self._day, self._numbers = "", set[str]()

    def next(self, order_id: str, placed_at: int) -> str:
        draw, number = 0, order_number(order_id, placed_at=placed_at)
        if number[:_DAY] != self._day:
            self._day = number[:_DAY]
            self._numbers.clear()
        while number in self._numbers:
            draw += 1
            number = order_number(order_id, placed_at=placed_at, draw=draw)
        self._numbers.add(number)
        return number
