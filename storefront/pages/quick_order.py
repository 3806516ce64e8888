"""Quick order as its page shows it: every pasted line with what it means, costs, or lacks."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from catalog_service.domain.carts.pasted import mark_of
from catalog_service.use_cases.carts.find_goods import Goods
from catalog_service.use_cases.carts.quick_order import AnsweredLine, Outcome
from kernel.ids import ID_PATTERN
from storefront.pages.cart import steps_text
from storefront.pages.words import grouped, yuan
from storefront.state import address

PICK = "pick_"  # before the mark of a line: the SKU that was chosen for it
OUTCOME_WORDS = {
    Outcome.FOUND: "可以放入",
    Outcome.HEADING: "表头",
    Outcome.UNREADABLE: "看不懂",
    Outcome.NOT_FOUND: "没有找到",
    Outcome.AMBIGUOUS: "请选一种",
    Outcome.UNIT_DIFFERS: "单位不同",
    Outcome.BELOW_MOQ: "未达起订量",
    Outcome.NOT_THE_PACK_MULTIPLE: "不是整包装",
    Outcome.OUT_OF_STOCK: "库存不足",
    Outcome.NOT_TRADABLE: "不能下单",
    Outcome.CART_FULL: "规格太多",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickRow:
    """``tone``: of its label. ``options``: SKU ids and names to choose from, ``chosen`` among them. ``search_href``:
    where to look for what was not found."""

    number: int
    mark: str
    text: str
    outcome: str
    tone: str
    message: str
    title: str
    sku_name: str
    href: str
    quantity: str
    unit: str
    unit_price: str
    amount: str
    steps: Sequence[str]
    options: Sequence[tuple[str, str]]
    chosen: str
    search_href: str
    unmet: str


def quick_rows(answers: Sequence[AnsweredLine], picks: Mapping[str, str]) -> list[QuickRow]:
    return [_row(answer, picks.get(mark_of(answer.asked), "")) for answer in answers]


def total_of(answers: Sequence[AnsweredLine]) -> str:
    """What the good lines cost, without freight."""
    return yuan(sum(answer.amount_fen or 0 for answer in answers if answer.good))


def picks_of(form: Mapping[str, str]) -> dict[str, str]:
    """By the line's mark the SKU that was chosen; whatever is no choice is none."""
    return {
        name.removeprefix(PICK): sku_id
        for name, sku_id in form.items()
        if name.startswith(PICK) and ID_PATTERN.fullmatch(sku_id)
    }


def rest_of(text: str, done: Collection[int]) -> str:
    """The text without the lines that are done, by their numbers."""
    lines = enumerate(text.splitlines(), start=1)
    return "\n".join(line for number, line in lines if line.strip() and number not in done)


def _row(answer: AnsweredLine, chosen: str) -> QuickRow:
    asked, goods = answer.asked, answer.goods
    return QuickRow(
        number=asked.number,
        mark=mark_of(asked),
        text=" ".join(asked.text.split()),
        outcome=OUTCOME_WORDS[answer.outcome],
        tone={Outcome.FOUND: "done", Outcome.HEADING: "over"}.get(answer.outcome, "todo"),
        message=answer.message,
        title=goods.offer.title if goods else "",
        sku_name=goods.sku.sku.name if goods and not goods.sku.sku.is_default else "",
        href=f"/offer/{goods.offer.offer_id}" if goods else "",
        quantity=grouped(asked.quantity) if asked.quantity else "",
        unit=goods.offer.unit if goods else "",
        unit_price=yuan(answer.unit_fen) if answer.unit_fen is not None else "",
        amount=yuan(answer.amount_fen) if answer.amount_fen is not None else "",
        steps=steps_text(answer.steps),
        options=[(each.sku_id, _option(each)) for each in answer.alternatives],
        chosen=chosen,
        search_href=address([("q", asked.code[:100])]) if answer.outcome is Outcome.NOT_FOUND else "",
        unmet=answer.unmet,
    )


def _option(goods: Goods) -> str:
    """With its code: what is spelt alike may differ in nothing else."""
    sku = goods.sku.sku
    parts = ["" if sku.is_default or sku.name == goods.code else sku.name, goods.offer.title, goods.code]
    return " · ".join(part for part in parts if part)
