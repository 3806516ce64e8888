"""Pictures of goods, drawn: one flat SVG for every shape of the taxonomy, in any colour, in four variants."""

from storefront.pictures.draw import SHAPES, VARIANTS, draw

__all__ = ["SHAPES", "VARIANTS", "draw"]
