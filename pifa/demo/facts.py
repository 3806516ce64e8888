"""What is true of a listing, and which part of it the supplier fills into the form."""

from __future__ import annotations

from random import Random

from pifa.demo.items import Facts, Item
from pifa.demo.leaves import PLACE_ATTRIBUTES
from pifa.demo.suppliers import DemoSupplier

# Suppliers fill in most of what their own trade asks for first and skip more of the rest.
FILLED_OWN, FILLED_REST = 0.94, 0.84


def listing_facts(item: Item, seller: DemoSupplier) -> Facts:
    """The item's facts and where this supplier's one comes from (the value that names its place, if any does)."""
    facts = dict(item.facts)
    if item.spec and "x" not in item.spec:
        facts["尺寸"] = (item.spec,)
    supplier = seller.supplier
    for plan in item.leaf.attributes:
        if plan.id in PLACE_ATTRIBUTES:
            short = supplier.city.rstrip("市县镇区")
            place = next((value for value in plan.values if short in value), "") or next(
                (value for value in plan.values if value.startswith(supplier.province)), ""
            )
            if place:
                facts[plan.id] = (place,)
    return facts


def listed_attributes(item: Item, facts: Facts, random: Random) -> Facts:
    """What stands in the form; nothing in it is untrue."""
    own = {plan.id for plan in item.leaf.attributes if plan.own}
    chance = random.random
    return {key: value for key, value in facts.items() if chance() < (FILLED_OWN if key in own else FILLED_REST)}
