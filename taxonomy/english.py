"""The tree for who reads English: what has an English name is called by it, all else keeps its Chinese one.

Sectors state theirs (``name_en``). Attributes have ids in English words (``data/taxonomy/FORMAT.md``), which, written
out, are their names; groups and leaves are Chinese until somebody writes their names.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from taxonomy.model import Attribute, Category, Taxonomy

# The last part of an id where it says in what is counted, which stands beside the value already.
UNITS = frozenset({
    "a", "ah", "c", "cm", "g", "gb", "h", "hrc", "hz", "in", "ka", "kb", "kg", "kgh", "kv", "kva", "kw", "kwh", "l",
    "lh", "lpm", "m", "m2", "mah", "mhz", "ml", "mm", "mm2", "months", "mpa", "nm", "ohm", "oz", "pct", "rpm", "si",
    "t", "tons", "uf", "uh", "v", "w", "days",
})  # fmt: skip
CAPITALS = frozenset({
    "cpu", "cri", "dbh", "dn", "fr", "ip", "iso", "led", "moq", "npk", "nrr", "oe", "oem", "os", "ph", "pn", "poe",
    "ppm", "ram", "rohs", "spf", "upf", "uv",
})  # fmt: skip
# Ids that do not read as words by themselves; each as trade calls it.
NAMES = {
    "active_content": "Active ingredient", "additive_free": "No attractant", "adjust": "Adjustment",
    "adsorbed": "Adsorbs", "age": "For age", "aging_years": "Years aged", "air_lpm": "Air consumption",
    "anti_uv": "UV protection", "area_m2": "Area covered", "ball_size": "Ball size", "battery_mah": "Battery capacity",
    "blade_cm": "Blade length", "blade_mm": "Blade length", "boiling_c": "Boiling point", "box_kg": "Box weight",
    "brand_origin": "Place of origin", "breaking_ka": "Breaking capacity", "calorific": "Calorific value",
    "capacity_head": "Capacity", "capacity_retain": "Capacity kept", "carbon_pct": "Fixed carbon",
    "clamp_mm": "Pipe diameter", "clamp_ton": "Clamping force", "cn_origin_region": "Region of origin",
    "color_count": "Colours printed", "color_temp": "Colour temperature", "color": "Colour", "colors_count": "Colours",
    "comm": "Communication", "connect": "Connection", "cook_method": "Cooking", "cooling_kw": "Cooling power",
    "counting": "Counts", "cpu_gen": "CPU generation", "cri": "Colour rendering (CRI)", "crowd": "For whom",
    "cut_form": "Cut", "cycle_s": "Cycle time", "delivery_days": "Delivery time", "diameter_dn": "Diameter (DN)",
    "dismantle": "Dismantling included", "doors": "Doors", "eco_grade": "Eco grade", "elastic": "Stretch",
    "emission_std": "Emission standard", "filing": "Filing", "fire_class": "Fire class", "fit": "Fit",
    "flavor": "Flavour", "flow_m3h": "Flow", "fr_size": "French size (Fr)", "glass_mm": "Glass thickness",
    "gram": "Grammage", "gram_weight": "Grammage", "gsm": "Grammage", "head_cm": "Head girth", "head_m": "Head (lift)",
    "heat_kw": "Heating power", "hole_mm": "Hole diameter", "input_v": "Input voltage", "install": "Mounting",
    "install_hole": "Hole spacing", "ip_grade": "IP rating", "issue_days": "Issue time", "lead_time_days": "Lead time",
    "length_inch": "Length", "lift_m": "Lifting height", "light": "Light needed", "luminous": "Brightness",
    "max_mm": "Largest opening", "mileage_km": "Mileage", "min_chip": "Smallest chip", "min_order_qty": "MOQ",
    "min_order_t": "MOQ", "mold_owner": "Mould owner", "molding": "Moulding", "molecular": "Chemical class",
    "mooney": "Mooney viscosity", "moto_type": "Fits (motorcycle)", "nav_mode": "Navigation",
    "noise_cancel": "Noise cancelling", "noise_db": "Noise", "oe_no": "OE number", "onsite_check": "Viewing on site",
    "opening_mm": "Opening", "output_v": "Output voltage", "pack_kg": "Bag weight", "pack_qty": "Pieces a pack",
    "particle_mm": "Particle size", "ph": "pH", "poe": "PoE", "press_ton": "Press force", "process_days": "Processing",
    "rated_kv": "Rated voltage", "rated_v": "Rated voltage", "recycled": "Recycled", "refresh_hz": "Refresh rate",
    "reg_class": "Registration class", "rohs": "RoHS", "scene": "Setting", "screen_in": "Screen size",
    "section_mm2": "Cross-section", "sense_mm": "Sensing distance", "sided": "Sides", "size_inch": "Size",
    "size_mix": "Size mix", "speed_pcs_min": "Speed", "stem_cm": "Stem diameter", "temp_range": "Temperature range",
    "tensile": "Tensile strength", "transit_days": "Transit time", "treat_object": "Treats",
    "treat_volume": "Treatment volume", "trunk_dbh": "Trunk diameter", "use_for": "Used for",
    "use_temp_c": "Temperature of use", "verify": "Recognition", "wall_mm": "Wall thickness",
    "waterproof_mm": "Water column", "wear": "Worn", "wheel_inch": "Wheel size", "wire_mm": "Wire diameter",
    "withdrawal_days": "Withdrawal period", "year_made": "Year of make", "yield_pages": "Page yield",
}  # fmt: skip


def in_english(taxonomy: Taxonomy) -> Taxonomy:
    """The same nodes in the same order, with English names where there are any."""
    return Taxonomy({node.id: _category(node) for node in taxonomy.nodes.values()})


@cache
def attribute_name(attribute_id: str) -> str:
    """``inner_diameter_mm`` as ``Inner diameter``."""
    known = NAMES.get(attribute_id)
    if known is not None:
        return known
    words = attribute_id.split("_")
    while len(words) > 1 and words[-1] in UNITS:
        words.pop()
    told = " ".join(word.upper() if word in CAPITALS else word for word in words)
    return told[:1].upper() + told[1:]


def _category(node: Category) -> Category:
    return replace(node, name=node.name_en or node.name, attributes=tuple(_attribute(each) for each in node.attributes))


def _attribute(attribute: Attribute) -> Attribute:
    return replace(attribute, name=attribute_name(attribute.id))
