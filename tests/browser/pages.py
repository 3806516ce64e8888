"""Every page by name; ``{dress}`` is the id of an offer."""

from __future__ import annotations

PAGES = {
    "home": "/?quantity=50",
    "results": "/search?q=不锈钢&quantity=50",
    "empty": "/search?q=连衣裙&region=西藏",
    "offer": "/offer/{dress}?quantity=40",
    "categories": "/category",
    "sector": "/category/16",
    "group": "/category/1601",
    "compare": "/compare?offer={dress}",
    "compare-empty": "/compare",
    "favourites": "/favourites",
    "ranking": "/about/ranking",
    "help": "/help",
    "developers": "/developers",
    "developers-of": "/developers/订单",
    "enquiry": "/enquiry?q=连衣裙&quantity=50",
    "cart-empty": "/cart",
    "quick-order": "/cart/quick",
    "sign-in": "/account/sign-in",
    "sign-up": "/account/sign-up",
    "reset": "/account/reset",
    "missing": "/nothing-here",
    "bad": "/search?quantity=many",
}
