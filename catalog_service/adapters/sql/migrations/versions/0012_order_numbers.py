"""Orders have a number for people. Those that are there get theirs, in the order in which they were placed.

A number follows from the order's id and day, so that going down and up again gives the same ones. Two orders of a day
that meet in a number are told apart in the order of their places: the later one draws again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

# The rule itself and no copy of it: numbers that were given stay, whatever it becomes.
from catalog_service.domain.orders.numbers import NUMBER_DIGITS, PARTS, order_number

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# A batch is some fifty milliseconds of either database.
ROWS_A_BATCH = 2_000
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
    place = (orders.c.placed_at, orders.c.order_id)
    ahead = sa.select(*place).order_by(*place).limit(ROWS_A_BATCH)
    beyond = ahead.where(sa.tuple_(*place) > sa.tuple_(sa.bindparam("at"), sa.bindparam("after")))
    write = sa.update(orders).where(orders.c.order_id == sa.bindparam("id")).values(number=sa.bindparam("given"))
    if op.get_context().as_sql:  # a plan reads what is done, not how: every row of the table is written
        op.execute(sa.update(orders).values(number=orders.c.order_id))
        return
    connection, taken = op.get_bind(), _Taken()
    batch = connection.execute(ahead).all()
    while batch:
        connection.execute(write, [{"id": order_id, "given": taken.next(order_id, at)} for at, order_id in batch])
        batch = connection.execute(beyond, {"at": batch[-1][0], "after": batch[-1][1]}).all()


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
