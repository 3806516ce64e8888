"""The state machines as diagrams in ``docs/ordering.md``: ``python -m ops.machines`` writes them anew. What stands
between two marks of one machine is its own; a test holds it to the code."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from catalog_service.domain.companies.members import MEMBER_MACHINE
from catalog_service.domain.companies.verification import VERIFICATION_MACHINE
from catalog_service.domain.machines import Machine
from catalog_service.domain.money.payment_states import PAYMENT
from catalog_service.domain.money.payout_states import PAYOUT, PAYOUT_ACCOUNT
from catalog_service.domain.money.transfer_states import TRANSFER
from catalog_service.domain.offers.revision_states import REVISION
from catalog_service.domain.offers.states import OFFER
from catalog_service.domain.orders.refund_states import REFUND
from catalog_service.domain.orders.rulings import RULING
from catalog_service.domain.orders.states import ORDER

PAGE = Path(__file__).parents[1] / "docs" / "ordering.md"
DRAWN: tuple[Machine[Any, Any], ...] = (
    ORDER,
    REFUND,
    RULING,
    PAYMENT,
    TRANSFER,
    PAYOUT,
    PAYOUT_ACCOUNT,
    OFFER,
    REVISION,
    MEMBER_MACHINE,
    VERIFICATION_MACHINE,
)


def section(machine: Machine[Any, Any]) -> str:
    """A table of the states, and the diagram."""
    states = "\n".join(f"| `{state}` | {machine.state_labels[state]} |" for state in machine.states)
    return f"| state | 状态 |\n|---|---|\n{states}\n\n```mermaid\n{machine.diagram()}\n```"


def drawn(page: str) -> str:
    """The page with every machine's section as the code has it now."""
    for machine in DRAWN:
        begin, end = f"<!-- machine {machine.name} -->", f"<!-- end {machine.name} -->"
        between = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
        if not between.search(page):
            raise LookupError(f"{PAGE.name} has no place for the machine {machine.name}")
        text = f"{begin}\n{section(machine)}\n{end}"
        page = between.sub(lambda _, text=text: text, page)  # type: ignore[misc]
    return page


def main() -> None:
    PAGE.write_text(drawn(PAGE.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    sys.exit(main())
